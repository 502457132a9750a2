//! Rows for people, the same on a terminal and on paper.

use wire::api::{
    CostFigures, Figures, PaymentFigures, RefundFigures, ReportGroup, SettlementFigures,
    ValueFigures,
};

/// A name and what stands beside it.
pub(super) type Pair = [String; 2];

fn pair(name: impl Into<String>, value: impl Into<String>) -> Pair {
    [name.into(), value.into()]
}

/// Everything of one part, one row a figure.
pub(super) fn whole(figures: &Figures) -> Vec<Pair> {
    let mut rows = payments(&figures.payments);
    if let Some(outcome) = &figures.outcome_ms {
        let text = format!(
            "p50 {} ms, p95 {} ms, p99 {} ms, longest {} ms",
            outcome.p50, outcome.p95, outcome.p99, outcome.max
        );
        rows.push(pair("time to outcome", text));
    }
    rows.extend(figures.prices.iter().map(|one| value("prices", one)));
    rows.extend(figures.paid.iter().map(|one| value("paid", one)));
    if let Some(riel) = &figures.riel {
        let by_count = &riel.count_percent;
        let text = match &riel.value_percent {
            Some(by_value) => format!("{by_count} % by count, {by_value} % by value"),
            None => format!("{by_count} % by count"),
        };
        rows.push(pair("share of riel", text));
    }
    let distinct = &figures.distinct;
    rows.push(pair("distinct payers", number(distinct.payers)));
    rows.push(pair("distinct shops", number(distinct.shops)));
    rows.push(pair("refunds", refunds(&figures.refunds)));
    rows.extend(figures.cost.iter().map(cost));
    for fee in &figures.merchant_fees {
        let text = format!("{} ({} %)", grouped(&fee.value), fee.percent);
        rows.push(pair(format!("shops' fees {}", fee.currency), text));
    }
    rows.extend(rejections(figures));
    rows
}

/// Settlement and prefunding, one row a figure.
pub(super) fn settlement(figures: &SettlementFigures) -> Vec<Pair> {
    let mut rows = vec![
        pair("windows settled", number(figures.windows_settled)),
        pair("windows waiting", number(figures.windows_unsettled)),
    ];
    for one in &figures.settled {
        let text = format!("{} in {} payouts", grouped(&one.value), number(one.count));
        rows.push(pair(format!("paid out {}", one.currency), text));
    }
    for one in &figures.prefunding {
        let largest = match &one.part_max_percent {
            Some(percent) => format!("{} ({percent} %)", grouped(&one.part_max)),
            None => grouped(&one.part_max),
        };
        let text = format!(
            "liquidity {}, settlements took {}, at most {largest} at once",
            grouped(&one.liquidity),
            grouped(&one.taken)
        );
        rows.push(pair(format!("{} {}", one.participant, one.currency), text));
    }
    rows
}

pub(super) fn rejections(figures: &Figures) -> Vec<Pair> {
    let one = |one: &wire::api::RejectionFigures| {
        let text = format!("{} ({} %)", number(one.count), one.percent);
        pair(format!("{} {}", one.how, one.reason), text)
    };
    figures.rejections.iter().map(one).collect()
}

pub(super) fn payments(payments: &PaymentFigures) -> Vec<Pair> {
    let timed_out = number(payments.timed_out);
    let in_doubt = number(payments.in_doubt);
    vec![
        pair("payments completed", number(payments.completed)),
        pair("cancelled", number(payments.cancelled)),
        pair("refused", number(payments.refused)),
        pair("still open", number(payments.open)),
        pair("growth", percent(payments.growth_percent.as_ref())),
        pair("success", percent(payments.success_percent.as_ref())),
        pair(
            "timed out",
            format!(
                "{timed_out} ({})",
                percent(payments.timed_out_percent.as_ref())
            ),
        ),
        pair(
            "in doubt",
            format!(
                "{in_doubt} ({})",
                percent(payments.in_doubt_percent.as_ref())
            ),
        ),
    ]
}

fn value(name: &str, one: &ValueFigures) -> Pair {
    let text = format!(
        "{} {} in {}, average {}, growth {}",
        one.currency,
        grouped(&one.value),
        number(one.count),
        grouped(&one.average),
        percent(one.growth_percent.as_ref())
    );
    pair(name, text)
}

fn refunds(refunds: &RefundFigures) -> String {
    let mut text = format!(
        "{} completed ({}), {} cancelled, {} refused, {} open",
        number(refunds.completed),
        percent(refunds.percent.as_ref()),
        number(refunds.cancelled),
        number(refunds.refused),
        number(refunds.open)
    );
    for one in &refunds.values {
        text.push_str(&format!("; {} {}", one.currency, grouped(&one.value)));
    }
    text
}

fn cost(cost: &CostFigures) -> Pair {
    let text = format!(
        "{} % in all: margin {}, fees {}, rounding {}; {} over 3 %; within 1 %: {}, 3 %: {}",
        cost.total_percent,
        cost.margin_percent,
        cost.fee_percent,
        cost.rounding_percent,
        number(cost.over_three_percent),
        yes(cost.is_within_one_percent),
        yes(cost.is_within_three_percent),
    );
    pair(format!("cost to payers {}", cost.currency), text)
}

/// One row a part, under a row of heads.
pub(super) fn part_rows(by: &str, groups: &[ReportGroup]) -> Vec<Vec<String>> {
    let heads = [
        by,
        "completed",
        "growth",
        "success",
        "p95 ms",
        "payers",
        "shops",
        "refunds",
        "price",
        "average",
        "cost",
    ];
    let mut rows = vec![heads.map(str::to_owned).to_vec()];
    rows.extend(groups.iter().map(part_row));
    rows
}

fn part_row(group: &ReportGroup) -> Vec<String> {
    let figures = &group.figures;
    let dash = || "-".to_owned();
    let or = |text: &Option<String>| text.clone().unwrap_or_else(dash);
    let join = |texts: Vec<String>| match texts.is_empty() {
        true => dash(),
        false => texts.join(" "),
    };
    let prices = figures.prices.iter();
    let price = prices.map(|one| format!("{} {}", one.currency, grouped(&one.value)));
    let averages = figures.prices.iter().map(|one| grouped(&one.average));
    let costs = figures.cost.iter();
    let cost = costs.map(|one| format!("{} {}", one.currency, one.total_percent));
    let outcome = figures.outcome_ms.as_ref();
    vec![
        group.name.clone(),
        number(figures.payments.completed),
        or(&figures.payments.growth_percent),
        or(&figures.payments.success_percent),
        outcome.map_or_else(dash, |one| one.p95.clone()),
        number(figures.distinct.payers),
        number(figures.distinct.shops),
        number(figures.refunds.completed),
        join(price.collect()),
        join(averages.collect()),
        join(cost.collect()),
    ]
}

pub(super) fn percent(text: Option<&String>) -> String {
    text.map_or_else(|| "-".to_owned(), |text| format!("{text} %"))
}

pub(super) fn yes(is_so: bool) -> &'static str {
    if is_so { "yes" } else { "no" }
}

pub(super) fn number(count: u64) -> String {
    grouped(&count.to_string())
}

/// Thousands set apart.
pub(super) fn grouped(text: &str) -> String {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text),
    };
    let (whole, decimals) = match rest.split_once('.') {
        Some((whole, decimals)) => (whole, format!(".{decimals}")),
        None => (rest, String::new()),
    };
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        let left = whole.len().saturating_sub(at);
        if at > 0 && left.is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped}{decimals}")
}
