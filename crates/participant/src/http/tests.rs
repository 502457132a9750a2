//! What is known after a call that went wrong: nothing, unless the other side said it.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use super::*;

fn key(seed: u8) -> Arc<SigningKey> {
    Arc::new(SigningKey::from_seed(&[seed; 32]).unwrap())
}

fn client() -> SignedClient {
    SignedClient::new(key(1), Direction::Request, Clock::manual(1_795_392_000_000))
}

fn call(url: &str, deadline: Duration) -> Call {
    let (method, body) = (Method::POST, Some(b"{}".to_vec()));
    Call {
        method,
        uri: url.parse().unwrap(),
        body,
        prefer_wait_s: Some(3),
        deadline,
    }
}

/// Answers one connection with fixed bytes and gives back what it heard.
fn answering(bytes: Vec<u8>) -> (String, std::thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1/payments", listener.local_addr().unwrap());
    let heard = std::thread::spawn(move || {
        let (mut stream, _from) = listener.accept().unwrap();
        let mut heard = Vec::new();
        while !heard.ends_with(b"\r\n\r\n{}") {
            let mut chunk = [0; 1_024];
            let read = stream.read(&mut chunk).unwrap();
            heard.extend_from_slice(&chunk[..read]);
        }
        // The client may hang up on a flood before it is all written.
        drop(stream.write_all(&bytes));
        String::from_utf8(heard).unwrap()
    });
    (url, heard)
}

#[tokio::test]
async fn an_unsigned_answer_is_no_answer_whatever_it_claims() {
    let page = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
    let (url, heard) = answering(page.as_bytes().to_vec());
    let call = call(&url, Duration::from_secs(5));
    let error = client()
        .call(call, |_kid| Some(key(1).public()))
        .await
        .unwrap_err();
    assert!(
        matches!(error, CallError::Untrusted { claim: None, .. }),
        "{error}"
    );
    let heard = heard.join().unwrap().to_lowercase();
    for part in [
        "post /v1/payments http/1.1",
        "prefer: wait=3",
        "signature: spean=:",
    ] {
        assert!(heard.contains(part), "{part}");
    }
}

#[tokio::test]
async fn a_flood_of_an_answer_is_cut_off() {
    let size = limits::ANSWER_BYTES_MAX + 1;
    let mut page = format!("HTTP/1.1 200 OK\r\ncontent-length: {size}\r\n\r\n").into_bytes();
    page.resize(page.len() + size, b' ');
    let (url, heard) = answering(page);
    let call = call(&url, Duration::from_secs(5));
    let error = client().call(call, |_kid| None).await.unwrap_err();
    assert!(matches!(error, CallError::TooLarge), "{error}");
    heard.join().unwrap();
}

#[tokio::test]
async fn silence_and_absence_are_told_apart_and_neither_is_an_outcome() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", silent.local_addr().unwrap());
    let late = client()
        .call(call(&url, Duration::from_millis(20)), |_kid| None)
        .await;
    assert!(matches!(late, Err(CallError::Deadline)));
    drop(silent);
    let gone = client()
        .call(call(&url, Duration::from_secs(5)), |_kid| None)
        .await
        .unwrap_err();
    assert!(
        matches!(gone, CallError::Unreachable(_)) && gone.problem().is_none(),
        "{gone}"
    );
}
