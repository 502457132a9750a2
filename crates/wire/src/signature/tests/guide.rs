//! What `docs/SIGNING.md` takes from the code: the covered components, the limits and the vectors.
//! They stand between markers and are compared here, so that the guide cannot say what the code
//! does not do; `UPDATE_EXPECT=1` rewrites them. What stands outside the markers is by hand.

use std::path::Path;

use super::answers::answer_to;
use super::*;
use crate::limits;

#[test]
fn the_guide_shows_what_the_code_does() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/SIGNING.md");
    let mut guide = std::fs::read_to_string(&path).unwrap();
    for (name, text) in [
        ("components", components()),
        ("limits", bounds()),
        ("keys", keys()),
        ("vectors", vectors()),
    ] {
        guide = filled(&guide, name, &text);
    }
    expect_file![path].assert_eq(&guide);
}

/// The guide with `text` between the markers of that name.
fn filled(guide: &str, name: &str, text: &str) -> String {
    let first = format!("<!-- {name}: written by crates/wire/src/signature/tests/guide.rs -->\n");
    let last = format!("<!-- end of {name} -->\n");
    let (before, rest) = guide.split_once(&first).expect(name);
    let (_, after) = rest.split_once(&last).expect(name);
    format!("{before}{first}\n{text}\n{last}{after}")
}

fn components() -> String {
    let mut text =
        "| message | `tag` | covered components, in this order |\n|---|---|---|".to_owned();
    for (message, tag, body) in [
        ("request with a body (POST, PUT)", Tag::Request, BODY),
        ("request without a body (GET, DELETE)", Tag::Request, b""),
        ("callback with a body (POST)", Tag::Callback, BODY),
        ("callback without a body (GET)", Tag::Callback, b""),
        ("answer with a body", Tag::Answer, BODY),
        ("answer without a body", Tag::Answer, b""),
    ] {
        let list = components::list(&covered(tag, body));
        text += &format!("\n| {message} | `{}` | `{list}` |", tag.text());
    }
    text + "\n"
}

fn bounds() -> String {
    let nonce = (limits::NONCE_CHARS_MIN, limits::NONCE_CHARS_MAX);
    let rows = [
        (
            "how far `created` may lie ahead of the receiver's clock",
            limits::SIGNATURE_FUTURE_S_MAX,
            "seconds",
        ),
        (
            "how far it may lie behind",
            limits::SIGNATURE_AGE_S_MAX,
            "seconds",
        ),
        (
            "how long the hub remembers a nonce at least",
            limits::NONCE_MEMORY_S,
            "seconds",
        ),
    ];
    let sizes = [
        ("`nonce` at least", nonce.0, "characters"),
        ("`nonce` at most", nonce.1, "characters"),
        (
            "`signature-input`",
            limits::SIGNATURE_INPUT_BYTES_MAX,
            "bytes",
        ),
        ("`signature`", limits::SIGNATURE_BYTES_MAX, "bytes"),
        (
            "`content-digest`",
            limits::CONTENT_DIGEST_BYTES_MAX,
            "bytes",
        ),
        ("`content-type`", limits::CONTENT_TYPE_BYTES_MAX, "bytes"),
        ("host with port", limits::AUTHORITY_BYTES_MAX, "bytes"),
        ("path with query", limits::TARGET_BYTES_MAX, "bytes"),
        (
            "body of a request or callback",
            limits::BODY_BYTES_MAX,
            "bytes",
        ),
    ];
    let times = rows.map(|(what, bound, unit)| format!("| {what} | {bound} {unit} |\n"));
    let sizes = sizes.map(|(what, bound, unit)| format!("| {what} | {bound} {unit} |\n"));
    format!(
        "| what | limit |\n|---|---|\n{}{}",
        times.concat(),
        sizes.concat()
    )
}

fn keys() -> String {
    let mut text = "| | participant | hub |\n|---|---|---|\n".to_owned();
    let (participant, hub) = (key(7), key(8));
    let jwk = |key: &SigningKey| serde_json::to_value(key.public().to_jwk()).unwrap();
    let (participant_x, hub_x) = (jwk(&participant)["x"].clone(), jwk(&hub)["x"].clone());
    for (what, participant, hub) in [
        ("seed, 32 bytes in hex", "07".repeat(32), "08".repeat(32)),
        (
            "public key, `x` of the JWK",
            participant_x.as_str().unwrap().to_owned(),
            hub_x.as_str().unwrap().to_owned(),
        ),
        (
            "thumbprint, `keyid`",
            participant.kid().to_string(),
            hub.kid().to_string(),
        ),
    ] {
        text += &format!("| {what} | `{participant}` | `{hub}` |\n");
    }
    text
}

