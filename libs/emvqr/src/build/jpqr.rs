//! Building JPQR.

use alloc::format;
use alloc::string::String;

use super::BuildError;
use super::writer::{AccountAt, Draft, Field, check_reads_back, currency_text};
use crate::amount::canonical;
use crate::code::{StoreId, Tip};
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JpqrBuilder<'a> {
    draft: Draft<'a>,
    amount_minor: Option<u64>,
}

impl<'a> JpqrBuilder<'a> {
    /// For a shop. Category, name, city, postal code and local name are needed too.
    ///
    /// ```
    /// # use emvqr::{JpqrBuilder, StoreId};
    /// # let store = StoreId::parse("0000000000001-0001-000001-000001").unwrap();
    /// # let builder = JpqrBuilder::new(store).category("5812").name("TORII RAMEN").city("TOKYO");
    /// # let builder = builder.postal_code("1060032").local_name("鳥居ラーメン");
    /// assert!(builder.build().unwrap().contains("0019jp.or.paymentsjapan0113"));
    /// ```
    #[must_use]
    pub fn new(store: StoreId<'a>) -> Self {
        let mut draft = Draft::new();
        let [first, second, third, fourth] = store.levels();
        draft.set(Field::Format, "01");
        draft.set(Field::Country, COUNTRY);
        draft.set(Field::AccountFirst, JPQR_GUID);
        draft.set(Field::AccountSecond, first);
        draft.set(Field::AccountThird, second);
        draft.set(Field::AccountFourth, third);
        draft.set(Field::AccountFifth, fourth);
        draft.set(Field::Language, LANGUAGE);
        Self {
            draft,
            amount_minor: None,
        }
    }

    /// Yen. Makes it a code for one payment.
    ///
    /// ```
    /// # use emvqr::{JpqrBuilder, StoreId};
    /// # let store = StoreId::parse("0000000000001-0001-000001-000001").unwrap();
    /// # let builder = JpqrBuilder::new(store).category("5812").name("TORII RAMEN").city("TOKYO");
    /// # let builder = builder.postal_code("1060032").local_name("鳥居ラーメン");
    /// let payload = builder.amount(1_980).build().unwrap();
    /// assert!(payload.contains("54041980"));
    /// ```
    #[must_use]
    pub fn amount(mut self, amount_minor: u64) -> Self {
        self.amount_minor = Some(amount_minor);
        self
    }

    /// The merchant category code.
    ///
    /// ```
    /// # use emvqr::{JpqrBuilder, StoreId};
    /// # let store = StoreId::parse("0000000000001-0001-000001-000001").unwrap();
    /// # let builder = JpqrBuilder::new(store).category("5812").name("TORII RAMEN").city("TOKYO");
    /// # let builder = builder.postal_code("1060032").local_name("鳥居ラーメン");
    /// let payload = builder.category("5814").build().unwrap();
    /// assert!(payload.contains("52045814"));
    /// ```
    #[must_use]
    pub fn category(self, category: &'a str) -> Self {
        self.with(Field::Category, category)
    }

    /// The name in Latin letters.
    ///
    /// ```
    /// # use emvqr::{JpqrBuilder, StoreId};
    /// # let store = StoreId::parse("0000000000001-0001-000001-000001").unwrap();
    /// # let builder = JpqrBuilder::new(store).category("5812").name("TORII RAMEN").city("TOKYO");
    /// # let builder = builder.postal_code("1060032").local_name("鳥居ラーメン");
    /// let payload = builder.name("TSURU NOODLES").build().unwrap();
    /// assert!(payload.contains("5913TSURU NOODLES"));
    /// ```
    #[must_use]
    pub fn name(self, name: &'a str) -> Self {
        self.with(Field::Name, name)
    }

    /// The city in Latin letters.
    ///
    /// ```
    /// # use emvqr::{JpqrBuilder, StoreId};
    /// # let store = StoreId::parse("0000000000001-0001-000001-000001").unwrap();
    /// # let builder = JpqrBuilder::new(store).category("5812").name("TORII RAMEN").city("TOKYO");
    /// # let builder = builder.postal_code("1060032").local_name("鳥居ラーメン");
    /// let payload = builder.city("OSAKA").build().unwrap();
    /// assert!(payload.contains("6005OSAKA"));
    /// ```
    #[must_use]
    pub fn city(self, city: &'a str) -> Self {
        self.with(Field::City, city)
    }

