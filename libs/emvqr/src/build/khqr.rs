//! Building KHQR.

use alloc::format;
use alloc::string::String;
use core::ops::RangeInclusive;

use super::BuildError;
use super::writer::{AccountAt, Draft, Field, check_reads_back, currency_text};
use crate::amount::canonical;
use crate::code::KhqrKind;
use crate::currency::Currency;
use crate::digits::Digits;
use crate::read::{Options, Profile};
use crate::rules::Place;
use crate::rules::kinds::Kind;

/// What the official SDK writes when it is told nothing.
const CATEGORY_DEFAULT: &str = "5999";
const CITY_DEFAULT: &str = "Phnom Penh";
const COUNTRY: &str = "KH";

/// What makes a code one for a single payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dynamic {
    /// Riel, or cents.
    pub amount_minor: u64,
    /// When the code is made, in milliseconds since 1970.
    pub created_ms: i64,
    /// The last millisecond at which it may be paid.
    pub expires_ms: i64,
}

/// The account of a merchant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MerchantAccount<'a> {
    /// `name@bank`
    pub id: &'a str,
    /// The bank's own number of the merchant.
    pub merchant_id: &'a str,
    /// The bank's name.
    pub acquiring_bank: &'a str,
}

/// Builds a KHQR. Values are not looked at before [`Self::build`].
///
/// ```
/// use emvqr::{Currency, Dynamic, KhqrBuilder};
///
/// let payload = KhqrBuilder::individual("shop_one@aclb")
///     .name("Angkor Coffee")
///     .currency(Currency::KHR)
///     .dynamic(Dynamic {
///         amount_minor: 5_000,
///         created_ms: 1_767_225_600_000,
///         expires_ms: 1_767_226_200_000,
///     })
///     .build()?;
/// assert_eq!(
///     payload,
///     "00020101021229170013shop_one@aclb520459995303116540450005802KH5913Angkor Coffee\
///      6010Phnom Penh9934001317672256000000113176722620000063044015",
/// );
/// # Ok::<(), emvqr::BuildError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KhqrBuilder<'a> {
    draft: Draft<'a>,
    kind: KhqrKind,
    currency: Currency,
    dynamic: Option<Dynamic>,
    /// Account information was given for a merchant, who has none.
    is_mixed: bool,
}

impl<'a> KhqrBuilder<'a> {
    /// For a person's account, `name@bank`.
    ///
    /// ```
    /// use emvqr::KhqrBuilder;
    ///
    /// let payload = KhqrBuilder::individual("shop_one@aclb").name("Angkor Coffee").build()?;
    /// assert!(payload.contains("29170013shop_one@aclb"));
    /// # Ok::<(), emvqr::BuildError>(())
    /// ```
    #[must_use]
    #[inline]
    pub fn individual(id: &'a str) -> Self {
        Self::new(KhqrKind::Individual, id)
    }

    /// For a merchant's account.
    ///
    /// ```
    /// use emvqr::{KhqrBuilder, MerchantAccount};
    ///
    /// let (id, merchant_id, acquiring_bank) = ("khqr@aclb", "000123", "ACLEDA");
    /// let account = MerchantAccount { id, merchant_id, acquiring_bank };
    /// let payload = KhqrBuilder::merchant(account).name("Angkor Coffee").build()?;
    /// assert!(payload.contains("30330009khqr@aclb01060001230206ACLEDA"));
    /// # Ok::<(), emvqr::BuildError>(())
    /// ```
    #[must_use]
    #[inline]
    pub fn merchant(account: MerchantAccount<'a>) -> Self {
        Self::new(KhqrKind::Merchant, account.id)
            .with(Field::AccountSecond, account.merchant_id)
            .with(Field::AccountThird, account.acquiring_bank)
    }

