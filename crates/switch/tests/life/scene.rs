//! An item in a state that it was brought to, among others that are none of its business, and
//! what can happen to it.

use std::collections::BTreeMap;

use money::{Amount, Currency};
use switch::limits::ACTION_SPAN_DEFAULT;
use switch::{
    Act, ActionId, Corridor, Decision, Digest, DoubtDecision, Event, Finality, Input, ItemId, Kind,
    OpenItems, Operate, ParticipantId, PayInput, PayerKey, Proposed, Quote, Record, RefundInput,
    Span, State, StatusReason, Time, Verdict,
};

use crate::people::{self, OP1, OP2};
use crate::world::{ACLEDA, FX1, FX2, HOUSE, NETSTARS, SATHAPANA, World, jpy, khr};

/// The item under test.
pub(crate) const ID: ItemId = ItemId(2);
/// Somebody else's.
pub(crate) const OTHER: ItemId = ItemId(50);
/// What operators do with it.
pub(crate) const ACTION: ActionId = ActionId(9);

/// What kind of item, on what kind of rail, under what kind of corridor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Case {
    pub(crate) kind: Kind,
    pub(crate) finality: Finality,
    /// The corridor decides for completing at the end of a doubt.
    pub(crate) completes: bool,
}

/// A state, and by which way where that makes a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Of(State),
    /// Final by two operators, out of a doubt.
    Resolved(DoubtDecision),
    /// Final by the deadline of a doubt, as the corridor decides.
    Expired(DoubtDecision),
    /// Cancelled before the id was used.
    Forbidden,
}

#[derive(Clone)]
pub(crate) struct Scene {
    pub(crate) case: Case,
    pub(crate) place: Place,
    pub(crate) world: World,
    /// Whom operators suspend.
    pub(crate) suspended: ParticipantId,
    quote: Option<Quote>,
}

/// What stands for an event.
pub(crate) enum Stand {
    /// One after the other, each in a batch of its own.
    Inputs(Vec<Input>),
    /// The core writes it only together with the record before it, so it is applied as replay
    /// would.
    Record(Record),
}

impl Case {
    /// Every case.
    pub(crate) fn all() -> Vec<Case> {
        let mut all = Vec::new();
        for kind in [Kind::Payment, Kind::Refund { payment: ItemId(1) }] {
            for finality in [Finality::Confirm, Finality::Immediate] {
                for completes in [false, true] {
                    all.push(Case {
                        kind,
                        finality,
                        completes,
                    });
                }
            }
        }
        all
    }

    pub(crate) fn requester(self) -> ParticipantId {
        match self.kind {
            Kind::Payment => ACLEDA,
            Kind::Refund { .. } => NETSTARS,
        }
    }

    pub(crate) fn creditor(self) -> ParticipantId {
        match self.kind {
            Kind::Payment => NETSTARS,
            Kind::Refund { .. } => ACLEDA,
        }
    }

    pub(crate) fn has_party(self, who: ParticipantId) -> bool {
        [self.requester(), self.creditor(), FX1].contains(&who)
    }
}

impl Place {
    /// Every place that an item of the case can be in.
    pub(crate) fn all(case: Case) -> Vec<Place> {
        let waits = |state: &State| *state != State::Waiting || case.kind != Kind::Payment;
        let states = State::ALL.into_iter().filter(waits).map(Place::Of);
        let resolved = [DoubtDecision::Complete, DoubtDecision::Cancel].map(Place::Resolved);
        let expired = if case.completes {
            DoubtDecision::Complete
        } else {
            DoubtDecision::Cancel
        };
        let rest = [Place::Expired(expired), Place::Forbidden];
        states.chain(resolved).chain(rest).collect()
    }

    pub(crate) fn state(self) -> State {
        match self {
            Place::Of(state) => state,
            Place::Resolved(decision) | Place::Expired(decision) => match decision {
                DoubtDecision::Complete => State::Completed,
                DoubtDecision::Cancel => State::Cancelled,
            },
            Place::Forbidden => State::Cancelled,
        }
    }

