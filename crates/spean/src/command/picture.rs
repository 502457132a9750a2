//! `spean qr render` and `spean qr scan`: codes as pictures, for a counter and from a camera.

use std::io::{BufRead as _, Read};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use emvqr::{Options, Verdict};
use qr_image::{Card, CardError, CardScheme, CardSize, Code, DrawError, Fonts, ScanError};
use serde_json::{Value, json};

use super::qr;
use crate::cli::{CardName, RenderArgs, ScanArgs, SizeName};
use crate::exit::{Coded, Exit};
use crate::out;

/// Longest line that is read as a payload; no code holds more than 2,331 bytes of one.
const PAYLOAD_BYTES_MAX: u64 = 16 * 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Svg,
    Png,
    Pdf,
}

impl Kind {
    fn of(path: &Path) -> anyhow::Result<Self> {
        let extension = path.extension().and_then(|extension| extension.to_str());
        match extension.map(str::to_ascii_lowercase).as_deref() {
            Some("svg") => Ok(Self::Svg),
            Some("png") => Ok(Self::Png),
            Some("pdf") => Ok(Self::Pdf),
            Some(_) | None => bail!(
                "tell the kind of picture from `{}`: want .svg, .png or .pdf",
                path.display()
            ),
        }
    }
}

pub(super) fn render(args: &RenderArgs) -> anyhow::Result<Exit> {
    let kind = Kind::of(&args.to)?;
    let payload = payload(&args.payload)?;
    let options = Options::at(jiff::Timestamp::now().as_millisecond());
    let reading = emvqr::read(&payload, &options);
    let file = match args.card {
        Some(scheme) => {
            if reading.verdict != Verdict::Accept {
                bail!("print a card with a code that a wallet refuses: `spean qr decode` says why");
            }
            card(args, scheme, kind, &payload)?
        }
        None => bare(args, kind, &payload)?,
    };
    std::fs::write(&args.to, &file).with_context(|| format!("write `{}`", args.to.display()))?;
    match reading.verdict {
        Verdict::Accept => {}
        Verdict::Refuse => out::talk("a wallet must refuse this code: `spean qr decode` says why"),
        Verdict::NotACode => out::talk("this is no payment code, and was drawn as it is"),
    }
    out::talk(&format!(
        "wrote {} ({} bytes)",
        args.to.display(),
        file.len()
    ));
    Ok(Exit::Done)
}

fn payload(given: &str) -> anyhow::Result<String> {
    if given != "-" {
        return Ok(given.to_owned());
    }
    let mut line = String::new();
    let mut input = std::io::stdin().lock().take(PAYLOAD_BYTES_MAX);
    input.read_line(&mut line).context("read standard input")?;
    Ok(line.trim_end_matches(['\n', '\r']).to_owned())
}

fn bare(args: &RenderArgs, kind: Kind, payload: &str) -> anyhow::Result<Vec<u8>> {
    let code = Code::new(payload).map_err(|error| undrawn(&error))?;
    match kind {
        Kind::Svg => Ok(code.to_svg().into_bytes()),
        Kind::Png => code.to_png(args.module).map_err(|error| undrawn(&error)),
        Kind::Pdf => bail!("write a bare code as PDF: add --card, or write .svg or .png"),
    }
}

