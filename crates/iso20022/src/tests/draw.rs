//! Values and messages drawn at random. Parts draw themselves, field by field (`part!`); here are
//! the values, and the messages that must add up.

use jiff::civil::Date;
use money::{Amount, Currency, Money};

use crate::cancellation::{Camt056, Cancellation};
use crate::initiation::{InitiationVersion, OrderGroup, Pain001};
use crate::payment::{Pacs008, Payment};
use crate::refund::{Pacs004, Refund};
use crate::reversal::{Pain007, ReversedGroup};
use crate::settlement::{Pacs009, Settlement};
use crate::statement::{
    Balance, BalanceKind, Entry, EntryStatus, Statement, StatementKind, StatementParts, Statements,
};
use crate::value::{IsoTime, Number};
use crate::xml::Leaf;
use crate::{
    Agent, AgentParts, Bic, Code, Country, CreditHeader, DateOrTime, Direction, ExchangeRate, Iban,
    IsoAmount, IsoDate, Lei, Message, Text, Total, Uetr,
};

/// A generator that anybody can run again from its seed (SplitMix64).
pub(crate) struct Dice {
    state: u64,
    /// Only what the versions with the older types of parties have.
    pub(crate) is_old: bool,
}

pub(crate) trait Draw: Sized {
    /// Older versions do not have it.
    const IS_NEW: bool = false;

    fn draw(dice: &mut Dice) -> Self;
}

macro_rules! drawn {
    (one $type:ty, $dice:ident) => {
        <$type as crate::tests::Draw>::draw($dice)
    };
    (opt $type:ty, $dice:ident) => {
        $dice.maybe::<$type>()
    };
    (boxed $type:ty, $dice:ident) => {
        $dice.maybe::<$type>().map(Box::new)
    };
    (many $type:ty, $dice:ident) => {
        $dice.list::<$type>(0, 2)
    };
    (lines $type:ty, $dice:ident) => {
        $dice.list::<$type>(0, crate::limits::ADDRESS_LINES_MAX)
    };
    (some $type:ty, $dice:ident) => {
        $dice.list::<$type>(1, 3)
    };
    (flag $type:ty, $dice:ident) => {
        <$type as crate::tests::Draw>::draw($dice)
    };
}

pub(crate) use drawn;

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            state: seed,
            is_old: false,
        }
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// From 0 up to but not with the limit.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit).unwrap()).unwrap()
    }

    pub(crate) fn pick<'t, T>(&mut self, things: &'t [T]) -> &'t T {
        &things[self.below(things.len())]
    }

    pub(crate) fn maybe<T: Draw>(&mut self) -> Option<T> {
        let is_there = self.below(2) == 0 && !(self.is_old && T::IS_NEW);
        is_there.then(|| T::draw(self))
    }

    pub(crate) fn list<T: Draw>(&mut self, least: usize, most: usize) -> Vec<T> {
        let count = least + self.below(most - least + 1);
        (0..count).map(|_| T::draw(self)).collect()
    }

    fn letters(&mut self, letters: &str, count: usize) -> String {
        let letters = letters.as_bytes();
        let draw = |_| char::from(*self.pick(letters));
        (0..count).map(draw).collect()
    }
}

const CAPITALS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS: &str = "0123456789";
const HEXADECIMAL: &str = "0123456789abcdef";

/// Every script that names are written in here, and everything that XML must write otherwise.
const PIECES: &[&str] = &[
    "a", "Z", "7", " ", "&", "<", ">", "\"", "'", "]]>", "&amp;", "&#1;", "/", "カ", "空", "ス",
    "ស", "្រ", "ី", "ហ", "é", "🌉", "\u{3000}", "\u{200b}",
];

impl<const CHARS_MAX: usize> Draw for Text<CHARS_MAX> {
    fn draw(dice: &mut Dice) -> Self {
        let wanted = 1 + dice.below(CHARS_MAX);
        let pieces: String = (0..wanted).map(|_| *dice.pick(PIECES)).collect();
        let text: String = pieces.chars().take(wanted).collect();
        Text::new(text.trim_matches(' ')).unwrap_or_else(|_| Text::new("x").unwrap())
    }
}

impl<const CHARS_MAX: usize> Draw for Code<CHARS_MAX> {
    fn draw(dice: &mut Dice) -> Self {
        let count = 1 + dice.below(CHARS_MAX);
        Code::new(&dice.letters("ABCXYZ019", count)).unwrap()
    }
}

impl<const DIGITS_MAX: usize> Draw for Number<DIGITS_MAX> {
    fn draw(dice: &mut Dice) -> Self {
        let count = 1 + dice.below(DIGITS_MAX);
        Number::parse(&dice.letters(DIGITS, count)).unwrap()
    }
}

