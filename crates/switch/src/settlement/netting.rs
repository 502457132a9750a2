//! From what each owes each other to who pays whom.
//!
//! Pure arithmetic over the pairs of a window. The pairs are converted first and netted after, so
//! that every form of netting adds up the same amounts: what a participant pays or gets in all
//! does not depend on the form, and in every currency the parts equal the payouts.

use std::collections::BTreeMap;

use money::{Amount, Currency, Money, Rate, Rounding};

use super::{Instruction, NetOf, Netting, Settlement};
use crate::limits::PAYOUTS_MAX;
use crate::{ParticipantId, Refusal};

/// What each owes each other: by who owes, who is owed, and currency, in minor units.
pub(crate) type Pairs = BTreeMap<(ParticipantId, ParticipantId, Currency), u128>;

/// What is left between two participants, the lower number first: positive if the first is owed.
type Between = BTreeMap<(ParticipantId, ParticipantId, Currency), i128>;

/// The net of each participant in each currency; those that are even are left out.
pub(crate) fn nets(pairs: &Pairs) -> Vec<NetOf> {
    let mut sums: BTreeMap<(ParticipantId, Currency), i128> = BTreeMap::new();
    for ((owes, is_owed, currency), sum) in pairs {
        let minor = signed(*sum);
        let debtor = sums.entry((*owes, *currency)).or_default();
        *debtor = debtor.saturating_sub(minor);
        let creditor = sums.entry((*is_owed, *currency)).or_default();
        *creditor = creditor.saturating_add(minor);
    }
    let nets = sums.into_iter().filter(|(_, net)| *net != 0);
    nets.map(|((participant, currency), net)| NetOf {
        participant,
        currency,
        net,
    })
    .collect()
}

/// What settling these pairs comes to. The UETRs of the payouts are left at zero: the hub
/// chooses them.
///
/// # Errors
/// [`Refusal::PolicyNoReference`] if something cannot be converted, [`Refusal::PolicyInvalid`]
/// for gross settlement in one currency (without netting there is nothing that would make the
/// rounded amounts of two directions agree) and for sums beyond an amount, [`Refusal::OursFull`]
/// for more than [`PAYOUTS_MAX`] payouts.
pub(crate) fn settle(
    pairs: &Pairs,
    netting: Netting,
    currency: Option<Currency>,
    rate: impl Fn(Currency, Currency) -> Option<Rate>,
) -> Result<Settlement, Refusal> {
    let mut draft = Draft::default();
    match (netting, currency) {
        (Netting::Gross, Some(_)) => return Err(Refusal::PolicyInvalid),
        (Netting::Gross, None) => {
            for ((owes, is_owed, currency), sum) in pairs {
                draft.pay(*owes, *is_owed, *currency, *sum)?;
            }
        }
        (Netting::Bilateral, _) => {
            let between = converted(between(pairs), currency, rate, &mut draft.rates)?;
            for ((first, second, currency), left) in between {
                let (owes, is_owed) = match left.is_negative() {
                    true => (first, second),
                    false => (second, first),
                };
                let sum = left.unsigned_abs();
                draft.pay(owes, is_owed, currency, sum)?;
            }
        }
        (Netting::Multilateral, _) => {
            let between = converted(between(pairs), currency, rate, &mut draft.rates)?;
            for one in nets(&directed(between)) {
                let NetOf {
                    participant,
                    currency,
                    net,
                } = one;
                let sum = net.unsigned_abs();
                match net.is_negative() {
                    true => draft.take(participant, currency, sum)?,
                    false => draft.give(None, participant, currency, sum)?,
                }
            }
        }
    }
    Ok(draft.finish())
}

fn between(pairs: &Pairs) -> Between {
    let mut between = Between::new();
    for ((owes, is_owed, currency), sum) in pairs {
        let minor = signed(*sum);
        let (pair, minor) = match owes < is_owed {
            true => ((*owes, *is_owed, *currency), minor.saturating_neg()),
            false => ((*is_owed, *owes, *currency), minor),
        };
        let left = between.entry(pair).or_default();
        *left = left.saturating_add(minor);
    }
    between
}

