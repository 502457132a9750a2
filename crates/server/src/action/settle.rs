//! Actions of settlement between the wire and the core, and in words.

use calendar::{Country, Cycle, Days, Schedule};
use money::{Amount, Currency, Money};
use switch::{
    Act, Adjustment, Arrangement, Day, Netting, ParticipantId, Purse, SettlementAct, Switch, Time,
    WindowId,
};
use uuid::Uuid;
use wire::api::{
    self, ActionBody, ActionChange, AdjustmentRequest, ArrangementChange, WindowSettlement,
};
use wire::error::{Code, Problem};

use super::act::{moved_money, who};
use super::show::{Shown, Words, change, shown};
use crate::convert::{bounded_bytes, currency, money_of, net_text, parse_time, price, time_text};

/// The action, if it is one of settlement; the others are made where they are named.
pub(super) fn act_of(switch: &Switch, now: Time, body: &ActionBody) -> Result<Act, Problem> {
    let act = match body {
        ActionBody::Arrange(change) => arrange(switch, change),
        ActionBody::CloseWindow(of) => Ok(SettlementAct::Close {
            window: WindowId(of.window),
        }),
        ActionBody::Settle(settle) => settled(switch, now, settle),
        ActionBody::HoldWindow(hold) => {
            let until = parse_time(&hold.until, "/action/hold_window/until");
            let window = WindowId(hold.window);
            until.map(|until| SettlementAct::Hold { window, until })
        }
        ActionBody::Exclude(exclusion) => {
            let participant = who(switch, &exclusion.participant, "/action/exclude");
            let window = WindowId(exclusion.window);
            participant.map(|participant| SettlementAct::Exclude {
                window,
                participant,
            })
        }
        ActionBody::Pledge(change) => pledge(switch, change),
        ActionBody::Draw(moved) => {
            let moved = moved_money(switch, moved, "/action/draw");
            moved.map(|(participant, money)| SettlementAct::Draw { participant, money })
        }
        ActionBody::Repay(moved) => {
            let moved = moved_money(switch, moved, "/action/repay");
            moved.map(|(participant, money)| SettlementAct::Repay { participant, money })
        }
        ActionBody::ConfirmPayout(seen) => {
            let most = switch::limits::REFERENCE_BYTES_MAX;
            let reference =
                bounded_bytes(&seen.reference, most, "/action/confirm_payout/reference");
            reference.map(|reference| SettlementAct::Confirm {
                window: WindowId(seen.window),
                place: seen.number,
                reference,
            })
        }
        ActionBody::Adjust(request) => adjust(switch, request),
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
        | ActionBody::OpenBreak(_)
        | ActionBody::CloseBreak(_)
        | ActionBody::ResumeRail(_) => Err(Problem::new(Code::Internal)),
    };
    act.map(|act| Act::Settlement(Box::new(act)))
}

/// What the window comes to now, with a fresh UETR for each payout: what the second person
/// approves is exactly what is written to the bank.
fn settled(
    switch: &Switch,
    now: Time,
    settle: &WindowSettlement,
) -> Result<SettlementAct, Problem> {
    let window = WindowId(settle.window);
    let known = switch
        .window_of(window)
        .ok_or_else(|| Problem::new(Code::WindowUnfit).with_field("/action/settle/window"))?;
    let comes_to = switch.settlement_of(window);
    let mut settlement = comes_to.map_err(|refusal| {
        let problem = crate::convert::problem(refusal, crate::convert::Subject::Action);
        problem.with_field("/action/settle/window")
    })?;
    for payout in &mut settlement.payouts {
        payout.uetr = Uuid::new_v4().as_u128();
    }
    let field = "/action/settle/settlement_date";
    let wrong = |detail: String| {
        let problem = Problem::new(Code::InvalidField).with_field(field);
        problem.with_detail(detail)
    };
    let first = switch.pay_day(known, now);
    let day = match &settle.settlement_date {
        Some(text) => day(text, field)?,
        None => first
            .ok_or_else(|| wrong("the calendars do not reach that far: name the day".to_owned()))?,
    };
    if !switch.can_pay_on(known, now, day) {
        let first = first.and_then(Day::date).map(|day| day.to_string());
        let first = first.map_or_else(String::new, |day| format!(", first on {day}"));
        return Err(wrong(format!("the bank does not pay on that day{first}")));
    }
    Ok(SettlementAct::Settle {
        window,
        day,
        settlement: Box::new(settlement),
    })
}

fn day(text: &str, field: &str) -> Result<Day, Problem> {
    let wrong = || {
        let problem = Problem::new(Code::InvalidField).with_field(field);
        problem.with_detail("a day is written 2026-11-26")
    };
    // The type reads more than the one form that we show.
    if text.len() != "2026-11-26".len() {
        return Err(wrong());
    }
    text.parse().map(Day::of_date).map_err(|_malformed| wrong())
}

