//! A report as lines: one figure of one part in one unit. CSV and Parquet are these lines, and
//! whoever checks sums goes over them.

use wire::api::{Figures, RefundValue, ReportBy, ReportView, SettlementFigures, ValueFigures};

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// `whole`, by what it is a part, or `settlement`.
    pub by: &'static str,
    /// Which part; empty for the whole.
    pub part: String,
    /// Which figure, `payments.completed`.
    pub figure: String,
    /// `count`, `percent`, `ms`, `flag` (1 or 0), or the letters of a currency.
    pub unit: String,
    /// A decimal.
    pub value: String,
}

/// A report's figures, the whole first.
pub fn lines(report: &ReportView) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut add = |by, part: &str, figures: &Figures| {
        for (figure, unit, value) in figures_lines(figures) {
            lines.push(Line {
                by,
                part: part.to_owned(),
                figure,
                unit,
                value,
            });
        }
    };
    add("whole", "", &report.whole);
    for group in report.groups.iter().chain(&report.series) {
        add(by_name(group.by), &group.name, &group.figures);
    }
    if let Some(figures) = &report.settlement {
        lines.extend(settlement(figures));
    }
    lines
}

/// Settlement, as lines under its own name; each participant's prefunding is a part.
fn settlement(figures: &SettlementFigures) -> Vec<Line> {
    let line = |part: &str, figure: &str, unit: &str, value: String| Line {
        by: "settlement",
        part: part.to_owned(),
        figure: figure.to_owned(),
        unit: unit.to_owned(),
        value,
    };
    let count = |figure: &str, value: u64| line("", figure, "count", value.to_string());
    let mut lines = vec![
        count("windows_settled", figures.windows_settled),
        count("windows_unsettled", figures.windows_unsettled),
    ];
    for one in &figures.settled {
        lines.push(count(&format!("payouts.{}.count", one.currency), one.count));
        lines.push(line("", "payouts.value", &one.currency, one.value.clone()));
    }
    for one in &figures.prefunding {
        let (who, unit) = (&one.participant, &one.currency);
        lines.push(line(who, "liquidity", unit, one.liquidity.clone()));
        lines.push(line(who, "taken", unit, one.taken.clone()));
        lines.push(line(who, "part_max", unit, one.part_max.clone()));
        if let Some(percent) = &one.part_max_percent {
            let figure = format!("part_max.{unit}.percent");
            lines.push(line(who, &figure, "percent", percent.clone()));
        }
    }
    lines
}

/// As it is written, and asked for over HTTP.
pub fn by_name(by: ReportBy) -> &'static str {
    match by {
        ReportBy::Corridor => "corridor",
        ReportBy::Direction => "direction",
        ReportBy::Currency => "currency",
        ReportBy::PayerCurrency => "payer_currency",
        ReportBy::Payer => "payer",
        ReportBy::Payee => "payee",
        ReportBy::Fx => "fx",
        ReportBy::Category => "category",
        ReportBy::Time => "time",
    }
}

/// Figure, unit, value.
type Cell = (String, String, String);

#[derive(Default)]
struct Sink(Vec<Cell>);

impl Sink {
    fn put(&mut self, figure: &str, unit: &str, value: impl Into<String>) {
        let cell = (figure.to_owned(), unit.to_owned(), value.into());
        self.0.push(cell);
    }

    fn count(&mut self, figure: &str, value: u64) {
        self.put(figure, "count", value.to_string());
    }

    fn percent(&mut self, figure: &str, value: Option<&String>) {
        if let Some(value) = value {
            self.put(figure, "percent", value);
        }
    }

    fn flag(&mut self, figure: &str, is_so: bool) {
        self.put(figure, "flag", u8::from(is_so).to_string());
    }
}

