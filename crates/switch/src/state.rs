//! Everything that the core knows, and how it is read.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use money::{Amount, Currency};

use crate::books::Books;
use crate::leave::{OpenDay, Spent};
use crate::operations::Operations;
use crate::settlement::{Adjustment, Arrangement};
use crate::{
    Closed, Corridor, CorridorAt, CorridorId, Digest, Item, ItemId, Kind, Leg, Merchant,
    Participant, ParticipantId, Reference, Refunded, Role, Standing, Time, Webhook, WindowId,
};

/// The core: its state, and nothing else.
#[derive(Clone, Debug, Default)]
pub struct Switch {
    pub(crate) participants: Vec<Participant>,
    pub(crate) corridors: BTreeMap<CorridorAt, Corridor>,
    pub(crate) corridor_now: BTreeMap<CorridorId, u32>,
    pub(crate) standings: BTreeMap<(CorridorId, ParticipantId), Standing>,
    pub(crate) references: BTreeMap<(Currency, Currency), Reference>,
    pub(crate) merchants: BTreeMap<String, Merchant>,
    pub(crate) books: Books,
    pub(crate) items: BTreeMap<ItemId, Item>,
    pub(crate) closed: BTreeMap<(ParticipantId, ItemId), Closed>,
    /// Dynamic codes in use: by which payment, and until when they could be presented again.
    pub(crate) codes: BTreeMap<Digest, (ItemId, Time)>,
    /// Open items by the moment at which time decides about them.
    pub(crate) deadlines: BTreeSet<(Time, ItemId)>,
    /// Refunds that wait for liquidity, oldest first.
    pub(crate) waiting: BTreeSet<(Time, ItemId)>,
    /// Items by the side that must answer: fresh asks before those in doubt, and among each the
    /// earliest deadline first.
    pub(crate) asks: BTreeMap<ParticipantId, BTreeSet<(bool, Time, ItemId)>>,
    /// Outcomes that a participant has not acknowledged.
    pub(crate) streams: BTreeMap<ParticipantId, Stream>,
    /// Where participants are notified, by participant and name.
    pub(crate) webhooks: BTreeMap<(ParticipantId, String), Webhook>,
    /// Refunds in memory, by their payment.
    pub(crate) refunds: BTreeMap<ItemId, BTreeSet<ItemId>>,
    /// What is final and waits to leave memory, in the order of deciding.
    pub(crate) leaving: VecDeque<(u64, Spent)>,
    /// Everything decided up to this batch may have left.
    pub(crate) left_seq: u64,
    /// When something was last let go, or the first began to wait for it.
    pub(crate) left_at: Time,
    /// Ids of items that left while a token for them could still live, and until when.
    pub(crate) spent: BTreeSet<Spent>,
    pub(crate) fading: VecDeque<(Time, Spent)>,
    /// Codes in use by when they expire.
    pub(crate) codes_until: BTreeSet<(Time, Digest)>,
    /// Payers' days that have an account.
    pub(crate) days: BTreeSet<OpenDay>,
    /// Actions, breaks, stopped rails and suspensions.
    pub(crate) operations: Operations,
    /// How windows are settled.
    pub(crate) arrangement: Arrangement,
    /// Breaks of reconciliation that a booking closed, so that none is booked twice.
    pub(crate) adjustments: BTreeMap<String, Adjustment>,
}

/// A participant's outcomes: a sequence without gaps, told in order until acknowledged. Those
/// whose items have left memory are no longer in `open`; the tables have them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stream {
    pub(crate) last: u64,
    pub(crate) acknowledged: u64,
    pub(crate) open: BTreeMap<u64, ItemId>,
}

/// One participant in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Who.
    pub participant: ParticipantId,
    /// In which currency.
    pub currency: Currency,
    /// Owed (positive) or owing (negative) in the open window, in minor units.
    pub net: i128,
    /// What it may still owe.
    pub headroom: Amount,
    /// Reserved and unsettled debits.
    pub used: Amount,
    /// The most that it may owe.
    pub cap: Amount,
}

impl Switch {
    /// A participant by its number.
    pub fn participant(&self, id: ParticipantId) -> Option<&Participant> {
        self.participants.get(usize::from(id.0))
    }

