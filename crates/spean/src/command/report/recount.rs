//! A report's main figures counted again from the journal, record by record, with nothing of the
//! tables and nothing of the report's own arithmetic.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Context as _;
use journal::SqliteReader;
use money::{Amount, Currency, Money};
use switch::{ItemId, ParticipantId, PayerKey, Record, ShopKey, Tried};
use wire::api::ReportView;

/// Batches that are read at once.
const BATCHES: usize = 1_000;

/// A figure by its name.
pub(super) type Counted = BTreeMap<String, String>;

/// Of a payment that is not decided yet, what will be counted when it is.
struct Open {
    payer: (ParticipantId, PayerKey),
    shop: (ParticipantId, ShopKey),
    price: Money,
    paid: Money,
}

#[derive(Default)]
struct Recount {
    open: BTreeMap<ItemId, Open>,
    refunding: BTreeSet<ItemId>,
    completed: u64,
    cancelled: u64,
    refused: u64,
    doubted: u64,
    refunds: u64,
    payers: BTreeSet<(ParticipantId, PayerKey)>,
    shops: BTreeSet<(ParticipantId, ShopKey)>,
    prices: BTreeMap<Currency, (u64, u128)>,
    paid: BTreeMap<Currency, (u64, u128)>,
}

/// Counts the journal's batches up to the one that the report stands for.
pub(super) fn recount(
    journal: &Path,
    seq_last: u64,
    (from_ns, to_ns): (i64, i64),
) -> anyhow::Result<Counted> {
    let reader = SqliteReader::open(journal).context("open the journal")?;
    let mut count = Recount::default();
    let mut seq = 1;
    while seq <= seq_last {
        let rows = reader.read(seq, BATCHES).context("read the journal")?;
        let Some(last) = rows.last() else {
            anyhow::bail!("count a journal that ends before batch `{seq_last}`");
        };
        let next = last.seq.saturating_add(1);
        for row in rows.iter().take_while(|row| row.seq <= seq_last) {
            let records = engine::request::recorded(row);
            let records = records.with_context(|| format!("read batch `{}`", row.seq))?;
            let is_within = from_ns <= row.time_ns && row.time_ns < to_ns;
            for record in records {
                count.take(record, is_within);
            }
        }
        seq = next;
    }
    Ok(count.counted())
}

impl Recount {
    fn take(&mut self, record: Record, is_within: bool) {
        if let Record::PaymentReserved(made) = record {
            if is_within {
                let open = Open {
                    payer: (made.terms.payer, made.payer_key),
                    shop: (made.terms.payee, made.shop),
                    price: made.terms.amount,
                    paid: made.payer_amount,
                };
                self.open.insert(made.id, open);
            }
        } else if let Record::RefundReserved(taken) | Record::RefundWaiting(taken) = record {
            if is_within {
                self.refunding.insert(taken.id);
            }
        } else if let Record::InDoubt { id, .. } = record {
            self.doubted = self
                .doubted
                .saturating_add(u64::from(self.open.contains_key(&id)));
        } else if let Record::Cancelled { id, .. } = record {
            let was_ours = self.open.remove(&id).is_some();
            self.cancelled = self.cancelled.saturating_add(u64::from(was_ours));
        } else if let Record::Completed { id, .. } = record {
            self.complete(id);
        } else if let Record::Refused { tried, .. } = record {
            let is_refund = matches!(tried, Tried::Refund { .. });
            let counts = is_within && !is_refund;
            self.refused = self.refused.saturating_add(u64::from(counts));
        }
    }

    fn complete(&mut self, id: ItemId) {
        let was_refund = self.refunding.remove(&id);
        self.refunds = self.refunds.saturating_add(u64::from(was_refund));
        let Some(open) = self.open.remove(&id) else {
            return;
        };
        self.completed = self.completed.saturating_add(1);
        self.payers.insert(open.payer);
        if open.shop.1 != ShopKey::UNKNOWN {
            self.shops.insert(open.shop);
        }
        for (sums, money) in [(&mut self.prices, open.price), (&mut self.paid, open.paid)] {
            let (count, sum) = sums.entry(money.currency).or_default();
            *count = count.saturating_add(1);
            *sum = sum.saturating_add(u128::from(money.amount.minor()));
        }
    }

    fn counted(self) -> Counted {
        let size = |size: usize| size.to_string();
        let mut counted = Counted::from([
            ("completed".to_owned(), self.completed.to_string()),
            ("cancelled".to_owned(), self.cancelled.to_string()),
            ("open".to_owned(), size(self.open.len())),
            ("refused".to_owned(), self.refused.to_string()),
            ("in doubt".to_owned(), self.doubted.to_string()),
            ("payers".to_owned(), size(self.payers.len())),
            ("shops".to_owned(), size(self.shops.len())),
            ("refunds".to_owned(), self.refunds.to_string()),
        ]);
        for (name, sums) in [("prices", self.prices), ("paid", self.paid)] {
            for (currency, (count, sum)) in sums {
                let value = u64::try_from(sum).ok().and_then(Amount::from_minor);
                let value = value.map_or_else(|| sum.to_string(), |sum| sum.decimal(currency));
                let name = format!("{name} {}", currency.alpha());
                counted.insert(name, format!("{value} in {count}"));
            }
        }
        counted
    }
}

/// The same figures of a report.
pub(super) fn reported(report: &ReportView) -> Counted {
    let whole = &report.whole;
    let payments = &whole.payments;
    let mut counted = Counted::from([
        ("completed".to_owned(), payments.completed.to_string()),
        ("cancelled".to_owned(), payments.cancelled.to_string()),
        ("open".to_owned(), payments.open.to_string()),
        ("refused".to_owned(), payments.refused.to_string()),
        ("in doubt".to_owned(), payments.in_doubt.to_string()),
        ("payers".to_owned(), whole.distinct.payers.to_string()),
        ("shops".to_owned(), whole.distinct.shops.to_string()),
        ("refunds".to_owned(), whole.refunds.completed.to_string()),
    ]);
    for (name, values) in [("prices", &whole.prices), ("paid", &whole.paid)] {
        for one in values {
            let name = format!("{name} {}", one.currency);
            counted.insert(name, format!("{} in {}", one.value, one.count));
        }
    }
    counted
}
