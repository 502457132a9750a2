//! An item in a state that it was brought to, among others that are none of its business, and
//! what can happen to it.

use std::collections::BTreeMap;

use money::{Amount, Currency};
use switch::limits::ACTION_SPAN_DEFAULT;
use switch::{
    Act as Action, ActionId, Corridor, Decision, Digest, DoubtDecision, Event, Finality, Input,
    ItemId, Kind, OpenItems, Operate, Participant, ParticipantId, PayInput, PayerKey, Proposed,
    Quote, Record, RefundInput, Refusal, Reply, Role, Span, State, StatusReason, Time, Verdict,
};

use crate::world::{ACLEDA, FX1, FX2, HOUSE, NETSTARS, SATHAPANA, World, jpy, khr};

/// The item under test.
pub(crate) const ID: ItemId = ItemId(2);

const OPERATORS: [ParticipantId; 2] = [ParticipantId(6), ParticipantId(7)];
const ACTION: ActionId = ActionId(1);

/// What kind of item, on what kind of rail, under what kind of corridor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Case {
    pub(crate) kind: Kind,
    pub(crate) finality: Finality,
    /// The corridor decides for completing at the end of a doubt.
    pub(crate) completes: bool,
}

/// A state, and which of the two ways into `Cancelled`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Of(State),
    /// Cancelled before the id was used.
    Forbidden,
}

#[derive(Clone)]
pub(crate) struct Scene {
    pub(crate) case: Case,
    pub(crate) place: Place,
    pub(crate) world: World,
    quote: Option<Quote>,
}

/// What stands for an event.
pub(crate) enum Act {
    Input(Input),
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
}

impl Place {
    /// Every place that an item of the kind can be in.
    pub(crate) fn all(kind: Kind) -> Vec<Place> {
        let waits = |state: &State| *state != State::Waiting || kind != Kind::Payment;
        let states = State::ALL.into_iter().filter(waits).map(Place::Of);
        states.chain([Place::Forbidden]).collect()
    }

    pub(crate) fn state(self) -> State {
        match self {
            Place::Of(state) => state,
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
            ) => true,
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
        world.make(case.creditor(), case.finality);
        employ(&mut world);
        bystand(&mut world);
        let mut scene = Scene {
            case,
            place: Place::Of(State::Unknown),
            world,
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
            Place::Of(State::InDoubt) => {
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
    pub(crate) fn prepare(&mut self, event: Event) -> Option<Act> {
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
                    return Some(Act::Record(Record::Asked { id: ID, expires_at }));
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
            Event::Suspend => {
                // ACLEDA is a party to the item and to nothing else that is open.
                let propose = self.propose(Action::Suspend {
                    participant: ACLEDA,
                    open: OpenItems::Cancel,
                });
                self.world.give(propose).unwrap();
                self.world.give(approve()).unwrap();
                Input::Tick
            }
            Event::ResolveComplete => self.resolve(DoubtDecision::Complete),
            Event::ResolveCancel => self.resolve(DoubtDecision::Cancel),
        };
        Some(Act::Input(input))
    }

    /// One operator proposes.
    fn propose(&self, act: Action) -> Input {
        let proposed = Proposed {
            id: ACTION,
            request_id: 1,
            request: Digest([9; 32]),
            by: OPERATORS[0],
            act,
            reason: "as agreed".into(),
            expires_at: self.now().after(ACTION_SPAN_DEFAULT),
        };
        Input::Operate(Box::new(Operate::Propose(proposed)))
    }

    /// What two operators found of a doubt: the second one's yes, or the first one's attempt
    /// where there is no doubt.
    fn resolve(&mut self, decision: DoubtDecision) -> Input {
        let propose = self.propose(Action::Resolve {
            item: ID,
            decision,
            evidence: "statement of today, line 7".into(),
        });
        if self.place != Place::Of(State::InDoubt) {
            return propose;
        }
        self.world.give(propose).unwrap();
        approve()
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
        let all = [ACLEDA, SATHAPANA, NETSTARS, FX1, FX2, HOUSE];
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

    /// What is answered where the table moves nothing.
    pub(crate) fn reply_unmoved(&self, event: Event) -> Result<Reply, Refusal> {
        let closed = Reply::Closed(self.case.requester(), ID);
        let bad = match self.case.kind {
            Kind::Payment => Refusal::PayerScreening,
            Kind::Refund { .. } => Refusal::PayeeRefundExceeds,
        };
        match event {
            Event::Reserve | Event::Refuse | Event::Wait => match self.place {
                Place::Forbidden => Err(Refusal::PayerIdForbidden),
                Place::Of(State::Refused) => Err(bad),
                Place::Of(_) => Ok(Reply::Item(ID)),
            },
            Event::Ask | Event::Deadline | Event::DeadlineCompletes | Event::Suspend => {
                Ok(Reply::Ticked(0))
            }
            Event::ResolveComplete | Event::ResolveCancel => Err(Refusal::PolicyNotInDoubt),
            Event::Accept | Event::AcceptLate | Event::Reject => match self.place {
                Place::Of(State::Waiting | State::Reserved) => Err(Refusal::RailNotAsked),
                _ if self.place.is_item() => Ok(Reply::Item(ID)),
                Place::Of(_) | Place::Forbidden => Err(Refusal::PayeeNotParty),
            },
            Event::Withdraw if self.place.is_item() => Ok(Reply::Item(ID)),
            Event::Withdraw => Ok(closed),
        }
    }

    /// What is answered where the table moves the item to `to`.
    pub(crate) fn reply_moved(&self, event: Event, to: State) -> Result<Reply, Refusal> {
        match event {
            Event::Refuse => match self.case.kind {
                Kind::Payment => Err(Refusal::PayerScreening),
                Kind::Refund { .. } => Err(Refusal::PayeeRefundExceeds),
            },
            Event::Reserve if self.place == Place::Of(State::Waiting) => Ok(Reply::Ticked(0)),
            Event::Deadline | Event::DeadlineCompletes => Ok(Reply::Ticked(1)),
            Event::Suspend => Ok(Reply::Ticked(0)),
            Event::ResolveComplete | Event::ResolveCancel => Ok(Reply::Action(ACTION)),
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
        }
    }
}

/// Two people who may act for the hub.
fn employ(world: &mut World) {
    for (name, key) in [("op1", 21), ("op2", 22)] {
        let operator = Participant {
            name: name.into(),
            scheme: "OPS".into(),
            roles: vec![Role::Operator],
            keys: vec![[key; 32]],
            finality: Finality::Confirm,
            callback_url: String::new(),
            banks: Vec::new(),
            is_active: true,
        };
        world.give(Input::SetParticipant(operator)).unwrap();
    }
}

fn approve() -> Input {
    let (id, by) = (ACTION, OPERATORS[1]);
    Input::Operate(Box::new(Operate::Approve { id, by }))
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
    let quote = world.quote(NETSTARS, 50, SATHAPANA, "KHQR", khr(120_000));
    let other = PayInput {
        payer_key: PayerKey(7),
        ..world.pay_input(quote.unwrap())
    };
    world.give(Input::Pay(Box::new(other))).unwrap();
    assert_eq!(world.item(50).state, State::Asked);
    assert!(Amount::ZERO < world.switch.positions()[0].headroom);
}
