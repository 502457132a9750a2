//! What can be asked of the core, what it answers, and every way in which it says no.

use money::{Amount, Currency, Money};

use crate::{
    ActionId, CodeHold, Corridor, CorridorId, Digest, Item, ItemId, Merchant, Operate, Participant,
    ParticipantId, PayerKey, Record, Reference, ShopKey, Standing, StatusReason, Terms, Time,
    WebhookSettings, WindowId,
};

/// Asks for an offer. Nothing is stored for it.
#[derive(Clone, Debug)]
pub struct QuoteInput {
    /// Who asks.
    pub payer: ParticipantId,
    /// The id that the payment will have.
    pub id: ItemId,
    /// Who answers for the shop.
    pub payee: ParticipantId,
    /// The scheme of the scanned code.
    pub scheme: String,
    /// The price, in the shop's currency.
    pub amount: Money,
    /// The currency to charge; the corridor's first when absent.
    pub payer_currency: Option<Currency>,
}

/// An offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quote {
    /// For this id.
    pub id: ItemId,
    /// What is offered.
    pub terms: Terms,
    /// What the payer pays, every fee included.
    pub payer_amount: Money,
    /// When the offer ends.
    pub expires_at: Time,
}

/// A payment under an offer whose token the caller has verified.
#[derive(Clone, Debug)]
pub struct PayInput {
    /// Who asks.
    pub payer: ParticipantId,
    /// The offer, as the hub signed it.
    pub quote: Quote,
    /// The payer's pseudonym.
    pub payer_key: PayerKey,
    /// Hash of the parsed request.
    pub request: Digest,
    /// Salted commitment to the parties' data.
    pub parties: Digest,
    /// The dynamic code that was scanned.
    pub code: Option<CodeHold>,
    /// The shop's pseudonym.
    pub shop: ShopKey,
    /// The shop's category (ISO 18245), from the registry or the code.
    pub category: Option<u16>,
    /// Whether the payer's side cleared both names.
    pub screening_clear: bool,
    /// The batch for which the tables stood when they did not know the id; `None` if nobody
    /// looked. Needed only where the core asks for it ([`Refusal::OursRecall`]).
    pub recalled: Option<u64>,
}

/// What the tables said of a payment that left memory.
#[derive(Clone, Debug)]
pub struct RecalledPayment {
    /// The payment.
    pub item: Item,
    /// What of it went back for good, in the shop's currency.
    pub refunded: Amount,
    /// The same, in the payer's currency.
    pub payer_refunded: Amount,
}

/// What the tables said about a refund's payment, when they did not know the refund's own id.
#[derive(Clone, Debug)]
pub struct Recalled {
    /// The batch for which the tables stood.
    pub seq: u64,
    /// The payment, if they know it.
    pub payment: Option<RecalledPayment>,
}

/// A refund asked for by the payee's side.
#[derive(Clone, Debug)]
pub struct RefundInput {
    /// Who asks.
    pub payee: ParticipantId,
    /// The refund's id.
    pub id: ItemId,
    /// The payment.
    pub payment: ItemId,
    /// How much, in the shop's currency.
    pub amount: Money,
    /// Hash of the parsed request.
    pub request: Digest,
    /// What the tables said; `None` if nobody looked. Needed only where the core asks for it
    /// ([`Refusal::OursRecall`]).
    pub recalled: Option<Box<Recalled>>,
}

/// What the creditor's side said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It will credit once told so.
    Accepted,
    /// It will not, and why.
    Rejected(StatusReason),
}

