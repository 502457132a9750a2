//! Ed25519 keys: private ones as PKCS#8 PEM, public ones as JWK, named by their RFC 7638
//! thumbprint. Every signature says for which use it was made ([`Domain`]), so that a signature
//! made for one thing never verifies as another, whatever bytes an attacker gets signed.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use pem_rfc7468::LineEnding;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::{encoding, limits};

mod jwk;
pub use jwk::{Jwk, Jwks, JwksDocument};

pub const SIGNATURE_BYTES: usize = 64;

/// What a signature is made for. Its label goes before the signed bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Domain {
    /// RFC 9421 fixes the signed bytes itself: they begin with a quotation mark, and no label does.
    HttpMessage,
    QuoteToken,
    ScanToken,
    Receipt,
    /// Standard Webhooks fixes the signed bytes: they begin with an id of ours
    /// ([`crate::webhook::ID_PREFIX`]), and no label does.
    Webhook,
}

/// Name of a key: SHA-256 of the canonical JWK (RFC 7638).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Kid([u8; 32]);

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicKey([u8; 32]);

/// The private half. AWS-LC wipes its memory when it is dropped.
pub struct SigningKey {
    pair: Ed25519KeyPair,
    public: PublicKey,
    kid: Kid,
}

#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum KeyError {
    #[error("key material is longer than the limit")]
    TooLong,
    #[error("not a PKCS#8 PEM document")]
    PemMalformed,
    #[error("not an Ed25519 private key")]
    PrivateKeyMalformed,
    #[error("not an Ed25519 public key")]
    PublicKeyMalformed,
    #[error("public key of small order, under which anybody can sign")]
    PublicKeyWeak,
    #[error("key id is not a base64url SHA-256 thumbprint")]
    KidMalformed,
    #[error("key id differs from the key's thumbprint")]
    KidMismatch,
    #[error("not a JSON Web Key (Set)")]
    JwkMalformed,
    #[error("key type, curve, use or algorithm other than Ed25519 signatures")]
    JwkUnsupported,
    #[error("private key where a public one belongs")]
    JwkPrivate,
    #[error("key is listed twice")]
    KeyRepeated,
    #[error("more keys than the limit")]
    TooManyKeys,
    #[error("no randomness")]
    NoRandomness,
}

impl Domain {
    fn message(self, bytes: &[u8]) -> Vec<u8> {
        let label: &[u8] = match self {
            Domain::HttpMessage | Domain::Webhook => return bytes.to_vec(),
            Domain::QuoteToken => b"spean-quote-token-v1\0",
            Domain::ScanToken => b"spean-scan-token-v1\0",
            Domain::Receipt => b"spean-receipt-v1\0",
        };
        [label, bytes].concat()
    }
}

impl Kid {
    pub fn from_bytes(bytes: [u8; 32]) -> Kid {
        Kid(bytes)
    }

    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The first eight bytes, for receipts, where every byte makes the code denser. They only
    /// choose which key to try, so a collision costs a verification, not safety.
    pub fn prefix(&self) -> [u8; 8] {
        let [a, b, c, d, e, f, g, h, ..] = self.0;
        [a, b, c, d, e, f, g, h]
    }
}

impl fmt::Display for Kid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&encoding::encode(&self.0))
    }
}

impl fmt::Debug for Kid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kid({self})")
    }
}

impl FromStr for Kid {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Kid, KeyError> {
        if text.len() != encoding::chars_for(32) {
            return Err(KeyError::KidMalformed);
        }
        encoding::decode_array(text)
            .map(Kid)
            .ok_or(KeyError::KidMalformed)
    }
}

impl TryFrom<String> for Kid {
    type Error = KeyError;

    fn try_from(text: String) -> Result<Kid, KeyError> {
        text.parse()
    }
}

impl From<Kid> for String {
    fn from(kid: Kid) -> String {
        kid.to_string()
    }
}

