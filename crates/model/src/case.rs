//! What is searched: rails, corridors and how much may go wrong.

use switch::{Event, Finality};

use crate::limits;

/// How much may go wrong. Losing, doubling, reordering and crashing have no number: they may always
/// happen, again and again.
#[derive(Clone, Copy, Debug)]
pub struct Faults {
    /// The most messages in flight.
    pub in_flight_max: usize,
    /// The most records that one append takes.
    pub batch_max: usize,
    /// Whether another node takes over while the writer lives; there is one old writer at a time.
    pub takes_over: bool,
}

/// One search.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// For people.
    pub name: &'static str,
    /// How many payments.
    pub payments: usize,
    /// The payee's rail.
    pub finality: Finality,
    /// What the corridor decides when the doubt is over.
    pub at_deadline: Event,
    /// Whether it may wait for liquidity first, as a refund does.
    pub may_wait: bool,
    /// Whether the search begins where the payee's side is about to be asked.
    pub begins_asked: bool,
    /// Whether the payer's side may withdraw.
    pub may_withdraw: bool,
    /// Whether operators suspend parties and settle doubts.
    pub operators_act: bool,
    /// What may go wrong.
    pub faults: Faults,
}

const PAYMENT: Case = Case {
    name: "payment, confirm",
    payments: 1,
    finality: Finality::Confirm,
    at_deadline: Event::Deadline,
    may_wait: false,
    begins_asked: false,
    may_withdraw: true,
    operators_act: true,
    faults: limits::FAULTS,
};

const IMMEDIATE: Case = Case {
    name: "payment, immediate, doubt ends cancelled",
    finality: Finality::Immediate,
    ..PAYMENT
};

/// Every search of the command, and of CI.
pub const CASES: &[Case] = &[
    PAYMENT,
    IMMEDIATE,
    Case {
        name: "payment, immediate, doubt ends completed",
        at_deadline: Event::DeadlineCompletes,
        faults: limits::FAULTS_OF_VARIANT,
        ..IMMEDIATE
    },
    Case {
        name: "refund, confirm",
        may_wait: true,
        at_deadline: Event::DeadlineCompletes,
        faults: limits::FAULTS_OF_VARIANT,
        ..PAYMENT
    },
    Case {
        name: "refund, immediate, doubt ends cancelled",
        may_wait: true,
        faults: limits::FAULTS_OF_VARIANT,
        ..IMMEDIATE
    },
    Case {
        name: "take-over, confirm",
        faults: limits::FAULTS_OF_TAKE_OVER,
        ..PAYMENT
    },
    Case {
        name: "take-over, immediate, doubt ends cancelled",
        faults: limits::FAULTS_OF_TAKE_OVER,
        ..IMMEDIATE
    },
    Case {
        name: "two payments, confirm",
        payments: 2,
        begins_asked: true,
        may_withdraw: false,
        operators_act: false,
        faults: limits::FAULTS_OF_TWO,
        ..PAYMENT
    },
];

impl Case {
    /// The smallest search of one payment that has every fault: where a broken rule shows first.
    pub fn small(finality: Finality) -> Case {
        let faults = Faults {
            in_flight_max: 2,
            batch_max: 1,
            takes_over: false,
        };
        Case {
            name: "small",
            finality,
            may_withdraw: false,
            operators_act: false,
            faults,
            ..PAYMENT
        }
    }
}