fn arrange(switch: &Switch, change: &ArrangementChange) -> Result<SettlementAct, Problem> {
    const AT: &str = "/action/arrange";
    let known = switch.arrangement();
    if known.version != change.base_version {
        let detail = format!("the arrangement is at version {}", known.version);
        let problem = Problem::new(Code::ActionStale).with_detail(detail);
        return Err(problem.with_field("/action/arrange/base_version"));
    }
    let wrong = |name: &str, detail: &str| {
        let problem = Problem::new(Code::InvalidField).with_field(format!("{AT}/{name}"));
        problem.with_detail(detail.to_owned())
    };
    let countries: Option<Vec<Country>> = change
        .countries
        .iter()
        .map(|alpha| Country::from_alpha(alpha))
        .collect();
    let countries = countries.ok_or_else(|| wrong("countries", "known are KH and JP"))?;
    let cycle = Cycle::parse(&change.cycle).ok_or_else(|| {
        wrong(
            "cycle",
            "one of `manual`, `daily 17:00 KH`, `every 60 minutes`",
        )
    })?;
    let days = match change.business_days_only {
        true => Days::OpenIn(countries.clone()),
        false => Days::All,
    };
    let settlement_currency = change.settlement_currency.as_ref();
    let settlement_currency = settlement_currency
        .map(|alpha| currency(alpha, "/action/arrange/settlement_currency"))
        .transpose()?;
    Ok(SettlementAct::Arrange(Arrangement {
        version: known.version.saturating_add(1),
        netting: match change.netting {
            api::Netting::Multilateral => Netting::Multilateral,
            api::Netting::Bilateral => Netting::Bilateral,
            api::Netting::Gross => Netting::Gross,
        },
        currency: settlement_currency,
        schedule: Schedule { cycle, days },
        countries,
        lag_days: change.lag_days,
        low_water_percent: change.low_water_percent,
    }))
}

fn pledge(switch: &Switch, change: &api::PledgeChange) -> Result<SettlementAct, Problem> {
    let participant = who(switch, &change.participant, "/action/pledge")?;
    let money = money_of(&change.pledge, "/action/pledge/pledge")?;
    let (before, _) = switch.pledge(participant, money.currency);
    Ok(SettlementAct::Pledge {
        participant,
        currency: money.currency,
        before,
        after: money.amount,
    })
}

fn adjust(switch: &Switch, request: &AdjustmentRequest) -> Result<SettlementAct, Problem> {
    let break_id = request.break_id.clone();
    if !switch::is_break_name(&break_id) {
        let problem = Problem::new(Code::InvalidField).with_field("/action/adjust/break_id");
        return Err(problem.with_detail("`b-` and the break's number, as in `b-7`"));
    }
    let purse = |text: &str, name: &str| {
        let field = format!("/action/adjust/{name}");
        match text.split_once(':') {
            None if text == "bank" => Ok(Purse::Bank),
            None if text == "suspense" => Ok(Purse::Suspense),
            None if text == "written_off" => Ok(Purse::WrittenOff),
            Some(("liquidity", name)) => who(switch, name, &field).map(Purse::Liquidity),
            None | Some(_) => {
                let problem = Problem::new(Code::InvalidField).with_field(field);
                let detail = "one of `bank`, `suspense`, `written_off`, `liquidity:NAME`";
                Err(problem.with_detail(detail))
            }
        }
    };
    Ok(SettlementAct::Adjust(Adjustment {
        break_id,
        from: purse(&request.from, "from")?,
        to: purse(&request.to, "to")?,
        money: price(&request.amount, "/action/adjust/amount")?,
    }))
}

