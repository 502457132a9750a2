//! What an operator asks for becomes an action with the values that it finds.

use money::{Amount, BasisPoints, Money};
use switch::{
    Act, Corridor, DoubtDecision, Finality, ItemId, LossBearer, OpenItems, ParticipantId, Span,
    Switch, Time,
};
use wire::api::{
    self, ActionBody, BreakFound, BreakSettled, CapChange, Certification, CorridorChange,
    CorridorFields, KeyRevocation, KeySet, MoneyMoved, Settling,
};
use wire::error::{Code, Problem};
use wire::keys::{Kid, PublicKey};

use super::settle;
use crate::convert::{bounded, item_id, money_of, parse_time, price};
use crate::limits::REASON_CHARS_MAX;
use crate::view::Seen;

/// What was looked up before the writer is asked: only about an item of a break, which may have
/// left memory, and so may its refunds.
pub(crate) struct Facts {
    pub(crate) now: Time,
    pub(crate) item: Option<Seen>,
}

/// The item whose state the action needs, wherever it is.
pub(crate) fn facts_of(body: &ActionBody) -> Result<Option<ItemId>, Problem> {
    match body {
        ActionBody::OpenBreak(found) => item(&found.item, "/action/open_break/item").map(Some),
        ActionBody::CloseBreak(closed) => item(&closed.item, "/action/close_break/item").map(Some),
        ActionBody::Deposit(_)
        | ActionBody::Withdraw(_)
        | ActionBody::Cap(_)
        | ActionBody::Suspend(_)
        | ActionBody::Resume(_)
        | ActionBody::Corridor(_)
        | ActionBody::Keys(_)
        | ActionBody::RevokeKeys(_)
        | ActionBody::Certify(_)
        | ActionBody::Resolve(_)
        | ActionBody::ResumeRail(_)
        | ActionBody::Arrange(_)
        | ActionBody::CloseWindow(_)
        | ActionBody::Settle(_)
        | ActionBody::HoldWindow(_)
        | ActionBody::Exclude(_)
        | ActionBody::Pledge(_)
        | ActionBody::Draw(_)
        | ActionBody::Repay(_)
        | ActionBody::ConfirmPayout(_)
        | ActionBody::Adjust(_) => Ok(None),
    }
}

/// The action, with what it finds now.
pub(crate) fn act_of(switch: &Switch, facts: &Facts, body: &ActionBody) -> Result<Act, Problem> {
    match body {
        ActionBody::Deposit(moved) => {
            let (participant, money) = moved_money(switch, moved, "/action/deposit")?;
            Ok(Act::Deposit {
                participant,
                currency: money.currency,
                amount: money.amount,
            })
        }
        ActionBody::Withdraw(moved) => {
            let (participant, money) = moved_money(switch, moved, "/action/withdraw")?;
            Ok(Act::Withdraw {
                participant,
                currency: money.currency,
                amount: money.amount,
            })
        }
        ActionBody::Cap(change) => cap(switch, change),
        ActionBody::Suspend(suspension) => Ok(Act::Suspend {
            participant: who(switch, &suspension.participant, "/action/suspend")?,
            open: match suspension.open_items {
                api::OpenItems::Run => OpenItems::Run,
                api::OpenItems::Cancel => OpenItems::Cancel,
            },
        }),
        ActionBody::Resume(of) => Ok(Act::Resume {
            participant: who(switch, &of.participant, "/action/resume")?,
        }),
        ActionBody::ResumeRail(of) => Ok(Act::ResumeRail {
            participant: who(switch, &of.participant, "/action/resume_rail")?,
        }),
        ActionBody::Corridor(change) => corridor(switch, change),
        ActionBody::Keys(set) => keys(switch, set),
        ActionBody::RevokeKeys(revocation) => revoke(switch, revocation),
        ActionBody::Certify(certification) => certify(switch, certification),
        ActionBody::Resolve(resolution) => Ok(Act::Resolve {
            item: item(&resolution.item, "/action/resolve/item")?,
            decision: decision(resolution.decision),
            evidence: evidence(&resolution.evidence, "/action/resolve/evidence")?,
        }),
        ActionBody::OpenBreak(found) => open_break(switch, facts, found),
        ActionBody::CloseBreak(settled) => close_break(switch, facts, settled),
        ActionBody::Arrange(_)
        | ActionBody::CloseWindow(_)
        | ActionBody::Settle(_)
        | ActionBody::HoldWindow(_)
        | ActionBody::Exclude(_)
        | ActionBody::Pledge(_)
        | ActionBody::Draw(_)
        | ActionBody::Repay(_)
        | ActionBody::ConfirmPayout(_)
        | ActionBody::Adjust(_) => settle::act_of(switch, facts.now, body),
    }
}

pub(super) fn who(switch: &Switch, name: &str, at: &str) -> Result<ParticipantId, Problem> {
    let unknown = || {
        let problem = Problem::new(Code::ParticipantUnknown);
        problem.with_field(format!("{at}/participant"))
    };
    switch.participant_named(name).ok_or_else(unknown)
}

