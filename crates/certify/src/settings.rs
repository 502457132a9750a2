//! Whom to certify, as what, and what is known of it.

use std::sync::Arc;

use http::Uri;
use http::uri::Scheme as UriScheme;
use money::{Amount, Currency, Money};
use participant::edge::Clock;
use wire::keys::{Jwks, SigningKey};

use crate::limits::TEXT_BYTES_MAX;

/// Everything that a run needs to know.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the hub would call it.
    pub base: Base,
    /// The participant's name at the hub; its legs carry it.
    pub name: String,
    /// The code format of its shops.
    pub scheme: Scheme,
    /// Which sides of a payment it takes.
    pub roles: Roles,
    /// What it is to be certified as.
    pub finality: Finality,
    /// The currency of its accounts.
    pub currency: Currency,
    /// The key that the participant takes for the hub's.
    pub key: Arc<SigningKey>,
    /// The participant's own keys.
    pub keys: Arc<Jwks>,
    /// The last position of its stream that it noted; 0 for new books.
    pub outcome_last: u64,
    /// A shop that takes payments from abroad.
    pub shop: Option<Shop>,
    /// A code of that shop for one payment.
    pub dynamic: Option<DynamicCode>,
    /// A payment of which something can be given back.
    pub refund: Option<RefundOf>,
    /// The clock that signatures are made and judged by.
    pub clock: Clock,
}

/// The address under which the four operations lie: `http://host[:port][/path]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base(String);

/// The code format of the participant's shops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    Khqr,
    Jpqr,
}

/// Which sides it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Roles {
    /// It has shops.
    Payee,
    /// It has payers, who may get refunds.
    Payer,
    Both,
}

/// When it credits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finality {
    /// On the outcome.
    Confirm,
    /// At once.
    Immediate,
}

/// A shop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shop {
    pub account: String,
    /// Its printed code.
    pub payload: String,
}

/// A code for one payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DynamicCode {
    pub payload: String,
    /// What it asks for.
    pub price: Money,
}

/// A completed payment of one of the participant's payers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundOf {
    pub payment_id: String,
    pub account: String,
    /// What can still be given back, in the payer's currency.
    pub rest: Money,
}

/// Why an address cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("use the address: not `http://host[:port][/path]` without a query")]
pub struct BaseUnusable;

impl Base {
    /// Reads an address; a slash at its end does not matter.
    ///
    /// # Errors
    /// When it is not one under which operations can lie.
    pub fn parse(text: &str) -> Result<Base, BaseUnusable> {
        let text = text.trim_end_matches('/');
        let uri: Uri = text.parse().map_err(|_bad| BaseUnusable)?;
        let fits = text.len() <= TEXT_BYTES_MAX
            && uri.scheme() == Some(&UriScheme::HTTP)
            && uri.authority().is_some()
            && uri.query().is_none();
        fits.then(|| Base(text.to_owned())).ok_or(BaseUnusable)
    }

    /// Its text, without a slash at the end.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Scheme {
    /// As codes and the wire name it.
    pub fn name(self) -> &'static str {
        match self {
            Scheme::Khqr => "KHQR",
            Scheme::Jpqr => "JPQR",
        }
    }

    pub(crate) fn other(self) -> Scheme {
        match self {
            Scheme::Khqr => Scheme::Jpqr,
            Scheme::Jpqr => Scheme::Khqr,
        }
    }

    /// What its accounts are kept in, unless the participant says otherwise.
    pub fn currency(self) -> Currency {
        match self {
            Scheme::Khqr => Currency::Khr,
            Scheme::Jpqr => Currency::Jpy,
        }
    }
}

impl Roles {
    /// As reports name it.
    pub fn name(self) -> &'static str {
        match self {
            Roles::Payee => "payee",
            Roles::Payer => "payer",
            Roles::Both => "payee and payer",
        }
    }
}

impl Finality {
    /// As the hub's configuration names it.
    pub fn name(self) -> &'static str {
        match self {
            Finality::Confirm => "confirm",
            Finality::Immediate => "immediate",
        }
    }
}

/// Money of so many minor units.
pub(crate) fn minor(currency: Currency, minor: u64) -> Money {
    Money::new(currency, Amount::from_minor(minor).unwrap_or(Amount::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_address_under_which_operations_can_lie_is_taken() {
        for (text, base) in [
            (
                "http://127.0.0.1:7401/link/",
                Some("http://127.0.0.1:7401/link"),
            ),
            ("http://bank.example", Some("http://bank.example")),
            ("https://bank.example", None),
            ("http://bank.example/link?x=1", None),
            ("bank.example/link", None),
            ("", None),
        ] {
            let read = Base::parse(text).ok();
            assert_eq!(read.as_ref().map(Base::as_str), base, "{text}");
        }
    }
}