fn card(args: &RenderArgs, scheme: CardName, kind: Kind, payload: &str) -> anyhow::Result<Vec<u8>> {
    let facts = emvqr::describe(payload).context("print a card: the code says nothing")?;
    let (scheme, wanted) = match scheme {
        CardName::Khqr => (CardScheme::Khqr, emvqr::Scheme::Khqr),
        CardName::Jpqr => (CardScheme::Jpqr, emvqr::Scheme::Jpqr),
    };
    if facts.scheme != wanted {
        let (wanted, found) = (wanted.as_str(), facts.scheme.as_str());
        bail!("print a card for `{wanted}`: the code is `{found}`");
    }
    let own = ["khqr_individual", "khqr_merchant", "jpqr_store"];
    let mut accounts = facts.accounts.iter();
    let account = accounts.find(|account| own.contains(&account.kind));
    let card = Card {
        scheme,
        payload,
        name: facts.name.context("print a card: the code has no name")?,
        name_local: args.name_local.as_deref().or(facts.local_name),
        city: facts.city,
        currency: facts
            .currency
            .context("print a card: the code has no currency")?,
        amount: facts.amount,
        reference: account.map(|account| account.id.as_ref()),
        is_simulated: args.simulated,
    };
    let fonts = match &args.fonts {
        Some(folder) => Fonts::from_folder(folder),
        None => Fonts::from_system(),
    };
    let size = match args.size {
        SizeName::A6 => CardSize::A6,
        SizeName::Receipt => CardSize::Receipt,
    };
    let sheet = fonts.map_err(CardError::from);
    let sheet = sheet.and_then(|fonts| card.print(size, &fonts));
    let sheet = sheet.map_err(|error| unprinted(&error))?;
    let file = match kind {
        Kind::Svg => Ok(sheet.to_svg().into_bytes()),
        Kind::Png => sheet.to_png(),
        Kind::Pdf => sheet.to_pdf(),
    };
    file.map_err(|error| unprinted(&error))
}

pub(super) fn scan(args: &ScanArgs) -> anyhow::Result<Exit> {
    let options = qr::options(crate::cli::QrProfile::Lenient, args.at.as_deref())?;
    let file = picture(&args.file)?;
    let until = Instant::now() + Duration::from_secs(args.seconds);
    let scan = qr_image::scan(&file, &mut || Instant::now() < until);
    let scan = scan.map_err(|error| unread(&error))?;
    if args.json {
        let codes: Vec<Value> = scan
            .codes
            .iter()
            .map(|found| {
                let reading = emvqr::read(&found.text, &options);
                let (x, y) = found.middle;
                json!({
                    "payload": found.text,
                    "scheme": reading.scheme.map(emvqr::Scheme::as_str),
                    "verdict": reading.verdict.as_str(),
                    "middle": [x.round(), y.round()],
                })
            })
            .collect();
        out::json(&json!({ "codes": codes, "complete": scan.is_complete }))?;
    } else {
        for (index, found) in scan.codes.iter().enumerate() {
            if index > 0 {
                out::data("");
            }
            out::data(&format!("{:<12}{}", "payload", out::safe(&found.text)));
            qr::one(&found.text, &options, false)?;
        }
    }
    if scan.codes.is_empty() {
        out::talk("no code in the picture: go closer, hold still, put more light on it");
        return Ok(Exit::No);
    }
    if !scan.is_complete {
        out::talk("not everything was looked at: there may be more codes");
    }
    Ok(Exit::Done)
}

/// One byte more than is taken, so that what is too large is seen to be.
fn picture(path: &Path) -> anyhow::Result<Vec<u8>> {
    let most = u64::try_from(qr_image::FILE_BYTES_MAX).unwrap_or(u64::MAX);
    let mut file = Vec::new();
    let read = if path == Path::new("-") {
        let mut input = std::io::stdin().lock().take(most.saturating_add(1));
        input.read_to_end(&mut file)
    } else {
        let opened = std::fs::File::open(path);
        opened.and_then(|input| input.take(most.saturating_add(1)).read_to_end(&mut file))
    };
    read.with_context(|| format!("read `{}`", path.display()))?;
    Ok(file)
}

fn unread(error: &ScanError) -> anyhow::Error {
    coded(error.code(), error)
}

fn undrawn(error: &DrawError) -> anyhow::Error {
    coded(error.code(), error)
}

fn unprinted(error: &CardError) -> anyhow::Error {
    coded(error.code(), error)
}

/// An error whose code a program can go by.
fn coded(code: &str, error: &dyn std::fmt::Display) -> anyhow::Error {
    anyhow::Error::new(Coded {
        exit: Exit::Usage,
        words: format!("{error} [{code}]"),
        problem: Some(json!({ "code": code })),
    })
}