fn item(text: &str, field: &str) -> Result<ItemId, Problem> {
    let malformed = || Problem::new(Code::PaymentIdMalformed).with_field(field);
    item_id(text).ok_or_else(malformed)
}

fn evidence(text: &str, field: &str) -> Result<String, Problem> {
    bounded(text, REASON_CHARS_MAX, field)
}

fn decision(decision: api::DoubtDecision) -> DoubtDecision {
    match decision {
        api::DoubtDecision::Complete => DoubtDecision::Complete,
        api::DoubtDecision::Cancel => DoubtDecision::Cancel,
    }
}

pub(super) fn moved_money(
    switch: &Switch,
    moved: &MoneyMoved,
    at: &str,
) -> Result<(ParticipantId, Money), Problem> {
    let participant = who(switch, &moved.participant, at)?;
    let money = price(&moved.amount, &format!("{at}/amount"))?;
    Ok((participant, money))
}

fn cap(switch: &Switch, change: &CapChange) -> Result<Act, Problem> {
    let participant = who(switch, &change.participant, "/action/cap")?;
    let after = money_of(&change.cap, "/action/cap/cap")?;
    let before = switch.cap(participant, after.currency).ok_or_else(|| {
        let problem = Problem::new(Code::CurrencyWrong).with_field("/action/cap/cap/currency");
        problem.with_detail("the participant has no account in it")
    })?;
    Ok(Act::Cap {
        participant,
        currency: after.currency,
        before,
        after: after.amount,
    })
}

fn corridor(switch: &Switch, change: &CorridorChange) -> Result<Act, Problem> {
    let unknown = || Problem::new(Code::CorridorUnknown).with_field("/action/corridor/corridor");
    let known = switch
        .corridor_named(&change.corridor)
        .ok_or_else(unknown)?;
    if known.at.version != change.base_version {
        let detail = format!("the corridor is at version {}", known.at.version);
        let problem = Problem::new(Code::ActionStale).with_detail(detail);
        return Err(problem.with_field("/action/corridor/base_version"));
    }
    Ok(Act::Corridor {
        base: known.at,
        after: Box::new(patched(known, &change.set)?),
    })
}

/// The corridor with its named fields replaced. Whether it is sound is the core's to say.
fn patched(known: &Corridor, set: &CorridorFields) -> Result<Corridor, Problem> {
    const AT: &str = "/action/corridor/set";
    let mut corridor = known.clone();
    let of_price = known.payee_currency;
    let parse = |text: &str, currency, name: &str| {
        Amount::parse(text, currency)
            .map_err(|_malformed| Problem::new(Code::AmountMalformed).with_field(field(AT, name)))
    };
    if let Some(time) = &set.active_from {
        corridor.active_from = parse_time(time, &field(AT, "active_from"))?;
    }
    if let Some(text) = &set.amount_min {
        corridor.amount_min = parse(text, of_price, "amount_min")?;
    }
    if let Some(text) = &set.amount_max {
        corridor.amount_max = parse(text, of_price, "amount_max")?;
    }
    if let Some(first) = corridor.payer_currencies.first_mut() {
        if let Some(text) = &set.day_max {
            first.day_max = parse(text, first.currency, "day_max")?;
        }
        if let Some(text) = &set.switch_fee {
            first.switch_fee = parse(text, first.currency, "switch_fee")?;
        }
    }
    let fee = &mut corridor.merchant_fee;
    for (into, points, name) in [
        (&mut fee.total, set.fee_total_bp, "fee_total_bp"),
        (&mut fee.issuer, set.fee_issuer_bp, "fee_issuer_bp"),
        (&mut fee.switch, set.fee_switch_bp, "fee_switch_bp"),
    ] {
        if let Some(points) = points {
            let wrong = || Problem::new(Code::InvalidField).with_field(field(AT, name));
            *into = BasisPoints::new(points).ok_or_else(wrong)?;
        }
    }
    for (into, seconds) in [
        (&mut corridor.quote_ttl, set.quote_ttl_s),
        (&mut corridor.ask_timeout, set.ask_timeout_s),
        (&mut corridor.doubt_timeout, set.doubt_timeout_s),
        (&mut corridor.refund_wait, set.refund_wait_s),
    ] {
        if let Some(seconds) = seconds {
            *into = Span::from_seconds(i64::from(seconds));
        }
    }
    if let Some(days) = set.refund_period_days {
        corridor.refund_period = Span::from_seconds(i64::from(days).saturating_mul(86_400));
    }
    if let Some(wanted) = set.doubt_decision {
        corridor.doubt_decision = decision(wanted);
    }
    if let Some(bearer) = set.loss_bearer {
        corridor.loss_bearer = match bearer {
            api::LossBearer::PayerParticipant => LossBearer::PayerParticipant,
            api::LossBearer::PayeeParticipant => LossBearer::PayeeParticipant,
            api::LossBearer::House => LossBearer::House,
        };
    }
    Ok(corridor)
}

