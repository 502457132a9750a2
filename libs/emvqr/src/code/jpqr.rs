//! JPQR, the code of the Payments Japan Association.

use alloc::format;
use alloc::string::String;
use core::fmt;

use super::{Common, Initiation, push_key_part};
use crate::amount::Amount;
use crate::rules::{self, Place};
use crate::text;

/// The store id: four levels of 13, 4, 6 and 6 characters, usually digits. It is what the
/// merchant registry is asked for.
///
/// ```
/// use emvqr::StoreId;
///
/// let store = StoreId::parse("0000000000001-0001-000001-000001").unwrap();
/// assert_eq!(store.levels(), ["0000000000001", "0001", "000001", "000001"]);
/// assert_eq!(store.to_string(), "0000000000001-0001-000001-000001");
/// assert_eq!(StoreId::parse("1-1-1-1"), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StoreId<'a> {
    levels: [&'a str; 4],
}

impl<'a> StoreId<'a> {
    /// From its four levels; `None` unless each has its length and only ASCII letters and digits.
    ///
    /// ```
    /// # use emvqr::StoreId;
    /// assert!(StoreId::new(["0000000000001", "0001", "000001", "000001"]).is_some());
    /// assert!(StoreId::new(["1", "1", "1", "1"]).is_none());
    /// ```
    #[must_use]
    pub fn new(levels: [&'a str; 4]) -> Option<Self> {
        let is_valid = (1..)
            .zip(levels)
            .all(|(number, level)| store_level_is_valid(number, level));
        is_valid.then_some(Self { levels })
    }

    /// From its text, levels joined by hyphens.
    ///
    /// ```
    /// # use emvqr::StoreId;
    /// assert!(StoreId::parse("0000000000001-0001-000001-000001").is_some());
    /// assert!(StoreId::parse("0000000000001-0001-000001").is_none());
    /// ```
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.split('-');
        let levels = [parts.next()?, parts.next()?, parts.next()?, parts.next()?];
        if parts.next().is_some() {
            None
        } else {
            Self::new(levels)
        }
    }

    /// The four levels.
    ///
    /// ```
    /// # use emvqr::StoreId;
    /// let store = StoreId::parse("0000000000001-0001-000002-000003").unwrap();
    /// assert_eq!(store.levels()[3], "000003");
    /// ```
    #[must_use]
    pub fn levels(&self) -> [&'a str; 4] {
        self.levels
    }
}

impl fmt::Display for StoreId<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, second, third, fourth] = self.levels;
        write!(formatter, "{first}-{second}-{third}-{fourth}")
    }
}

/// Whether `level` may stand in sub-field `number` of the store template.
fn store_level_is_valid(number: u8, level: &str) -> bool {
    rules::field(Place::Store, number).is_some_and(|row| row.chars_max == level.len())
        && level.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// A payable JPQR.
///
/// ```
/// use emvqr::{Code, Options, read};
///
/// let payload = "00020101021126680019jp.or.paymentsjapan0113000000000000102040001030600000104060\
///                000015204581253033925802JP5911TORII RAMEN6005TOKYO6107106003264160002JA0106\
///                鳥居ラーメン63043C77";
/// let Some(Code::Jpqr(jpqr)) = read(payload, &Options::at(0)).code else { panic!() };
/// assert_eq!(jpqr.store_id().to_string(), "0000000000001-0001-000001-000001");
/// assert_eq!(jpqr.local_name(), "鳥居ラーメン");
/// assert_eq!(jpqr.amount(), None);
/// assert_eq!(jpqr.code_key(), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jpqr<'a> {
    pub(crate) common: Common<'a>,
    pub(crate) store_id: StoreId<'a>,
    pub(crate) local_name: &'a str,
}