    #[inline]
    fn new(kind: KhqrKind, id: &'a str) -> Self {
        let mut draft = Draft::new();
        draft.set(Field::Format, "01");
        draft.set(Field::AccountFirst, id);
        draft.set(Field::Category, CATEGORY_DEFAULT);
        draft.set(Field::Country, COUNTRY);
        draft.set(Field::City, CITY_DEFAULT);
        Self {
            draft,
            kind,
            currency: Currency::KHR,
            dynamic: None,
            is_mixed: false,
        }
    }

    /// Riel if not said; dollars are the only other.
    ///
    /// ```
    /// # use emvqr::{Currency, Dynamic, KhqrBuilder, MerchantAccount};
    /// # let builder = KhqrBuilder::individual("shop_one@aclb").name("Angkor Coffee");
    /// let payload = builder.currency(Currency::USD).build().unwrap();
    /// assert!(payload.contains("5303840"));
    /// ```
    #[must_use]
    #[inline]
    pub fn currency(mut self, currency: Currency) -> Self {
        self.currency = currency;
        self
    }

    /// Makes it a code for one payment.
    ///
    /// ```
    /// # use emvqr::{Currency, Dynamic, KhqrBuilder, MerchantAccount};
    /// # let builder = KhqrBuilder::individual("shop_one@aclb").name("Angkor Coffee");
    /// let (created_ms, expires_ms) = (1_767_225_600_000, 1_767_226_200_000);
    /// let dynamic = Dynamic { amount_minor: 5_000, created_ms, expires_ms };
    /// let payload = builder.dynamic(dynamic).build().unwrap();
    /// assert!(payload.contains("54045000") && payload.contains("9934"));
    /// ```
    #[must_use]
    #[inline]
    pub fn dynamic(mut self, dynamic: Dynamic) -> Self {
        self.dynamic = Some(dynamic);
        self
    }

    /// For a person's account: what the bank wants to know besides, often a phone number.
    ///
    /// ```
    /// # use emvqr::{Currency, Dynamic, KhqrBuilder, MerchantAccount};
    /// # let builder = KhqrBuilder::individual("shop_one@aclb").name("Angkor Coffee");
    /// let payload = builder.account_information("85500000000").build().unwrap();
    /// assert!(payload.contains("011185500000000"));
    /// ```
    #[must_use]
    #[inline]
    pub fn account_information(mut self, information: &'a str) -> Self {
        if self.kind == KhqrKind::Merchant {
            self.is_mixed = true;
            return self;
        }
        self.with(Field::AccountSecond, information)
    }

    /// The name that the payer is shown. Needed.
    ///
    /// ```
    /// # use emvqr::{Currency, Dynamic, KhqrBuilder, MerchantAccount};
    /// # let builder = KhqrBuilder::individual("shop_one@aclb").name("Angkor Coffee");
    /// let payload = builder.name("Mekong Books").build().unwrap();
    /// assert!(payload.contains("5912Mekong Books"));
    /// ```
    #[must_use]
    #[inline]
    pub fn name(self, name: &'a str) -> Self {
        self.with(Field::Name, name)
    }

    /// Phnom Penh if not said.
    ///
    /// ```
    /// # use emvqr::{Currency, Dynamic, KhqrBuilder, MerchantAccount};
    /// # let builder = KhqrBuilder::individual("shop_one@aclb").name("Angkor Coffee");
    /// let payload = builder.city("Siem Reap").build().unwrap();
    /// assert!(payload.contains("6009Siem Reap"));
    /// ```
    #[must_use]
    #[inline]
    pub fn city(self, city: &'a str) -> Self {
        self.with(Field::City, city)
    }

    /// The merchant category code, 5999 if not said.
    ///
    /// ```
    /// # use emvqr::{Currency, Dynamic, KhqrBuilder, MerchantAccount};
    /// # let builder = KhqrBuilder::individual("shop_one@aclb").name("Angkor Coffee");
    /// let payload = builder.category("5812").build().unwrap();
    /// assert!(payload.contains("52045812"));
    /// ```
    #[must_use]
    #[inline]
    pub fn category(self, category: &'a str) -> Self {
        self.with(Field::Category, category)
    }

