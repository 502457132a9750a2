//! From a run that failed to the smallest one that fails in the same way.

use switch::ItemId;

use crate::faults::Faults;
use crate::report::{Report, Settings};

/// The smallest run that was found, and what it shows.
#[derive(Clone, Debug)]
pub struct Shrunk {
    /// Its settings; `watch` is the payment that shows the violation.
    pub settings: Settings,
    /// What came of it, with the history of that payment.
    pub report: Report,
}

/// Leaves out kinds of fault, then payments, as long as the same promise is broken; then writes
/// the history of the payment that breaks it. `None` if the run breaks none.
pub fn shrink(settings: &Settings) -> Option<Shrunk> {
    shrink_with(settings, &crate::run)
}

pub(crate) fn shrink_with(
    settings: &Settings,
    run: &dyn Fn(&Settings) -> Report,
) -> Option<Shrunk> {
    let promise = run(settings).violations.first()?.promise;
    let breaks = |settings: &Settings| {
        let first = run(settings).violations.into_iter().next();
        first.is_some_and(|violation| violation.promise == promise)
    };
    let mut smallest = settings.clone();
    if breaks(&with(&smallest, Faults::NONE)) {
        smallest.faults = Faults::NONE;
    }
    for fault in settings.faults.iter() {
        let fewer = with(&smallest, smallest.faults.without(fault));
        if smallest.faults.has(fault) && breaks(&fewer) {
            smallest = fewer;
        }
    }
    // From few to many, because few payments are quick.
    let mut payments = 1;
    while payments < smallest.payments {
        let fewer = Settings {
            payments,
            ..smallest.clone()
        };
        if breaks(&fewer) {
            smallest = fewer;
            break;
        }
        payments = payments.saturating_mul(2);
    }
    // Where no payment shows it, what happened to everybody does.
    let item = run(&smallest).violations.first()?.item;
    smallest.watch = Some(item.unwrap_or(ItemId(0)));
    let report = run(&smallest);
    Some(Shrunk {
        settings: smallest,
        report,
    })
}

fn with(settings: &Settings, faults: Faults) -> Settings {
    Settings {
        faults,
        ..settings.clone()
    }
}
