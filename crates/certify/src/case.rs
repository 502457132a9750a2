//! What a case is made of, and the words for it. The words are what the guide and the report say
//! is sent and must come back, so they are made from the same values that the runner obeys.

mod words;

use wire::api::CreditState;
use wire::error::Code;

pub(crate) use words::state_name;

/// One row of the table.
#[derive(Debug)]
pub struct Case {
    /// Stable: never renamed, never given another meaning.
    pub name: &'static str,
    /// Under which heading it is reported.
    pub group: Group,
    /// What it is about: payments or refunds.
    pub kind: Kind,
    /// To whom it applies.
    pub applies: Applies,
    /// Without which it cannot be run.
    pub needs: Option<Need>,
    /// What is sent and what must come back, in order.
    pub steps: &'static [Step],
    /// The rule that it checks.
    pub rule: Rule,
    /// Why it matters.
    pub why: &'static str,
    /// What to do when it fails.
    pub fix: &'static str,
}

/// Headings of the report, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Signature,
    Form,
    Resolve,
    Ask,
    Outcome,
    Status,
    Refund,
}

/// What the ids of a case are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Payment,
    Refund,
}

/// Whom a case is for. What does not apply is not reported at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applies {
    /// Everybody.
    All,
    /// Whoever has shops.
    Payee,
    /// Whoever has KHQR shops: the hub asks nobody else whose account a code names.
    PayeeKhqr,
    /// Shops on a rail that credits on the outcome.
    PayeeConfirm,
    /// Shops on a rail that credits at once.
    PayeeImmediate,
    /// Whoever has payers.
    Payer,
    /// Payers of a participant that credits on the outcome.
    PayerConfirm,
}

/// What a case cannot do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// A shop that takes payments from abroad.
    Shop,
    /// A code of that shop for one payment.
    Dynamic,
    /// A completed payment of which something can still be given back.
    Refund,
}

/// The rules of the protocol that the cases check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    Signed,
    Border,
    Resolved,
    Repeatable,
    TooLate,
    Undertaking,
    Final,
    Ordered,
    NotFound,
    Bounded,
}

/// One call and what must come back.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    pub call: Call,
    pub forge: Forge,
    pub expect: Expect,
}

/// The case's own ids, fresh in every run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    One,
    Two,
    Three,
}

/// What is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    Ask(Slot, Twist),
    /// The same ask twice, the second before the first is answered.
    AskAtOnce(Slot),
    Tell(Slot, End, At),
    /// An outcome with a member that no version knows yet.
    TellMore(Slot, End),
    /// As the one who chose the id.
    TellRequester(Slot, End),
    Look(Slot),
    LookStrange,
    Resolve(Whose),
}

/// How an ask differs from the plain one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Twist {
    Plain,
    OtherAmount,
    Expired,
    NewWriter,
    OldWriter,
    UnknownAccount,
    WrongCurrency,
    Zero,
    OneTimeCode,
    TooMuch,
    UnknownPayment,
    MoreMembers,
    TooLarge,
    NotJson,
    TwiceNamed,
    Incomplete,
    NumberForAmount,
    CrookedAmount,
}

/// What an outcome says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Completed,
    Cancelled,
    /// Not an end at all.
    Asked,
}

/// At which position of the stream an outcome is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    Next,
    /// One position is left out.
    Gap,
    /// The same outcome once more, at its own position.
    Again,
    /// Where another outcome was noted.
    Taken,
}

/// Whose account is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    Shop,
    Nobody,
    OtherScheme,
    Garbage,
}

/// What is wrong with a signature or its message on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forge {
    Honest,
    Unsigned,
    Bent,
    Stranger,
    Stale,
    Future,
    AsRequest,
    OtherHost,
    OtherBody,
    PlainText,
    /// The bytes of the step before, nonce and all.
    Replayed,
}

/// What must come back. Everything must be signed, but the refusal of what is unsigned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    Accepted,
    Rejected,
    Verdict,
    /// A rejection, or a problem with one of these codes.
    RejectedOr(&'static [Code]),
    /// A problem with one of these codes.
    Refused(&'static [Code]),
    Acknowledged,
    State(&'static [CreditState]),
    /// The undertaking stands: not credited yet on a `confirm` rail.
    Held,
    /// Never heard of it, or a problem that blames the caller.
    NotFoundOrRefused,
    Resolved,
    Nobody,
    NobodyOrRefused,
}

/// A step of an honest hub.
pub(crate) const fn step(call: Call, expect: Expect) -> Step {
    Step {
        call,
        forge: Forge::Honest,
        expect,
    }
}

/// A step of somebody else.
pub(crate) const fn forged(call: Call, forge: Forge, expect: Expect) -> Step {
    Step {
        call,
        forge,
        expect,
    }
}
