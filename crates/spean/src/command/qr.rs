//! `spean qr`: the codec at a terminal.

use std::io::BufRead as _;

use anyhow::{Context as _, anyhow};
use emvqr::{Description, Finding, Options, Profile, Reading, Verdict};
use serde_json::{Value, json};

use super::picture;
use crate::cli::{JpqrArgs, KhqrArgs, KhqrCurrency, QrBuild, QrCommand, QrProfile};
use crate::exit::Exit;
use crate::out;

/// Longest line read from standard input; a code has at most 4,096 bytes.
const LINE_BYTES_MAX: usize = 16 * 1024;

pub(super) fn run(command: QrCommand) -> anyhow::Result<Exit> {
    match command {
        QrCommand::Decode { payload, at, json } => {
            let options = options(QrProfile::Lenient, at.as_deref())?;
            each(&payload, |line| one(line, &options, json))
        }
        QrCommand::Lint {
            payload,
            profile,
            at,
            json,
        } => {
            let options = options(profile, at.as_deref())?;
            each(&payload, |line| lint(line, &options, json))
        }
        QrCommand::Md5 { payload } => {
            out::data(&emvqr::md5_hex(&payload));
            Ok(Exit::Done)
        }
        QrCommand::Build(QrBuild::Khqr(args)) => khqr(&args),
        QrCommand::Build(QrBuild::Jpqr(args)) => jpqr(&args),
        QrCommand::Render(args) => picture::render(&args),
        QrCommand::Scan(args) => picture::scan(&args),
    }
}

/// How a code is judged at a time, or now.
pub(super) fn options(profile: QrProfile, at: Option<&str>) -> anyhow::Result<Options> {
    let at: jiff::Timestamp = match at {
        Some(text) => text
            .parse()
            .with_context(|| format!("take the time `{text}`"))?,
        None => jiff::Timestamp::now(),
    };
    Ok(Options {
        now_ms: at.as_millisecond(),
        profile: match profile {
            QrProfile::Strict => Profile::Strict,
            QrProfile::Khqr => Profile::Khqr,
            QrProfile::Jpqr => Profile::Jpqr,
            QrProfile::Lenient => Profile::Lenient,
        },
    })
}

/// The payload, or each line of standard input in its place.
fn each(payload: &str, work: impl Fn(&str) -> anyhow::Result<Exit>) -> anyhow::Result<Exit> {
    if payload != "-" {
        return work(payload);
    }
    let mut worst = Exit::Done;
    for line in std::io::stdin().lock().lines() {
        let line = line.context("read standard input")?;
        if line.len() > LINE_BYTES_MAX {
            anyhow::bail!("read a line of more than {LINE_BYTES_MAX} bytes");
        }
        let exit = work(&line)?;
        if worst == Exit::Done {
            worst = exit;
        }
    }
    Ok(worst)
}

pub(super) fn one(payload: &str, options: &Options, json: bool) -> anyhow::Result<Exit> {
    let reading = emvqr::read(payload, options);
    let facts = emvqr::describe(payload);
    if json {
        out::json(&as_json(&reading, facts.as_ref()))?;
    } else {
        show(&reading, facts.as_ref());
    }
    Ok(exit(reading.verdict))
}

/// The findings and the verdict, without what the code means.
fn lint(payload: &str, options: &Options, json: bool) -> anyhow::Result<Exit> {
    let reading = emvqr::read(payload, options);
    if json {
        out::json(&as_json(&reading, None))?;
    } else {
        show(&reading, None);
    }
    Ok(exit(reading.verdict))
}

fn exit(verdict: Verdict) -> Exit {
    match verdict {
        Verdict::Accept => Exit::Done,
        Verdict::Refuse => Exit::No,
        Verdict::NotACode => Exit::Usage,
    }
}

fn time(ms: i64) -> Option<String> {
    jiff::Timestamp::from_millisecond(ms)
        .ok()
        .map(|time| time.to_string())
}

fn as_json(reading: &Reading<'_>, facts: Option<&Description<'_>>) -> Value {
    let finding = |finding: &Finding| {
        json!({
            "code": finding.code,
            "severity": finding.severity.as_str(),
            "path": finding.path,
            "span": [finding.span.start, finding.span.end],
            "message": finding.message,
            "sdk_code": finding.sdk_code,
            "source": finding.source,
        })
    };
    let findings: Vec<Value> = reading.findings.iter().map(finding).collect();
    let mut whole = json!({
        "scheme": reading.scheme.map(emvqr::Scheme::as_str),
        "verdict": reading.verdict.as_str(),
        "findings": findings,
    });
    let (Some(facts), Some(object)) = (facts, whole.as_object_mut()) else {
        return whole;
    };
    let accounts: Vec<Value> = facts
        .accounts
        .iter()
        .map(|account| {
            let fields: serde_json::Map<String, Value> = account
                .fields
                .iter()
                .map(|(path, text)| (path.clone(), json!(text)))
                .collect();
            json!({ "kind": account.kind, "tag": account.tag, "id": account.id, "fields": fields })
        })
        .collect();
    let merchant = json!({
        "name": facts.name,
        "city": facts.city,
        "category": facts.category,
        "postal_code": facts.postal_code,
        "local_language": facts.local_language,
        "local_name": facts.local_name,
        "local_city": facts.local_city,
    });
    let map = |fields: &[(String, &str)]| -> Value {
        fields
            .iter()
            .map(|(path, text)| (path.clone(), json!(text)))
            .collect()
    };
    object.insert("network".to_owned(), json!(facts.network));
    object.insert("initiation".to_owned(), json!(facts.initiation));
    object.insert("accounts".to_owned(), json!(accounts));
    object.insert("amount".to_owned(), json!(facts.amount));
    object.insert("currency".to_owned(), json!(facts.currency));
    object.insert("country".to_owned(), json!(facts.country));
    object.insert("merchant".to_owned(), merchant);
    object.insert(
        "created_at".to_owned(),
        json!(facts.created_ms.and_then(time)),
    );
    object.insert(
        "expires_at".to_owned(),
        json!(facts.expires_ms.and_then(time)),
    );
    object.insert("additional".to_owned(), map(&facts.additional));
    object.insert("unknown".to_owned(), map(&facts.unknown));
    whole
}

