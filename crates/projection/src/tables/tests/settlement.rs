//! Windows, their items and the movements of the money book, read back beside the core.

use switch::{
    Adjustment, Arrangement, CloseCause, Day, Operated, Purse, Settled, Settlement, WindowStatus,
};

use super::*;
use crate::{MovementRow, Place, WindowAsk};

const W1: WindowId = WindowId(1);
const W2: WindowId = WindowId(2);
const PAYER: ParticipantId = ParticipantId(0);
const PAYEE: ParticipantId = ParticipantId(1);
const FX: ParticipantId = ParticipantId(2);
const PURSES: [Purse; 7] = [
    Purse::Bank,
    Purse::Suspense,
    Purse::WrittenOff,
    Purse::Liquidity(PAYER),
    Purse::Liquidity(PAYEE),
    Purse::Liquidity(FX),
    Purse::Liquidity(ParticipantId(3)),
];

fn all_of(window: WindowId) -> WindowAsk {
    WindowAsk {
        window,
        of: None,
        after: Place::default(),
        most: 100,
    }
}

fn settled(one: Settled) -> Record {
    Record::Settled(Box::new(one))
}

fn operated(one: Operated) -> Record {
    Record::Operated(Box::new(one))
}

fn khr(amount: u64) -> Money {
    Money::new(Currency::Khr, minor(amount))
}

fn completed_in(id: u128, window: WindowId) -> Record {
    Record::Completed {
        id: ItemId(id),
        window,
        cause: Cause::Accepted,
    }
}

fn closed(window: u64) -> Record {
    settled(Settled::Closed {
        window: WindowId(window),
        next: WindowId(window + 1),
        next_closes_at: Some(Time(1_000)),
        cause: CloseCause::Calendar,
        settlement_day: Some(Day(20_800)),
    })
}

fn adjusted(break_id: &str, from: Purse, to: Purse) -> Record {
    settled(Settled::Adjusted(Adjustment {
        break_id: break_id.into(),
        from,
        to,
        money: khr(700),
    }))
}

fn paid_out(window: WindowId, place: u32) -> Record {
    settled(Settled::PaidOut {
        window,
        place,
        reference: format!("LINE-{place}"),
        statement: Digest([4; 32]),
    })
}

fn every_purse() -> impl Iterator<Item = (Purse, Currency)> {
    let both = [Currency::Khr, Currency::Jpy];
    PURSES
        .into_iter()
        .flat_map(move |purse| both.map(|currency| (purse, currency)))
}

/// Tables that are written after every step, with the core beside them.
struct Book {
    _folder: tempfile::TempDir,
    tables: Tables,
    projector: Projector,
    batches: Vec<Vec<Record>>,
}

impl Book {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let tables = Tables::open(&folder.path().join("projection.db")).unwrap();
        Self {
            _folder: folder,
            tables,
            projector: Projector::default(),
            batches: Vec::new(),
        }
    }

    fn core(&self) -> &Switch {
        self.projector.switch()
    }

    /// One batch; afterwards every purse of the tables holds what it holds in the core.
    fn step(&mut self, records: Vec<Record>) {
        let seq = u64::try_from(self.batches.len()).unwrap() + 1;
        self.projector.take(stamp(seq), &records);
        self.batches.push(records);
        let rows = self.projector.rows();
        self.tables.write(seq, (seq, [1; 32]), &rows).unwrap();
        self.check(seq);
    }

    fn check(&self, seq: u64) {
        for (purse, currency) in every_purse() {
            let whose = format!("{purse:?} {currency:?} after batch {seq}");
            let rows = self.rows_of(purse, currency);
            let held = self.core().in_purse(purse, currency);
            if let Purse::Liquidity(who) = purse {
                let liquidity = self.core().liquidity(who, currency).minor();
                assert_eq!(i128::from(liquidity), held, "{whose}");
            }
            let movements = |from: u64| -> i128 {
                let of_then = rows.iter().filter(|row| row.at.seq >= from);
                of_then.map(|row| i128::from(row.amount)).sum()
            };
            // Whatever moment a statement begins with: opening + movements = closing.
            for first in 1..=seq + 1 {
                let opening = self.tables.purse_before(purse, currency, stamp(first).now);
                let closing = i128::from(opening.unwrap()) + movements(first);
                assert_eq!(closing, held, "{whose}, from batch {first}");
            }
        }
        for known in self.core().windows() {
            let mut row = self.tables.window(known.id).unwrap().unwrap();
            if known.status == WindowStatus::Open {
                // What is added to the open window is written when it closes.
                row.pairs.clone_from(&known.pairs);
            }
            assert_eq!(&row, known, "after batch {seq}");
        }
    }

    fn rows_of(&self, purse: Purse, currency: Currency) -> Vec<MovementRow> {
        self.tables.movements(purse, currency, 0, 1_000).unwrap()
    }

    /// What settling a window comes to, with UETRs as the hub would choose them.
    fn instructed(&self, window: WindowId) -> Record {
        let mut settlement = self.core().settlement_of(window).unwrap();
        for (uetr, payout) in (40..).zip(&mut settlement.payouts) {
            payout.uetr = uetr;
        }
        settled(Settled::Instructed {
            window,
            day: Day(20_801),
            settlement: Box::new(settlement),
        })
    }

    fn settlement(&self, window: WindowId) -> Settlement {
        let known = self.core().window_of(window).unwrap();
        known.settlement.clone().unwrap()
    }

    fn ids_of(&self, window: WindowId) -> Vec<u128> {
        let rows = self.tables.items_of_window(all_of(window)).unwrap();
        rows.iter().map(|(_, item)| item.id.0).collect()
    }
}

