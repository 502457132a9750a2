//! Windows drawn at random, with open payments, refunds, breaks and exclusions in them: whoever
//! asks, of whichever window, the lines come to the net, and all nets come to nothing.

use std::collections::BTreeMap;

use backoffice::statement::limits::LEAF_LINES;
use money::{Amount, Currency, Money};
use switch::{
    Act, BreakKind, DoubtDecision, Finality, LossBearer, ParticipantId, SettlementAct,
    StatusReason, Verdict, WindowId, WindowStatus,
};

use crate::office::Office;
use crate::rig::{ALL, Desk, W1, close, names, pay_out_all, settle, settlement, tell};
use crate::world::{ACLEDA, HOUSE, NETSTARS, SATHAPANA, jpy, khr};

/// Numbers that look random and are the same for the same seed (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % limit
    }
}

struct Drawing {
    office: Office,
    dice: Dice,
    next: u128,
    paid: Vec<(u128, ParticipantId)>,
    breaks: usize,
    moves: usize,
}

impl Drawing {
    fn new(seed: u64) -> Self {
        let mut office = Office::new();
        for currency in [Currency::Khr, Currency::Jpy] {
            office.set_cap(HOUSE, currency, 1_000_000);
        }
        // Doubts complete, and the house pays for the wrong ones.
        let known = office.switch.corridor_named("KH-JP").unwrap().clone();
        let base = known.at;
        let after = Box::new(switch::Corridor {
            doubt_decision: DoubtDecision::Complete,
            loss_bearer: LossBearer::House,
            ..known
        });
        office.act(Act::Corridor { base, after }).unwrap();
        Self {
            office,
            dice: Dice(seed),
            next: 1,
            paid: Vec::new(),
            breaks: 0,
            moves: 0,
        }
    }

    fn id(&mut self) -> u128 {
        self.next += 1;
        self.next
    }

    fn step(&mut self) {
        match self.dice.below(12) {
            0..=2 => self.pay(ACLEDA, NETSTARS, "JPQR", Currency::Jpy, 5_000),
            3..=5 => self.pay(NETSTARS, SATHAPANA, "KHQR", Currency::Khr, 130_000),
            6 | 7 => self.refund(),
            8 => self.fail(),
            9 => {
                close(&mut self.office);
            }
            10 => self.exclude(),
            _ => self.settle(),
        }
        self.office.pass(1);
    }

    fn pay(
        &mut self,
        payer: ParticipantId,
        payee: ParticipantId,
        scheme: &str,
        currency: Currency,
        most: u64,
    ) {
        let id = self.id();
        let minor = 100 + self.dice.below(most);
        let price = Money::new(currency, Amount::from_minor(minor).unwrap());
        let quote = self.office.quote(payer, id, payee, scheme, price).unwrap();
        if self.office.pay(quote).is_err() {
            return;
        }
        match self.dice.below(5) {
            0 => {
                let no = Verdict::Rejected(StatusReason::NARR);
                self.office.answer(payee, id, no).unwrap();
            }
            1 => {}
            _ => {
                self.office.accept(payee, id);
                self.paid.push((id, payee));
            }
        }
    }

    fn refund(&mut self) {
        let Some(at) = self.paid.len().checked_sub(1) else {
            return;
        };
        let at = usize::try_from(self.dice.below(u64::try_from(at).unwrap() + 1)).unwrap();
        let (payment, payee) = self.paid[at];
        let minor = 1 + self.dice.below(80);
        let money = match payee == NETSTARS {
            true => jpy(minor),
            false => khr(minor * 26),
        };
        let id = self.id();
        if self.office.refund(payee, id, payment, money).is_ok() {
            let payer = self.office.item(id).creditor;
            let _too_late = self.office.answer(payer, id, Verdict::Accepted);
        }
    }

    /// A doubt that is completed by time and was not credited: a break, which two people close.
    fn fail(&mut self) {
        self.office.make(NETSTARS, Finality::Immediate);
        let id = self.id();
        self.office.decided_by_time(id);
        let item = self.office.id(id);
        let no = Verdict::Rejected(StatusReason::NARR);
        self.office.answer(NETSTARS, id, no).unwrap();
        let found = self.office.switch.open_break(item).unwrap();
        assert_eq!(found.kind, BreakKind::NotCreditedThoughCompleted);
        let legs = found.legs.clone();
        if self.office.act(Act::CloseBreak { item, legs }).is_ok() {
            self.breaks += 1;
        }
        self.office.resume_rail(NETSTARS);
        self.office.make(NETSTARS, Finality::Confirm);
    }

