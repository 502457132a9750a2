//! Matching a day's statement with what is expected: the whole way from the bytes of a CSV file to
//! the outcome, and the parts of it.
//!
//! `cargo xtask bench reconcile [--lines N] [--expected N]` prints a table; `--json FILE` writes it
//! too. One line in a hundred has something wrong with it, one in twenty no identifier.

use std::error::Error;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use backoffice::reconcile::read::{About, Mapping, read_csv};
use backoffice::reconcile::{
    Account, Book, Direction, Draft, Expected, ExpectedId, ExpectedKind, Keys, Outcome, Person,
    Reference, Settings, Statement, StatementId, StatementKind, Store, Uetr,
};
use calendar::{Calendars, Country};
use jiff::civil::{Date, date};
use money::{Amount, Currency, Money};

type Done<T> = Result<T, Box<dyn Error>>;

const DAY: Date = date(2026, 6, 10);
const LATER: Date = date(2026, 6, 19);

const MAPPING: &str = r#"
    currency = "JPY"
    [columns]
    value_date = "date"
    amount = "amount"
    entry_ref = "entry"
    uetr = "uetr"
    hash = "hash"
    end_to_end = "ours"
    reference = "text"
    [trailer]
    marker = "END"
    lines = 2
"#;

struct Options {
    lines: u64,
    expected: u64,
    json: Option<PathBuf>,
}

struct Row {
    case: &'static str,
    took: Duration,
    /// Things per second would mislead: the cases have different ones.
    things: u64,
}

fn main() -> Done<()> {
    let options = options()?;
    let file = file(&options);
    let mut rows = Vec::new();

    let wanted = timed(&mut rows, "made up", options.expected, || {
        expected(&options)
    })?;
    let file_lines = options.lines;
    let mut book = Book::default();
    timed(&mut rows, "expect", options.expected, || {
        book.reserve_expected(wanted.len());
        for expected in &wanted {
            book.expect(expected.clone())?;
        }
        Ok(())
    })?;
    let draft = timed(&mut rows, "read the file", file_lines, || read(&file))?;
    let statement = timed(&mut rows, "check it", file_lines, || check(draft))?;
    timed(&mut rows, "import it", file_lines, || {
        Ok(book.import(&statement)?)
    })?;
    let outcome = timed(&mut rows, "judge", file_lines, || {
        Ok(book.outcome(date(2026, 6, 20)))
    })?;
    let again = timed(&mut rows, "import it again", file_lines, || {
        Ok(book.import(&statement)?)
    })?;
    let way: Duration = rows.iter().skip(1).map(|row| row.took).sum();
    rows.push(Row {
        case: "the whole way",
        took: way,
        things: options.lines,
    });
    in_a_file(&mut rows, (&wanted, &statement, &outcome))?;

    print(&options, &rows, &outcome);
    assert_eq!(again, backoffice::reconcile::Imported::Already);
    if let Some(path) = &options.json {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(path, json(&options, &rows, &outcome)?)?;
    }
    Ok(())
}

fn options() -> Done<Options> {
    let mut options = Options {
        lines: 100_000,
        expected: 1_000_000,
        json: None,
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let value = words
            .next()
            .ok_or_else(|| format!("take `{word}` without a value"))?;
        match word.as_str() {
            "--lines" => options.lines = value.parse()?,
            "--expected" => options.expected = value.parse()?,
            "--json" => options.json = Some(value.into()),
            _ => return Err(format!("take the option `{word}`").into()),
        }
    }
    if options.lines > options.expected {
        return Err("plant more lines than there are expectations".into());
    }
    Ok(options)
}

fn timed<T>(
    rows: &mut Vec<Row>,
    case: &'static str,
    things: u64,
    act: impl FnOnce() -> Done<T>,
) -> Done<T> {
    let start = Instant::now();
    let done = act()?;
    let took = start.elapsed();
    rows.push(Row { case, took, things });
    Ok(done)
}

/// The same with the file of the back office in between.
fn in_a_file(
    rows: &mut Vec<Row>,
    (wanted, statement, outcome): (&[Expected], &Statement, &Outcome),
) -> Done<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("backoffice.db");
    let mut store = Store::open(&path, Settings::default())?;
    let many = u64::try_from(wanted.len())?;
    let lines = u64::try_from(statement.lines().len())?;
    timed(rows, "file: expect", many, || {
        Ok(store.expect(wanted.to_vec())?)
    })?;
    let by = Person::new("bench").ok_or("name the operator")?;
    timed(rows, "file: import", lines, || {
        Ok(store.import(statement, (&by, 1))?)
    })?;
    let as_of = date(2026, 6, 20);
    timed(rows, "file: review", lines, || Ok(store.review(as_of, 2)?))?;
    drop(store);
    let store = Store::open(&path, Settings::default());
    let mut store = timed(rows, "file: open again", many, || {
        drop(store);
        Ok(Store::open(&path, Settings::default())?)
    })?;
    assert_eq!(store.review(as_of, 3)?, *outcome);
    Ok(())
}

