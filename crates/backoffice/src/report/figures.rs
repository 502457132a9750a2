//! What was counted, as figures with their percentages.

use std::collections::BTreeMap;

use money::{Currency, Percent, Rounding};
use wire::api::{
    CostFigures, DistinctFigures, Figures, MerchantFeeFigures, OutcomeFigures, PaymentFigures,
    RefundFigures, RefundValue, RejectionFigures, RielFigures, ValueFigures,
};

use super::cell::{Flow, Tally};

/// Sums of one currency: how many, and how much.
pub(super) type Sums = BTreeMap<Currency, (u64, u128)>;

pub(super) fn figures(now: &Tally, before: Option<&Tally>) -> Figures {
    let prices = sums(now, |shop, _| shop, |flow| (flow.count, flow.amount));
    let paid = sums(now, |_, payer| payer, |flow| (flow.count, flow.paid));
    let before_prices =
        before.map(|tally| sums(tally, |shop, _| shop, |flow| (flow.count, flow.amount)));
    let before_paid =
        before.map(|tally| sums(tally, |_, payer| payer, |flow| (flow.count, flow.paid)));
    Figures {
        payments: payments(now, before),
        rejections: rejections(now),
        outcome_ms: outcome(now),
        prices: values(&prices, before_prices.as_ref()),
        paid: values(&paid, before_paid.as_ref()),
        riel: riel(now),
        distinct: DistinctFigures {
            payers: distinct(&now.payers),
            shops: distinct(&now.shops),
            payments_without_shop: now.without_shop,
        },
        refunds: refunds(now, &prices, &paid),
        cost: cost(now),
        merchant_fees: merchant_fees(now, &prices),
    }
}

fn sums(
    tally: &Tally,
    side: fn(Option<Currency>, Option<Currency>) -> Option<Currency>,
    of: fn(&Flow) -> (u64, u128),
) -> Sums {
    let mut sums = Sums::new();
    for ((shop, payer), flow) in &tally.flows {
        let (count, value) = of(flow);
        // A flow is of completed items, which have both currencies.
        if let Some(currency) = side(*shop, *payer) {
            let to = sums.entry(currency).or_default();
            *to = (to.0.saturating_add(count), to.1.saturating_add(value));
        }
    }
    sums.retain(|_, (count, _)| *count > 0);
    sums
}

/// Everything that came to an end.
fn ended(tally: &Tally) -> u128 {
    [tally.completed, tally.cancelled, tally.refused]
        .into_iter()
        .map(u128::from)
        .fold(0, u128::saturating_add)
}

fn percent(part: u64, whole: u128) -> Option<String> {
    Percent::of(u128::from(part), whole).map(|percent| percent.to_string())
}

fn payments(now: &Tally, before: Option<&Tally>) -> PaymentFigures {
    let taken = u128::from(now.taken);
    let growth = before
        .and_then(|before| Percent::above(u128::from(now.completed), u128::from(before.completed)));
    PaymentFigures {
        taken: now.taken,
        completed: now.completed,
        cancelled: now.cancelled,
        open: now.open,
        refused: now.refused,
        success_percent: percent(now.completed, ended(now)),
        timed_out: now.timed_out,
        timed_out_percent: percent(now.timed_out, taken),
        in_doubt: now.in_doubt,
        in_doubt_percent: percent(now.in_doubt, taken),
        growth_percent: growth.map(|percent| percent.to_string()),
    }
}

fn rejections(now: &Tally) -> Vec<RejectionFigures> {
    let all = ended(now);
    let one = |((how, reason), count): (&(&str, String), &u64)| RejectionFigures {
        how: (*how).to_owned(),
        reason: reason.clone(),
        count: *count,
        percent: percent(*count, all).unwrap_or_default(),
    };
    let mut rejections: Vec<RejectionFigures> = now.why.iter().map(one).collect();
    rejections.sort_by_key(|one| core::cmp::Reverse(one.count));
    rejections
}

