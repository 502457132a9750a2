//! A report as pages for people who decide: what happened, in a few figures and charts first, the
//! tables after, and what every figure means at the end.

use typeset::{Align, Chart, Column, Document, Fonts, Front, Series, Table, TextError};
use wire::api::{Figures, ReportBy, ReportGroup, ReportView, SumCheck};

use super::lines::by_name;
use super::rows::{grouped, number, part_rows, percent, rejections, settlement, whole};

const SUBTITLES: [&str; 2] = [
    "តួលេខនៃការទូទាត់ឆ្លងដែនរវាងកម្ពុជា និងជប៉ុន",
    "カンボジア・日本 QRコード越境決済 統計報告",
];

/// A report as PDF.
///
/// # Errors
/// A name that the fonts do not have; otherwise only if the writer fails.
pub fn paper(report: &ReportView, fonts: &Fonts) -> Result<Vec<u8>, TextError> {
    let period = &report.period;
    let hash = report.hash.get(..16).unwrap_or(&report.hash);
    let foot = format!(
        "Figures {} to {} ({}), batch {} {hash}",
        period.from, period.to, report.zone, report.sequence
    );
    let front = Front {
        title: "QR payments between Cambodia and Japan",
        subtitles: &SUBTITLES,
        foot: &foot,
    };
    let mut to = Document::new(fonts, &front)?;
    to.paragraph(&format!(
        "From {} to {} (the last day not included), days of {}. Growth is against {} to {}. \
         The figures stand for batch {} of the journal and can be counted again from it.",
        period.from, period.to, report.zone, report.prior.from, report.prior.to, report.sequence
    ))?;
    glance(report, &mut to)?;
    charts(report, &mut to)?;
    to.new_page()?;
    to.heading("All figures of the period")?;
    pairs(&whole(&report.whole), &mut to)?;
    if let Some(figures) = &report.settlement {
        to.heading("Settlement and prefunding")?;
        pairs(&settlement(figures), &mut to)?;
    }
    parts(report, &mut to)?;
    sums(&report.sums, &mut to)?;
    to.heading("What the figures mean")?;
    for definition in &report.definitions {
        to.term(&definition.figure, &definition.text)?;
    }
    to.to_pdf()
}

/// What a reader with one minute needs, in words.
fn glance(report: &ReportView, to: &mut Document<'_>) -> Result<(), TextError> {
    let figures = &report.whole;
    to.heading("At a glance")?;
    let payments = &figures.payments;
    let mut rows = vec![vec![
        "Payments completed".to_owned(),
        number(payments.completed),
        format!("growth {}", percent(payments.growth_percent.as_ref())),
    ]];
    for one in &figures.prices {
        rows.push(vec![
            format!("Value at shops in {}", one.currency),
            grouped(&one.value),
            format!(
                "average {}, growth {}",
                grouped(&one.average),
                percent(one.growth_percent.as_ref())
            ),
        ]);
    }
    if let Some(riel) = &figures.riel {
        let value = percent(riel.value_percent.as_ref());
        rows.push(vec![
            "Share of riel on the Cambodian side".to_owned(),
            value,
            format!("by value; {} % by count", riel.count_percent),
        ]);
    }
    rows.push(vec![
        "Success".to_owned(),
        percent(payments.success_percent.as_ref()),
        format!(
            "timed out {}, in doubt {}",
            percent(payments.timed_out_percent.as_ref()),
            percent(payments.in_doubt_percent.as_ref())
        ),
    ]);
    for cost in &figures.cost {
        rows.push(vec![
            format!("Cost to payers in {}", cost.currency),
            format!("{} %", cost.total_percent),
            target(cost.is_within_one_percent, cost.is_within_three_percent).to_owned(),
        ]);
    }
    rows.push(vec![
        "Different payers and shops".to_owned(),
        number(figures.distinct.payers),
        format!("payers, at {} shops", number(figures.distinct.shops)),
    ]);
    let columns = [
        column("", 5, Align::Left),
        column("", 3, Align::Right),
        column("", 6, Align::Left),
    ];
    to.table(&Table {
        columns: &columns,
        rows: &rows,
    })
}