/// Everything that can change the core; reads are done on the state itself.
#[derive(Clone, Debug)]
pub enum Input {
    /// A participant joins or changes; found by its name.
    SetParticipant(Participant),
    /// A corridor opens or changes; found by its name, the version is given by the core.
    SetCorridor(Box<Corridor>),
    /// A participant may owe this much.
    SetCap {
        /// Who.
        participant: ParticipantId,
        /// In which currency.
        currency: Currency,
        /// The most that it may owe.
        cap: Amount,
    },
    /// Standing rates.
    SetStanding(Standing),
    /// The neutral rate.
    SetReference(Reference),
    /// A shop.
    SetMerchant(Merchant),
    /// A participant wants to be notified at an address.
    SetWebhook {
        /// Who, where and how.
        settings: WebhookSettings,
        /// Only if the webhook is still at this version; whenever, if absent.
        only_version: Option<u32>,
    },
    /// A participant no longer wants to be notified there.
    RemoveWebhook {
        /// Who.
        participant: ParticipantId,
        /// The webhook's name.
        id: String,
    },
    /// Open the first settlement window.
    OpenWindow,
    /// Make an offer.
    Quote(QuoteInput),
    /// Take an offer.
    Pay(Box<PayInput>),
    /// Give some of a payment back.
    Refund(Box<RefundInput>),
    /// The creditor's side answered.
    Answer {
        /// Who.
        from: ParticipantId,
        /// The item.
        id: ItemId,
        /// What it said.
        verdict: Verdict,
    },
    /// The requesting side withdraws.
    Cancel {
        /// Who.
        requester: ParticipantId,
        /// The item.
        id: ItemId,
        /// As in [`PayInput::recalled`].
        recalled: Option<u64>,
    },
    /// The tables stand for everything up to a batch.
    Projected {
        /// The batch.
        seq: u64,
    },
    /// A participant noted its outcomes.
    Acknowledge {
        /// Who.
        participant: ParticipantId,
        /// Up to which position.
        position: u64,
    },
    /// What operators ask for.
    Operate(Box<Operate>),
    /// Time passed.
    Tick,
}

/// What `decide` makes of an input: facts to write, and the answer once they are durable.
#[derive(Clone, Debug)]
pub struct Decision {
    /// Facts, in order; may be none.
    pub records: Vec<Record>,
    /// The answer.
    pub reply: Result<Reply, Refusal>,
}

/// An answer that is not a no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// It is so.
    Done,
    /// An offer.
    Quoted(Quote),
    /// Look at this item.
    Item(ItemId),
    /// Look at this used-up id of this participant.
    Closed(ParticipantId, ItemId),
    /// Which participant was set.
    Participant(ParticipantId),
    /// Which corridor was set.
    Corridor(CorridorId),
    /// Look at this action.
    Action(ActionId),
    /// Look at this window.
    Window(WindowId),
    /// How many of the due items were decided; more may be due.
    Ticked(usize),
}

/// Every way in which the core says no. The first word says who must act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Refusal {
    /// The price is nothing.
    PayerAmountZero,
    /// The price is below what the corridor carries.
    PayerAmountBelowMin,
    /// The price is above what the corridor carries.
    PayerAmountAboveMax,
    /// The price is not in the shop's currency, or the payer cannot be charged in that one.
    PayerCurrencyWrong,
    /// The payer's local day is used up.
    PayerDayLimit,
    /// The offer is over.
    PayerQuoteExpired,
    /// The dynamic code was used by another payment.
    PayerCodeUsed,
    /// The payer's participant may not owe that much more.
    PayerHeadroomShort,
    /// The payer's participant is suspended or may not pay.
    PayerSuspended,
    /// The payer's side wants somebody to look at the names first.
    PayerScreening,
    /// The id was used with another body.
    PayerIdConflict,
    /// The id belongs to another participant's item.
    PayerIdInUse,
    /// The id was cancelled before it was used.
    PayerIdForbidden,
    /// The payee's participant is suspended or may not credit.
    PayeeSuspended,
    /// The participant is no party to the item, or the item does not exist.
    PayeeNotParty,
    /// Only a completed payment can be refunded.
    PayeeNotCompleted,
    /// More than is left of the payment.
    PayeeRefundExceeds,
    /// The refund is not in the shop's currency.
    PayeeRefundCurrency,
    /// The refund is so small that the payer would get nothing.
    PayeeRefundTooSmall,
    /// Too long after the payment.
    PayeeRefundPeriodOver,
    /// No corridor goes from the payer's scheme to the code's.
    PolicyNoCorridor,
    /// The corridor is not open yet.
    PolicyCorridorClosed,
    /// No FX provider has a rate for that price.
    PolicyNoRate,
    /// FX providers have rates, but none has liquidity or exposure left.
    PolicyNoLiquidity,
    /// There is no reference rate that is still valid.
    PolicyNoReference,
    /// The version is not larger than the last, or the same version had other content.
    PolicyVersion,
    /// The record contradicts itself or what it refers to.
    PolicyInvalid,
    /// A cap below what is used already.
    PolicyCapBelowUsed,
    /// The item was never asked about.
    RailNotAsked,
    /// The item was asked of an `immediate` rail; only its answer or the deadline ends it.
    RailMayHaveCredited,
    /// The position was never told to this participant.
    RailPosition,
    /// A limit of the core is reached.
    OursFull,
    /// The id may be of something that left memory: look in the tables, and come again with what
    /// they say if they do not know it. Uses up nothing and never leaves the hub.
    OursRecall,
    /// The payee's rail is asked nothing new, since a doubt of it was decided without its word.
    RailStopped,
    /// Only an active operator may; or the proposer is none any more.
    PolicyNotOperator,
    /// The approver is the proposer.
    PolicySameOperator,
    /// There is no such action in memory.
    PolicyActionUnknown,
    /// The action ended already, in another way.
    PolicyActionOver,
    /// The request's id was used with another body.
    PolicyActionConflict,
    /// What the action found is not so any more.
    PolicyActionStale,
    /// The action would change nothing.
    PolicyNoChange,
    /// A cap above what the participant prefunded.
    PolicyCapAboveLiquidity,
    /// The withdrawal would leave less than the cap needs.
    PolicyLiquidityBelowCap,
    /// Fewer than two active operators with a key would be left.
    PolicyLastOperators,
    /// The key is another participant's.
    PolicyKeyTaken,
    /// Only a doubt can be resolved.
    PolicyNotInDoubt,
    /// The item's break is not as the action needs it: had one already, has none, or did not end
    /// so.
    PolicyBreak,
    /// The linked payment's owing participant has too little headroom.
    PolicyBearerShort,
    /// The window does not stand as the action needs it.
    PolicyWindow,
    /// The window is held.
    PolicyWindowHeld,
    /// A debtor's liquidity does not reach for its part, so nothing is settled.
    PolicyDebtorShort,
    /// There is no such payout, or not of that amount, or another line shows it already.
    PolicyPayout,
    /// More than is pledged, or less than was drawn.
    PolicyPledgeShort,
}

