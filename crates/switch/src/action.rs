//! What operators do: actions that one proposes and another approves.
//!
//! # Doctrine
//!
//! 1. **Two people.** Nothing here is done by one: an action is proposed by an operator and takes
//!    effect when another approves it. Both must be active operators at that moment.
//! 2. **What was seen is what happens.** An action holds the values that it found (`before`, the
//!    base version, the legs). If they are not so any more when it is approved, it is refused as
//!    stale, because the approver decided about something else. The effect's records stand in the
//!    same batch as the approval, directly behind it.
//! 3. **An approval that is not possible changes nothing.** It is refused with its reason and the
//!    action stays open: liquidity may come, a cap may fall free. An action that can never take
//!    effect is rejected by hand or expires; there is no fourth end.
//! 4. **Every action ends.** Approved, rejected or expired; time decides the last, like every
//!    other deadline.
//! 5. **The other way round is another action.** Nothing is undone.
//! 6. **Nobody can lock everybody out.** No action may leave fewer than two active operators
//!    with a key.

use money::{Amount, Currency};

use crate::breaks::Break;
use crate::{
    Arrangement, Corridor, CorridorAt, Digest, DoubtDecision, Finality, Item, ItemId, Leg,
    ParticipantId, PayoutSeen, SettlementAct, Stamp, Time, Verdict,
};

/// An action; the hub chooses it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActionId(pub u128);

impl core::fmt::Debug for ActionId {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// What happens to a suspended participant's open payments and refunds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenItems {
    /// They go on to their end.
    Run,
    /// What nobody can have credited yet is cancelled.
    Cancel,
}

/// One thing that two operators can do, with what it found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// A participant prefunded.
    Deposit {
        /// Who.
        participant: ParticipantId,
        /// In which currency.
        currency: Currency,
        /// How much.
        amount: Amount,
    },
    /// A participant takes out what its cap does not need.
    Withdraw {
        /// Who.
        participant: ParticipantId,
        /// In which currency.
        currency: Currency,
        /// How much.
        amount: Amount,
    },
    /// A participant may owe another amount.
    Cap {
        /// Who.
        participant: ParticipantId,
        /// In which currency.
        currency: Currency,
        /// What it was.
        before: Amount,
        /// What it will be.
        after: Amount,
    },
    /// A participant takes no part in anything new.
    Suspend {
        /// Who.
        participant: ParticipantId,
        /// What happens to what is open.
        open: OpenItems,
    },
    /// It takes part again.
    Resume {
        /// Who.
        participant: ParticipantId,
    },
    /// A corridor changes.
    Corridor {
        /// The version that the change was made of.
        base: CorridorAt,
        /// The corridor as it will be; its version is given when it is set.
        after: Box<Corridor>,
    },
    /// A participant's keys change: the whole new set.
    Keys {
        /// Whose.
        participant: ParticipantId,
        /// What they were.
        before: Vec<[u8; 32]>,
        /// What they will be.
        after: Vec<[u8; 32]>,
    },
    /// What a participant's rail was found to promise.
    Certify {
        /// Whose.
        participant: ParticipantId,
        /// What it was.
        before: Finality,
        /// What it will be.
        after: Finality,
        /// What shows it.
        evidence: String,
    },
    /// A doubt ends by what two people found out.
    Resolve {
        /// Which payment or refund.
        item: ItemId,
        /// How it ends.
        decision: DoubtDecision,
        /// What shows it.
        evidence: String,
    },
    /// Evidence from outside disagrees with an outcome.
    OpenBreak(Box<Break>),
    /// A break is closed.
    CloseBreak {
        /// The item that it is about.
        item: ItemId,
        /// The linked payment; nothing where the parties made it good outside the hub.
        legs: Vec<Leg>,
    },
    /// A stopped rail is asked again.
    ResumeRail {
        /// Whose.
        participant: ParticipantId,
    },
    /// Something of settlement.
    Settlement(Box<SettlementAct>),
}

/// A proposal, as it is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposed {
    /// The action.
    pub id: ActionId,
    /// The proposer's own id of the request, by which a repetition is recognised.
    pub request_id: u128,
    /// Hash of the parsed request.
    pub request: Digest,
    /// Who proposes.
    pub by: ParticipantId,
    /// What.
    pub act: Act,
    /// Why, for the journal.
    pub reason: String,
    /// After this it can no longer be approved.
    pub expires_at: Time,
}

