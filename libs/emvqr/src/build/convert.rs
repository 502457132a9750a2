//! Writing a code in another form: in its usual form, for one payment, for many.
//!
//! Doctrine: a code that was accepted is changed field by field, never built from what we
//! understood of it, so that what we do not know stays in it to the letter. What is wrong with it
//! and cannot be mended without guessing stays wrong; what is written is read, and goes out only
//! if it is accepted and breaks the format in no way in which it did not before. Fields of the
//! root are written in the order of the table, and those of the templates whose tables we know.
//! Templates of others keep their inside, because nobody can tell what their owners do with it.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::again::compared;
use super::khqr::check_times;
use super::parts::{Content, Part, assemble};
use super::{BuildError, Dynamic, Own, Rebuilt};
use crate::amount::{Amount, canonical};
use crate::code::{Code, Initiation, Scheme};
use crate::currency::Currency;
use crate::finding::Severity;
use crate::limits::LIFE_MS_DEFAULT;
use crate::outline::{Outline, outline};
use crate::read::{Options, Verdict, read};
use crate::rules::kinds::Kind;
use crate::tlv::Tag;

const INITIATION: u8 = 1;
const CURRENCY: u8 = 53;
const AMOUNT: u8 = 54;
const ADDITIONAL: u8 = 62;
const CHECKSUM: u8 = 63;
const LANGUAGE: u8 = 64;
const TIMES: u8 = 99;
const BILL: u8 = 1;
const REFERENCE: u8 = 5;
const CREATED: u8 = 0;
const EXPIRES: u8 = 1;
/// Asks the payer for the value.
const ASKED: &str = "***";

/// One payment that a code for many is to be made one for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OnePayment<'a> {
    /// In whole units with decimals, `1.50`.
    pub amount: &'a str,
    /// The code's own if not said. Only a KHQR can be asked for another, riel or dollars.
    pub currency: Option<Currency>,
    /// The present, in milliseconds since 1970: when the code is made.
    pub now_ms: i64,
    /// How long it may be paid, in milliseconds; ten minutes if not said. Only a KHQR expires.
    pub life_ms: Option<i64>,
}

