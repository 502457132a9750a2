//! Building a code again from what was read of it.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use super::{BuildError, Dynamic, JpqrBuilder, KhqrBuilder, MerchantAccount};
use crate::code::{Additional, Jpqr, Khqr, KhqrKind};
use crate::rules::kinds::Kind;
use crate::tlv::{self, Node};

/// A code that was built again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rebuilt {
    /// Its text.
    pub payload: String,
    /// What is not as it was; nothing if the text is the same.
    pub changes: Vec<Change>,
}

/// What is not as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// The field at this path is gone: it is empty, or not to be kept, or (by `rebuild`) none of
    /// the scheme's.
    Dropped(String),
    /// It is written in another way, as an amount without needless zeros.
    Rewritten(String),
    /// It was not there.
    Added(String),
    /// All fields are as they were, in another order or with a checksum in small letters.
    Reordered,
}

impl Change {
    /// Stable; programs branch on it.
    ///
    /// ```
    /// assert_eq!(emvqr::Change::Dropped("62.01".into()).code(), "dropped");
    /// ```
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Dropped(_) => "dropped",
            Self::Rewritten(_) => "rewritten",
            Self::Added(_) => "added",
            Self::Reordered => "reordered",
        }
    }

    /// The field, as tags joined by points; empty for the whole code.
    ///
    /// ```
    /// assert_eq!(emvqr::Change::Dropped("62.01".into()).path(), "62.01");
    /// assert_eq!(emvqr::Change::Reordered.path(), "");
    /// ```
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Self::Dropped(path) | Self::Rewritten(path) | Self::Added(path) => path,
            Self::Reordered => "",
        }
    }
}

/// For a person.
///
/// ```
/// let change = emvqr::Change::Rewritten("54".into());
/// assert_eq!(change.to_string(), "54: is written in another way");
/// ```
impl fmt::Display for Change {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dropped(path) => write!(formatter, "{path}: is not kept"),
            Self::Rewritten(path) => write!(formatter, "{path}: is written in another way"),
            Self::Added(path) => write!(formatter, "{path}: was not there"),
            Self::Reordered => {
                formatter.write_str("code: its fields or its checksum were written in another way")
            }
        }
    }
}

impl<'a> Khqr<'a> {
    /// Builds the code again from its meaning, and says what of the text could not be kept. For
    /// who edits codes; who hashes or pays one keeps its text.
    ///
    /// ```
    /// use emvqr::{Change, Code, Options, read};
    ///
    /// let payload = "00020101021129170013shop_one@aclb5204599953031165802KH5913Angkor Coffee\
    ///                6010Phnom Penh63048318";
    /// let Some(Code::Khqr(khqr)) = read(payload, &Options::at(0)).code else { panic!() };
    /// let rebuilt = khqr.rebuild().unwrap();
    /// assert_eq!((rebuilt.payload.as_str(), rebuilt.changes.len()), (payload, 0));
    /// ```
    ///
    /// # Errors
    ///
    /// What is accepted when it is read, but never written: the gravest finding. A code for one
    /// payment that does not say when it was made.
    pub fn rebuild(&self) -> Result<Rebuilt, BuildError> {
        let common = self.common();
        let name = common.name.unwrap_or_default();
        let mut builder = match self.kind() {
            KhqrKind::Individual => KhqrBuilder::individual(self.account_id()),
            KhqrKind::Merchant => KhqrBuilder::merchant(MerchantAccount {
                id: self.account_id(),
                merchant_id: self.merchant_id().unwrap_or_default(),
                acquiring_bank: self.acquiring_bank().unwrap_or_default(),
            }),
        };
        builder = builder.name(name).currency(common.currency);
        let Additional {
            bill,
            mobile,
            store_label,
            reference,
            terminal,
            purpose,
        } = common.additional;
        type Set<'b> = fn(KhqrBuilder<'b>, &'b str) -> KhqrBuilder<'b>;
        let given: [(Option<&'a str>, Set<'a>); 15] = [
            (common.city, KhqrBuilder::city),
            (common.category, KhqrBuilder::category),
            (common.postal_code, KhqrBuilder::postal_code),
            (self.union_pay_account(), KhqrBuilder::union_pay_account),
            (self.account_information(), KhqrBuilder::account_information),
            (self.acquiring_bank(), KhqrBuilder::acquiring_bank),
            (bill, KhqrBuilder::bill),
            (mobile, KhqrBuilder::mobile),
            (store_label, KhqrBuilder::store_label),
            (reference, KhqrBuilder::reference),
            (terminal, KhqrBuilder::terminal),
            (purpose, KhqrBuilder::purpose),
            (
                common.local.map(|local| local.language),
                KhqrBuilder::language,
            ),
            (
                common.local.map(|local| local.name),
                KhqrBuilder::local_name,
            ),
            (
                common.local.and_then(|local| local.city),
                KhqrBuilder::local_city,
            ),
        ];
        for (value, set) in given {
            if let Some(value) = value {
                builder = set(builder, value);
            }
        }
        if let Some(dynamic) = self.dynamic()? {
            builder = builder.dynamic(dynamic);
        }
        Ok(compared(common.payload, builder.build()?))
    }