fn target(one: bool, three: bool) -> &'static str {
    match (one, three) {
        (true, _) => "within the G20 average target of 1 %",
        (false, true) => "above the G20 average target of 1 %, within 3 % a corridor",
        (false, false) => "above the G20 limit of 3 % a corridor",
    }
}

fn column(head: &str, share: u8, align: Align) -> Column<'_> {
    Column { head, share, align }
}

fn charts(report: &ReportView, to: &mut Document<'_>) -> Result<(), TextError> {
    let labels: Vec<String> = report
        .series
        .iter()
        .map(|point| point.name.clone())
        .collect();
    if labels.len() < 2 {
        return Ok(());
    }
    to.heading("Over the period")?;
    let completed = report
        .series
        .iter()
        .map(|point| point.figures.payments.completed);
    let series = [Series {
        name: "completed payments",
        values: completed.map(|count| Some(u128::from(count))).collect(),
    }];
    to.bars(&Chart {
        title: "Payments",
        labels: &labels,
        series: &series,
        top: None,
        scale: |value| grouped(&value.to_string()),
    })?;
    // One chart a currency: two on one scale would be compared, and cannot be.
    for one in &report.whole.prices {
        let title = format!("Value at shops in {}", one.currency);
        let values = report.series.iter();
        let values = values.map(|point| units(&point.figures, &one.currency));
        let series = [Series {
            name: &one.currency,
            values: values.collect(),
        }];
        to.bars(&Chart {
            title: &title,
            labels: &labels,
            series: &series,
            top: None,
            scale: |value| grouped(&value.to_string()),
        })?;
    }
    let success = report.series.iter().map(|point| {
        let text = point.figures.payments.success_percent.as_deref();
        text.map(thousandths)
    });
    let series = [Series {
        name: "success, % of all that ended",
        values: success.collect(),
    }];
    to.curves(&Chart {
        title: "Success",
        labels: &labels,
        series: &series,
        top: Some(100_000),
        scale: |value| format!("{} %", value / 1_000),
    })?;
    cost_chart(report, &labels, to)
}

fn cost_chart(
    report: &ReportView,
    labels: &[String],
    to: &mut Document<'_>,
) -> Result<(), TextError> {
    let series: Vec<Series<'_>> = report
        .whole
        .cost
        .iter()
        .map(|one| {
            let of = |point: &ReportGroup| {
                let mut costs = point.figures.cost.iter();
                let same = costs.find(|cost| cost.currency == one.currency);
                same.map(|cost| thousandths(&cost.total_percent))
            };
            Series {
                name: &one.currency,
                values: report.series.iter().map(of).collect(),
            }
        })
        .collect();
    if series.is_empty() {
        return Ok(());
    }
    to.curves(&Chart {
        title: "Cost to payers by the currency they paid in, % over the neutral rate",
        labels,
        series: &series,
        top: None,
        scale: |value| format!("{}.{} %", value / 1_000, value % 1_000 / 100),
    })?;
    to.note("G20 targets for 2027: 1 % on average, 3 % in any corridor.")
}

/// Whole units of one currency.
fn units(figures: &Figures, currency: &str) -> Option<u128> {
    let mut prices = figures.prices.iter();
    let same = prices.find(|one| one.currency == currency);
    let whole = same.and_then(|one| one.value.split('.').next());
    whole.and_then(|digits| digits.parse().ok())
}

/// A percentage with three digits as an integer; a negative one is drawn as nothing.
fn thousandths(text: &str) -> u128 {
    text.replace('.', "").parse().unwrap_or(0)
}

fn pairs(rows: &[[String; 2]], to: &mut Document<'_>) -> Result<(), TextError> {
    let columns = [column("figure", 2, Align::Left), column("", 5, Align::Left)];
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.to_vec()).collect();
    to.table(&Table {
        columns: &columns,
        rows: &rows,
    })
}