impl Code<'_> {
    /// The code in its usual form: fields in the order of the table, the amount of a KHQR or JPQR
    /// as we write it, no empty fields, the checksum in capitals. Everything else stays as it is,
    /// fields that nobody knows among it. For who edits codes; who hashes or pays one keeps its
    /// text.
    ///
    /// ```
    /// use emvqr::{Options, read};
    ///
    /// let payload = "00020101021139200011855000000000101429170013shop_one@aclb5204200058\
    ///                02KH53031165904Shop6010Phnom Penh6304d63d";
    /// let code = read(payload, &Options::at(0)).code.unwrap();
    /// let rebuilt = code.canonical()?;
    /// assert_eq!(rebuilt.payload, "00020101021129170013shop_one@aclb392000118550000000001014\
    ///     5204200053031165802KH5904Shop6010Phnom Penh63040745");
    /// assert_eq!(rebuilt.changes, [emvqr::Change::Reordered]);
    /// # Ok::<(), emvqr::BuildError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A character that is one for some readers and two for others, which we read and never write.
    pub fn canonical(&self) -> Result<Rebuilt, BuildError> {
        let mut draft = Draft::of(self)?;
        let common = self.common();
        // An amount of which we have no room for all decimals stays as it is.
        if let (Some(amount), Scheme::Khqr | Scheme::Jpqr) = (common.amount, self.scheme())
            && let Ok(text) = amount_text(&amount, common.currency)
        {
            draft.set((AMOUNT, None), text);
        }
        draft.finish(self, 0)
    }

    /// The code made one for a single payment: initiation 12, the amount, and in a KHQR its times
    /// and if asked for the other currency. The rest is as of [`Self::canonical`].
    ///
    /// ```
    /// use emvqr::{OnePayment, Options, read};
    ///
    /// let payload = "00020101021129170013shop_one@aclb5204599953031165802KH5913Angkor Coffee\
    ///                6010Phnom Penh63048318";
    /// let code = read(payload, &Options::at(0)).code.unwrap();
    /// let now_ms = 1_767_225_600_000;
    /// let one = OnePayment { amount: "5000", currency: None, now_ms, life_ms: None };
    /// assert_eq!(
    ///     code.to_dynamic(&one)?.payload,
    ///     "00020101021229170013shop_one@aclb520459995303116540450005802KH5913Angkor Coffee\
    ///      6010Phnom Penh9934001317672256000000113176722620000063044015",
    /// );
    /// # Ok::<(), emvqr::BuildError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `already-dynamic`; `no-expiry` of a scheme whose codes do not expire; `currency-mismatch`;
    /// what is wrong with the amount; as of [`Self::canonical`].
    pub fn to_dynamic(&self, one: &OnePayment<'_>) -> Result<Rebuilt, BuildError> {
        if self.is_dynamic() {
            return Err(BuildError::own(Own::AlreadyDynamic, "", "code"));
        }
        let mut draft = Draft::of(self)?;
        let currency = self.currency_for(one)?;
        if currency != self.common().currency {
            draft.set((CURRENCY, None), currency.to_string());
        }
        let amount = Amount::parse(one.amount)
            .map_err(|fault| BuildError::new(fault.kind(), "54", "amount", one.amount))?;
        draft.set((AMOUNT, None), amount_text(&amount, currency)?);
        draft.set((INITIATION, None), "12");
        match self {
            Code::Khqr(_) => {
                let life_ms = one.life_ms.unwrap_or(LIFE_MS_DEFAULT);
                let expires_ms = one.now_ms.saturating_add(life_ms);
                check_times(Dynamic {
                    amount_minor: amount.units(),
                    created_ms: one.now_ms,
                    expires_ms,
                })?;
                draft.set((TIMES, Some(CREATED)), one.now_ms.to_string());
                draft.set((TIMES, Some(EXPIRES)), expires_ms.to_string());
            }
            Code::Jpqr(_) | Code::Merchant(_) if one.life_ms.is_some() => {
                return Err(BuildError::own(Own::NoExpiry, "", "code"));
            }
            Code::Jpqr(_) | Code::Merchant(_) => {}
        }
        draft.finish(self, one.now_ms)
    }

    /// The code made one for many payments: initiation 11, no amount, in a KHQR no times, and
    /// neither bill number nor reference, which are those of one payment, unless the payer is
    /// asked for them (`***`). The rest is as of [`Self::canonical`].
    ///
    /// ```
    /// use emvqr::{Change, Options, read};
    ///
    /// let payload = "00020101021229170013shop_one@aclb520459995303116540450005802KH5913Angkor Coffee\
    ///                6010Phnom Penh9934001317672256000000113176722620000063044015";
    /// let code = read(payload, &Options::at(1_767_225_600_000)).code.unwrap();
    /// assert_eq!(
    ///     code.to_static()?.payload,
    ///     "00020101021129170013shop_one@aclb5204599953031165802KH5913Angkor Coffee\
    ///      6010Phnom Penh63048318",
    /// );
    /// # Ok::<(), emvqr::BuildError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As of [`Self::canonical`].
    pub fn to_static(&self) -> Result<Rebuilt, BuildError> {
        let mut draft = Draft::of(self)?;
        draft.set((INITIATION, None), "11");
        draft.remove((AMOUNT, None));
        for label in [BILL, REFERENCE] {
            if draft.get((ADDITIONAL, Some(label))) != Some(ASKED) {
                draft.remove((ADDITIONAL, Some(label)));
            }
        }
        if self.scheme() == Scheme::Khqr {
            draft.remove((TIMES, Some(CREATED)));
            draft.remove((TIMES, Some(EXPIRES)));
        }
        draft.finish(self, 0)
    }

    fn is_dynamic(&self) -> bool {
        match self {
            Self::Khqr(khqr) => khqr.is_dynamic(),
            Self::Jpqr(jpqr) => jpqr.is_dynamic(),
            Self::Merchant(code) => code.common().initiation == Some(Initiation::Dynamic),
        }
    }

    /// A KHQR may be asked for riel or dollars, whatever it says; that it is one of them is seen
    /// when it is read again. Everywhere else the currency is the network's.
    fn currency_for(&self, one: &OnePayment<'_>) -> Result<Currency, BuildError> {
        let own = self.common().currency;
        let asked = one.currency.unwrap_or(own);
        if asked != own && self.scheme() != Scheme::Khqr {
            let (kind, asked) = (Kind::CurrencyMismatch, asked.to_string());
            return Err(BuildError::new(kind, "53", "currency", &asked));
        }
        Ok(asked)
    }
}

/// As we write it.
fn amount_text(amount: &Amount<'_>, currency: Currency) -> Result<String, BuildError> {
    let refused = |kind| BuildError::new(kind, "54", "amount", amount.text());
    let Some(exponent) = currency.exponent() else {
        return Err(BuildError::own(Own::CurrencyUnknown, "53", "currency"));
    };
    let minor = amount
        .minor_units(exponent)
        .map_err(|fault| refused(fault.kind()))?;
    let text = canonical(minor, currency).ok_or_else(|| refused(Kind::AmountTooLong))?;
    Ok(String::from(text.as_str()))
}

/// A field of the root, or one inside it.
type Place = (u8, Option<u8>);

/// A code while it is changed.
struct Draft<'a> {
    parts: Vec<Part<'a>>,
}

impl<'a> Draft<'a> {
    fn of(code: &Code<'a>) -> Result<Self, BuildError> {
        let common = code.common();
        let payload = common.payload;
        if payload.chars().any(|character| character > '\u{ffff}') {
            let kind = Kind::AstralCharacter;
            return Err(BuildError::new(kind, "", "code", payload));
        }
        let is_open = |tag: Tag| match (tag.number(), code.scheme()) {
            (ADDITIONAL | LANGUAGE, _) => true,
            (TIMES, scheme) => scheme == Scheme::Khqr,
            _ => common.own == Some(tag),
        };
        let fields = outline(payload);
        let fields = fields
            .iter()
            .filter(|field| field.tag.number() != CHECKSUM && !field.value.is_empty());
        let parts = fields.map(|field| {
            if is_open(field.tag) && !field.children.is_empty() {
                opened(field)
            } else {
                whole(field)
            }
        });
        Ok(Self {
            parts: parts.collect(),
        })
    }

