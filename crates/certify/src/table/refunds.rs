//! Refunds: the payer's side is asked to credit the payer of an earlier payment.

use wire::api::CreditState;

use super::{CONFLICT, CREDITED, REJECTED, RELEASED, STANDS, case};
use crate::case::{
    Applies, At, Call, Case, End, Expect, Group, Kind, Need, Rule, Slot, Step, Twist, step,
};

const ONE: Slot = Slot::One;
const ACCEPTED: Step = step(Call::Ask(ONE, Twist::Plain), Expect::Accepted);
const IT_STANDS: Step = step(Call::Look(ONE), Expect::State(STANDS));
const COMPLETED: Step = step(
    Call::Tell(ONE, End::Completed, At::Next),
    Expect::Acknowledged,
);
const IS_REJECTED: Step = step(Call::Look(ONE), Expect::State(REJECTED));

const fn refund(name: &'static str, rule: Rule) -> Case {
    Case {
        kind: Kind::Refund,
        applies: Applies::Payer,
        needs: Some(Need::Refund),
        rule,
        ..case(name, Group::Refund)
    }
}

pub(super) const REFUND: &[Case] = &[
    Case {
        steps: &[
            ACCEPTED,
            COMPLETED,
            step(Call::Look(ONE), Expect::State(CREDITED)),
        ],
        why: "what a shop gives back reaches the payer",
        fix: "accept a refund of your payer's payment, and credit the payer on `completed`",
        ..refund("refund.completed", Rule::Undertaking)
    },
    Case {
        applies: Applies::PayerConfirm,
        steps: &[
            ACCEPTED,
            step(Call::Look(ONE), Expect::State(&[CreditState::Accepted])),
        ],
        why: "the refund may still be cancelled, and money that was given is hard to take back",
        fix: "credit the payer on `completed`, never on your own `accepted`",
        ..refund("refund.confirm", Rule::Final)
    },
    Case {
        steps: &[ACCEPTED, ACCEPTED, IT_STANDS],
        why: "the hub asks again whenever an answer was lost",
        fix: "write the answer down before you give it, and give the same one again",
        ..refund("refund.repeated", Rule::Repeatable)
    },
    Case {
        steps: &[
            ACCEPTED,
            COMPLETED,
            step(
                Call::Tell(ONE, End::Completed, At::Again),
                Expect::Acknowledged,
            ),
            step(Call::Look(ONE), Expect::State(CREDITED)),
        ],
        why: "a lost acknowledgement must not give money back twice",
        fix: "acknowledge a noted outcome again, and book nothing for it",
        ..refund("refund.outcome_repeated", Rule::Ordered)
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
        ..refund("refund.conflict", Rule::Repeatable)
    },
    Case {
        applies: Applies::PayerConfirm,
        steps: &[
            ACCEPTED,
            step(
                Call::Tell(ONE, End::Cancelled, At::Next),
                Expect::Acknowledged,
            ),
            step(Call::Look(ONE), Expect::State(RELEASED)),
        ],
        why: "the shop kept its money, and so the payer gets none",
        fix: "void the undertaking on `cancelled`",
        ..refund("refund.cancelled", Rule::Final)
    },
    Case {
        steps: &[
            step(Call::Ask(ONE, Twist::Expired), Expect::Rejected),
            IS_REJECTED,
        ],
        why: "nobody waits for the promise any more",
        fix: "compare `expires_at` with your own clock before you accept",
        ..refund("refund.expired", Rule::TooLate)
    },
    Case {
        steps: &[
            step(Call::Ask(ONE, Twist::TooMuch), Expect::Rejected),
            IS_REJECTED,
        ],
        why: "more money back than was paid is a way to move money out",
        fix: "add up what was given back for the payment; reject what exceeds it with AM09",
        ..refund("refund.too_much", Rule::Bounded)
    },
    Case {
        steps: &[
            step(Call::Ask(ONE, Twist::UnknownPayment), Expect::Rejected),
            IS_REJECTED,
        ],
        why: "a refund of no payment is a payment in disguise",
        fix: "look for the payment first",
        ..refund("refund.unknown_payment", Rule::Bounded)
    },
    Case {
        steps: &[
            step(Call::Ask(ONE, Twist::UnknownAccount), Expect::Rejected),
            IS_REJECTED,
        ],
        why: "only who paid gets money back",
        fix: "compare the creditor's account with the payer's of that payment",
        ..refund("refund.other_account", Rule::Bounded)
    },
];