fn show(reading: &Reading<'_>, facts: Option<&Description<'_>>) {
    let verdict = match reading.verdict {
        Verdict::Accept => "a wallet may go on",
        Verdict::Refuse => "a wallet must refuse it",
        Verdict::NotACode => "no payment code",
    };
    let row = |name: &str, text: &str| out::data(&format!("{name:<12}{}", out::safe(text)));
    row("verdict", verdict);
    if let Some(scheme) = reading.scheme {
        row("scheme", scheme.as_str());
    }
    if let Some(facts) = facts {
        for account in &facts.accounts {
            row("account", &format!("{} ({})", account.id, account.kind));
        }
        let amount = facts.amount.map_or("typed by the payer", |amount| amount);
        row(
            "amount",
            &format!("{amount} {}", facts.currency.unwrap_or_default()),
        );
        for (name, text) in [
            ("name", facts.name),
            ("local name", facts.local_name),
            ("city", facts.city),
            ("postal code", facts.postal_code),
            ("category", facts.category),
        ] {
            if let Some(text) = text {
                row(name, text);
            }
        }
        if let Some(expires) = facts.expires_ms.and_then(time) {
            row("expires", &expires);
        }
        for (path, text) in facts.additional.iter().chain(&facts.unknown) {
            row(&format!("tag {path}"), text);
        }
    }
    for finding in &reading.findings {
        let place = if finding.path.is_empty() {
            "code"
        } else {
            &finding.path
        };
        let severity = finding.severity.as_str();
        out::data(&format!(
            "{severity:<12}{place}: {} [{}]",
            finding.message, finding.code
        ));
    }
}

fn khqr(args: &KhqrArgs) -> anyhow::Result<Exit> {
    let (currency, exact) = match args.currency {
        KhqrCurrency::Khr => (emvqr::Currency::KHR, money::Currency::Khr),
        KhqrCurrency::Usd => (emvqr::Currency::USD, money::Currency::Usd),
    };
    let mut builder = emvqr::KhqrBuilder::individual(&args.account)
        .name(&args.name)
        .city(&args.city)
        .currency(currency);
    if let Some(text) = &args.amount {
        let amount = money::Amount::parse(text, exact)
            .with_context(|| format!("take the amount `{text}`"))?;
        let created_ms = jiff::Timestamp::now().as_millisecond();
        let expires_ms = created_ms.saturating_add(i64::from(args.minutes) * 60_000);
        let amount_minor = amount.minor();
        builder = builder.dynamic(emvqr::Dynamic {
            amount_minor,
            created_ms,
            expires_ms,
        });
    }
    if let Some(bill) = &args.bill {
        builder = builder.bill(bill);
    }
    let payload = builder
        .build()
        .map_err(|error| anyhow!("build the code: {error}"))?;
    print(&payload, args.show)
}

fn jpqr(args: &JpqrArgs) -> anyhow::Result<Exit> {
    let store = emvqr::StoreId::parse(&args.store)
        .ok_or_else(|| anyhow!("take the store id `{}`: not 13-4-6-6 digits", args.store))?;
    let mut builder = emvqr::JpqrBuilder::new(store)
        .name(&args.name)
        .local_name(&args.name_local)
        .city(&args.city)
        .postal_code(&args.postal_code)
        .category(&args.category);
    if let Some(amount) = args.amount {
        builder = builder.amount(amount);
    }
    let payload = builder
        .build()
        .map_err(|error| anyhow!("build the code: {error}"))?;
    print(&payload, args.show)
}

fn print(payload: &str, show: bool) -> anyhow::Result<Exit> {
    out::data(payload);
    if show {
        out::talk(&drawn(payload)?);
    }
    Ok(Exit::Done)
}

/// The code as a terminal can show it: half blocks, with the quiet zone that readers need.
pub(super) fn drawn(payload: &str) -> anyhow::Result<String> {
    let code = qr_image::Code::new(payload)?;
    Ok(code.to_terminal())
}
