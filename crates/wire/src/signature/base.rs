//! The signature base (RFC 9421, section 2.5): the bytes that are really signed.

use std::fmt::Write as _;

use http::HeaderMap;

use super::components::Component;
use super::{AnswerHead, RequestHead, SignatureError, digest, fields};

/// A message with what its signature may speak of.
#[derive(Clone, Copy, Debug)]
pub(super) enum Message<'a> {
    Request(RequestHead<'a>),
    Answer(AnswerHead<'a>, RequestHead<'a>),
}

impl<'a> Message<'a> {
    pub(super) fn headers(&self) -> &'a HeaderMap {
        match self {
            Message::Request(head) => head.headers,
            Message::Answer(head, _) => head.headers,
        }
    }

    /// The request itself, or the one that is answered.
    fn request(&self) -> &RequestHead<'a> {
        match self {
            Message::Request(head) | Message::Answer(_, head) => head,
        }
    }

    /// The digest is passed in: a signer has it before the header is there.
    fn value(&self, component: Component, digest: Option<&str>) -> Result<String, SignatureError> {
        let request = self.request();
        match component {
            Component::Method | Component::RequestMethod => Ok(request.method.to_string()),
            Component::Authority => fields::authority(request),
            Component::Path | Component::RequestPath => fields::path(request.uri),
            Component::Query | Component::RequestQuery => fields::query(request.uri),
            Component::Status => match self {
                Message::Answer(head, _) => Ok(head.status.as_u16().to_string()),
                Message::Request(_) => Err(SignatureError::ComponentsWrong),
            },
            Component::ContentType => fields::content_type(self.headers()),
            Component::ContentDigest => digest
                .map(str::to_owned)
                .ok_or(SignatureError::DigestMissing),
            Component::RequestSignature => {
                let signed = fields::signed(request.headers)?;
                Ok(digest::byte_sequence(&signed.signature))
            }
        }
    }
}

pub(super) fn signature_base(
    message: &Message<'_>,
    components: &[Component],
    input: &str,
    digest: Option<&str>,
) -> Result<String, SignatureError> {
    let mut lines = Vec::with_capacity(components.len());
    for component in components {
        lines.push((component.identifier(), message.value(*component, digest)?));
    }
    Ok(render(&lines, input))
}

fn render(lines: &[(&str, String)], input: &str) -> String {
    let mut base = String::new();
    for (identifier, value) in lines {
        // Writing to a string cannot fail.
        let _ = writeln!(base, "{identifier}: {value}");
    }
    let _ = write!(base, r#""@signature-params": {input}"#);
    base
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::*;
    use crate::keys::{Domain, PublicKey, SigningKey};

    /// RFC 9421, appendix B.2.6, with the key `test-key-ed25519` of B.1.4.
    #[test]
    fn base_and_signature_are_those_of_rfc_9421() {
        let lines = [
            (r#""date""#, "Tue, 20 Apr 2021 02:07:55 GMT"),
            (r#""@method""#, "POST"),
            (r#""@path""#, "/foo"),
            (r#""@authority""#, "example.com"),
            (r#""content-type""#, "application/json"),
            (r#""content-length""#, "18"),
        ];
        let lines = lines.map(|(identifier, value)| (identifier, value.to_owned()));
        let input = concat!(
            r#"("date" "@method" "@path" "@authority" "content-type" "content-length")"#,
            r#";created=1618884473;keyid="test-key-ed25519""#,
        );
        let base = render(&lines, input);
        let expected = concat!(
            "\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n",
            "\"@method\": POST\n",
            "\"@path\": /foo\n",
            "\"@authority\": example.com\n",
            "\"content-type\": application/json\n",
            "\"content-length\": 18\n",
            "\"@signature-params\": (\"date\" \"@method\" \"@path\" \"@authority\" ",
            "\"content-type\" \"content-length\");created=1618884473;keyid=\"test-key-ed25519\"",
        );
        assert_eq!(base, expected);

        let public = PublicKey::from_jwk(
            br#"{"kty":"OKP","crv":"Ed25519",
                "x":"JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs"}"#,
        )
        .unwrap();
        let signature = STANDARD
            .decode(concat!(
                "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQ",
                "v5lIp5WPpBKRCw==",
            ))
            .unwrap();
        assert!(public.verifies(Domain::HttpMessage, base.as_bytes(), &signature));
        let other = base.replace("POST", "PUT");
        assert!(!public.verifies(Domain::HttpMessage, other.as_bytes(), &signature));

        // Ed25519 is deterministic, so signing must give the very same bytes.
        let private = SigningKey::from_pem(concat!(
            "-----BEGIN PRIVATE KEY-----\n",
            "MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF\n",
            "-----END PRIVATE KEY-----\n",
        ))
        .unwrap();
        assert_eq!(private.public(), public);
        assert_eq!(
            private.sign(Domain::HttpMessage, base.as_bytes()),
            signature
        );
    }
}