/// Payments and a refund in the first window, a refund in the second, and everything that moves
/// the money book.
fn told() -> Book {
    let mut book = Book::new();
    for records in story() {
        book.step(records);
    }
    let (participant, currency) = (PAYER, Currency::Khr);
    book.step(vec![
        settled(Settled::Arranged(Arrangement {
            version: 1,
            ..Arrangement::default()
        })),
        settled(Settled::Scheduled {
            window: W1,
            closes_at: Some(Time(500)),
        }),
    ]);
    book.step(vec![operated(Operated::Deposited {
        participant,
        currency,
        amount: minor(5_000),
    })]);
    book.step(vec![closed(1)]);
    book.step(vec![refund(12, 1, 10, 30), asked(12), completed_in(12, W2)]);
    book.step(vec![settled(Settled::Held {
        window: W1,
        until: Time(20),
    })]);
    book.step(vec![settled(Settled::Pledged {
        participant,
        currency,
        limit: minor(9_000),
    })]);
    let money = khr(8_000);
    book.step(vec![settled(Settled::Drawn { participant, money })]);
    let instructed = book.instructed(W1);
    book.step(vec![instructed]);
    // A cap that money on its way stands for moves none.
    let cap = book.core().cover(participant, currency);
    assert!(cap > book.core().liquidity(participant, currency));
    book.step(vec![Record::CapSet {
        participant,
        currency,
        cap,
    }]);
    book.step(vec![paid_out(W1, 1)]);
    book.step(vec![
        paid_out(W1, 0),
        settled(Settled::WindowSettled { window: W1 }),
    ]);
    book.step(vec![settled(Settled::Repaid { participant, money })]);
    book.step(vec![operated(Operated::Withdrawn {
        participant,
        currency,
        amount: minor(1_000),
    })]);
    book.step(vec![adjusted("b-1", Purse::Bank, Purse::Suspense)]);
    let of_fx = Purse::Liquidity(FX);
    book.step(vec![adjusted("b-2", Purse::Suspense, of_fx)]);
    book.step(vec![
        adjusted("b-3", of_fx, Purse::WrittenOff),
        adjusted("b-4", Purse::WrittenOff, Purse::Bank),
    ]);
    book
}

#[test]
fn opening_and_movements_are_closing_after_every_step() {
    let book = told();
    let broken: Vec<_> = book.core().identities().into_iter().collect();
    assert!(broken.iter().all(|one| one.holds), "{broken:?}");
    let untouched = book.rows_of(Purse::Liquidity(PAYEE), Currency::Khr);
    assert_eq!(untouched, [], "the shop's bank has no riel");
    assert_eq!(book.rows_of(Purse::Suspense, Currency::Jpy), []);
}

/// The movements of a purse, as words.
fn words_of(book: &Book, purse: Purse, currency: Currency) -> Vec<String> {
    let line = |row: &MovementRow| {
        let whose = row.participant.map(|who| format!(" p{}", who.0));
        let window = row.window.map(|window| format!(" w{}", window.0));
        let (whose, window) = (whose.unwrap_or_default(), window.unwrap_or_default());
        let line = format!(
            "{} {}{whose}{window} {}",
            row.kind, row.amount, row.reference
        );
        line.trim_end().to_owned()
    };
    book.rows_of(purse, currency).iter().map(line).collect()
}

#[test]
fn movements_say_what_they_were() {
    let book = told();
    for (purse, currency, words) in [
        (
            Purse::Liquidity(PAYER),
            Currency::Khr,
            vec![
                "cover 1000000000 p0",
                "deposit 5000 p0",
                "draw 8000 p0",
                "settlement -1870 p0 w1",
                "repayment -8000 p0",
                "withdrawal -1000 p0",
            ],
        ),
        (
            Purse::Bank,
            Currency::Khr,
            vec![
                "cover 1000000000",
                "cover 1000000000",
                "deposit 5000",
                "draw 8000",
                "payout -1870 p2 w1 LINE-1",
                "repayment -8000",
                "withdrawal -1000",
                "adjustment 700 b-1",
                "adjustment -700 b-4",
            ],
        ),
        (
            Purse::Liquidity(FX),
            Currency::Jpy,
            vec!["cover 1000000000 p2", "settlement -70 p2 w1"],
        ),
        (
            Purse::WrittenOff,
            Currency::Khr,
            vec!["adjustment 700 b-3", "adjustment -700 b-4"],
        ),
    ] {
        assert_eq!(words_of(&book, purse, currency), words, "{purse:?}");
    }
}

