//! Who called, and what they sent.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{self, FromRequest, FromRequestParts, Request};
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http_body_util::BodyExt as _;
use hyper::body::Bytes;
use iso20022::Document;
use serde::de::DeserializeOwned;
use switch::{ParticipantId, Role};
use wire::error::{Code, Problem};
use wire::json::{self, Limits};
use wire::keys::Kid;

use super::Refused;
use crate::hub::Known;
use crate::iso::Media;
use crate::view::Viewer;

/// The participant behind a verified signature.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    known: Arc<Known>,
    kid: Kid,
}

/// The named parts of a path. Parts that cannot be read, because their escapes are no UTF-8, read
/// as empty: that is nobody's id, so each operation refuses it like any other that is malformed.
#[derive(Clone, Debug)]
pub(crate) struct Path<T>(pub(crate) T);

/// The body of a request and its declared type; parsed only by [`Sent::read`], after the role.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    media_type: String,
    body: Bytes,
}

impl Caller {
    pub(super) fn new(known: &Arc<Known>, kid: Kid) -> Self {
        let known = Arc::clone(known);
        Self { known, kid }
    }

    pub(crate) fn id(&self) -> ParticipantId {
        self.known.id
    }

    /// The key that signed the request.
    pub(crate) fn kid(&self) -> Kid {
        self.kid
    }

    pub(crate) fn name(&self) -> &str {
        &self.known.name
    }

    pub(crate) fn scheme(&self) -> &str {
        &self.known.scheme
    }

    pub(crate) fn is(&self, role: Role) -> bool {
        self.known.is(role)
    }

    /// Roles come before the body: who may not ask learns nothing about what was asked.
    pub(crate) fn must_be(&self, role: Role) -> Result<(), Problem> {
        let needed = match role {
            Role::Payer => "payer",
            Role::Payee => "payee",
            Role::Fx => "fx",
            Role::House => "house",
            Role::Operator => "operator",
        };
        if self.is(role) {
            Ok(())
        } else {
            let detail = format!("needs the role `{needed}`");
            Err(Problem::new(Code::NotPermitted).with_detail(detail))
        }
    }

    pub(crate) fn viewer(&self) -> Viewer {
        Viewer {
            id: self.known.id,
            is_operator: self.known.is(Role::Operator),
        }
    }
}

impl Sent {
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        if !self.is("application/json") {
            return Err(Problem::new(Code::UnsupportedMediaType));
        }
        json::parse(&self.body, Limits::BODY)
    }

    /// A message of ISO 20022; the size is bounded by the gate.
    pub(crate) fn read_xml<T: Document>(&self) -> Result<T, Problem> {
        if self.media() != Media::Xml {
            return Err(Problem::new(Code::UnsupportedMediaType));
        }
        T::read_bytes(&self.body).map_err(|error| {
            let detail = format!("{}: {}", error.refusal.code(), error.refusal.message());
            Problem::new(Code::MalformedXml)
                .with_field(&error.path)
                .with_detail(&detail)
        })
    }

    /// What the body is declared as; whatever is not XML has to be JSON.
    pub(crate) fn media(&self) -> Media {
        match self.is("application/xml") {
            true => Media::Xml,
            false => Media::Json,
        }
    }

    fn is(&self, media_type: &str) -> bool {
        let essence = self.media_type.split(';').next().unwrap_or_default();
        essence.trim().eq_ignore_ascii_case(media_type)
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Refused> {
        // Missing only if a route was put outside the gate, which must then admit nobody.
        let caller = parts.extensions.get::<Caller>().cloned();
        caller.ok_or_else(|| Refused::from(Code::SignatureMissing))
    }
}

impl<T: DeserializeOwned + Default + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let read = extract::Path::<T>::from_request_parts(parts, state).await;
        Ok(Self(
            read.map_or_else(|_unreadable| T::default(), |path| path.0),
        ))
    }
}

impl<S: Sync> FromRequest<S> for Sent {
    type Rejection = Refused;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Refused> {
        let (head, body) = request.into_parts();
        let declared = head
            .headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        let media_type = declared.unwrap_or_default().to_owned();
        // The gate has read the body already; it is whole and bounded.
        let body = body
            .collect()
            .await
            .map_err(|_broken| Code::MalformedJson)?;
        Ok(Self {
            media_type,
            body: body.to_bytes(),
        })
    }
}
