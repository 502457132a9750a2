//! Who this institution is, as the protocols need to know it.

use money::Currency;
use participant::edge::Clock;

/// What kind of institution is simulated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A Cambodian bank on the simulated Bakong; accounts end with `@suffix`.
    Bank {
        /// Four letters, e.g. `aclb`.
        suffix: String,
    },
    /// The Japanese switch: JPQR shops, wallets, the registry of shops.
    JapaneseSwitch,
    /// An FX provider with its standing rates.
    Fx {
        /// One per corridor.
        rates: Vec<StandingRate>,
    },
}

/// A standing rate of a simulated FX provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandingRate {
    /// The corridor, e.g. `KH-JP`.
    pub corridor: String,
    /// Riel for one yen, as a plain decimal.
    pub value: String,
    /// The shop's currency, in which prices and exposure are counted.
    pub currency: Currency,
    /// The largest price, in major units.
    pub amount_max: String,
    /// The most that may be exchanged at one version, in major units.
    pub exposure_max: String,
}

/// The institution's name, kind and clock.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    name: String,
    kind: Kind,
    clock: Clock,
    credits_at_once: bool,
}

impl Site {
    pub(crate) fn new(name: String, kind: Kind, clock: Clock) -> Self {
        Self {
            name,
            kind,
            clock,
            credits_at_once: false,
        }
    }

    /// The same with a rail that credits when it accepts.
    #[must_use]
    pub(crate) fn crediting_at_once(self, credits_at_once: bool) -> Self {
        Self {
            credits_at_once,
            ..self
        }
    }

    /// Whether our rail credits when it accepts, before the link has decided.
    pub(crate) fn credits_at_once(&self) -> bool {
        self.credits_at_once
    }

    /// The participant that we are at the hub.
    pub(crate) fn me(&self) -> &str {
        &self.name
    }

    pub(crate) fn kind(&self) -> &Kind {
        &self.kind
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    pub(crate) fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    /// Moves a test's clock.
    #[cfg(test)]
    pub(crate) fn advance_ms(&self, by_ms: i64) {
        self.clock.advance_ms(by_ms);
    }

    /// The currency of an account when nobody names one.
    pub(crate) fn currency(&self) -> Currency {
        match self.kind {
            Kind::Bank { .. } => Currency::Khr,
            Kind::JapaneseSwitch | Kind::Fx { .. } => Currency::Jpy,
        }
    }

    /// The scheme of our shops' codes; an FX provider has no shops.
    pub(crate) fn scheme(&self) -> Option<&'static str> {
        match self.kind {
            Kind::Bank { .. } => Some("KHQR"),
            Kind::JapaneseSwitch => Some("JPQR"),
            Kind::Fx { .. } => None,
        }
    }

    pub(crate) fn is_bank(&self) -> bool {
        match self.kind {
            Kind::Bank { .. } => true,
            Kind::JapaneseSwitch | Kind::Fx { .. } => false,
        }
    }

    /// The link's own account on the simulated Bakong.
    pub(crate) fn link_account(&self) -> String {
        match &self.kind {
            Kind::Bank { suffix } => format!("spean_link@{suffix}"),
            Kind::JapaneseSwitch | Kind::Fx { .. } => "spean_link".to_owned(),
        }
    }
}

/// The rates of the two made-up FX providers; `fx1` is the better one in both directions.
pub fn standing_rates(provider: &str) -> Option<Vec<StandingRate>> {
    let (to_japan, to_cambodia) = match provider {
        "fx1" => ("26.712", "26.288"),
        "fx2" => ("26.80", "26.20"),
        _nobody_we_know => return None,
    };
    let rate = |corridor: &str, value: &str, currency, amount_max: &str, exposure_max: &str| {
        let (corridor, value) = (corridor.to_owned(), value.to_owned());
        let (amount_max, exposure_max) = (amount_max.to_owned(), exposure_max.to_owned());
        StandingRate {
            corridor,
            value,
            currency,
            amount_max,
            exposure_max,
        }
    };
    Some(vec![
        rate("KH-JP", to_japan, Currency::Jpy, "1000000", "100000000"),
        rate(
            "JP-KH",
            to_cambodia,
            Currency::Khr,
            "26000000",
            "2600000000",
        ),
    ])
}
