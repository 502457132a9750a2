//! The file as it will be used: every text becomes a value, or an error that names it.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use calendar::{Country, Cycle, Days, Schedule};
use money::{Amount, BasisPoints, Currency, Rate, Rounding};
use server::{NotifySettings, Targets};
use switch::{
    Arrangement, CorridorAt, CorridorId, DoubtDecision, Finality, Input, LossBearer, Netting,
    Operate, ParticipantId, RefundFees, Role, Span, Time,
};
use telling::limits::RETRIES_MAX;
use wire::keys::Jwks;

use super::Resolved;
use super::typed::{self, Config};

pub(super) fn resolve(config: &Config, folder: &Path) -> anyhow::Result<Resolved> {
    let listen = &config.hub.listen;
    let listen: SocketAddr = listen
        .parse()
        .with_context(|| format!("listen on `{listen}`"))?;
    Ok(Resolved {
        listen,
        authorities: authorities(&config.hub.authorities, listen),
        data: folder.join(&config.hub.data),
        key: folder.join(&config.hub.key),
        notify: notify(&config.notify, folder)?,
        bootstrap: bootstrap(config, folder)?,
    })
}

/// A pause of more than a week is a slip of the keyboard.
const RETRY_S_MAX: u32 = 7 * 86_400;

fn notify(one: &typed::Notify, folder: &Path) -> anyhow::Result<NotifySettings> {
    let mut settings = NotifySettings::default();
    if let Some(retries_s) = &one.retries_s {
        let in_bounds = |pause: &u32| (1..=RETRY_S_MAX).contains(pause);
        if retries_s.len() > RETRIES_MAX || !retries_s.iter().all(in_bounds) {
            bail!("take `retries_s`: at most {RETRIES_MAX} pauses of 1 to {RETRY_S_MAX} seconds");
        }
        let pauses = retries_s.iter().map(|s| Duration::from_secs(u64::from(*s)));
        settings.schedule = server::Schedule::new(pauses.collect());
    }
    if let Some(after_s) = one.stream_stuck_after_s {
        settings.stuck_after = Duration::from_secs(u64::from(after_s));
    }
    if one.private_targets {
        settings.targets = Targets::Any;
    }
    settings.roots = one.roots.as_ref().map(|file| folder.join(file));
    Ok(settings)
}

/// Without a name of its own, a hub is called by its address; on the loopback by that name too.
fn authorities(named: &[String], listen: SocketAddr) -> Vec<String> {
    if !named.is_empty() {
        return named.iter().map(|name| name.to_ascii_lowercase()).collect();
    }
    let mut own = vec![listen.to_string()];
    if listen.ip().is_loopback() {
        own.push(format!("localhost:{}", listen.port()));
    }
    own
}

/// Participants get their numbers in the order of the file, so that corridors and caps can name
/// them before anything is written.
fn bootstrap(config: &Config, folder: &Path) -> anyhow::Result<Vec<Input>> {
    let names: Vec<&str> = config
        .participants
        .iter()
        .map(|p| p.name.as_str())
        .collect();
    let mut inputs = Vec::new();
    for one in &config.participants {
        let input = participant(one, folder);
        inputs.push(input.with_context(|| format!("set up participant `{}`", one.name))?);
    }
    inputs.push(Input::OpenWindow);
    let arrangement = arrangement(&config.settlement).context("arrange settlement")?;
    inputs.push(Input::Operate(Box::new(Operate::Arrange(arrangement))));
    for one in &config.corridors {
        let corridor = corridor(one, &names);
        let corridor = corridor.with_context(|| format!("set up corridor `{}`", one.name))?;
        inputs.push(Input::SetCorridor(Box::new(corridor)));
    }
    for cap in &config.caps {
        let limits = limits(cap, &names);
        let limits = limits.with_context(|| format!("set the cap of `{}`", cap.participant))?;
        inputs.extend(limits);
    }
    for one in &config.references {
        let (base, quote) = (currency(&one.base)?, currency(&one.quote)?);
        let rate = Rate::parse(base, quote, &one.value)
            .with_context(|| format!("set the reference rate `{}`", one.value))?;
        let valid_until = time(&one.valid_until)?;
        inputs.push(Input::SetReference(switch::Reference {
            version: 1,
            valid_until,
            rate,
        }));
    }
    Ok(inputs)
}