    /// Whether there is an item, and not only an id or not even that.
    pub(crate) fn is_item(self) -> bool {
        match self {
            Place::Of(State::Unknown | State::Refused) | Place::Forbidden => false,
            Place::Of(
                State::Waiting
                | State::Reserved
                | State::Asked
                | State::InDoubt
                | State::Completed
                | State::Cancelled,
            )
            | Place::Resolved(_)
            | Place::Expired(_) => true,
        }
    }
}

impl Scene {
    /// The network and the others, before the item.
    pub(crate) fn before(case: Case) -> Scene {
        let mut world = World::new();
        if case.completes {
            world.complete_doubts();
        }
        people::join(&mut world);
        world.make(case.creditor(), case.finality);
        bystand(&mut world);
        let mut scene = Scene {
            case,
            place: Place::Of(State::Unknown),
            world,
            suspended: ACLEDA,
            quote: None,
        };
        match case.kind {
            Kind::Payment => {
                let quote = scene
                    .world
                    .quote(ACLEDA, ID.0, NETSTARS, "JPQR", jpy(3_000));
                scene.quote = Some(quote.unwrap());
            }
            Kind::Refund { payment } => {
                let quote = scene
                    .world
                    .quote(ACLEDA, payment.0, NETSTARS, "JPQR", jpy(3_000));
                let paid = PayInput {
                    payer_key: PayerKey(8),
                    ..scene.world.pay_input(quote.unwrap())
                };
                scene.world.give(Input::Pay(Box::new(paid))).unwrap();
                scene.world.accept(NETSTARS, payment.0);
            }
        }
        scene
    }

    /// The item in its place.
    pub(crate) fn at(&self, place: Place) -> Scene {
        let mut scene = Scene {
            place,
            ..self.clone()
        };
        scene.bring();
        assert_eq!(scene.state(), place.state(), "{:?} {place:?}", self.case);
        scene
    }

    /// Brings the item to its place.
    fn bring(&mut self) {
        match self.place {
            Place::Forbidden => {
                let cancel = self.cancel(self.case.requester());
                self.world.give(cancel).unwrap();
            }
            Place::Of(State::Unknown) => {}
            Place::Of(State::Refused) => {
                self.world.give(self.bad()).unwrap_err();
            }
            Place::Of(State::Waiting) => {
                self.run_dry();
                self.world.give(self.good()).unwrap();
            }
            Place::Of(State::Reserved) => {
                let Decision { records, .. } = self.world.switch.decide(self.now(), &self.good());
                self.world.record(records[0].clone());
            }
            Place::Of(State::Asked) => self.ask(),
            Place::Of(State::InDoubt) => self.doubt(),
            Place::Expired(_) => {
                self.doubt();
                self.wait();
                self.world.tick();
            }
            Place::Resolved(decision) => {
                self.doubt();
                // Not the action that the events are made of.
                let before = Proposed {
                    id: ActionId(8),
                    request_id: 8,
                    ..self.proposed(resolve(decision))
                };
                for operate in [
                    Operate::Propose(before.clone()),
                    Operate::Approve {
                        id: before.id,
                        by: OP2,
                    },
                ] {
                    self.world.give(Input::Operate(Box::new(operate))).unwrap();
                }
            }
            Place::Of(State::Completed) => {
                self.ask();
                self.world.accept(self.case.creditor(), ID.0);
            }
            Place::Of(State::Cancelled) => {
                self.ask();
                let no = self.answer(self.case.creditor(), Verdict::Rejected(StatusReason::NARR));
                self.world.give(no).unwrap();
            }
        }
    }

    fn ask(&mut self) {
        self.world.give(self.good()).unwrap();
    }

    fn doubt(&mut self) {
        self.ask();
        self.wait();
        match self.case.finality {
            Finality::Immediate => self.world.tick(),
            // No input leads there; the table says what happens all the same.
            Finality::Confirm => {
                let deadline = self.now().after(Span::from_seconds(3_600));
                self.world.record(Record::InDoubt { id: ID, deadline });
            }
        }
    }