/// How an action ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionEnd {
    /// It took effect.
    Approved,
    /// Somebody said no.
    Rejected,
    /// Nobody approved it in time.
    Expired,
}

/// When, how and by whom an action ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// How.
    pub how: ActionEnd,
    /// In which batch, and when.
    pub at: Stamp,
    /// By whom; nobody when time did it.
    pub by: Option<ParticipantId>,
    /// What a rejection said; may be empty.
    pub reason: String,
}

/// An action while it is in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// What was proposed.
    pub proposed: Proposed,
    /// In which batch, and when.
    pub at: Stamp,
    /// How it ended, if it did.
    pub ended: Option<Ended>,
}

/// What can be asked of the core for operators.
#[derive(Clone, Debug)]
pub enum Operate {
    /// Somebody proposes.
    Propose(Proposed),
    /// Somebody approves.
    Approve {
        /// Which action.
        id: ActionId,
        /// Who.
        by: ParticipantId,
    },
    /// Somebody says no; the proposer may, too.
    Reject {
        /// Which action.
        id: ActionId,
        /// Who.
        by: ParticipantId,
        /// Why; may be empty.
        reason: String,
    },
    /// The creditor's side said something about an item that has left memory; it is evidence if
    /// it disagrees with the outcome.
    Evidence {
        /// Who said it.
        from: ParticipantId,
        /// The item, as the tables hold it.
        item: Box<Item>,
        /// What was said.
        verdict: Verdict,
    },
    /// Bootstrap only: what a participant prefunded before the journal began.
    Fund {
        /// Who.
        participant: ParticipantId,
        /// In which currency.
        currency: Currency,
        /// How much it has in all.
        liquidity: Amount,
    },
    /// Bootstrap only: how windows are settled.
    Arrange(Arrangement),
    /// A line of the settlement bank's statement shows a payout.
    PaidOut(PayoutSeen),
}

/// Facts that operators, or the rules that they own, made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operated {
    /// A doubt lasted to its deadline: the rail is asked nothing new.
    RailStopped {
        /// Whose rail.
        participant: ParticipantId,
        /// The item whose doubt was decided.
        item: ItemId,
    },
    /// It is asked again.
    RailResumed {
        /// Whose rail.
        participant: ParticipantId,
    },
    /// An action waits for a second person.
    ActionProposed(Proposed),
    /// It takes effect; the effect's records follow.
    ActionApproved {
        /// Which.
        id: ActionId,
        /// By whom.
        by: ParticipantId,
    },
    /// It will not take effect.
    ActionRejected {
        /// Which.
        id: ActionId,
        /// By whom.
        by: ParticipantId,
        /// Why; may be empty.
        reason: String,
    },
    /// Nobody approved it in time.
    ActionExpired {
        /// Which.
        id: ActionId,
    },
    /// Evidence disagrees with an outcome.
    BreakOpened(Box<Break>),
    /// A break is closed.
    BreakClosed {
        /// The item that it is about.
        item: ItemId,
        /// What was posted for it, into the open window; may be nothing.
        legs: Vec<Leg>,
    },
    /// Money of a participant came in.
    Deposited {
        /// Who.
        participant: ParticipantId,
        /// In which currency.
        currency: Currency,
        /// How much.
        amount: Amount,
    },
    /// Money of a participant went out.
    Withdrawn {
        /// Who.
        participant: ParticipantId,
        /// In which currency.
        currency: Currency,
        /// How much.
        amount: Amount,
    },
    /// What a rail was found to promise.
    Certified {
        /// Whose.
        participant: ParticipantId,
        /// What it promises from now on; what was asked before keeps what it was asked under.
        finality: Finality,
        /// What shows it.
        evidence: String,
    },
    /// A participant takes no part in anything new.
    Suspended {
        /// Who.
        participant: ParticipantId,
        /// What happens to what is open.
        open: OpenItems,
    },
    /// It takes part again.
    Resumed {
        /// Who.
        participant: ParticipantId,
    },
    /// A suspended participant's open items were looked through up to here; all of them when
    /// there is no place.
    Swept {
        /// Who.
        participant: ParticipantId,
        /// The place in the order of deadlines.
        up_to: Option<(Time, ItemId)>,
    },
}
