//! Everything that the core knows, taken out and put back.
//!
//! A restart may begin at a snapshot instead of at the journal's first batch. What follows from
//! something else (who is asked what, which deadline is next) is not in it but worked out again,
//! so that it cannot disagree. Both directions name every field: one that is added and forgotten
//! here does not compile.

use std::collections::{BTreeMap, BTreeSet};

use ledger::{Ledger, LedgerParts};
use money::{Amount, Currency};

use crate::books::Books;
use crate::leave::{OpenDay, Spent};
use crate::operations::{Operations, OperationsParts};
use crate::settlement::{Adjustment, Arrangement, Window};
use crate::state::Stream;
use crate::{
    Closed, Corridor, CorridorId, Digest, Item, ItemId, Kind, Merchant, Participant, ParticipantId,
    PayerKey, Reference, Standing, State, Switch, Time, Webhook, WindowId,
};

/// A core as plain values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// Participants, in the order of their numbers.
    pub participants: Vec<Participant>,
    /// Every corridor at every version.
    pub corridors: Vec<Corridor>,
    /// Standing rates.
    pub standings: Vec<Standing>,
    /// Neutral rates.
    pub references: Vec<Reference>,
    /// Shops.
    pub merchants: Vec<Merchant>,
    /// Who has accounts in which currency.
    pub hot: Vec<(ParticipantId, Currency)>,
    /// The open window.
    pub window: WindowId,
    /// Windows in memory.
    pub windows: Vec<Window>,
    /// Caps as they were decided.
    pub caps: Vec<(ParticipantId, Currency, Amount)>,
    /// The accounts.
    pub ledger: LedgerParts,
    /// Payments and refunds in memory.
    pub items: Vec<Item>,
    /// Used-up ids in memory.
    pub closed: Vec<(ParticipantId, ItemId, Closed)>,
    /// Dynamic codes in use.
    pub codes: Vec<(Digest, ItemId, Time)>,
    /// Outcome streams.
    pub streams: Vec<StreamParts>,
    /// Webhooks.
    pub webhooks: Vec<Webhook>,
    /// What waits to leave memory.
    pub leaving: Vec<(u64, Spent)>,
    /// Everything decided up to this batch may have left.
    pub left_seq: u64,
    /// When something was last let go.
    pub left_at: Time,
    /// Ids that left and are still remembered.
    pub fading: Vec<(Time, Spent)>,
    /// Payers' days that have an account: corridor, day, payer and currency.
    pub days: Vec<(CorridorId, i64, PayerKey, Currency)>,
    /// Actions, breaks, stopped rails and suspensions.
    pub operations: OperationsParts,
    /// How windows are settled.
    pub arrangement: Arrangement,
    /// Breaks of reconciliation that a booking closed.
    pub adjustments: Vec<Adjustment>,
}

/// One participant's outcome stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamParts {
    /// Whose.
    pub participant: ParticipantId,
    /// The highest position.
    pub last: u64,
    /// The highest position acknowledged.
    pub acknowledged: u64,
    /// The open ones in memory.
    pub open: Vec<(u64, ItemId)>,
}

impl Switch {
    /// Takes everything out.
    pub fn snapshot(&self) -> Snapshot {
        let Switch {
            participants,
            corridors,
            corridor_now: _,
            standings,
            references,
            merchants,
            books,
            items,
            closed,
            codes,
            deadlines: _,
            waiting: _,
            asks: _,
            streams,
            webhooks,
            refunds: _,
            leaving,
            left_seq,
            left_at,
            spent: _,
            fading,
            codes_until: _,
            days,
            operations,
            arrangement,
            adjustments,
        } = self;
        let Books {
            ledger,
            hot,
            window,
            windows,
            caps,
        } = books;
        let day = |day: &OpenDay| (day.corridor, day.day, day.payer, day.currency);
        Snapshot {
            participants: participants.clone(),
            corridors: corridors.values().cloned().collect(),
            standings: standings.values().cloned().collect(),
            references: references.values().copied().collect(),
            merchants: merchants.values().cloned().collect(),
            hot: hot.keys().copied().collect(),
            window: *window,
            windows: windows.values().cloned().collect(),
            caps: caps.iter().map(|((p, c), cap)| (*p, *c, *cap)).collect(),
            ledger: ledger.parts(),
            items: items.values().cloned().collect(),
            closed: closed.iter().map(|((p, id), c)| (*p, *id, *c)).collect(),
            codes: codes.iter().map(|(k, (id, t))| (*k, *id, *t)).collect(),
            streams: streams.iter().map(stream_parts).collect(),
            webhooks: webhooks.values().cloned().collect(),
            leaving: leaving.iter().copied().collect(),
            left_seq: *left_seq,
            left_at: *left_at,
            fading: fading.iter().copied().collect(),
            days: days.iter().map(day).collect(),
            operations: operations.parts(),
            arrangement: arrangement.clone(),
            adjustments: adjustments.values().cloned().collect(),
        }
    }