fn field(at: &str, name: &str) -> String {
    format!("{at}/{name}")
}

fn known_keys(switch: &Switch, participant: ParticipantId) -> Vec<[u8; 32]> {
    let known = switch.participant(participant);
    known.map(|known| known.keys.clone()).unwrap_or_default()
}

fn keys(switch: &Switch, set: &KeySet) -> Result<Act, Problem> {
    let participant = who(switch, &set.participant, "/action/keys")?;
    let field = "/action/keys/keys";
    if set.keys.is_empty() || set.keys.len() > switch::limits::KEYS_MAX {
        let problem = Problem::new(Code::InvalidField).with_field(field);
        return Err(problem.with_detail("one to four keys"));
    }
    let key = |text: &String| {
        PublicKey::from_x(text)
            .map(|key| *key.as_bytes())
            .map_err(|_malformed| {
                let problem = Problem::new(Code::InvalidField).with_field(field);
                problem.with_detail("each is the `x` of an Ed25519 JWK")
            })
    };
    Ok(Act::Keys {
        participant,
        before: known_keys(switch, participant),
        after: set.keys.iter().map(key).collect::<Result<_, _>>()?,
    })
}

fn revoke(switch: &Switch, revocation: &KeyRevocation) -> Result<Act, Problem> {
    let participant = who(switch, &revocation.participant, "/action/revoke_keys")?;
    let field = "/action/revoke_keys/key_ids";
    let before = known_keys(switch, participant);
    let mut after = before.clone();
    for text in &revocation.key_ids {
        let count = after.len();
        if let Ok(kid) = text.parse::<Kid>() {
            after.retain(|bytes| kid_of(bytes) != Some(kid));
        }
        if after.len() == count {
            let problem = Problem::new(Code::KeyUnknown).with_field(field);
            return Err(problem.with_detail("the participant has no such key"));
        }
    }
    Ok(Act::Keys {
        participant,
        before,
        after,
    })
}

/// The name of a key; of bytes that are none there is none.
pub(super) fn kid_of(bytes: &[u8; 32]) -> Option<Kid> {
    PublicKey::from_bytes(*bytes).ok().map(|key| key.kid())
}

fn certify(switch: &Switch, certification: &Certification) -> Result<Act, Problem> {
    let participant = who(switch, &certification.participant, "/action/certify")?;
    let known = switch.participant(participant);
    Ok(Act::Certify {
        participant,
        before: known.map_or(Finality::Immediate, |known| known.finality),
        after: match certification.finality {
            api::FinalityLevel::Confirm => Finality::Confirm,
            api::FinalityLevel::Immediate => Finality::Immediate,
        },
        evidence: evidence(&certification.evidence, "/action/certify/evidence")?,
    })
}

fn open_break(switch: &Switch, facts: &Facts, found: &BreakFound) -> Result<Act, Problem> {
    let unknown = || Problem::new(Code::PaymentUnknown).with_field("/action/open_break/item");
    let seen = facts.item.as_ref().ok_or_else(unknown)?;
    let kind = match found.kind {
        api::BreakKind::CreditedThoughCancelled => switch::BreakKind::CreditedThoughCancelled,
        api::BreakKind::NotCreditedThoughCompleted => switch::BreakKind::NotCreditedThoughCompleted,
    };
    let unfit = || {
        let problem = Problem::new(Code::BreakUnfit).with_field("/action/open_break/kind");
        problem.with_detail("the item did not end so")
    };
    let mut open = switch
        .break_of(&seen.item, kind, facts.now)
        .ok_or_else(unfit)?;
    open.evidence = evidence(&found.evidence, "/action/open_break/evidence")?;
    Ok(Act::OpenBreak(Box::new(open)))
}

fn close_break(switch: &Switch, facts: &Facts, settled: &BreakSettled) -> Result<Act, Problem> {
    let item = item(&settled.item, "/action/close_break/item")?;
    let unfit = || {
        let problem = Problem::new(Code::BreakUnfit).with_field("/action/close_break/item");
        problem.with_detail("the item has no open break")
    };
    let open = switch.open_break(item).ok_or_else(unfit)?;
    // The core sees refunds in memory, and takes no new ones while the break is open.
    let refunded = facts.item.as_ref().map(|seen| seen.refunded.0);
    let is_refunded = refunded.is_some_and(|amount| !amount.is_zero());
    let gives_back = open.kind == switch::BreakKind::NotCreditedThoughCompleted
        && open.payment == item
        && matches!(settled.settle, Settling::LinkedPayment);
    if gives_back && is_refunded {
        let problem = Problem::new(Code::BreakUnfit).with_field("/action/close_break/settle");
        return Err(problem.with_detail("the payment was refunded; close it with `nothing`"));
    }
    Ok(Act::CloseBreak {
        item,
        legs: match settled.settle {
            Settling::LinkedPayment => open.legs.clone(),
            Settling::Nothing => Vec::new(),
        },
    })
}