    /// Seven digits.
    ///
    /// ```
    /// # use emvqr::{JpqrBuilder, StoreId};
    /// # let store = StoreId::parse("0000000000001-0001-000001-000001").unwrap();
    /// # let builder = JpqrBuilder::new(store).category("5812").name("TORII RAMEN").city("TOKYO");
    /// # let builder = builder.postal_code("1060032").local_name("鳥居ラーメン");
    /// let payload = builder.postal_code("5300001").build().unwrap();
    /// assert!(payload.contains("61075300001"));
    /// ```
    #[must_use]
    pub fn postal_code(self, postal_code: &'a str) -> Self {
        self.with(Field::PostalCode, postal_code)
    }

    /// The name in Japanese.
    ///
    /// ```
    /// # use emvqr::{JpqrBuilder, StoreId};
    /// # let store = StoreId::parse("0000000000001-0001-000001-000001").unwrap();
    /// # let builder = JpqrBuilder::new(store).category("5812").name("TORII RAMEN").city("TOKYO");
    /// # let builder = builder.postal_code("1060032").local_name("鳥居ラーメン");
    /// let payload = builder.local_name("ヌードル鶴").build().unwrap();
    /// assert!(payload.contains("0105ヌードル鶴"));
    /// ```
    #[must_use]
    pub fn local_name(self, name: &'a str) -> Self {
        self.with(Field::LocalName, name)
    }

    /// The shop's own number for what is paid.
    ///
    /// ```
    /// # use emvqr::{JpqrBuilder, StoreId};
    /// # let store = StoreId::parse("0000000000001-0001-000001-000001").unwrap();
    /// # let builder = JpqrBuilder::new(store).category("5812").name("TORII RAMEN").city("TOKYO");
    /// # let builder = builder.postal_code("1060032").local_name("鳥居ラーメン");
    /// let payload = builder.bill("INV-7").build().unwrap();
    /// assert!(payload.contains("0105INV-7"));
    /// ```
    #[must_use]
    pub fn bill(self, bill: &'a str) -> Self {
        self.with(Field::Bill, bill)
    }

    /// A phone number.
    ///
    /// ```
    /// # use emvqr::{JpqrBuilder, StoreId};
    /// # let store = StoreId::parse("0000000000001-0001-000001-000001").unwrap();
    /// # let builder = JpqrBuilder::new(store).category("5812").name("TORII RAMEN").city("TOKYO");
    /// # let builder = builder.postal_code("1060032").local_name("鳥居ラーメン");
    /// let payload = builder.mobile("0300000000").build().unwrap();
    /// assert!(payload.contains("02100300000000"));
    /// ```
    #[must_use]
    pub fn mobile(self, mobile: &'a str) -> Self {
        self.with(Field::Mobile, mobile)
    }

    /// The branch.
    ///
    /// ```
    /// # use emvqr::{JpqrBuilder, StoreId};
    /// # let store = StoreId::parse("0000000000001-0001-000001-000001").unwrap();
    /// # let builder = JpqrBuilder::new(store).category("5812").name("TORII RAMEN").city("TOKYO");
    /// # let builder = builder.postal_code("1060032").local_name("鳥居ラーメン");
    /// let payload = builder.store_label("EAST").build().unwrap();
    /// assert!(payload.contains("0304EAST"));
    /// ```
    #[must_use]
    pub fn store_label(self, label: &'a str) -> Self {
        self.with(Field::StoreLabel, label)
    }

    /// A reference that comes back with the payment.
    ///
    /// ```
    /// # use emvqr::{JpqrBuilder, StoreId};
    /// # let store = StoreId::parse("0000000000001-0001-000001-000001").unwrap();
    /// # let builder = JpqrBuilder::new(store).category("5812").name("TORII RAMEN").city("TOKYO");
    /// # let builder = builder.postal_code("1060032").local_name("鳥居ラーメン");
    /// let payload = builder.reference("R-1").build().unwrap();
    /// assert!(payload.contains("0503R-1"));
    /// ```
    #[must_use]
    pub fn reference(self, reference: &'a str) -> Self {
        self.with(Field::Reference, reference)
    }

    /// The till.
    ///
    /// ```
    /// # use emvqr::{JpqrBuilder, StoreId};
    /// # let store = StoreId::parse("0000000000001-0001-000001-000001").unwrap();
    /// # let builder = JpqrBuilder::new(store).category("5812").name("TORII RAMEN").city("TOKYO");
    /// # let builder = builder.postal_code("1060032").local_name("鳥居ラーメン");
    /// let payload = builder.terminal("TILL 2").build().unwrap();
    /// assert!(payload.contains("0706TILL 2"));
    /// ```
    #[must_use]
    pub fn terminal(self, terminal: &'a str) -> Self {
        self.with(Field::Terminal, terminal)
    }