fn outcome(now: &Tally) -> Option<OutcomeFigures> {
    let mut all = now.outcome_ns.clone();
    all.sort_unstable();
    let count = u64::try_from(all.len()).ok().filter(|count| *count > 0)?;
    // Nearest rank: the smallest value that this many of a hundred do not exceed.
    let rank = |part: u64| {
        let rank = count.saturating_mul(part).div_ceil(100).saturating_sub(1);
        let at = usize::try_from(rank).ok()?;
        all.get(at).copied().map(milliseconds)
    };
    Some(OutcomeFigures {
        count,
        p50: rank(50)?,
        p95: rank(95)?,
        p99: rank(99)?,
        max: rank(100)?,
    })
}

/// Cut to microseconds.
fn milliseconds(ns: i64) -> String {
    let us = ns.max(0) / 1_000;
    format!("{}.{:03}", us / 1_000, us % 1_000)
}

pub(super) fn values(now: &Sums, before: Option<&Sums>) -> Vec<ValueFigures> {
    let one = |(currency, (count, value)): (&Currency, &(u64, u128))| {
        let prior = before.and_then(|sums| sums.get(currency));
        let growth = prior.and_then(|(_, prior)| Percent::above(*value, *prior));
        ValueFigures {
            currency: currency.alpha().to_owned(),
            count: *count,
            value: decimal(*value, *currency),
            average: decimal(half_even(*value, u128::from(*count)), *currency),
            growth_percent: growth.map(|percent| percent.to_string()),
        }
    };
    now.iter().map(one).collect()
}

/// A payment has its Cambodian side where one of its currencies is not the yen; all that Spean
/// carries have one. Their value is told in the yen of the other side, because riel and dollars
/// cannot be added.
fn riel(now: &Tally) -> Option<RielFigures> {
    let (mut count, mut yen) = ((0_u128, 0_u128), (0_u128, 0_u128));
    let mut is_told = true;
    for ((shop, payer), flow) in &now.flows {
        let (cambodian, in_yen) = match (*shop, *payer) {
            (Some(Currency::Jpy), Some(side)) => (side, Some(flow.amount)),
            (Some(side), Some(Currency::Jpy)) if flow.costed == flow.count => {
                (side, Some(flow.principal))
            }
            (Some(side), _) | (None, Some(side)) => (side, None),
            (None, None) => continue,
        };
        if flow.count == 0 {
            continue;
        }
        let is_riel = cambodian == Currency::Khr;
        let add = |(part, whole): (u128, u128), more: u128| {
            let part = if is_riel {
                part.saturating_add(more)
            } else {
                part
            };
            (part, whole.saturating_add(more))
        };
        count = add(count, u128::from(flow.count));
        match in_yen {
            Some(value) => yen = add(yen, value),
            None => is_told = false,
        }
    }
    let value = Percent::of(yen.0, yen.1).filter(|_| is_told);
    Some(RielFigures {
        count_percent: Percent::of(count.0, count.1)?.to_string(),
        value_percent: value.map(|percent| percent.to_string()),
    })
}

fn distinct(numbers: &[u32]) -> u64 {
    let mut numbers = numbers.to_vec();
    numbers.sort_unstable();
    numbers.dedup();
    u64::try_from(numbers.len()).unwrap_or(u64::MAX)
}

fn refunds(now: &Tally, prices: &Sums, paid: &Sums) -> RefundFigures {
    let back = sums(now, |shop, _| shop, |flow| (flow.refunds, flow.refunded));
    let paid_back = sums(now, |_, payer| payer, |flow| (flow.refunds, flow.paid_back));
    let completed = back
        .values()
        .fold(0_u64, |sum, (count, _)| sum.saturating_add(*count));
    let values = |back: &Sums, of: &Sums| {
        let one = |(currency, (_, value)): (&Currency, &(u64, u128))| {
            let whole = of.get(currency).map_or(0, |(_, value)| *value);
            RefundValue {
                currency: currency.alpha().to_owned(),
                value: decimal(*value, *currency),
                percent: Percent::of(*value, whole).map(|percent| percent.to_string()),
            }
        };
        back.iter().map(one).collect()
    };
    RefundFigures {
        completed,
        cancelled: now.refunds_cancelled,
        open: now.refunds_open,
        refused: now.refunds_refused,
        percent: percent(completed, u128::from(now.completed)),
        values: values(&back, prices),
        paid_back: values(&paid_back, paid),
    }
}

