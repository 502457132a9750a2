//! Reading a code: what is wrong with it, whether a wallet may go on, and what it means.
//!
//! Doctrine, in the order of the steps, which must not be merged. (1) The raw tree, which knows no
//! scheme. (2) The scheme, from the account templates and never from country or currency alone,
//! since neither is enforced anywhere. (3) All findings of the rule tables under the scheme's
//! column. (4) What rows cannot say: amounts, times, accounts. (5) The verdict, from the findings
//! only. (6) The code, only if the verdict is to accept: nobody can hold a code that was refused.
//! Where official readers disagree with each other (repeated tags, two accounts, amounts that are
//! no numbers) a payer and a payee may see two different payments in one picture, so we refuse.

mod common;
mod detect;
mod emv;
mod faces;
mod fields;
mod jpqr;
mod judge;
mod khqr;
mod money;
mod structure;
mod texts;

use alloc::vec::Vec;

use crate::code::{Code, Scheme};
use crate::finding::{Finding, Severity};
use crate::rules::kinds::Kind;
use crate::tlv::{self, Tree};
use detect::Found;
use judge::{Judge, Spot};

pub(crate) use common::unknown;
pub(crate) use detect::{khqr_account, scheme as detect_scheme, store_template};
pub(crate) use emv::accounts;
pub(crate) use judge::place_of;

/// Whose rules a code is judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Profile {
    /// What a paying wallet applies: each scheme's own rules.
    Lenient,
    /// The same, and the code has to be a KHQR.
    Khqr,
    /// The same, and the code has to be a JPQR.
    Jpqr,
    /// The letter of EMVCo's specification on top of the scheme's rules. For those who print
    /// codes; many codes in daily use would be refused.
    Strict,
}

/// How to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// The present, in milliseconds since 1970: expiry is judged by it.
    pub now_ms: i64,
    /// Whose rules.
    pub profile: Profile,
}

impl Options {
    /// As a wallet reads at this time.
    ///
    /// ```
    /// let options = emvqr::Options::at(1_767_225_600_000);
    /// assert_eq!(options.profile, emvqr::Profile::Lenient);
    /// ```
    #[must_use]
    pub const fn at(now_ms: i64) -> Self {
        Self {
            now_ms,
            profile: Profile::Lenient,
        }
    }
}

/// Whether a wallet may go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It may.
    Accept,
    /// It must not.
    Refuse,
    /// The text is something else than a payment code.
    NotACode,
}

impl Verdict {
    /// The word used in JSON.
    ///
    /// ```
    /// assert_eq!(emvqr::Verdict::NotACode.as_str(), "not_a_code");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Refuse => "refuse",
            Self::NotACode => "not_a_code",
        }
    }
}

/// What reading a payload gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading<'a> {
    /// `None` if the payload is not a code.
    pub scheme: Option<Scheme>,
    /// Whether a wallet may go on.
    pub verdict: Verdict,
    /// Present exactly if the verdict is to accept.
    pub code: Option<Code<'a>>,
    /// What is wrong or strange, the gravest not necessarily first; at least one that rejects if
    /// the verdict is not to accept.
    pub findings: Vec<Finding>,
}

/// Reads a payload. Never panics, whatever the payload; takes time proportional to its length.
///
/// ```
/// use emvqr::{Options, Verdict, read};
///
/// let payload = "00020101021129170013shop_one@aclb5204599953031165802KH5913Angkor Coffee\
///                6010Phnom Penh63048318";
/// let reading = read(payload, &Options::at(1_767_225_600_000));
/// assert_eq!(reading.verdict, Verdict::Accept);
/// assert_eq!(reading.findings, []);
///
/// let forged = payload.replace("shop_one", "shop_two");
/// let reading = read(&forged, &Options::at(1_767_225_600_000));
/// assert_eq!(reading.verdict, Verdict::Refuse);
/// assert_eq!(reading.findings[0].code, "checksum-wrong");
///
/// assert_eq!(read("https://example.com", &Options::at(0)).verdict, Verdict::NotACode);
/// ```
#[must_use]
pub fn read<'a>(payload: &'a str, options: &Options) -> Reading<'a> {
    let tree = tlv::parse_looking(payload);
    if !detect::looks_like_a_code(&tree) {
        return not_a_code(&tree, options);
    }
    let found = detect::find(&tree);
    let scheme = found.scheme();
    let mut judge = Judge::new(&tree, &found, options);
    structure::check(&mut judge);
    fields::check(&mut judge);
    let money = money::check(&mut judge);
    faces::check(&mut judge);
    let code = match found {
        Found::Khqr(account) => khqr::check(&mut judge, account, money).map(Code::Khqr),
        Found::Jpqr(store) => jpqr::check(&mut judge, store, money).map(Code::Jpqr),
        Found::Emv => emv::check(&mut judge, money).map(Code::Merchant),
    };
    let is_other = match options.profile {
        Profile::Lenient | Profile::Strict => false,
        Profile::Khqr => scheme != Scheme::Khqr,
        Profile::Jpqr => scheme != Scheme::Jpqr,
    };
    if is_other {
        // The official kit misses the account of a code that is none of its own.
        let sdk = if options.profile == Profile::Khqr {
            5
        } else {
            0
        };
        judge.report(Kind::OtherScheme, &Spot::payload(payload).sdk(sdk), None);
    }
    let code = if judge.rejects() { None } else { code };
    let verdict = if code.is_some() {
        Verdict::Accept
    } else {
        Verdict::Refuse
    };
    Reading {
        scheme: Some(scheme),
        verdict,
        code,
        findings: judge.into_findings(),
    }
}

fn not_a_code<'a>(tree: &Tree<'a>, options: &Options) -> Reading<'a> {
    let mut judge = Judge::new(tree, &Found::Emv, options);
    judge.report(
        Kind::NotACode,
        &Spot::payload(tree.payload()),
        Some(tree.payload()),
    );
    let findings = judge.into_findings();
    debug_assert!(
        findings
            .iter()
            .all(|finding| finding.severity == Severity::Rejects)
    );
    Reading {
        scheme: None,
        verdict: Verdict::NotACode,
        code: None,
        findings,
    }
}

/// What is wrong or strange about a payload: the findings of [`read`] alone.
///
/// ```
/// use emvqr::{Options, lint};
///
/// let payload = "00020101021129170013shop_one@aclb5204599953031165802KH5913Angkor Coffee\
///                6010Phnom Penh6304831A";
/// let findings = lint(payload, &Options::at(0));
/// assert_eq!(findings[0].code, "checksum-wrong");
/// assert_eq!(findings[0].sdk_code, Some(8));
/// assert_eq!(lint("hello", &Options::at(0))[0].code, "not-a-code");
/// ```
#[must_use]
pub fn lint(payload: &str, options: &Options) -> Vec<Finding> {
    read(payload, options).findings
}

#[cfg(test)]
mod tests;
