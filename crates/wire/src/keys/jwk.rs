//! Public keys on the wire and in files: JWK (RFC 7517, RFC 8037) and sets of them.

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{KeyError, Kid, PublicKey};
use crate::json::Limits;
use crate::{encoding, json, limits};

// What stands at these two types is read by integrators: it becomes the interface's document.
// They are only written; `PublicKey::from_jwk` and `Jwks::parse` read, and check what they read.

/// An Ed25519 public key as a JSON Web Key (RFC 7517, RFC 8037).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Jwk {
    /// Always `OKP`.
    kty: &'static str,
    /// Always `Ed25519`.
    crv: &'static str,
    /// The 32 bytes of the key in base64url without padding.
    x: String,
    /// The name of the key, `keyid` of its signatures: its RFC 7638 thumbprint.
    kid: String,
    /// Always `sig`.
    #[serde(rename = "use")]
    purpose: &'static str,
    /// Always `EdDSA`.
    alg: &'static str,
}

/// A set of public keys as a JSON Web Key Set (RFC 7517).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct JwksDocument {
    /// In no particular order.
    keys: Vec<Jwk>,
}

/// Public keys by name, without repetition, in the order of the document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Jwks {
    keys: Vec<(Kid, PublicKey)>,
}

/// Others' documents may carry members that we have no use for (RFC 7517 says to ignore them),
/// but never a private one: whoever publishes `d` has to hear of it at once.
#[derive(Deserialize)]
struct JwkAsRead {
    kty: String,
    crv: Option<String>,
    x: Option<String>,
    kid: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    alg: Option<String>,
    d: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct JwksAsRead {
    keys: Vec<JwkAsRead>,
}

impl PublicKey {
    pub fn from_jwk(document: &[u8]) -> Result<PublicKey, KeyError> {
        json::parse::<JwkAsRead>(document, LIMITS)
            .map_err(|_problem| KeyError::JwkMalformed)?
            .key()
    }

    /// The key of a JWK's member `x`.
    pub fn from_x(x: &str) -> Result<PublicKey, KeyError> {
        let bytes = encoding::decode_array(x).ok_or(KeyError::PublicKeyMalformed)?;
        PublicKey::from_bytes(bytes)
    }

    /// The member `x` of its JWK.
    pub fn to_x(&self) -> String {
        encoding::encode(self.as_bytes())
    }

    pub fn to_jwk(&self) -> Jwk {
        Jwk {
            kty: "OKP",
            crv: "Ed25519",
            x: encoding::encode(self.as_bytes()),
            kid: self.kid().to_string(),
            purpose: "sig",
            alg: "EdDSA",
        }
    }
}

impl Jwks {
    pub fn new(keys: impl IntoIterator<Item = PublicKey>) -> Result<Jwks, KeyError> {
        let mut jwks = Jwks::default();
        for key in keys {
            let kid = key.kid();
            if jwks.find(&kid).is_some() {
                return Err(KeyError::KeyRepeated);
            }
            if jwks.keys.len() >= limits::JWKS_KEYS_MAX {
                return Err(KeyError::TooManyKeys);
            }
            jwks.keys.push((kid, key));
        }
        Ok(jwks)
    }

    pub fn parse(document: &[u8]) -> Result<Jwks, KeyError> {
        if document.len() > limits::JWKS_BYTES_MAX {
            return Err(KeyError::TooLong);
        }
        let read = json::parse::<JwksAsRead>(document, LIMITS)
            .map_err(|_problem| KeyError::JwkMalformed)?;
        let keys = read.keys.into_iter().map(JwkAsRead::key);
        Jwks::new(keys.collect::<Result<Vec<_>, _>>()?)
    }

    pub fn document(&self) -> JwksDocument {
        JwksDocument {
            keys: self.keys().map(PublicKey::to_jwk).collect(),
        }
    }

    pub fn keys(&self) -> impl Iterator<Item = &PublicKey> {
        self.keys.iter().map(|(_, key)| key)
    }

    pub fn find(&self, kid: &Kid) -> Option<PublicKey> {
        self.keys
            .iter()
            .find(|(name, _)| name == kid)
            .map(|(_, key)| *key)
    }

    pub fn with_prefix(&self, prefix: [u8; 8]) -> impl Iterator<Item = &PublicKey> {
        self.keys
            .iter()
            .filter(move |(kid, _)| kid.prefix() == prefix)
            .map(|(_, key)| key)
    }
}

const LIMITS: Limits = Limits {
    bytes_max: limits::JWKS_BYTES_MAX,
    depth_max: limits::JWKS_DEPTH_MAX,
};

impl JwkAsRead {
    fn key(self) -> Result<PublicKey, KeyError> {
        if self.d.is_some() {
            return Err(KeyError::JwkPrivate);
        }
        // RFC 8037 says `EdDSA`; RFC 9864 replaces it by the name of the curve.
        let is_ours = self.kty == "OKP"
            && self.crv.as_deref() == Some("Ed25519")
            && self.purpose.is_none_or(|purpose| purpose == "sig")
            && self
                .alg
                .is_none_or(|alg| alg == "EdDSA" || alg == "Ed25519");
        if !is_ours {
            return Err(KeyError::JwkUnsupported);
        }
        let x = self.x.ok_or(KeyError::PublicKeyMalformed)?;
        let key = PublicKey::from_x(&x)?;
        match self.kid {
            Some(kid) if kid.parse::<Kid>()? != key.kid() => Err(KeyError::KidMismatch),
            Some(_) | None => Ok(key),
        }
    }
}
