//! The facts that the journal holds. A record is complete: applying it needs no configuration
//! file, no clock and no other store, so the live path and the restart path are one function.

use money::{Amount, Currency, Money};

use crate::{
    Cause, Corridor, CorridorAt, Digest, ItemId, Merchant, Operated, Participant, ParticipantId,
    PayerKey, Reason, Reference, Refusal, Settled, ShopKey, Standing, Terms, Time, WebhookSettings,
    WindowId,
};

/// A dynamic code that a payment uses up, under its key however the code was re-encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeHold {
    /// Hash of (scheme, account, bill, amount, timestamp).
    pub key: Digest,
    /// Until when the code could be presented again.
    pub until: Time,
}

/// A payment whose legs are now pending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentReserved {
    /// The UETR.
    pub id: ItemId,
    /// What was agreed.
    pub terms: Terms,
    /// What the payer pays.
    pub payer_amount: Money,
    /// The payer's pseudonym.
    pub payer_key: PayerKey,
    /// The payer's local day, whose limit it uses.
    pub payer_day: i64,
    /// That limit, as it was configured now.
    pub payer_day_max: Amount,
    /// Hash of the parsed request.
    pub request: Digest,
    /// Salted commitment to the parties' data.
    pub parties: Digest,
    /// The dynamic code that it uses up.
    pub code: Option<CodeHold>,
    /// The shop's pseudonym.
    pub shop: ShopKey,
    /// The shop's category (ISO 18245), if the registry or the code told one.
    pub category: Option<u16>,
    /// When it is cancelled if nobody was asked by then.
    pub deadline: Time,
}

/// What a payment that was refused would have been; kept for the count of refusals only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Under which rules.
    pub corridor: CorridorAt,
    /// Who would have credited the shop.
    pub payee: ParticipantId,
    /// Who would have exchanged.
    pub fx: ParticipantId,
    /// The price, in the shop's currency.
    pub amount: Money,
    /// What the payer would have paid.
    pub payer_amount: Money,
    /// The shop's pseudonym.
    pub shop: ShopKey,
    /// The shop's category (ISO 18245).
    pub category: Option<u16>,
}

/// What a refused request asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    /// Records of the first layout did not say.
    Unknown,
    /// A payment.
    Payment(Attempt),
    /// A refund of a payment.
    Refund {
        /// The payment.
        payment: ItemId,
    },
}

/// A refund that was taken: it has room in its payment, and liquidity or a place in the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundTaken {
    /// The refund's id.
    pub id: ItemId,
    /// The payment that it gives back, with all that the refund needs of it, so that replay
    /// never has to read an old payment.
    pub payment: ItemId,
    /// The payment's terms.
    pub terms: Terms,
    /// The payer's pseudonym.
    pub payer_key: PayerKey,
    /// What goes back, in the shop's currency.
    pub amount: Money,
    /// What the payer gets.
    pub payer_amount: Money,
    /// What of the payment went back or was on its way before, in the shop's currency; with it
    /// the refund stands by itself when the payment has long left memory.
    pub before: Amount,
    /// The same, in the payer's currency.
    pub payer_before: Amount,
    /// Hash of the parsed request.
    pub request: Digest,
    /// The payment's commitment to the parties' data.
    pub parties: Digest,
    /// The batch that the parties' data was written with.
    pub parties_seq: u64,
    /// When it is cancelled if it got no further by then.
    pub deadline: Time,
}

/// One fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    /// A participant joined or changed.
    ParticipantSet {
        /// Which.
        id: ParticipantId,
        /// All about it.
        participant: Participant,
    },
    /// A corridor was opened or changed; the version is in it.
    CorridorSet(Corridor),
    /// A participant may owe this much.
    CapSet {
        /// Who.
        participant: ParticipantId,
        /// In which currency.
        currency: Currency,
        /// The most that it may owe.
        cap: Amount,
    },
    /// An FX provider's standing rates.
    StandingSet(Standing),
    /// The neutral rate.
    ReferenceSet(Reference),
    /// A shop of the registry.
    MerchantSet(Merchant),
    /// A settlement window opened, and with it the only one that is open.
    WindowOpened(WindowId),
    /// A payment's legs are pending.
    PaymentReserved(Box<PaymentReserved>),
    /// A request was refused; the id is used up for that participant.
    Refused {
        /// The id.
        id: ItemId,
        /// Who asked.
        requester: ParticipantId,
        /// Hash of the parsed request.
        request: Digest,
        /// Why.
        refusal: Refusal,
        /// What was asked for.
        tried: Tried,
    },
    /// An id was cancelled before it was used.
    Forbidden {
        /// The id.
        id: ItemId,
        /// For whom.
        requester: ParticipantId,
    },
    /// A refund was taken and its legs are pending.
    RefundReserved(Box<RefundTaken>),
    /// A refund was taken and waits for liquidity.
    RefundWaiting(Box<RefundTaken>),
    /// Liquidity for a waiting refund came; its legs are pending.
    RefundFunded {
        /// The refund.
        id: ItemId,
        /// When it is cancelled if nobody was asked by then.
        deadline: Time,
    },
    /// The creditor's side is asked.
    Asked {
        /// The item.
        id: ItemId,
        /// After this the answer must be no.
        expires_at: Time,
    },
    /// An immediate rail did not answer.
    InDoubt {
        /// The item.
        id: ItemId,
        /// When the corridor decides.
        deadline: Time,
    },
    /// Final: all legs are posted into the window.
    Completed {
        /// The item.
        id: ItemId,
        /// The window.
        window: WindowId,
        /// What decided it.
        cause: Cause,
    },
    /// Final: all legs are voided.
    Cancelled {
        /// The item.
        id: ItemId,
        /// Why.
        reason: Reason,
    },
    /// A participant has noted all outcomes up to a position of its stream.
    Acknowledged {
        /// Who.
        participant: ParticipantId,
        /// The highest position noted.
        position: u64,
    },
    /// A webhook was registered or changed.
    WebhookSet {
        /// Who, where and how.
        settings: WebhookSettings,
        /// Counted from 1.
        version: u32,
        /// Outcomes behind this position of the participant's stream are notified.
        from_position: u64,
    },
    /// A webhook was removed.
    WebhookRemoved {
        /// Whose.
        participant: ParticipantId,
        /// Its name.
        id: String,
    },
    /// The tables stand for everything up to this batch, so what was decided by then may leave
    /// memory. That it is a record keeps a replay the same as the life that it replays.
    Projected {
        /// The batch.
        seq: u64,
    },
    /// What operators did, and what the rules that they own made.
    Operated(Box<Operated>),
    /// What became of windows, and of the money book.
    Settled(Box<Settled>),
}
