//! Answers: bound to their request, and to nothing else.

use super::*;

pub(super) fn answer_to(request: &Sent, status: StatusCode, body: &[u8]) -> Answered {
    let mut answer = Answered {
        status,
        headers: HeaderMap::new(),
        body: body.to_vec(),
    };
    if !body.is_empty() {
        answer
            .headers
            .insert("content-type", "application/json".parse().unwrap());
    }
    let nonce = Nonce::from_random([4; 16]);
    let headers = sign_answer(&key(8), &answer.head(), body, &request.head(), NOW, &nonce);
    headers.unwrap().add_to(&mut answer.headers);
    answer
}

fn verified_answer(answer: &Answered, request: &Sent) -> Result<Verified, E> {
    verify_answer(&answer.head(), &answer.body, &request.head(), NOW, lookup)
}

#[test]
fn golden_answer() {
    let request = post();
    let answer = answer_to(&request, StatusCode::CREATED, br#"{"rate":"26.712"}"#);
    let message = Message::Answer(answer.head(), request.head());
    let golden = expect_file!["../../../golden/answer.txt"];
    check_golden(
        &message,
        "HTTP/1.1 201 Created",
        &answer.body,
        Tag::Answer,
        &golden,
    );
    let expected = Verified {
        kid: key(8).kid(),
        nonce: Nonce::from_random([4; 16]),
        created_s: NOW,
    };
    assert_eq!(verified_answer(&answer, &request), Ok(expected));

    let empty = answer_to(&request, StatusCode::NO_CONTENT, b"");
    assert!(verified_answer(&empty, &request).is_ok());
}

#[test]
fn an_answer_answers_its_request_only() {
    let request = post();
    let good = answer_to(&request, StatusCode::OK, BODY);
    assert!(verified_answer(&good, &request).is_ok());

    let check = |what: &str, change: &dyn Fn(&mut Answered, &mut Sent), expected: E| {
        let (mut answer, mut request) = (good.clone(), request.clone());
        change(&mut answer, &mut request);
        assert_eq!(verified_answer(&answer, &request), Err(expected), "{what}");
    };
    check("status", &|a, _| a.status = StatusCode::CREATED, E::Invalid);
    check("body", &|a, _| a.body[3] = b'x', E::DigestMismatch);
    check("body gone", &|a, _| a.body.clear(), E::ComponentsWrong);
    check(
        "request's method",
        &|_, r| r.method = Method::PUT,
        E::Invalid,
    );
    check(
        "request's path",
        &|_, r| r.uri = "/v1/x?dry=1".parse().unwrap(),
        E::Invalid,
    );
    check(
        "request's query",
        &|_, r| r.uri = "/v1/quotes".parse().unwrap(),
        E::Invalid,
    );
    check(
        "unsigned request",
        &|_, r| drop(r.headers.remove("signature")),
        E::Missing,
    );
    check(
        "unsigned answer",
        &|a, _| drop(a.headers.remove("signature")),
        E::Missing,
    );
    check(
        "request as answer",
        &|a, r| a.headers = r.headers.clone(),
        E::ComponentsWrong,
    );

    // The same request, sent once more under another nonce, is another request.
    let mut again = unsigned(Method::POST, "/v1/quotes?dry=1", BODY);
    let nonce = Nonce::from_random([5; 16]);
    let headers = sign_request(
        &key(7),
        &again.head(),
        BODY,
        Direction::Request,
        NOW,
        &nonce,
    );
    headers.unwrap().add_to(&mut again.headers);
    assert_eq!(verified_answer(&good, &again), Err(E::Invalid));
}
