//! An action as its second person must see it: one sentence, and every value that it changes.

use money::{Amount, Currency, Money};
use switch::{
    Act, ActionEnd, Break, BreakKind, Corridor, DoubtDecision, Ended, Finality, Leg, LossBearer,
    OpenItems, ParticipantId, SettlementAct, Span,
};
use wire::api::{ActionChange, ActionState, ActionView};

use super::act::kid_of;
use super::{SeenAction, digest, id_text};
use crate::convert::{time_text, uuid_text};
use crate::hub::Directory;

pub(super) fn view(seen: &SeenAction, directory: &Directory) -> ActionView {
    let proposed = &seen.action.proposed;
    let ended = seen.action.ended.as_ref();
    let state = match ended.map(|ended| ended.how) {
        None => ActionState::Open,
        Some(ActionEnd::Approved) => ActionState::Approved,
        Some(ActionEnd::Rejected) => ActionState::Rejected,
        Some(ActionEnd::Expired) => ActionState::Expired,
    };
    let words = Words { directory };
    let shown = words.shown(&proposed.act, seen.base.as_ref());
    let said = |ended: &Ended| (!ended.reason.is_empty()).then(|| ended.reason.clone());
    ActionView {
        id: id_text(proposed.id),
        state,
        kind: shown.kind.to_owned(),
        summary: shown.summary,
        changes: shown.changes,
        break_id: break_of(&proposed.act),
        reason: proposed.reason.clone(),
        evidence: shown.evidence,
        proposed_by: directory.name(proposed.by),
        proposed_at: time_text(seen.action.at.now),
        expires_at: time_text(proposed.expires_at),
        digest: digest(proposed),
        ended_by: ended
            .and_then(|ended| ended.by)
            .map(|by| directory.name(by)),
        ended_at: ended.map(|ended| time_text(ended.at.now)),
        ended_reason: ended.and_then(said),
        sequence: ended.map_or(seen.action.at.seq, |ended| ended.at.seq),
    }
}

fn break_of(act: &Act) -> Option<String> {
    let Act::Settlement(act) = act else {
        return None;
    };
    match act.as_ref() {
        SettlementAct::Adjust(adjustment) => Some(adjustment.break_id.clone()),
        SettlementAct::Arrange(_)
        | SettlementAct::Close { .. }
        | SettlementAct::Settle { .. }
        | SettlementAct::Hold { .. }
        | SettlementAct::Exclude { .. }
        | SettlementAct::Pledge { .. }
        | SettlementAct::Draw { .. }
        | SettlementAct::Repay { .. }
        | SettlementAct::Confirm { .. } => None,
    }
}

pub(super) struct Shown {
    pub(super) kind: &'static str,
    pub(super) summary: String,
    pub(super) changes: Vec<ActionChange>,
    pub(super) evidence: Option<String>,
}

pub(super) struct Words<'a> {
    pub(super) directory: &'a Directory,
}