    /// A participant by its name.
    pub fn participant_named(&self, name: &str) -> Option<ParticipantId> {
        let at = self
            .participants
            .iter()
            .position(|participant| participant.name == name)?;
        u16::try_from(at).ok().map(ParticipantId)
    }

    /// Every participant with its number.
    pub fn participants(&self) -> impl Iterator<Item = (ParticipantId, &Participant)> {
        (0..).map(ParticipantId).zip(&self.participants)
    }

    /// The participant that answers for a bank's accounts.
    pub fn participant_for_bank(&self, bank: &str) -> Option<ParticipantId> {
        let answers = |participant: &Participant| participant.banks.iter().any(|b| b == bank);
        self.participants()
            .find(|(_, participant)| answers(participant))
            .map(|(id, _)| id)
    }

    /// The switch's own participant; the first one when none has the role, which bootstrap
    /// refuses.
    pub fn house(&self) -> ParticipantId {
        self.participants()
            .find(|(_, participant)| participant.is(Role::House))
            .map_or(ParticipantId(0), |(id, _)| id)
    }

    /// The corridor from one scheme to another, as it is now.
    pub fn corridor_between(&self, payer_scheme: &str, payee_scheme: &str) -> Option<&Corridor> {
        self.corridors_now()
            .find(|c| c.payer_scheme == payer_scheme && c.payee_scheme == payee_scheme)
    }

    /// A corridor by its name, as it is now.
    pub fn corridor_named(&self, name: &str) -> Option<&Corridor> {
        self.corridors_now().find(|corridor| corridor.name == name)
    }

    /// A corridor at any version that it ever had.
    pub fn corridor(&self, at: CorridorAt) -> Option<&Corridor> {
        self.corridors.get(&at)
    }

    /// Every corridor as it is now.
    pub fn corridors_now(&self) -> impl Iterator<Item = &Corridor> {
        self.corridor_now.iter().filter_map(|(id, version)| {
            self.corridor(CorridorAt {
                id: *id,
                version: *version,
            })
        })
    }

    /// A registered shop.
    pub fn merchant(&self, store_id: &str) -> Option<&Merchant> {
        self.merchants.get(store_id)
    }

    /// A provider's standing rates for a corridor.
    pub fn standing(&self, corridor: CorridorId, fx: ParticipantId) -> Option<&Standing> {
        self.standings.get(&(corridor, fx))
    }

    /// The neutral rate of a pair.
    pub fn reference(&self, base: Currency, quote: Currency) -> Option<&Reference> {
        self.references.get(&(base, quote))
    }

    /// A payment or refund that is in memory.
    pub fn item(&self, id: ItemId) -> Option<&Item> {
        self.items.get(&id)
    }

    /// An id that is used up for a participant without having been a payment.
    pub fn closed(&self, requester: ParticipantId, id: ItemId) -> Option<&Closed> {
        self.closed.get(&(requester, id))
    }