impl PublicKey {
    /// Points of small order are refused: under such a key one signature fits many messages, and
    /// a participant could disown what it signed.
    pub fn from_bytes(bytes: [u8; 32]) -> Result<PublicKey, KeyError> {
        let [body @ .., last] = bytes;
        let without_sign = last & 0x7f;
        let is_weak = SMALL_ORDER
            .iter()
            .any(|[weak @ .., weak_last]| *weak == body && *weak_last == without_sign);
        if is_weak {
            Err(KeyError::PublicKeyWeak)
        } else {
            Ok(PublicKey(bytes))
        }
    }

    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    pub fn kid(&self) -> Kid {
        // RFC 7638 fixes the members, their order and the absence of white space.
        let x = encoding::encode(&self.0);
        let canonical = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
        Kid(sha256(canonical.as_bytes()))
    }

    #[must_use]
    pub fn verifies(&self, domain: Domain, bytes: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, &self.0)
            .verify(&domain.message(bytes), signature)
            .is_ok()
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", encoding::encode(&self.0))
    }
}

impl SigningKey {
    pub fn generate() -> Result<SigningKey, KeyError> {
        let pair = Ed25519KeyPair::generate().map_err(|_unspecified| KeyError::NoRandomness)?;
        SigningKey::from_pair(pair)
    }

    /// A key from its 32 secret bytes, for tests and simulated institutions whose keys follow
    /// from a seed.
    pub fn from_seed(seed: &[u8; 32]) -> Result<SigningKey, KeyError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed)
            .map_err(|_rejected| KeyError::PrivateKeyMalformed)?;
        SigningKey::from_pair(pair)
    }

    pub fn from_pem(pem: &str) -> Result<SigningKey, KeyError> {
        if pem.len() > limits::PEM_BYTES_MAX {
            return Err(KeyError::TooLong);
        }
        let (label, der) =
            pem_rfc7468::decode_vec(pem.as_bytes()).map_err(|_pem| KeyError::PemMalformed)?;
        let der = Zeroizing::new(der);
        if label != PEM_LABEL {
            return Err(KeyError::PemMalformed);
        }
        let pair =
            Ed25519KeyPair::from_pkcs8(&der).map_err(|_rejected| KeyError::PrivateKeyMalformed)?;
        SigningKey::from_pair(pair)
    }

    /// PKCS#8 version 1, which the OpenSSL command line reads too.
    pub fn to_pem(&self) -> Result<Zeroizing<String>, KeyError> {
        let der = self
            .pair
            .to_pkcs8v1()
            .map_err(|_unspecified| KeyError::PrivateKeyMalformed)?;
        pem_rfc7468::encode_string(PEM_LABEL, LineEnding::LF, der.as_ref())
            .map(Zeroizing::new)
            .map_err(|_pem| KeyError::PemMalformed)
    }

    pub fn public(&self) -> PublicKey {
        self.public
    }

    pub fn kid(&self) -> Kid {
        self.kid
    }

    #[must_use]
    pub fn sign(&self, domain: Domain, bytes: &[u8]) -> Vec<u8> {
        self.pair.sign(&domain.message(bytes)).as_ref().to_vec()
    }

    fn from_pair(pair: Ed25519KeyPair) -> Result<SigningKey, KeyError> {
        let bytes = <[u8; 32]>::try_from(pair.public_key().as_ref())
            .map_err(|_length| KeyError::PrivateKeyMalformed)?;
        let public = PublicKey::from_bytes(bytes)?;
        Ok(SigningKey {
            pair,
            public,
            kid: public.kid(),
        })
    }
}

/// Nothing of the secret, whatever a log line asks for.
impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.kid)
    }
}

const PEM_LABEL: &str = "PRIVATE KEY";

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest(&SHA256, bytes).as_ref());
    out
}

/// The y coordinates of the eight points of small order on Curve25519, sign bit cleared: 0, 1,
/// the two of order eight, −1, and 0 and 1 once more as p and p + 1.
const SMALL_ORDER: [[u8; 32]; 7] = [
    [0; 32],
    {
        let mut one = [0; 32];
        one[0] = 1;
        one
    },
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98,
        0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53,
        0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67,
        0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac,
        0x03, 0x7a,
    ],
    near_the_prime(0xec),
    near_the_prime(0xed),
    near_the_prime(0xee),
];

/// 2²⁵⁵ − 256 + `lowest`, little-endian.
const fn near_the_prime(lowest: u8) -> [u8; 32] {
    let mut bytes = [0xff; 32];
    bytes[0] = lowest;
    bytes[31] = 0x7f;
    bytes
}

#[cfg(test)]
mod tests;