    fn dynamic(&self) -> Result<Option<Dynamic>, BuildError> {
        let (Some(amount), Some(expires_ms)) = (self.amount(), self.expires_ms()) else {
            return Ok(None);
        };
        let exponent = self.common().currency.exponent().unwrap_or_default();
        let amount_minor = amount
            .minor_units(exponent)
            .map_err(|fault| BuildError::new(fault.kind(), "54", "amount", amount.text()))?;
        let missing = || BuildError::new(Kind::CreationMissing, "99.00", "creation time", "");
        Ok(Some(Dynamic {
            amount_minor,
            created_ms: self.created_ms().ok_or_else(missing)?,
            expires_ms,
        }))
    }
}

impl Jpqr<'_> {
    /// Builds the code again from its meaning, see [`Khqr::rebuild`].
    ///
    /// ```
    /// use emvqr::{Code, JpqrBuilder, Options, StoreId, read};
    ///
    /// let store = StoreId::parse("0000000000001-0001-000001-000001").unwrap();
    /// let payload = JpqrBuilder::new(store).category("5812").name("TORII RAMEN").city("TOKYO")
    ///     .postal_code("1060032").local_name("鳥居ラーメン").build()?;
    /// let Some(Code::Jpqr(jpqr)) = read(&payload, &Options::at(0)).code else { panic!() };
    /// assert_eq!(jpqr.rebuild()?.payload, payload);
    /// # Ok::<(), emvqr::BuildError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The gravest finding of what is read, but never written.
    pub fn rebuild(&self) -> Result<Rebuilt, BuildError> {
        let common = self.common();
        let mut builder = JpqrBuilder::new(self.store_id()).local_name(self.local_name());
        let additional = common.additional;
        type Set<'b> = fn(JpqrBuilder<'b>, &'b str) -> JpqrBuilder<'b>;
        let given: [(Option<&str>, Set<'_>); 10] = [
            (common.name, JpqrBuilder::name),
            (common.city, JpqrBuilder::city),
            (common.category, JpqrBuilder::category),
            (common.postal_code, JpqrBuilder::postal_code),
            (additional.bill, JpqrBuilder::bill),
            (additional.mobile, JpqrBuilder::mobile),
            (additional.store_label, JpqrBuilder::store_label),
            (additional.reference, JpqrBuilder::reference),
            (additional.terminal, JpqrBuilder::terminal),
            (additional.purpose, JpqrBuilder::purpose),
        ];
        for (value, set) in given {
            if let Some(value) = value {
                builder = set(builder, value);
            }
        }
        if let Some(tip) = common.tip {
            builder = builder.tip(tip);
        }
        if let Some(amount) = self.amount() {
            let minor = amount
                .minor_units(0)
                .map_err(|fault| BuildError::new(fault.kind(), "54", "amount", amount.text()))?;
            builder = builder.amount(minor);
        }
        Ok(compared(common.payload, builder.build()?))
    }
}

/// What of `before` is not as it was in `payload`.
pub(super) fn compared(before: &str, payload: String) -> Rebuilt {
    let mut changes = Vec::new();
    if before != payload {
        let (was, is) = (leaves(before), leaves(&payload));
        let find = |side: &[(String, String)], path: &String| {
            side.iter().position(|(other, _)| other == path)
        };
        for (path, value) in &was {
            match find(&is, path).and_then(|at| is.get(at)) {
                None => changes.push(Change::Dropped(path.clone())),
                Some((_, now)) if now != value => changes.push(Change::Rewritten(path.clone())),
                Some(_) => {}
            }
        }
        let added = is.iter().filter(|(path, _)| find(&was, path).is_none());
        changes.extend(added.map(|(path, _)| Change::Added(path.clone())));
        if changes.is_empty() {
            changes.push(Change::Reordered);
        }
    }
    Rebuilt { payload, changes }
}

/// All fields without fields inside, by path, but for the checksum, which follows from the rest.
fn leaves(payload: &str) -> Vec<(String, String)> {
    let tree = tlv::parse(payload);
    let mut found = Vec::new();
    for node in tree.roots().filter(|node| node.tag().number() != 63) {
        push_leaves(&node, &node.tag().to_string(), &mut found);
    }
    found
}

fn push_leaves(node: &Node<'_, '_>, path: &str, found: &mut Vec<(String, String)>) {
    let mut children = node.children().peekable();
    if children.peek().is_none() {
        found.push((String::from(path), String::from(node.value())));
    }
    for child in children {
        // Three levels at most, as the tree has.
        push_leaves(&child, &alloc::format!("{path}.{}", child.tag()), found);
    }
}