impl Refusal {
    /// Every refusal.
    pub const ALL: [Refusal; 53] = [
        Refusal::PayerAmountZero,
        Refusal::PayerAmountBelowMin,
        Refusal::PayerAmountAboveMax,
        Refusal::PayerCurrencyWrong,
        Refusal::PayerDayLimit,
        Refusal::PayerQuoteExpired,
        Refusal::PayerCodeUsed,
        Refusal::PayerHeadroomShort,
        Refusal::PayerSuspended,
        Refusal::PayerScreening,
        Refusal::PayerIdConflict,
        Refusal::PayerIdInUse,
        Refusal::PayerIdForbidden,
        Refusal::PayeeSuspended,
        Refusal::PayeeNotParty,
        Refusal::PayeeNotCompleted,
        Refusal::PayeeRefundExceeds,
        Refusal::PayeeRefundCurrency,
        Refusal::PayeeRefundTooSmall,
        Refusal::PayeeRefundPeriodOver,
        Refusal::PolicyNoCorridor,
        Refusal::PolicyCorridorClosed,
        Refusal::PolicyNoRate,
        Refusal::PolicyNoLiquidity,
        Refusal::PolicyNoReference,
        Refusal::PolicyVersion,
        Refusal::PolicyInvalid,
        Refusal::PolicyCapBelowUsed,
        Refusal::RailNotAsked,
        Refusal::RailMayHaveCredited,
        Refusal::RailPosition,
        Refusal::OursFull,
        Refusal::OursRecall,
        Refusal::RailStopped,
        Refusal::PolicyNotOperator,
        Refusal::PolicySameOperator,
        Refusal::PolicyActionUnknown,
        Refusal::PolicyActionOver,
        Refusal::PolicyActionConflict,
        Refusal::PolicyActionStale,
        Refusal::PolicyNoChange,
        Refusal::PolicyCapAboveLiquidity,
        Refusal::PolicyLiquidityBelowCap,
        Refusal::PolicyLastOperators,
        Refusal::PolicyKeyTaken,
        Refusal::PolicyNotInDoubt,
        Refusal::PolicyBreak,
        Refusal::PolicyBearerShort,
        Refusal::PolicyWindow,
        Refusal::PolicyWindowHeld,
        Refusal::PolicyDebtorShort,
        Refusal::PolicyPayout,
        Refusal::PolicyPledgeShort,
    ];
}

impl Decision {
    /// Facts and the answer that stands once they are durable.
    pub(crate) fn of(records: Vec<Record>, reply: Reply) -> Self {
        Self {
            records,
            reply: Ok(reply),
        }
    }

    /// An answer that needs no fact.
    pub(crate) fn answer(reply: Reply) -> Self {
        Self {
            records: Vec::new(),
            reply: Ok(reply),
        }
    }

    /// A no that consumes nothing.
    pub(crate) fn no(refusal: Refusal) -> Self {
        Self {
            records: Vec::new(),
            reply: Err(refusal),
        }
    }
}