    /// A UnionPay account beside the Bakong one; goes with riel only.
    ///
    /// ```
    /// # use emvqr::{Currency, Dynamic, KhqrBuilder, MerchantAccount};
    /// # let builder = KhqrBuilder::individual("shop_one@aclb").name("Angkor Coffee");
    /// let payload = builder.union_pay_account("3197011600520446").build().unwrap();
    /// assert!(payload.contains("15163197011600520446"));
    /// ```
    #[must_use]
    #[inline]
    pub fn union_pay_account(self, account: &'a str) -> Self {
        self.with(Field::UnionPay, account)
    }

    /// Seldom given.
    ///
    /// ```
    /// # use emvqr::{Currency, Dynamic, KhqrBuilder, MerchantAccount};
    /// # let builder = KhqrBuilder::individual("shop_one@aclb").name("Angkor Coffee");
    /// let payload = builder.postal_code("120101").build().unwrap();
    /// assert!(payload.contains("6106120101"));
    /// ```
    #[must_use]
    #[inline]
    pub fn postal_code(self, postal_code: &'a str) -> Self {
        self.with(Field::PostalCode, postal_code)
    }

    /// The shop's own number for what is paid.
    ///
    /// ```
    /// # use emvqr::{Currency, Dynamic, KhqrBuilder, MerchantAccount};
    /// # let builder = KhqrBuilder::individual("shop_one@aclb").name("Angkor Coffee");
    /// let payload = builder.bill("INV-7").build().unwrap();
    /// assert!(payload.contains("0105INV-7"));
    /// ```
    #[must_use]
    #[inline]
    pub fn bill(self, bill: &'a str) -> Self {
        self.with(Field::Bill, bill)
    }

    /// A phone number.
    ///
    /// ```
    /// # use emvqr::{Currency, Dynamic, KhqrBuilder, MerchantAccount};
    /// # let builder = KhqrBuilder::individual("shop_one@aclb").name("Angkor Coffee");
    /// let payload = builder.mobile("85500000000").build().unwrap();
    /// assert!(payload.contains("021185500000000"));
    /// ```
    #[must_use]
    #[inline]
    pub fn mobile(self, mobile: &'a str) -> Self {
        self.with(Field::Mobile, mobile)
    }

    /// The branch.
    ///
    /// ```
    /// # use emvqr::{Currency, Dynamic, KhqrBuilder, MerchantAccount};
    /// # let builder = KhqrBuilder::individual("shop_one@aclb").name("Angkor Coffee");
    /// let payload = builder.store_label("Riverside").build().unwrap();
    /// assert!(payload.contains("0309Riverside"));
    /// ```
    #[must_use]
    #[inline]
    pub fn store_label(self, label: &'a str) -> Self {
        self.with(Field::StoreLabel, label)
    }

    /// A reference that comes back with the payment. The official kit does not write it.
    ///
    /// ```
    /// # use emvqr::{Currency, Dynamic, KhqrBuilder, MerchantAccount};
    /// # let builder = KhqrBuilder::individual("shop_one@aclb").name("Angkor Coffee");
    /// let payload = builder.reference("R-1").build().unwrap();
    /// assert!(payload.contains("0503R-1"));
    /// ```
    #[must_use]
    #[inline]
    pub fn reference(self, reference: &'a str) -> Self {
        self.with(Field::Reference, reference)
    }

    /// The till.
    ///
    /// ```
    /// # use emvqr::{Currency, Dynamic, KhqrBuilder, MerchantAccount};
    /// # let builder = KhqrBuilder::individual("shop_one@aclb").name("Angkor Coffee");
    /// let payload = builder.terminal("Till 2").build().unwrap();
    /// assert!(payload.contains("0706Till 2"));
    /// ```
    #[must_use]
    #[inline]
    pub fn terminal(self, terminal: &'a str) -> Self {
        self.with(Field::Terminal, terminal)
    }