    /// What the payment is for.
    ///
    /// ```
    /// # use emvqr::{JpqrBuilder, StoreId};
    /// # let store = StoreId::parse("0000000000001-0001-000001-000001").unwrap();
    /// # let builder = JpqrBuilder::new(store).category("5812").name("TORII RAMEN").city("TOKYO");
    /// # let builder = builder.postal_code("1060032").local_name("鳥居ラーメン");
    /// let payload = builder.purpose("LUNCH").build().unwrap();
    /// assert!(payload.contains("0805LUNCH"));
    /// ```
    #[must_use]
    pub fn purpose(self, purpose: &'a str) -> Self {
        self.with(Field::Purpose, purpose)
    }

    /// What the payer is asked for on top of the amount. The guide's own word on it is not known;
    /// readers written from it keep the fields, which are EMVCo's. A wallet or a hub that cannot
    /// carry it has to refuse the code.
    ///
    /// ```
    /// # use emvqr::{JpqrBuilder, StoreId, Tip};
    /// # let store = StoreId::parse("0000000000001-0001-000001-000001").unwrap();
    /// # let builder = JpqrBuilder::new(store).category("5812").name("TORII RAMEN").city("TOKYO");
    /// # let builder = builder.postal_code("1060032").local_name("鳥居ラーメン");
    /// assert!(builder.tip(Tip::Prompt).build().unwrap().contains("550201"));
    /// assert!(builder.tip(Tip::Fixed("100")).build().unwrap().contains("5502025603100"));
    /// assert!(builder.tip(Tip::Percent("5")).build().unwrap().contains("55020357015"));
    /// assert_eq!(builder.tip(Tip::Percent("100")).build().unwrap_err().code(), "fee-shape");
    /// ```
    #[must_use]
    pub fn tip(mut self, tip: Tip<'a>) -> Self {
        self.draft.clear(Field::FixedFee);
        self.draft.clear(Field::PercentFee);
        match tip {
            Tip::Prompt => self.with(Field::TipIndicator, "01"),
            Tip::Fixed(fee) => {
                let asked = self.with(Field::TipIndicator, "02");
                asked.with(Field::FixedFee, fee)
            }
            Tip::Percent(fee) => {
                let asked = self.with(Field::TipIndicator, "03");
                asked.with(Field::PercentFee, fee)
            }
        }
    }

    fn with(mut self, field: Field, value: &'a str) -> Self {
        self.draft.set(field, value);
        self
    }

    /// The payload.
    ///
    /// ```
    /// # use emvqr::{JpqrBuilder, StoreId};
    /// # let store = StoreId::parse("0000000000001-0001-000001-000001").unwrap();
    /// # let builder = JpqrBuilder::new(store).category("5812").name("TORII RAMEN").city("TOKYO");
    /// # let builder = builder.postal_code("1060032").local_name("鳥居ラーメン");
    /// assert!(builder.build().is_ok());
    /// assert_eq!(builder.amount(0).build().unwrap_err().code(), "amount-zero");
    /// ```
    ///
    /// # Errors
    ///
    /// The gravest finding that reading it would give: a field missing, empty, too long, made of
    /// wrong characters; an amount of zero or too large.
    pub fn build(&self) -> Result<String, BuildError> {
        let currency = currency_text(Currency::JPY);
        let amount;
        let mut draft = self.draft;
        draft.set(Field::Currency, currency.as_str());
        match self.amount_minor {
            None => draft.set(Field::Initiation, "11"),
            Some(amount_minor) => {
                amount = canonical(amount_minor, Currency::JPY).ok_or_else(|| {
                    let kind = if amount_minor == 0 {
                        Kind::AmountZero
                    } else {
                        Kind::AmountTooLong
                    };
                    BuildError::new(kind, "54", "amount", &format!("{amount_minor}"))
                })?;
                draft.set(Field::Initiation, "12");
                draft.set(Field::Amount, amount.as_str());
            }
        }
        let written = draft.write(AccountAt {
            tag: ACCOUNT_TAG,
            place: Place::Store,
        })?;
        check_reads_back(
            &written.text,
            &Options {
                now_ms: 0,
                profile: Profile::Jpqr,
            },
        )?;
        Ok(written.text)
    }
}
