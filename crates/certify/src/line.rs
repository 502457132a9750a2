//! One call as the hub makes it, or as somebody else would, and what came back.
//!
//! The client that institutions and the hub use (`participant::http`) cannot do this on purpose:
//! it signs everything properly and gives out nothing that is not signed properly.

use core::time::Duration;

use http::header::{ACCEPT, CONTENT_TYPE, HOST, HeaderValue};
use http::{Method, Request, StatusCode, Uri};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use participant::edge;
use wire::keys::SigningKey;
use wire::signature::{self, AnswerHead, Direction, RequestHead, SIGNATURE, SignatureError};

use crate::case::Forge;
use crate::limits::{ANSWER_BYTES_MAX, SKEW_S};
use crate::settings::Settings;

/// What a call came to.
#[derive(Debug)]
pub(crate) enum Reply {
    Said(Said),
    /// Nothing that could be read, and why.
    Silent(Silence),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Silence {
    #[error("no connection, or it broke")]
    Unreachable,
    #[error("no answer in time")]
    Late,
    #[error("an answer that broke off")]
    Broken,
    #[error("an answer over 64 KiB")]
    TooLarge,
    #[error("a call that could not be made")]
    Unmade,
}

/// An answer, signed or not.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) status: StatusCode,
    pub(crate) media_type: String,
    pub(crate) body: Vec<u8>,
    pub(crate) believed: Result<(), SignatureError>,
    /// The request had no signature that an answer could be bound to.
    pub(crate) unbound: bool,
}

/// A request as it was or will be sent.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    url: Uri,
    head: http::request::Parts,
    body: Vec<u8>,
    unsigned: bool,
    deadline: Duration,
}

/// What is to be sent.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) body: Vec<u8>,
    pub(crate) deadline: Duration,
}

/// The line to one participant.
#[derive(Debug)]
pub(crate) struct Line<'a> {
    settings: &'a Settings,
    client: Client<HttpConnector, Full<Bytes>>,
}

impl<'a> Line<'a> {
    pub(crate) fn new(settings: &'a Settings) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Self { settings, client }
    }

    /// Writes and signs a request; `None` when it cannot be made at all.
    pub(crate) fn prepare(&self, wanted: Wanted, forge: Forge) -> Option<Sent> {
        let Wanted {
            method,
            path,
            mut body,
            deadline,
        } = wanted;
        let url: Uri = format!("{}{path}", self.settings.base.as_str())
            .parse()
            .ok()?;
        // Signed as a server sees it: the path in the first line, the host in its header. So the
        // host can be another one than the one that is called.
        let request = Request::builder()
            .method(method)
            .uri(url.path_and_query()?.as_str());
        let (mut head, ()) = request.body(()).ok()?.into_parts();
        let host = if forge == Forge::OtherHost {
            "elsewhere.example"
        } else {
            url.authority()?.as_str()
        };
        head.headers.insert(HOST, HeaderValue::from_str(host).ok()?);
        head.headers
            .insert(ACCEPT, HeaderValue::from_static("application/json"));
        if !body.is_empty() {
            let media_type = if forge == Forge::PlainText {
                "text/plain"
            } else {
                "application/json"
            };
            head.headers
                .insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        }
        if forge != Forge::Unsigned {
            self.sign(&mut head, &body, forge)?;
        }
        if forge == Forge::OtherBody {
            body.push(b' ');
        }
        Some(Sent {
            url,
            head,
            body,
            unsigned: forge == Forge::Unsigned,
            deadline,
        })
    }

    fn sign(&self, head: &mut http::request::Parts, body: &[u8], forge: Forge) -> Option<()> {
        let now_s = self.settings.clock.now_s();
        let created_s = if forge == Forge::Stale {
            now_s.saturating_sub(SKEW_S)
        } else if forge == Forge::Future {
            now_s.saturating_add(SKEW_S)
        } else {
            now_s
        };
        let direction = if forge == Forge::AsRequest {
            Direction::Request
        } else {
            Direction::Callback
        };
        let stranger = SigningKey::generate().ok()?;
        let key = if forge == Forge::Stranger {
            &stranger
        } else {
            &*self.settings.key
        };
        let nonce = edge::nonce().ok()?;
        let request = RequestHead::from(&*head);
        let signed = signature::sign_request(key, &request, body, direction, created_s, &nonce);
        signed.ok()?.add_to(&mut head.headers);
        if forge == Forge::Bent {
            let bent = bend(head.headers.get(SIGNATURE)?.to_str().ok()?)?;
            head.headers.insert(SIGNATURE, bent);
        }
        Some(())
    }

    /// Sends a request, once; the same one may be sent again.
    pub(crate) async fn send(&self, sent: &Sent) -> Reply {
        let whole = self.exchange(sent);
        match tokio::time::timeout(sent.deadline, whole).await {
            Ok(Ok(said)) => Reply::Said(said),
            Ok(Err(silence)) => Reply::Silent(silence),
            Err(_late) => Reply::Silent(Silence::Late),
        }
    }

    async fn exchange(&self, sent: &Sent) -> Result<Said, Silence> {
        let mut request = Request::new(Full::new(Bytes::from(sent.body.clone())));
        *request.method_mut() = sent.head.method.clone();
        *request.uri_mut() = sent.url.clone();
        *request.headers_mut() = sent.head.headers.clone();
        let answer = self.client.request(request).await;
        let (head, body) = answer.map_err(|_gone| Silence::Unreachable)?.into_parts();
        let body = match Limited::new(body, ANSWER_BYTES_MAX).collect().await {
            Ok(collected) => collected.to_bytes().to_vec(),
            Err(error) if error.is::<http_body_util::LengthLimitError>() => {
                return Err(Silence::TooLarge);
            }
            Err(_broken) => return Err(Silence::Broken),
        };
        let verified = signature::verify_answer(
            &AnswerHead::from(&head),
            &body,
            &RequestHead::from(&sent.head),
            self.settings.clock.now_s(),
            |kid| self.settings.keys.find(kid),
        );
        let media_type = head
            .headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        let essence = media_type
            .and_then(|text| text.split(';').next())
            .unwrap_or_default();
        Ok(Said {
            status: head.status,
            media_type: essence.trim().to_ascii_lowercase(),
            body,
            believed: verified.map(|_whose| ()),
            unbound: sent.unsigned,
        })
    }
}

/// The signature with one bit turned: base64's `A` and `B`, and so on, differ in their last one.
/// The first character carries six whole bits, so the text stays in its canonical form.
fn bend(signature: &str) -> Option<HeaderValue> {
    let (before, rest) = signature.split_once(':')?;
    let first = rest.chars().next()?;
    let turned = match first {
        'A' => 'B',
        _other => 'A',
    };
    let rest = rest.get(first.len_utf8()..)?;
    HeaderValue::from_str(&format!("{before}:{turned}{rest}")).ok()
}