#[test]
fn movements_are_read_page_by_page() {
    let book = told();
    let movements = |after, most| {
        let tables = &book.tables;
        tables
            .movements(Purse::Bank, Currency::Khr, after, most)
            .unwrap()
    };
    let whole = movements(0, 100);
    assert!(whole.is_sorted_by_key(|row| row.number));
    assert_eq!(movements(whole[1].number, 3), whole[2..5]);
    assert_eq!(movements(whole[8].number, 3), []);
}

#[test]
fn a_window_has_the_items_that_were_completed_in_it() {
    let book = told();
    assert_eq!(book.ids_of(W1), [1, 10]);
    assert_eq!(book.ids_of(W2), [12]);
    assert_eq!(book.ids_of(WindowId(3)), [0_u128; 0]);
    let place = |most, after| {
        let ask = WindowAsk {
            after,
            most,
            ..all_of(W1)
        };
        book.tables.items_of_window(ask).unwrap()
    };
    let first = place(1, Place::default());
    assert_eq!(first.len(), 1);
    let second = place(1, first[0].0);
    assert_eq!(Some(&second[0].1), book.core().item(ItemId(10)));
    assert_eq!(place(9, second[0].0), []);
    let payouts = book.settlement(W1).payouts;
    assert_eq!(payouts.len(), 2, "one in each currency");
}

#[test]
fn windows_are_listed_newest_first_and_page_by_page() {
    let mut book = told();
    for window in 2..5 {
        book.step(vec![closed(window)]);
    }
    let list = |before, most| -> Vec<(u64, WindowStatus)> {
        let windows = book.tables.windows_before(before, most).unwrap();
        windows.iter().map(|one| (one.id.0, one.status)).collect()
    };
    assert_eq!(
        list(None, 10),
        [
            (5, WindowStatus::Open),
            (4, WindowStatus::Closed),
            (3, WindowStatus::Closed),
            (2, WindowStatus::Closed),
            (1, WindowStatus::Settled),
        ]
    );
    assert_eq!(list(Some(WindowId(4)), 1), [(3, WindowStatus::Closed)]);
    assert_eq!(list(Some(W1), 9), []);
    assert_eq!(book.tables.window(WindowId(6)).unwrap(), None);
    let excluded = settled(Settled::Excluded {
        window: W2,
        participant: PAYER,
        into: WindowId(5),
    });
    book.step(vec![excluded]);
    let known = |window| book.tables.window(window).unwrap().unwrap();
    assert_eq!(known(W2).excluded, [(PAYER, WindowId(5))]);
    assert!(
        !known(WindowId(5)).pairs.is_empty(),
        "and both ends of the move have their row"
    );
    // An item stays where it was completed; the window says whose part was moved.
    assert_eq!(book.ids_of(W2), [12]);
}

#[test]
fn a_window_that_left_memory_stands_in_the_tables() {
    let mut book = Book::new();
    book.step(network());
    let count = 40;
    for window in 1..=count {
        let done = Settled::WindowSettled {
            window: WindowId(window),
        };
        book.step(vec![closed(window), settled(done)]);
    }
    assert_eq!(book.core().window_of(W1), None);
    let first = book.tables.window(W1).unwrap().unwrap();
    assert_eq!(first.status, WindowStatus::Settled);
    let all = book.tables.windows_before(None, 100).unwrap();
    assert_eq!(all.len(), usize::try_from(count).unwrap() + 1);
}

#[test]
fn the_size_of_a_group_changes_no_window_and_no_movement() {
    let book = told();
    let seen = |tables: &Tables| {
        let windows = tables.windows_before(None, 100).unwrap();
        let rows: Vec<_> = every_purse()
            .map(|(purse, currency)| tables.movements(purse, currency, 0, 1_000).unwrap())
            .collect();
        (windows, rows)
    };
    for group in [2, 3, 7, 100] {
        let (_folder, tables, _) = tables_of(&book.batches, group);
        assert_eq!(seen(&tables), seen(&book.tables), "groups of {group}");
    }
}

#[test]
fn clearing_begins_windows_and_movements_again() {
    let mut book = told();
    book.tables.clear().unwrap();
    assert_eq!(book.tables.windows_before(None, 9).unwrap(), []);
    assert_eq!(book.rows_of(Purse::Bank, Currency::Khr), []);
    assert_eq!(book.ids_of(W1), [0_u128; 0]);
}
