//! Who said it, to whom, and was it said now: HTTP message signatures (RFC 9421) with Ed25519
//! over content digests (RFC 9530).
//!
//! # Doctrine
//!
//! 1. **One table** (`components`) says what is covered. A signature that covers less would leave
//!    something to change on the way, one that covers more could break at a proxy, and a choice
//!    would let an attacker choose. So exactly the table, in its order.
//! 2. **A body and its digest come together.** POST and PUT always have a body (an empty object if
//!    there is nothing to say), GET and DELETE never: so "no body" cannot be made out of a body
//!    by leaving out two headers.
//! 3. **The tag separates the directions.** A participant's request sent back to it as a callback,
//!    or a callback replayed at the hub, verifies nowhere. An answer covers the signature of its
//!    request, so it answers that request and no other.
//! 4. **The receiver knows its names.** `@authority` says for whom a request was made; comparing
//!    it with the `host` header alone proves nothing, because both come from the sender. A test
//!    hub's traffic replayed at the real hub fails by [`Authorities::OneOf`].
//! 5. **Cheap before dear, and nothing is trusted before it is verified.** Sizes, form, time and
//!    key come first, then the signature, then the digest of the body. The nonce is remembered
//!    last ([`NonceCache`]): remembering it before would let anybody burn the nonces of others.
//! 6. **Freshness is a window plus a memory.** Within the window a nonce counts once; outside it
//!    the time refuses. The memory does not survive a restart, and need not: ids make a repeated
//!    request harmless, the memory only keeps strangers from making us repeat answers.
//!
//! A header that is sent twice is refused, because two readers could each believe another one.
//! Signatures with other labels than `spean` are allowed (proxies add them) and ignored.
//!
//! An answer to a request that carried no readable signature cannot be bound to it and goes
//! unsigned; a caller must treat an unsigned answer as no answer, whatever its status.

use http::header::{HeaderMap, HeaderName, HeaderValue};
use http::uri::Uri;
use http::{Method, StatusCode};

use crate::keys::{Domain, Kid, PublicKey, SigningKey};

mod base;
mod components;
mod digest;
mod error;
mod fields;
mod nonce;
mod parameters;

pub use error::SignatureError;
pub use nonce::{Freshness, Nonce, NonceCache};

use base::{Message, signature_base};
use components::{Body, Tag, body_of, covered};
use parameters::Parameters;

/// What of a request is signed, apart from its body. The address is the one that was sent: a
/// router that strips prefixes has to keep it aside.
#[derive(Clone, Copy, Debug)]
pub struct RequestHead<'a> {
    pub method: &'a Method,
    pub uri: &'a Uri,
    pub headers: &'a HeaderMap,
}

/// What of an answer is signed, apart from its body.
#[derive(Clone, Copy, Debug)]
pub struct AnswerHead<'a> {
    pub status: StatusCode,
    pub headers: &'a HeaderMap,
}

/// Which way a request goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Participant to hub.
    Request,
    /// Hub to participant.
    Callback,
}

/// The hosts for which a receiver takes requests.
#[derive(Clone, Copy, Debug)]
pub enum Authorities<'a> {
    /// Names of ours: lower case, with the port unless it is the scheme's default.
    OneOf(&'a [String]),
    /// Whatever the sender called: only where one network has one receiver, as in a sandbox.
    AsSent,
}

/// What a receiver of requests insists on.
#[derive(Clone, Copy, Debug)]
pub struct Policy<'a> {
    pub direction: Direction,
    pub authorities: Authorities<'a>,
}

/// A signature that holds. Its nonce has still to go through the [`NonceCache`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    pub kid: Kid,
    pub nonce: Nonce,
    pub created_s: u64,
}

/// The headers that a signer adds to its message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureHeaders {
    content_digest: Option<HeaderValue>,
    signature_input: HeaderValue,
    signature: HeaderValue,
}

/// The label of our signature among others in the same header.
pub const LABEL: &str = "spean";

pub const CONTENT_DIGEST: HeaderName = HeaderName::from_static("content-digest");
pub const SIGNATURE_INPUT: HeaderName = HeaderName::from_static("signature-input");
pub const SIGNATURE: HeaderName = HeaderName::from_static("signature");

/// Signs a request. `content-type` has to be among its headers if it has a body; the host is taken
/// from the `host` header or, before there is one, from the address.
pub fn sign_request(
    key: &SigningKey,
    head: &RequestHead<'_>,
    body: &[u8],
    direction: Direction,
    now_s: u64,
    nonce: &Nonce,
) -> Result<SignatureHeaders, SignatureError> {
    check_body_fits(head.method, body)?;
    sign(
        key,
        &Message::Request(*head),
        body,
        direction.tag(),
        now_s,
        nonce,
    )
}

/// Signs the answer to a signed request.
pub fn sign_answer(
    key: &SigningKey,
    head: &AnswerHead<'_>,
    body: &[u8],
    request: &RequestHead<'_>,
    now_s: u64,
    nonce: &Nonce,
) -> Result<SignatureHeaders, SignatureError> {
    sign(
        key,
        &Message::Answer(*head, *request),
        body,
        Tag::Answer,
        now_s,
        nonce,
    )
}

