//! `spean certify`: who is certified, as what, and what came of it.
//!
//! A run moves money in the participant's books and uses up positions of its stream of outcomes,
//! which its real hub would then find taken. So a simulated institution of a running sandbox is
//! certified on a copy of its books, served by this process; everybody else brings a test system.

mod copy;
mod known;
mod show;

use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use certify::settings::{Base, Shop};
use certify::{DynamicCode, Finality, RefundOf, Report, Roles, Scheme, Settings};
use money::{Amount, Currency, Money};
use participant::edge::{self, Clock};
use wire::keys::{Jwks, SigningKey};

use crate::cli::{CertifyArgs, CertifyFinality, CertifyRole, CertifyScheme};
use crate::exit::{self, Exit};
use crate::{out, wait};

use self::known::Known;

/// Whose books the run used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Books {
    Own,
    /// Of a simulated institution, thrown away.
    Copy,
}

pub(super) fn run(args: &CertifyArgs) -> anyhow::Result<Exit> {
    let (report, books) = wait::block_on(certified(args))?;
    if args.at.json {
        out::json(&report)?;
    } else {
        show::report(&report, books);
    }
    Ok(if report.summary.certified {
        Exit::Done
    } else {
        Exit::No
    })
}

async fn certified(args: &CertifyArgs) -> anyhow::Result<(Report, Books)> {
    let simulated = copy::Simulated::find(args)?;
    let Some(simulated) = simulated else {
        let base = base(&args.participant)?;
        let report = drive(settings(args, base, Known::default())?).await?;
        return Ok((report, Books::Own));
    };
    if args.own_books {
        let known = simulated.known(simulated.url()).await?;
        let base = base(&simulated.callbacks(simulated.url()))?;
        return Ok((drive(settings(args, base, known)?).await?, Books::Own));
    }
    let copy = simulated.copy().await?;
    let known = simulated.known(copy.url()).await?;
    let base = base(&simulated.callbacks(copy.url()))?;
    let report = drive(settings(args, base, known)?).await;
    copy.close().await;
    Ok((report?, Books::Copy))
}

async fn drive(settings: Settings) -> anyhow::Result<Report> {
    let run = Box::pin(certify::certify(&settings)).await;
    run.map_err(|error| exit::error(Exit::Unreachable, error.to_string()))
}

fn base(text: &str) -> anyhow::Result<Base> {
    Base::parse(text).with_context(|| format!("certify `{text}`"))
}

/// What was typed goes before what is known of a simulated institution.
fn settings(args: &CertifyArgs, base: Base, known: Known) -> anyhow::Result<Settings> {
    let scheme = args.scheme.map(scheme).or(known.scheme);
    let scheme = given(scheme, "--scheme")?;
    let currency = match &args.currency {
        Some(alpha) => {
            Currency::from_alpha(alpha).with_context(|| format!("use the currency `{alpha}`"))?
        }
        None => scheme.currency(),
    };
    let key = given(args.key.clone().or(known.key), "--key")?;
    let keys = given(args.keys.clone().or(known.keys), "--keys")?;
    let shop = match (&args.account, &args.payload) {
        (Some(account), Some(payload)) => Some(Shop {
            account: account.clone(),
            payload: payload.clone(),
        }),
        (None, None) => known.shop,
        (Some(_), None) | (None, Some(_)) => {
            anyhow::bail!("use a shop without both --account and --payload")
        }
    };
    let dynamic = args.dynamic_payload.clone().or(known.dynamic);
    Ok(Settings {
        base,
        name: given(args.name.clone().or(known.name), "--name")?,
        scheme,
        roles: args.role.map_or(Roles::Both, roles),
        finality: finality(args.finality),
        currency,
        key: Arc::new(signing_key(&key)?),
        keys: Arc::new(public_keys(&keys)?),
        outcome_last: args.outcome_sequence.or(known.outcome_last).unwrap_or(0),
        shop,
        dynamic: dynamic
            .map(|payload| dynamic_code(payload, currency))
            .transpose()?,
        refund: refund(args, currency)?.or(known.refund),
        clock: Clock::system(),
    })
}

fn given<T>(value: Option<T>, option: &str) -> anyhow::Result<T> {
    value.with_context(|| format!("certify a participant without {option}"))
}

fn scheme(scheme: CertifyScheme) -> Scheme {
    match scheme {
        CertifyScheme::Khqr => Scheme::Khqr,
        CertifyScheme::Jpqr => Scheme::Jpqr,
    }
}

fn roles(role: CertifyRole) -> Roles {
    match role {
        CertifyRole::Payee => Roles::Payee,
        CertifyRole::Payer => Roles::Payer,
        CertifyRole::Both => Roles::Both,
    }
}

fn finality(finality: CertifyFinality) -> Finality {
    match finality {
        CertifyFinality::Confirm => Finality::Confirm,
        CertifyFinality::Immediate => Finality::Immediate,
    }
}

fn signing_key(path: &Path) -> anyhow::Result<SigningKey> {
    let pem = std::fs::read_to_string(path)
        .with_context(|| format!("read the key `{}`", path.display()))?;
    SigningKey::from_pem(&pem).with_context(|| format!("understand the key `{}`", path.display()))
}

fn public_keys(path: &Path) -> anyhow::Result<Jwks> {
    let document = std::fs::read(path)
        .with_context(|| format!("read the participant's keys `{}`", path.display()))?;
    Jwks::parse(&document).with_context(|| format!("understand the keys `{}`", path.display()))
}

/// The code says itself what it asks for.
fn dynamic_code(payload: String, currency: Currency) -> anyhow::Result<DynamicCode> {
    let options = emvqr::Options::at(Clock::system().now_ms());
    let reading = emvqr::read(&payload, &options);
    let amount = reading.code.as_ref().and_then(|code| code.common().amount);
    let minor = amount.and_then(|amount| amount.minor_units(currency.exponent()).ok());
    let price = minor
        .and_then(Amount::from_minor)
        .filter(|price| !price.is_zero());
    let price = price.context("use --dynamic-payload: not a code with an amount")?;
    Ok(DynamicCode {
        payload,
        price: Money::new(currency, price),
    })
}

fn refund(args: &CertifyArgs, currency: Currency) -> anyhow::Result<Option<RefundOf>> {
    let (Some(id), Some(account), Some(rest)) =
        (&args.refund_of, &args.refund_account, &args.refund_rest)
    else {
        return Ok(None);
    };
    if !edge::is_payment_id(id) {
        anyhow::bail!("use the payment `{id}`: not a UUIDv4 in lower case");
    }
    let rest = Amount::parse(rest, currency)
        .with_context(|| format!("use the amount `{rest}` in {currency}"))?;
    Ok(Some(RefundOf {
        payment_id: id.clone(),
        account: account.clone(),
        rest: Money::new(currency, rest),
    }))
}
