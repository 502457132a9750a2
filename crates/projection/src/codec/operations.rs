//! Layouts of what operators did.

use switch::{
    Act, Action, ActionEnd, ActionId, Break, BreakKind, Ended, Leg, LegKind, OpenItems, Operated,
    OperationsParts, Proposed, RailStop, Suspension,
};

use crate::bytes::{Corrupt, Field, Reader, Writer, layout, numbered};

layout!(ActionId(u128));
layout!(Leg {
    kind,
    owes,
    is_owed,
    money
});
layout!(Break {
    item,
    payment,
    kind,
    bearer,
    legs,
    evidence,
    opened_at,
    deadline
});
layout!(Proposed {
    id,
    request_id,
    request,
    by,
    act,
    reason,
    expires_at
});
layout!(Ended {
    how,
    at,
    by,
    reason
});
layout!(Action {
    proposed,
    at,
    ended
});
layout!(RailStop { item, at });
layout!(Suspension { open, at });
layout!(OperationsParts {
    actions,
    ended,
    stopped,
    breaks,
    closed,
    suspended,
    sweeps
});

numbered!(OpenItems, "a treatment of open items" { 1 => Run, 2 => Cancel });
numbered!(ActionEnd, "an end of an action" { 1 => Approved, 2 => Rejected, 3 => Expired });
numbered!(BreakKind, "a kind of break" {
    1 => CreditedThoughCancelled,
    2 => NotCreditedThoughCompleted,
});
numbered!(LegKind, "a kind of leg" {
    1 => Exchange,
    2 => SwitchFee,
    3 => Acquirer,
    4 => IssuerShare,
    5 => SwitchShare,
    6 => RefundIn,
    7 => RefundOut,
    8 => Break,
});

/// Several fields in the order given.
macro_rules! put_all {
    ($to:ident, $($field:expr),*) => {{ $( $field.put($to); )* }};
}

impl Field for Act {
    fn put(&self, to: &mut Writer) {
        act_number(self).put(to);
        match self {
            Act::Deposit {
                participant,
                currency,
                amount,
            }
            | Act::Withdraw {
                participant,
                currency,
                amount,
            } => put_all!(to, participant, currency, amount),
            Act::Cap {
                participant,
                currency,
                before,
                after,
            } => put_all!(to, participant, currency, before, after),
            Act::Suspend { participant, open } => put_all!(to, participant, open),
            Act::Resume { participant } | Act::ResumeRail { participant } => participant.put(to),
            Act::Corridor { base, after } => {
                base.put(to);
                after.as_ref().put(to);
            }
            Act::Keys {
                participant,
                before,
                after,
            } => put_all!(to, participant, before, after),
            Act::Certify {
                participant,
                before,
                after,
                evidence,
            } => put_all!(to, participant, before, after, evidence),
            Act::Resolve {
                item,
                decision,
                evidence,
            } => put_all!(to, item, decision, evidence),
            Act::OpenBreak(found) => found.as_ref().put(to),
            Act::CloseBreak { item, legs } => put_all!(to, item, legs),
            Act::Settlement(act) => act.as_ref().put(to),
        }
    }

    fn get(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let number = u8::get(from)?;
        get_act(number, from)
    }
}

/// The number of each action; for ever.
fn act_number(act: &Act) -> u8 {
    match act {
        Act::Deposit { .. } => 1,
        Act::Withdraw { .. } => 2,
        Act::Cap { .. } => 3,
        Act::Suspend { .. } => 4,
        Act::Resume { .. } => 5,
        Act::Corridor { .. } => 6,
        Act::Keys { .. } => 7,
        Act::Certify { .. } => 8,
        Act::Resolve { .. } => 9,
        Act::OpenBreak(_) => 10,
        Act::CloseBreak { .. } => 11,
        Act::ResumeRail { .. } => 12,
        Act::Settlement(_) => 13,
    }
}

