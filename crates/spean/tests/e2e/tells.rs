//! Events and webhooks from the command line, as an engineer of a participant tries them first.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use serde_json::Value;

use crate::network::{Up, json, spean};

/// Reads one POST and answers it; gives the `webhook-id` and the body.
fn hear(listener: &TcpListener, answer: &str) -> (String, Value) {
    let (stream, _) = listener.accept().expect("the hub calls");
    let mut reader = BufReader::new(stream);
    let (mut id, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("a head");
        let line = line.trim_end().to_lowercase();
        if line.is_empty() {
            break;
        }
        match line.split_once(": ") {
            Some(("webhook-id", value)) => id = value.to_owned(),
            Some(("content-length", value)) => length = value.parse().expect("a number"),
            Some(_) | None => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    let mut stream: TcpStream = reader.into_inner();
    let head = format!("HTTP/1.1 {answer}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
    stream.write_all(head.as_bytes()).expect("the hub reads");
    (id, serde_json::from_slice(&body).expect("JSON"))
}

fn events(sandbox: &str, by: &str, after: &str) -> Vec<Value> {
    let words = [
        "events",
        "--by",
        by,
        "--after",
        after,
        "--json",
        "--sandbox",
        sandbox,
    ];
    let output = spean(&words);
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).expect("text");
    let lines = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"));
    lines.collect()
}

#[test]
fn events_are_read_replayed_to_a_webhook_and_its_log_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let up = Up::start(folder.path());
    let sandbox = up.sandbox_file();
    let all = events(&sandbox, "acleda", "0");
    let kinds: Vec<&str> = all.iter().filter_map(|one| one["type"].as_str()).collect();
    assert_eq!(kinds, ["payment.completed", "refund.completed"]);
    assert_eq!(events(&sandbox, "acleda", "1"), all[1..]);
    assert!(events(&sandbox, "house", "0").is_empty());
    let beyond = [
        "events",
        "--by",
        "fx2",
        "--after",
        "9",
        "--sandbox",
        &sandbox,
    ];
    assert_eq!(spean(&beyond).status.code(), Some(1));

    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/", listener.local_addr().expect("bound"));
    let webhook = |words: &[&str]| {
        let own = ["--by", "acleda", "--json", "--sandbox", sandbox.as_str()];
        json(&[&["webhook"], words, &own].concat())
    };
    let set = webhook(&["put", "paid", "--url", &url]);
    assert_eq!(
        (&set["state"], &set["told_position"]),
        (&"idle".into(), &2.into())
    );
    webhook(&["replay", "paid", "--from", "1", "--to", "2"]);
    let heard = [hear(&listener, "204 No Content"), hear(&listener, "200 OK")];
    for ((_, body), event) in heard.iter().zip(&all) {
        assert_eq!(
            (&body["data"], &body["is_replay"]),
            (&event["data"], &true.into())
        );
    }
    assert_ne!(heard[0].0, heard[1].0);
    let log = loop {
        let log = webhook(&["deliveries", "paid"]);
        if log["deliveries"]
            .as_array()
            .is_some_and(|all| all.len() == 2)
        {
            break log;
        }
    };
    assert_eq!(log["deliveries"][0]["webhook_id"], heard[1].0.as_str());
    assert_eq!(log["deliveries"][0]["is_delivered"], true);
    assert_eq!(webhook(&["dead-letters", "paid"])["total"], 0);
    assert_eq!(webhook(&["delete", "paid"])["id"], "paid");
    assert_eq!(webhook(&["list"])["webhooks"], Value::Array(Vec::new()));
    let gone = [
        "webhook",
        "show",
        "paid",
        "--by",
        "acleda",
        "--sandbox",
        &sandbox,
    ];
    assert_eq!(spean(&gone).status.code(), Some(1));
}
