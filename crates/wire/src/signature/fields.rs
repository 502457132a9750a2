//! Reading of what the signature speaks of, out of hostile headers and addresses.

use http::header::{CONTENT_TYPE, HOST, HeaderMap, HeaderName};
use http::uri::{Scheme, Uri};
use sfv::{BareItem, Dictionary, FieldType as _, InnerList, ListEntry, Parser};

use super::digest::SHA_256;
use super::{CONTENT_DIGEST, LABEL, RequestHead, SIGNATURE, SIGNATURE_INPUT, SignatureError};
use crate::limits;

/// What stands under our label in `signature-input` and `signature`.
#[derive(Debug)]
pub(super) struct Signed {
    pub(super) list: InnerList,
    /// The list with its parameters, exactly as sent.
    pub(super) text: String,
    pub(super) signature: Vec<u8>,
}

#[derive(Debug)]
pub(super) struct ContentDigest<'a> {
    pub(super) text: &'a str,
    pub(super) sha256: Vec<u8>,
}

pub(super) fn signed(headers: &HeaderMap) -> Result<Signed, SignatureError> {
    let input = single(headers, &SIGNATURE_INPUT, limits::SIGNATURE_INPUT_BYTES_MAX)?;
    let signature = single(headers, &SIGNATURE, limits::SIGNATURE_BYTES_MAX)?;
    let (Some(input), Some(signature)) = (input, signature) else {
        return Err(SignatureError::Missing);
    };
    let (Some(input), Some(signature)) = (member(input)?, member(signature)?) else {
        return Err(SignatureError::Missing);
    };
    let ListEntry::InnerList(list) = input else {
        return Err(SignatureError::Malformed);
    };
    let signature = byte_sequence(signature)?;
    let text = vec![ListEntry::InnerList(list.clone())].serialize();
    let text = text.ok_or(SignatureError::Malformed)?;
    Ok(Signed {
        list,
        text,
        signature,
    })
}

/// The digest that a body must have and an absent body must not.
pub(super) fn content_digest<'a>(
    headers: &'a HeaderMap,
    body: &[u8],
) -> Result<Option<ContentDigest<'a>>, SignatureError> {
    let sent = single(headers, &CONTENT_DIGEST, limits::CONTENT_DIGEST_BYTES_MAX)?;
    match (sent, body.is_empty()) {
        (None, true) => Ok(None),
        (None, false) => Err(SignatureError::DigestMissing),
        (Some(_), true) => Err(SignatureError::DigestUnexpected),
        (Some(text), false) => {
            let digest = dictionary(text)?.swap_remove(SHA_256);
            let sha256 = byte_sequence(digest.ok_or(SignatureError::DigestMissing)?)?;
            Ok(Some(ContentDigest { text, sha256 }))
        }
    }
}

pub(super) fn content_type(headers: &HeaderMap) -> Result<String, SignatureError> {
    single(headers, &CONTENT_TYPE, limits::CONTENT_TYPE_BYTES_MAX)?
        .map(str::to_owned)
        .ok_or(SignatureError::ContentTypeMissing)
}

/// `@authority`: host and port in lower case, the port left out if it is the scheme's own. A
/// server sees the `host` header only; a client, the address only; whoever sees both has to see
/// the same.
pub(super) fn authority(head: &RequestHead<'_>) -> Result<String, SignatureError> {
    let header = single(head.headers, &HOST, limits::AUTHORITY_BYTES_MAX)?;
    let address = head.uri.authority().map(|authority| authority.as_str());
    let scheme = head.uri.scheme();
    let header = header.map(|text| normalised(text, scheme));
    let address = address.map(|text| normalised(text, scheme));
    match (header, address) {
        (Some(header), Some(address)) if header != address => Err(SignatureError::HostAmbiguous),
        (Some(authority), _) | (None, Some(authority)) => check_authority(authority),
        (None, None) => Err(SignatureError::HostMissing),
    }
}

pub(super) fn path(uri: &Uri) -> Result<String, SignatureError> {
    check_target(uri)?;
    Ok(uri.path().to_owned())
}

/// `@query` begins with its question mark, also when there is no query.
pub(super) fn query(uri: &Uri) -> Result<String, SignatureError> {
    check_target(uri)?;
    Ok(format!("?{}", uri.query().unwrap_or_default()))
}

fn check_target(uri: &Uri) -> Result<(), SignatureError> {
    let bytes = uri
        .path()
        .len()
        .saturating_add(uri.query().map_or(0, str::len));
    if bytes > limits::TARGET_BYTES_MAX {
        Err(SignatureError::TooLong)
    } else if !uri.path().starts_with('/') || !uri.path().is_ascii() {
        Err(SignatureError::TargetUnusable)
    } else {
        Ok(())
    }
}

fn check_authority(text: String) -> Result<String, SignatureError> {
    let is_plain = |c: char| c.is_ascii_graphic() && !"@/?#".contains(c);
    if text.len() > limits::AUTHORITY_BYTES_MAX {
        Err(SignatureError::TooLong)
    } else if text.is_empty() || !text.chars().all(is_plain) {
        Err(SignatureError::HostMissing)
    } else {
        Ok(text)
    }
}

fn normalised(text: &str, scheme: Option<&Scheme>) -> String {
    let text = text.to_ascii_lowercase();
    let own_port = match scheme.map(Scheme::as_str) {
        Some("http") => ":80",
        Some("https") => ":443",
        _ => return text,
    };
    text.strip_suffix(own_port)
        .map_or(text.clone(), str::to_owned)
}

/// The value of a header that may be sent once, trimmed, in printable ASCII.
fn single<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
    bytes_max: usize,
) -> Result<Option<&'a str>, SignatureError> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(SignatureError::HeaderRepeated);
    }
    if value.len() > bytes_max {
        return Err(SignatureError::TooLong);
    }
    let text = value
        .to_str()
        .map_err(|_not_ascii| SignatureError::Malformed)?;
    Ok(Some(text.trim_matches([' ', '\t'])))
}

/// A dictionary written as the standard writes it. Reading one forgives much: of a key that stands
/// twice it takes the last. Comparing with what we would have written forgives nothing.
fn dictionary(text: &str) -> Result<Dictionary, SignatureError> {
    let parsed = Parser::new(text)
        .parse_dictionary::<Dictionary>()
        .map_err(|_sfv| SignatureError::Malformed)?;
    if parsed.serialize().as_deref() == Some(text) {
        Ok(parsed)
    } else {
        Err(SignatureError::Malformed)
    }
}

fn member(text: &str) -> Result<Option<ListEntry>, SignatureError> {
    Ok(dictionary(text)?.swap_remove(LABEL))
}

fn byte_sequence(entry: ListEntry) -> Result<Vec<u8>, SignatureError> {
    if let ListEntry::Item(item) = entry
        && item.params.is_empty()
        && let BareItem::ByteSequence(bytes) = item.bare_item
    {
        Ok(bytes)
    } else {
        Err(SignatureError::Malformed)
    }
}
