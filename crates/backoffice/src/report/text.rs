//! A report for a terminal.

use wire::api::{ReportGroup, ReportView, SumCheck};

use super::lines::by_name;
use super::rows::{self, part_rows};

/// Columns of a terminal that nobody has made wider, for texts.
const COLUMNS: usize = 96;

/// A report as a table.
pub fn table(report: &ReportView) -> String {
    let period = &report.period;
    let mut out = format!(
        "Report {} to {} (the last day not included), days of {}\n\
         Stands for batch {} {}\nGrowth against {} to {}\n\n",
        period.from,
        period.to,
        report.zone,
        report.sequence,
        report.hash,
        report.prior.from,
        report.prior.to,
    );
    out.push_str("WHOLE\n");
    out.push_str(&pairs(&rows::whole(&report.whole)));
    if let Some(figures) = &report.settlement {
        out.push_str("\nSETTLEMENT\n");
        out.push_str(&pairs(&rows::settlement(figures)));
    }
    let mut rest = report.groups.as_slice();
    while let Some(first) = rest.first() {
        let same = rest.iter().take_while(|group| group.by == first.by).count();
        let (these, others) = rest.split_at(same);
        out.push_str(&parts(by_name(first.by), these));
        rest = others;
    }
    out.push_str(&parts("time", &report.series));
    out.push_str(&sums(&report.sums));
    out.push_str("\nDEFINITIONS\n");
    for definition in &report.definitions {
        let text = format!("{}: {}", definition.figure, definition.text);
        for (at, line) in wrapped(&text).iter().enumerate() {
            out.push_str(if at == 0 { "  " } else { "    " });
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

fn pairs(rows: &[[String; 2]]) -> String {
    let width = rows.iter().map(|[name, _]| name.len()).max().unwrap_or(0);
    let line = |[name, value]: &[String; 2]| format!("  {name:width$}  {value}\n");
    rows.iter().map(line).collect()
}

fn parts(by: &str, groups: &[ReportGroup]) -> String {
    let rows = part_rows(by, groups);
    let mut widths = vec![0; rows.first().map_or(0, Vec::len)];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut out = format!("\nBY {}\n", by.to_uppercase());
    for row in &rows {
        let mut line = String::from(" ");
        for (at, (cell, width)) in row.iter().zip(&widths).enumerate() {
            // Names stand to the left, figures to the right.
            let cell = if at == 0 {
                format!(" {cell:<width$}")
            } else {
                format!("  {cell:>width$}")
            };
            line.push_str(&cell);
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

fn sums(checks: &[SumCheck]) -> String {
    let mut out = String::from("\nSUMS OF PARTS\n");
    let equal = checks.iter().filter(|check| check.why.is_none()).count();
    out.push_str(&format!(
        "  {equal} of {} sums equal the whole\n",
        checks.len()
    ));
    for check in checks {
        if let Some(why) = &check.why {
            out.push_str(&format!(
                "  {} by {}: parts {}, whole {}, difference {}: {why}\n",
                check.figure,
                by_name(check.by),
                check.parts,
                check.whole,
                check.difference
            ));
        }
    }
    out
}

fn wrapped(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.len().saturating_add(word.len()) < COLUMNS => {
                line.push(' ');
                line.push_str(word);
            }
            Some(_) | None => lines.push(word.to_owned()),
        }
    }
    lines
}