fn parts(report: &ReportView, to: &mut Document<'_>) -> Result<(), TextError> {
    let mut rest = report.groups.as_slice();
    while let Some(first) = rest.first() {
        let same = rest.iter().take_while(|group| group.by == first.by).count();
        let (these, others) = rest.split_at(same);
        to.heading(title(first.by))?;
        part_table(first.by, these, to)?;
        rest = others;
    }
    to.heading(title(ReportBy::Time))?;
    part_table(ReportBy::Time, &report.series, to)?;
    for group in report
        .groups
        .iter()
        .filter(|group| group.by == ReportBy::Corridor)
    {
        let rows = rejections(&group.figures);
        if !rows.is_empty() {
            to.heading(&format!("Why payments did not complete: {}", group.name))?;
            pairs(&rows, to)?;
        }
    }
    Ok(())
}

fn part_table(
    by: ReportBy,
    groups: &[ReportGroup],
    to: &mut Document<'_>,
) -> Result<(), TextError> {
    // The first row holds the heads of a terminal; on paper the heading says what the names are.
    let rows: Vec<Vec<String>> = part_rows(by_name(by), groups)
        .into_iter()
        .skip(1)
        .map(|row| row.iter().map(|cell| held(cell)).collect())
        .collect();
    let column = |(head, share): (&'static str, u8)| Column {
        head,
        share,
        align: if head.is_empty() {
            Align::Left
        } else {
            Align::Right
        },
    };
    let columns = PARTS.map(column);
    to.table(&Table {
        columns: &columns,
        rows: &rows,
    })
}

/// A currency is held to its figure: a line ends behind the figure, not between the two.
fn held(cell: &str) -> String {
    let mut held = String::new();
    let mut is_after_letters = false;
    for word in cell.split(' ') {
        if !held.is_empty() {
            held.push(if is_after_letters { '\u{a0}' } else { ' ' });
        }
        held.push_str(word);
        is_after_letters = word.bytes().all(|byte| byte.is_ascii_uppercase());
    }
    held
}

const PARTS: [(&str, u8); 11] = [
    ("", 10),
    ("completed", 10),
    ("growth %", 9),
    ("success %", 10),
    ("p95 ms", 9),
    ("payers", 7),
    ("shops", 7),
    ("refunds", 8),
    ("value", 17),
    ("average", 9),
    ("cost %", 10),
];

fn title(by: ReportBy) -> &'static str {
    match by {
        ReportBy::Corridor => "By corridor",
        ReportBy::Direction => "By direction",
        ReportBy::Currency => "By the shop's currency",
        ReportBy::PayerCurrency => "By the payer's currency",
        ReportBy::Payer => "By the payer's participant",
        ReportBy::Payee => "By the shop's participant",
        ReportBy::Fx => "By FX provider",
        ReportBy::Category => "By merchant category (ISO 18245)",
        ReportBy::Time => "By time",
    }
}

fn sums(checks: &[SumCheck], to: &mut Document<'_>) -> Result<(), TextError> {
    to.heading("Whether the parts make the whole")?;
    let equal = checks.iter().filter(|check| check.why.is_none()).count();
    to.paragraph(&format!(
        "{equal} of {} sums over parts equal the whole.",
        checks.len()
    ))?;
    let differ = checks.iter().filter(|check| check.why.is_some());
    let row = |check: &SumCheck| {
        vec![
            format!("{} by {}", check.figure, by_name(check.by)),
            grouped(&check.parts),
            grouped(&check.whole),
            grouped(&check.difference),
            check.why.clone().unwrap_or_default(),
        ]
    };
    let rows: Vec<Vec<String>> = differ.map(row).collect();
    let columns = [
        column("figure", 8, Align::Left),
        column("parts", 4, Align::Right),
        column("whole", 4, Align::Right),
        column("difference", 4, Align::Right),
        column("why", 12, Align::Left),
    ];
    to.table(&Table {
        columns: &columns,
        rows: &rows,
    })
}
