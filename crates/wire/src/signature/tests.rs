use expect_test::{ExpectFile, expect_file};
use http::header::HOST;

use super::SignatureError as E;
use super::*;

mod answers;
mod guide;

const NOW: u64 = 1_795_392_000;
const BODY: &[u8] = br#"{"amount":{"currency":"JPY","amount":"3000"}}"#;

/// A request as its receiver sees it: the address has no host, the headers have it.
#[derive(Clone)]
struct Sent {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Vec<u8>,
}

#[derive(Clone)]
struct Answered {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Sent {
    fn head(&self) -> RequestHead<'_> {
        RequestHead {
            method: &self.method,
            uri: &self.uri,
            headers: &self.headers,
        }
    }

    fn set(&mut self, name: &'static str, value: &str) {
        self.headers.insert(name, value.parse().unwrap());
    }

    fn get(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    fn edit(&mut self, name: &'static str, from: &str, to: &str) {
        let edited = self.get(name).replace(from, to);
        assert_ne!(edited, self.get(name), "nothing to replace");
        self.set(name, &edited);
    }
}

impl Answered {
    fn head(&self) -> AnswerHead<'_> {
        AnswerHead {
            status: self.status,
            headers: &self.headers,
        }
    }
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32]).unwrap()
}

/// Keys 7 and 8 are registered, others are not.
fn lookup(kid: &Kid) -> Option<PublicKey> {
    [key(7).public(), key(8).public()]
        .into_iter()
        .find(|key| key.kid() == *kid)
}

fn nonce() -> Nonce {
    Nonce::from_random([3; 16])
}

fn unsigned(method: Method, target: &str, body: &[u8]) -> Sent {
    let mut sent = Sent {
        method,
        uri: target.parse().unwrap(),
        headers: HeaderMap::new(),
        body: body.to_vec(),
    };
    sent.set("host", "Hub.example:7400");
    if !body.is_empty() {
        sent.set("content-type", "application/json");
    }
    sent
}

fn signed_as(mut sent: Sent, direction: Direction) -> Sent {
    let headers = sign_request(&key(7), &sent.head(), &sent.body, direction, NOW, &nonce());
    headers.unwrap().add_to(&mut sent.headers);
    sent
}

fn post() -> Sent {
    signed_as(
        unsigned(Method::POST, "/v1/quotes?dry=1", BODY),
        Direction::Request,
    )
}

fn get() -> Sent {
    signed_as(
        unsigned(Method::GET, "/v1/payments", b""),
        Direction::Request,
    )
}

fn verified(sent: &Sent, now_s: u64) -> Result<Verified, E> {
    let policy = Policy {
        direction: Direction::Request,
        authorities: Authorities::AsSent,
    };
    verify_request(&sent.head(), &sent.body, now_s, lookup, &policy)
}

fn check_changed(what: &str, sent: Sent, change: impl FnOnce(&mut Sent), expected: E) {
    assert!(verified(&sent, NOW).is_ok(), "{what}: good before");
    let mut changed = sent;
    change(&mut changed);
    assert_eq!(verified(&changed, NOW), Err(expected), "{what}");
}

/// A message as it is sent, and the bytes that were signed.
struct Written {
    message: String,
    base: String,
}

fn written(message: &Message<'_>, start: &str, body: &[u8], tag: Tag) -> Written {
    let headers = message.headers();
    let input = fields::signed(headers).unwrap().text;
    let digest = (!body.is_empty()).then(|| digest::field(body));
    let components = covered(tag, body);
    let base = signature_base(message, &components, &input, digest.as_deref()).unwrap();
    let mut names = headers.keys().map(HeaderName::as_str).collect::<Vec<_>>();
    names.sort_unstable();
    let mut message = format!("{start}\n");
    for name in names {
        let value = headers[name].to_str().unwrap();
        message += &format!("{name}: {value}\n");
    }
    message += &format!("\n{}\n", String::from_utf8_lossy(body));
    Written { message, base }
}

/// The whole exchange as text, for us and for whoever writes a client in another language.
fn check_golden(message: &Message<'_>, start: &str, body: &[u8], tag: Tag, golden: &ExpectFile) {
    let Written { message, base } = written(message, start, body, tag);
    golden.assert_eq(&format!(
        "{message}--- signature base, without the last line feed\n{base}\n"
    ));
}

#[test]
fn golden_request() {
    let sent = post();
    let start = "POST /v1/quotes?dry=1 HTTP/1.1";
    let golden = expect_file!["../../golden/request-post.txt"];
    check_golden(
        &Message::Request(sent.head()),
        start,
        BODY,
        Tag::Request,
        &golden,
    );
    let expected = Verified {
        kid: key(7).kid(),
        nonce: nonce(),
        created_s: NOW,
    };
    assert_eq!(verified(&sent, NOW), Ok(expected));
}