pub(super) fn figures_lines(figures: &Figures) -> Vec<Cell> {
    let mut to = Sink::default();
    payments(figures, &mut to);
    values("prices", &figures.prices, &mut to);
    values("paid", &figures.paid, &mut to);
    if let Some(riel) = &figures.riel {
        to.percent("riel.count_percent", Some(&riel.count_percent));
        to.percent("riel.value_percent", riel.value_percent.as_ref());
    }
    let distinct = &figures.distinct;
    to.count("distinct.payers", distinct.payers);
    to.count("distinct.shops", distinct.shops);
    to.count(
        "distinct.payments_without_shop",
        distinct.payments_without_shop,
    );
    refunds(figures, &mut to);
    for cost in &figures.cost {
        // The currency is in the figure's name where the unit is a percentage.
        let name = |what: &str| format!("cost.{}.{what}", cost.currency);
        to.count(&name("count"), cost.count);
        to.put(&name("paid"), &cost.currency, &cost.paid);
        to.put(&name("worth"), &cost.currency, &cost.worth);
        to.percent(&name("margin_percent"), Some(&cost.margin_percent));
        to.percent(&name("fee_percent"), Some(&cost.fee_percent));
        to.percent(&name("rounding_percent"), Some(&cost.rounding_percent));
        to.percent(&name("total_percent"), Some(&cost.total_percent));
        to.flag(&name("is_within_one_percent"), cost.is_within_one_percent);
        to.flag(
            &name("is_within_three_percent"),
            cost.is_within_three_percent,
        );
        to.count(&name("over_three_percent"), cost.over_three_percent);
    }
    for fee in &figures.merchant_fees {
        to.put("merchant_fees.value", &fee.currency, &fee.value);
        let name = format!("merchant_fees.{}.percent", fee.currency);
        to.percent(&name, Some(&fee.percent));
    }
    to.0
}

fn payments(figures: &Figures, to: &mut Sink) {
    let payments = &figures.payments;
    to.count("payments.taken", payments.taken);
    to.count("payments.completed", payments.completed);
    to.count("payments.cancelled", payments.cancelled);
    to.count("payments.open", payments.open);
    to.count("payments.refused", payments.refused);
    to.percent(
        "payments.success_percent",
        payments.success_percent.as_ref(),
    );
    to.count("payments.timed_out", payments.timed_out);
    to.percent(
        "payments.timed_out_percent",
        payments.timed_out_percent.as_ref(),
    );
    to.count("payments.in_doubt", payments.in_doubt);
    to.percent(
        "payments.in_doubt_percent",
        payments.in_doubt_percent.as_ref(),
    );
    to.percent("payments.growth_percent", payments.growth_percent.as_ref());
    for rejection in &figures.rejections {
        let reason = rejection.reason.replace(' ', ".");
        let name = format!("rejections.{}.{reason}", rejection.how);
        to.count(&name, rejection.count);
        to.percent(&format!("{name}.percent"), Some(&rejection.percent));
    }
    if let Some(outcome) = &figures.outcome_ms {
        to.count("outcome_ms.count", outcome.count);
        for (name, value) in [
            ("outcome_ms.p50", &outcome.p50),
            ("outcome_ms.p95", &outcome.p95),
            ("outcome_ms.p99", &outcome.p99),
            ("outcome_ms.max", &outcome.max),
        ] {
            to.put(name, "ms", value);
        }
    }
}

fn values(what: &str, values: &[ValueFigures], to: &mut Sink) {
    for one in values {
        let currency = &one.currency;
        to.put(&format!("{what}.value"), currency, &one.value);
        to.put(&format!("{what}.average"), currency, &one.average);
        to.count(&format!("{what}.{currency}.count"), one.count);
        let growth = format!("{what}.{currency}.growth_percent");
        to.percent(&growth, one.growth_percent.as_ref());
    }
}

fn refunds(figures: &Figures, to: &mut Sink) {
    let refunds = &figures.refunds;
    to.count("refunds.completed", refunds.completed);
    to.count("refunds.cancelled", refunds.cancelled);
    to.count("refunds.open", refunds.open);
    to.count("refunds.refused", refunds.refused);
    to.percent("refunds.percent", refunds.percent.as_ref());
    let mut back = |what: &str, values: &[RefundValue]| {
        for one in values {
            to.put(&format!("refunds.{what}"), &one.currency, &one.value);
            let name = format!("refunds.{what}.{}.percent", one.currency);
            to.percent(&name, one.percent.as_ref());
        }
    };
    back("values", &refunds.values);
    back("paid_back", &refunds.paid_back);
}