fn arrangement(one: &typed::Settlement) -> anyhow::Result<Arrangement> {
    let country = |alpha: &String| {
        let known = Country::from_alpha(alpha);
        known.with_context(|| format!("know the calendar of `{alpha}`: KH and JP are known"))
    };
    let countries: Vec<Country> = one
        .countries
        .iter()
        .map(country)
        .collect::<Result<_, _>>()?;
    let cycle = Cycle::parse(&one.cycle).with_context(|| {
        let cycle = &one.cycle;
        format!("read `{cycle}`: one of `manual`, `daily 17:00 KH`, `every 60 minutes`")
    })?;
    Ok(Arrangement {
        version: 0,
        netting: match one.netting.as_str() {
            "multilateral" => Netting::Multilateral,
            "bilateral" => Netting::Bilateral,
            "gross" => Netting::Gross,
            other => bail!("net `{other}`: one of multilateral, bilateral, gross"),
        },
        currency: one.currency.as_deref().map(currency).transpose()?,
        schedule: Schedule {
            cycle,
            days: match one.business_days_only {
                true => Days::OpenIn(countries.clone()),
                false => Days::All,
            },
        },
        countries,
        lag_days: one.lag_days,
        low_water_percent: one.low_water_percent,
    })
}

/// What a participant prefunded, then what it may owe of it.
fn limits(cap: &typed::Cap, names: &[&str]) -> anyhow::Result<Vec<Input>> {
    let participant = known(names, &cap.participant)?;
    let currency = currency(&cap.currency)?;
    let most = amount(&cap.amount, currency)?;
    let mut inputs = Vec::new();
    if let Some(liquidity) = &cap.liquidity {
        let liquidity = amount(liquidity, currency)?;
        if liquidity < most {
            bail!("cover a cap of `{}` by less than that", cap.amount);
        }
        inputs.push(Input::Operate(Box::new(Operate::Fund {
            participant,
            currency,
            liquidity,
        })));
    }
    inputs.push(Input::SetCap {
        participant,
        currency,
        cap: most,
    });
    Ok(inputs)
}

fn participant(one: &typed::Participant, folder: &Path) -> anyhow::Result<Input> {
    let path = folder.join(&one.keys);
    let document = std::fs::read(&path)
        .with_context(|| format!("read the public keys `{}`", path.display()))?;
    let keys = Jwks::parse(&document)
        .with_context(|| format!("understand the public keys `{}`", path.display()))?;
    let roles: anyhow::Result<Vec<Role>> = one.roles.iter().map(|name| role(name)).collect();
    Ok(Input::SetParticipant(switch::Participant {
        name: one.name.clone(),
        scheme: one.scheme.clone(),
        roles: roles?,
        finality: match one.finality.as_str() {
            "confirm" => Finality::Confirm,
            "immediate" => Finality::Immediate,
            other => bail!("take the finality `{other}`"),
        },
        keys: keys.keys().map(|key| *key.as_bytes()).collect(),
        callback_url: one.callback_url.clone(),
        banks: one.banks.clone(),
        is_active: true,
    }))
}

fn corridor(one: &typed::Corridor, names: &[&str]) -> anyhow::Result<switch::Corridor> {
    let payee_currency = currency(&one.payee_currency)?;
    let payer_currencies: anyhow::Result<Vec<switch::PayerCurrency>> = one
        .payer_currencies
        .iter()
        .map(|one| payer_currency(one, names))
        .collect();
    let seconds = |seconds: u32| Span::from_seconds(i64::from(seconds));
    Ok(switch::Corridor {
        at: CorridorAt {
            id: CorridorId(0),
            version: 0,
        },
        name: one.name.clone(),
        payer_scheme: one.payer_scheme.clone(),
        payee_scheme: one.payee_scheme.clone(),
        payee_currency,
        active_from: time(&one.active_from)?,
        amount_min: amount(&one.amount_min, payee_currency)?,
        amount_max: amount(&one.amount_max, payee_currency)?,
        payer_utc_offset_minutes: one.payer_utc_offset_minutes,
        merchant_fee: switch::MerchantFee {
            total: points(one.merchant_fee.total_bp)?,
            issuer: points(one.merchant_fee.issuer_bp)?,
            switch: points(one.merchant_fee.switch_bp)?,
        },
        rounding: rounding(&one.rounding)?,
        fee_rounding: rounding(&one.fee_rounding)?,
        quote_ttl: seconds(one.quote_ttl_s),
        ask_timeout: seconds(one.ask_timeout_s),
        doubt_timeout: seconds(one.doubt_timeout_s),
        doubt_decision: match one.doubt_decision.as_str() {
            "complete" => DoubtDecision::Complete,
            "cancel" => DoubtDecision::Cancel,
            other => bail!("decide a doubt by `{other}`"),
        },
        loss_bearer: match one.loss_bearer.as_str() {
            "payer_participant" => LossBearer::PayerParticipant,
            "payee_participant" => LossBearer::PayeeParticipant,
            "house" => LossBearer::House,
            other => bail!("let `{other}` bear a loss"),
        },
        refund_period: Span::from_seconds(i64::from(one.refund_period_days) * 86_400),
        refund_wait: seconds(one.refund_wait_s),
        refund_fees: match one.refund_fees.as_str() {
            "kept" => RefundFees::Kept,
            other => bail!("treat fees of a refund as `{other}`"),
        },
        payer_currencies: payer_currencies?,
    })
}

