//! What parties say to each other.

use money::Money;
use switch::{
    Act, ActionId, Cause, Input, ItemId, Kind, Leg, Operate, ParticipantId, PayInput, Quote,
    QuoteInput, Reason, RefundInput, Refusal, State, Time, Verdict,
};

/// Who can be written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Party {
    /// Whichever node is in charge when the message arrives.
    Hub,
    /// One node of the hub, in one of its lives: an answer belongs to who asked.
    Node(usize),
    Member(ParticipantId),
    /// An operator at a desk.
    Person(ParticipantId),
    /// The settlement bank, whose statements come by themselves.
    Clearer,
    /// Whoever set the network up; hears nothing.
    Operators,
}

/// On the wire.
#[derive(Clone, Debug)]
pub(crate) struct Envelope {
    pub(crate) from: Party,
    pub(crate) to: Party,
    /// Chosen by whoever began; an answer carries it back.
    pub(crate) call: u64,
    pub(crate) body: Body,
}

#[derive(Clone, Debug)]
pub(crate) enum Body {
    Request(Box<Request>),
    Reply(Box<Word>),
    Call(Box<Call>),
    Answer(Answer),
}

/// To the hub.
#[derive(Clone, Debug)]
pub(crate) enum Request {
    Quote(QuoteInput),
    Pay(PayInput),
    Cancel(ParticipantId, ItemId),
    Refund(RefundInput),
    Status(ParticipantId, ItemId),
    Set(Input),
    /// What an operator proposes, approves or rejects.
    Operate(Operate),
}

/// From the hub.
#[derive(Clone, Debug)]
pub(crate) enum Word {
    Quoted(Quote),
    /// How an item stands.
    Item(ItemId, State),
    /// The id was used up without an item.
    Closed(ItemId, Option<Refusal>),
    Refused(ItemId, Refusal),
    /// There is nothing under the id for the asker.
    NotFound(ItemId),
    Again,
    Done,
    /// It is in the action's books, as this action.
    Action(ActionId),
}

/// From the hub to a participant.
#[derive(Clone, Debug)]
pub(crate) enum Call {
    Ask(Ask),
    LookUp(ItemId),
    Tell(u64, Outcome),
}

#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) id: ItemId,
    pub(crate) kind: Kind,
    pub(crate) expires_at: Time,
    pub(crate) amount: Money,
}

#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) id: ItemId,
    pub(crate) kind: Kind,
    pub(crate) requester: ParticipantId,
    pub(crate) creditor: ParticipantId,
    pub(crate) state: State,
    pub(crate) reason: Option<Reason>,
    pub(crate) cause: Option<Cause>,
    pub(crate) amount: Money,
    pub(crate) payer_amount: Money,
    pub(crate) legs: Vec<Leg>,
}

/// From a participant to the hub.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Answer {
    Verdict(ItemId, Verdict),
    Known(ItemId, Credit),
    Noted(u64),
    /// It cannot say.
    Failed,
}

/// How far a creditor's side got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Credit {
    NotFound,
    Rejected,
    Accepted,
    Credited,
    Released,
}

impl Body {
    /// The payment or refund that it is about.
    pub(crate) fn about(&self) -> Option<ItemId> {
        match self {
            Body::Request(request) => match &**request {
                Request::Quote(input) => Some(input.id),
                Request::Pay(input) => Some(input.quote.id),
                Request::Cancel(_, id) | Request::Status(_, id) => Some(*id),
                Request::Refund(input) => Some(input.id),
                Request::Operate(Operate::Propose(proposed)) => about(&proposed.act),
                Request::Operate(_) | Request::Set(_) => None,
            },
            Body::Reply(word) => match &**word {
                Word::Quoted(quote) => Some(quote.id),
                Word::Item(id, _)
                | Word::Closed(id, _)
                | Word::Refused(id, _)
                | Word::NotFound(id) => Some(*id),
                Word::Again | Word::Done | Word::Action(_) => None,
            },
            Body::Call(call) => Some(match &**call {
                Call::Ask(ask) => ask.id,
                Call::LookUp(id) => *id,
                Call::Tell(_, outcome) => outcome.id,
            }),
            Body::Answer(answer) => match answer {
                Answer::Verdict(id, _) | Answer::Known(id, _) => Some(*id),
                Answer::Noted(_) | Answer::Failed => None,
            },
        }
    }

    /// For a history.
    pub(crate) fn words(&self) -> &'static str {
        match self {
            Body::Request(request) => match &**request {
                Request::Quote(_) => "the wish for a quote",
                Request::Pay(_) => "the payment",
                Request::Cancel(..) => "the withdrawal",
                Request::Refund(_) => "the refund",
                Request::Status(..) => "the question how it stands",
                Request::Set(_) => "a setting",
                Request::Operate(_) => "an operator's word",
            },
            Body::Reply(_) => "the hub's answer",
            Body::Call(call) => match &**call {
                Call::Ask(_) => "the ask",
                Call::LookUp(_) => "the look-up",
                Call::Tell(..) => "the outcome",
            },
            Body::Answer(_) => "the participant's answer",
        }
    }
}

/// The payment or refund that an action is about.
pub(crate) fn about(act: &Act) -> Option<ItemId> {
    match act {
        Act::Resolve { item, .. } | Act::CloseBreak { item, .. } => Some(*item),
        Act::OpenBreak(found) => Some(found.item),
        Act::Deposit { .. }
        | Act::Withdraw { .. }
        | Act::Cap { .. }
        | Act::Suspend { .. }
        | Act::Resume { .. }
        | Act::Corridor { .. }
        | Act::Keys { .. }
        | Act::Certify { .. }
        | Act::Settlement(_)
        | Act::ResumeRail { .. } => None,
    }
}
