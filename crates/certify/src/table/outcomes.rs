//! What the hub decided, and how far the participant got.

use wire::api::CreditState;
use wire::error::Code;

use super::{CONFLICT, CREDITED, NOT_FOUND, NOT_GIVEN, NOTHING, RELEASED, case};
use crate::case::{
    Applies, At, Call, Case, End, Expect, Group, Need, Rule, Slot, Step, Twist, step,
};

const ONE: Slot = Slot::One;
const ACCEPTED: Step = step(Call::Ask(ONE, Twist::Plain), Expect::Accepted);
const REJECTED: Step = step(Call::Ask(ONE, Twist::UnknownAccount), Expect::Rejected);
const HELD: Step = step(Call::Look(ONE), Expect::Held);
const COMPLETED: Step = step(
    Call::Tell(ONE, End::Completed, At::Next),
    Expect::Acknowledged,
);
const CANCELLED: Step = step(
    Call::Tell(ONE, End::Cancelled, At::Next),
    Expect::Acknowledged,
);
const AGAIN: Step = step(
    Call::Tell(ONE, End::Completed, At::Again),
    Expect::Acknowledged,
);
const IS_CREDITED: Step = step(Call::Look(ONE), Expect::State(CREDITED));
const IS_RELEASED: Step = step(Call::Look(ONE), Expect::State(RELEASED));

/// A case about outcomes for a shop.
const fn told(name: &'static str, rule: Rule) -> Case {
    Case {
        applies: Applies::Payee,
        needs: Some(Need::Shop),
        rule,
        ..case(name, Group::Outcome)
    }
}