/// Amounts are read in the currency that they stand beside.
fn payer_currency(
    one: &typed::PayerCurrency,
    names: &[&str],
) -> anyhow::Result<switch::PayerCurrency> {
    let currency = currency(&one.currency)?;
    let fees = one.customer_fees.iter().map(|fee| {
        Ok(switch::CustomerFee {
            participant: known(names, &fee.participant)?,
            amount: amount(&fee.amount, currency)?,
        })
    });
    Ok(switch::PayerCurrency {
        currency,
        day_max: amount(&one.day_max, currency)?,
        switch_fee: amount(&one.switch_fee, currency)?,
        customer_fees: fees.collect::<anyhow::Result<_>>()?,
    })
}

fn known(names: &[&str], name: &str) -> anyhow::Result<ParticipantId> {
    let at = names.iter().position(|known| *known == name);
    let at = at.ok_or_else(|| anyhow!("name a participant that is not set up: `{name}`"))?;
    Ok(ParticipantId(u16::try_from(at)?))
}

fn role(name: &str) -> anyhow::Result<Role> {
    Ok(match name {
        "payer" => Role::Payer,
        "payee" => Role::Payee,
        "fx" => Role::Fx,
        "house" => Role::House,
        "operator" => Role::Operator,
        other => bail!("take the role `{other}`"),
    })
}

fn rounding(name: &str) -> anyhow::Result<Rounding> {
    Ok(match name {
        "up" => Rounding::Up,
        "down" => Rounding::Down,
        "half_even" => Rounding::HalfEven,
        other => bail!("round `{other}`"),
    })
}

fn currency(code: &str) -> anyhow::Result<Currency> {
    Currency::from_alpha(code).ok_or_else(|| anyhow!("use the currency `{code}`"))
}

fn amount(text: &str, currency: Currency) -> anyhow::Result<Amount> {
    Amount::parse(text, currency).with_context(|| format!("take the amount `{text}`"))
}

fn points(points: u16) -> anyhow::Result<BasisPoints> {
    BasisPoints::new(points).ok_or_else(|| anyhow!("take `{points}` basis points"))
}

fn time(text: &str) -> anyhow::Result<Time> {
    let time: jiff::Timestamp = text
        .parse()
        .with_context(|| format!("take the time `{text}`"))?;
    Ok(Time(i64::try_from(time.as_nanosecond())?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cap_is_covered_by_itself_or_by_more_but_never_by_less() {
        let check = |liquidity: Option<&str>, expected: Result<usize, &str>| {
            let cap = typed::Cap {
                participant: "acleda".into(),
                currency: "KHR".into(),
                amount: "500".into(),
                liquidity: liquidity.map(str::to_owned),
            };
            let inputs = limits(&cap, &["acleda"]).map(|inputs| inputs.len());
            let inputs = inputs.map_err(|error| error.to_string());
            assert_eq!(inputs, expected.map_err(str::to_owned), "{liquidity:?}");
        };
        check(None, Ok(1));
        check(Some("500"), Ok(2));
        check(Some("501"), Ok(2));
        check(Some("499"), Err("cover a cap of `500` by less than that"));
        check(Some("1.5"), Err("take the amount `1.5`"));
    }
}
