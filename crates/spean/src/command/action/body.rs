//! What was typed becomes the body of a request.

mod settlement;

use anyhow::{Context as _, bail};
use wire::api::{
    ActionBody, BreakFound, BreakKind, BreakSettled, CapChange, Certification, CorridorChange,
    CorridorFields, DoubtDecision, FinalityLevel, KeyRevocation, KeySet, LossBearer, Money,
    MoneyMoved, OfParticipant, OpenItems, Resolution, Settling, Suspension,
};
use wire::keys::{Jwks, PublicKey};

use crate::cli::{
    BreakName, CertificationArgs, CloseBreakArgs, DecisionName, FinalityName, KeysArgs, MoneyArgs,
    OpenBreakArgs, Proposal, Propose, ResolveArgs, SettleName, SuspendArgs,
};

pub(super) fn of(propose: Propose) -> anyhow::Result<(ActionBody, Proposal)> {
    Ok(match propose {
        Propose::Deposit(args) => {
            let (moved, proposal) = moved(args);
            (ActionBody::Deposit(moved), proposal)
        }
        Propose::Withdraw(args) => {
            let (moved, proposal) = moved(args);
            (ActionBody::Withdraw(moved), proposal)
        }
        Propose::Cap(args) => {
            let (moved, proposal) = moved(args);
            let change = CapChange {
                participant: moved.participant,
                cap: moved.amount,
            };
            (ActionBody::Cap(change), proposal)
        }
        Propose::Suspend(args) => (ActionBody::Suspend(suspension(&args)), args.proposal),
        Propose::Resume(args) => {
            let participant = args.participant;
            (
                ActionBody::Resume(OfParticipant { participant }),
                args.proposal,
            )
        }
        Propose::ResumeRail(args) => {
            let participant = args.participant;
            let body = ActionBody::ResumeRail(OfParticipant { participant });
            (body, args.proposal)
        }
        Propose::Corridor(args) => {
            let change = CorridorChange {
                corridor: args.corridor,
                base_version: args.base,
                set: fields(&args.set)?,
            };
            (ActionBody::Corridor(change), args.proposal)
        }
        Propose::Keys(args) => (ActionBody::Keys(key_set(&args)?), args.proposal),
        Propose::RevokeKeys(args) => {
            let revocation = KeyRevocation {
                participant: args.participant,
                key_ids: args.key_ids,
            };
            (ActionBody::RevokeKeys(revocation), args.proposal)
        }
        Propose::Certify(args) => (ActionBody::Certify(certification(&args)), args.proposal),
        Propose::Resolve(args) => (ActionBody::Resolve(resolution(&args)), args.proposal),
        Propose::OpenBreak(args) => (ActionBody::OpenBreak(found(&args)), args.proposal),
        Propose::CloseBreak(args) => (ActionBody::CloseBreak(settled(&args)), args.proposal),
        Propose::Settlement(propose) => settlement::of(propose),
    })
}

fn moved(args: MoneyArgs) -> (MoneyMoved, Proposal) {
    let moved = MoneyMoved {
        participant: args.participant,
        amount: Money {
            currency: args.currency.to_ascii_uppercase(),
            amount: args.amount,
        },
    };
    (moved, args.proposal)
}

fn suspension(args: &SuspendArgs) -> Suspension {
    Suspension {
        participant: args.participant.clone(),
        open_items: match args.cancel_open {
            true => OpenItems::Cancel,
            false => OpenItems::Run,
        },
    }
}

fn key_set(args: &KeysArgs) -> anyhow::Result<KeySet> {
    let file = args.file.display();
    let document =
        std::fs::read(&args.file).with_context(|| format!("read the public keys `{file}`"))?;
    let keys =
        Jwks::parse(&document).with_context(|| format!("understand the public keys `{file}`"))?;
    Ok(KeySet {
        participant: args.participant.clone(),
        keys: keys.keys().map(PublicKey::to_x).collect(),
    })
}

fn certification(args: &CertificationArgs) -> Certification {
    Certification {
        participant: args.participant.clone(),
        finality: match args.finality {
            FinalityName::Confirm => FinalityLevel::Confirm,
            FinalityName::Immediate => FinalityLevel::Immediate,
        },
        evidence: args.evidence.clone(),
    }
}

fn resolution(args: &ResolveArgs) -> Resolution {
    Resolution {
        item: args.item.clone(),
        decision: match args.decision {
            DecisionName::Complete => DoubtDecision::Complete,
            DecisionName::Cancel => DoubtDecision::Cancel,
        },
        evidence: args.evidence.clone(),
    }
}

