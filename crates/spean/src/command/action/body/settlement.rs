//! What was typed about settlement becomes the body of a request.

use wire::api::{
    ActionBody, AdjustmentRequest, ArrangementChange, Money, Netting, OfWindow, PayoutConfirmation,
    PledgeChange, WindowExclusion, WindowHold, WindowSettlement,
};

use super::moved;
use crate::cli::{ArrangeArgs, NettingName, Proposal, ProposeSettlement};

pub(super) fn of(propose: ProposeSettlement) -> (ActionBody, Proposal) {
    match propose {
        ProposeSettlement::Arrange(args) => arranged(args),
        ProposeSettlement::CloseWindow(args) => {
            let window = args.window;
            (ActionBody::CloseWindow(OfWindow { window }), args.proposal)
        }
        ProposeSettlement::Settle(args) => {
            let settlement = WindowSettlement {
                window: args.window,
                settlement_date: args.date,
            };
            (ActionBody::Settle(settlement), args.proposal)
        }
        ProposeSettlement::HoldWindow(args) => {
            let (window, until) = (args.window, args.until);
            (
                ActionBody::HoldWindow(WindowHold { window, until }),
                args.proposal,
            )
        }
        ProposeSettlement::Exclude(args) => {
            let exclusion = WindowExclusion {
                window: args.window,
                participant: args.participant,
            };
            (ActionBody::Exclude(exclusion), args.proposal)
        }
        ProposeSettlement::ConfirmPayout(args) => {
            let confirmation = PayoutConfirmation {
                window: args.window,
                number: args.number,
                reference: args.reference,
            };
            (ActionBody::ConfirmPayout(confirmation), args.proposal)
        }
        ProposeSettlement::Pledge(args) => {
            let (moved, proposal) = moved(args);
            let change = PledgeChange {
                participant: moved.participant,
                pledge: moved.amount,
            };
            (ActionBody::Pledge(change), proposal)
        }
        ProposeSettlement::Draw(args) => {
            let (moved, proposal) = moved(args);
            (ActionBody::Draw(moved), proposal)
        }
        ProposeSettlement::Repay(args) => {
            let (moved, proposal) = moved(args);
            (ActionBody::Repay(moved), proposal)
        }
        ProposeSettlement::Adjust(args) => {
            let request = AdjustmentRequest {
                break_id: args.break_id,
                from: args.from,
                to: args.to,
                amount: Money {
                    currency: args.currency.to_ascii_uppercase(),
                    amount: args.amount,
                },
            };
            (ActionBody::Adjust(request), args.proposal)
        }
    }
}

fn arranged(args: ArrangeArgs) -> (ActionBody, Proposal) {
    let change = ArrangementChange {
        base_version: args.base,
        netting: match args.netting {
            NettingName::Multilateral => Netting::Multilateral,
            NettingName::Bilateral => Netting::Bilateral,
            NettingName::Gross => Netting::Gross,
        },
        settlement_currency: args.currency.map(|alpha| alpha.to_ascii_uppercase()),
        cycle: args.cycle,
        business_days_only: args.business_days_only,
        countries: args.countries,
        lag_days: args.lag_days,
        low_water_percent: args.low_water,
    };
    (ActionBody::Arrange(change), args.proposal)
}