pub(super) const OUTCOME: &[Case] = &[
    Case {
        applies: Applies::PayeeConfirm,
        steps: &[
            ACCEPTED,
            step(Call::Look(ONE), Expect::State(&[CreditState::Accepted])),
            COMPLETED,
            IS_CREDITED,
        ],
        why: "crediting on the ask is what makes other links guess after a lost answer",
        fix: "credit and tell the shop on `completed`, never on your own `accepted`",
        ..told("outcome.confirm", Rule::Final)
    },
    Case {
        applies: Applies::PayeeImmediate,
        steps: &[ACCEPTED, HELD, COMPLETED, IS_CREDITED],
        why: "a rail that credits at once still learns how it ended",
        fix: "take `completed` for what you credited already as the confirmation that it is",
        ..told("outcome.immediate", Rule::Final)
    },
    Case {
        steps: &[ACCEPTED, COMPLETED, AGAIN, IS_CREDITED],
        why: "the hub tells until it hears the acknowledgement, so a lost one comes again",
        fix: "acknowledge a noted outcome again, and book nothing for it",
        ..told("outcome.repeated", Rule::Ordered)
    },
    Case {
        applies: Applies::PayeeConfirm,
        steps: &[ACCEPTED, CANCELLED, IS_RELEASED],
        why: "what was set aside for the promise is free again",
        fix: "void the undertaking on `cancelled`",
        ..told("outcome.cancelled", Rule::Final)
    },
    Case {
        applies: Applies::PayeeImmediate,
        steps: &[
            ACCEPTED,
            CANCELLED,
            step(
                Call::Look(ONE),
                Expect::State(&[CreditState::Credited, CreditState::Released]),
            ),
        ],
        why: "after a doubt the hub may decide against what you did, and hears the truth of it",
        fix: "acknowledge it, and show what really happened: `credited` if you cannot take it back",
        ..told("outcome.immediate_cancelled", Rule::Final)
    },
    Case {
        needs: None,
        steps: &[CANCELLED, step(Call::Look(ONE), Expect::State(NOTHING))],
        why: "the ask may never have reached you",
        fix: "note and acknowledge it; there is nothing to release",
        ..told("outcome.cancelled_unknown", Rule::Final)
    },
    Case {
        needs: None,
        steps: &[COMPLETED],
        why: "the hub's word is final, and a refused one stops every payment behind it",
        fix: "acknowledge it, book it to suspense, and let a person look",
        ..told("outcome.completed_unknown", Rule::Final)
    },
    Case {
        needs: None,
        steps: &[
            REJECTED,
            CANCELLED,
            step(Call::Look(ONE), Expect::State(NOT_GIVEN)),
        ],
        why: "every rejected payment ends this way",
        fix: "acknowledge it; nothing was promised",
        ..told("outcome.cancelled_rejected", Rule::Final)
    },
    Case {
        needs: None,
        steps: &[REJECTED, COMPLETED],
        why: "the hub's word is final, and a refused one stops every payment behind it",
        fix: "acknowledge it, book it to suspense, and let a person look",
        ..told("outcome.completed_rejected", Rule::Final)
    },
    Case {
        steps: &[
            ACCEPTED,
            COMPLETED,
            step(
                Call::Tell(ONE, End::Cancelled, At::Next),
                Expect::Refused(CONFLICT),
            ),
            IS_CREDITED,
        ],
        why: "a hub that says two things must be stopped, not obeyed",
        fix: "refuse a second, other outcome of an id with `payment_id_conflict`; keep the first",
        ..told("outcome.contradicted", Rule::Final)
    },
    Case {
        applies: Applies::PayeeConfirm,
        steps: &[
            ACCEPTED,
            CANCELLED,
            step(
                Call::Tell(ONE, End::Completed, At::Next),
                Expect::Refused(CONFLICT),
            ),
            IS_RELEASED,
        ],
        why: "a hub that says two things must be stopped, not obeyed",
        fix: "refuse a second, other outcome of an id with `payment_id_conflict`; keep the first",
        ..told("outcome.contradicted_cancelled", Rule::Final)
    },
    Case {
        steps: &[
            ACCEPTED,
            COMPLETED,
            step(
                Call::Tell(Slot::Two, End::Cancelled, At::Taken),
                Expect::Refused(CONFLICT),
            ),
            IS_CREDITED,
        ],
        why: "the stream is the same for ever, or your books and the hub's part company",
        fix: "compare an outcome at a noted position with the note; refuse another one",
        ..told("outcome.position_taken", Rule::Ordered)
    },
    Case {
        steps: &[
            ACCEPTED,
            step(
                Call::Tell(ONE, End::Completed, At::Gap),
                Expect::Refused(&[Code::OutcomeOutOfOrder]),
            ),
            HELD,
            COMPLETED,
            IS_CREDITED,
        ],
        why: "your acknowledgement stands for everything before it, so a gap is lost for good",
        fix: "take only the position after the last noted one",
        ..told("outcome.gap", Rule::Ordered)
    },
    Case {
        steps: &[
            ACCEPTED,
            step(
                Call::Tell(ONE, End::Asked, At::Next),
                Expect::Refused(&[Code::InvalidField]),
            ),
            HELD,
        ],
        why: "only `completed` and `cancelled` are outcomes",
        fix: "refuse any other state with `invalid_field`",
        ..told("outcome.not_final", Rule::Final)
    },
    Case {
        applies: Applies::Payer,
        needs: None,
        steps: &[step(
            Call::TellRequester(ONE, End::Cancelled),
            Expect::Acknowledged,
        )],
        why: "a payer's side may cancel an id before it ever used it",
        fix: "acknowledge it; nothing is held",
        ..told("outcome.requester_unknown", Rule::Final)
    },
];

pub(super) const STATUS: &[Case] = &[
    Case {
        steps: &[step(Call::Look(ONE), Expect::State(NOT_FOUND))],
        rule: Rule::NotFound,
        why: "a doubt is settled by what you answer here",
        fix: "answer 200 with the state `not_found`, not 404",
        ..case("status.unknown", Group::Status)
    },
    Case {
        steps: &[step(Call::LookStrange, Expect::NotFoundOrRefused)],
        rule: Rule::NotFound,
        why: "an address is input like any other",
        fix: "treat a text that is no id as an unknown one",
        ..case("status.strange", Group::Status)
    },
];
