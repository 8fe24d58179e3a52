//! Results over HTTP, one after the other.

use serde_json::json;
use tokio::io::AsyncWriteExt;

use crate::house::{Answer, House, answer, settings, soon, until};

async fn streamed(house: &House, query: &str) -> Answer {
    let request = house.method("POST").header("accept", "text/event-stream");
    answer(request.json(&json!({ "query": query }))).await
}

#[tokio::test]
async fn a_subscription_is_events_and_then_complete() {
    let house = House::open().await;
    let answer = streamed(&house, "subscription { count(to: 2) }").await;
    assert_eq!(answer.header("content-type"), "text/event-stream; charset=utf-8");
    assert_eq!(answer.header("cache-control"), "no-store");
    let next = |n| format!("event: next\ndata: {{\"data\":{{\"count\":{n}}}}}\n\n");
    assert_eq!(answer.text, format!("{}{}event: complete\ndata:\n\n", next(1), next(2)));
}

#[tokio::test]
async fn errors_are_events_too() {
    let house = House::open().await;
    for query in
        ["{ nothing }", "subscription { nothing }", "{ panics }", "subscription { panics }"]
    {
        let answer = streamed(&house, query).await;
        assert_eq!(answer.status, 200);
        assert!(answer.text.contains("event: next\ndata: {\"errors\":[{"), "{}", answer.text);
        assert!(answer.text.ends_with("event: complete\ndata:\n\n"));
    }
}

#[tokio::test]
async fn whoever_is_not_let_in_is_told_in_plain_words() {
    let house = House::open().await;
    let request = house.method("POST").header("accept", "text/event-stream").bearer_auth("expired");
    let answer = answer(request.json(&json!({ "query": "{ total }" }))).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (401, "TOKEN_EXPIRED"));
}

#[tokio::test]
async fn a_subscription_needs_a_client_that_takes_a_stream_and_a_query_never_becomes_one() {
    let house = House::open().await;
    assert_eq!(house.ask("subscription { count(to: 1) }").await.code(), "NOT_ACCEPTABLE");
    let both =
        "application/graphql-response+json, application/json, text/event-stream, multipart/mixed";
    let asked = |query: &'static str| {
        answer(house.method("POST").header("accept", both).json(&json!({ "query": query })))
    };
    assert!(
        asked("{ total }")
            .await
            .header("content-type")
            .starts_with("application/graphql-response+json")
    );
    assert!(
        asked("subscription { count(to: 1) }")
            .await
            .header("content-type")
            .starts_with("text/event-stream")
    );
}

#[tokio::test]
async fn a_reader_who_goes_away_ends_the_subscription() {
    let house = House::open().await;
    let body = r#"{"query":"subscription { endless }"}"#;
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: x\r\naccept: text/event-stream\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut reader = house.raw().await;
    reader.write_all(head.as_bytes()).await.expect("written");
    until(&house.world.alive, 1).await;
    drop(reader);
    until(&house.world.alive, 0).await;
}

#[tokio::test]
async fn a_quiet_stream_is_kept_open_by_comments_and_ends_with_the_sign_in() {
    let house = House::with(settings(|settings| settings.sockets.ping_ms = 20)).await;
    let request = house.method("POST").header("accept", "text/event-stream").bearer_auth("short");
    let answer = answer(request.json(&json!({ "query": "subscription { endless }" }))).await;
    assert!(answer.text.contains("\n\n:\n\n"), "{}", answer.text);
    assert!(!answer.text.contains("complete"));
}

#[tokio::test]
async fn streams_are_counted() {
    let house = House::with(settings(|settings| settings.sockets.per_actor = 1)).await;
    let mut socket = house.socket(Some("ann")).await;
    let request = house.method("POST").header("accept", "text/event-stream").bearer_auth("ann");
    let refused = answer(request.json(&json!({ "query": "subscription { endless }" }))).await;
    assert_eq!((refused.status.as_u16(), refused.code().as_str()), (429, "TOO_MANY_CONNECTIONS"));
    soon(socket.0.close(None)).await.expect("closed");
}

#[tokio::test]
async fn apollo_gets_parts() {
    let house = House::open().await;
    let accept = "multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/graphql-response+json,application/json;q=0.9";
    let asked = |query: &'static str| {
        answer(house.method("POST").header("accept", accept).json(&json!({ "query": query })))
    };
    let count = asked("subscription { count(to: 1) }").await;
    assert_eq!(
        count.header("content-type"),
        "multipart/mixed;boundary=graphql;subscriptionSpec=1.0"
    );
    let part = "\r\n--graphql\r\ncontent-type: application/json\r\n\r\n{\"payload\":{\"data\":{\"count\":1}}}";
    assert_eq!(count.text, format!("{part}\r\n--graphql--\r\n"));
    let panicked = asked("subscription { panics }").await;
    assert!(panicked.text.contains("{\"payload\":null,\"errors\":[{"), "{}", panicked.text);
    assert_eq!(asked("{ total }").await.text, "{\"data\":{\"total\":0}}");
}
