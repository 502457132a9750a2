//! Currencies by their ISO 4217 number, with the decimals that the payment rails use.

use core::fmt;

/// A currency, by its ISO 4217 number.
///
/// ```
/// use emvqr::Currency;
/// assert_eq!(Currency::parse("116"), Some(Currency::KHR));
/// assert_eq!(Currency::KHR.alpha(), Some("KHR"));
/// assert_eq!(Currency::KHR.exponent(), Some(0));
/// assert_eq!(Currency::USD.to_string(), "840");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency(u16);

impl Currency {
    /// The riel.
    pub const KHR: Self = Self(116);
    /// The yen.
    pub const JPY: Self = Self(392);
    /// The dollar of the United States.
    pub const USD: Self = Self(840);

    /// Exactly three digits.
    ///
    /// ```
    /// # use emvqr::Currency;
    /// assert_eq!(Currency::parse("392"), Some(Currency::JPY));
    /// assert_eq!(Currency::parse("JPY"), None);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.as_bytes() {
            [a @ b'0'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9'] => {
                let [a, b, c] = [a, b, c].map(|digit| u16::from(digit - b'0'));
                Some(Self(a * 100 + b * 10 + c))
            }
            _ => None,
        }
    }

    /// The one with these three capital letters, if we know it.
    ///
    /// ```
    /// # use emvqr::Currency;
    /// assert_eq!(Currency::from_alpha("JPY"), Some(Currency::JPY));
    /// assert_eq!(Currency::from_alpha("jpy"), None);
    /// ```
    #[must_use]
    pub fn from_alpha(text: &str) -> Option<Self> {
        let row = TABLE.iter().find(|(_, alpha, _)| *alpha == text)?;
        Some(Self(row.0))
    }

    /// Its ISO 4217 number.
    ///
    /// ```
    /// # use emvqr::Currency;
    /// assert_eq!(Currency::USD.numeric(), 840);
    /// ```
    #[must_use]
    pub const fn numeric(self) -> u16 {
        self.0
    }

    /// Its three letters, if we know it.
    ///
    /// ```
    /// # use emvqr::Currency;
    /// assert_eq!(Currency::KHR.alpha(), Some("KHR"));
    /// ```
    #[must_use]
    pub fn alpha(self) -> Option<&'static str> {
        self.row().map(|(_, alpha, _)| *alpha)
    }

    /// How many decimals amounts have on the rails, if we know it. ISO gives the riel, the dong,
    /// the rupiah and the kip two or none at its own discretion; their payment systems all move
    /// whole units.
    ///
    /// ```
    /// # use emvqr::Currency;
    /// assert_eq!(Currency::USD.exponent(), Some(2));
    /// ```
    #[must_use]
    pub fn exponent(self) -> Option<u8> {
        self.row().map(|(_, _, exponent)| *exponent)
    }

    /// Whether it is used in `country`, as far as we know either.
    pub(crate) fn is_of(self, country: &str) -> bool {
        let known = COUNTRIES.iter().filter(|(code, _)| *code == country);
        let mut known = known.map(|(_, numeric)| *numeric).peekable();
        known.peek().is_none() || known.any(|numeric| numeric == self.0)
    }

    fn row(self) -> Option<&'static (u16, &'static str, u8)> {
        TABLE.iter().find(|(numeric, _, _)| *numeric == self.0)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:03}", self.0)
    }
}

/// The currencies of KHQR and JPQR first: most look-ups end there.
const TABLE: [(u16, &str, u8); 18] = [
    (116, "KHR", 0),
    (840, "USD", 2),
    (392, "JPY", 0),
    (764, "THB", 2),
    (704, "VND", 0),
    (418, "LAK", 0),
    (360, "IDR", 0),
    (458, "MYR", 2),
    (702, "SGD", 2),
    (608, "PHP", 2),
    (356, "INR", 2),
    (156, "CNY", 2),
    (344, "HKD", 2),
    (410, "KRW", 0),
    (901, "TWD", 2),
    (986, "BRL", 2),
    (978, "EUR", 2),
    (952, "XOF", 0),
];

/// Which currencies the codes of a country may ask for.
const COUNTRIES: [(&str, u16); 18] = [
    ("KH", 116),
    ("KH", 840),
    ("JP", 392),
    ("TH", 764),
    ("VN", 704),
    ("LA", 418),
    ("ID", 360),
    ("MY", 458),
    ("SG", 702),
    ("PH", 608),
    ("IN", 356),
    ("CN", 156),
    ("HK", 344),
    ("HK", 156),
    ("KR", 410),
    ("TW", 901),
    ("BR", 986),
    ("SN", 952),
];
