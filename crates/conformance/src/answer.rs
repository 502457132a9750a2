//! What a kit answers, read once from the driver's line.

use std::collections::BTreeMap;

use anyhow::Context;
use serde_json::Value;

/// By the names that the driver gives them.
pub(crate) type Fields = BTreeMap<String, String>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// With what it says that the code says.
    Accepts(Fields),
    /// The fields of the root, from a kit that knows no scheme.
    Reads(Vec<(String, String)>),
    /// With the official kit's number, if it has numbers.
    Refuses(Option<u8>),
    Builds {
        payload: String,
        md5: String,
    },
    /// It says that it built something, and shows something that is no text.
    BuildsNonsense,
    Throws,
    Hangs,
}

impl Answer {
    pub(crate) fn parse(line: &str) -> anyhow::Result<Self> {
        let read = || -> Option<Self> {
            let value: Value = serde_json::from_str(line).ok()?;
            let (name, about) = value.as_object()?.iter().next()?;
            let text = |name: &str| about.get(name)?.as_str().map(str::to_owned);
            Some(match name.as_str() {
                "accepts" => Self::Accepts(serde_json::from_value(about.clone()).ok()?),
                "reads" => Self::Reads(serde_json::from_value(about.clone()).ok()?),
                "refuses" => Self::Refuses(serde_json::from_value(about.clone()).ok()?),
                "builds" => Self::Builds {
                    payload: text("payload")?,
                    md5: text("md5")?,
                },
                "nonsense" => Self::BuildsNonsense,
                "throws" => Self::Throws,
                "hangs" => Self::Hangs,
                _ => return None,
            })
        };
        read().with_context(|| format!("failed to read the kit's answer `{line}`"))
    }

    /// In the words of the table.
    pub(crate) fn verdict(&self) -> String {
        match self {
            Self::Accepts(_) => "accepts".to_owned(),
            Self::Reads(_) => "reads".to_owned(),
            Self::Refuses(Some(number)) => format!("refuses {number}"),
            Self::Refuses(None) => "refuses".to_owned(),
            Self::Builds { .. } => "builds".to_owned(),
            Self::BuildsNonsense => "builds nonsense".to_owned(),
            Self::Throws => "throws".to_owned(),
            Self::Hangs => "hangs".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_strictly() {
        let verdict = |line: &str| Answer::parse(line).ok().map(|answer| answer.verdict());
        let check = |line: &str, want: Option<&str>| {
            assert_eq!(verdict(line).as_deref(), want, "{line}");
        };
        check(r#"{"accepts": {"name": "A"}}"#, Some("accepts"));
        check(r#"{"reads": [["00", "01"]]}"#, Some("reads"));
        check(r#"{"refuses": 45}"#, Some("refuses 45"));
        check(r#"{"refuses": null}"#, Some("refuses"));
        check(
            r#"{"builds": {"payload": "0002", "md5": "0"}}"#,
            Some("builds"),
        );
        check(r#"{"nonsense": true}"#, Some("builds nonsense"));
        check(r#"{"throws": "TypeError"}"#, Some("throws"));
        check(r#"{"hangs": true}"#, Some("hangs"));
        check(r#"{"builds": {"payload": "0002"}}"#, None);
        check(r#"{"likes": true}"#, None);
        check("", None);
    }
}
