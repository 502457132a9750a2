//! Tokens that the hub seals for itself and lends to others: what it said in a quote or a scan
//! comes back in their hands, unread and unchanged, and nothing need be stored.
//!
//! A token is `prefix.sealed.signature`, the last two in base64url. The sealed bytes begin with the
//! name of the key, so that it is signed too; the signature is made for this kind of token only
//! ([`Domain`]), so a scan never passes as a quote even if their payloads look alike. Everybody can
//! read a token; nothing secret goes into it.

use thiserror::Error;

use crate::error::Code;
use crate::keys::{Domain, Kid, PublicKey, SIGNATURE_BYTES, SigningKey};
use crate::{encoding, limits};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    Quote,
    Scan,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TokenError {
    #[error("token is longer than the limit")]
    TooLong,
    #[error("token is of another kind")]
    WrongKind,
    #[error("token is cut or not a token")]
    Malformed,
    #[error("token was sealed with an unknown key")]
    KeyUnknown,
    #[error("token was changed or not made by us")]
    Invalid,
}

pub fn seal(kind: TokenKind, key: &SigningKey, payload: &[u8]) -> Result<String, TokenError> {
    if payload.len() > limits::TOKEN_PAYLOAD_BYTES_MAX {
        return Err(TokenError::TooLong);
    }
    let sealed = [key.kid().as_bytes().as_slice(), payload].concat();
    let signature = key.sign(kind.domain(), &sealed);
    Ok([
        kind.prefix(),
        &encoding::encode(&sealed),
        &encoding::encode(&signature),
    ]
    .join("."))
}

pub fn open(
    kind: TokenKind,
    text: &str,
    lookup: impl Fn(&Kid) -> Option<PublicKey>,
) -> Result<(Kid, Vec<u8>), TokenError> {
    if text.len() > limits::TOKEN_CHARS_MAX {
        return Err(TokenError::TooLong);
    }
    let (prefix, rest) = text.split_once('.').ok_or(TokenError::Malformed)?;
    if prefix != kind.prefix() {
        return Err(TokenError::WrongKind);
    }
    let (sealed, signature) = rest.split_once('.').ok_or(TokenError::Malformed)?;
    let sealed = encoding::decode(sealed).ok_or(TokenError::Malformed)?;
    let signature: [u8; SIGNATURE_BYTES] =
        encoding::decode_array(signature).ok_or(TokenError::Malformed)?;
    let (kid, payload) = sealed.split_first_chunk().ok_or(TokenError::Malformed)?;
    let kid = Kid::from_bytes(*kid);
    let key = lookup(&kid).ok_or(TokenError::KeyUnknown)?;
    if key.verifies(kind.domain(), &sealed, &signature) {
        Ok((kid, payload.to_vec()))
    } else {
        Err(TokenError::Invalid)
    }
}

impl TokenKind {
    fn prefix(self) -> &'static str {
        match self {
            TokenKind::Quote => "spq1",
            TokenKind::Scan => "sps1",
        }
    }

    fn domain(self) -> Domain {
        match self {
            TokenKind::Quote => Domain::QuoteToken,
            TokenKind::Scan => Domain::ScanToken,
        }
    }

    /// What the sender of a bad token hears: which way it is bad helps only who made it.
    pub fn refusal(self) -> Code {
        match self {
            TokenKind::Quote => Code::QuoteTokenInvalid,
            TokenKind::Scan => Code::ScanTokenInvalid,
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    const PAYLOAD: &[u8] = br#"{"version":1,"id":"7f3b0c9e-5a7e-4d0f-9a52-3c1f6f7a9b10"}"#;

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_seed(&[seed; 32]).unwrap()
    }

    /// Opens where key 7 alone is known.
    fn open_as(kind: TokenKind, text: &str) -> Result<(Kid, Vec<u8>), TokenError> {
        let known = key(7).public();
        open(kind, text, |kid| (*kid == known.kid()).then_some(known))
    }

    #[test]
    fn a_token_gives_back_what_was_sealed() {
        let token = seal(TokenKind::Quote, &key(7), PAYLOAD).unwrap();
        expect!["spq1.--6IM5l0OosLj9yWskISYhUA3n_3CURQkmrYMSha_cl7InZlcnNpb24iOjEsImlkIjoiN2YzYjBjOWUtNWE3ZS00ZDBmLTlhNTItM2MxZjZmN2E5YjEwIn0.BlJG-HbwibixyTNWIBsV11QSEReTNvOX54p0gKB0DgOkE-auM7tAGZ-bnsi-CGJCrfFpj2UofbRPbAmhokX9Cw"].assert_eq(&token);
        assert_eq!(
            open_as(TokenKind::Quote, &token),
            Ok((key(7).kid(), PAYLOAD.to_vec()))
        );
        let empty = seal(TokenKind::Scan, &key(7), b"").unwrap();
        assert_eq!(open_as(TokenKind::Scan, &empty), Ok((key(7).kid(), vec![])));
    }

    #[test]
    fn a_token_is_bounded() {
        let largest = vec![b'x'; limits::TOKEN_PAYLOAD_BYTES_MAX];
        let token = seal(TokenKind::Quote, &key(7), &largest).unwrap();
        assert_eq!(token.len(), limits::TOKEN_CHARS_MAX);
        assert_eq!(open_as(TokenKind::Quote, &token).unwrap().1, largest);

        let larger = [largest.as_slice(), b"x"].concat();
        assert_eq!(
            seal(TokenKind::Quote, &key(7), &larger),
            Err(TokenError::TooLong)
        );
        let longer = token + "A";
        assert_eq!(open_as(TokenKind::Quote, &longer), Err(TokenError::TooLong));
    }

    #[test]
    #[expect(clippy::string_slice, reason = "the token is ASCII")]
    fn every_single_changed_character_is_refused() {
        let token = seal(TokenKind::Quote, &key(7), PAYLOAD).unwrap();
        for place in 0..token.len() {
            for other in "AQgwz019-_.= é".chars() {
                let (before, after) = (&token[..place], &token[place + 1..]);
                let changed = format!("{before}{other}{after}");
                if changed != token {
                    assert!(open_as(TokenKind::Quote, &changed).is_err(), "{changed}");
                }
            }
            assert!(open_as(TokenKind::Quote, &token[..place]).is_err());
        }
    }

    #[test]
    fn refusals_are_told_apart() {
        let token = seal(TokenKind::Quote, &key(7), PAYLOAD).unwrap();
        let foreign = seal(TokenKind::Quote, &key(8), PAYLOAD).unwrap();
        let (head, signature) = token.rsplit_once('.').unwrap();
        let (_, foreign_signature) = foreign.rsplit_once('.').unwrap();
        let relabelled = token.replacen("spq1", "sps1", 1);
        for (kind, text, expected) in [
            (TokenKind::Scan, token.clone(), TokenError::WrongKind),
            (TokenKind::Scan, relabelled, TokenError::Invalid), // the domain is signed
            (TokenKind::Quote, foreign.clone(), TokenError::KeyUnknown),
            (
                TokenKind::Quote,
                format!("{head}.{foreign_signature}"),
                TokenError::Invalid,
            ),
            (TokenKind::Quote, head.to_owned(), TokenError::Malformed),
            (
                TokenKind::Quote,
                format!("spq1.AAAA.{signature}"),
                TokenError::Malformed,
            ),
            (
                TokenKind::Quote,
                format!("{token}.AAAA"),
                TokenError::Malformed,
            ),
            (TokenKind::Quote, String::new(), TokenError::Malformed),
        ] {
            assert_eq!(open_as(kind, &text), Err(expected), "{text}");
        }
    }
}