impl Words<'_> {
    pub(super) fn settlement(&self, act: &SettlementAct) -> Shown {
        match act {
            SettlementAct::Arrange(arrangement) => arranged(arrangement),
            SettlementAct::Close { window } => {
                let summary = format!("window {} closes now", window.0);
                let change = change("window", Some("open"), Some("closed"));
                shown("close_window", summary, vec![change])
            }
            SettlementAct::Settle {
                window,
                day,
                settlement,
            } => self.settle(*window, *day, settlement),
            SettlementAct::Hold { window, until } => {
                let until = time_text(*until);
                let summary = format!("window {} is not settled before {until}", window.0);
                let change = change("held until", None, Some(&until));
                shown("hold_window", summary, vec![change])
            }
            SettlementAct::Exclude {
                window,
                participant,
            } => {
                let name = self.name(*participant);
                let summary = format!(
                    "all that {name} owes and is owed in window {} moves to the open one",
                    window.0
                );
                let change = change("excluded", None, Some(&name));
                shown("exclude", summary, vec![change])
            }
            SettlementAct::Pledge {
                participant,
                currency,
                before,
                after,
            } => self.pledged(*participant, *currency, [*before, *after]),
            SettlementAct::Draw { participant, money } => self.drawn(*participant, *money),
            SettlementAct::Repay { participant, money } => self.repaid(*participant, *money),
            SettlementAct::Confirm {
                window,
                place,
                reference,
            } => {
                let summary = format!("payout {place} of window {} was made", window.0);
                let change = change("reference", None, Some(reference));
                shown("confirm_payout", summary, vec![change])
            }
            SettlementAct::Adjust(adjustment) => self.adjusted(adjustment),
        }
    }

    fn pledged(
        &self,
        who: ParticipantId,
        currency: Currency,
        [before, after]: [Amount; 2],
    ) -> Shown {
        let (before, after) = (before.decimal(currency), after.decimal(currency));
        let summary = format!("{currency} {after} is pledged for {}", self.name(who));
        let what = format!("pledge in {currency}");
        let change = change(&what, Some(&before), Some(&after));
        shown("pledge", summary, vec![change])
    }

    fn drawn(&self, who: ParticipantId, money: Money) -> Shown {
        let summary = format!("the pledge for {} pays {}", self.name(who), text(money));
        shown("draw", summary, vec![moved(money, '+')])
    }

    fn repaid(&self, who: ParticipantId, money: Money) -> Shown {
        let summary = format!(
            "{} gives {} back to its pledge",
            self.name(who),
            text(money)
        );
        shown("repay", summary, vec![moved(money, '-')])
    }

    fn adjusted(&self, adjustment: &Adjustment) -> Shown {
        let (from, to) = (self.purse(adjustment.from), self.purse(adjustment.to));
        let money = text(adjustment.money);
        let summary = format!(
            "break {} is closed: {money} from {from} to {to}",
            adjustment.break_id
        );
        let amount = adjustment.money.amount.decimal(adjustment.money.currency);
        // What is said to come from the bank's account came to it, and the other way round.
        let sign = |purse, is_from| match is_from == (purse == Purse::Bank) {
            true => '+',
            false => '-',
        };
        let after = |purse, is_from| format!("{}{amount}", sign(purse, is_from));
        let changes = vec![
            change(&from, None, Some(&after(adjustment.from, true))),
            change(&to, None, Some(&after(adjustment.to, false))),
        ];
        shown("adjust", summary, changes)
    }

    fn settle(&self, window: WindowId, day: Day, settlement: &switch::Settlement) -> Shown {
        let day = day.date().map(|day| day.to_string()).unwrap_or_default();
        let count = settlement.payouts.len();
        let summary = format!(
            "window {} is settled on {day}: the bank makes {count} payouts",
            window.0
        );
        let mut changes = vec![change("settlement date", None, Some(&day))];
        for (who, part) in &settlement.parts {
            let what = format!("liquidity of {} in {}", self.name(*who), part.currency);
            let after = format!("-{}", part.amount.decimal(part.currency));
            changes.push(change(&what, None, Some(&after)));
        }
        for payout in &settlement.payouts {
            let of = payout
                .debtor
                .map(|debtor| format!(" of {}", self.name(debtor)));
            let to = self.name(payout.creditor);
            let after = format!("{} to {to}{}", text(payout.money), of.unwrap_or_default());
            changes.push(change("payout", None, Some(&after)));
        }
        for rate in &settlement.rates {
            let after = format!("{} {} for 1 {}", rate.decimal(), rate.quote(), rate.base());
            changes.push(change("rate", None, Some(&after)));
        }
        shown("settle", summary, changes)
    }

    fn purse(&self, purse: Purse) -> String {
        match purse {
            Purse::Bank => "bank".to_owned(),
            Purse::Suspense => "suspense".to_owned(),
            Purse::WrittenOff => "written_off".to_owned(),
            Purse::Liquidity(who) => format!("liquidity of {}", self.name(who)),
        }
    }
}

fn arranged(arrangement: &Arrangement) -> Shown {
    let netting = match arrangement.netting {
        Netting::Multilateral => "multilateral",
        Netting::Bilateral => "bilateral",
        Netting::Gross => "gross",
    };
    let countries: Vec<&str> = arrangement
        .countries
        .iter()
        .map(|one| one.alpha())
        .collect();
    let days = match arrangement.schedule.days {
        Days::All => "all days",
        Days::OpenIn(_) => "business days",
    };
    let currency = arrangement
        .currency
        .map_or("each leg's own", Currency::alpha);
    let changes = vec![
        change("netting", None, Some(netting)),
        change("settlement currency", None, Some(currency)),
        change("cycle", None, Some(&arrangement.schedule.cycle.to_string())),
        change("closes on", None, Some(days)),
        change("banks open in", None, Some(&countries.join(", "))),
        change(
            "lag in business days",
            None,
            Some(&arrangement.lag_days.to_string()),
        ),
        change(
            "low water in per cent",
            None,
            Some(&arrangement.low_water_percent.to_string()),
        ),
    ];
    let summary = format!("windows are settled by version {}", arrangement.version);
    shown("arrange", summary, changes)
}

fn moved(money: Money, sign: char) -> ActionChange {
    let what = format!("liquidity in {}", money.currency);
    let after = format!("{sign}{}", money.amount.decimal(money.currency));
    change(&what, None, Some(&after))
}

fn text(money: Money) -> String {
    let amount = i128::from(money.amount.minor());
    format!("{} {}", money.currency, net_text(amount, money.currency))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_in_one_way() {
        assert_eq!(day("1970-01-02", "/x").unwrap(), Day(1));
        for wrong in [
            "",
            "2026-11-31",
            "26.11.2026",
            "2026-11-26T00:00",
            "20261126",
        ] {
            assert!(day(wrong, "/x").is_err(), "{wrong}");
        }
    }
}
