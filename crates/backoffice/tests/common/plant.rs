//! A realistic day: many payments of few amounts, lines that carry what their bank passes on, and
//! breaks of every kind, each known by its name.

use std::collections::BTreeSet;

use backoffice::reconcile::{
    Account, Book, Direction, DraftLine, Expected, ExpectedId, ExpectedKind, Finding, Keys, Kind,
    LineId, Reference, Statement, Uetr,
};
use money::{Amount, Currency, Money};

use super::world::{Dice, checked, day, draft, reference};

/// A finding without what probably led to it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Planted {
    pub(crate) kind: Kind,
    pub(crate) lines: Vec<LineId>,
    pub(crate) expected: Vec<ExpectedId>,
}

pub(crate) struct Day {
    pub(crate) wanted: Vec<Expected>,
    pub(crate) lines: Vec<(Account, DraftLine)>,
    /// What is to be found, sorted.
    pub(crate) planted: Vec<Planted>,
    /// Which line was made for which expectation.
    pub(crate) truth: BTreeSet<(LineId, ExpectedId)>,
    /// How many lines have nothing wrong with them.
    pub(crate) matched: usize,
    dice: Dice,
    /// Amounts that occur once, for lines without an identifier and for wrong amounts.
    next_amount: u64,
}

const POPULAR: [u64; 8] = [300, 500, 980, 1_000, 1_200, 3_000, 4_000, 10_000];

impl Planted {
    pub(crate) fn of(finding: &Finding) -> Self {
        Self {
            kind: finding.kind,
            lines: finding.lines.clone(),
            expected: finding.expected.clone(),
        }
    }
}

impl Day {
    pub(crate) fn make(seed: u64, payments: u64) -> Self {
        let mut made = Self {
            wanted: Vec::new(),
            lines: Vec::new(),
            planted: Vec::new(),
            truth: BTreeSet::new(),
            matched: 0,
            dice: Dice(seed),
            next_amount: 1_000_003,
        };
        let mut number = 0;
        while number < payments {
            number += 1;
            let expected = made.expect(number);
            match made.dice.below(60) {
                0 => made.plant(Kind::MissingThere, &[], &[&expected.id]),
                1 => made.double(&expected),
                2 => made.wrong_amount(&expected),
                3 => made.wrong_day(&expected),
                4 => made.wrong_currency(&expected),
                5 => {
                    number += 1;
                    let other = made.expect(number);
                    made.swapped(expected, other);
                }
                6 => {
                    made.book_right(&expected);
                    made.foreign(number);
                }
                7 => made.nameless(expected),
                _ => made.book_right(&expected),
            }
        }
        made.planted.sort();
        made
    }

    pub(crate) fn book(&self) -> Book {
        let mut book = Book::default();
        for expected in &self.wanted {
            book.expect(expected.clone()).unwrap();
        }
        for statement in self.statements(&self.lines) {
            book.import(&statement).unwrap();
        }
        book
    }

    /// The same, the lines first and everything in another order.
    pub(crate) fn book_shuffled(&self, dice: &mut Dice) -> Book {
        let (mut wanted, mut lines) = (self.wanted.clone(), self.lines.clone());
        dice.shuffle(&mut wanted);
        dice.shuffle(&mut lines);
        let mut statements = self.statements(&lines);
        dice.shuffle(&mut statements);
        let mut book = Book::default();
        for statement in statements {
            book.import(&statement).unwrap();
        }
        for expected in wanted {
            book.expect(expected).unwrap();
        }
        book
    }

    /// One statement for each account.
    pub(crate) fn statements(&self, lines: &[(Account, DraftLine)]) -> Vec<Statement> {
        let accounts: BTreeSet<&Account> = lines.iter().map(|(account, _)| account).collect();
        accounts
            .into_iter()
            .map(|account| {
                let of_account = lines.iter().filter(|(other, _)| other == account);
                let said = of_account.map(|(_, said)| said.clone()).collect();
                checked(draft(account, "2026-06-10", day(0), said))
            })
            .collect()
    }

    fn expect(&mut self, number: u64) -> Expected {
        let dice = &mut self.dice;
        let currency = dice.pick(&[Currency::Jpy, Currency::Jpy, Currency::Khr, Currency::Usd]);
        let account = dice.pick(&["acleda", "netstars"]);
        let amount = dice.pick(&POPULAR);
        let expected = Expected {
            id: ExpectedId::new(&format!("pay-{number:06}")).unwrap(),
            kind: dice.pick(&[ExpectedKind::Leg, ExpectedKind::Leg, ExpectedKind::Refund]),
            account: Account::new(account).unwrap(),
            keys: Keys {
                uetr: Some(Uetr(u128::from(dice.next()))),
                hash: Some(reference(&format!("{:016x}", dice.next()))),
                reference: Some(reference(&format!("SPEAN-{number:06}"))),
            },
            money: Money::new(currency, Amount::from_minor(amount).unwrap()),
            direction: dice.pick(&[Direction::Credit, Direction::Debit]),
            value_date: day(i32::try_from(dice.below(3)).unwrap()),
            window: Some(1),
        };
        self.wanted.push(expected.clone());
        expected
    }

