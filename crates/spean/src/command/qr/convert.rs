//! `spean qr convert`: an accepted code in another form. What may be changed of a code, and what
//! becomes of the rest, is the codec's business.

use std::io::{BufRead, Read as _};

use anyhow::{Context as _, anyhow};
use emvqr::{
    BuildError, Change, Code, Content, Currency, OnePayment, Options, Outline, Part, Reading,
    Rebuilt, Verdict, tlv::Tag,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{as_json, as_words, each, exit, options};
use crate::cli::{ConvertArgs, QrForm};
use crate::exit::Exit;
use crate::out;

/// Longest JSON of one code. A payload of 4,096 bytes has at most 1,024 fields on each of three
/// levels; with its name, place and quotes a field takes some 150 bytes: 450 KiB.
const JSON_BYTES_MAX: u64 = 512 * 1024;

pub(super) fn run(args: &ConvertArgs) -> anyhow::Result<Exit> {
    let options = options(args.profile, args.at.as_deref())?;
    let currency = match &args.currency {
        None => None,
        Some(text) => Some(
            Currency::from_alpha(text)
                .ok_or_else(|| anyhow!("take the currency `{}`: none that is known", text))?,
        ),
    };
    let converter = Converter {
        args,
        options,
        currency,
    };
    match args.from {
        QrForm::Payload => each(&args.payload, |payload| converter.convert(payload)),
        QrForm::Json if args.payload != "-" => {
            let json = serde_json::from_str(&args.payload).context("read the code as JSON")?;
            converter.convert_json(json)
        }
        QrForm::Json => {
            let mut worst = Exit::Done;
            let mut input = std::io::stdin().lock();
            while let Some(json) = next_json(&mut input)? {
                let exit = converter.convert_json(json)?;
                if worst == Exit::Done {
                    worst = exit;
                }
            }
            Ok(worst)
        }
    }
}

struct Converter<'a> {
    args: &'a ConvertArgs,
    options: Options,
    currency: Option<Currency>,
}

impl Converter<'_> {
    fn convert_json(&self, json: Value) -> anyhow::Result<Exit> {
        self.convert(&payload_of(json)?)
    }

    fn convert(&self, payload: &str) -> anyhow::Result<Exit> {
        let reading = emvqr::read(payload, &self.options);
        let Some(code) = &reading.code else {
            if self.args.json || self.args.to == QrForm::Json {
                out::json(&with(as_json(&reading, None), [("payload", Value::Null)]))?;
            } else {
                out::talk(&as_words(&reading, None));
            }
            return Ok(exit(reading.verdict));
        };
        match self.write(code) {
            Ok(rebuilt) => {
                self.say(&reading, &rebuilt)?;
                Ok(Exit::Done)
            }
            Err(error) => {
                self.say_error(&reading, &error)?;
                Ok(Exit::No)
            }
        }
    }

    fn write(&self, code: &Code<'_>) -> Result<Rebuilt, BuildError> {
        if let Some(amount) = &self.args.amount {
            return code.to_dynamic(&OnePayment {
                amount,
                currency: self.currency,
                now_ms: self.options.now_ms,
                life_ms: self
                    .args
                    .expires_in
                    .map(|seconds| i64::from(seconds) * 1_000),
            });
        }
        match (self.args.for_many, self.args.to) {
            (true, _) => code.to_static(),
            (false, QrForm::Payload) => code.canonical(),
            // Its fields as they are.
            (false, QrForm::Json) => Ok(Rebuilt {
                payload: code.common().payload.to_owned(),
                changes: Vec::new(),
            }),
        }
    }

    fn say(&self, reading: &Reading<'_>, rebuilt: &Rebuilt) -> anyhow::Result<()> {
        let Rebuilt { payload, changes } = rebuilt;
        let md5 = emvqr::md5_hex(payload);
        let is_json = self.args.json || self.args.to == QrForm::Json;
        if !is_json {
            out::data(payload);
            if self.args.md5 {
                out::data(&md5);
            }
            for change in changes {
                out::talk(&format!("{change} [{}]", change.code()));
            }
            return Ok(());
        }
        let changes: Vec<Value> = changes.iter().map(change_json).collect();
        let mut whole = with(
            as_json(reading, None),
            [
                ("payload", json!(payload)),
                ("md5", json!(md5)),
                ("changes", json!(changes)),
            ],
        );
        if self.args.to == QrForm::Json {
            let fields = emvqr::outline(payload);
            let fields: Vec<Value> = fields.iter().map(field_json).collect();
            whole = with(whole, [("fields", json!(fields))]);
        }
        out::json(&whole)
    }

    /// The code is sound, and cannot be written as was asked.
    fn say_error(&self, reading: &Reading<'_>, error: &BuildError) -> anyhow::Result<()> {
        debug_assert_eq!(reading.verdict, Verdict::Accept);
        let (code, path) = (error.code(), error.path());
        if self.args.json || self.args.to == QrForm::Json {
            let said = json!({
                "code": code,
                "path": path,
                "message": error.to_string(),
                "sdk_code": error.sdk_code(),
            });
            let whole = [("payload", Value::Null), ("error", said)];
            return out::json(&with(as_json(reading, None), whole));
        }
        let place = if path.is_empty() { "code" } else { path };
        out::talk(&format!(
            "spean: could not convert the code: {place}: {error} [{code}]"
        ));
        Ok(())
    }
}