impl Draw for Bic {
    fn draw(dice: &mut Dice) -> Self {
        let front = if dice.is_old { CAPITALS } else { "AZ09" };
        let branch = dice.below(2) * 3;
        let text = dice.letters(front, 4)
            + &dice.letters(CAPITALS, 2)
            + &dice.letters("AZ29", 1)
            + &dice.letters("ANPZ09", 1)
            + &dice.letters("AZ09", branch);
        Bic::new(&text).unwrap()
    }
}

impl Draw for Lei {
    const IS_NEW: bool = true;

    fn draw(dice: &mut Dice) -> Self {
        Lei::new(&(dice.letters("AZ09", 18) + &dice.letters(DIGITS, 2))).unwrap()
    }
}

impl Draw for Iban {
    fn draw(dice: &mut Dice) -> Self {
        let count = 1 + dice.below(30);
        let text =
            dice.letters(CAPITALS, 2) + &dice.letters(DIGITS, 2) + &dice.letters("AZaz09", count);
        Iban::new(&text).unwrap()
    }
}

impl Draw for Country {
    fn draw(dice: &mut Dice) -> Self {
        Country::new(&dice.letters("KJP", 2)).unwrap()
    }
}

impl Draw for Currency {
    fn draw(dice: &mut Dice) -> Self {
        *dice.pick(&Currency::ALL)
    }
}

impl Draw for IsoAmount {
    fn draw(dice: &mut Dice) -> Self {
        let currency = Currency::draw(dice);
        amount(dice, currency)
    }
}

/// Small enough that a whole message's amounts can be summed up, whatever their currencies.
pub(crate) fn amount(dice: &mut Dice, currency: Currency) -> IsoAmount {
    let digits = 1 + u32::try_from(dice.below(12)).unwrap();
    let minor = dice.next() % 10_u64.pow(digits);
    IsoAmount::new(Money::new(currency, Amount::from_minor(minor).unwrap())).unwrap()
}

impl Draw for Total {
    fn draw(dice: &mut Dice) -> Self {
        Total::of(&dice.list::<IsoAmount>(0, 3)).unwrap()
    }
}

impl Draw for ExchangeRate {
    fn draw(dice: &mut Dice) -> Self {
        let texts = [
            "1",
            "26.712",
            "0.0000000001",
            "99999999999",
            "4100.5",
            "9.9999999999",
        ];
        ExchangeRate::new(dice.pick::<&str>(&texts)).unwrap()
    }
}

impl Draw for Uetr {
    const IS_NEW: bool = true;

    fn draw(dice: &mut Dice) -> Self {
        let parts = [
            dice.letters(HEXADECIMAL, 8),
            dice.letters(HEXADECIMAL, 4),
            "4".to_owned() + &dice.letters(HEXADECIMAL, 3),
            dice.letters("89ab", 1) + &dice.letters(HEXADECIMAL, 3),
            dice.letters(HEXADECIMAL, 12),
        ];
        Uetr::new(&parts.join("-")).unwrap()
    }
}

impl Draw for IsoDate {
    fn draw(dice: &mut Dice) -> Self {
        let month = 1 + i8::try_from(dice.below(12)).unwrap();
        let day = 1 + i8::try_from(dice.below(28)).unwrap();
        let year = *dice.pick(&[1, 1999, 2026, 9999]);
        IsoDate::new(Date::new(year, month, day).unwrap()).unwrap()
    }
}

impl Draw for IsoTime {
    fn draw(dice: &mut Dice) -> Self {
        let date = IsoDate::draw(dice);
        let times = [
            "00:00:00",
            "23:59:59.999",
            "12:30:00.123456789",
            "07:00:00.5",
        ];
        let zones = ["", "Z", "+07:00", "+09:00", "-03:30", "+14:00", "-14:00"];
        let text = format!("{}T{}{}", date.text(), dice.pick(&times), dice.pick(&zones));
        IsoTime::parse(&text).unwrap()
    }
}

impl Draw for bool {
    fn draw(dice: &mut Dice) -> Self {
        dice.below(2) == 0
    }
}

impl Draw for Agent {
    fn draw(dice: &mut Dice) -> Self {
        let parts = AgentParts::draw(dice);
        Agent::new(parts).unwrap_or_else(|_| Agent::from_bic(Bic::draw(dice)))
    }
}

impl Draw for CreditHeader {
    fn draw(dice: &mut Dice) -> Self {
        Self {
            message: Draw::draw(dice),
            created: Draw::draw(dice),
            settled_on: dice.maybe(),
            settling: Draw::draw(dice),
            instructing: dice.maybe(),
            instructed: dice.maybe(),
        }
    }
}

impl Draw for crate::initiation::ExecuteOn {
    fn draw(dice: &mut Dice) -> Self {
        Self(DateOrTime::draw(dice))
    }
}

