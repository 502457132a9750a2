//! Cells and what is counted in them.

use std::collections::{BTreeMap, HashMap};

use money::Currency;
use wire::api::ReportBy;

/// Everything by which figures can fall apart. `None` is what the journal does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) corridor: Option<u16>,
    pub(super) payer: Option<u16>,
    pub(super) payee: Option<u16>,
    pub(super) fx: Option<u16>,
    /// The shop's.
    pub(super) currency: Option<Currency>,
    pub(super) payer_currency: Option<Currency>,
    pub(super) category: Option<u16>,
    /// Point of the series.
    pub(super) bucket: u16,
}

/// Why a payment did not complete: `refused` or `cancelled`, and the reason.
pub(super) type Why = (&'static str, String);

/// Sums of completed payments of one pair of currencies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Flow {
    pub(super) count: u64,
    /// Prices, in the shop's minor units.
    pub(super) amount: u128,
    /// What payers paid, in theirs.
    pub(super) paid: u128,
    pub(super) merchant_fee: u128,
    /// Those whose worth could be told.
    pub(super) costed: u64,
    pub(super) costed_paid: u128,
    pub(super) principal: u128,
    pub(super) customer_fee: u128,
    /// In thousandths of the payer's minor unit.
    pub(super) reference_milli: u128,
    pub(super) rate_milli: u128,
    /// Distances of the two, payment by payment.
    pub(super) margin_milli: u128,
    pub(super) over_three_percent: u64,
    pub(super) refunds: u64,
    pub(super) refunded: u128,
    pub(super) paid_back: u128,
}

/// What is counted of a cell, of a part, and of the whole.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    pub(super) taken: u64,
    pub(super) completed: u64,
    pub(super) cancelled: u64,
    pub(super) open: u64,
    pub(super) refused: u64,
    pub(super) timed_out: u64,
    pub(super) in_doubt: u64,
    pub(super) why: BTreeMap<Why, u64>,
    pub(super) flows: BTreeMap<(Option<Currency>, Option<Currency>), Flow>,
    /// Nanoseconds from being taken to the outcome.
    pub(super) outcome_ns: Vec<i64>,
    /// Numbers of payers and shops, with repetitions.
    pub(super) payers: Vec<u32>,
    pub(super) shops: Vec<u32>,
    pub(super) without_shop: u64,
    pub(super) refunds_cancelled: u64,
    pub(super) refunds_open: u64,
    pub(super) refunds_refused: u64,
}

impl Flow {
    pub(super) fn add(&mut self, more: &Flow) {
        let Flow {
            count,
            amount,
            paid,
            merchant_fee,
            costed,
            costed_paid,
            principal,
            customer_fee,
            reference_milli,
            rate_milli,
            margin_milli,
            over_three_percent,
            refunds,
            refunded,
            paid_back,
        } = more;
        for (to, from) in [
            (&mut self.count, count),
            (&mut self.costed, costed),
            (&mut self.over_three_percent, over_three_percent),
            (&mut self.refunds, refunds),
        ] {
            *to = to.saturating_add(*from);
        }
        for (to, from) in [
            (&mut self.amount, amount),
            (&mut self.paid, paid),
            (&mut self.merchant_fee, merchant_fee),
            (&mut self.costed_paid, costed_paid),
            (&mut self.principal, principal),
            (&mut self.customer_fee, customer_fee),
            (&mut self.reference_milli, reference_milli),
            (&mut self.rate_milli, rate_milli),
            (&mut self.margin_milli, margin_milli),
            (&mut self.refunded, refunded),
            (&mut self.paid_back, paid_back),
        ] {
            // 2^63 payments of 2^63 are less than 2^128.
            *to = to.saturating_add(*from);
        }
    }
}