/// An object with more members.
fn with<const N: usize>(mut object: Value, members: [(&str, Value); N]) -> Value {
    if let Some(object) = object.as_object_mut() {
        object.extend(members.map(|(name, value)| (name.to_owned(), value)));
    }
    object
}

fn change_json(change: &Change) -> Value {
    json!({
        "code": change.code(),
        "path": change.path(),
        "message": change.to_string(),
    })
}

fn field_json(field: &Outline<'_>) -> Value {
    // Three levels at most, as codes have them.
    let children: Vec<Value> = field.children.iter().map(field_json).collect();
    json!({
        "tag": field.tag.to_string(),
        "name": field.name,
        "length": field.chars,
        "value": field.value,
        "span": [field.span.start, field.span.end],
        "children": children,
    })
}

/// What is read of such JSON: tags, and the values of fields without children. Names, lengths,
/// places, the values of templates and the checksum follow from these.
#[derive(Debug, Deserialize)]
struct Field {
    tag: String,
    #[serde(default)]
    value: Option<String>,
    #[serde(default)]
    children: Vec<Self>,
}

#[derive(Debug, Deserialize)]
struct Fields {
    fields: Vec<Field>,
}

/// The payload of an object with `fields`, or of a list of fields.
fn payload_of(json: Value) -> anyhow::Result<String> {
    let fields = if json.is_array() {
        serde_json::from_value(json)
    } else {
        serde_json::from_value(json).map(|whole: Fields| whole.fields)
    };
    let fields: Vec<Field> = fields.context("read the fields of the code")?;
    let parts = fields
        .iter()
        .map(part)
        .collect::<anyhow::Result<Vec<_>>>()?;
    emvqr::assemble(&parts).map_err(|error| anyhow!("put the fields together: {error}"))
}

fn part(field: &Field) -> anyhow::Result<Part<'_>> {
    let digits = Some(&field.tag).filter(|tag| tag.len() == 2);
    let is_digit = |tag: &&String| tag.bytes().all(|byte| byte.is_ascii_digit());
    let number = digits.filter(is_digit).and_then(|tag| tag.parse().ok());
    let tag = number
        .and_then(Tag::new)
        .ok_or_else(|| anyhow!("take the tag `{}`: not two digits", out::safe(&field.tag)))?;
    let content = match (&field.value, field.children.as_slice()) {
        (Some(value), []) => Content::Text(value.into()),
        (None, []) => anyhow::bail!("take the field {tag}: neither value nor children"),
        // As deep as the JSON was, which its reader bounds.
        (_, children) => Content::Parts(children.iter().map(part).collect::<anyhow::Result<_>>()?),
    };
    Ok(Part { tag, content })
}

/// The next JSON value on the input, on one line or on many.
fn next_json(input: &mut impl BufRead) -> anyhow::Result<Option<Value>> {
    loop {
        let bytes = input.fill_buf().context("read standard input")?;
        let (blanks, left) = {
            let blanks = bytes.iter().take_while(|byte| byte.is_ascii_whitespace());
            (blanks.count(), bytes.len())
        };
        input.consume(blanks);
        if left == 0 {
            return Ok(None);
        }
        if blanks < left {
            break;
        }
    }
    // Objects and lists end with their bracket, so nothing behind it is taken from the input.
    let mut limited = input.take(JSON_BYTES_MAX);
    let value = Value::deserialize(&mut serde_json::Deserializer::from_reader(&mut limited));
    if limited.limit() == 0 {
        anyhow::bail!("read a code of more than {JSON_BYTES_MAX} bytes of JSON");
    }
    value.context("read the code as JSON").map(Some)
}
