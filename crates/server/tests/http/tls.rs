//! Webhooks over TLS: only to whom the hub's certificates vouch for.

use std::sync::Arc;

use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use rcgen::CertifiedKey;
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use wire::api::WebhookPut;

use crate::ear::{Ear, Reply};
use crate::world::World;

/// An ear behind TLS, and its certificate as PEM.
async fn listen() -> (Arc<Ear>, String) {
    let CertifiedKey { cert, signing_key } =
        rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let ear = Ear::at(format!("https://localhost:{port}/paid"));
    let routes = ear.clone().routes();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // Whoever does not trust us hangs up in the middle.
            let Ok(stream) = acceptor.accept(stream).await else {
                continue;
            };
            let service = TowerToHyperService::new(routes.clone());
            let served = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            tokio::spawn(served);
        }
    });
    (ear, cert.pem())
}

#[tokio::test]
async fn a_webhook_over_tls_is_delivered_only_where_the_certificates_vouch_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let roots = folder.path().join("roots.pem");
    let ((known, pem), (stranger, _)) = (listen().await, listen().await);
    std::fs::write(&roots, pem).unwrap();
    let world = World::trusting(&roots).await;
    for (id, ear) in [("known", &known), ("stranger", &stranger)] {
        let put = WebhookPut {
            url: ear.url.clone(),
            description: None,
            is_active: None,
        };
        world.client("acleda").put_webhook(id, &put).await.unwrap();
    }
    known.will(&[Reply::Status(200)]);
    world.pay("3000", Some(10)).await;
    let heard = known.heard(1).await;
    assert_eq!(heard[0].position(), 1);
    let refused = async {
        loop {
            let view = world.client("acleda").webhook("stranger").await.unwrap();
            if let Some(error) = view.last_error {
                return (error, view.told_position);
            }
        }
    };
    let refused = tokio::time::timeout(std::time::Duration::from_secs(20), refused).await;
    assert_eq!(refused.unwrap(), ("tls".to_owned(), 0));
    assert_eq!(stranger.count(), 0);
    world.stop().await;
}