fn cost(now: &Tally) -> Vec<CostFigures> {
    let mut by_payer: BTreeMap<Currency, Flow> = BTreeMap::new();
    for ((_, payer), flow) in &now.flows {
        if let Some(currency) = payer {
            by_payer.entry(*currency).or_default().add(flow);
        }
    }
    let one = |(currency, flow): (Currency, Flow)| cost_of(currency, &flow);
    by_payer.into_iter().filter_map(one).collect()
}

/// `None` where nothing was measured.
fn cost_of(currency: Currency, flow: &Flow) -> Option<CostFigures> {
    let worth = flow.reference_milli;
    let milli = |minor: u128| minor.saturating_mul(1_000);
    let paid = milli(flow.costed_paid);
    let total = Percent::above(paid, worth)?;
    // Rounding is what the exchange of whole minor units is above the exact one.
    let rounding = Percent::above(
        worth
            .saturating_add(milli(flow.principal))
            .saturating_sub(flow.rate_milli),
        worth,
    )?;
    let is_within = |percent: u128| {
        paid.saturating_mul(100) <= worth.saturating_mul(percent.saturating_add(100))
    };
    Some(CostFigures {
        currency: currency.alpha().to_owned(),
        count: flow.costed,
        paid: decimal(flow.costed_paid, currency),
        worth: decimal(half_even(worth, 1_000), currency),
        margin_percent: Percent::of(flow.margin_milli, worth)?.to_string(),
        fee_percent: Percent::of(milli(flow.customer_fee), worth)?.to_string(),
        rounding_percent: rounding.to_string(),
        total_percent: total.to_string(),
        is_within_one_percent: is_within(1),
        is_within_three_percent: is_within(3),
        over_three_percent: flow.over_three_percent,
    })
}

fn merchant_fees(now: &Tally, prices: &Sums) -> Vec<MerchantFeeFigures> {
    let fees = sums(now, |shop, _| shop, |flow| (flow.count, flow.merchant_fee));
    let one = |(currency, (_, fee)): (&Currency, &(u64, u128))| {
        let whole = prices.get(currency).map_or(0, |(_, value)| *value);
        Some(MerchantFeeFigures {
            currency: currency.alpha().to_owned(),
            value: decimal(*fee, *currency),
            percent: Percent::of(*fee, whole)?.to_string(),
        })
    };
    fees.iter().filter_map(one).collect()
}

/// A sum in major units; sums may be larger than any amount.
pub(super) fn decimal(minor: u128, currency: Currency) -> String {
    let exponent = usize::from(currency.exponent());
    let digits = format!("{minor:0>width$}", width = exponent.saturating_add(1));
    match digits.split_at_checked(digits.len().saturating_sub(exponent)) {
        Some((whole, decimals)) if exponent > 0 => format!("{whole}.{decimals}"),
        Some(_) | None => digits,
    }
}

fn half_even(over: u128, under: u128) -> u128 {
    money::divide(over, under, Rounding::HalfEven).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_written_in_major_units() {
        for (minor, currency, expected) in [
            (0, Currency::Usd, "0.00"),
            (5, Currency::Usd, "0.05"),
            (1_050, Currency::Usd, "10.50"),
            (0, Currency::Khr, "0"),
            (
                u128::MAX,
                Currency::Jpy,
                "340282366920938463463374607431768211455",
            ),
        ] {
            assert_eq!(decimal(minor, currency), expected);
        }
    }

    #[test]
    fn percentiles_are_values_that_were_measured() {
        let check = |outcome_ns: Vec<i64>, expected: [&str; 4]| {
            let tally = Tally {
                outcome_ns,
                ..Tally::default()
            };
            let found = outcome(&tally).unwrap();
            assert_eq!([found.p50, found.p95, found.p99, found.max], expected);
        };
        check(vec![1_234_567], ["1.234"; 4]);
        let ms = |ms: i64| ms * 1_000_000;
        check(vec![ms(3), ms(1)], ["1.000", "3.000", "3.000", "3.000"]);
        check(
            (1..=200).rev().map(ms).collect(),
            ["100.000", "190.000", "198.000", "200.000"],
        );
        assert_eq!(outcome(&Tally::default()), None);
    }
}