const RATE: &[u8] = br#"{"rate":"26.712"}"#;
const ASKED: &[u8] =
    br#"{"scheme":"KHQR","account":"srey@aclb","currency":"KHR","payload":"0002"}"#;
const TOLD: &[u8] = br#"{"found":true,"accepting":true,"name":"Srey","city":"Phnom Penh"}"#;

/// The hub asks a participant whose callback address is `http://bank.example/link`.
fn callback() -> Sent {
    let mut sent = unsigned(Method::POST, "/link/resolve", ASKED);
    sent.set("host", "bank.example");
    let hub = key(8);
    let way = Direction::Callback;
    let headers = sign_request(&hub, &sent.head(), ASKED, way, NOW, &nonce());
    headers.unwrap().add_to(&mut sent.headers);
    sent
}

fn answer_of_participant(callback: &Sent) -> Answered {
    let mut headers = HeaderMap::new();
    headers.insert("content-type", "application/json".parse().unwrap());
    let mut answer = Answered {
        status: StatusCode::OK,
        headers,
        body: TOLD.to_vec(),
    };
    let nonce = Nonce::from_random([4; 16]);
    let signed = sign_answer(&key(7), &answer.head(), TOLD, &callback.head(), NOW, &nonce);
    signed.unwrap().add_to(&mut answer.headers);
    answer
}

#[test]
fn golden_callback_and_its_answer() {
    let asked = callback();
    let told = answer_of_participant(&asked);
    let names = ["bank.example".to_owned()];
    let policy = Policy {
        direction: Direction::Callback,
        authorities: Authorities::OneOf(&names),
    };
    let hub = |kid: &Kid| (*kid == key(8).kid()).then(|| key(8).public());
    let found = verify_request(&asked.head(), ASKED, NOW, hub, &policy).unwrap();
    assert_eq!(found.kid, key(8).kid());
    let bank = |kid: &Kid| (*kid == key(7).kid()).then(|| key(7).public());
    let found = verify_answer(&told.head(), TOLD, &asked.head(), NOW, bank).unwrap();
    assert_eq!(found.kid, key(7).kid());
    // The hub's own key does not speak for the participant.
    let found = verify_answer(&told.head(), TOLD, &asked.head(), NOW, hub);
    assert_eq!(found, Err(E::KeyUnknown));

    let golden = expect_file!["../../../golden/callback.txt"];
    let message = Message::Request(asked.head());
    check_golden(&message, CALLBACK_START, ASKED, Tag::Callback, &golden);
    let golden = expect_file!["../../../golden/callback-answer.txt"];
    let message = Message::Answer(told.head(), asked.head());
    check_golden(&message, "HTTP/1.1 200 OK", TOLD, Tag::Answer, &golden);
}

const CALLBACK_START: &str = "POST /link/resolve HTTP/1.1";

fn vectors() -> String {
    let (post, get, asked) = (post(), get(), callback());
    let answer = answer_to(&post, StatusCode::CREATED, RATE);
    let told = answer_of_participant(&asked);
    let request =
        |sent: &Sent, start, tag| written(&Message::Request(sent.head()), start, &sent.body, tag);
    let answered = |answer: &Answered, start, request: &Sent| {
        let message = Message::Answer(answer.head(), request.head());
        written(&message, start, &answer.body, Tag::Answer)
    };
    [
        vector(
            "A request with a body",
            "The participant signs. \
             `@authority` is in lower case although `host` is not, which HTTP allows.",
            &request(&post, "POST /v1/quotes?dry=1 HTTP/1.1", Tag::Request),
        ),
        vector(
            "A request without a body",
            "The participant signs. `@query` is a lone question mark.",
            &request(&get, "GET /v1/payments HTTP/1.1", Tag::Request),
        ),
        vector(
            "The hub's answer",
            "The hub signs its answer to the first request, whose signature stands in the base.",
            &answered(&answer, "HTTP/1.1 201 Created", &post),
        ),
        vector(
            "A callback",
            "The hub signs. \
             The participant's callback address is `http://bank.example/link`.",
            &request(&asked, CALLBACK_START, Tag::Callback),
        ),
        vector(
            "The participant's answer to the callback",
            "The participant signs, with the tag of an answer.",
            &answered(&told, "HTTP/1.1 200 OK", &asked),
        ),
    ]
    .join("\n")
}

fn vector(title: &str, words: &str, written: &Written) -> String {
    let Written { message, base } = written;
    let (bytes, words) = (base.len(), words.replace(". ", ".\n"));
    let message = message.trim_end();
    format!(
        "### {title}\n\n{words}\n\nThe signature base, {bytes} bytes:\n\n```text\n{base}\n```\n\n\
         The whole message:\n\n```http\n{message}\n```\n"
    )
}
