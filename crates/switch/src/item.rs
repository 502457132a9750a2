//! A payment or a refund while it is in memory, and why one ends.

use money::Money;

use crate::{
    CodeHold, Digest, Finality, ItemId, ParticipantId, PayerKey, Refusal, ShopKey, Stamp, State,
    StatusReason, Terms, Time, WindowId,
};

/// Why an item was cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The creditor's side said no, and why.
    Rejected(StatusReason),
    /// The creditor's side did not answer in time.
    NoAnswer,
    /// The requesting side withdrew it.
    Withdrawn,
    /// The doubt lasted to its deadline and the corridor decides for cancelling.
    DoubtExpired,
    /// Liquidity for the refund did not come in time.
    NoLiquidity,
    /// Two operators found that it was not credited.
    Operators,
    /// One of its parties was suspended, and nobody can have credited it.
    Suspended,
}

/// What decided a completion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The creditor's side undertook to credit.
    Accepted,
    /// The doubt lasted to its deadline and the corridor decides for completing.
    DoubtExpired,
    /// Two operators found that it was credited.
    Operators,
}

/// How an item ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decided {
    /// In which batch, and when.
    pub at: Stamp,
    /// The settlement window of a completed item.
    pub window: Option<WindowId>,
    /// Why, if it was cancelled.
    pub reason: Option<Reason>,
    /// What decided it, if it completed.
    pub cause: Option<Cause>,
}

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// From the payer's side to the shop.
    Payment,
    /// Of a payment, in the other direction.
    Refund {
        /// The payment.
        payment: ItemId,
    },
}

/// A payment or a refund. A refund is an item of its own with the life of a payment in the
/// other direction, so several can run, fail or be in doubt by themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its id.
    pub id: ItemId,
    /// What it is.
    pub kind: Kind,
    /// Where it stands.
    pub state: State,
    /// The side that chose the id.
    pub requester: ParticipantId,
    /// The side that is asked whether it can credit.
    pub creditor: ParticipantId,
    /// What the creditor's rail promised when it was asked: a change of its certification while
    /// an item is open must not turn "it may have credited" into "it has not".
    pub finality: Finality,
    /// What the payment was agreed on; for a refund, the terms of its payment.
    pub terms: Terms,
    /// The shop's side of it: the price, or what goes back of it.
    pub amount: Money,
    /// The payer's side of it: all that is paid, or all that comes back.
    pub payer_amount: Money,
    /// The payer's pseudonym.
    pub payer_key: PayerKey,
    /// Hash of the parsed request, to tell a repetition from a conflict.
    pub request: Digest,
    /// Salted commitment to the parties' data.
    pub parties: Digest,
    /// The batch that the parties' data was written with.
    pub parties_seq: u64,
    /// The dynamic code that it uses up.
    pub code: Option<CodeHold>,
    /// The shop's pseudonym; a refund has its payment's, which is not repeated here.
    pub shop: ShopKey,
    /// The shop's category (ISO 18245); a refund has its payment's.
    pub category: Option<u16>,
    /// When the hub took it.
    pub created: Stamp,
    /// When the next decision falls; meaningless once decided.
    pub deadline: Time,
    /// How it ended.
    pub decided: Option<Decided>,
}

/// An id that is used up without ever having been a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closed {
    /// `Refused`, or `Cancelled` for an id that was cancelled before it was used.
    pub state: State,
    /// Why it was refused.
    pub refusal: Option<Refusal>,
    /// Hash of the parsed request; none for a cancelled one.
    pub request: Option<Digest>,
    /// When and where it was recorded.
    pub at: Stamp,
}