    /// Puts everything back.
    pub fn restore(snapshot: Snapshot) -> Self {
        let Snapshot {
            participants,
            corridors,
            standings,
            references,
            merchants,
            hot,
            window,
            windows,
            caps,
            ledger,
            items,
            closed,
            codes,
            streams,
            webhooks,
            leaving,
            left_seq,
            left_at,
            fading,
            days,
            operations,
            arrangement,
            adjustments,
        } = snapshot;
        // Versions ascend, so the last of each corridor is the one that holds now.
        let corridor_now = corridors.iter().map(|c| (c.at.id, c.at.version)).collect();
        let standing = |one: Standing| ((one.corridor, one.provider), one);
        let pair = |one: Reference| ((one.rate.base(), one.rate.quote()), one);
        let mut switch = Switch {
            participants,
            corridor_now,
            corridors: corridors.into_iter().map(|c| (c.at, c)).collect(),
            standings: standings.into_iter().map(standing).collect(),
            references: references.into_iter().map(pair).collect(),
            merchants: merchants
                .into_iter()
                .map(|m| (m.store_id.clone(), m))
                .collect(),
            books: books(ledger, hot, window, windows, caps),
            items: BTreeMap::new(),
            closed: closed.into_iter().map(|(p, id, c)| ((p, id), c)).collect(),
            codes: codes
                .iter()
                .map(|(key, id, until)| (*key, (*id, *until)))
                .collect(),
            deadlines: BTreeSet::new(),
            waiting: BTreeSet::new(),
            asks: BTreeMap::new(),
            streams: streams.into_iter().map(stream_whole).collect(),
            webhooks: webhooks.into_iter().map(webhook_key).collect(),
            refunds: BTreeMap::new(),
            leaving: leaving.into(),
            left_seq,
            left_at,
            spent: fading.iter().map(|(_, spent)| *spent).collect(),
            fading: fading.into(),
            codes_until: codes.iter().map(|(key, _, until)| (*until, *key)).collect(),
            days: days.into_iter().map(open_day).collect(),
            operations: Operations::whole(operations),
            arrangement,
            adjustments: adjustments
                .into_iter()
                .map(|one| (one.break_id.clone(), one))
                .collect(),
        };
        for item in items {
            switch.put_back(item);
        }
        switch
    }

    fn put_back(&mut self, item: Item) {
        let (id, deadline) = (item.id, item.deadline);
        if let Kind::Refund { payment } = item.kind {
            self.note_refund(payment, id);
        }
        if !item.state.is_final() {
            self.deadlines.insert((deadline, id));
        }
        match item.state {
            State::Waiting => {
                self.waiting.insert((item.created.now, id));
            }
            State::Asked | State::InDoubt => {
                let asks = self.asks.entry(item.creditor).or_default();
                asks.insert((item.state == State::InDoubt, deadline, id));
            }
            State::Unknown
            | State::Reserved
            | State::Completed
            | State::Cancelled
            | State::Refused => {}
        }
        self.items.insert(id, item);
    }
}

fn books(
    ledger: LedgerParts,
    hot: Vec<(ParticipantId, Currency)>,
    window: WindowId,
    windows: Vec<Window>,
    caps: Vec<(ParticipantId, Currency, Amount)>,
) -> Books {
    let mut books = Books {
        ledger: Ledger::from_parts(ledger),
        hot: BTreeMap::new(),
        window,
        windows: windows.into_iter().map(|one| (one.id, one)).collect(),
        caps: caps.into_iter().map(|(p, c, cap)| ((p, c), cap)).collect(),
    };
    for (participant, currency) in hot {
        // The accounts are there: this finds their handles.
        books.open_hot(participant, currency);
    }
    books
}

fn stream_parts((participant, stream): (&ParticipantId, &Stream)) -> StreamParts {
    StreamParts {
        participant: *participant,
        last: stream.last,
        acknowledged: stream.acknowledged,
        open: stream.open.iter().map(|(at, id)| (*at, *id)).collect(),
    }
}

fn stream_whole(parts: StreamParts) -> (ParticipantId, Stream) {
    let stream = Stream {
        last: parts.last,
        acknowledged: parts.acknowledged,
        open: parts.open.into_iter().collect(),
    };
    (parts.participant, stream)
}

fn webhook_key(webhook: Webhook) -> ((ParticipantId, String), Webhook) {
    let settings = &webhook.settings;
    ((settings.participant, settings.id.clone()), webhook)
}

fn open_day((corridor, day, payer, currency): (CorridorId, i64, PayerKey, Currency)) -> OpenDay {
    OpenDay {
        corridor,
        day,
        payer,
        currency,
    }
}