#[test]
fn golden_request_without_body() {
    let sent = get();
    let start = "GET /v1/payments HTTP/1.1";
    let golden = expect_file!["../../golden/request-get.txt"];
    check_golden(
        &Message::Request(sent.head()),
        start,
        b"",
        Tag::Request,
        &golden,
    );
    assert!(!sent.headers.contains_key("content-digest"));
    assert!(verified(&sent, NOW).is_ok());
}

#[test]
fn a_client_signs_before_there_is_a_host_header() {
    for (address, host) in [
        ("https://HUB.example/v1/quotes?dry=1", "hub.example"),
        ("https://hub.example:443/v1/quotes?dry=1", "hub.example"),
        ("http://hub.example:80/v1/quotes?dry=1", "hub.example"),
        ("http://127.0.0.1:7400/v1/quotes?dry=1", "127.0.0.1:7400"),
        ("https://[::1]:7400/v1/quotes?dry=1", "[::1]:7400"),
    ] {
        let mut sent = unsigned(Method::POST, address, BODY);
        sent.headers.remove(HOST);
        let mut received = signed_as(sent, Direction::Request);
        assert!(verified(&received, NOW).is_ok(), "{address}: as sent");
        received.uri = "/v1/quotes?dry=1".parse().unwrap();
        received.set("host", host);
        assert!(verified(&received, NOW).is_ok(), "{address}: as received");
        received.set("host", "other.example");
        assert_eq!(verified(&received, NOW), Err(E::Invalid), "{address}");
    }
}

#[test]
fn what_is_covered_cannot_be_changed() {
    for (sent, target) in [
        (post(), "/v1/payments?dry=1"),
        (post(), "/v1/quotes?dry=0"),
        (post(), "/v1/quotes"),
        (get(), "/v1/payments?all"),
    ] {
        let to_target = |s: &mut Sent| s.uri = target.parse().unwrap();
        check_changed(target, sent, to_target, E::Invalid);
    }
    for (name, value) in [
        ("host", "hub2.example:7400"),
        ("host", "hub.example:7401"),
        ("content-type", "text/json"),
    ] {
        check_changed(value, post(), |s| s.set(name, value), E::Invalid);
    }
    check_changed("method", post(), |s| s.method = Method::PUT, E::Invalid);
    check_changed("body", post(), |s| s.body[30] = b'9', E::DigestMismatch);
    let with_digest = |s: &mut Sent| {
        s.body[30] = b'9';
        let digest = digest::field(&s.body);
        s.set("content-digest", &digest);
    };
    check_changed("body and digest", post(), with_digest, E::Invalid);

    let (seven, eight) = (key(7).kid().to_string(), key(8).kid().to_string());
    let change = |s: &mut Sent| s.edit("signature-input", &seven, &eight);
    check_changed("key", post(), change, E::Invalid);
    let change = |s: &mut Sent| s.edit("signature-input", "2000;", "2001;");
    check_changed("time", post(), change, E::Invalid);
    let change = |s: &mut Sent| s.edit("signature-input", "nonce=\"Aw", "nonce=\"BA");
    check_changed("nonce", post(), change, E::Invalid);
}

#[test]
fn a_body_cannot_be_taken_away_or_slipped_in() {
    check_changed("body gone", post(), |s| s.body.clear(), E::BodyMissing);
    check_changed(
        "body gone, method too",
        post(),
        |s| {
            s.body.clear();
            s.method = Method::GET;
        },
        E::ComponentsWrong,
    );
    check_changed(
        "body came",
        get(),
        |s| s.body = BODY.to_vec(),
        E::BodyUnexpected,
    );
    check_changed(
        "digest came",
        get(),
        |s| s.set("content-digest", &digest::field(b"")),
        E::DigestUnexpected,
    );
    let gone = |name: &'static str| move |s: &mut Sent| drop(s.headers.remove(name));
    check_changed(
        "digest gone",
        post(),
        gone("content-digest"),
        E::DigestMissing,
    );
    check_changed(
        "type gone",
        post(),
        gone("content-type"),
        E::ContentTypeMissing,
    );
    check_changed("host gone", post(), gone("host"), E::HostMissing);
    check_changed(
        "method",
        get(),
        |s| s.method = Method::PATCH,
        E::MethodUnknown,
    );
}

#[test]
fn two_of_a_header_are_refused() {
    for name in [
        "signature",
        "signature-input",
        "content-digest",
        "content-type",
        "host",
    ] {
        let twice = move |s: &mut Sent| {
            let value = s.headers[name].clone();
            s.headers.append(name, value);
        };
        check_changed(name, post(), twice, E::HeaderRepeated);
    }
}