impl Tally {
    fn add(&mut self, more: &Tally) {
        for (to, from) in [
            (&mut self.taken, more.taken),
            (&mut self.completed, more.completed),
            (&mut self.cancelled, more.cancelled),
            (&mut self.open, more.open),
            (&mut self.refused, more.refused),
            (&mut self.timed_out, more.timed_out),
            (&mut self.in_doubt, more.in_doubt),
            (&mut self.without_shop, more.without_shop),
            (&mut self.refunds_cancelled, more.refunds_cancelled),
            (&mut self.refunds_open, more.refunds_open),
            (&mut self.refunds_refused, more.refunds_refused),
        ] {
            *to = to.saturating_add(from);
        }
        for (why, count) in &more.why {
            let to = self.why.entry(why.clone()).or_default();
            *to = to.saturating_add(*count);
        }
        for (pair, flow) in &more.flows {
            self.flows.entry(*pair).or_default().add(flow);
        }
        self.outcome_ns.extend_from_slice(&more.outcome_ns);
        self.payers.extend_from_slice(&more.payers);
        self.shops.extend_from_slice(&more.shops);
    }

    pub(super) fn note_why(&mut self, how: &'static str, reason: String) {
        let to = self.why.entry((how, reason)).or_default();
        *to = to.saturating_add(1);
    }
}

/// What the numbers in cells stand for.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    pub(super) participants: BTreeMap<u16, String>,
    pub(super) corridors: BTreeMap<u16, CorridorName>,
}

#[derive(Clone, Debug)]
pub(super) struct CorridorName {
    pub(super) name: String,
    pub(super) payer_scheme: String,
    pub(super) payee_scheme: String,
}

/// All cells of a period.
#[derive(Clone, Debug, Default)]
pub(super) struct Cells {
    pub(super) cells: HashMap<Key, Tally>,
    /// Of the series, by bucket.
    pub(super) labels: Vec<String>,
}

/// What the journal does not say.
pub(super) const UNKNOWN: &str = "unknown";

impl Cells {
    pub(super) fn at(&mut self, key: Key) -> &mut Tally {
        self.cells.entry(key).or_default()
    }

    pub(super) fn all(&self) -> Tally {
        let mut all = Tally::default();
        for cell in self.cells.values() {
            all.add(cell);
        }
        all
    }

    /// By name, in its order.
    pub(super) fn parted(&self, by: ReportBy, names: &Names) -> BTreeMap<String, Tally> {
        let mut parts: BTreeMap<String, Tally> = BTreeMap::new();
        if by == ReportBy::Time {
            // A month in which nothing happened is a point of the series all the same.
            let empty = |label: &String| (label.clone(), Tally::default());
            parts.extend(self.labels.iter().map(empty));
        }
        for (key, cell) in &self.cells {
            let name = self.name(key, by, names);
            parts.entry(name).or_default().add(cell);
        }
        parts
    }

    fn name(&self, key: &Key, by: ReportBy, names: &Names) -> String {
        let participant = |id: Option<u16>| {
            let id = id?;
            let name = names.participants.get(&id).cloned();
            Some(name.unwrap_or_else(|| format!("participant {id}")))
        };
        let corridor = key.corridor.map(|id| (id, names.corridors.get(&id)));
        let letters = |currency: Option<Currency>| currency.map(|one| one.alpha().to_owned());
        let name = match by {
            ReportBy::Corridor => corridor.map(|(id, corridor)| match corridor {
                Some(corridor) => corridor.name.clone(),
                None => format!("corridor {id}"),
            }),
            ReportBy::Direction => corridor.and_then(|(_, corridor)| corridor.map(direction)),
            ReportBy::Currency => letters(key.currency),
            ReportBy::PayerCurrency => letters(key.payer_currency),
            ReportBy::Payer => participant(key.payer),
            ReportBy::Payee => participant(key.payee),
            ReportBy::Fx => participant(key.fx),
            ReportBy::Category => key.category.map(|category| format!("{category:04}")),
            ReportBy::Time => self.labels.get(usize::from(key.bucket)).cloned(),
        };
        name.unwrap_or_else(|| UNKNOWN.to_owned())
    }
}

/// The countries of the two schemes.
fn direction(corridor: &CorridorName) -> String {
    let country = |scheme: &str| match scheme {
        "KHQR" => "KH".to_owned(),
        "JPQR" => "JP".to_owned(),
        other => other.to_owned(),
    };
    let (from, to) = (
        country(&corridor.payer_scheme),
        country(&corridor.payee_scheme),
    );
    format!("{from}-{to}")
}
