//! Payments and statuses as ISO 20022 messages, with the same state behind them as behind JSON.

use http::header::{ACCEPT, CONTENT_TYPE, HOST, HeaderMap, HeaderValue};
use http::{Method, Uri};
use iso20022::payment::{Pacs008, Payment};
use iso20022::status::Pacs002;
use iso20022::status_request::{Pacs028, StatusRequest};
use iso20022::{
    Account, AccountId, Agent, ChargeBearer, CreditHeader, Document, EndToEndId, ExchangeRate,
    IsoAmount, IsoTime, MessageId, Party, Remittance, SettlementMethod, Settling, ShortHeader,
    Status, Text, Uetr,
};
use money::{Amount, Currency, Money};
use participant::edge;
use wire::api::{PaymentView, QuoteView, StateView};
use wire::signature::{self, Direction, RequestHead};

use crate::fake::Credits;
use crate::world::{Raw, STORE, World, jpqr, jpy, payment_json, payment_request};

fn text<const CHARS_MAX: usize>(text: &str) -> Text<CHARS_MAX> {
    Text::new(text).unwrap()
}

fn amount(currency: Currency, decimal: &str) -> IsoAmount {
    let amount = Amount::parse(decimal, currency).unwrap();
    IsoAmount::new(Money::new(currency, amount)).unwrap()
}

fn agent(name: &str) -> Agent {
    Agent::from_member(None, text(name))
}

fn created(world: &World) -> IsoTime {
    let at = jiff::Timestamp::from_millisecond(world.clock.now_ms()).unwrap();
    IsoTime::from_timestamp(at).unwrap()
}

/// What the payer's side would send for a quote.
fn pacs008(world: &World, quote: &QuoteView) -> Pacs008 {
    let token = quote.quote.as_bytes().chunks(134);
    let pieces = token.map(|piece| format!("QUOTE:{}", std::str::from_utf8(piece).unwrap()));
    let lines = pieces.chain(["SCREENING:CLEAR".to_owned()]);
    let payment = Payment {
        instruction: None,
        end_to_end: EndToEndId::new("BILL-7").unwrap(),
        interbank: None,
        uetr: Some(Uetr::new(&quote.payment_id).unwrap()),
        clearing_ref: None,
        amount: amount(Currency::Khr, &quote.payer_principal.amount),
        settled_on: None,
        accepted: None,
        instructed: Some(amount(Currency::Jpy, &quote.amount.amount)),
        rate: Some(ExchangeRate::new(&quote.rate.value).unwrap()),
        charge_bearer: ChargeBearer::Service,
        charges: Vec::new(),
        instructing: None,
        instructed_agent: None,
        payer_ultimate: None,
        payer: Party {
            name: Some(text("Sok Dara")),
            ..Party::default()
        },
        payer_account: Some(Account::new(
            AccountId::other(text("dara@aclb")),
            Currency::Khr,
        )),
        payer_agent: agent("acleda"),
        payee_agent: agent("netstars"),
        payee: Party {
            name: Some(text("ヌードル鶴")),
            ..Party::default()
        },
        payee_account: Some(Account::new(AccountId::other(text(STORE)), Currency::Jpy)),
        payee_ultimate: None,
        purpose: None,
        remittance: Some(Remittance {
            texts: lines.map(|line| text(&line)).collect(),
            structured: Vec::new(),
        }),
    };
    Pacs008 {
        header: CreditHeader {
            message: MessageId::new("ACL-M-0001").unwrap(),
            created: created(world),
            settled_on: None,
            settling: Settling {
                method: SettlementMethod::Clearing,
                clearing: Some(text("SPEAN")),
            },
            instructing: None,
            instructed: None,
        },
        payments: vec![payment],
    }
}