    /// What the payment is for.
    ///
    /// ```
    /// # use emvqr::{Currency, Dynamic, KhqrBuilder, MerchantAccount};
    /// # let builder = KhqrBuilder::individual("shop_one@aclb").name("Angkor Coffee");
    /// let payload = builder.purpose("Coffee").build().unwrap();
    /// assert!(payload.contains("0806Coffee"));
    /// ```
    #[must_use]
    #[inline]
    pub fn purpose(self, purpose: &'a str) -> Self {
        self.with(Field::Purpose, purpose)
    }

    /// The language of [`Self::local_name`], two letters, `km` for Khmer.
    ///
    /// ```
    /// # use emvqr::{Currency, Dynamic, KhqrBuilder, MerchantAccount};
    /// # let builder = KhqrBuilder::individual("shop_one@aclb").name("Angkor Coffee");
    /// let payload = builder.language("km").local_name("កាហ្វេ").build().unwrap();
    /// assert!(payload.contains("0002km"));
    /// ```
    #[must_use]
    #[inline]
    pub fn language(self, language: &'a str) -> Self {
        self.with(Field::Language, language)
    }

    /// The name in the local script; needs [`Self::language`].
    ///
    /// ```
    /// # use emvqr::{Currency, Dynamic, KhqrBuilder, MerchantAccount};
    /// # let builder = KhqrBuilder::individual("shop_one@aclb").name("Angkor Coffee");
    /// let payload = builder.language("km").local_name("កាហ្វេ").build().unwrap();
    /// assert!(payload.contains("0106កាហ្វេ"));
    /// ```
    #[must_use]
    #[inline]
    pub fn local_name(self, name: &'a str) -> Self {
        self.with(Field::LocalName, name)
    }

    /// The city in the local script.
    ///
    /// ```
    /// # use emvqr::{Currency, Dynamic, KhqrBuilder, MerchantAccount};
    /// # let builder = KhqrBuilder::individual("shop_one@aclb").name("Angkor Coffee");
    /// let payload = builder.language("km").local_name("កាហ្វេ").local_city("ភ្នំពេញ").build().unwrap();
    /// assert!(payload.contains("0207ភ្នំពេញ"));
    /// ```
    #[must_use]
    #[inline]
    pub fn local_city(self, city: &'a str) -> Self {
        self.with(Field::LocalCity, city)
    }

    /// The bank's name.
    ///
    /// ```
    /// # use emvqr::{Currency, Dynamic, KhqrBuilder, MerchantAccount};
    /// # let builder = KhqrBuilder::individual("shop_one@aclb").name("Angkor Coffee");
    /// let payload = builder.acquiring_bank("ACLEDA").build().unwrap();
    /// assert!(payload.contains("0206ACLEDA"));
    /// ```
    #[must_use]
    #[inline]
    pub fn acquiring_bank(self, bank: &'a str) -> Self {
        self.with(Field::AccountThird, bank)
    }

    #[inline]
    fn with(mut self, field: Field, value: &'a str) -> Self {
        self.draft.set(field, value);
        self
    }

