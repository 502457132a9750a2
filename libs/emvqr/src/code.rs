//! Codes that have been read and judged payable. There is no other way to get one of these types,
//! so what they say need not be checked again.

mod jpqr;
mod khqr;

use alloc::string::String;
use alloc::vec::Vec;

use crate::amount::Amount;
use crate::currency::Currency;
use crate::networks::{Holder, Network};
use crate::tlv::Tag;

pub use jpqr::{Jpqr, StoreId};
pub(crate) use khqr::Times;
pub use khqr::{Khqr, KhqrKind};

/// A code format and its rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// Cambodia's, of the National Bank.
    Khqr,
    /// Japan's, of the Payments Japan Association.
    Jpqr,
    /// Any other code that follows EMVCo's format.
    Emv,
}

impl Scheme {
    /// The word used in JSON.
    ///
    /// ```
    /// assert_eq!(emvqr::Scheme::Khqr.as_str(), "khqr");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Khqr => "khqr",
            Self::Jpqr => "jpqr",
            Self::Emv => "emv",
        }
    }
}

/// A payable code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Code<'a> {
    /// Cambodia's.
    Khqr(Khqr<'a>),
    /// Japan's.
    Jpqr(Jpqr<'a>),
    /// Any other.
    Merchant(MerchantQr<'a>),
}

impl<'a> Code<'a> {
    /// Its scheme.
    ///
    /// ```
    /// # use emvqr::{Dynamic, KhqrBuilder, MerchantAccount, Options, read};
    /// # let (id, merchant_id, acquiring_bank) = ("khqr@aclb", "000123", "ACLEDA");
    /// # let account = MerchantAccount { id, merchant_id, acquiring_bank };
    /// # let (created_ms, expires_ms) = (1_767_225_600_000, 1_767_226_200_000);
    /// # let dynamic = Dynamic { amount_minor: 5_000, created_ms, expires_ms };
    /// # let builder = KhqrBuilder::merchant(account).name("Angkor Coffee").bill("INV-7");
    /// # let payload = builder.union_pay_account("3197011600520446").dynamic(dynamic).build().unwrap();
    /// # let code = read(&payload, &Options::at(0)).code.unwrap();
    /// assert_eq!(code.scheme(), emvqr::Scheme::Khqr);
    /// ```
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        match self {
            Self::Khqr(_) => Scheme::Khqr,
            Self::Jpqr(_) => Scheme::Jpqr,
            Self::Merchant(_) => Scheme::Emv,
        }
    }

    /// What all schemes have in common.
    ///
    /// ```
    /// # use emvqr::{Dynamic, KhqrBuilder, MerchantAccount, Options, read};
    /// # let (id, merchant_id, acquiring_bank) = ("khqr@aclb", "000123", "ACLEDA");
    /// # let account = MerchantAccount { id, merchant_id, acquiring_bank };
    /// # let (created_ms, expires_ms) = (1_767_225_600_000, 1_767_226_200_000);
    /// # let dynamic = Dynamic { amount_minor: 5_000, created_ms, expires_ms };
    /// # let builder = KhqrBuilder::merchant(account).name("Angkor Coffee").bill("INV-7");
    /// # let payload = builder.union_pay_account("3197011600520446").dynamic(dynamic).build().unwrap();
    /// # let code = read(&payload, &Options::at(0)).code.unwrap();
    /// assert_eq!(code.common().country, "KH");
    /// ```
    #[must_use]
    pub fn common(&self) -> &Common<'a> {
        match self {
            Self::Khqr(khqr) => khqr.common(),
            Self::Jpqr(jpqr) => jpqr.common(),
            Self::Merchant(merchant) => merchant.common(),
        }
    }

    /// The identity of a code for one payment, see [`Khqr::code_key`] and [`Jpqr::code_key`].
    ///
    /// ```
    /// # use emvqr::{Dynamic, KhqrBuilder, MerchantAccount, Options, read};
    /// # let (id, merchant_id, acquiring_bank) = ("khqr@aclb", "000123", "ACLEDA");
    /// # let account = MerchantAccount { id, merchant_id, acquiring_bank };
    /// # let (created_ms, expires_ms) = (1_767_225_600_000, 1_767_226_200_000);
    /// # let dynamic = Dynamic { amount_minor: 5_000, created_ms, expires_ms };
    /// # let builder = KhqrBuilder::merchant(account).name("Angkor Coffee").bill("INV-7");
    /// # let payload = builder.union_pay_account("3197011600520446").dynamic(dynamic).build().unwrap();
    /// # let code = read(&payload, &Options::at(0)).code.unwrap();
    /// assert!(code.code_key().unwrap().starts_with("khqr|khqr@aclb/000123|"));
    /// ```
    #[must_use]
    pub fn code_key(&self) -> Option<String> {
        match self {
            Self::Khqr(khqr) => khqr.code_key(),
            Self::Jpqr(jpqr) => jpqr.code_key(),
            Self::Merchant(_) => None,
        }
    }
}

/// A code of a scheme that we do not know more about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MerchantQr<'a> {
    pub(crate) common: Common<'a>,
}