#[test]
fn headers_are_bounded() {
    for (name, bytes) in [
        ("signature-input", 1024),
        ("signature", 512),
        ("content-digest", 256),
        ("content-type", 128),
        ("host", 259),
    ] {
        let long = move |s: &mut Sent| s.set(name, &"a".repeat(bytes + 1));
        check_changed(name, post(), long, E::TooLong);
    }
    let target = format!("/{}", "a".repeat(2048)).parse::<Uri>().unwrap();
    check_changed("target", post(), |s| s.uri = target, E::TooLong);
}

/// Rows: what is replaced in `signature-input`, by what, and what comes of it.
const EDITS: &str = r#"
"@path" "@query"             | "@path"                | ComponentsWrong
 "@query"                    | "@query" "date"        | ComponentsWrong
"@path" "@query"             | "@query" "@path"       | ComponentsWrong
"@path"                      | "@path";req            | ComponentsWrong
=("@method" "@authority" "@path" "@query" "content-type" "content-digest") | =() | ComponentsWrong
;nonce="AwMDAwMDAwMDAwMDAwMDAw" |                     | ParametersWrong
AwMDAwMDAwMDAwMDAwMDAw       | AwMDAwMDAwMDAwMDAwMDA  | NonceUnfit
;created=1795392000          |                        | ParametersWrong
=1795392000                  | ="1795392000"          | ParametersWrong
=1795392000                  | =-1                    | ParametersWrong
;nonce                       | ;expires=1795392060;nonce | ParametersWrong
ed25519                      | hmac-sha256            | AlgorithmWrong
;alg="ed25519"               |                        | ParametersWrong
"ed25519"                    | ed25519                | ParametersWrong
spean-request                | spean-callback         | TagWrong
spean=                       | proxy=                 | Missing
;nonce                       | ;created=1795392000;nonce | Malformed
;nonce                       | ; nonce                | Malformed
"#;

#[test]
fn only_the_agreed_form_is_read() {
    for row in EDITS.lines().filter(|row| !row.is_empty()) {
        let columns = row.split('|').map(str::trim).collect::<Vec<_>>();
        let [from, to, expected] = columns[..] else {
            panic!("three columns: {row}")
        };
        let mut sent = post();
        sent.edit("signature-input", from, to);
        let found = verified(&sent, NOW).unwrap_err();
        assert_eq!(format!("{found:?}"), expected, "{row}");
    }
    let kid = key(7).kid().to_string();
    let other = key(9).kid().to_string();
    let change = |s: &mut Sent| s.edit("signature-input", &kid, &other);
    check_changed("unregistered key", post(), change, E::KeyUnknown);
    let change = |s: &mut Sent| s.edit("signature-input", &kid, "key-1");
    check_changed("key without thumbprint", post(), change, E::KeyUnknown);
}

#[test]
fn signature_headers_are_read_strictly() {
    let set = |name: &'static str, value: &'static str| move |s: &mut Sent| s.set(name, value);
    for (name, value, expected) in [
        ("signature", "", E::Malformed),
        ("signature", "spean", E::Malformed),
        ("signature", "spean=1", E::Malformed),
        ("signature", "spean=:AAAA:;x", E::Malformed),
        ("signature", "spean=:AAAA:", E::Invalid),
        ("signature", "spean=:AA:", E::Malformed),
        ("signature", "other=:AAAA:", E::Missing),
        ("signature-input", "spean=1", E::Malformed),
        ("signature-input", "spean", E::Malformed),
        ("signature-input", "not a dictionary", E::Malformed),
        ("content-digest", "sha-512=:AAAA:", E::DigestMissing),
        ("content-digest", "sha-256=\"AAAA\"", E::Malformed),
        ("content-digest", "sha-256=:AAAA:", E::Invalid),
    ] {
        check_changed(
            &format!("{name}: {value}"),
            post(),
            set(name, value),
            expected,
        );
    }
    let twice = |s: &mut Sent| {
        let twice = format!("{0}, {0}", s.get("signature"));
        s.set("signature", &twice);
    };
    check_changed("label twice", post(), twice, E::Malformed);
    for name in ["signature", "signature-input"] {
        let gone = |s: &mut Sent| drop(s.headers.remove(name));
        check_changed(name, post(), gone, E::Missing);
    }
}

#[test]
fn signatures_of_others_and_other_digests_are_ignored() {
    let mut sent = post();
    let input = format!(
        "proxy=(\"@method\");created=1, {}",
        sent.get("signature-input")
    );
    let signature = format!("proxy=:AAAA:, {}", sent.get("signature"));
    sent.set("signature-input", &input);
    sent.set("signature", &signature);
    assert!(verified(&sent, NOW).is_ok());

    // Parameters in another order, as other libraries write them, under their own signature.
    let mut sent = post();
    let mut input = sent.get("signature-input").to_owned();
    input = input.replace(";alg=\"ed25519\"", "") + ";alg=\"ed25519\"";
    sent.set("signature-input", &input);
    let text = input.strip_prefix("spean=").unwrap();
    let digest = format!("sha-512=:AAAA:, {}", digest::field(BODY));
    sent.set("content-digest", &digest);
    let components = covered(Tag::Request, BODY);
    let message = Message::Request(sent.head());
    let base = signature_base(&message, &components, text, Some(&digest)).unwrap();
    let signature = digest::byte_sequence(&key(7).sign(Domain::HttpMessage, base.as_bytes()));
    sent.set("signature", &format!("spean={signature}"));
    assert!(verified(&sent, NOW).is_ok());
}

