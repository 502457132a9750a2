//! One HTTP request without a client library's patience: a process that is gone says so at once.

use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Longer than any control endpoint takes.
const DEADLINE: Duration = Duration::from_secs(20);

/// `None` when nobody is there or the connection broke off.
pub(crate) async fn call(port: u16, method: &str, path: &str, body: &Value) -> Option<Value> {
    tokio::time::timeout(DEADLINE, exchange(port, method, path, body))
        .await
        .unwrap_or_else(|_late| panic!("{method} {path} on {port} takes too long"))
}

async fn exchange(port: u16, method: &str, path: &str, body: &Value) -> Option<Value> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
    let body = if method == "GET" {
        String::new()
    } else {
        body.to_string()
    };
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    assert!(
        head.starts_with("HTTP/1.1 200"),
        "{method} {path} on {port}: {answer}"
    );
    serde_json::from_str(body).ok()
}
