//! Every bound of the search, with the arithmetic that chose it. Together they are searched in
//! about a minute on two cores; one more message in flight is ten times as much.

use crate::Faults;

/// Three messages in flight: an old one that wanders, and a call with the one that overtakes it.
/// Two records in a batch: the smallest number at which a record has company.
pub(crate) const FAULTS: Faults = Faults {
    in_flight_max: 3,
    batch_max: 2,
    takes_over: false,
};

/// What differs from a case that was searched with more: how it begins or what its deadline
/// decides, neither of which needs a third message.
pub(crate) const FAULTS_OF_VARIANT: Faults = Faults {
    in_flight_max: 2,
    ..FAULTS
};

/// Two processes that believe they may write have ten times the states of one. What they can do
/// to each other lies in the order of their steps; a message that is delayed can still arrive at
/// either, at any time.
pub(crate) const FAULTS_OF_TAKE_OVER: Faults = Faults {
    in_flight_max: 1,
    batch_max: 1,
    takes_over: true,
};

/// Two payments are there for what they share: the batch, the order of the streams, and their
/// acknowledgements.
pub(crate) const FAULTS_OF_TWO: Faults = Faults {
    in_flight_max: 2,
    ..FAULTS
};