impl Words<'_> {
    pub(super) fn name(&self, id: ParticipantId) -> String {
        self.directory.name(id)
    }

    fn shown(&self, act: &Act, base: Option<&Corridor>) -> Shown {
        match act {
            Act::Deposit {
                participant,
                currency,
                amount,
            } => self.moved("deposit", *participant, Money::new(*currency, *amount)),
            Act::Withdraw {
                participant,
                currency,
                amount,
            } => self.moved("withdraw", *participant, Money::new(*currency, *amount)),
            Act::Cap {
                participant,
                currency,
                before,
                after,
            } => self.cap(*participant, *currency, [*before, *after]),
            Act::Suspend { participant, open } => self.suspend(*participant, *open),
            Act::Resume { participant } => {
                let summary = format!("{} takes part again", self.name(*participant));
                let change = change("takes part", Some("no"), Some("yes"));
                shown("resume", summary, vec![change])
            }
            Act::Corridor { after, .. } => corridor(base, after),
            Act::Keys {
                participant,
                before,
                after,
            } => self.keys(*participant, before, after),
            Act::Certify {
                participant,
                before,
                after,
                evidence,
            } => self.certify(*participant, [*before, *after], evidence),
            Act::Resolve {
                item,
                decision,
                evidence,
            } => {
                let end = match decision {
                    DoubtDecision::Complete => "completed",
                    DoubtDecision::Cancel => "cancelled",
                };
                let summary = format!("{} ends as {end}", uuid_text(*item));
                let change = change("state", Some("in_doubt"), Some(end));
                with(evidence, shown("resolve", summary, vec![change]))
            }
            Act::OpenBreak(found) => self.open_break(found),
            Act::CloseBreak { item, legs } => {
                let how = match legs.is_empty() {
                    true => "nothing is posted",
                    false => "its linked payment is posted",
                };
                let summary = format!("the break of {} is closed: {how}", uuid_text(*item));
                let mut changes = vec![change("break", Some("open"), Some("closed"))];
                changes.extend(self.legs(legs));
                shown("close_break", summary, changes)
            }
            Act::Settlement(act) => self.settlement(act),
            Act::ResumeRail { participant } => {
                let summary = format!("the rail of {} is asked again", self.name(*participant));
                let change = change("rail", Some("stopped"), Some("asked"));
                shown("resume_rail", summary, vec![change])
            }
        }
    }

    fn moved(&self, kind: &'static str, who: ParticipantId, money: Money) -> Shown {
        let name = self.name(who);
        let amount = money.amount.decimal(money.currency);
        let currency = money.currency;
        let (sign, verb) = match kind {
            "deposit" => ("+", "prefunds"),
            _ => ("-", "takes out"),
        };
        let summary = format!("{name} {verb} {currency} {amount}");
        let what = format!("liquidity in {currency}");
        let after = format!("{sign}{amount}");
        shown(kind, summary, vec![change(&what, None, Some(&after))])
    }

    fn cap(&self, who: ParticipantId, currency: Currency, [before, after]: [Amount; 2]) -> Shown {
        let (before, after) = (before.decimal(currency), after.decimal(currency));
        let summary = format!("{} may owe at most {currency} {after}", self.name(who));
        let what = format!("cap in {currency}");
        shown(
            "cap",
            summary,
            vec![change(&what, Some(&before), Some(&after))],
        )
    }

    fn suspend(&self, who: ParticipantId, open: OpenItems) -> Shown {
        let treatment = match open {
            OpenItems::Run => "run on",
            OpenItems::Cancel => "are cancelled where nobody can have credited",
        };
        let summary = format!("{} takes no part in anything new", self.name(who));
        let changes = vec![
            change("takes part", Some("yes"), Some("no")),
            change("open items", None, Some(treatment)),
        ];
        shown("suspend", summary, changes)
    }

    fn keys(&self, who: ParticipantId, before: &[[u8; 32]], after: &[[u8; 32]]) -> Shown {
        let name = |key: &[u8; 32]| kid_of(key).map_or_else(|| "?".to_owned(), |k| k.to_string());
        let gone = before.iter().filter(|key| !after.contains(key));
        let come = after.iter().filter(|key| !before.contains(key));
        let stay = before.iter().filter(|key| after.contains(key));
        let mut changes: Vec<ActionChange> = Vec::new();
        changes.extend(gone.map(|key| change("key", Some(&name(key)), None)));
        changes.extend(come.map(|key| change("key", None, Some(&name(key)))));
        changes.extend(stay.map(|key| change("key", Some(&name(key)), Some(&name(key)))));
        let summary = match after.len() {
            0 => format!("{} has no key any more", self.name(who)),
            1 => format!("{} signs with one key", self.name(who)),
            count => format!("{} signs with any of {count} keys", self.name(who)),
        };
        shown("keys", summary, changes)
    }

    fn certify(&self, who: ParticipantId, [before, after]: [Finality; 2], why: &str) -> Shown {
        let level = |finality| match finality {
            Finality::Confirm => "confirm",
            Finality::Immediate => "immediate",
        };
        let promise = match after {
            Finality::Confirm => "credits only after the outcome",
            Finality::Immediate => "credits at once",
        };
        let summary = format!("the rail of {} {promise}", self.name(who));
        let change = change("finality", Some(level(before)), Some(level(after)));
        with(why, shown("certify", summary, vec![change]))
    }

    fn open_break(&self, found: &Break) -> Shown {
        let how = match found.kind {
            BreakKind::CreditedThoughCancelled => "was credited though it is cancelled",
            BreakKind::NotCreditedThoughCompleted => "was not credited though it is completed",
        };
        let summary = format!("{} {how}", uuid_text(found.item));
        let bearer = self.name(found.bearer);
        let mut changes = vec![change("bearer", None, Some(&bearer))];
        changes.extend(self.legs(&found.legs));
        with(&found.evidence, shown("open_break", summary, changes))
    }

    fn legs(&self, legs: &[Leg]) -> Vec<ActionChange> {
        let one = |leg: &Leg| {
            let (owes, is_owed) = (self.name(leg.owes), self.name(leg.is_owed));
            let amount = leg.money.amount.decimal(leg.money.currency);
            let text = format!("{owes} owes {is_owed} {} {amount}", leg.money.currency);
            change("leg", None, Some(&text))
        };
        legs.iter().map(one).collect()
    }
}