pub fn verify_request(
    head: &RequestHead<'_>,
    body: &[u8],
    now_s: u64,
    lookup: impl Fn(&Kid) -> Option<PublicKey>,
    policy: &Policy<'_>,
) -> Result<Verified, SignatureError> {
    check_body_fits(head.method, body)?;
    if let Authorities::OneOf(names) = policy.authorities {
        let authority = fields::authority(head)?;
        if !names.contains(&authority) {
            return Err(SignatureError::AuthorityUnknown);
        }
    }
    verify(
        &Message::Request(*head),
        body,
        policy.direction.tag(),
        now_s,
        lookup,
    )
}

/// Verifies the answer to `request`, with the headers under which it was sent. The nonce need not
/// be remembered: the answer is bound to a request that was made once.
pub fn verify_answer(
    head: &AnswerHead<'_>,
    body: &[u8],
    request: &RequestHead<'_>,
    now_s: u64,
    lookup: impl Fn(&Kid) -> Option<PublicKey>,
) -> Result<Verified, SignatureError> {
    verify(
        &Message::Answer(*head, *request),
        body,
        Tag::Answer,
        now_s,
        lookup,
    )
}

impl Direction {
    fn tag(self) -> Tag {
        match self {
            Direction::Request => Tag::Request,
            Direction::Callback => Tag::Callback,
        }
    }
}

impl<'a> From<&'a http::request::Parts> for RequestHead<'a> {
    fn from(parts: &'a http::request::Parts) -> RequestHead<'a> {
        RequestHead {
            method: &parts.method,
            uri: &parts.uri,
            headers: &parts.headers,
        }
    }
}

impl<'a> From<&'a http::response::Parts> for AnswerHead<'a> {
    fn from(parts: &'a http::response::Parts) -> AnswerHead<'a> {
        AnswerHead {
            status: parts.status,
            headers: &parts.headers,
        }
    }
}

impl SignatureHeaders {
    /// Puts them into a message, in place of any that are there.
    pub fn add_to(self, headers: &mut HeaderMap) {
        match self.content_digest {
            Some(digest) => headers.insert(CONTENT_DIGEST, digest),
            None => headers.remove(CONTENT_DIGEST),
        };
        headers.insert(SIGNATURE_INPUT, self.signature_input);
        headers.insert(SIGNATURE, self.signature);
    }
}

fn sign(
    key: &SigningKey,
    message: &Message<'_>,
    body: &[u8],
    tag: Tag,
    now_s: u64,
    nonce: &Nonce,
) -> Result<SignatureHeaders, SignatureError> {
    let components = covered(tag, body);
    let parameters = Parameters {
        created_s: now_s,
        nonce: nonce.clone(),
        kid: key.kid(),
    };
    let input = parameters.to_text(&components, tag);
    let digest = if body.is_empty() {
        None
    } else {
        Some(digest::field(body))
    };
    let base = signature_base(message, &components, &input, digest.as_deref())?;
    let signature = digest::byte_sequence(&key.sign(Domain::HttpMessage, base.as_bytes()));
    Ok(SignatureHeaders {
        content_digest: digest.map(header_value).transpose()?,
        signature_input: header_value(format!("{LABEL}={input}"))?,
        signature: header_value(format!("{LABEL}={signature}"))?,
    })
}

fn verify(
    message: &Message<'_>,
    body: &[u8],
    tag: Tag,
    now_s: u64,
    lookup: impl Fn(&Kid) -> Option<PublicKey>,
) -> Result<Verified, SignatureError> {
    let headers = message.headers();
    let components = covered(tag, body);
    let signed = fields::signed(headers)?;
    let parameters = Parameters::parse(&signed, &components, tag)?;
    parameters.check_time(now_s)?;
    let key = lookup(&parameters.kid).ok_or(SignatureError::KeyUnknown)?;

    let digest = fields::content_digest(headers, body)?;
    let digest_text = digest.as_ref().map(|digest| digest.text);
    let base = signature_base(message, &components, &signed.text, digest_text)?;
    if !key.verifies(Domain::HttpMessage, base.as_bytes(), &signed.signature) {
        return Err(SignatureError::Invalid);
    }
    if digest.is_some_and(|digest| !digest::matches(&digest.sha256, body)) {
        return Err(SignatureError::DigestMismatch);
    }
    let Parameters {
        created_s,
        nonce,
        kid,
    } = parameters;
    Ok(Verified {
        kid,
        nonce,
        created_s,
    })
}

fn check_body_fits(method: &Method, body: &[u8]) -> Result<(), SignatureError> {
    match body_of(method) {
        Some(Body::Required) if body.is_empty() => Err(SignatureError::BodyMissing),
        Some(Body::Forbidden) if !body.is_empty() => Err(SignatureError::BodyUnexpected),
        Some(Body::Required | Body::Forbidden) => Ok(()),
        None => Err(SignatureError::MethodUnknown),
    }
}

fn header_value(text: String) -> Result<HeaderValue, SignatureError> {
    HeaderValue::try_from(text).map_err(|_invalid| SignatureError::Malformed)
}

#[cfg(test)]
mod tests;
