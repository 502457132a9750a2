//! An office whose records are projected into tables.

use std::collections::BTreeMap;

use backoffice::statement::{Line, Names, Subject, WindowStatement, decimal, leg_word};
use projection::{Projector, Tables};
use switch::{
    Act, Day, Digest, Operate, ParticipantId, PayoutSeen, Record, Refusal, Reply, SettlementAct,
    Stamp, Time, WindowId,
};

use crate::office::Office;
use crate::world::{ACLEDA, HOUSE, NETSTARS, SATHAPANA, jpy, khr};

pub(crate) const W1: WindowId = WindowId(1);
pub(crate) const ALL: [ParticipantId; 6] = [
    ParticipantId(0),
    ParticipantId(1),
    ParticipantId(2),
    ParticipantId(3),
    ParticipantId(4),
    ParticipantId(5),
];

/// Long after everything.
pub(crate) const LATER: Time = Time(1_795_100_000_000_000_000);

/// A UUIDv4 that is told apart by its end.
pub(crate) const fn id(number: u128) -> u128 {
    0x8a56_2c67_ca16_48ba_b074_0000_0000_0000 | number
}

/// The story's two payments and its refund, a second apart.
pub(crate) fn told() -> Office {
    let mut office = Office::new();
    office.ask(id(1));
    office.accept(NETSTARS, id(1));
    office.pass(1);
    let quote = office
        .quote(NETSTARS, id(2), SATHAPANA, "KHQR", khr(120_000))
        .unwrap();
    office.pay(quote).unwrap();
    office.accept(SATHAPANA, id(2));
    office.pass(1);
    office.refund(NETSTARS, id(3), id(1), jpy(1_000)).unwrap();
    office.accept(ACLEDA, id(3));
    office.pass(1);
    office
}

pub(crate) fn settlement(act: SettlementAct) -> Act {
    Act::Settlement(Box::new(act))
}

pub(crate) fn close(office: &mut Office) -> WindowId {
    let window = office.switch.window();
    office
        .act(settlement(SettlementAct::Close { window }))
        .unwrap();
    window
}

/// Two operators agree on settling a window; payouts get UETRs as the hub would choose them.
pub(crate) fn settle(office: &mut Office, window: WindowId) -> Result<Reply, Refusal> {
    let mut seen = office.switch.settlement_of(window)?;
    for (number, payout) in (1_u128..).zip(&mut seen.payouts) {
        let window = u128::from(window.0) << 96;
        payout.uetr = 0x5e77_1e00_0000_4000_8000_0000_0000_0000 | window | number;
    }
    let known = office.switch.window_of(window).unwrap();
    let day = known.settlement_day.unwrap_or(Day(20_800));
    office.act(settlement(SettlementAct::Settle {
        window,
        day,
        settlement: Box::new(seen),
    }))
}

/// The bank's statement shows a payout.
pub(crate) fn pay_out(office: &mut Office, window: WindowId, place: u32) {
    let known = office.switch.window_of(window).unwrap();
    let payouts = &known.settlement.as_ref().unwrap().payouts;
    let seen = PayoutSeen {
        window,
        place,
        money: payouts[usize::try_from(place).unwrap()].money,
        reference: format!("LINE-{}-{place}", window.0),
        statement: Digest([4; 32]),
    };
    office.operate(Operate::PaidOut(seen)).unwrap();
}

pub(crate) fn pay_out_all(office: &mut Office, window: WindowId) {
    let known = office.switch.window_of(window).unwrap();
    let count = known.settlement.as_ref().unwrap().payouts.len();
    for place in 0..u32::try_from(count).unwrap() {
        pay_out(office, window, place);
    }
}

/// Tables of all that happened, and the folder that they lie in.
pub(crate) struct Desk {
    pub(crate) tables: Tables,
    folder: tempfile::TempDir,
}

impl Desk {
    pub(crate) fn of(office: &Office) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut tables = Tables::open(&folder.path().join("projection.db")).unwrap();
        let mut batches: BTreeMap<u64, (Stamp, Vec<Record>)> = BTreeMap::new();
        for (stamp, record) in &office.records {
            let batch = batches.entry(stamp.seq).or_insert((*stamp, Vec::new()));
            batch.1.push(record.clone());
        }
        let mut projector = Projector::default();
        let last = batches.keys().last().copied().unwrap();
        for (stamp, records) in batches.into_values() {
            projector.take(stamp, &records);
        }
        tables.write(1, (last, [1; 32]), &projector.rows()).unwrap();
        Self { tables, folder }
    }

    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// As somebody could who has the file.
    pub(crate) fn damage(&self, sql: &str) {
        let path = self.folder.path().join("projection.db");
        let changed = rusqlite::Connection::open(path).unwrap().execute(sql, []);
        assert!(changed.unwrap() > 0, "{sql} does something");
    }

    pub(crate) fn window(&self, window: WindowId, participant: ParticipantId) -> WindowStatement {
        let subject = Subject {
            window,
            participant,
            house: HOUSE,
        };
        WindowStatement::read(&self.tables, subject).unwrap()
    }

    /// All lines, page by page.
    pub(crate) fn lines(&self, statement: &WindowStatement, leaves: usize) -> Vec<Line> {
        let pages = 1..=statement.pages(leaves);
        let lines = pages.map(|page| statement.page(&self.tables, page, leaves).unwrap());
        lines.flatten().collect()
    }
}

pub(crate) fn names(office: &Office) -> Names {
    let all = office.switch.participants();
    Names::new(all.map(|(id, one)| (id, one.name.clone())), HOUSE)
}

/// A statement as text.
pub(crate) fn tell(desk: &Desk, statement: &WindowStatement, names: &Names) -> String {
    let who = names.name(statement.subject().participant);
    let mut text = format!("{who}\n");
    for line in desk.lines(statement, 1) {
        let leg = line.leg.map_or("", leg_word);
        let other = line
            .kind
            .window()
            .map_or(String::new(), |window| format!(" W{}", window.0));
        text += &format!(
            "{} {}{other} {leg} {} {} {} -> {}\n",
            line.number,
            line.kind.word(),
            names.name(line.counterparty),
            line.currency.alpha(),
            decimal(line.amount, line.currency),
            decimal(line.balance, line.currency),
        );
    }
    for (currency, total) in statement.totals() {
        text += &format!(
            "{} 0 + {} - {} = {}\n",
            currency.alpha(),
            decimal(total.owed_to, *currency),
            decimal(total.owed_by, *currency),
            decimal(total.closing(), *currency),
        );
    }
    let settling = statement.settling();
    for part in &settling.parts {
        text += &format!(
            "paid in {} {}\n",
            part.currency.alpha(),
            part.amount.minor()
        );
    }
    for payout in &settling.payouts {
        let paid = payout
            .paid
            .as_ref()
            .map_or("not yet", |(reference, _)| reference);
        let (currency, minor) = (payout.money.currency.alpha(), payout.money.amount.minor());
        text += &format!("payout {} {currency} {minor} {paid}\n", payout.number);
    }
    text
}
