//! Can you credit this?

use wire::error::Code;

use super::{CONFLICT, CREDITED, NOTHING, REJECTED, RELEASED, STANDS, case};
use crate::case::{
    Applies, At, Call, Case, End, Expect, Group, Need, Rule, Slot, Step, Twist, step,
};

const ONE: Slot = Slot::One;
const ACCEPTED: Step = step(Call::Ask(ONE, Twist::Plain), Expect::Accepted);
const IT_STANDS: Step = step(Call::Look(ONE), Expect::State(STANDS));
const REJECTED_STAYS: Step = step(Call::Look(ONE), Expect::State(REJECTED));
const CANCELLED: Step = step(
    Call::Tell(ONE, End::Cancelled, At::Next),
    Expect::Acknowledged,
);

/// A case about an ask of a shop.
const fn ask(name: &'static str, rule: Rule) -> Case {
    Case {
        applies: Applies::Payee,
        needs: Some(Need::Shop),
        rule,
        ..case(name, Group::Ask)
    }
}

pub(super) const ASK: &[Case] = &[
    Case {
        steps: &[ACCEPTED, IT_STANDS],
        why: "without a yes nobody is ever paid",
        fix: "accept a plain ask for an open shop that takes payments from abroad",
        ..ask("ask.accepted", Rule::Undertaking)
    },
    Case {
        steps: &[ACCEPTED, ACCEPTED, IT_STANDS],
        why: "the hub asks again whenever an answer was lost",
        fix: "write the answer down before you give it, and give the same one again",
        ..ask("ask.repeated", Rule::Repeatable)
    },
    Case {
        steps: &[
            ACCEPTED,
            step(Call::Ask(ONE, Twist::NewWriter), Expect::Accepted),
            IT_STANDS,
        ],
        why: "after a take-over the next writer of the hub asks about what the last one asked",
        fix: "leave `epoch` and `expires_at` out when you compare an ask with the noted one",
        ..ask("ask.new_writer", Rule::Repeatable)
    },
    Case {
        steps: &[step(Call::AskAtOnce(ONE), Expect::Accepted), IT_STANDS],
        why: "a repeated ask may overtake the first one on its way",
        fix: "make the note of an id unique, in one commit with the decision",
        ..ask("ask.at_once", Rule::Repeatable)
    },
    Case {
        steps: &[
            ACCEPTED,
            step(
                Call::Ask(ONE, Twist::OtherAmount),
                Expect::Refused(CONFLICT),
            ),
            ACCEPTED,
        ],
        why: "one id with two amounts is a mistake that must not become money",
        fix: "refuse it with `payment_id_conflict`, and keep the first",
        ..ask("ask.conflict", Rule::Repeatable)
    },
    Case {
        needs: None,
        steps: &[
            step(Call::Ask(ONE, Twist::UnknownAccount), Expect::Rejected),
            step(Call::Ask(ONE, Twist::UnknownAccount), Expect::Rejected),
            REJECTED_STAYS,
        ],
        why: "a no that turns into a yes is a payment that the payer believes cancelled",
        fix: "note a rejection like an acceptance",
        ..ask("ask.rejected_repeated", Rule::Repeatable)
    },
    Case {
        steps: &[
            step(Call::Ask(ONE, Twist::Expired), Expect::Rejected),
            REJECTED_STAYS,
        ],
        why: "nobody waits for the promise any more",
        fix: "compare `expires_at` with your own clock before you accept",
        ..ask("ask.expired", Rule::TooLate)
    },
    Case {
        steps: &[
            ACCEPTED,
            step(Call::Ask(Slot::Two, Twist::OldWriter), Expect::Rejected),
        ],
        why: "a hub that was put back to an older state must get no new promises",
        fix: "keep the highest `epoch` that you heard and reject new ids below it",
        ..ask("ask.old_writer", Rule::TooLate)
    },
    Case {
        steps: &[
            ACCEPTED,
            CANCELLED,
            step(Call::Ask(ONE, Twist::Plain), Expect::Rejected),
            step(Call::Look(ONE), Expect::State(RELEASED)),
        ],
        applies: Applies::PayeeConfirm,
        why: "an ask that wandered through the network must not revive a cancelled payment",
        fix: "look for an outcome of the id before you answer from your notes",
        ..ask("ask.after_cancelled", Rule::TooLate)
    },
    Case {
        steps: &[
            CANCELLED,
            step(Call::Ask(ONE, Twist::Plain), Expect::Rejected),
            step(Call::Look(ONE), Expect::State(NOTHING)),
        ],
        why: "the outcome may overtake the ask",
        fix: "note outcomes of ids that you never heard of, and reject asks for them",
        ..ask("ask.after_unknown_cancelled", Rule::TooLate)
    },
    Case {
        steps: &[
            ACCEPTED,
            step(
                Call::Tell(ONE, End::Completed, At::Next),
                Expect::Acknowledged,
            ),
            step(Call::Ask(ONE, Twist::Plain), Expect::Verdict),
            step(Call::Look(ONE), Expect::State(CREDITED)),
        ],
        why: "a late copy of an ask must not undo or repeat what was credited",
        fix: "answer from your notes and change nothing",
        ..ask("ask.after_completed", Rule::TooLate)
    },
    Case {
        needs: None,
        steps: &[
            step(Call::Ask(ONE, Twist::UnknownAccount), Expect::Rejected),
            REJECTED_STAYS,
        ],
        why: "accepting is a debt, and there is nobody to pay it to",
        fix: "reject with a reason such as AC01 or AC03",
        ..ask("ask.unknown_account", Rule::Undertaking)
    },
    Case {
        steps: &[
            step(Call::Ask(ONE, Twist::WrongCurrency), Expect::Rejected),
            REJECTED_STAYS,
        ],
        why: "7,200 riel are not 7,200 dollars",
        fix: "reject with a reason such as AC09 or AM03; never convert",
        ..ask("ask.wrong_currency", Rule::Undertaking)
    },
    Case {
        steps: &[step(
            Call::Ask(ONE, Twist::Zero),
            Expect::RejectedOr(&[Code::AmountZero, Code::InvalidField]),
        )],
        why: "a payment of nothing is somebody probing",
        fix: "reject with AM01 or refuse with `amount_zero`",
        ..ask("ask.zero", Rule::Undertaking)
    },
    Case {
        needs: Some(Need::Dynamic),
        applies: Applies::PayeeConfirm,
        steps: &[
            step(Call::Ask(ONE, Twist::OneTimeCode), Expect::Accepted),
            step(Call::Ask(Slot::Two, Twist::OneTimeCode), Expect::Rejected),
            CANCELLED,
            step(Call::Ask(Slot::Three, Twist::OneTimeCode), Expect::Accepted),
        ],
        why: "a code for one payment is paid once, at home and from abroad together",
        fix: "claim the code with the acceptance, reject with AM05 while it is claimed, free it \
              on `cancelled`",
        ..ask("ask.code_once", Rule::Undertaking)
    },
];
