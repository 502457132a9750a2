//! The rules of the protocol, taken out one at a time. Each is what somebody could build in good
//! faith; the search must find a payment that it ruins.

use switch::Finality;

use crate::{Case, Faults};

/// A rule that is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mutation {
    /// The hub's outcome is not told to the payee's side, which credits on its own "accepted":
    /// the two-message protocol of other links.
    NoThirdMessage,
    /// An outcome that was sent counts as noted: it is told once.
    ToldOnce,
    /// The payee's side accepts an ask after its `expires_at`.
    LateAskHonoured,
    /// The payee's side accepts an ask after it heard the outcome.
    AskAfterOutcomeHonoured,
    /// The payee's side answers before its answer is written down.
    AnswerBeforeWritten,
    /// The hub replies before the append.
    ReplyBeforeAppend,
    /// The hub tells an outcome before the append.
    OutcomeBeforeAppend,
    /// A refusal is not worth a record.
    RefusalForgotten,
    /// "Not found" counts as "rejected" at any time.
    NotFoundAtOnce,
    /// "Not found" is judged by when it arrives, not by when the look-up was sent.
    NotFoundByArrival,
    /// A former writer can still append.
    NoFence,
    /// A cancel of a completed payment is carried out.
    CancelUndoesCompletion,
    /// Silence of an immediate rail is taken for a no when the ask expires.
    SilenceIsNo,
    /// Not a rule of ours but what they rest on: clocks are further apart than the skew.
    ClocksFurtherApart,
}

impl Mutation {
    /// Every one, in the order in which the document tells them.
    pub const ALL: [Mutation; 14] = [
        Mutation::NoThirdMessage,
        Mutation::ToldOnce,
        Mutation::LateAskHonoured,
        Mutation::AskAfterOutcomeHonoured,
        Mutation::AnswerBeforeWritten,
        Mutation::ReplyBeforeAppend,
        Mutation::OutcomeBeforeAppend,
        Mutation::RefusalForgotten,
        Mutation::NotFoundAtOnce,
        Mutation::NotFoundByArrival,
        Mutation::NoFence,
        Mutation::CancelUndoesCompletion,
        Mutation::SilenceIsNo,
        Mutation::ClocksFurtherApart,
    ];

    /// What is done instead, for people.
    pub fn sentence(self) -> &'static str {
        match self {
            Mutation::NoThirdMessage => {
                "The outcome is not told: the payee's side credits on its own word."
            }
            Mutation::ToldOnce => "An outcome is told once and never again.",
            Mutation::LateAskHonoured => "The payee's side accepts an ask whose time is over.",
            Mutation::AskAfterOutcomeHonoured => {
                "The payee's side accepts an ask whose outcome it heard before."
            }
            Mutation::AnswerBeforeWritten => {
                "The payee's side answers before it has written its answer down."
            }
            Mutation::ReplyBeforeAppend => "The hub replies before its append.",
            Mutation::OutcomeBeforeAppend => "The hub tells an outcome before its append.",
            Mutation::RefusalForgotten => "The hub writes no record of a refusal.",
            Mutation::NotFoundAtOnce => {
                "The hub takes `not found` for a no while the ask can still be accepted."
            }
            Mutation::NotFoundByArrival => {
                "The hub judges `not found` by when it arrives, not by when it asked."
            }
            Mutation::NoFence => "A former writer can still append.",
            Mutation::CancelUndoesCompletion => {
                "The hub carries out a cancel of what is completed."
            }
            Mutation::SilenceIsNo => {
                "The hub takes the silence of a rail that credits at once for a no."
            }
            Mutation::ClocksFurtherApart => {
                "The clocks are further apart than the skew that the hub allows for."
            }
        }
    }

    /// A small search in which it shows.
    pub fn case(self) -> Case {
        let confirm = Case::small(Finality::Confirm);
        match self {
            Mutation::NoThirdMessage
            | Mutation::ToldOnce
            | Mutation::AnswerBeforeWritten
            | Mutation::ReplyBeforeAppend
            | Mutation::OutcomeBeforeAppend
            | Mutation::RefusalForgotten => confirm,
            Mutation::LateAskHonoured
            | Mutation::AskAfterOutcomeHonoured
            | Mutation::NotFoundAtOnce
            | Mutation::NotFoundByArrival
            | Mutation::SilenceIsNo
            | Mutation::ClocksFurtherApart => Case::small(Finality::Immediate),
            Mutation::NoFence => Case {
                faults: Faults {
                    takes_over: true,
                    in_flight_max: 1,
                    ..confirm.faults
                },
                ..confirm
            },
            Mutation::CancelUndoesCompletion => Case {
                may_withdraw: true,
                ..confirm
            },
        }
    }
}