impl<'a> Jpqr<'a> {
    /// What all schemes have in common.
    ///
    /// ```
    /// # use emvqr::{Code, JpqrBuilder, Options, StoreId, read};
    /// # let store = StoreId::parse("0000000000001-0001-000001-000001").unwrap();
    /// # let builder = JpqrBuilder::new(store).category("5812").name("TORII RAMEN").city("TOKYO");
    /// # let builder = builder.postal_code("1060032").local_name("鳥居ラーメン").bill("7").amount(1_980);
    /// # let payload = builder.build().unwrap();
    /// # let Some(Code::Jpqr(jpqr)) = read(&payload, &Options::at(0)).code else { panic!() };
    /// assert_eq!(jpqr.common().postal_code, Some("1060032"));
    /// ```
    #[must_use]
    pub fn common(&self) -> &Common<'a> {
        &self.common
    }

    /// The shop.
    ///
    /// ```
    /// # use emvqr::{Code, JpqrBuilder, Options, StoreId, read};
    /// # let store = StoreId::parse("0000000000001-0001-000001-000001").unwrap();
    /// # let builder = JpqrBuilder::new(store).category("5812").name("TORII RAMEN").city("TOKYO");
    /// # let builder = builder.postal_code("1060032").local_name("鳥居ラーメン").bill("7").amount(1_980);
    /// # let payload = builder.build().unwrap();
    /// # let Some(Code::Jpqr(jpqr)) = read(&payload, &Options::at(0)).code else { panic!() };
    /// assert_eq!(jpqr.store_id().levels()[1], "0001");
    /// ```
    #[must_use]
    pub fn store_id(&self) -> StoreId<'a> {
        self.store_id
    }

    /// The shop's name in Japanese.
    ///
    /// ```
    /// # use emvqr::{Code, JpqrBuilder, Options, StoreId, read};
    /// # let store = StoreId::parse("0000000000001-0001-000001-000001").unwrap();
    /// # let builder = JpqrBuilder::new(store).category("5812").name("TORII RAMEN").city("TOKYO");
    /// # let builder = builder.postal_code("1060032").local_name("鳥居ラーメン").bill("7").amount(1_980);
    /// # let payload = builder.build().unwrap();
    /// # let Some(Code::Jpqr(jpqr)) = read(&payload, &Options::at(0)).code else { panic!() };
    /// assert_eq!(jpqr.local_name(), "鳥居ラーメン");
    /// ```
    #[must_use]
    pub fn local_name(&self) -> &'a str {
        self.local_name
    }

    /// Yen; absent in a code that stands on the counter.
    ///
    /// ```
    /// # use emvqr::{Code, JpqrBuilder, Options, StoreId, read};
    /// # let store = StoreId::parse("0000000000001-0001-000001-000001").unwrap();
    /// # let builder = JpqrBuilder::new(store).category("5812").name("TORII RAMEN").city("TOKYO");
    /// # let builder = builder.postal_code("1060032").local_name("鳥居ラーメン").bill("7").amount(1_980);
    /// # let payload = builder.build().unwrap();
    /// # let Some(Code::Jpqr(jpqr)) = read(&payload, &Options::at(0)).code else { panic!() };
    /// assert_eq!(jpqr.amount().unwrap().text(), "1980");
    /// ```
    #[must_use]
    pub fn amount(&self) -> Option<Amount<'a>> {
        self.common.amount
    }

    /// Whether it says that it is for one payment.
    ///
    /// ```
    /// # use emvqr::{Code, JpqrBuilder, Options, StoreId, read};
    /// # let store = StoreId::parse("0000000000001-0001-000001-000001").unwrap();
    /// # let builder = JpqrBuilder::new(store).category("5812").name("TORII RAMEN").city("TOKYO");
    /// # let builder = builder.postal_code("1060032").local_name("鳥居ラーメン").bill("7").amount(1_980);
    /// # let payload = builder.build().unwrap();
    /// # let Some(Code::Jpqr(jpqr)) = read(&payload, &Options::at(0)).code else { panic!() };
    /// assert!(jpqr.is_dynamic());
    /// ```
    #[must_use]
    pub fn is_dynamic(&self) -> bool {
        self.common.initiation == Some(Initiation::Dynamic)
    }

    /// What makes a dynamic code this one and no other: `jpqr|store|bill/reference|392:amount|`.
    /// JPQR has no timestamp, so a code without bill number (62.01) and reference (62.05) has no
    /// identity: the next customer's code for the same price would be the same text, and must not
    /// be refused as a repetition.
    ///
    /// ```
    /// # use emvqr::{Code, JpqrBuilder, Options, StoreId, read};
    /// # let store = StoreId::parse("0000000000001-0001-000001-000001").unwrap();
    /// # let builder = JpqrBuilder::new(store).category("5812").name("TORII RAMEN").city("TOKYO");
    /// # let builder = builder.postal_code("1060032").local_name("鳥居ラーメン").bill("7").amount(1_980);
    /// # let payload = builder.build().unwrap();
    /// # let Some(Code::Jpqr(jpqr)) = read(&payload, &Options::at(0)).code else { panic!() };
    /// assert_eq!(jpqr.code_key().unwrap(), "jpqr|0000000000001-0001-000001-000001|7/|392:1980|");
    /// ```
    #[must_use]
    pub fn code_key(&self) -> Option<String> {
        if !self.is_dynamic() {
            return None;
        }
        let currency = self.common.currency;
        let amount = self.common.amount?.minor_units(currency.exponent()?).ok()?;
        let given =
            |label: Option<&'a str>| label.filter(|text| !text.is_empty() && *text != "***");
        let bill = given(self.common.additional.bill);
        let reference = given(self.common.additional.reference);
        if bill.is_none() && reference.is_none() {
            return None;
        }
        let mut key = format!("jpqr|{}|", self.store_id);
        push_key_part(&mut key, bill.unwrap_or(""));
        key.push('/');
        push_key_part(&mut key, reference.unwrap_or(""));
        key.push_str(&format!("|{currency}:{amount}|"));
        Some(key)
    }

    /// Whether all four levels are digits, as in every code seen so far.
    pub(crate) fn store_is_numeric(&self) -> bool {
        self.store_id
            .levels()
            .iter()
            .all(|level| text::is_digits(level))
    }
}