fn corridor(base: Option<&Corridor>, after: &Corridor) -> Shown {
    let summary = format!("corridor {} gets a new version", after.name);
    let new = fields(after);
    let old = base.map(fields).unwrap_or_default();
    let mut changes: Vec<ActionChange> = Vec::new();
    if let Some(base) = base {
        let version = base.at.version;
        let next = version.saturating_add(1).to_string();
        changes.push(change("version", Some(&version.to_string()), Some(&next)));
    }
    for (name, value) in new {
        let before = old.iter().find(|(known, _)| *known == name);
        let before = before.map(|(_, value)| value.as_str());
        if before != Some(value.as_str()) {
            changes.push(change(name, before, Some(&value)));
        }
    }
    shown("corridor", summary, changes)
}

/// Every field that an action can change, under the name that the request gives it.
fn fields(corridor: &Corridor) -> Vec<(&'static str, String)> {
    const SECOND_NS: i64 = 1_000_000_000;
    let price = corridor.payee_currency;
    let fee = corridor.merchant_fee;
    let seconds = |span: Span| span.0.div_euclid(SECOND_NS).to_string();
    let days = |span: Span| {
        span.0
            .div_euclid(SECOND_NS.saturating_mul(86_400))
            .to_string()
    };
    let mut all = vec![
        ("active_from", time_text(corridor.active_from)),
        ("amount_min", corridor.amount_min.decimal(price)),
        ("amount_max", corridor.amount_max.decimal(price)),
        ("fee_total_bp", fee.total.points().to_string()),
        ("fee_issuer_bp", fee.issuer.points().to_string()),
        ("fee_switch_bp", fee.switch.points().to_string()),
        ("quote_ttl_s", seconds(corridor.quote_ttl)),
        ("ask_timeout_s", seconds(corridor.ask_timeout)),
        ("doubt_timeout_s", seconds(corridor.doubt_timeout)),
        (
            "doubt_decision",
            match corridor.doubt_decision {
                DoubtDecision::Complete => "complete".to_owned(),
                DoubtDecision::Cancel => "cancel".to_owned(),
            },
        ),
        (
            "loss_bearer",
            match corridor.loss_bearer {
                LossBearer::PayerParticipant => "payer_participant".to_owned(),
                LossBearer::PayeeParticipant => "payee_participant".to_owned(),
                LossBearer::House => "house".to_owned(),
            },
        ),
        ("refund_period_days", days(corridor.refund_period)),
        ("refund_wait_s", seconds(corridor.refund_wait)),
    ];
    if let Some(first) = corridor.payer_currencies.first() {
        all.push(("day_max", first.day_max.decimal(first.currency)));
        all.push(("switch_fee", first.switch_fee.decimal(first.currency)));
    }
    all
}

pub(super) fn change(what: &str, before: Option<&str>, after: Option<&str>) -> ActionChange {
    ActionChange {
        what: what.to_owned(),
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
    }
}

pub(super) fn shown(kind: &'static str, summary: String, changes: Vec<ActionChange>) -> Shown {
    Shown {
        kind,
        summary,
        changes,
        evidence: None,
    }
}

fn with(evidence: &str, shown: Shown) -> Shown {
    Shown {
        evidence: Some(evidence.to_owned()),
        ..shown
    }
}