/// Popular amounts, so that the amount alone says little; a single one where a line may have no
/// identifier.
fn amount_of(number: u64) -> u64 {
    const POPULAR: [u64; 8] = [300, 500, 980, 1_000, 1_200, 3_000, 4_000, 10_000];
    if number.is_multiple_of(200) {
        return 1_000_000 + number;
    }
    let at = usize::try_from(number % 8).unwrap_or(0);
    POPULAR.get(at).copied().unwrap_or(300)
}

fn uetr_of(number: u64) -> u128 {
    u128::from(number).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_0C86_2B6C_1D31)
}

/// Those that have a line are of the day, and the others of one that is not over: nine in ten, with
/// the defaults.
fn expected(options: &Options) -> Done<Vec<Expected>> {
    let account = Account::new("settlement").ok_or("name the account")?;
    let every = options.expected / options.lines;
    let mut all = Vec::new();
    for number in 0..options.expected {
        let is_booked = number.is_multiple_of(every) && number / every < options.lines;
        let amount = Amount::from_minor(amount_of(number)).ok_or("an amount")?;
        all.push(Expected {
            id: ExpectedId::new(&format!("leg-{number:08}")).ok_or("an id")?,
            kind: ExpectedKind::Leg,
            account: account.clone(),
            keys: Keys {
                uetr: Some(Uetr(uetr_of(number))),
                hash: Reference::new(&format!("{:032x}", uetr_of(number + 1) >> 3)),
                reference: Reference::new(&format!("SPEAN-{number:08}")),
            },
            money: Money::new(Currency::Jpy, amount),
            direction: Direction::Credit,
            value_date: if is_booked { DAY } else { LATER },
            window: Some(1),
        });
    }
    Ok(all)
}

fn file(options: &Options) -> Vec<u8> {
    let mut text = String::from("entry,date,amount,uetr,hash,ours,text\n");
    for line in 0..options.lines {
        let number = line * (options.expected / options.lines);
        let wrong = u64::from(line % 100 == 99);
        let amount = amount_of(number) + wrong;
        let (mut uetr, mut hash, mut ours) = (String::new(), String::new(), String::new());
        match line % 3 {
            _ if number.is_multiple_of(200) => {}
            0 => uetr = Uetr(uetr_of(number)).to_string(),
            1 => hash = format!("{:032X}", uetr_of(number + 1) >> 3),
            _ => ours = format!("spean-{number:08}"),
        }
        text += &format!("E{line:08},2026-06-10,{amount},{uetr},{hash},{ours},QR PAYMENT\n");
    }
    text += &format!("END,{}\n", options.lines);
    text.into_bytes()
}

fn read(file: &[u8]) -> Done<Draft> {
    let about = About {
        account: Account::new("settlement").ok_or("name the account")?,
        id: StatementId::new("2026-06-10").ok_or("name the statement")?,
        kind: StatementKind::EndOfDay,
        day: DAY,
        file_name: "statement.csv".into(),
        currencies: vec![Currency::Jpy],
    };
    Ok(read_csv(file, &Mapping::parse(MAPPING)?, &about)?)
}

fn check(draft: Draft) -> Done<Statement> {
    Ok(draft.check(&Calendars::built_in(), &Country::ALL)?)
}

#[expect(clippy::print_stdout, reason = "the table is what it is for")]
fn print(options: &Options, rows: &[Row], outcome: &Outcome) {
    let counts = outcome.counts();
    println!(
        "{} lines against {} expectations: {} matched, {} timing, {} findings\n",
        options.lines, options.expected, counts.matched, counts.timing, counts.findings
    );
    println!("{:<18} {:>10} {:>12}", "", "ms", "things");
    for row in rows {
        let (case, things) = (row.case, row.things);
        println!("{case:<18} {:>10} {things:>12}", row.took.as_millis());
    }
}

fn json(options: &Options, rows: &[Row], outcome: &Outcome) -> Done<String> {
    let counts = outcome.counts();
    let rows: Vec<serde_json::Value> = rows
        .iter()
        .map(|row| {
            serde_json::json!({
                "case": row.case,
                "unit": "ms",
                "value": u64::try_from(row.took.as_millis()).unwrap_or(u64::MAX),
                "things": row.things,
            })
        })
        .collect();
    let threads = std::thread::available_parallelism()?.get();
    Ok(serde_json::to_string_pretty(&serde_json::json!({
        "name": "reconcile",
        "machine": { "threads": threads },
        "settings": { "lines": options.lines, "expected": options.expected },
        "matched": counts.matched,
        "findings": counts.findings,
        "rows": rows,
    }))?)
}
