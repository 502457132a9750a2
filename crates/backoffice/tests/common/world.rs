//! Small books, written and read as text.
#![expect(dead_code, reason = "each test needs another part")]

use std::sync::LazyLock;

use backoffice::reconcile::{
    Account, Book, Digest, Direction, Draft, DraftLine, Expected, ExpectedId, ExpectedKind, Head,
    Keys, Outcome, Reference, Statement, StatementId, StatementKind, Uetr,
};
use calendar::{Calendars, Country};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use money::{Amount, Currency, Money};

/// The day that every small book is about: a Wednesday.
pub(crate) fn day(offset: i32) -> Date {
    date(2026, 6, 10).checked_add(offset.days()).unwrap()
}

pub(crate) fn reference(text: &str) -> Reference {
    Reference::new(text).unwrap()
}

fn money(text: &str) -> (Money, Direction) {
    let (currency, amount) = text.split_once(' ').unwrap();
    let currency = Currency::from_alpha(currency).unwrap();
    let (amount, direction) = match amount.strip_prefix('-') {
        Some(amount) => (amount, Direction::Debit),
        None => (amount, Direction::Credit),
    };
    let amount = Amount::parse(amount, currency).unwrap();
    (Money::new(currency, amount), direction)
}

/// `u1` is a UETR, `h1` a hash, `r…` a reference, `e…` an end-to-end id, `+2` a day, `rev` a
/// reversal, `acc:…` an account.
struct Words {
    keys: Keys,
    end_to_end: Option<Reference>,
    day: Date,
    is_reversal: bool,
    account: Account,
}

fn words(text: &str) -> Words {
    let mut words = Words {
        keys: Keys::default(),
        end_to_end: None,
        day: day(0),
        is_reversal: false,
        account: Account::new("acleda").unwrap(),
    };
    for word in text.split_whitespace() {
        if let Some(account) = word.strip_prefix("acc:") {
            words.account = Account::new(account).unwrap();
        } else if word == "rev" {
            words.is_reversal = true;
        } else if word.starts_with(['+', '-']) {
            words.day = day(word.parse().unwrap());
        } else if let Some(number) = word.strip_prefix('u') {
            words.keys.uetr = Some(Uetr(number.parse().unwrap()));
        } else if word.starts_with('h') {
            words.keys.hash = Some(reference(word));
        } else if word.starts_with('e') {
            // What the bank gives back in its own field is our reference.
            words.end_to_end = Some(reference(&word.replacen('e', "r", 1)));
        } else if word.starts_with('r') {
            words.keys.reference = Some(reference(word));
        } else {
            panic!("no such word {word}");
        }
    }
    words
}

/// `E1 | JPY 3000 | u1 r1 +1`
pub(crate) fn expected(text: &str) -> Expected {
    let mut parts = text.split('|').map(str::trim);
    let id = parts.next().unwrap();
    let (money, direction) = money(parts.next().unwrap());
    let words = words(parts.next().unwrap_or_default());
    Expected {
        id: ExpectedId::new(id).unwrap(),
        kind: ExpectedKind::Leg,
        account: words.account,
        keys: words.keys,
        money,
        direction,
        value_date: words.day,
        window: None,
    }
}

/// `L1 | JPY 3000 | u1 e1 +1`
pub(crate) fn line(text: &str) -> (Account, DraftLine) {
    let mut parts = text.split('|').map(str::trim);
    let entry = parts.next().unwrap();
    let (money, direction) = money(parts.next().unwrap());
    let words = words(parts.next().unwrap_or_default());
    let said = DraftLine {
        entry_ref: (!entry.is_empty()).then(|| reference(entry)),
        keys: words.keys,
        end_to_end: words.end_to_end,
        money,
        direction,
        booked_on: words.day,
        value_date: words.day,
        counterparty: None,
        position: 1,
        is_reversal: words.is_reversal,
    };
    (words.account, said)
}

pub(crate) fn head(account: &Account, id: &str, day: Date) -> Head {
    Head {
        account: account.clone(),
        id: StatementId::new(id).unwrap(),
        kind: StatementKind::EndOfDay,
        day,
        digest: Digest::of(format!("{account}{id}").as_bytes()),
        file_name: "statement.csv".into(),
        page: None,
    }
}

pub(crate) fn draft(account: &Account, id: &str, day: Date, lines: Vec<DraftLine>) -> Draft {
    let mut lines = lines;
    for (line, position) in lines.iter_mut().zip(1..) {
        line.position = position;
    }
    Draft {
        head: head(account, id, day),
        currencies: Vec::new(),
        lines_said: None,
        sums: Vec::new(),
        balances: Vec::new(),
        lines,
        left_out: 0,
    }
}

pub(crate) fn checked(draft: Draft) -> Statement {
    static CALENDARS: LazyLock<Calendars> = LazyLock::new(Calendars::built_in);
    draft.check(&CALENDARS, &Country::ALL).unwrap()
}

/// A book of these expectations and of these lines, one statement for each account.
pub(crate) fn book(wanted: &[&str], lines: &[&str]) -> Book {
    let mut book = Book::default();
    for text in wanted {
        book.expect(expected(text)).unwrap();
    }
    let lines: Vec<(Account, DraftLine)> = lines.iter().map(|text| line(text)).collect();
    let mut accounts: Vec<Account> = lines.iter().map(|(account, _)| account.clone()).collect();
    accounts.sort();
    accounts.dedup();
    for account in accounts {
        let of_account =
            |(other, said): &(Account, DraftLine)| (*other == account).then(|| said.clone());
        let said = lines.iter().filter_map(of_account).collect();
        book.import(&checked(draft(&account, "S1", day(0), said)))
            .unwrap();
    }
    book
}

/// Every line of the outcome as text, without the accounts' names.
pub(crate) fn tell(outcome: &Outcome) -> String {
    let mut text = String::new();
    for found in &outcome.matched {
        let days = match found.days {
            0 => String::new(),
            days => format!(" {days:+} days"),
        };
        text += &format!(
            "{} {} = {} by {}{days}\n",
            found.word(),
            found.line,
            found.expected,
            found.rule.word()
        );
    }
    for found in &outcome.reversed {
        text += &format!("reversed {} by {}\n", found.original, found.reversal);
    }
    for found in &outcome.findings {
        let lines: Vec<&str> = found.lines.iter().map(|id| id.as_str()).collect();
        let expected: Vec<&str> = found.expected.iter().map(|id| id.as_str()).collect();
        text += &format!(
            "{} [{}] [{}]\n  {}\n",
            found.kind.word(),
            lines.join(" "),
            expected.join(" "),
            found.cause.words()
        );
    }
    if outcome.waiting > 0 {
        text += &format!("waiting {}\n", outcome.waiting);
    }
    text.replace("acleda/", "")
}

/// Numbers that look random and are the same for the same seed (splitmix64).
#[derive(Debug)]
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    pub(crate) fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        let many = u64::try_from(of.len()).unwrap();
        of[usize::try_from(self.below(many)).unwrap()].clone()
    }

    pub(crate) fn shuffle<T>(&mut self, things: &mut [T]) {
        for end in (1..things.len()).rev() {
            let other = self.below(u64::try_from(end).unwrap() + 1);
            things.swap(end, usize::try_from(other).unwrap());
        }
    }
}