    fn now(&self) -> Time {
        self.world.now
    }

    /// Time passes until the item is due.
    pub(crate) fn wait(&mut self) {
        if let Some(item) = self
            .world
            .switch
            .item(ID)
            .filter(|item| !item.state.is_final())
        {
            self.world.now = item.deadline;
        }
    }

    /// The payee's side has nothing left to give back with.
    fn run_dry(&mut self) {
        let positions = self.world.switch.positions();
        let own = |p: &&switch::Position| (p.participant, p.currency) == (NETSTARS, Currency::Jpy);
        let used = positions.iter().find(own).unwrap().used;
        self.world.set_cap(NETSTARS, Currency::Jpy, used.minor());
    }

    /// Where the item is.
    pub(crate) fn state(&self) -> State {
        let switch = &self.world.switch;
        let item = switch.item(ID).map(|item| item.state);
        let closed = switch.closed(self.case.requester(), ID);
        item.or(closed.map(|closed| closed.state))
            .unwrap_or(State::Unknown)
    }

    /// Makes true what the event presupposes; `None` when nothing can stand for it.
    pub(crate) fn prepare(&mut self, event: Event) -> Option<Stand> {
        let creditor = self.case.creditor();
        let state = self.place.state();
        let input = match event {
            Event::Reserve if state == State::Waiting => {
                self.world.set_cap(NETSTARS, Currency::Jpy, 5_000_000);
                Input::Tick
            }
            Event::Reserve => self.good(),
            Event::Refuse => self.bad(),
            Event::Wait if self.case.kind == Kind::Payment => return None,
            Event::Wait => {
                if state == State::Unknown {
                    self.run_dry();
                }
                self.good()
            }
            Event::Ask => match self.world.switch.item(ID) {
                Some(item) if state == State::Reserved => {
                    let expires_at = item.deadline;
                    return Some(Stand::Record(Record::Asked { id: ID, expires_at }));
                }
                Some(_) | None => Input::Tick,
            },
            Event::Accept => self.answer(creditor, Verdict::Accepted),
            Event::AcceptLate => {
                self.wait();
                self.answer(creditor, Verdict::Accepted)
            }
            Event::Reject => self.answer(creditor, Verdict::Rejected(StatusReason::NARR)),
            Event::Deadline if self.case.completes => return None,
            Event::DeadlineCompletes if !self.case.completes => return None,
            Event::Deadline | Event::DeadlineCompletes => {
                self.wait();
                Input::Tick
            }
            Event::Withdraw => self.cancel(self.case.requester()),
            Event::Suspend | Event::ResolveComplete | Event::ResolveCancel => {
                return Some(Stand::Inputs(self.two_people(event)));
            }
        };
        Some(Stand::Inputs(vec![input]))
    }

    /// One operator proposes, another approves; a suspension looks through what is open with
    /// the next tick.
    fn two_people(&self, event: Event) -> Vec<Input> {
        let proposed = self.action(event).unwrap();
        let propose = Operate::Propose(proposed);
        let approve = Operate::Approve {
            id: ACTION,
            by: OP2,
        };
        let both = [propose, approve].map(|operate| Input::Operate(Box::new(operate)));
        let sweep = (event == Event::Suspend).then_some(Input::Tick);
        both.into_iter().chain(sweep).collect()
    }

    /// What operators propose, if the event is theirs.
    pub(crate) fn action(&self, event: Event) -> Option<Proposed> {
        let act = match event {
            Event::Suspend => Act::Suspend {
                participant: self.suspended,
                open: OpenItems::Cancel,
            },
            Event::ResolveComplete => resolve(DoubtDecision::Complete),
            Event::ResolveCancel => resolve(DoubtDecision::Cancel),
            Event::Reserve
            | Event::Refuse
            | Event::Wait
            | Event::Ask
            | Event::Accept
            | Event::AcceptLate
            | Event::Reject
            | Event::Deadline
            | Event::DeadlineCompletes
            | Event::Withdraw => return None,
        };
        Some(self.proposed(act))
    }

