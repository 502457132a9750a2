//! The codes that are read: one passing and one failing for every rule, and whatever lies in the
//! folder of the conformance data.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde_json::Value;

use crate::NOW_MS;

/// The codec's own vectors, which its own tests hold.
const RULES: &str = include_str!("../../../libs/emvqr/tests/vectors/rules.txt");

/// A code to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Code {
    /// `rules`, `mutants` or `vectors`.
    pub(crate) inputs: &'static str,
    /// Which of them.
    pub(crate) id: String,
    pub(crate) payload: String,
    pub(crate) now_ms: i64,
}

pub(crate) fn rules() -> anyhow::Result<Vec<Code>> {
    let mut codes: Vec<Code> = Vec::new();
    let mut rule = "";
    for line in RULES.lines() {
        if let Some(name) = line
            .strip_prefix('[')
            .and_then(|line| line.strip_suffix(']'))
        {
            rule = name;
            continue;
        }
        let words: Vec<&str> = line.splitn(4, ' ').collect();
        let [kind @ ("pass" | "fail"), _profile, now_ms, quoted] = words.as_slice() else {
            continue;
        };
        let payload = unquoted(quoted).with_context(|| format!("failed to read `{line}`"))?;
        if codes.iter().any(|code| code.payload == payload) {
            continue;
        }
        codes.push(Code {
            inputs: "rules",
            id: format!("{rule}-{kind}"),
            payload,
            now_ms: now_ms.parse().context("failed to read a time")?,
        });
    }
    Ok(codes)
}

/// A text with the escapes of Rust's debug form.
fn unquoted(quoted: &str) -> Option<String> {
    let mut rest = quoted.strip_prefix('"')?.strip_suffix('"')?.chars();
    let mut text = String::new();
    while let Some(next) = rest.next() {
        if next != '\\' {
            text.push(next);
            continue;
        }
        text.push(match rest.next()? {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            '0' => '\0',
            'u' => {
                let number: String = rest.by_ref().skip(1).take_while(|c| *c != '}').collect();
                char::from_u32(u32::from_str_radix(&number, 16).ok()?)?
            }
            same @ ('"' | '\\' | '\'') => same,
            _ => return None,
        });
    }
    Some(text)
}

/// Where the conformance data lies, if anybody says so.
pub(crate) fn data_folder() -> anyhow::Result<Option<PathBuf>> {
    let Some(folder) = std::env::var_os("SPEAN_CONFORMANCE_DIR") else {
        if std::env::var("CI").is_ok_and(|value| value == "true") {
            bail!("CI needs the conformance data, set SPEAN_CONFORMANCE_DIR");
        }
        return Ok(None);
    };
    Ok(Some(PathBuf::from(folder).join("qr")))
}

pub(crate) fn lines(folder: &Path, file: &str) -> anyhow::Result<Vec<Value>> {
    let path = folder.join(file);
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("failed to read `{}`", path.display()))?;
    let line = |line| serde_json::from_str(line).context("failed to read a line of JSON");
    text.lines().map(line).collect()
}

/// Customers' codes left out: no kit here reads them.
pub(crate) fn vectors(folder: &Path) -> anyhow::Result<Vec<Code>> {
    let text = |row: &Value, key: &str| row.get(key).and_then(Value::as_str).map(str::to_owned);
    let mut codes = Vec::new();
    for row in lines(folder, "vectors.jsonl")? {
        let is_customers = text(&row, "scheme").is_some_and(|scheme| scheme.ends_with("-cpm"));
        if is_customers {
            continue;
        }
        let now_ms = row.get("clock_ms").and_then(Value::as_i64);
        codes.push(Code {
            inputs: "vectors",
            id: text(&row, "id").context("a vector has no id")?,
            payload: text(&row, "payload").unwrap_or_default(),
            now_ms: now_ms.unwrap_or(NOW_MS),
        });
    }
    Ok(codes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_those_of_rust() {
        assert_eq!(unquoted(r#""a\n\u{17d2}\"\\""#).unwrap(), "a\n\u{17d2}\"\\");
        assert_eq!(unquoted(r#""\x""#), None);
        assert_eq!(unquoted("a"), None);
    }

    #[test]
    fn every_rule_brings_a_code() {
        let codes = rules().unwrap();
        assert!(codes.len() > 70, "{}", codes.len());
        assert!(codes.iter().any(|code| code.id == "amount-zero-fail"));
    }
}
