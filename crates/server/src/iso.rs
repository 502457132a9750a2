//! ISO 20022 beside JSON, with the same state behind both: which of the two is spoken, a payment
//! read from pacs.008, a status written as pacs.002.
//!
//! # Doctrine
//!
//! * A message becomes the very request that JSON becomes ([`wire::api::PaymentRequest`]), so a
//!   repetition may be written in the other form and is recognised.
//! * What a pacs.008 says of amounts, rate and payee was agreed on in the quote, which the hub
//!   signed. What it says otherwise is refused, never overlooked.
//! * Problems stay `application/problem+json`: they name a place in the message instead of a
//!   member.

mod request;
mod status;

use http::header::{ACCEPT, HeaderMap};

pub(crate) use request::{Origin, read_payment, read_questions};
pub(crate) use status::{Answered, status};

/// What is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Media {
    Json,
    Xml,
}

impl Media {
    /// What the caller wants as its answer: the first of `accept` that there is, or what it sent
    /// itself. Weights are not looked at: nobody who prefers one of the two says so by a weight.
    pub(crate) fn wanted(headers: &HeaderMap, sent: Media) -> Media {
        let listed = headers.get_all(ACCEPT).iter();
        let listed = listed.filter_map(|value| value.to_str().ok());
        let mut kinds = listed.flat_map(|value| value.split(',')).map(|one| {
            let essence = one.split(';').next().unwrap_or_default();
            essence.trim().to_ascii_lowercase()
        });
        let found = kinds.find_map(|kind| match kind.as_str() {
            "application/json" | "application/problem+json" => Some(Media::Json),
            "application/xml" | "text/xml" => Some(Media::Xml),
            _ => None,
        });
        found.unwrap_or(sent)
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn the_first_that_there_is_is_spoken_and_otherwise_what_was_sent() {
        let check = |accept: &[&'static str], sent: Media, expected: Media| {
            let mut headers = HeaderMap::new();
            for one in accept {
                headers.append(ACCEPT, HeaderValue::from_static(one));
            }
            assert_eq!(Media::wanted(&headers, sent), expected, "{accept:?}");
        };
        check(&[], Media::Json, Media::Json);
        check(&[], Media::Xml, Media::Xml);
        check(&["application/xml"], Media::Json, Media::Xml);
        check(&["Application/XML; q=0.9"], Media::Json, Media::Xml);
        check(&["application/json"], Media::Xml, Media::Json);
        check(&["text/html, application/xml"], Media::Json, Media::Xml);
        check(
            &["application/json, application/xml"],
            Media::Xml,
            Media::Json,
        );
        check(&["text/html", "application/xml"], Media::Json, Media::Xml);
        check(&["*/*"], Media::Xml, Media::Xml);
        check(&["image/png"], Media::Json, Media::Json);
    }
}
