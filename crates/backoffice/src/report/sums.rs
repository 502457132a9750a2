//! Whether the parts make the whole.

use std::collections::BTreeMap;

use wire::api::{Figures, ReportBy, ReportGroup, SumCheck};

use super::lines::figures_lines;

/// Figures that add up over the parts, or may not and then say why.
const ADD_UP: [&str; 15] = [
    "payments.taken",
    "payments.completed",
    "payments.cancelled",
    "payments.open",
    "payments.refused",
    "payments.timed_out",
    "payments.in_doubt",
    "prices.value",
    "paid.value",
    "merchant_fees.value",
    "refunds.completed",
    "refunds.values",
    "refunds.paid_back",
    "distinct.payers",
    "distinct.shops",
];

pub(super) fn check(by: ReportBy, parts: &[ReportGroup], whole: &Figures) -> Vec<SumCheck> {
    let mut summed: BTreeMap<(&str, String), Hundredths> = BTreeMap::new();
    for part in parts {
        for (figure, unit, value) in figures_lines(&part.figures) {
            if let Some(name) = ADD_UP.iter().find(|name| **name == figure) {
                let to = summed.entry((name, unit)).or_default();
                to.0 = to.0.saturating_add(Hundredths::parse(&value).0);
            }
        }
    }
    let mut checks = Vec::new();
    for (figure, unit, value) in figures_lines(whole) {
        let Some(name) = ADD_UP.iter().find(|name| **name == figure) else {
            continue;
        };
        let sum = summed.remove(&(*name, unit.clone())).unwrap_or_default();
        let (parts, whole) = (sum.0, Hundredths::parse(&value).0);
        // Written with as many decimals as the whole has, so that a reader compares texts.
        let decimals = value
            .split_once('.')
            .map_or(0, |(_, decimals)| decimals.len());
        let write = |value: i128| Hundredths(value).write(decimals);
        checks.push(SumCheck {
            by,
            figure,
            unit,
            parts: write(parts),
            whole: value,
            difference: write(parts.saturating_sub(whole)),
            why: (parts != whole).then(|| why(name).to_owned()),
        });
    }
    checks
}

fn why(figure: &str) -> &'static str {
    match figure {
        "distinct.payers" => "a payer who paid in several parts is one in each and one in all",
        "distinct.shops" => "a shop that was paid in several parts is one in each and one in all",
        _ => "an error of the report: please tell its makers",
    }
}

/// A decimal with at most two decimals, which every currency of a rail has.
#[derive(Clone, Copy, Debug, Default)]
struct Hundredths(i128);

impl Hundredths {
    fn parse(text: &str) -> Self {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let digits = format!("{whole}{decimals:0<2}");
        Self(digits.parse().unwrap_or_default())
    }

    fn write(self, decimals: usize) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let size = self.0.unsigned_abs();
        match decimals {
            0 => format!("{sign}{}", size / 100),
            _ => format!("{sign}{}.{:02}", size / 100, size % 100),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Hundredths;

    #[test]
    fn a_difference_is_written_as_the_figures_are() {
        for (parts, whole, decimals, expected) in [
            ("10.50", "10.55", 2, "-0.05"),
            ("3", "1", 0, "2"),
            ("0", "0", 0, "0"),
        ] {
            let difference = Hundredths::parse(parts).0 - Hundredths::parse(whole).0;
            assert_eq!(Hundredths(difference).write(decimals), expected);
        }
    }
}