    fn get(&self, (tag, sub): Place) -> Option<&str> {
        let is_it = |wanted: u8| move |part: &&Part<'_>| part.tag.number() == wanted;
        let part = self.parts.iter().find(is_it(tag))?;
        match (&part.content, sub) {
            (Content::Text(value), None) => Some(value),
            (Content::Parts(parts), Some(sub)) => match &parts.iter().find(is_it(sub))?.content {
                Content::Text(value) => Some(value),
                Content::Parts(_) => None,
            },
            (Content::Text(_), Some(_)) | (Content::Parts(_), None) => None,
        }
    }

    fn set(&mut self, (tag, sub): Place, value: impl Into<Cow<'a, str>>) {
        let text = Content::Text(value.into());
        let Some(sub) = sub else {
            return put(&mut self.parts, tag, text);
        };
        let template = self.parts.iter_mut().find(|part| part.tag.number() == tag);
        match template.map(|part| &mut part.content) {
            Some(Content::Parts(parts)) => put(parts, sub, text),
            // The templates that are changed could be read, or the code would not be accepted.
            Some(Content::Text(_)) | None => {
                let mut parts = Vec::new();
                put(&mut parts, sub, text);
                put(&mut self.parts, tag, Content::Parts(parts));
            }
        }
    }

    fn remove(&mut self, (tag, sub): Place) {
        let Some(sub) = sub else {
            return self.parts.retain(|part| part.tag.number() != tag);
        };
        let template = self.parts.iter_mut().find(|part| part.tag.number() == tag);
        if let Some(Content::Parts(parts)) = template.map(|part| &mut part.content) {
            parts.retain(|part| part.tag.number() != sub);
        }
    }

    /// Writes it, and reads what was written as at `now_ms`.
    fn finish(mut self, code: &Code<'_>, now_ms: i64) -> Result<Rebuilt, BuildError> {
        self.parts
            .retain(|part| part.content != Content::Parts(Vec::new()));
        // Each tag is there once, and the checksum comes last by itself.
        self.parts.sort_by_key(|part| part.tag);
        for part in &mut self.parts {
            if let Content::Parts(parts) = &mut part.content {
                parts.sort_by_key(|part| part.tag);
            }
        }
        let payload = assemble(&self.parts)?;
        let before = code.common().payload;
        check_no_worse(before, &payload, &Options::at(now_ms))?;
        Ok(compared(before, payload))
    }
}

/// A template whose table we know; what is empty in it says nothing and must not be there.
fn opened<'a>(field: &Outline<'a>) -> Part<'a> {
    let children = field
        .children
        .iter()
        .filter(|child| !child.value.is_empty());
    Part {
        tag: field.tag,
        content: Content::Parts(children.map(whole).collect()),
    }
}

/// A field to the letter.
fn whole<'a>(field: &Outline<'a>) -> Part<'a> {
    Part {
        tag: field.tag,
        content: Content::Text(Cow::Borrowed(field.value)),
    }
}

/// Puts a field in the place of the one with its tag, or adds it.
fn put<'a>(parts: &mut Vec<Part<'a>>, tag: u8, content: Content<'a>) {
    if let Some(part) = parts.iter_mut().find(|part| part.tag.number() == tag) {
        part.content = content;
    } else if let Some(tag) = Tag::new(tag) {
        parts.push(Part { tag, content });
    }
}

/// What was written is accepted, and breaks the format in no way in which it did not before.
fn check_no_worse(before: &str, payload: &str, options: &Options) -> Result<(), BuildError> {
    let (was, is) = (read(before, options), read(payload, options));
    let is_new = |code: &str, path: &str| {
        // Empty fields are not kept, so they are missing now.
        let is_known = code == Kind::MissingAdvised.code();
        let mut old = was.findings.iter();
        !is_known && !old.any(|finding| finding.code == code && finding.path == path)
    };
    let is_accepted = is.verdict == Verdict::Accept && is.scheme == was.scheme;
    let grave = is.findings.into_iter().filter(|finding| {
        let is_grave = finding.severity >= Severity::Violates;
        is_grave && (finding.severity == Severity::Rejects || is_new(finding.code, &finding.path))
    });
    // Turned round, so that of several equally grave ones the first is named.
    let grave: Vec<_> = grave.collect();
    match grave
        .into_iter()
        .rev()
        .max_by_key(|finding| finding.severity)
    {
        Some(finding) => Err(BuildError::from(finding)),
        None if is_accepted => Ok(()),
        None => Err(BuildError::new(Kind::OtherScheme, "", "code", "")),
    }
}