fn get_act(number: u8, from: &mut Reader<'_>) -> Result<Act, Corrupt> {
    Ok(match number {
        1 => Act::Deposit {
            participant: Field::get(from)?,
            currency: Field::get(from)?,
            amount: Field::get(from)?,
        },
        2 => Act::Withdraw {
            participant: Field::get(from)?,
            currency: Field::get(from)?,
            amount: Field::get(from)?,
        },
        3 => Act::Cap {
            participant: Field::get(from)?,
            currency: Field::get(from)?,
            before: Field::get(from)?,
            after: Field::get(from)?,
        },
        4 => Act::Suspend {
            participant: Field::get(from)?,
            open: Field::get(from)?,
        },
        5 => Act::Resume {
            participant: Field::get(from)?,
        },
        6 => Act::Corridor {
            base: Field::get(from)?,
            after: Box::new(Field::get(from)?),
        },
        7 => Act::Keys {
            participant: Field::get(from)?,
            before: Field::get(from)?,
            after: Field::get(from)?,
        },
        8 => Act::Certify {
            participant: Field::get(from)?,
            before: Field::get(from)?,
            after: Field::get(from)?,
            evidence: Field::get(from)?,
        },
        9 => Act::Resolve {
            item: Field::get(from)?,
            decision: Field::get(from)?,
            evidence: Field::get(from)?,
        },
        10 => Act::OpenBreak(Box::new(Field::get(from)?)),
        11 => Act::CloseBreak {
            item: Field::get(from)?,
            legs: Field::get(from)?,
        },
        12 => Act::ResumeRail {
            participant: Field::get(from)?,
        },
        13 => Act::Settlement(Box::new(Field::get(from)?)),
        number => {
            return Err(Corrupt::Unknown {
                what: "an action",
                number: u16::from(number),
            });
        }
    })
}

/// The number of each record of operators; for ever.
pub(super) fn number(operated: &Operated) -> u8 {
    match operated {
        Operated::RailStopped { .. } => 20,
        Operated::RailResumed { .. } => 21,
        Operated::ActionProposed(_) => 22,
        Operated::ActionApproved { .. } => 23,
        Operated::ActionRejected { .. } => 24,
        Operated::ActionExpired { .. } => 25,
        Operated::BreakOpened(_) => 26,
        Operated::BreakClosed { .. } => 27,
        Operated::Deposited { .. } => 28,
        Operated::Withdrawn { .. } => 29,
        Operated::Certified { .. } => 30,
        Operated::Suspended { .. } => 31,
        Operated::Resumed { .. } => 32,
        Operated::Swept { .. } => 33,
    }
}

pub(super) fn put(operated: &Operated, to: &mut Writer) {
    match operated {
        Operated::RailStopped { participant, item } => put_all!(to, participant, item),
        Operated::RailResumed { participant } | Operated::Resumed { participant } => {
            participant.put(to);
        }
        Operated::ActionProposed(proposed) => proposed.put(to),
        Operated::ActionApproved { id, by } => put_all!(to, id, by),
        Operated::ActionRejected { id, by, reason } => put_all!(to, id, by, reason),
        Operated::ActionExpired { id } => id.put(to),
        Operated::BreakOpened(found) => found.as_ref().put(to),
        Operated::BreakClosed { item, legs } => put_all!(to, item, legs),
        Operated::Deposited {
            participant,
            currency,
            amount,
        }
        | Operated::Withdrawn {
            participant,
            currency,
            amount,
        } => put_all!(to, participant, currency, amount),
        Operated::Certified {
            participant,
            finality,
            evidence,
        } => put_all!(to, participant, finality, evidence),
        Operated::Suspended { participant, open } => put_all!(to, participant, open),
        Operated::Swept { participant, up_to } => put_all!(to, participant, up_to),
    }
}

/// The record of a number; `None` for a number that is not of operators.
pub(super) fn get(number: u8, from: &mut Reader<'_>) -> Result<Option<Operated>, Corrupt> {
    Ok(Some(match number {
        20 => Operated::RailStopped {
            participant: Field::get(from)?,
            item: Field::get(from)?,
        },
        21 => Operated::RailResumed {
            participant: Field::get(from)?,
        },
        22 => Operated::ActionProposed(Field::get(from)?),
        23 => Operated::ActionApproved {
            id: Field::get(from)?,
            by: Field::get(from)?,
        },
        24 => Operated::ActionRejected {
            id: Field::get(from)?,
            by: Field::get(from)?,
            reason: Field::get(from)?,
        },
        25 => Operated::ActionExpired {
            id: Field::get(from)?,
        },
        26 => Operated::BreakOpened(Box::new(Field::get(from)?)),
        27 => Operated::BreakClosed {
            item: Field::get(from)?,
            legs: Field::get(from)?,
        },
        28 => Operated::Deposited {
            participant: Field::get(from)?,
            currency: Field::get(from)?,
            amount: Field::get(from)?,
        },
        29 => Operated::Withdrawn {
            participant: Field::get(from)?,
            currency: Field::get(from)?,
            amount: Field::get(from)?,
        },
        30 => Operated::Certified {
            participant: Field::get(from)?,
            finality: Field::get(from)?,
            evidence: Field::get(from)?,
        },
        31 => Operated::Suspended {
            participant: Field::get(from)?,
            open: Field::get(from)?,
        },
        32 => Operated::Resumed {
            participant: Field::get(from)?,
        },
        33 => Operated::Swept {
            participant: Field::get(from)?,
            up_to: Field::get(from)?,
        },
        _ => return Ok(None),
    }))
}
