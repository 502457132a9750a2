//! One attempt to deliver: a signed POST to a stranger's address.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::header::{CONTENT_TYPE, HeaderValue, USER_AGENT};
use http::{Method, Request};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::Name;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use wire::webhook::{WEBHOOK_ID, WEBHOOK_SIGNATURE, WEBHOOK_TIMESTAMP};

use super::address::may_call;
use super::{Address, NotifyError, Targets};
use crate::limits::{
    WEBHOOK_ANSWER_BYTES_MAX, WEBHOOK_DEADLINE, WEBHOOK_IDLE, WEBHOOK_IDLE_CONNECTIONS_MAX,
};

type Connector = HttpsConnector<HttpConnector<Guard>>;

/// What is sent.
pub(super) struct Letter {
    pub(super) id: String,
    pub(super) timestamp_s: u64,
    pub(super) signature: String,
    pub(super) body: Vec<u8>,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answered {
    /// A 2xx: taken.
    Taken(u16),
    /// 410: do not call here again.
    Gone,
    /// Any other status.
    Refused(u16),
    /// Nothing that counts; a stable word for why.
    Nothing(&'static str),
}

impl Answered {
    pub(super) fn status(self) -> Option<u16> {
        match self {
            Answered::Taken(status) | Answered::Refused(status) => Some(status),
            Answered::Gone => Some(410),
            Answered::Nothing(_) => None,
        }
    }

    /// The stable word for what went wrong.
    pub(super) fn error(self) -> Option<&'static str> {
        match self {
            Answered::Taken(_) => None,
            Answered::Gone => Some("gone"),
            Answered::Refused(300..=399) => Some("redirected"),
            Answered::Refused(400..=499) => Some("refused"),
            Answered::Refused(_) => Some("failed"),
            Answered::Nothing(word) => Some(word),
        }
    }
}

/// The client for all webhooks.
#[derive(Clone, Debug)]
pub(super) struct Poster {
    client: Client<Connector, Full<Bytes>>,
    speaks_tls: bool,
}

impl Poster {
    pub(super) fn new(targets: Targets, roots: Option<&Path>) -> Result<Self, NotifyError> {
        let roots = read_roots(roots)?;
        let speaks_tls = !roots.is_empty();
        // The provider is named: a default of the process would be whoever came first.
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(NotifyError::Tls)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let mut plain = HttpConnector::new_with_resolver(Guard(targets));
        plain.set_nodelay(true);
        plain.enforce_http(false);
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .wrap_connector(plain);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(WEBHOOK_IDLE)
            .pool_max_idle_per_host(WEBHOOK_IDLE_CONNECTIONS_MAX)
            .build(connector);
        Ok(Self { client, speaks_tls })
    }

    pub(super) fn speaks_tls(&self) -> bool {
        self.speaks_tls
    }