impl Draw for OrderGroup {
    fn draw(dice: &mut Dice) -> Self {
        let execute_on = match dice.is_old {
            true => DateOrTime::Date(Draw::draw(dice)),
            false => Draw::draw(dice),
        };
        Self {
            id: Draw::draw(dice),
            execute_on,
            payer: Draw::draw(dice),
            payer_account: Draw::draw(dice),
            payer_agent: Draw::draw(dice),
            charge_bearer: dice.maybe(),
            orders: dice.list(1, 3),
        }
    }
}

fn statement(dice: &mut Dice, kind: StatementKind) -> Statement {
    let currency = Currency::draw(dice);
    let mut account = crate::statement::StatementAccount::draw(dice);
    account.currency = dice.maybe::<bool>().map(|_| currency);
    let mut entries: Vec<Entry> = dice.list(0, 4);
    let mut balance: i128 = 0;
    for (at, entry) in entries.iter_mut().enumerate() {
        entry.amount = amount(dice, currency);
        entry.reference = entry
            .reference
            .take()
            .map(|_| crate::EntryRef::new(&at.to_string()).unwrap());
        let minor = i128::from(entry.amount.money().amount.minor());
        balance += match (entry.status, entry.direction) {
            (EntryStatus::Booked, Direction::Credit) => minor,
            (EntryStatus::Booked, Direction::Debit) => -minor,
            _ => 0,
        };
    }
    let opening = amount(dice, currency);
    let closing = balance + i128::from(opening.money().amount.minor());
    let direction = if closing < 0 {
        Direction::Debit
    } else {
        Direction::Credit
    };
    let closing = Amount::from_minor(u64::try_from(closing.unsigned_abs()).unwrap()).unwrap();
    let closing = IsoAmount::new(Money::new(currency, closing)).unwrap();
    let at = || DateOrTime::Date(IsoDate::parse("2026-06-30").unwrap());
    let balances = match kind {
        StatementKind::Notification => vec![],
        StatementKind::Report | StatementKind::Statement => vec![
            Balance::new(BalanceKind::OpeningBooked, Direction::Credit, opening, at()),
            Balance::new(BalanceKind::ClosingBooked, direction, closing, at()),
        ],
    };
    let parts = StatementParts {
        id: Draw::draw(dice),
        page: dice.maybe(),
        sequence: dice.maybe(),
        created: dice.maybe(),
        period: dice.maybe(),
        copy: dice.maybe(),
        account,
        balances,
        entries,
    };
    Statement::new(kind, parts).unwrap()
}

/// One message of each version.
pub(super) fn messages(seed: u64) -> Vec<Message> {
    let dice = &mut Dice::new(seed);
    let mut all = vec![
        Message::Camt029(Draw::draw(dice)),
        Message::Pacs002(Draw::draw(dice)),
        Message::Pacs028(Draw::draw(dice)),
        Message::Pain002(Draw::draw(dice)),
        Message::Camt056(Camt056 {
            assignment: Draw::draw(dice),
            case: dice.maybe(),
            cancellations: dice.list::<Cancellation>(1, 3),
        }),
        Message::Pacs004(Pacs004 {
            header: Draw::draw(dice),
            refunds: dice.list::<Refund>(1, 3),
        }),
        Message::Pacs008(Pacs008 {
            header: Draw::draw(dice),
            payments: dice.list::<Payment>(1, 3),
        }),
        Message::Pacs009(Pacs009 {
            header: Draw::draw(dice),
            settlements: dice.list::<Settlement>(1, 3),
        }),
        Message::Pain007(Pain007 {
            message: Draw::draw(dice),
            created: Draw::draw(dice),
            initiator: dice.maybe(),
            payee_agent: dice.maybe(),
            original: Draw::draw(dice),
            groups: dice.list::<ReversedGroup>(0, 2),
        }),
    ];
    for kind in [
        StatementKind::Report,
        StatementKind::Statement,
        StatementKind::Notification,
    ] {
        let statements = (0..1 + dice.below(2))
            .map(|_| statement(dice, kind))
            .collect();
        let statements = Statements::new(Draw::draw(dice), statements).unwrap();
        all.push(Message::Statements(statements));
    }
    for version in [InitiationVersion::V10, InitiationVersion::V05] {
        dice.is_old = version == InitiationVersion::V05;
        all.push(Message::Pain001(Pain001 {
            version,
            message: Draw::draw(dice),
            created: Draw::draw(dice),
            initiator: Draw::draw(dice),
            groups: dice.list(1, 2),
        }));
    }
    all.push(Message::Acmt023(Draw::draw(dice)));
    all.push(Message::Acmt024(Draw::draw(dice)));
    all
}