    /// Every item, by id.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.items.values()
    }

    /// How many items are not final.
    pub fn open_items(&self) -> usize {
        self.deadlines.len()
    }

    /// The refunds of a payment that are in memory.
    pub fn refunds_of(&self, payment: ItemId) -> impl Iterator<Item = &Item> {
        let ids = self.refunds.get(&payment).into_iter().flatten();
        ids.filter_map(|id| self.items.get(id))
    }

    /// What of a payment went back, in one of its currencies; `None` when no refund of it is in
    /// memory: none was made, or the tables know.
    pub fn refunded(&self, payment: ItemId, currency: Currency) -> Option<Refunded> {
        let is_here = self.refunds.contains_key(&payment);
        is_here.then(|| self.books.refunded(payment, currency))
    }

    /// The legs of an item.
    pub fn legs(&self, item: &Item) -> Vec<Leg> {
        match item.kind {
            Kind::Payment => item.terms.legs(self.house()),
            Kind::Refund { .. } => item.terms.refund_legs(item.amount, item.payer_amount),
        }
    }

    /// Items that the participant is asked about and has not answered, up to `most`: those that
    /// are still in time first, the earliest deadline first, then those in doubt.
    pub fn asks_of(&self, participant: ParticipantId, most: usize) -> Vec<ItemId> {
        let asks = self.asks.get(&participant);
        asks.map(|asks| asks.iter().take(most).map(|(_, _, id)| *id).collect())
            .unwrap_or_default()
    }

    /// Outcomes that the participant has not acknowledged and that are in memory, in order, up to
    /// `most`. The first is the one after the last acknowledged, unless earlier ones have left.
    pub fn outcomes_of(&self, participant: ParticipantId, most: usize) -> Vec<(u64, ItemId)> {
        let stream = self.streams.get(&participant);
        let open = stream.map(|s| {
            s.open
                .iter()
                .take(most)
                .map(|(at, id)| (*at, *id))
                .collect()
        });
        open.unwrap_or_default()
    }

    /// The item at a place of a participant's stream, if it is in memory and not acknowledged.
    pub fn outcome_at(&self, participant: ParticipantId, position: u64) -> Option<ItemId> {
        let stream = self.streams.get(&participant)?;
        stream.open.get(&position).copied()
    }

    /// The highest position that a participant acknowledged, and the highest there is.
    pub fn stream_of(&self, participant: ParticipantId) -> (u64, u64) {
        self.streams
            .get(&participant)
            .map_or((0, 0), |stream| (stream.acknowledged, stream.last))
    }

    /// How many outcomes their participants have not acknowledged.
    pub fn untold_outcomes(&self) -> usize {
        let untold = |stream: &Stream| stream.last.saturating_sub(stream.acknowledged);
        let all = self
            .streams
            .values()
            .map(untold)
            .fold(0, u64::saturating_add);
        usize::try_from(all).unwrap_or(usize::MAX)
    }

    /// The next moment at which time alone decides something.
    pub fn next_deadline(&self) -> Option<Time> {
        let item = self.deadlines.first().map(|(time, _)| *time);
        let action = self.operations.expiries.first().map(|(time, _)| *time);
        // A suspension that has open items to look through goes on at once.
        let sweep = self.operations.sweeps.values().next();
        let sweep = sweep.map(|_| Time(i64::MIN));
        let cut_off = self.next_close();
        [item, action, sweep, cut_off].into_iter().flatten().min()
    }

    /// Whether refunds wait for liquidity, so that time should be looked at often.
    pub fn has_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// What a participant prefunded in a currency.
    pub fn liquidity(&self, participant: ParticipantId, currency: Currency) -> Amount {
        self.books.liquidity(participant, currency)
    }

    /// What stands for what a participant owes: its liquidity, and what it paid in for windows
    /// that are not settled, as far as their debits still count.
    pub fn cover(&self, participant: ParticipantId, currency: Currency) -> Amount {
        self.books.cover(participant, currency)
    }

    /// The most that a participant may owe in a currency; none where it has no accounts.
    pub fn cap(&self, participant: ParticipantId, currency: Currency) -> Option<Amount> {
        self.books.cap(participant, currency)
    }

    /// The open settlement window.
    pub fn window(&self) -> WindowId {
        self.books.window
    }

    /// Positions in the open window, by participant and currency.
    pub fn positions(&self) -> Vec<Position> {
        let position = |((participant, currency), hot): (&(ParticipantId, Currency), _)| {
            let hot: &crate::books::Hot = hot;
            Position {
                participant: *participant,
                currency: *currency,
                net: self.books.ledger.balance(hot.net_window).net(),
                headroom: self.books.ledger.balance(hot.headroom).available(),
                used: self.books.used_of(hot),
                cap: self.books.cap_decided(*participant, *currency),
            }
        };
        self.books.hot.iter().map(position).collect()
    }

    /// Writes everything that the core knows into `sink`, in one fixed order. Two cores that
    /// write the same text are the same; whoever hashes it can compare a core with its replay.
    ///
    /// The text is the derived `Debug` of ordered collections, so that a new field can never be
    /// forgotten here. It is not a format: it is compared only between runs of one build.
    ///
    /// # Errors
    /// Only those of the sink.
    pub fn fingerprint(&self, sink: &mut dyn core::fmt::Write) -> core::fmt::Result {
        write!(sink, "{self:?}")
    }

    pub(crate) fn is_open(&self, id: ItemId) -> bool {
        self.items
            .get(&id)
            .is_some_and(|item| !item.state.is_final())
    }
}
