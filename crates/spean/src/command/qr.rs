//! `spean qr`: the codec at a terminal.

mod build;
mod convert;

use std::fmt::Write as _;
use std::io::{BufRead, Read as _};

use anyhow::Context as _;
use emvqr::{Description, Finding, Options, Profile, Reading, Verdict};
use serde_json::{Value, json};

use super::picture;
use crate::cli::{QrCommand, QrProfile};
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
        QrCommand::Build(wanted) => build::run(&wanted),
        QrCommand::Convert(args) => convert::run(&args),
        QrCommand::Render(args) => picture::render(&args),
        QrCommand::Scan(args) => picture::scan(&args),
    }
}

/// How a code is judged at a time, or now.
pub(super) fn options(profile: QrProfile, at: Option<&str>) -> anyhow::Result<Options> {
    Ok(Options {
        now_ms: instant(at)?,
        profile: match profile {
            QrProfile::Strict => Profile::Strict,
            QrProfile::Khqr => Profile::Khqr,
            QrProfile::Jpqr => Profile::Jpqr,
            QrProfile::Lenient => Profile::Lenient,
        },
    })
}

/// The time that was named, or the present, in milliseconds since 1970.
fn instant(at: Option<&str>) -> anyhow::Result<i64> {
    let at: jiff::Timestamp = match at {
        Some(text) => text
            .parse()
            .with_context(|| format!("take the time `{text}`"))?,
        None => jiff::Timestamp::now(),
    };
    Ok(at.as_millisecond())
}

/// The payload, or each line of standard input in its place.
fn each(payload: &str, work: impl Fn(&str) -> anyhow::Result<Exit>) -> anyhow::Result<Exit> {
    if payload != "-" {
        return work(payload);
    }
    let mut worst = Exit::Done;
    let mut input = std::io::stdin().lock();
    while let Some(line) = next_line(&mut input)? {
        let exit = work(&line)?;
        if worst == Exit::Done {
            worst = exit;
        }
    }
    Ok(worst)
}

/// The next line without its end, never more of it than is allowed.
fn next_line(input: &mut impl BufRead) -> anyhow::Result<Option<String>> {
    let mut line = Vec::new();
    // The line, its end of at most two bytes, and one byte more to see that it is too long.
    let most = u64::try_from(LINE_BYTES_MAX).unwrap_or(u64::MAX) + 3;
    let read = input.take(most).read_until(b'\n', &mut line);
    if read.context("read standard input")? == 0 {
        return Ok(None);
    }
    if line.last() == Some(&b'\n') {
        line.pop();
        if line.last() == Some(&b'\r') {
            line.pop();
        }
    }
    if line.len() > LINE_BYTES_MAX {
        anyhow::bail!("read a line of more than {LINE_BYTES_MAX} bytes");
    }
    let line = String::from_utf8(line).context("read a line of standard input as UTF-8")?;
    Ok(Some(line))
}

pub(super) fn one(payload: &str, options: &Options, json: bool) -> anyhow::Result<Exit> {
    let reading = emvqr::read(payload, options);
    let facts = emvqr::describe(payload);
    if json {
        out::json(&as_json(&reading, facts.as_ref()))?;
    } else {
        out::data(&as_words(&reading, facts.as_ref()));
    }
    Ok(exit(reading.verdict))
}

/// The findings and the verdict, without what the code means.
fn lint(payload: &str, options: &Options, json: bool) -> anyhow::Result<Exit> {
    let reading = emvqr::read(payload, options);
    if json {
        out::json(&as_json(&reading, None))?;
    } else {
        out::data(&as_words(&reading, None));
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

fn finding_json(finding: &Finding) -> Value {
    json!({
        "code": finding.code,
        "severity": finding.severity.as_str(),
        "path": finding.path,
        "span": [finding.span.start, finding.span.end],
        "message": finding.message,
        "sdk_code": finding.sdk_code,
        "source": finding.source,
    })
}

fn as_json(reading: &Reading<'_>, facts: Option<&Description<'_>>) -> Value {
    let findings: Vec<Value> = reading.findings.iter().map(finding_json).collect();
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

/// What is said to a person, without the last line's end.
fn as_words(reading: &Reading<'_>, facts: Option<&Description<'_>>) -> String {
    let verdict = match reading.verdict {
        Verdict::Accept => "a wallet may go on",
        Verdict::Refuse => "a wallet must refuse it",
        Verdict::NotACode => "no payment code",
    };
    let mut words = String::new();
    // Writing to a string cannot fail.
    let mut row = |name: &str, text: &str| {
        let _ = writeln!(words, "{name:<12}{}", out::safe(text));
    };
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
        row(
            severity,
            &format!("{place}: {} [{}]", finding.message, finding.code),
        );
    }
    words.pop();
    words
}

/// The code as a terminal can show it: half blocks, with the quiet zone that readers need.
pub(super) fn drawn(payload: &str) -> anyhow::Result<String> {
    let code = qr_image::Code::new(payload)?;
    Ok(code.to_terminal())
}
