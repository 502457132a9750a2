//! What must come of an event, from the table and from what the records, answers and outcome
//! streams are for; nothing of it is read from the core.

use std::collections::BTreeMap;

use switch::{
    BreakKind, Cause, Event, Finality, Kind, OpenItems, Operated, ParticipantId, Reason, Record,
    Refusal, Reply, State, StatusReason, Step, life,
};

use crate::people::OP2;
use crate::scene::{ACTION, Case, ID, OTHER, Place, Scene};
use crate::world::{FX1, NETSTARS, SATHAPANA};

/// The name of a record, and the state that the item has behind it.
pub(crate) type Line = (String, State);

impl Scene {
    /// What the event is for the item: it is nobody's to sweep once it is due, and a stranger's
    /// suspension is nothing.
    fn event_of_item(&self, event: Event) -> Option<Event> {
        if event != Event::Suspend {
            return Some(event);
        }
        match (self.is_due(), self.case.completes) {
            (true, true) => Some(Event::DeadlineCompletes),
            (true, false) => Some(Event::Deadline),
            (false, _) => self.case.has_party(self.suspended).then_some(event),
        }
    }

    /// The states that the item must go through: reserving and asking are of one batch.
    pub(crate) fn expected_path(&self, event: Event) -> Vec<State> {
        let finality = self.case.finality;
        let Some(event) = self.event_of_item(event) else {
            return Vec::new();
        };
        match life::step(self.place.state(), event, finality) {
            Step::To(State::Reserved) => {
                let asked = life::step(State::Reserved, Event::Ask, finality);
                assert_eq!(asked, Step::To(State::Asked));
                vec![State::Reserved, State::Asked]
            }
            Step::To(to) => vec![to],
            Step::Stay | Step::Never => Vec::new(),
        }
    }

    /// Whether the payment of somebody else is swept as well.
    pub(crate) fn ends_other(&self, event: Event) -> bool {
        event == Event::Suspend && [NETSTARS, SATHAPANA, FX1].contains(&self.suspended)
    }

    /// All records, by batch.
    pub(crate) fn expected_batches(&self, event: Event) -> Vec<Vec<Line>> {
        let from = self.place.state();
        let path = self.expected_path(event);
        let to = path.last().copied().unwrap_or(from);
        let own = path.iter().map(|to| (self.own_name(*to), *to));
        let mut own: Vec<Line> = own.collect();
        let line = |name: &str, state: State| (name.to_owned(), state);
        // A doubt that only time could end shows a rail that cannot say what it did.
        let by_time = [Event::Deadline, Event::DeadlineCompletes];
        let is_by_time = self
            .event_of_item(event)
            .is_some_and(|it| by_time.contains(&it));
        if from == State::InDoubt && is_by_time {
            own.push(line("RailStopped", to));
        }
        match event {
            Event::Suspend => {
                if self.ends_other(event) {
                    own.push(line("Cancelled of another", to));
                }
                own.push(line("Swept", to));
                let effect = vec![line("ActionApproved", from), line("Suspended", from)];
                vec![vec![line("ActionProposed", from)], effect, own]
            }
            Event::ResolveComplete | Event::ResolveCancel if path.is_empty() => {
                vec![Vec::new(), Vec::new()]
            }
            Event::ResolveComplete | Event::ResolveCancel => {
                own.insert(0, line("ActionApproved", from));
                vec![vec![line("ActionProposed", from)], own]
            }
            Event::Accept | Event::AcceptLate | Event::Reject if self.contradicts(event) => {
                vec![vec![line("BreakOpened", from)]]
            }
            Event::Reserve
            | Event::Refuse
            | Event::Wait
            | Event::Ask
            | Event::Accept
            | Event::AcceptLate
            | Event::Reject
            | Event::Deadline
            | Event::DeadlineCompletes
            | Event::Withdraw => vec![own],
        }
    }

    /// Where a doubt ended without the rail's word, a rail that credits at once can say otherwise.
    fn contradicts(&self, event: Event) -> bool {
        let said = if event == Event::Reject {
            State::Cancelled
        } else {
            State::Completed
        };
        let was_in_doubt = matches!(self.place, Place::Resolved(_) | Place::Expired(_));
        was_in_doubt && self.case.finality == Finality::Immediate && self.place.state() != said
    }

    /// The record that the item is brought to a state with.
    fn own_name(&self, to: State) -> String {
        let from = self.place.state();
        match (to, self.case.kind) {
            (State::Reserved, _) if from == State::Waiting => "RefundFunded".to_owned(),
            (State::Reserved, Kind::Payment) => "PaymentReserved".to_owned(),
            (State::Reserved, Kind::Refund { .. }) => "RefundReserved".to_owned(),
            (State::Waiting, _) => "RefundWaiting".to_owned(),
            (State::Cancelled, _) if from == State::Unknown => "Forbidden".to_owned(),
            (to, _) => format!("{to:?}"),
        }
    }