fn found(args: &OpenBreakArgs) -> BreakFound {
    BreakFound {
        item: args.item.clone(),
        kind: match args.kind {
            BreakName::CreditedThoughCancelled => BreakKind::CreditedThoughCancelled,
            BreakName::NotCreditedThoughCompleted => BreakKind::NotCreditedThoughCompleted,
        },
        evidence: args.evidence.clone(),
    }
}

fn settled(args: &CloseBreakArgs) -> BreakSettled {
    BreakSettled {
        item: args.item.clone(),
        settle: match args.settle {
            SettleName::LinkedPayment => Settling::LinkedPayment,
            SettleName::Nothing => Settling::Nothing,
        },
    }
}

/// `FIELD=VALUE` of each; a field that nobody knows is an error, and so is one given twice.
fn fields(set: &[String]) -> anyhow::Result<CorridorFields> {
    let mut fields = CorridorFields::default();
    let mut seen: Vec<&str> = Vec::new();
    for one in set {
        let (name, value) = one
            .split_once('=')
            .with_context(|| format!("understand `{one}`: it is not FIELD=VALUE"))?;
        if seen.contains(&name) {
            bail!("set `{name}` twice");
        }
        seen.push(name);
        let number = || -> anyhow::Result<u32> {
            let number = value.parse();
            number.with_context(|| format!("take `{value}` for {name}: a whole number is needed"))
        };
        let points = || -> anyhow::Result<u16> {
            u16::try_from(number()?).with_context(|| format!("take `{value}` basis points"))
        };
        match name {
            "active_from" => fields.active_from = Some(value.to_owned()),
            "amount_min" => fields.amount_min = Some(value.to_owned()),
            "amount_max" => fields.amount_max = Some(value.to_owned()),
            "day_max" => fields.day_max = Some(value.to_owned()),
            "switch_fee" => fields.switch_fee = Some(value.to_owned()),
            "fee_total_bp" => fields.fee_total_bp = Some(points()?),
            "fee_issuer_bp" => fields.fee_issuer_bp = Some(points()?),
            "fee_switch_bp" => fields.fee_switch_bp = Some(points()?),
            "quote_ttl_s" => fields.quote_ttl_s = Some(number()?),
            "ask_timeout_s" => fields.ask_timeout_s = Some(number()?),
            "doubt_timeout_s" => fields.doubt_timeout_s = Some(number()?),
            "refund_period_days" => fields.refund_period_days = Some(number()?),
            "refund_wait_s" => fields.refund_wait_s = Some(number()?),
            "doubt_decision" => fields.doubt_decision = Some(doubt_decision(value)?),
            "loss_bearer" => fields.loss_bearer = Some(loss_bearer(value)?),
            _ => bail!("set `{name}`: no action changes such a field of a corridor"),
        }
    }
    Ok(fields)
}

fn doubt_decision(value: &str) -> anyhow::Result<DoubtDecision> {
    Ok(match value {
        "complete" => DoubtDecision::Complete,
        "cancel" => DoubtDecision::Cancel,
        other => bail!("decide a doubt by `{other}`: there are `complete` and `cancel`"),
    })
}

fn loss_bearer(value: &str) -> anyhow::Result<LossBearer> {
    Ok(match value {
        "payer_participant" => LossBearer::PayerParticipant,
        "payee_participant" => LossBearer::PayeeParticipant,
        "house" => LossBearer::House,
        other => bail!(
            "let `{other}` bear a loss: there are `payer_participant`, `payee_participant` and \
             `house`"
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_a_corridor_are_read_or_named() {
        let set = |texts: &[&str]| {
            let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
            fields(&texts).map_err(|error| error.to_string())
        };
        let expected = CorridorFields {
            ask_timeout_s: Some(30),
            fee_total_bp: Some(130),
            loss_bearer: Some(LossBearer::House),
            day_max: Some("900".into()),
            ..CorridorFields::default()
        };
        let texts = [
            "ask_timeout_s=30",
            "fee_total_bp=130",
            "loss_bearer=house",
            "day_max=900",
        ];
        assert_eq!(set(&texts), Ok(expected));
        for (text, words) in [
            ("x", "understand `x`: it is not FIELD=VALUE"),
            (
                "name=X",
                "set `name`: no action changes such a field of a corridor",
            ),
            (
                "ask_timeout_s=1m",
                "take `1m` for ask_timeout_s: a whole number is needed",
            ),
            ("fee_total_bp=70000", "take `70000` basis points"),
        ] {
            assert_eq!(set(&[text]), Err(words.to_owned()));
        }
        let twice = set(&["day_max=1", "day_max=2"]);
        assert_eq!(twice, Err("set `day_max` twice".to_owned()));
    }
}