/// A signed request with a body of a type, and what is wanted back.
async fn send(
    world: &World,
    (method, path): (&str, &str),
    (media_type, body): (&'static str, &[u8]),
    accept: Option<&'static str>,
) -> Raw {
    let method: Method = method.parse().unwrap();
    let uri: Uri = path.parse().unwrap();
    let mut headers = HeaderMap::new();
    let host = world.running.address().to_string();
    headers.insert(HOST, HeaderValue::try_from(host).unwrap());
    if !body.is_empty() {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    }
    if let Some(accept) = accept {
        headers.insert(ACCEPT, HeaderValue::from_static(accept));
    }
    let head = RequestHead {
        method: &method,
        uri: &uri,
        headers: &headers,
    };
    let (now_s, nonce) = (world.clock.now_s(), edge::nonce().unwrap());
    let key = world.key("acleda");
    let signed = signature::sign_request(key, &head, body, Direction::Request, now_s, &nonce);
    signed.unwrap().add_to(&mut headers);
    world.send(&method, path, headers, body).await
}

const PAY: (&str, &str) = ("POST", "/v1/payments");
const XML: &str = "application/xml";

fn status_of(raw: &Raw) -> Pacs002 {
    assert_eq!(raw.headers["content-type"], XML, "{raw:?}");
    assert!(raw.headers.contains_key("signature"));
    Pacs002::read_bytes(&raw.body).unwrap()
}

async fn until_final(world: &World, id: &str) -> PaymentView {
    loop {
        let seen = world.client("acleda").payment(id).await.unwrap();
        if matches!(seen.state, StateView::Completed | StateView::Cancelled) {
            return seen;
        }
    }
}

#[tokio::test]
async fn a_payment_by_message_is_the_payment_by_json() {
    let world = World::new().await;
    let quote = world.quote("acleda", &jpqr(STORE, None), jpy("3000")).await;
    let message = pacs008(&world, &quote).to_xml().unwrap();
    let taken = send(&world, PAY, (XML, message.as_bytes()), None).await;
    assert!(taken.status.is_success(), "{taken:?}");
    let first = status_of(&taken);
    let original = first.statuses[0].original.as_ref().unwrap();
    assert_eq!(original.message.as_str(), "ACL-M-0001");
    assert_eq!(
        first.statuses[0].end_to_end.as_ref().unwrap().as_str(),
        "BILL-7"
    );
    let paid = until_final(&world, &quote.payment_id).await;
    assert_eq!(paid.state, StateView::Completed);

    // The repetition in either form is the same payment.
    let json = serde_json::to_vec(&payment_json(&quote)).unwrap();
    let again = send(&world, PAY, ("application/json", &json), None).await;
    assert_eq!(
        serde_json::from_slice::<PaymentView>(&again.body).unwrap(),
        paid
    );
    let again = send(
        &world,
        PAY,
        (XML, message.as_bytes()),
        Some("application/json"),
    )
    .await;
    assert_eq!(
        serde_json::from_slice::<PaymentView>(&again.body).unwrap(),
        paid
    );
    let again = send(&world, PAY, (XML, message.as_bytes()), Some(XML)).await;
    assert_eq!(again.status, 200);
    let status = &status_of(&again).statuses[0];
    assert_eq!(status.status, Some(Status::Credited));
    assert_eq!(status.amount, Some(amount(Currency::Khr, "80136")));
    assert!(status.reasons.is_empty());
    assert_eq!(world.fake("netstars").asks().len(), 1);
    let ask = world.fake("netstars").asked(&quote.payment_id).await;
    assert_eq!(ask.debtor.name, "Sok Dara");

    let path = format!("/v1/payments/{}", quote.payment_id);
    let seen = send(&world, ("GET", &path), (XML, b""), Some(XML)).await;
    let seen = status_of(&seen).statuses.remove(0);
    assert_eq!((seen.status, seen.original), (Some(Status::Credited), None));
    world.stop().await;
}

#[tokio::test]
async fn questions_are_answered_and_nothing_open_looks_final() {
    let world = World::new().await;
    world.fake("netstars").credits.send_replace(Credits::Reject);
    let no = world.pay("3000", Some(10)).await;
    world.fake("netstars").credits.send_replace(Credits::Hold);
    let open = world.pay("2000", None).await;
    let question = |id: &str| StatusRequest {
        uetr: Some(Uetr::new(id).unwrap()),
        ..StatusRequest::default()
    };
    let ask = |ids: &[&str]| Pacs028 {
        header: ShortHeader {
            message: MessageId::new("ASK-1").unwrap(),
            created: created(&world),
            instructing: None,
            instructed: None,
        },
        groups: Vec::new(),
        requests: ids.iter().map(|id| question(id)).collect(),
    };
    let path = ("POST", "/v1/status-requests");
    let asked = ask(&[&no.payment_id, &open.payment_id]).to_xml().unwrap();
    let raw = send(&world, path, (XML, asked.as_bytes()), None).await;
    let statuses = status_of(&raw).statuses;
    assert_eq!(statuses[0].status, Some(Status::Rejected));
    let reason = statuses[0].reasons[0].reason.as_ref().unwrap();
    assert_eq!(reason.as_str(), "AC04");
    assert_eq!(statuses[1].status, Some(Status::Pending));
    assert_eq!(statuses[1].accepted, None);
    let unknown = "8a562c67-ca16-48ba-b074-65581be6f001";
    let asked = ask(&[&no.payment_id, unknown]).to_xml().unwrap();
    let raw = send(&world, path, (XML, asked.as_bytes()), None).await;
    assert_eq!(raw.code(), "payment_unknown");
    let none = Pacs028 {
        requests: vec![StatusRequest::default()],
        ..ask(&[])
    };
    for (message, code) in [(ask(&[]), "invalid_field"), (none, "missing_field")] {
        let asked = message.to_xml().unwrap();
        let raw = send(&world, path, (XML, asked.as_bytes()), None).await;
        assert_eq!(raw.code(), code);
    }
    world.stop().await;
}

type Change = fn(&mut Payment);

#[tokio::test]
#[expect(
    clippy::too_many_lines,
    reason = "one story, told in the order in which it happens"
)]
async fn a_message_that_says_something_else_than_the_quote_changes_nothing() {
    let world = World::new().await;
    let quote = world.quote("acleda", &jpqr(STORE, None), jpy("3000")).await;
    let before = world.state_hash().await;
    let cases: [(&str, &str, &str, Change); 11] = [
        ("amount", "quote_mismatch", "/IntrBkSttlmAmt", |payment| {
            payment.amount = amount(Currency::Khr, "80135");
        }),
        ("currency", "quote_mismatch", "/IntrBkSttlmAmt", |payment| {
            payment.amount = amount(Currency::Usd, "80136");
        }),
        ("price", "quote_mismatch", "/InstdAmt", |payment| {
            payment.instructed = Some(amount(Currency::Jpy, "3001"));
        }),
        ("rate", "quote_mismatch", "/XchgRate", |payment| {
            payment.rate = Some(ExchangeRate::new("26.713").unwrap());
        }),
        (
            "payee's account",
            "quote_mismatch",
            "/CdtrAcct",
            |payment| {
                payment.payee_account =
                    Some(Account::new(AccountId::other(text("x")), Currency::Jpy));
            },
        ),
        ("payee's side", "quote_mismatch", "/CdtrAgt", |payment| {
            payment.payee_agent = agent("sathapana");
        }),
        ("another id", "quote_mismatch", "/payment_id", |payment| {
            payment.uetr = Some(Uetr::new("8a562c67-ca16-48ba-b074-65581be6f001").unwrap());
        }),
        ("no id", "missing_field", "/PmtId/UETR", |payment| {
            payment.uetr = None;
        }),
        ("no account", "missing_field", "/DbtrAcct", |payment| {
            payment.payer_account = None;
        }),
        (
            "no screening",
            "missing_field",
            "/RmtInf/Ustrd",
            |payment| {
                payment.remittance.as_mut().unwrap().texts.pop();
            },
        ),
        (
            "a customer's remittance",
            "invalid_field",
            "/RmtInf/Ustrd",
            |payment| {
                payment
                    .remittance
                    .as_mut()
                    .unwrap()
                    .texts
                    .push(text("two coffees"));
            },
        ),
    ];
    for (name, code, field, change) in cases {
        let mut message = pacs008(&world, &quote);
        change(&mut message.payments[0]);
        let xml = message.to_xml().unwrap();
        let raw = send(&world, PAY, (XML, xml.as_bytes()), None).await;
        assert_eq!(raw.code(), code, "{name}");
        assert_eq!(raw.headers["content-type"], "application/problem+json");
        let place = raw.json()["field"].as_str().unwrap().to_owned();
        assert!(place.ends_with(field), "{name}: {place}");
        assert_eq!(world.state_hash().await, before, "{name}");
    }
    world.stop().await;
}

