//! The cases, as data. A row is added, never changed in its meaning: reports of last year still
//! have to mean what they said.

mod asks;
mod callers;
mod outcomes;
mod refunds;

use wire::api::CreditState;
use wire::error::Code;

use crate::case::{Applies, Case, Group, Kind};
use crate::settings::{Finality, Roles, Scheme, Settings};

/// Every case, in the order in which they are run and reported.
pub fn all() -> impl Iterator<Item = &'static Case> {
    let tables = [
        callers::SIGNATURE,
        callers::FORM,
        callers::RESOLVE,
        asks::ASK,
        outcomes::OUTCOME,
        outcomes::STATUS,
        refunds::REFUND,
    ];
    tables.into_iter().flatten()
}

/// Whether a case is for such a participant.
pub fn applies(case: &Case, settings: &Settings) -> bool {
    let payee = matches!(settings.roles, Roles::Payee | Roles::Both);
    let payer = matches!(settings.roles, Roles::Payer | Roles::Both);
    let confirm = settings.finality == Finality::Confirm;
    match case.applies {
        Applies::All => true,
        Applies::Payee => payee,
        Applies::PayeeKhqr => payee && settings.scheme == Scheme::Khqr,
        Applies::PayeeConfirm => payee && confirm,
        Applies::PayeeImmediate => payee && !confirm,
        Applies::Payer => payer,
        Applies::PayerConfirm => payer && confirm,
    }
}

const NOT_FOUND: &[CreditState] = &[CreditState::NotFound];
const REJECTED: &[CreditState] = &[CreditState::Rejected];
const CREDITED: &[CreditState] = &[CreditState::Credited];
const RELEASED: &[CreditState] = &[CreditState::Released];
/// What stands after a yes, on either kind of rail.
const STANDS: &[CreditState] = &[CreditState::Accepted, CreditState::Credited];
/// What stands after a no that was told `cancelled`.
const NOT_GIVEN: &[CreditState] = &[CreditState::Rejected, CreditState::Released];
/// What stands after `cancelled` for what was never asked.
const NOTHING: &[CreditState] = &[
    CreditState::NotFound,
    CreditState::Rejected,
    CreditState::Released,
];

const CONFLICT: &[Code] = &[Code::PaymentIdConflict];

/// A payment's case that everybody must pass; rows say what they have otherwise.
const fn case(name: &'static str, group: Group) -> Case {
    Case {
        name,
        group,
        kind: Kind::Payment,
        applies: Applies::All,
        needs: None,
        steps: &[],
        rule: crate::case::Rule::Signed,
        why: "",
        fix: "",
    }
}

#[cfg(test)]
mod tests;
