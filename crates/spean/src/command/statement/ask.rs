//! Addresses of statements. What was typed goes into them only if it needs no escaping.

use crate::cli::LineOf;
use crate::exit::{self, Exit};

/// What is asked for, without format and page.
pub(super) struct Ask {
    path: String,
    query: Vec<(&'static str, String)>,
    pub(super) has_pages: bool,
}

impl Ask {
    pub(super) fn path(&self, format: &str, page: u64) -> String {
        let mut query: Vec<String> = self
            .query
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        query.push(format!("format={format}"));
        if self.has_pages {
            query.push(format!("page={page}"));
        }
        format!("{}?{}", self.path, query.join("&"))
    }
}

pub(super) fn window(id: u64, participant: Option<&str>) -> anyhow::Result<Ask> {
    let mut query = Vec::new();
    add(&mut query, "participant", participant)?;
    Ok(Ask {
        path: format!("/v1/windows/{id}/statement"),
        query,
        has_pages: true,
    })
}

pub(super) fn account(
    participant: &str,
    currency: &str,
    day: Option<&str>,
    window: Option<u64>,
) -> anyhow::Result<Ask> {
    let mut query = Vec::new();
    add(&mut query, "currency", Some(currency))?;
    add(&mut query, "day", day)?;
    let window = window.map(|window| window.to_string());
    add(&mut query, "window", window.as_deref())?;
    Ok(Ask {
        path: format!("/v1/accounts/{}/statement", plain(participant)?),
        query,
        has_pages: false,
    })
}

pub(super) fn shops(
    day: &str,
    participant: Option<&str>,
    shop: Option<&str>,
    by: Option<LineOf>,
) -> anyhow::Result<Ask> {
    let mut query = Vec::new();
    add(&mut query, "day", Some(day))?;
    add(&mut query, "participant", participant)?;
    add(&mut query, "shop", shop)?;
    let by = by.map(|by| match by {
        LineOf::Shop => "shop",
        LineOf::Payment => "payment",
    });
    add(&mut query, "by", by)?;
    Ok(Ask {
        path: "/v1/shops/statement".to_owned(),
        query,
        has_pages: true,
    })
}

fn add(
    query: &mut Vec<(&'static str, String)>,
    name: &'static str,
    value: Option<&str>,
) -> anyhow::Result<()> {
    if let Some(value) = value {
        query.push((name, plain(value)?.to_owned()));
    }
    Ok(())
}

/// Names, days, currencies and pseudonyms need no escaping; what would is none of them.
pub(in crate::command) fn plain(text: &str) -> anyhow::Result<&str> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    match !text.is_empty() && text.bytes().all(is_plain) {
        true => Ok(text),
        false => {
            let words = format!("ask about `{}`", crate::out::safe(text));
            Err(exit::error(Exit::Usage, words))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_say_what_was_typed_and_nothing_else() {
        let ask = window(7, Some("acleda")).unwrap();
        let path = "/v1/windows/7/statement?participant=acleda&format=csv&page=3";
        assert_eq!(ask.path("csv", 3), path);
        let ask = account("acleda", "KHR", None, Some(2)).unwrap();
        let path = "/v1/accounts/acleda/statement?currency=KHR&window=2&format=json";
        assert_eq!(ask.path("json", 1), path);
        let ask = shops("2026-06-30", None, None, Some(LineOf::Shop)).unwrap();
        let path = "/v1/shops/statement?day=2026-06-30&by=shop&format=json&page=1";
        assert_eq!(ask.path("json", 1), path);
        for hostile in ["", "a/b", "a?b", "a&format=csv", "..", "a b", "a%2f", "ស្ពាន"] {
            assert!(plain(hostile).is_err(), "{hostile}");
        }
    }
}