    /// One attempt; one deadline covers it from connecting to the answer.
    pub(super) async fn post(&self, address: &Address, letter: Letter) -> Answered {
        let Some(request) = written(address, letter) else {
            return Answered::Nothing("unusable");
        };
        let whole = async {
            let answer = match self.client.request(request).await {
                Ok(answer) => answer,
                Err(error) => return Answered::Nothing(why(&error)),
            };
            let status = answer.status().as_u16();
            // Only the status counts; what is read frees the connection for the next one.
            let body = Limited::new(answer.into_body(), WEBHOOK_ANSWER_BYTES_MAX);
            let _uninteresting = body.collect().await.is_ok();
            match status {
                200..=299 => Answered::Taken(status),
                410 => Answered::Gone,
                _ => Answered::Refused(status),
            }
        };
        let answered = tokio::time::timeout(WEBHOOK_DEADLINE, whole).await;
        answered.unwrap_or(Answered::Nothing("deadline"))
    }
}

fn written(address: &Address, letter: Letter) -> Option<Request<Full<Bytes>>> {
    let request = Request::builder()
        .method(Method::POST)
        .uri(address.uri().clone())
        .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
        .header(USER_AGENT, HeaderValue::from_static("spean"))
        .header(WEBHOOK_ID, letter.id)
        .header(WEBHOOK_TIMESTAMP, letter.timestamp_s)
        .header(WEBHOOK_SIGNATURE, letter.signature);
    request.body(Full::new(Bytes::from(letter.body))).ok()
}

fn why(error: &(dyn core::error::Error + 'static)) -> &'static str {
    let mut under = Some(error);
    while let Some(error) = under {
        if error.is::<Closed>() {
            return "address_refused";
        }
        if error.is::<rustls::Error>() {
            return "tls";
        }
        // An I/O error shows its own cause, not itself, as what is under it.
        let inner = error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        under = match inner {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    "unreachable"
}

fn read_roots(file: Option<&Path>) -> Result<RootCertStore, NotifyError> {
    let mut roots = RootCertStore::empty();
    match file {
        Some(path) => {
            let broken = || NotifyError::Roots(path.to_owned());
            let read = CertificateDer::pem_file_iter(path).map_err(|_unreadable| broken())?;
            for certificate in read {
                let certificate = certificate.map_err(|_malformed| broken())?;
                roots.add(certificate).map_err(|_refused| broken())?;
            }
            if roots.is_empty() {
                return Err(broken());
            }
        }
        None => {
            let found = rustls_native_certs::load_native_certs();
            let (_added, _ignored) = roots.add_parsable_certificates(found.certs);
        }
    }
    Ok(roots)
}

/// Looks up names and keeps of what they mean only what may be called: a name that was public
/// when it was registered can point inside by now.
#[derive(Clone, Copy, Debug)]
struct Guard(Targets);

/// A name means nothing that may be called.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("call an address that is not public")]
struct Closed;

type Found = std::vec::IntoIter<SocketAddr>;

impl tower::Service<Name> for Guard {
    type Response = Found;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Found>> + Send>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let targets = self.0;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let open: Vec<SocketAddr> = found
                .filter(|address| may_call(address.ip(), targets))
                .collect();
            match open.is_empty() {
                true => Err(io::Error::new(io::ErrorKind::PermissionDenied, Closed)),
                false => Ok(open.into_iter()),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter() -> Letter {
        Letter {
            id: "evt_a_paid_1_1".into(),
            timestamp_s: 1,
            signature: "v1a,x".into(),
            body: b"{}".to_vec(),
        }
    }

    #[tokio::test]
    async fn a_name_that_means_the_inside_is_not_called() {
        // Registered where that was allowed, or under a name that meant something else then.
        let address = Address::parse("http://localhost:9/", Targets::Any).unwrap();
        let poster = |targets| Poster::new(targets, None).unwrap();
        let answered = poster(Targets::Public).post(&address, letter()).await;
        assert_eq!(answered, Answered::Nothing("address_refused"));
        let answered = poster(Targets::Any).post(&address, letter()).await;
        assert_eq!(answered, Answered::Nothing("unreachable"));
    }

    #[test]
    fn every_answer_but_2xx_has_its_word() {
        for (answered, status, error) in [
            (Answered::Taken(204), Some(204), None),
            (Answered::Refused(301), Some(301), Some("redirected")),
            (Answered::Refused(400), Some(400), Some("refused")),
            (Answered::Refused(500), Some(500), Some("failed")),
            (Answered::Refused(999), Some(999), Some("failed")),
            (Answered::Refused(101), Some(101), Some("failed")),
            (Answered::Gone, Some(410), Some("gone")),
            (Answered::Nothing("deadline"), None, Some("deadline")),
        ] {
            assert_eq!((answered.status(), answered.error()), (status, error));
        }
    }

    #[test]
    fn a_file_without_certificates_is_an_error_and_not_an_empty_trust() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("roots.pem");
        let open = || Poster::new(Targets::Any, Some(&path)).err();
        assert!(matches!(open(), Some(NotifyError::Roots(_))));
        std::fs::write(&path, "nothing").unwrap();
        assert!(matches!(open(), Some(NotifyError::Roots(_))));
    }
}