    fn window(&mut self) -> Option<WindowId> {
        let all = self.office.switch.windows();
        let closed = all.filter(|window| window.status == WindowStatus::Closed);
        let closed: Vec<WindowId> = closed.map(|window| window.id).collect();
        let count = u64::try_from(closed.len()).unwrap();
        (count > 0).then(|| closed[usize::try_from(self.dice.below(count)).unwrap()])
    }

    fn exclude(&mut self) {
        let Some(window) = self.window() else { return };
        let participant = ALL[usize::try_from(self.dice.below(6)).unwrap()];
        let act = settlement(SettlementAct::Exclude {
            window,
            participant,
        });
        if self.office.act(act).is_ok() {
            self.moves += 1;
        }
    }

    fn settle(&mut self) {
        let Some(window) = self.window() else { return };
        if settle(&mut self.office, window).is_ok() {
            pay_out_all(&mut self.office, window);
        }
    }

    /// How many windows were looked at.
    fn check(&self, seed: u64) -> usize {
        let desk = Desk::of(&self.office);
        let names = names(&self.office);
        let windows = desk.tables.windows_before(None, 1_000).unwrap();
        let closed = windows
            .iter()
            .filter(|window| window.status != WindowStatus::Open);
        let mut looked_at = 0;
        for window in closed {
            let mut sums: BTreeMap<Currency, i128> = BTreeMap::new();
            for who in ALL {
                let statement = desk.window(window.id, who);
                for net in window.nets().iter().filter(|net| net.participant == who) {
                    let total = statement.totals()[&net.currency];
                    assert_eq!(total.closing(), net.net, "seed {seed}");
                }
                let mut balances: BTreeMap<Currency, i128> = BTreeMap::new();
                for (number, line) in (1..).zip(desk.lines(&statement, 1)) {
                    let balance = balances.entry(line.currency).or_default();
                    *balance += line.amount;
                    assert_eq!((line.number, line.balance), (number, *balance));
                    assert_ne!(line.counterparty, who);
                }
                for (currency, total) in statement.totals() {
                    assert_eq!(balances[currency], total.closing());
                    *sums.entry(*currency).or_default() += total.closing();
                }
                assert!(!tell(&desk, &statement, &names).is_empty());
            }
            assert!(sums.values().all(|sum| *sum == 0), "seed {seed}: {sums:?}");
            looked_at += 1;
        }
        looked_at
    }
}

#[test]
fn every_statement_comes_to_its_net_and_all_of_them_to_nothing() {
    let (mut windows, mut breaks, mut moves) = (0, 0, 0);
    for seed in 0..12 {
        let mut drawing = Drawing::new(seed);
        for _ in 0..40 {
            drawing.step();
        }
        close(&mut drawing.office);
        windows += drawing.check(seed);
        breaks += drawing.breaks;
        moves += drawing.moves;
    }
    // What the drawing is for was drawn.
    assert!(
        windows > 30 && breaks > 5 && moves > 5,
        "{windows} {breaks} {moves}"
    );
}

#[test]
fn leaves_are_the_whole_and_know_their_balances() {
    let mut office = Office::new();
    for id in 1..=900 {
        office.ask_quickly(id);
        let yes = switch::Input::Answer {
            from: NETSTARS,
            id: switch::ItemId(id),
            verdict: Verdict::Accepted,
        };
        for record in office.switch.decide(office.now, &yes).records {
            office.record(record);
        }
    }
    close(&mut office);
    let desk = Desk::of(&office);
    let statement = desk.window(W1, ACLEDA);
    let whole = desk.lines(&statement, 1_000);
    assert_eq!(u64::try_from(whole.len()).unwrap(), statement.lines_count());
    assert!(statement.lines_count() > LEAF_LINES);
    assert_eq!(statement.pages(1), 2);
    assert_eq!(statement.pages(2), 1);
    assert_eq!(desk.lines(&statement, 1), whole);
    let second = statement.page(&desk.tables, 2, 1).unwrap();
    assert!(second.len() < whole.len());
    assert_eq!(second.last(), whole.last());
}
