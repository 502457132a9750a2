//! The currencies that the rails we speak of use, with the exponent that the *rail* uses.

use core::fmt;

/// A currency of ISO 4217, with the number of decimals that its rail uses.
///
/// The exponent is a property of currency *and* rail: ISO 4217 gives the riel two decimals,
/// Bakong and KHQR use none, and Spean moves money on the rails.
///
/// ```
/// use money::Currency;
/// assert_eq!(Currency::from_alpha("KHR"), Some(Currency::Khr));
/// assert_eq!((Currency::Khr.numeric(), Currency::Khr.exponent()), (116, 0));
/// assert_eq!(Currency::Usd.exponent(), 2);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(
    missing_docs,
    reason = "the variants are the ISO 4217 codes themselves"
)]
pub enum Currency {
    Khr,
    Jpy,
    Usd,
    Thb,
    Sgd,
    Vnd,
    Idr,
    Lak,
    Myr,
    Inr,
    Cny,
    Krw,
    Php,
}

/// One row per currency: code, ISO 4217 number, decimals on the rail.
const TABLE: [(Currency, &str, u16, u8); 13] = [
    (Currency::Khr, "KHR", 116, 0),
    (Currency::Jpy, "JPY", 392, 0),
    (Currency::Usd, "USD", 840, 2),
    (Currency::Thb, "THB", 764, 2),
    (Currency::Sgd, "SGD", 702, 2),
    (Currency::Vnd, "VND", 704, 0),
    (Currency::Idr, "IDR", 360, 0),
    (Currency::Lak, "LAK", 418, 0),
    (Currency::Myr, "MYR", 458, 2),
    (Currency::Inr, "INR", 356, 2),
    (Currency::Cny, "CNY", 156, 2),
    (Currency::Krw, "KRW", 410, 0),
    (Currency::Php, "PHP", 608, 2),
];

impl Currency {
    /// Every currency, in the order of [`Currency::index`].
    pub const ALL: [Currency; TABLE.len()] = {
        let mut all = [Currency::Khr; TABLE.len()];
        let mut at = 0;
        while at < TABLE.len() {
            #[expect(
                clippy::indexing_slicing,
                reason = "both arrays have the table's length"
            )]
            {
                all[at] = TABLE[at].0;
                at += 1;
            }
        }
        all
    };

    /// Reads the three capital letters of ISO 4217; anything else is `None`.
    pub fn from_alpha(alpha: &str) -> Option<Self> {
        TABLE.iter().find(|row| row.1 == alpha).map(|row| row.0)
    }

    /// Reads the number of ISO 4217 (116 is the riel).
    pub fn from_numeric(numeric: u16) -> Option<Self> {
        TABLE.iter().find(|row| row.2 == numeric).map(|row| row.0)
    }

    /// A small dense number, for tables indexed by currency.
    pub fn index(self) -> usize {
        Self::ALL
            .iter()
            .position(|other| *other == self)
            .unwrap_or(0)
    }

    /// The three capital letters.
    pub fn alpha(self) -> &'static str {
        self.row().1
    }

    /// The number of ISO 4217.
    pub fn numeric(self) -> u16 {
        self.row().2
    }

    /// Decimals of the minor unit, as the rail uses it.
    pub fn exponent(self) -> u8 {
        self.row().3
    }

    fn row(self) -> &'static (Currency, &'static str, u16, u8) {
        // Every variant stands in the table (a test walks them), so the fallback is never used.
        TABLE.iter().find(|row| row.0 == self).unwrap_or(&TABLE[0])
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.alpha())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_currency_is_found_by_both_of_its_names_and_no_other() {
        for (at, currency) in Currency::ALL.into_iter().enumerate() {
            assert_eq!(currency.index(), at);
            assert_eq!(Currency::from_alpha(currency.alpha()), Some(currency));
            assert_eq!(Currency::from_numeric(currency.numeric()), Some(currency));
        }
        for wrong in ["", "khr", "KH", "KHRR", "ＫＨＲ", "EUR"] {
            assert_eq!(Currency::from_alpha(wrong), None, "{wrong}");
        }
        assert_eq!(Currency::from_numeric(0), None);
    }
}