    /// What the bank writes of it: one identifier at least, sometimes two, sometimes broken over
    /// two lines.
    fn said(&mut self, expected: &Expected) -> DraftLine {
        let number = self.lines.len();
        let keys = &expected.keys;
        let mut said = DraftLine {
            entry_ref: Some(reference(&format!("E{number:07}"))),
            keys: Keys::default(),
            end_to_end: None,
            money: expected.money,
            direction: expected.direction,
            booked_on: expected.value_date,
            value_date: expected.value_date,
            counterparty: Some(reference("ហាង / 商店")),
            position: 1,
            is_reversal: false,
        };
        let choice = self.dice.below(5);
        if choice == 0 || choice == 4 {
            said.keys.uetr = keys.uetr;
        }
        if choice == 1 {
            said.keys.hash.clone_from(&keys.hash);
        }
        if choice == 2 {
            said.end_to_end.clone_from(&keys.reference);
        }
        if choice == 3 || choice == 4 {
            let text = keys.reference.as_ref().unwrap().as_str().to_lowercase();
            said.keys.reference = Some(reference(&text.replace('-', "- ")));
        }
        said
    }

    fn keep(&mut self, account: &Account, said: DraftLine) -> LineId {
        let entry = said.entry_ref.as_ref().unwrap();
        let id = LineId::new(&format!("{account}/{entry}")).unwrap();
        self.lines.push((account.clone(), said));
        id
    }

    fn book_right(&mut self, expected: &Expected) {
        let mut said = self.said(expected);
        if self.dice.below(10) == 0 {
            said.value_date = expected.value_date.tomorrow().unwrap();
        }
        self.book_as_true(expected, said);
    }

    fn book_as_true(&mut self, expected: &Expected, said: DraftLine) -> LineId {
        let line = self.keep(&expected.account, said);
        self.truth.insert((line.clone(), expected.id.clone()));
        self.matched += 1;
        line
    }

    fn plant(&mut self, kind: Kind, lines: &[&LineId], expected: &[&ExpectedId]) {
        self.planted.push(Planted {
            kind,
            lines: lines.iter().map(|id| (*id).clone()).collect(),
            expected: expected.iter().map(|id| (*id).clone()).collect(),
        });
    }

    fn double(&mut self, expected: &Expected) {
        let said = self.said(expected);
        self.book_as_true(expected, said.clone());
        let number = self.lines.len();
        let second = DraftLine {
            entry_ref: Some(reference(&format!("E{number:07}"))),
            value_date: said.value_date.tomorrow().unwrap(),
            ..said
        };
        let line = self.keep(&expected.account, second);
        self.plant(Kind::Duplicate, &[&line], &[]);
    }

    fn wrong_amount(&mut self, expected: &Expected) {
        let mut said = self.said(expected);
        said.money.amount = self.single_amount();
        let line = self.keep(&expected.account, said);
        self.plant(Kind::AmountDiffers, &[&line], &[&expected.id]);
    }

    fn wrong_day(&mut self, expected: &Expected) {
        let mut said = self.said(expected);
        said.value_date = expected
            .value_date
            .checked_add(jiff::Span::new().days(9))
            .unwrap();
        let line = self.keep(&expected.account, said);
        self.plant(Kind::DayDiffers, &[&line], &[&expected.id]);
    }

    fn wrong_currency(&mut self, expected: &Expected) {
        let mut said = self.said(expected);
        said.money.currency = Currency::Thb;
        let line = self.keep(&expected.account, said);
        self.plant(Kind::CurrencyDiffers, &[&line], &[&expected.id]);
    }

    /// Of one account, each amount once, so that nothing else can be exchanged with them.
    fn swapped(&mut self, mut one: Expected, mut other: Expected) {
        other.account = one.account.clone();
        one.money.amount = self.single_amount();
        other.money.amount = self.single_amount();
        let [from, to] = [self.wanted.len() - 2, self.wanted.len() - 1];
        self.wanted[from] = one.clone();
        self.wanted[to] = other.clone();
        let mut ids = Vec::new();
        for (names, pays) in [(&one, &other), (&other, &one)] {
            let mut said = self.said(names);
            said.money = pays.money;
            said.direction = pays.direction;
            said.value_date = pays.value_date;
            ids.push(self.keep(&names.account, said));
        }
        self.plant(
            Kind::SwappedReferences,
            &[&ids[0], &ids[1]],
            &[&one.id, &other.id],
        );
    }

    /// Somebody else's money of a popular amount, with identifiers of its own.
    fn foreign(&mut self, number: u64) {
        let account = Account::new("acleda").unwrap();
        let amount = Amount::from_minor(self.dice.pick(&POPULAR)).unwrap();
        let entry = self.lines.len();
        let (uetr, end_to_end) = match self.dice.below(2) {
            0 => (Some(Uetr(u128::from(self.dice.next()))), None),
            _ => (None, Reference::new(&format!("RENT-{number}"))),
        };
        let said = DraftLine {
            entry_ref: Some(reference(&format!("E{entry:07}"))),
            keys: Keys {
                uetr,
                hash: None,
                reference: None,
            },
            end_to_end,
            money: Money::new(Currency::Jpy, amount),
            direction: Direction::Credit,
            booked_on: day(1),
            value_date: day(1),
            counterparty: None,
            position: 1,
            is_reversal: false,
        };
        let line = self.keep(&account, said);
        self.plant(Kind::MissingHere, &[&line], &[]);
    }

    /// A line without anything but its amount, which occurs once: found all the same.
    fn nameless(&mut self, mut expected: Expected) {
        expected.money.amount = self.single_amount();
        *self.wanted.last_mut().unwrap() = expected.clone();
        let mut said = self.said(&expected);
        said.keys = Keys {
            reference: Some(reference("QR PAYMENT")),
            ..Keys::default()
        };
        said.end_to_end = None;
        self.book_as_true(&expected, said);
    }

    fn single_amount(&mut self) -> Amount {
        self.next_amount += 2;
        Amount::from_minor(self.next_amount).unwrap()
    }
}
