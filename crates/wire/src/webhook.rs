//! Webhooks are signed as Standard Webhooks says, in its asymmetric form: Ed25519 over
//! `id.timestamp.body`, so that a receiver holds no secret of ours and any library of the
//! standard can check it.
//!
//! The standard fixes the signed bytes. They cannot be taken for anything else that this key
//! signs: a webhook's id begins with [`ID_PREFIX`], everything else with a label or a quotation
//! mark ([`Domain`]). An id holds no full stop, so the three parts cannot be shifted.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::HeaderName;

use crate::keys::{Domain, Kid, PublicKey, SIGNATURE_BYTES, SigningKey};
use crate::limits::{WEBHOOK_ID_BYTES_MAX, WEBHOOK_SIGNATURES_MAX, WEBHOOK_SKEW_S_MAX};

/// Names the event; the same in every attempt, so that a receiver knows what it has had.
pub const WEBHOOK_ID: HeaderName = HeaderName::from_static("webhook-id");
/// Seconds since the epoch at which this attempt was signed.
pub const WEBHOOK_TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");
/// One or more signatures with their versions in front, divided by spaces.
pub const WEBHOOK_SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");

/// Of the answer that opens a stream: the last position that there was.
pub const LAST_POSITION: HeaderName = HeaderName::from_static("spean-last-position");

/// What every id of ours begins with.
pub const ID_PREFIX: &str = "evt_";
/// The standard's version of an Ed25519 signature.
const VERSION: &str = "v1a";
/// The standard's prefix of a public key.
const KEY_PREFIX: &str = "whpk_";

/// What of a webhook is signed.
#[derive(Clone, Copy, Debug)]
pub struct Notice<'a> {
    pub id: &'a str,
    pub timestamp_s: u64,
    pub body: &'a [u8],
}

/// The headers of an attempt do not vouch for its body now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebhookError {
    #[error("webhook's id or signature is not as agreed")]
    Malformed,
    #[error("webhook was signed too long ago or in the future")]
    Stale,
    #[error("webhook's signature does not verify")]
    Invalid,
}

impl Notice<'_> {
    fn message(&self) -> Option<Vec<u8>> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        let is_ours = self.id.starts_with(ID_PREFIX) && self.id.len() <= WEBHOOK_ID_BYTES_MAX;
        if !is_ours || !self.id.bytes().all(plain) {
            return None;
        }
        let mut message = format!("{}.{}.", self.id, self.timestamp_s).into_bytes();
        message.extend_from_slice(self.body);
        Some(message)
    }
}

/// What an event of a stream is called where it is signed: by the key that its reader came with,
/// so that one participant's events are none in another's stream.
pub fn stream_event_id(reader: &Kid, position: u64) -> String {
    format!("{ID_PREFIX}{reader}_{position}")
}

/// The text of `webhook-signature`; `None` for an id that is none of ours.
pub fn sign(key: &SigningKey, notice: Notice<'_>) -> Option<String> {
    let signature = key.sign(Domain::Webhook, &notice.message()?);
    Some(format!("{VERSION},{}", STANDARD.encode(signature)))
}

/// Whether one of the signatures in `signatures` was made by `key`, not long before or after now.
///
/// # Errors
/// See [`WebhookError`]; then nothing of the webhook may be believed.
pub fn verify(
    key: &PublicKey,
    notice: Notice<'_>,
    signatures: &str,
    now_s: u64,
) -> Result<(), WebhookError> {
    let message = notice.message().ok_or(WebhookError::Malformed)?;
    if notice.timestamp_s.abs_diff(now_s) > WEBHOOK_SKEW_S_MAX {
        return Err(WebhookError::Stale);
    }
    // While a key is changed there are two; versions that we do not know are passed over.
    let ours = signatures
        .split(' ')
        .take(WEBHOOK_SIGNATURES_MAX)
        .filter_map(|one| one.strip_prefix(VERSION)?.strip_prefix(','))
        .filter_map(|text| STANDARD.decode(text).ok())
        .filter(|signature| signature.len() == SIGNATURE_BYTES);
    let mut is_any = false;
    for signature in ours {
        is_any = true;
        if key.verifies(Domain::Webhook, &message, &signature) {
            return Ok(());
        }
    }
    Err(match is_any {
        true => WebhookError::Invalid,
        false => WebhookError::Malformed,
    })
}

