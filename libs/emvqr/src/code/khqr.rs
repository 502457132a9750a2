//! KHQR, the code of the National Bank of Cambodia.

use alloc::format;
use alloc::string::String;

use super::{Common, push_key_part};
use crate::amount::Amount;

/// Who is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KhqrKind {
    /// A person, tag 29.
    Individual,
    /// A merchant, tag 30.
    Merchant,
}

/// The times of tag 99.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Times<'a> {
    pub(crate) created_text: Option<&'a str>,
    pub(crate) created_ms: Option<i64>,
    pub(crate) expires_ms: Option<i64>,
}

/// A payable KHQR.
///
/// ```
/// use emvqr::{Code, KhqrKind, Options, read};
///
/// let payload = "00020101021229170013shop_one@aclb520459995303116540450005802KH5913Angkor Coffee\
///                6010Phnom Penh9934001317672256000000113176722620000063044015";
/// let Some(Code::Khqr(khqr)) = read(payload, &Options::at(1_767_225_600_000)).code else {
///     panic!("not payable")
/// };
/// assert_eq!(khqr.kind(), KhqrKind::Individual);
/// assert_eq!(khqr.account_id(), "shop_one@aclb");
/// assert_eq!(khqr.amount().unwrap().minor_units(0), Ok(5_000));
/// assert!(khqr.is_dynamic());
/// assert_eq!(khqr.expires_ms(), Some(1_767_226_200_000));
/// assert_eq!(
///     khqr.code_key().as_deref(),
///     Some("khqr|shop_one@aclb/||116:5000|1767225600000"),
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Khqr<'a> {
    pub(crate) common: Common<'a>,
    pub(crate) kind: KhqrKind,
    pub(crate) account_id: &'a str,
    pub(crate) account_information: Option<&'a str>,
    pub(crate) merchant_id: Option<&'a str>,
    pub(crate) acquiring_bank: Option<&'a str>,
    pub(crate) union_pay: Option<&'a str>,
    pub(crate) times: Times<'a>,
    pub(crate) is_dynamic: bool,
}