#[test]
fn a_signature_holds_for_its_time() {
    let sent = post();
    for (now_s, expected) in [
        (NOW - 31, Some(E::FromFuture)),
        (NOW - 30, None),
        (NOW, None),
        (NOW + 60, None),
        (NOW + 61, Some(E::Expired)),
        (u64::MAX, Some(E::Expired)),
        (0, Some(E::FromFuture)),
    ] {
        assert_eq!(verified(&sent, now_s).err(), expected, "{now_s}");
    }
}

#[test]
fn a_request_is_no_callback_and_a_receiver_knows_its_names() {
    let callback = signed_as(
        unsigned(Method::POST, "/credits", BODY),
        Direction::Callback,
    );
    let names = ["hub.example:7400".to_owned()];
    let others = ["hub.example".to_owned()];
    let (ours, foreign) = (Authorities::OneOf(&names), Authorities::OneOf(&others));
    for (sent, direction, authorities, expected) in [
        (post(), Direction::Request, ours, None),
        (
            post(),
            Direction::Request,
            foreign,
            Some(E::AuthorityUnknown),
        ),
        (post(), Direction::Callback, ours, Some(E::TagWrong)),
        (callback.clone(), Direction::Callback, ours, None),
        (
            callback.clone(),
            Direction::Request,
            Authorities::AsSent,
            Some(E::TagWrong),
        ),
    ] {
        let policy = Policy {
            direction,
            authorities,
        };
        let found = verify_request(&sent.head(), &sent.body, NOW, lookup, &policy);
        assert_eq!(found.err(), expected, "{direction:?} {authorities:?}");
    }
}

#[test]
fn host_and_address_name_one_host() {
    let mut sent = post();
    sent.uri = "http://hub.example:7400/v1/quotes?dry=1".parse().unwrap();
    assert!(verified(&sent, NOW).is_ok());
    sent.uri = "http://evil.example:7400/v1/quotes?dry=1".parse().unwrap();
    assert_eq!(verified(&sent, NOW), Err(E::HostAmbiguous));
    let mut sent = post();
    for host in ["", "user@hub.example", "hub.example/x", "hub example"] {
        sent.set("host", host);
        assert_eq!(verified(&sent, NOW), Err(E::HostMissing), "{host}");
    }
}

#[test]
fn what_cannot_be_verified_cannot_be_signed() {
    let sign = |sent: &Sent| {
        sign_request(
            &key(7),
            &sent.head(),
            &sent.body,
            Direction::Request,
            NOW,
            &nonce(),
        )
        .err()
    };
    let mut bare = unsigned(Method::POST, "/v1/quotes", BODY);
    bare.headers.clear();
    assert_eq!(sign(&bare), Some(E::HostMissing));
    bare.set("host", "hub.example");
    assert_eq!(sign(&bare), Some(E::ContentTypeMissing));
    assert_eq!(
        sign(&unsigned(Method::POST, "/", b"")),
        Some(E::BodyMissing)
    );
    assert_eq!(
        sign(&unsigned(Method::GET, "/", BODY)),
        Some(E::BodyUnexpected)
    );
    assert_eq!(
        sign(&unsigned(Method::HEAD, "/", b"")),
        Some(E::MethodUnknown)
    );
    let mut star = unsigned(Method::DELETE, "/", b"");
    assert_eq!(sign(&star), None);
    star.uri = Uri::from_static("*");
    assert_eq!(sign(&star), Some(E::TargetUnusable));
}

#[test]
fn a_refusal_says_why_under_a_stable_code() {
    use crate::error::{Code, Problem};
    for (error, code) in [
        (E::Missing, Code::SignatureMissing),
        (E::ComponentsWrong, Code::SignatureMalformed),
        (E::Invalid, Code::SignatureInvalid),
        (E::DigestMismatch, Code::DigestMismatch),
        (E::Expired, Code::SignatureExpired),
        (E::FromFuture, Code::SignatureFromFuture),
        (E::KeyUnknown, Code::KeyUnknown),
        (E::AuthorityUnknown, Code::AuthorityUnknown),
    ] {
        let problem = Problem::from(error);
        assert_eq!(
            (problem.code(), problem.detail()),
            (code, Some(error.to_string().as_str()))
        );
    }
}