/// Each pair's rest in the settlement currency. The sign is set aside while rounding, so that
/// what one pays is what the other gets.
fn converted(
    between: Between,
    currency: Option<Currency>,
    rate: impl Fn(Currency, Currency) -> Option<Rate>,
    rates: &mut Vec<Rate>,
) -> Result<Between, Refusal> {
    let Some(to) = currency else {
        return Ok(between);
    };
    let mut result = Between::new();
    for ((first, second, from), left) in between {
        let minor = match from == to || left == 0 {
            true => left,
            false => {
                let rate = rate(from, to).ok_or(Refusal::PolicyNoReference)?;
                if !rates.contains(&rate) {
                    rates.push(rate);
                }
                let money = Money::new(from, amount(left.unsigned_abs())?);
                let there = rate.convert(money, Rounding::HalfEven);
                let there = there.map_err(|_too_large| Refusal::PolicyInvalid)?;
                let there = i128::from(there.amount.minor());
                match left.is_negative() {
                    true => there.saturating_neg(),
                    false => there,
                }
            }
        };
        let sum = result.entry((first, second, to)).or_default();
        *sum = sum.saturating_add(minor);
    }
    Ok(result)
}

/// The rests as pairs again: who owes first.
fn directed(between: Between) -> Pairs {
    let pairs = between
        .into_iter()
        .map(|((first, second, currency), left)| {
            let key = match left.is_negative() {
                true => (first, second, currency),
                false => (second, first, currency),
            };
            (key, left.unsigned_abs())
        });
    pairs.collect()
}

/// A settlement while it is worked out.
#[derive(Default)]
struct Draft {
    parts: BTreeMap<(ParticipantId, Currency), Amount>,
    payouts: Vec<Instruction>,
    rates: Vec<Rate>,
}

impl Draft {
    fn pay(
        &mut self,
        debtor: ParticipantId,
        creditor: ParticipantId,
        currency: Currency,
        sum: u128,
    ) -> Result<(), Refusal> {
        self.take(debtor, currency, sum)?;
        self.give(Some(debtor), creditor, currency, sum)
    }

    fn take(&mut self, who: ParticipantId, currency: Currency, sum: u128) -> Result<(), Refusal> {
        let part = self.parts.entry((who, currency)).or_default();
        let more = part.checked_add(amount(sum)?);
        *part = more.ok_or(Refusal::PolicyInvalid)?;
        Ok(())
    }

    fn give(
        &mut self,
        debtor: Option<ParticipantId>,
        creditor: ParticipantId,
        currency: Currency,
        sum: u128,
    ) -> Result<(), Refusal> {
        let amount = amount(sum)?;
        if !amount.is_zero() {
            // A record would hold only some of them, and a replay would settle another window.
            if self.payouts.len() >= PAYOUTS_MAX {
                return Err(Refusal::OursFull);
            }
            self.payouts.push(Instruction {
                uetr: 0,
                debtor,
                creditor,
                money: Money::new(currency, amount),
            });
        }
        Ok(())
    }

    fn finish(self) -> Settlement {
        let parts = self.parts.into_iter();
        let parts = parts
            .filter(|(_, amount)| !amount.is_zero())
            .map(|((who, currency), amount)| (who, Money::new(currency, amount)));
        Settlement {
            parts: parts.collect(),
            payouts: self.payouts,
            rates: self.rates,
        }
    }
}

fn signed(sum: u128) -> i128 {
    i128::try_from(sum).unwrap_or(i128::MAX)
}

fn amount(sum: u128) -> Result<Amount, Refusal> {
    let amount = u64::try_from(sum).ok().and_then(Amount::from_minor);
    amount.ok_or(Refusal::PolicyInvalid)
}

#[cfg(test)]
#[expect(
    clippy::arithmetic_side_effects,
    reason = "a test that overflows fails, as it should"
)]
mod tests;