impl<'a> Khqr<'a> {
    /// What all schemes have in common.
    ///
    /// ```
    /// # use emvqr::{Code, Dynamic, KhqrBuilder, MerchantAccount, Options, read};
    /// # let (id, merchant_id, acquiring_bank) = ("khqr@aclb", "000123", "ACLEDA");
    /// # let account = MerchantAccount { id, merchant_id, acquiring_bank };
    /// # let (created_ms, expires_ms) = (1_767_225_600_000, 1_767_226_200_000);
    /// # let dynamic = Dynamic { amount_minor: 5_000, created_ms, expires_ms };
    /// # let builder = KhqrBuilder::merchant(account).name("Angkor Coffee").bill("INV-7");
    /// # let payload = builder.union_pay_account("3197011600520446").dynamic(dynamic).build().unwrap();
    /// # let Some(Code::Khqr(khqr)) = read(&payload, &Options::at(0)).code else { panic!() };
    /// assert_eq!(khqr.common().name, Some("Angkor Coffee"));
    /// ```
    #[must_use]
    pub fn common(&self) -> &Common<'a> {
        &self.common
    }

    /// A person or a merchant.
    ///
    /// ```
    /// # use emvqr::{Code, Dynamic, KhqrBuilder, MerchantAccount, Options, read};
    /// # let (id, merchant_id, acquiring_bank) = ("khqr@aclb", "000123", "ACLEDA");
    /// # let account = MerchantAccount { id, merchant_id, acquiring_bank };
    /// # let (created_ms, expires_ms) = (1_767_225_600_000, 1_767_226_200_000);
    /// # let dynamic = Dynamic { amount_minor: 5_000, created_ms, expires_ms };
    /// # let builder = KhqrBuilder::merchant(account).name("Angkor Coffee").bill("INV-7");
    /// # let payload = builder.union_pay_account("3197011600520446").dynamic(dynamic).build().unwrap();
    /// # let Some(Code::Khqr(khqr)) = read(&payload, &Options::at(0)).code else { panic!() };
    /// assert_eq!(khqr.kind(), emvqr::KhqrKind::Merchant);
    /// ```
    #[must_use]
    pub fn kind(&self) -> KhqrKind {
        self.kind
    }

    /// `name@bank`, with one `@`. Some banks write one id for all their merchants and the real
    /// account in [`Self::account_information`] or [`Self::merchant_id`].
    ///
    /// ```
    /// # use emvqr::{Code, Dynamic, KhqrBuilder, MerchantAccount, Options, read};
    /// # let (id, merchant_id, acquiring_bank) = ("khqr@aclb", "000123", "ACLEDA");
    /// # let account = MerchantAccount { id, merchant_id, acquiring_bank };
    /// # let (created_ms, expires_ms) = (1_767_225_600_000, 1_767_226_200_000);
    /// # let dynamic = Dynamic { amount_minor: 5_000, created_ms, expires_ms };
    /// # let builder = KhqrBuilder::merchant(account).name("Angkor Coffee").bill("INV-7");
    /// # let payload = builder.union_pay_account("3197011600520446").dynamic(dynamic).build().unwrap();
    /// # let Some(Code::Khqr(khqr)) = read(&payload, &Options::at(0)).code else { panic!() };
    /// assert_eq!(khqr.account_id(), "khqr@aclb");
    /// ```
    #[must_use]
    pub fn account_id(&self) -> &'a str {
        self.account_id
    }

    /// 29.01, often a phone number.
    ///
    /// ```
    /// # use emvqr::{Code, KhqrBuilder, Options, read};
    /// # let builder = KhqrBuilder::individual("shop_one@aclb").account_information("85500000000");
    /// # let payload = builder.name("Angkor Coffee").build().unwrap();
    /// # let Some(Code::Khqr(khqr)) = read(&payload, &Options::at(0)).code else { panic!() };
    /// assert_eq!(khqr.account_information(), Some("85500000000"));
    /// ```
    #[must_use]
    pub fn account_information(&self) -> Option<&'a str> {
        self.account_information
    }

    /// 30.01.
    ///
    /// ```
    /// # use emvqr::{Code, Dynamic, KhqrBuilder, MerchantAccount, Options, read};
    /// # let (id, merchant_id, acquiring_bank) = ("khqr@aclb", "000123", "ACLEDA");
    /// # let account = MerchantAccount { id, merchant_id, acquiring_bank };
    /// # let (created_ms, expires_ms) = (1_767_225_600_000, 1_767_226_200_000);
    /// # let dynamic = Dynamic { amount_minor: 5_000, created_ms, expires_ms };
    /// # let builder = KhqrBuilder::merchant(account).name("Angkor Coffee").bill("INV-7");
    /// # let payload = builder.union_pay_account("3197011600520446").dynamic(dynamic).build().unwrap();
    /// # let Some(Code::Khqr(khqr)) = read(&payload, &Options::at(0)).code else { panic!() };
    /// assert_eq!(khqr.merchant_id(), Some("000123"));
    /// ```
    #[must_use]
    pub fn merchant_id(&self) -> Option<&'a str> {
        self.merchant_id
    }

    /// 29.02 or 30.02.
    ///
    /// ```
    /// # use emvqr::{Code, Dynamic, KhqrBuilder, MerchantAccount, Options, read};
    /// # let (id, merchant_id, acquiring_bank) = ("khqr@aclb", "000123", "ACLEDA");
    /// # let account = MerchantAccount { id, merchant_id, acquiring_bank };
    /// # let (created_ms, expires_ms) = (1_767_225_600_000, 1_767_226_200_000);
    /// # let dynamic = Dynamic { amount_minor: 5_000, created_ms, expires_ms };
    /// # let builder = KhqrBuilder::merchant(account).name("Angkor Coffee").bill("INV-7");
    /// # let payload = builder.union_pay_account("3197011600520446").dynamic(dynamic).build().unwrap();
    /// # let Some(Code::Khqr(khqr)) = read(&payload, &Options::at(0)).code else { panic!() };
    /// assert_eq!(khqr.acquiring_bank(), Some("ACLEDA"));
    /// ```
    #[must_use]
    pub fn acquiring_bank(&self) -> Option<&'a str> {
        self.acquiring_bank
    }

    /// Tag 15.
    ///
    /// ```
    /// # use emvqr::{Code, Dynamic, KhqrBuilder, MerchantAccount, Options, read};
    /// # let (id, merchant_id, acquiring_bank) = ("khqr@aclb", "000123", "ACLEDA");
    /// # let account = MerchantAccount { id, merchant_id, acquiring_bank };
    /// # let (created_ms, expires_ms) = (1_767_225_600_000, 1_767_226_200_000);
    /// # let dynamic = Dynamic { amount_minor: 5_000, created_ms, expires_ms };
    /// # let builder = KhqrBuilder::merchant(account).name("Angkor Coffee").bill("INV-7");
    /// # let payload = builder.union_pay_account("3197011600520446").dynamic(dynamic).build().unwrap();
    /// # let Some(Code::Khqr(khqr)) = read(&payload, &Options::at(0)).code else { panic!() };
    /// assert_eq!(khqr.union_pay_account(), Some("3197011600520446"));
    /// ```
    #[must_use]
    pub fn union_pay_account(&self) -> Option<&'a str> {
        self.union_pay
    }

    /// Tag 54.
    ///
    /// ```
    /// # use emvqr::{Code, Dynamic, KhqrBuilder, MerchantAccount, Options, read};
    /// # let (id, merchant_id, acquiring_bank) = ("khqr@aclb", "000123", "ACLEDA");
    /// # let account = MerchantAccount { id, merchant_id, acquiring_bank };
    /// # let (created_ms, expires_ms) = (1_767_225_600_000, 1_767_226_200_000);
    /// # let dynamic = Dynamic { amount_minor: 5_000, created_ms, expires_ms };
    /// # let builder = KhqrBuilder::merchant(account).name("Angkor Coffee").bill("INV-7");
    /// # let payload = builder.union_pay_account("3197011600520446").dynamic(dynamic).build().unwrap();
    /// # let Some(Code::Khqr(khqr)) = read(&payload, &Options::at(0)).code else { panic!() };
    /// assert_eq!(khqr.amount().unwrap().text(), "5000");
    /// ```
    #[must_use]
    pub fn amount(&self) -> Option<Amount<'a>> {
        self.common.amount
    }

    /// Bill number, 62.01.
    ///
    /// ```
    /// # use emvqr::{Code, Dynamic, KhqrBuilder, MerchantAccount, Options, read};
    /// # let (id, merchant_id, acquiring_bank) = ("khqr@aclb", "000123", "ACLEDA");
    /// # let account = MerchantAccount { id, merchant_id, acquiring_bank };
    /// # let (created_ms, expires_ms) = (1_767_225_600_000, 1_767_226_200_000);
    /// # let dynamic = Dynamic { amount_minor: 5_000, created_ms, expires_ms };
    /// # let builder = KhqrBuilder::merchant(account).name("Angkor Coffee").bill("INV-7");
    /// # let payload = builder.union_pay_account("3197011600520446").dynamic(dynamic).build().unwrap();
    /// # let Some(Code::Khqr(khqr)) = read(&payload, &Options::at(0)).code else { panic!() };
    /// assert_eq!(khqr.bill(), Some("INV-7"));
    /// ```
    #[must_use]
    pub fn bill(&self) -> Option<&'a str> {
        self.common.additional.bill
    }

    /// Whether it is for one payment. A code with an amount is, whatever tag 01 says: the official
    /// readers demand an expiry of it.
    ///
    /// ```
    /// # use emvqr::{Code, Dynamic, KhqrBuilder, MerchantAccount, Options, read};
    /// # let (id, merchant_id, acquiring_bank) = ("khqr@aclb", "000123", "ACLEDA");
    /// # let account = MerchantAccount { id, merchant_id, acquiring_bank };
    /// # let (created_ms, expires_ms) = (1_767_225_600_000, 1_767_226_200_000);
    /// # let dynamic = Dynamic { amount_minor: 5_000, created_ms, expires_ms };
    /// # let builder = KhqrBuilder::merchant(account).name("Angkor Coffee").bill("INV-7");
    /// # let payload = builder.union_pay_account("3197011600520446").dynamic(dynamic).build().unwrap();
    /// # let Some(Code::Khqr(khqr)) = read(&payload, &Options::at(0)).code else { panic!() };
    /// assert!(khqr.is_dynamic());
    /// ```
    #[must_use]
    pub fn is_dynamic(&self) -> bool {
        self.is_dynamic
    }

    /// When it was made, if that is written as a time; some banks write something else there.
    ///
    /// ```
    /// # use emvqr::{Code, Dynamic, KhqrBuilder, MerchantAccount, Options, read};
    /// # let (id, merchant_id, acquiring_bank) = ("khqr@aclb", "000123", "ACLEDA");
    /// # let account = MerchantAccount { id, merchant_id, acquiring_bank };
    /// # let (created_ms, expires_ms) = (1_767_225_600_000, 1_767_226_200_000);
    /// # let dynamic = Dynamic { amount_minor: 5_000, created_ms, expires_ms };
    /// # let builder = KhqrBuilder::merchant(account).name("Angkor Coffee").bill("INV-7");
    /// # let payload = builder.union_pay_account("3197011600520446").dynamic(dynamic).build().unwrap();
    /// # let Some(Code::Khqr(khqr)) = read(&payload, &Options::at(0)).code else { panic!() };
    /// assert_eq!(khqr.created_ms(), Some(1_767_225_600_000));
    /// ```
    #[must_use]
    pub fn created_ms(&self) -> Option<i64> {
        self.times.created_ms
    }

    /// The last millisecond at which it may be paid; always there in a dynamic code.
    ///
    /// ```
    /// # use emvqr::{Code, Dynamic, KhqrBuilder, MerchantAccount, Options, read};
    /// # let (id, merchant_id, acquiring_bank) = ("khqr@aclb", "000123", "ACLEDA");
    /// # let account = MerchantAccount { id, merchant_id, acquiring_bank };
    /// # let (created_ms, expires_ms) = (1_767_225_600_000, 1_767_226_200_000);
    /// # let dynamic = Dynamic { amount_minor: 5_000, created_ms, expires_ms };
    /// # let builder = KhqrBuilder::merchant(account).name("Angkor Coffee").bill("INV-7");
    /// # let payload = builder.union_pay_account("3197011600520446").dynamic(dynamic).build().unwrap();
    /// # let Some(Code::Khqr(khqr)) = read(&payload, &Options::at(0)).code else { panic!() };
    /// assert_eq!(khqr.expires_ms(), Some(1_767_226_200_000));
    /// ```
    #[must_use]
    pub fn expires_ms(&self) -> Option<i64> {
        if self.is_dynamic {
            self.times.expires_ms
        } else {
            None
        }
    }

    /// What makes a dynamic code this one and no other, however it is written:
    /// `khqr|account|bill|currency:amount|timestamp`. Field order, spelling of the amount (`1.5`,
    /// `1.50`), case of the account and fields that do not matter have no influence. The account
    /// is the id and what stands in sub-field 01, because of the shared ids. Static codes have
    /// none: they may be paid again.
    ///
    /// ```
    /// # use emvqr::{Code, Dynamic, KhqrBuilder, MerchantAccount, Options, read};
    /// # let (id, merchant_id, acquiring_bank) = ("khqr@aclb", "000123", "ACLEDA");
    /// # let account = MerchantAccount { id, merchant_id, acquiring_bank };
    /// # let (created_ms, expires_ms) = (1_767_225_600_000, 1_767_226_200_000);
    /// # let dynamic = Dynamic { amount_minor: 5_000, created_ms, expires_ms };
    /// # let builder = KhqrBuilder::merchant(account).name("Angkor Coffee").bill("INV-7");
    /// # let payload = builder.union_pay_account("3197011600520446").dynamic(dynamic).build().unwrap();
    /// # let Some(Code::Khqr(khqr)) = read(&payload, &Options::at(0)).code else { panic!() };
    /// assert_eq!(khqr.code_key().unwrap(), "khqr|khqr@aclb/000123|INV-7|116:5000|1767225600000");
    /// ```
    #[must_use]
    pub fn code_key(&self) -> Option<String> {
        if !self.is_dynamic {
            return None;
        }
        let currency = self.common.currency;
        let amount = self.common.amount?.minor_units(currency.exponent()?).ok()?;
        let mut key = String::from("khqr|");
        push_key_part(&mut key, &self.account_id.to_ascii_lowercase());
        key.push('/');
        push_key_part(
            &mut key,
            self.merchant_id.or(self.account_information).unwrap_or(""),
        );
        key.push('|');
        push_key_part(&mut key, self.bill().unwrap_or(""));
        key.push_str(&format!("|{currency}:{amount}|"));
        match self.times.created_text {
            Some(created) => push_key_part(&mut key, &created.to_ascii_lowercase()),
            None => key.push_str(&format!("{}", self.times.expires_ms?)),
        }
        Some(key)
    }
}