/// A public key as libraries of the standard take it.
pub fn key_text(key: &PublicKey) -> String {
    format!("{KEY_PREFIX}{}", STANDARD.encode(key.as_bytes()))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    const NOW_S: u64 = 1_795_392_000;
    const BODY: &[u8] = br#"{"type":"payment.completed"}"#;

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_seed(&[seed; 32]).unwrap()
    }

    fn notice<'a>(id: &'a str, body: &'a [u8]) -> Notice<'a> {
        Notice {
            id,
            timestamp_s: NOW_S,
            body,
        }
    }

    #[test]
    fn a_signature_has_its_vector() {
        let key = key(7);
        let text = sign(&key, notice("evt_acleda_paid_12_1", BODY)).unwrap();
        expect!["whpk_6kpsY+KcUgq+9VB7Ey7F+ZVHdq6+vnuSQh7qaRRG0iw="]
            .assert_eq(&key_text(&key.public()));
        expect!["v1a,ALX3yRjha++pYpBYi/bnpgwD8rf4MOtN82vLGVEK5yhf7JQFmqkhUFJnoeuGRulchE5pGcRdgK/vf8c7kBA6DQ=="].assert_eq(&text);
        // The same vector stands in the guide, for those who write receivers.
        let guide = include_str!("../../../docs/TELLING.md");
        for line in [key_text(&key.public()), text.clone(), format!("{NOW_S}")] {
            assert!(guide.contains(&line), "{line}");
        }
        // By hand: the standard's bytes under the key, and nothing round them.
        let raw = key.sign(
            Domain::HttpMessage,
            br#"evt_acleda_paid_12_1.1795392000.{"type":"payment.completed"}"#,
        );
        assert_eq!(text, format!("v1a,{}", STANDARD.encode(raw)));
    }

    #[test]
    fn what_was_changed_is_old_or_anothers_is_not_believed() {
        let (ours, theirs) = (key(7), key(8));
        let sent = notice("evt_acleda_paid_12_1", BODY);
        let text = sign(&ours, sent).unwrap();
        let other = sign(&theirs, sent).unwrap();
        let check = |notice, text: &str, now_s, expected| {
            let found = verify(&ours.public(), notice, text, now_s);
            assert_eq!(found, expected, "{text} at {now_s}");
        };
        check(sent, &text, NOW_S, Ok(()));
        check(sent, &text, NOW_S + 300, Ok(()));
        check(sent, &text, NOW_S + 301, Err(WebhookError::Stale));
        check(sent, &text, NOW_S - 301, Err(WebhookError::Stale));
        check(sent, &format!("v1,abc {other} {text}"), NOW_S, Ok(()));
        check(sent, &other, NOW_S, Err(WebhookError::Invalid));
        for none in ["", "v1,abc", "v1a,", "v1a,AAAA", "v1a", "v1a AAAA"] {
            check(sent, none, NOW_S, Err(WebhookError::Malformed));
        }
        let later = notice("evt_acleda_paid_12_2", BODY);
        check(later, &text, NOW_S, Err(WebhookError::Invalid));
        let more = notice("evt_acleda_paid_12_1", b"{}");
        check(more, &text, NOW_S, Err(WebhookError::Invalid));
        let long = format!("evt_{}", "x".repeat(WEBHOOK_ID_BYTES_MAX));
        for id in ["", "msg_1", "evt_a.1", "evt_a b", "\"evt_", &long] {
            assert_eq!(sign(&ours, notice(id, BODY)), None, "{id}");
            check(notice(id, BODY), &text, NOW_S, Err(WebhookError::Malformed));
        }
    }
}