    fn expected_cause(&self, event: Event) -> Cause {
        match self.event_of_item(event) {
            Some(Event::DeadlineCompletes) => Cause::DoubtExpired,
            Some(Event::ResolveComplete) => Cause::Operators,
            Some(Event::Accept | Event::AcceptLate) => Cause::Accepted,
            other => panic!("{other:?} completes nothing"),
        }
    }

    fn expected_reason(&self, event: Event) -> Reason {
        let from = self.place.state();
        let event = self.event_of_item(event).unwrap();
        match event {
            Event::Reject => Reason::Rejected(StatusReason::NARR),
            Event::Withdraw => Reason::Withdrawn,
            Event::Suspend => Reason::Suspended,
            Event::ResolveCancel => Reason::Operators,
            Event::Deadline | Event::DeadlineCompletes if from == State::Waiting => {
                Reason::NoLiquidity
            }
            Event::Deadline if from == State::InDoubt => Reason::DoubtExpired,
            Event::Deadline | Event::DeadlineCompletes | Event::AcceptLate => Reason::NoAnswer,
            Event::Reserve
            | Event::Refuse
            | Event::Wait
            | Event::Ask
            | Event::Accept
            | Event::ResolveComplete => panic!("{event:?} cancels nothing"),
        }
    }

    /// The name of a record that says what this event must say.
    pub(crate) fn checked_name(&self, event: Event, record: &Record) -> &'static str {
        match record {
            Record::PaymentReserved(of) if of.id == ID => "PaymentReserved",
            Record::RefundReserved(of) if of.id == ID => "RefundReserved",
            Record::RefundWaiting(of) if of.id == ID => "RefundWaiting",
            Record::RefundFunded { id: ID, .. } => "RefundFunded",
            Record::Refused { id: ID, .. } => "Refused",
            Record::Forbidden { id: ID, .. } => "Forbidden",
            Record::Asked { id: ID, .. } => "Asked",
            Record::InDoubt { id: ID, .. } => "InDoubt",
            Record::Completed { id: ID, cause, .. } => {
                assert_eq!(*cause, self.expected_cause(event));
                "Completed"
            }
            Record::Cancelled { id: ID, reason } => {
                assert_eq!(*reason, self.expected_reason(event), "{event:?}");
                "Cancelled"
            }
            Record::Cancelled { id: OTHER, reason } => {
                assert_eq!(*reason, Reason::Suspended);
                "Cancelled of another"
            }
            Record::Operated(operated) => self.operated_name(event, operated),
            Record::ParticipantSet { .. }
            | Record::CorridorSet(_)
            | Record::CapSet { .. }
            | Record::StandingSet(_)
            | Record::ReferenceSet(_)
            | Record::MerchantSet(_)
            | Record::WindowOpened(_)
            | Record::PaymentReserved(_)
            | Record::Refused { .. }
            | Record::Forbidden { .. }
            | Record::RefundReserved(_)
            | Record::RefundWaiting(_)
            | Record::RefundFunded { .. }
            | Record::Asked { .. }
            | Record::InDoubt { .. }
            | Record::Completed { .. }
            | Record::Cancelled { .. }
            | Record::Acknowledged { .. }
            | Record::WebhookSet { .. }
            | Record::WebhookRemoved { .. }
            | Record::Projected { .. }
            | Record::Settled(_) => panic!("{event:?} wrote {record:?}"),
        }
    }

    fn operated_name(&self, event: Event, operated: &Operated) -> &'static str {
        let (participant, open) = (self.suspended, OpenItems::Cancel);
        let stopped = self.case.creditor();
        let found = if self.place.state() == State::Completed {
            BreakKind::NotCreditedThoughCompleted
        } else {
            BreakKind::CreditedThoughCancelled
        };
        let (name, is_it) = match operated {
            Operated::ActionProposed(proposed) => {
                let is_it = Some(proposed) == self.action(event).as_ref();
                ("ActionProposed", is_it)
            }
            Operated::ActionApproved { id, by } => ("ActionApproved", (*id, *by) == (ACTION, OP2)),
            Operated::Suspended { .. } => {
                let suspended = Operated::Suspended { participant, open };
                ("Suspended", *operated == suspended)
            }
            Operated::Swept { .. } => {
                let up_to = None;
                ("Swept", *operated == Operated::Swept { participant, up_to })
            }
            Operated::RailStopped { participant, item } => {
                ("RailStopped", (*participant, *item) == (stopped, ID))
            }
            Operated::BreakOpened(opened) => {
                ("BreakOpened", (opened.item, opened.kind) == (ID, found))
            }
            Operated::RailResumed { .. }
            | Operated::ActionRejected { .. }
            | Operated::ActionExpired { .. }
            | Operated::BreakClosed { .. }
            | Operated::Deposited { .. }
            | Operated::Withdrawn { .. }
            | Operated::Certified { .. }
            | Operated::Resumed { .. } => panic!("{event:?} wrote {operated:?}"),
        };
        assert!(is_it, "{event:?} wrote {operated:?}");
        name
    }

    /// Who must be told when an item ends: who asked for it, and of the others those whom it had
    /// reached.
    pub(crate) fn expected_told(&self, event: Event) -> BTreeMap<ParticipantId, u64> {
        let from = self.place.state();
        let to = self.expected_path(event).last().copied();
        let ends = to == Some(State::Completed) || to == Some(State::Cancelled);
        let mut told = Vec::new();
        if ends && from != State::Unknown {
            told.push(self.case.requester());
            if from == State::Asked || from == State::InDoubt {
                told.push(self.case.creditor());
            }
            if from.holds_legs() {
                told.push(FX1);
            }
        }
        if self.ends_other(event) {
            told.extend([NETSTARS, SATHAPANA, FX1]);
        }
        let mut counts = BTreeMap::new();
        for who in told {
            *counts.entry(who).or_default() += 1;
        }
        counts
    }

    /// The answers, by batch.
    pub(crate) fn expected_replies(&self, event: Event) -> Vec<Result<Reply, Refusal>> {
        let path = self.expected_path(event);
        let action = Ok(Reply::Action(ACTION));
        match (event, path.last()) {
            (Event::Suspend, _) => {
                let due = usize::from(self.is_due());
                vec![action, action, Ok(Reply::Ticked(due))]
            }
            (Event::ResolveComplete | Event::ResolveCancel, Some(_)) => vec![action, action],
            (Event::ResolveComplete | Event::ResolveCancel, None) => vec![
                Err(Refusal::PolicyNotInDoubt),
                Err(Refusal::PolicyActionUnknown),
            ],
            (event, None) => vec![self.reply_unmoved(event)],
            (event, Some(to)) => vec![self.reply_moved(event, *to)],
        }
    }

    fn reply_unmoved(&self, event: Event) -> Result<Reply, Refusal> {
        let (item, place) = (Ok(Reply::Item(ID)), self.place);
        match event {
            Event::Reserve | Event::Refuse | Event::Wait => match place {
                Place::Forbidden => Err(Refusal::PayerIdForbidden),
                Place::Of(State::Refused) => Err(refusal(self.case)),
                Place::Of(_) | Place::Resolved(_) | Place::Expired(_) => item,
            },
            Event::Ask | Event::Deadline | Event::DeadlineCompletes => Ok(Reply::Ticked(0)),
            Event::Accept | Event::AcceptLate | Event::Reject => match place {
                Place::Of(State::Waiting | State::Reserved) => Err(Refusal::RailNotAsked),
                Place::Of(State::Unknown | State::Refused) | Place::Forbidden => {
                    Err(Refusal::PayeeNotParty)
                }
                Place::Of(_) | Place::Resolved(_) | Place::Expired(_) => item,
            },
            Event::Withdraw if place.is_item() => item,
            Event::Withdraw => Ok(Reply::Closed(self.case.requester(), ID)),
            Event::Suspend | Event::ResolveComplete | Event::ResolveCancel => {
                panic!("{event:?} has more than one answer")
            }
        }
    }

    fn reply_moved(&self, event: Event, to: State) -> Result<Reply, Refusal> {
        match event {
            Event::Refuse => Err(refusal(self.case)),
            Event::Reserve if self.place == Place::Of(State::Waiting) => Ok(Reply::Ticked(0)),
            Event::Deadline | Event::DeadlineCompletes => Ok(Reply::Ticked(1)),
            Event::Withdraw if self.place == Place::Of(State::Unknown) => {
                assert_eq!(to, State::Cancelled);
                Ok(Reply::Closed(self.case.requester(), ID))
            }
            Event::Reserve
            | Event::Wait
            | Event::Ask
            | Event::Accept
            | Event::AcceptLate
            | Event::Reject
            | Event::Withdraw => Ok(Reply::Item(ID)),
            Event::Suspend | Event::ResolveComplete | Event::ResolveCancel => {
                panic!("{event:?} has more than one answer")
            }
        }
    }
}

/// The refusal of the request that fails a check.
fn refusal(case: Case) -> Refusal {
    match case.kind {
        Kind::Payment => Refusal::PayerScreening,
        Kind::Refund { .. } => Refusal::PayeeRefundExceeds,
    }
}