    fn proposed(&self, act: Act) -> Proposed {
        Proposed {
            id: ACTION,
            request_id: ACTION.0,
            request: Digest([9; 32]),
            by: OP1,
            act,
            reason: "as agreed".into(),
            expires_at: self.now().after(ACTION_SPAN_DEFAULT),
        }
    }

    /// Whether time decides the item with the next tick.
    pub(crate) fn is_due(&self) -> bool {
        let item = self.world.switch.item(ID);
        item.is_some_and(|item| !item.state.is_final() && item.deadline <= self.now())
    }

    /// What everything else than the item is, as far as it is an item.
    pub(crate) fn others(&self) -> String {
        let others = [ItemId(1), OTHER].map(|id| self.world.switch.item(id));
        format!("{others:?}")
    }

    /// All that is known of the item itself.
    pub(crate) fn itself(&self) -> String {
        let switch = &self.world.switch;
        let closed = switch.closed(self.case.requester(), ID);
        format!("{:?} {closed:?}", switch.item(ID))
    }

    /// The request that every check passes.
    fn good(&self) -> Input {
        self.request(1_000, true)
    }

    /// The same in every field that tells a repetition, but a check fails.
    fn bad(&self) -> Input {
        self.request(3_001, false)
    }

    fn request(&self, refunded: u64, screening_clear: bool) -> Input {
        match (self.case.kind, self.quote) {
            (Kind::Refund { payment }, _) => Input::Refund(Box::new(RefundInput {
                payee: NETSTARS,
                id: ID,
                payment,
                amount: jpy(refunded),
                request: Digest([3; 32]),
                recalled: None,
            })),
            (Kind::Payment, quote) => Input::Pay(Box::new(PayInput {
                screening_clear,
                ..self.world.pay_input(quote.unwrap())
            })),
        }
    }

    pub(crate) fn answer(&self, from: ParticipantId, verdict: Verdict) -> Input {
        Input::Answer {
            from,
            id: ID,
            verdict,
        }
    }

    pub(crate) fn cancel(&self, requester: ParticipantId) -> Input {
        Input::Cancel {
            requester,
            id: ID,
            recalled: None,
        }
    }

    /// How many outcomes everybody was told.
    pub(crate) fn told(&self) -> BTreeMap<ParticipantId, u64> {
        let all = [ACLEDA, SATHAPANA, NETSTARS, FX1, FX2, HOUSE, OP1, OP2];
        let last = |who| (who, self.world.switch.stream_of(who).1);
        all.into_iter().map(last).collect()
    }

    /// The role in which a participant is told.
    pub(crate) fn role(&self, who: ParticipantId) -> &'static str {
        match who {
            _ if who == self.case.requester() => "requester",
            _ if who == self.case.creditor() => "creditor",
            FX1 => "FX provider",
            _ => "a stranger",
        }
    }
}

fn resolve(decision: DoubtDecision) -> Act {
    Act::Resolve {
        item: ID,
        decision,
        evidence: "statement of today, line 7".into(),
    }
}

/// Somebody else's payment in the other direction, open for a year and of the same FX provider.
fn bystand(world: &mut World) {
    let inward = world.switch.corridor_named("JP-KH").unwrap().clone();
    let ask_timeout = Span::from_seconds(365 * 86_400);
    let inward = Corridor {
        ask_timeout,
        ..inward
    };
    world.give(Input::SetCorridor(Box::new(inward))).unwrap();
    let quote = world.quote(NETSTARS, OTHER.0, SATHAPANA, "KHQR", khr(120_000));
    let other = PayInput {
        payer_key: PayerKey(7),
        ..world.pay_input(quote.unwrap())
    };
    world.give(Input::Pay(Box::new(other))).unwrap();
    assert_eq!(world.item(OTHER.0).state, State::Asked);
    assert!(Amount::ZERO < world.switch.positions()[0].headroom);
}