#[tokio::test]
#[expect(
    clippy::too_many_lines,
    reason = "one story, told in the order in which it happens"
)]
async fn hostile_messages_are_refused_by_place_and_change_nothing() {
    let world = World::new().await;
    let quote = world.quote("acleda", &jpqr(STORE, None), jpy("3000")).await;
    let whole = pacs008(&world, &quote).to_xml().unwrap();
    let before = world.state_hash().await;
    let doctype = whole.replacen(
        "<Document",
        "<!DOCTYPE d [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>\n<Document",
        1,
    );
    let half = whole.len() / 2;
    let two = {
        let mut message = pacs008(&world, &quote);
        message.payments.push(message.payments[0].clone());
        message.to_xml().unwrap()
    };
    for (name, body, code, detail) in [
        ("nothing of XML", "{}".to_owned(), "malformed_xml", "xml_"),
        ("a document type", doctype, "malformed_xml", "xml_doctype"),
        (
            "half of it",
            whole.get(..half).unwrap().to_owned(),
            "malformed_xml",
            "xml_",
        ),
        (
            "something behind it",
            format!("{whole}<x/>"),
            "malformed_xml",
            "xml_trailing",
        ),
        (
            "another message",
            whole.replace("pacs.008.001.09", "pacs.008.001.02"),
            "malformed_xml",
            "xml_version_unknown",
        ),
        ("two payments", two, "invalid_field", "one payment"),
        (
            "a wrong sum",
            whole.replace("<CtrlSum>80136<", "<CtrlSum>80137<"),
            "malformed_xml",
            "sum_differs",
        ),
    ] {
        let raw = send(&world, PAY, (XML, body.as_bytes()), Some(XML)).await;
        assert_eq!(raw.code(), code, "{name}");
        let said = raw.json()["detail"].as_str().unwrap_or_default().to_owned();
        assert!(said.contains(detail), "{name}: {said}");
        assert!(!said.contains("Sok Dara"), "{name}: {said}");
    }
    let other = send(&world, PAY, ("text/plain", whole.as_bytes()), None).await;
    assert_eq!(other.code(), "unsupported_media_type");
    let elsewhere = send(
        &world,
        ("POST", "/v1/quotes"),
        (XML, whole.as_bytes()),
        None,
    )
    .await;
    assert_eq!(elsewhere.code(), "unsupported_media_type");
    assert_eq!(world.state_hash().await, before);
    let request = payment_request(&quote);
    let paid = world
        .client("acleda")
        .pay(&request, Some(10))
        .await
        .unwrap();
    assert_eq!(
        paid.state,
        StateView::Completed,
        "the quote is as good as before"
    );
    world.stop().await;
}
