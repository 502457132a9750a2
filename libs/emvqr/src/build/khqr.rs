//! Building KHQR.

use alloc::format;
use alloc::string::String;

use super::BuildError;
use super::writer::Draft;
use crate::amount::canonical;
use crate::currency::Currency;
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KhqrBuilder {
    draft: Draft,
    account: Place,
    currency: Currency,
    dynamic: Option<Dynamic>,
}

impl KhqrBuilder {
    /// For a person's account, `name@bank`.
    #[must_use]
    pub fn individual(id: &str) -> Self {
        let mut builder = Self::new(Place::Individual);
        builder.draft.set(Place::Individual, 0, id);
        builder
    }

    /// For a merchant's account.
    #[must_use]
    pub fn merchant(account: MerchantAccount<'_>) -> Self {
        let mut builder = Self::new(Place::Merchant);
        builder.draft.set(Place::Merchant, 0, account.id);
        builder.draft.set(Place::Merchant, 1, account.merchant_id);
        builder
            .draft
            .set(Place::Merchant, 2, account.acquiring_bank);
        builder
    }

    fn new(account: Place) -> Self {
        let mut draft = Draft::default();
        draft.set(Place::Root, 0, "01");
        draft.set(Place::Root, 52, CATEGORY_DEFAULT);
        draft.set(Place::Root, 58, COUNTRY);
        draft.set(Place::Root, 60, CITY_DEFAULT);
        Self {
            draft,
            account,
            currency: Currency::KHR,
            dynamic: None,
        }
    }

    /// The name that the payer is shown. Needed.
    #[must_use]
    pub fn name(self, name: &str) -> Self {
        self.with(Place::Root, 59, name)
    }

    /// Phnom Penh if not said.
    #[must_use]
    pub fn city(self, city: &str) -> Self {
        self.with(Place::Root, 60, city)
    }

    /// The merchant category code, 5999 if not said.
    #[must_use]
    pub fn category(self, category: &str) -> Self {
        self.with(Place::Root, 52, category)
    }

    /// Riel if not said; dollars are the only other.
    #[must_use]
    pub fn currency(mut self, currency: Currency) -> Self {
        self.currency = currency;
        self
    }

    /// Makes it a code for one payment.
    #[must_use]
    pub fn dynamic(mut self, dynamic: Dynamic) -> Self {
        self.dynamic = Some(dynamic);
        self
    }

    /// For a person's account: what the bank wants to know besides, often a phone number.
    #[must_use]
    pub fn account_information(self, information: &str) -> Self {
        self.with(Place::Individual, 1, information)
    }

    /// The bank's name.
    #[must_use]
    pub fn acquiring_bank(self, bank: &str) -> Self {
        let account = self.account;
        self.with(account, 2, bank)
    }

    /// A UnionPay account beside the Bakong one.
    #[must_use]
    pub fn union_pay_account(self, account: &str) -> Self {
        self.with(Place::Root, 15, account)
    }

    /// The shop's own number for what is paid.
    #[must_use]
    pub fn bill(self, bill: &str) -> Self {
        self.with(Place::Additional, 1, bill)
    }

    /// A phone number.
    #[must_use]
    pub fn mobile(self, mobile: &str) -> Self {
        self.with(Place::Additional, 2, mobile)
    }

    /// The branch.
    #[must_use]
    pub fn store_label(self, label: &str) -> Self {
        self.with(Place::Additional, 3, label)
    }

    /// The till.
    #[must_use]
    pub fn terminal(self, terminal: &str) -> Self {
        self.with(Place::Additional, 7, terminal)
    }

    /// What the payment is for.
    #[must_use]
    pub fn purpose(self, purpose: &str) -> Self {
        self.with(Place::Additional, 8, purpose)
    }

    /// The language of [`Self::local_name`], two letters, `km` for Khmer.
    #[must_use]
    pub fn language(self, language: &str) -> Self {
        self.with(Place::Language, 0, language)
    }

    /// The name in the local script; needs [`Self::language`].
    #[must_use]
    pub fn local_name(self, name: &str) -> Self {
        self.with(Place::Language, 1, name)
    }

    /// The city in the local script.
    #[must_use]
    pub fn local_city(self, city: &str) -> Self {
        self.with(Place::Language, 2, city)
    }

    fn with(mut self, place: Place, tag: u8, value: &str) -> Self {
        self.draft.set(place, tag, value);
        self
    }

    /// The payload.
    ///
    /// # Errors
    ///
    /// The gravest finding that reading it would give: a field missing, empty, too long, made of
    /// wrong characters; an amount of zero or too large; a creation after the expiry.
    pub fn build(&self) -> Result<String, BuildError> {
        let mut draft = self.draft.clone();
        draft.set(Place::Root, 53, &format!("{}", self.currency));
        let mut now_ms = 0;
        match self.dynamic {
            None => draft.set(Place::Root, 1, "11"),
            Some(dynamic) => {
                draft.set(Place::Root, 1, "12");
                draft.set(Place::Root, 54, &self.amount_text(dynamic.amount_minor)?);
                draft.set(Place::Times, 0, &format!("{}", dynamic.created_ms));
                draft.set(Place::Times, 1, &format!("{}", dynamic.expires_ms));
                check_time(dynamic.created_ms)?;
                now_ms = dynamic.created_ms;
            }
        }
        let tag = if self.account == Place::Individual {
            29
        } else {
            30
        };
        draft.write(
            self.account,
            tag,
            &Options {
                now_ms,
                profile: Profile::Khqr,
            },
        )
    }

    fn amount_text(&self, minor_units: u64) -> Result<String, BuildError> {
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

/// Reading lets a creation time pass that is none, since banks write other things there; we do
/// not.
fn check_time(created_ms: i64) -> Result<(), BuildError> {
    const TIMES: core::ops::RangeInclusive<i64> = 1_000_000_000_000..=9_999_999_999_999;
    if TIMES.contains(&created_ms) {
        return Ok(());
    }
    let value = format!("{created_ms}");
    Err(BuildError::new(
        Kind::CreationUnusual,
        "99.00",
        "creation time",
        &value,
    ))
}