    /// The payload.
    ///
    /// ```
    /// # use emvqr::{Currency, Dynamic, KhqrBuilder, MerchantAccount};
    /// # let builder = KhqrBuilder::individual("shop_one@aclb").name("Angkor Coffee");
    /// assert!(builder.build().unwrap().starts_with("000201010211"));
    /// assert_eq!(builder.name("").build().unwrap_err().code(), "missing");
    /// ```
    ///
    /// # Errors
    ///
    /// The gravest finding that reading it would give: a field missing, empty, too long, made of
    /// wrong characters; an amount of zero or too large; a creation after the expiry.
    pub fn build(&self) -> Result<String, BuildError> {
        if self.is_mixed {
            let (kind, path) = (Kind::TwoFaced, "30");
            return Err(BuildError::new(kind, path, "account information", ""));
        }
        let (currency, amount, created, expires);
        let mut draft = self.draft;
        draft.set(
            Field::Currency,
            match self.currency {
                Currency::KHR => "116",
                Currency::USD => "840",
                other => {
                    currency = currency_text(other);
                    currency.as_str()
                }
            },
        );
        let mut now_ms = 0;
        match self.dynamic {
            None => draft.set(Field::Initiation, "11"),
            Some(dynamic) => {
                amount = self.amount_text(dynamic.amount_minor)?;
                check_times(dynamic)?;
                created = Digits::of(dynamic.created_ms.unsigned_abs(), 1);
                expires = Digits::of(dynamic.expires_ms.unsigned_abs(), 1);
                draft.set(Field::Initiation, "12");
                draft.set(Field::Amount, amount.as_str());
                draft.set(Field::Created, created.as_str());
                draft.set(Field::Expires, expires.as_str());
                now_ms = dynamic.created_ms;
            }
        }
        let account = match self.kind {
            KhqrKind::Individual => AccountAt {
                tag: 29,
                place: Place::Individual,
            },
            KhqrKind::Merchant => AccountAt {
                tag: 30,
                place: Place::Merchant,
            },
        };
        let written = draft.write(account)?;
        let options = Options {
            now_ms,
            profile: Profile::Khqr,
        };
        if written.passes_rows && self.is_sound(&draft) {
            debug_assert_eq!(check_reads_back(&written.text, &options), Ok(()));
        } else {
            check_reads_back(&written.text, &options)?;
        }
        Ok(written.text)
    }

    /// Whether there is nothing to be found that the rows do not say, so that reading the code
    /// back is a formality. Most codes are like that; others are read back.
    fn is_sound(&self, draft: &Draft<'_>) -> bool {
        let is_in_time = |dynamic: Dynamic| {
            TIMES.contains(&dynamic.expires_ms) && dynamic.expires_ms >= dynamic.created_ms
        };
        let is_riel = self.currency == Currency::KHR;
        let is_dollars = self.currency == Currency::USD;
        let account = draft.get(Field::AccountFirst).unwrap_or_default();
        let is_plain =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
        let (name, bank) = account.split_once('@').unwrap_or_default();
        let is_address = |part: &str| !part.is_empty() && part.bytes().all(is_plain);
        draft.get(Field::Name).is_some()
            && draft.get(Field::Language).is_none()
            && draft.get(Field::LocalName).is_none()
            && draft.get(Field::LocalCity).is_none()
            && (is_riel || is_dollars && draft.get(Field::UnionPay).is_none())
            && is_address(name)
            && is_address(bank)
            && self.dynamic.is_none_or(is_in_time)
    }

    #[inline]
    fn amount_text(&self, minor_units: u64) -> Result<Digits, BuildError> {
        canonical(minor_units, self.currency).ok_or_else(|| {
            let kind = match (minor_units, self.currency.exponent()) {
                (0, _) => Kind::AmountZero,
                (_, None) => Kind::CurrencyMismatch,
                (_, Some(_)) => Kind::AmountTooLong,
            };
            BuildError::new(kind, "54", "amount", &format!("{minor_units}"))
        })
    }
}

/// All times that have 13 digits.
const TIMES: RangeInclusive<i64> = 1_000_000_000_000..=9_999_999_999_999;

/// Reading lets a creation time pass that is none, since banks write other things there; we do
/// not. And no time is before 1970, whatever its digits are without the sign.
pub(super) fn check_times(dynamic: Dynamic) -> Result<(), BuildError> {
    let refused = |kind, path, name, time_ms: i64| {
        Err(BuildError::new(kind, path, name, &format!("{time_ms}")))
    };
    if !TIMES.contains(&dynamic.created_ms) {
        let (kind, name) = (Kind::CreationUnusual, "creation time");
        return refused(kind, "99.00", name, dynamic.created_ms);
    }
    if dynamic.expires_ms < 0 {
        let (kind, name) = (Kind::ExpiryShape, "expiry time");
        return refused(kind, "99.01", name, dynamic.expires_ms);
    }
    Ok(())
}
