//! Why a signature does not hold. The texts are for the other side too: none says more than the
//! sender knows already.

use thiserror::Error;

use crate::error::{Code, Problem};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SignatureError {
    #[error("no signature under the label `spean`")]
    Missing,
    #[error("a signature header is not a structured field in its canonical form")]
    Malformed,
    #[error("a signed header is sent twice")]
    HeaderRepeated,
    #[error("a signed header or the address is longer than its limit")]
    TooLong,
    #[error("covered components differ from the agreed ones, or from their order")]
    ComponentsWrong,
    #[error("parameters are not exactly created, nonce, keyid, alg and tag")]
    ParametersWrong,
    #[error("algorithm is not ed25519")]
    AlgorithmWrong,
    #[error("tag belongs to another direction")]
    TagWrong,
    #[error("nonce is not 22 to 64 characters of base64url")]
    NonceUnfit,
    #[error("method is none of GET, DELETE, POST, PUT")]
    MethodUnknown,
    #[error("method needs a body")]
    BodyMissing,
    #[error("method has no body")]
    BodyUnexpected,
    #[error("address is not an absolute path")]
    TargetUnusable,
    #[error("no usable host")]
    HostMissing,
    #[error("host header and address name different hosts")]
    HostAmbiguous,
    #[error("body without content-type")]
    ContentTypeMissing,
    #[error("body without a sha-256 content-digest")]
    DigestMissing,
    #[error("content-digest without a body")]
    DigestUnexpected,
    #[error("host is not one of the receiver's")]
    AuthorityUnknown,
    #[error("signature is older than 60 seconds")]
    Expired,
    #[error("signature was made more than 30 seconds in the future")]
    FromFuture,
    #[error("key is not registered")]
    KeyUnknown,
    #[error("signature does not verify")]
    Invalid,
    #[error("body differs from its digest")]
    DigestMismatch,
}

impl SignatureError {
    pub fn code(self) -> Code {
        match self {
            SignatureError::Missing => Code::SignatureMissing,
            SignatureError::Malformed
            | SignatureError::HeaderRepeated
            | SignatureError::TooLong
            | SignatureError::ComponentsWrong
            | SignatureError::ParametersWrong
            | SignatureError::AlgorithmWrong
            | SignatureError::TagWrong
            | SignatureError::NonceUnfit
            | SignatureError::MethodUnknown
            | SignatureError::BodyMissing
            | SignatureError::BodyUnexpected
            | SignatureError::TargetUnusable
            | SignatureError::HostMissing
            | SignatureError::HostAmbiguous
            | SignatureError::ContentTypeMissing
            | SignatureError::DigestMissing
            | SignatureError::DigestUnexpected => Code::SignatureMalformed,
            SignatureError::AuthorityUnknown => Code::AuthorityUnknown,
            SignatureError::Expired => Code::SignatureExpired,
            SignatureError::FromFuture => Code::SignatureFromFuture,
            SignatureError::KeyUnknown => Code::KeyUnknown,
            SignatureError::Invalid => Code::SignatureInvalid,
            SignatureError::DigestMismatch => Code::DigestMismatch,
        }
    }
}

impl From<SignatureError> for Problem {
    fn from(error: SignatureError) -> Problem {
        Problem::new(error.code()).with_detail(error.to_string())
    }
}
