//! Building JPQR.

use alloc::format;
use alloc::string::String;

use super::BuildError;
use super::writer::Draft;
use crate::amount::canonical;
use crate::code::StoreId;
use crate::currency::Currency;
use crate::read::{Options, Profile};
use crate::rules::Place;
use crate::rules::fields::JPQR_GUID;
use crate::rules::kinds::Kind;

/// Where the store template stands in the codes that were seen.
const ACCOUNT_TAG: u8 = 26;
const COUNTRY: &str = "JP";
const LANGUAGE: &str = "JA";

/// Builds a JPQR. Values are not looked at before [`Self::build`].
///
/// ```
/// use emvqr::{JpqrBuilder, StoreId};
///
/// let store = StoreId::parse("0000000000001-0001-000001-000001").unwrap();
/// let payload = JpqrBuilder::new(store)
///     .category("5812")
///     .name("TORII RAMEN")
///     .city("TOKYO")
///     .postal_code("1060032")
///     .local_name("鳥居ラーメン")
///     .build()?;
/// assert!(payload.ends_with("63043C77"));
/// # Ok::<(), emvqr::BuildError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JpqrBuilder {
    draft: Draft,
    amount_minor: Option<u64>,
}

impl JpqrBuilder {
    /// For a shop. Category, name, city, postal code and local name are needed too.
    #[must_use]
    pub fn new(store: StoreId<'_>) -> Self {
        let mut draft = Draft::default();
        draft.set(Place::Root, 0, "01");
        draft.set(Place::Root, 53, &format!("{}", Currency::JPY));
        draft.set(Place::Root, 58, COUNTRY);
        draft.set(Place::Store, 0, JPQR_GUID);
        for (number, level) in (1..).zip(store.levels()) {
            draft.set(Place::Store, number, level);
        }
        draft.set(Place::Language, 0, LANGUAGE);
        Self {
            draft,
            amount_minor: None,
        }
    }

    /// The merchant category code.
    #[must_use]
    pub fn category(self, category: &str) -> Self {
        self.with(Place::Root, 52, category)
    }

    /// The name in Latin letters.
    #[must_use]
    pub fn name(self, name: &str) -> Self {
        self.with(Place::Root, 59, name)
    }

    /// The city in Latin letters.
    #[must_use]
    pub fn city(self, city: &str) -> Self {
        self.with(Place::Root, 60, city)
    }

    /// Seven digits.
    #[must_use]
    pub fn postal_code(self, postal_code: &str) -> Self {
        self.with(Place::Root, 61, postal_code)
    }

    /// The name in Japanese.
    #[must_use]
    pub fn local_name(self, name: &str) -> Self {
        self.with(Place::Language, 1, name)
    }

    /// Yen. Makes it a code for one payment.
    #[must_use]
    pub fn amount(mut self, amount_minor: u64) -> Self {
        self.amount_minor = Some(amount_minor);
        self
    }

    /// The shop's own number for what is paid.
    #[must_use]
    pub fn bill(self, bill: &str) -> Self {
        self.with(Place::Additional, 1, bill)
    }

    /// The branch.
    #[must_use]
    pub fn store_label(self, label: &str) -> Self {
        self.with(Place::Additional, 3, label)
    }

    /// A reference that comes back with the payment.
    #[must_use]
    pub fn reference(self, reference: &str) -> Self {
        self.with(Place::Additional, 5, reference)
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

    fn with(mut self, place: Place, tag: u8, value: &str) -> Self {
        self.draft.set(place, tag, value);
        self
    }

    /// The payload.
    ///
    /// # Errors
    ///
    /// The gravest finding that reading it would give: a field missing, empty, too long, made of
    /// wrong characters; an amount of zero or too large.
    pub fn build(&self) -> Result<String, BuildError> {
        let mut draft = self.draft.clone();
        match self.amount_minor {
            None => draft.set(Place::Root, 1, "11"),
            Some(amount_minor) => {
                let text = canonical(amount_minor, Currency::JPY).ok_or_else(|| {
                    let kind = if amount_minor == 0 {
                        Kind::AmountZero
                    } else {
                        Kind::AmountTooLong
                    };
                    BuildError::new(kind, "54", "amount", &format!("{amount_minor}"))
                })?;
                draft.set(Place::Root, 1, "12");
                draft.set(Place::Root, 54, &text);
            }
        }
        draft.write(
            Place::Store,
            ACCOUNT_TAG,
            &Options {
                now_ms: 0,
                profile: Profile::Jpqr,
            },
        )
    }
}
