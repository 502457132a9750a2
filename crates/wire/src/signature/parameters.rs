//! The parameters of a signature: exactly these five, in any order.

use sfv::BareItem;

use super::components::{self, Component, Tag};
use super::fields::Signed;
use super::{Nonce, SignatureError};
use crate::keys::Kid;
use crate::limits;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parameters {
    pub(super) created_s: u64,
    pub(super) nonce: Nonce,
    pub(super) kid: Kid,
}

const ALGORITHM: &str = "ed25519";
const COUNT: usize = 5;

impl Parameters {
    /// The list of components with its parameters. No value needs escaping: the types of nonce
    /// and kid allow base64url only.
    pub(super) fn to_text(&self, components: &[Component], tag: Tag) -> String {
        let Parameters {
            created_s,
            nonce,
            kid,
        } = self;
        format!(
            r#"{};created={created_s};nonce="{}";keyid="{kid}";alg="{ALGORITHM}";tag="{}""#,
            components::list(components),
            nonce.as_str(),
            tag.text(),
        )
    }

    pub(super) fn parse(
        signed: &Signed,
        components: &[Component],
        tag: Tag,
    ) -> Result<Parameters, SignatureError> {
        let after_list = signed.text.strip_prefix(&components::list(components));
        if !after_list.is_some_and(|rest| rest.is_empty() || rest.starts_with(';')) {
            return Err(SignatureError::ComponentsWrong);
        }
        let text = |name: &str| match signed.list.params.get(name) {
            Some(BareItem::String(text)) => Ok(text.as_str()),
            _ => Err(SignatureError::ParametersWrong),
        };
        let created_s = match signed.list.params.get("created") {
            Some(BareItem::Integer(seconds)) => u64::try_from(i64::from(*seconds))
                .map_err(|_negative| SignatureError::ParametersWrong)?,
            _ => return Err(SignatureError::ParametersWrong),
        };
        if text("alg")? != ALGORITHM {
            return Err(SignatureError::AlgorithmWrong);
        }
        if text("tag")? != tag.text() {
            return Err(SignatureError::TagWrong);
        }
        let nonce = Nonce::parse(text("nonce")?).ok_or(SignatureError::NonceUnfit)?;
        let kid = text("keyid")?
            .parse()
            .map_err(|_kid| SignatureError::KeyUnknown)?;
        // All five are there, so a sixth is one that we do not know.
        if signed.list.params.len() != COUNT {
            return Err(SignatureError::ParametersWrong);
        }
        Ok(Parameters {
            created_s,
            nonce,
            kid,
        })
    }

    pub(super) fn check_time(&self, now_s: u64) -> Result<(), SignatureError> {
        if self.created_s > now_s.saturating_add(limits::SIGNATURE_FUTURE_S_MAX) {
            Err(SignatureError::FromFuture)
        } else if now_s > self.created_s.saturating_add(limits::SIGNATURE_AGE_S_MAX) {
            Err(SignatureError::Expired)
        } else {
            Ok(())
        }
    }
}
