//! A netting of the oracle's own.

use std::collections::BTreeMap;

use money::Currency;
use switch::{Arrangement, Netting, ParticipantId, Settlement};

use super::Pairs;
use crate::network::REFERENCE_MANTISSA;

/// Who pays in how much, and which payouts are made, in a fixed order.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ComesTo {
    parts: BTreeMap<(ParticipantId, Currency), u128>,
    payouts: Vec<(Option<ParticipantId>, ParticipantId, Currency, u128)>,
}

impl ComesTo {
    /// What was instructed, in the same form.
    pub(super) fn of(settlement: &Settlement) -> Self {
        let mut one = Self::default();
        for (who, money) in &settlement.parts {
            one.take(*who, money.currency, u128::from(money.amount.minor()));
        }
        for payout in &settlement.payouts {
            let (debtor, creditor) = (payout.debtor, payout.creditor);
            let minor = u128::from(payout.money.amount.minor());
            one.give(debtor, creditor, payout.money.currency, minor);
        }
        one.payouts.sort_unstable();
        one
    }

    /// What has to be instructed.
    pub(super) fn right(pairs: &Pairs, arrangement: &Arrangement) -> Self {
        let mut one = Self::default();
        let between = match arrangement.netting {
            Netting::Gross => pairs.clone(),
            Netting::Multilateral | Netting::Bilateral => rests(pairs, arrangement.currency),
        };
        match arrangement.netting {
            Netting::Gross | Netting::Bilateral => {
                for ((owes, is_owed, currency), sum) in between {
                    one.take(owes, currency, sum);
                    one.give(Some(owes), is_owed, currency, sum);
                }
            }
            Netting::Multilateral => {
                let mut nets: BTreeMap<(ParticipantId, Currency), (u128, u128)> = BTreeMap::new();
                for ((owes, is_owed, currency), sum) in between {
                    let debtor = nets.entry((owes, currency)).or_default();
                    debtor.0 = debtor.0.saturating_add(sum);
                    let creditor = nets.entry((is_owed, currency)).or_default();
                    creditor.1 = creditor.1.saturating_add(sum);
                }
                for ((who, currency), (owes, is_owed)) in nets {
                    one.take(who, currency, owes.saturating_sub(is_owed));
                    one.give(None, who, currency, is_owed.saturating_sub(owes));
                }
            }
        }
        one.payouts.sort_unstable();
        one
    }

    /// Whether what is paid in and what is paid out are the same in every currency.
    pub(super) fn is_even(&self) -> bool {
        Currency::ALL.into_iter().all(|currency| {
            let parts = self.parts.iter().filter(|((_, of), _)| *of == currency);
            let paid_in: u128 = parts.map(|(_, sum)| *sum).sum();
            let payouts = self.payouts.iter().filter(|(_, _, of, _)| *of == currency);
            let paid_out: u128 = payouts.map(|(.., sum)| *sum).sum();
            paid_in == paid_out
        })
    }

    fn take(&mut self, who: ParticipantId, currency: Currency, sum: u128) {
        if sum > 0 {
            let part = self.parts.entry((who, currency)).or_default();
            *part = part.saturating_add(sum);
        }
    }

    fn give(
        &mut self,
        debtor: Option<ParticipantId>,
        creditor: ParticipantId,
        currency: Currency,
        sum: u128,
    ) {
        if sum > 0 {
            self.payouts.push((debtor, creditor, currency, sum));
        }
    }
}

/// What is left between each two, in the currency of settlement: the one that owes first.
fn rests(pairs: &Pairs, to: Option<Currency>) -> Pairs {
    let mut sums: BTreeMap<(ParticipantId, ParticipantId, Currency), i128> = BTreeMap::new();
    for ((owes, is_owed, currency), sum) in pairs {
        let other = pairs.get(&(*is_owed, *owes, *currency)).copied();
        // Each two are looked at once: from the side that owes more.
        let left = sum.saturating_sub(other.unwrap_or(0));
        if left == 0 {
            continue;
        }
        let (left, currency) = match to {
            Some(to) => (converted(left, *currency, to), to),
            None => (left, *currency),
        };
        let minor = i128::try_from(left).unwrap_or(i128::MAX);
        let (key, minor) = match owes < is_owed {
            true => ((*owes, *is_owed, currency), minor),
            false => ((*is_owed, *owes, currency), minor.saturating_neg()),
        };
        let rest = sums.entry(key).or_default();
        *rest = rest.saturating_add(minor);
    }
    let rests = sums.into_iter().filter(|(_, minor)| *minor != 0);
    rests
        .map(|((one, other, currency), minor)| {
            let key = match minor > 0 {
                true => (one, other, currency),
                false => (other, one, currency),
            };
            (key, minor.unsigned_abs())
        })
        .collect()
}

/// By the reference rate, of two halves to the even.
fn converted(minor: u128, from: Currency, to: Currency) -> u128 {
    let unit = |currency: Currency| 10_u128.pow(u32::from(currency.exponent()));
    let mantissa = u128::from(REFERENCE_MANTISSA);
    let (over, under) = match (from, to) {
        (Currency::Jpy, Currency::Khr) => (mantissa * unit(to), 1_000 * unit(from)),
        (Currency::Khr, Currency::Jpy) => (1_000 * unit(to), mantissa * unit(from)),
        _same => return minor,
    };
    let product = minor.saturating_mul(over);
    let (whole, rest) = (product / under, product % under);
    let is_up = match (rest * 2).cmp(&under) {
        core::cmp::Ordering::Less => false,
        core::cmp::Ordering::Equal => whole % 2 == 1,
        core::cmp::Ordering::Greater => true,
    };
    whole.saturating_add(u128::from(is_up))
}
