//! The simulated Bakong on a real socket, over books that a bank wrote: every shape and every
//! code.

mod codes;
mod shapes;
mod tokens;

use std::net::SocketAddr;

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use participant::edge::Clock;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::*;
use crate::ledger::{Holder, Ledger};
use crate::testing::{NOW_MS, khr, money as of};
use crate::trouble::Fault;

const DYNAMIC: &str = "00020101021229170013shop_one@aclb520459995303116540450005802KH5913Angkor \
                       Coffee6010Phnom Penh9934001317672256000000113176722620000063044015";
const PRINTED: &str = "00020101021129170013shop_one@aclb5204599953031165802KH5913Angkor Coffee\
                       6010Phnom Penh63048318";
const PAYMENT: &str = "7f0c2a1e-6d5b-4c3a-9f21-0a1b2c3d4e5f";
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// A simulated Bakong with two banks that have moved money.
struct Up {
    folder: TempDir,
    clock: Clock,
    address: SocketAddr,
    /// The hashes of the payment from abroad, the payment at home in dollars, and the refund.
    hashes: [String; 3],
    stop: oneshot::Sender<()>,
    served: JoinHandle<Result<(), Fault>>,
}

/// What came back.
#[derive(Debug)]
struct Told {
    status: StatusCode,
    simulated: bool,
    text: String,
}

impl Told {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    /// HTTP status, response code, error code, and that there is no data.
    fn refusal(&self) -> (u16, Value, Value) {
        let json = self.json();
        assert!(self.simulated);
        assert_eq!(json["data"], Value::Null, "{json}");
        assert_eq!(json.as_object().unwrap().len(), 4, "{json}");
        (
            self.status.as_u16(),
            json["responseCode"].clone(),
            json["errorCode"].clone(),
        )
    }
}

/// The first digits of a hash.
fn first(count: usize, hash: &str) -> String {
    hash.chars().take(count).collect()
}

fn movement(from: &str, to: &str, item: &str, code: Option<&str>) -> Movement {
    Movement {
        from: from.to_owned(),
        to: to.to_owned(),
        money: khr(5_000),
        item: item.to_owned(),
        code: code.map(str::to_owned),
    }
}

/// Two banks' books: in the first a payment from abroad of a dynamic code, one of a printed code
/// and a refund; in the second a payment at home.
async fn banks(folder: &TempDir) -> [String; 3] {
    let first = Ledger::open(&folder.path().join("first.db")).unwrap();
    let written = first.run(|books| {
        books.open_account(&Holder::shop("shop_one@aclb", "Shop"), khr(1).currency)?;
        books.open_account(&Holder::shop("closed@aclb", "Shop"), khr(1).currency)?;
        books.close_account("closed@aclb")?;
        let (link, shop) = ("spean_link@aclb", "shop_one@aclb");
        let paid = record(books, &movement(link, shop, PAYMENT, Some(DYNAMIC)), NOW_MS)?;
        record(
            books,
            &movement(link, shop, "other", Some(PRINTED)),
            NOW_MS + 1,
        )?;
        let back = record(books, &movement(shop, link, "refund", None), NOW_MS + 2)?;
        Ok((paid, back))
    });
    let (paid, back) = written.await.unwrap();
    let second = Ledger::open(&folder.path().join("second.db")).unwrap();
    let home = second.run(|books| {
        let paid = Movement {
            money: of(money::Currency::Usd, 150),
            ..movement("a@sthp", "b@sthp", "domestic:x", Some("unreadable"))
        };
        record(books, &paid, NOW_MS)
    });
    [paid, home.await.unwrap(), back]
}

impl Up {
    async fn start(behaviour: Behaviour) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let hashes = banks(&folder).await;
        Self::over(folder, hashes, Clock::manual(NOW_MS), behaviour).await
    }

    async fn over(
        folder: TempDir,
        hashes: [String; 3],
        clock: Clock,
        behaviour: Behaviour,
    ) -> Self {
        let bank = |name: &str| Bank {
            name: name.to_owned(),
            ledger: folder.path().join(format!("{name}.db")),
        };
        let config = Config {
            data_dir: folder.path().join("bakong"),
            listen: "127.0.0.1:0".parse().unwrap(),
            banks: vec![bank("first"), bank("second")],
            behaviour,
            clock: clock.clone(),
        };
        let bound = bind(config).await.unwrap();
        let (stop, stopped) = oneshot::channel();
        let address = bound.address();
        let served = tokio::spawn(bound.serve(async move { drop(stopped.await) }));
        Self {
            folder,
            clock,
            address,
            hashes,
            stop,
            served,
        }
    }

    /// Stops it and starts another one over the same folder.
    async fn again(self, behaviour: Behaviour) -> Self {
        self.stop.send(()).unwrap();
        self.served.await.unwrap().unwrap();
        Self::over(self.folder, self.hashes, self.clock, behaviour).await
    }

    fn token(&self) -> String {
        let path = self.folder.path().join("bakong/token");
        let text = std::fs::read_to_string(path).unwrap();
        text.trim().to_owned()
    }

    async fn send(&self, method: Method, path: &str, token: Option<&str>, body: &str) -> Told {
        let uri = format!("http://{}{path}", self.address);
        let mut request = Request::builder().method(method).uri(uri);
        if let Some(token) = token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        let request = request.header(CONTENT_TYPE, "application/json");
        let request = request.body(Full::new(body.to_owned().into())).unwrap();
        let client: Client<HttpConnector, Full<hyper::body::Bytes>> =
            Client::builder(TokioExecutor::new()).build_http();
        let answer = client.request(request).await.unwrap();
        let (head, body) = answer.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let simulated = head.headers.get("spean-simulated");
        Told {
            status: head.status,
            simulated: simulated.is_some_and(|value| value == "true"),
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    /// Asks with the token of the folder.
    async fn ask(&self, operation: &str, body: Value) -> Told {
        let path = format!("/v1/{operation}");
        let token = self.token();
        self.send(Method::POST, &path, Some(&token), &body.to_string())
            .await
    }
}

#[test]
fn a_payload_has_the_md5_that_everybody_computes() {
    assert_eq!(payload_md5(""), "d41d8cd98f00b204e9800998ecf8427e");
    assert_eq!(payload_md5("abc"), "900150983cd24fb0d6963f7d28e17f72");
}

#[tokio::test]
async fn it_is_ready_when_every_bank_has_books_and_says_that_it_is_simulated() {
    let up = Up::start(Behaviour::default()).await;
    let health = up.send(Method::GET, "/healthz", None, "").await.json();
    let expected = json!({"participant": "bakong", "ready": true, "simulated": true});
    assert_eq!(health, expected);
    let lost = up.folder.path().join("second.db");
    let up = up.again(Behaviour::default()).await;
    std::fs::rename(&lost, lost.with_extension("lost")).unwrap();
    let health = up.send(Method::GET, "/healthz", None, "").await.json();
    assert_eq!(health["ready"], false);
}