impl<'a> MerchantQr<'a> {
    /// What all schemes have in common.
    ///
    /// ```
    /// # use emvqr::{Code, Options, read};
    /// # let payload = "00020101021129370016A0000006770101110113006681222333353037645802TH63041DCF";
    /// # let Some(Code::Merchant(code)) = read(payload, &Options::at(0)).code else { panic!() };
    /// assert_eq!(code.common().country, "TH");
    /// ```
    #[must_use]
    pub fn common(&self) -> &Common<'a> {
        &self.common
    }

    /// Its accounts, at least one, in the order in which they stand. The payload is read once more
    /// for them.
    ///
    /// ```
    /// use emvqr::{Code, Options, read};
    ///
    /// let payload = "00020101021129370016A0000006770101110113006681222333353037645802TH63041DCF";
    /// let Some(Code::Merchant(code)) = read(payload, &Options::at(0)).code else { panic!() };
    /// assert_eq!(code.accounts()[0].identifier, Some("A000000677010111"));
    /// assert_eq!(code.common().currency.alpha(), Some("THB"));
    /// ```
    #[must_use]
    pub fn accounts(&self) -> Vec<Account<'a>> {
        crate::read::accounts(self.common.payload)
    }
}

/// An account of a scheme that we do not know more about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account<'a> {
    /// 02 to 51.
    pub tag: Tag,
    /// What names the network, if the account is a template (26 to 51).
    pub identifier: Option<&'a str>,
    /// The whole value.
    pub value: &'a str,
    /// The network, if it is one that we recognise, and whom the account names there.
    pub network: Option<(Network, Holder<'a>)>,
}

/// For how many payments a code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Initiation {
    /// The same for many.
    Static,
    /// For one.
    Dynamic,
}

/// What the payer is asked for on top of the amount (tags 55 to 57). A wallet that does not add it
/// underpays; a switch that cannot carry it should refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tip<'a> {
    /// The payer chooses.
    Prompt,
    /// A fixed fee, as written.
    Fixed(&'a str),
    /// A percentage, as written.
    Percent(&'a str),
}

/// The additional data of tag 62, as written; `***` asks the payer for the value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Additional<'a> {
    /// 62.01
    pub bill: Option<&'a str>,
    /// 62.02
    pub mobile: Option<&'a str>,
    /// 62.03
    pub store_label: Option<&'a str>,
    /// 62.05
    pub reference: Option<&'a str>,
    /// 62.07
    pub terminal: Option<&'a str>,
    /// 62.08
    pub purpose: Option<&'a str>,
}

/// Name and city in the local script (tag 64).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Local<'a> {
    /// Two letters, in the case in which they were written.
    pub language: &'a str,
    /// Never empty.
    pub name: &'a str,
    /// Seldom present.
    pub city: Option<&'a str>,
}

/// A field that the scheme does not define, kept as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownField<'a> {
    /// The field of the root.
    pub tag: Tag,
    /// The field inside it, where only that is unknown.
    pub sub: Option<Tag>,
    /// Its value.
    pub value: &'a str,
}

/// What all schemes have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Common<'a> {
    /// The whole text. This, and never a text built anew, is what others hash.
    pub payload: &'a str,
    /// Tag 01, if it says something that we know.
    pub initiation: Option<Initiation>,
    /// Tag 52.
    pub category: Option<&'a str>,
    /// Tag 53.
    pub currency: Currency,
    /// Tag 54; absent when the payer types it.
    pub amount: Option<Amount<'a>>,
    /// Tags 55 to 57.
    pub tip: Option<Tip<'a>>,
    /// Tag 58.
    pub country: &'a str,
    /// Tag 59; always there in KHQR and JPQR.
    pub name: Option<&'a str>,
    /// Tag 60; always there in KHQR and JPQR.
    pub city: Option<&'a str>,
    /// Tag 61.
    pub postal_code: Option<&'a str>,
    /// Tag 62.
    pub additional: Additional<'a>,
    /// Tag 64.
    pub local: Option<Local<'a>>,
    pub(crate) scheme: Scheme,
    /// The tag of the scheme's own account.
    pub(crate) own: Option<Tag>,
}

impl<'a> Common<'a> {
    /// Whatever else is in the code, as it was. The payload is read once more for it.
    ///
    /// ```
    /// use emvqr::{Options, read};
    ///
    /// let payload = "00020101021129170013shop_one@aclb3920001185500000000010145204200053031165802KH\
    ///                5904Shop6010Phnom Penh63040745";
    /// let code = read(payload, &Options::at(0)).code.unwrap();
    /// let unknown = code.common().unknown();
    /// assert_eq!((unknown[0].tag.number(), unknown[0].value), (39, "00118550000000001014"));
    /// ```
    #[must_use]
    pub fn unknown(&self) -> Vec<UnknownField<'a>> {
        crate::read::unknown(self.payload, self.scheme, self.own)
    }
}

/// One component of a code key: separators inside it are escaped, so that no two lists of
/// components give one key.
pub(crate) fn push_key_part(key: &mut String, part: &str) {
    for character in part.chars() {
        if matches!(character, '|' | '/' | '\\') {
            key.push('\\');
        }
        key.push(character);
    }
}
