//! GraphQL over HTTP: what the public audits do not ask.

use std::sync::atomic::Ordering;

use serde_json::json;

use crate::house::{House, answer, settings};

#[tokio::test]
async fn a_mutation_by_get_is_refused_and_does_nothing() {
    let house = House::open().await;
    let answer = answer(house.get(&[("query", "mutation { add(by: 1) }")])).await;
    assert_eq!(answer.status, 405);
    assert_eq!(answer.header("allow"), "POST");
    assert_eq!(answer.code(), "METHOD_NOT_ALLOWED");
    assert_eq!(answer.header("content-type"), "application/json; charset=utf-8");
    assert_eq!(house.world.total.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn other_methods_are_told_which_there_are() {
    let house = House::open().await;
    for method in ["PUT", "DELETE", "PATCH", "OPTIONS"] {
        let answer = answer(house.method(method)).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("allow")),
            (405, "GET, POST"),
            "{method}"
        );
    }
}

#[tokio::test]
async fn only_plain_json_is_read() {
    let house = House::open().await;
    let body = r#"{"query":"mutation { add(by: 1) }"}"#;
    for kind in [
        Some("text/plain"),
        Some("application/x-www-form-urlencoded"),
        Some("multipart/form-data; boundary=x"),
        Some("application/json; charset=utf-16"),
        Some("application/graphql"),
        None,
    ] {
        let mut request = house.request().body(body);
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        let answer = answer(request).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (415, "UNSUPPORTED_MEDIA_TYPE")
        );
    }
    let zipped =
        house.request().header("content-encoding", "gzip").json(&json!({"query": "{total}"}));
    assert_eq!(answer(zipped).await.status, 415);
    assert_eq!(house.world.total.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn charset_may_be_named_in_any_way_that_means_utf8() {
    let house = House::open().await;
    for kind in ["application/json;charset=\"UTF-8\"", "Application/JSON; charset=utf-8"] {
        let request = house.request().header("content-type", kind).body(r#"{"query":"{total}"}"#);
        assert_eq!(answer(request).await.status, 200, "{kind}");
    }
}

#[tokio::test]
async fn bad_requests_are_refused_without_data() {
    let house = House::open().await;
    for body in [
        "",
        "{",
        "null",
        "[]",
        r#"[{"query":"{total}"},{"query":"{total}"}]"#,
        r#"{"query":"{total}","query":"{hello}"}"#,
        r#"{"query":"{total}","variables":{"a":1,"a":2}}"#,
        r#"{"query":"{total}","variables":"{}"}"#,
        r#"{"query":"{total}","variables":{"a":"\u0000"}}"#,
        r#"{"query":"{total}","variables":{"a":1e999}}"#,
        r#"{"query":"{total}","operationName":1}"#,
        r#"{"query":"{total}","extensions":[]}"#,
        r#"{"query":"{total}","documentId":"x"}"#,
        r#"{"operationName":"A"}"#,
    ] {
        let request = house.request().header("content-type", "application/json").body(body);
        let answer = answer(request).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (400, "BAD_REQUEST"),
            "{body}"
        );
        assert!(!answer.has_data());
    }
}

#[tokio::test]
async fn keys_come_back_in_the_order_of_the_selection() {
    let house = House::open().await;
    let answer = house.ask("{ total b: hello a: hello human { number friend { number } } }").await;
    let expected = r#"{"data":{"total":0,"b":"Hello world","a":"Hello world","human":{"number":1,"friend":{"number":2}}}}"#;
    assert_eq!(answer.text, expected);
}

#[tokio::test]
async fn an_error_nulls_its_field_or_the_nearest_parent_that_may_be_null() {
    let house = House::open().await;
    let maybe = house.ask("{ human { number maybe } }").await;
    assert_eq!(maybe.data(), json!({ "human": { "number": 1, "maybe": null } }));
    assert_eq!(maybe.json()["errors"][0]["path"], json!(["human", "maybe"]));
    let failing = house.ask("{ total human { failing } }").await;
    assert_eq!(failing.data(), json!({ "total": 0, "human": null }));
    assert_eq!(failing.json()["errors"][0]["path"], json!(["human", "failing"]));
    let inside = house.ask("{ human { friends(first: 1) { friend { failing } } } }").await;
    assert_eq!(inside.data(), json!({ "human": null }));
    let path = json!(["human", "friends", 0, "friend", "failing"]);
    assert_eq!(inside.json()["errors"][0]["path"], path);
    let spread = "{ human { ...F } } fragment F on Human { friends(first: 1) { x: friend { ...G } } } fragment G on Human { y: failing }";
    let path = json!(["human", "friends", 0, "x", "y"]);
    assert_eq!(house.ask(spread).await.json()["errors"][0]["path"], path);
}

#[tokio::test]
async fn a_plain_json_client_gets_200_for_what_graphql_refuses() {
    let house = House::open().await;
    let request = house.method("POST").header("accept", "application/json");
    let answer = answer(request.json(&json!({ "query": "{ nothing }" }))).await;
    assert_eq!((answer.status.as_u16(), answer.has_data()), (200, false));
    assert_eq!(house.ask("{ nothing }").await.status, 400);
}

#[tokio::test]
async fn the_newer_draft_is_a_switch() {
    let house = House::with(settings(|settings| settings.draft_statuses = true)).await;
    assert_eq!(house.ask("{ nothing }").await.status, 422);
    assert_eq!(house.ask("{").await.status, 400);
    assert_eq!(house.ask("{ human { maybe } }").await.status.as_u16(), 294);
    assert_eq!(house.ask("{ total }").await.status, 200);
}

#[tokio::test]
async fn a_get_can_be_asked_again_by_its_tag() {
    let house = House::open().await;
    let query = [("query", "query ($a: Int) { echo(number: $a) }"), ("variables", "{\"a\":7}")];
    let first = answer(house.get(&query)).await;
    assert_eq!(first.data(), json!({ "echo": "Some(7) None None None None" }));
    assert_eq!(first.header("cache-control"), "private, no-cache");
    assert!(first.header("vary").contains("authorization"));
    let again = answer(house.get(&query).header("if-none-match", first.header("etag"))).await;
    assert_eq!((again.status.as_u16(), again.text.as_str()), (304, ""));
    let other =
        answer(house.get(&[("query", "{ hello }")]).header("if-none-match", first.header("etag")))
            .await;
    assert_eq!(other.status, 200);
    assert_eq!(house.ask("{ hello }").await.header("cache-control"), "no-store");
}

#[tokio::test]
async fn errors_speak_the_callers_language() {
    let house = House::open().await;
    let asked = |language: &'static str| {
        answer(
            house
                .request()
                .header("accept-language", language)
                .json(&json!({ "query": "{ fails }" })),
        )
    };
    let english = asked("en-GB, zh;q=0.5").await;
    assert_eq!(english.json()["errors"][0]["message"], "Something went wrong");
    assert_eq!(asked("fr").await.json()["errors"][0]["message"], "服务器内部错误");
}

#[tokio::test]
async fn a_request_keeps_its_id_and_its_trace() {
    let house = House::open().await;
    let trace = "0af7651916cd43dd8448eb211c80319c";
    let request = house.request().header("x-request-id", "phone-42").bearer_auth("ann");
    let request = request.header("traceparent", format!("00-{trace}-b7ad6b7169203331-01"));
    let known = answer(request.json(&json!({ "query": "{ whoami }" }))).await;
    assert_eq!(known.header("x-request-id"), "phone-42");
    assert!(known.header("traceparent").starts_with(&format!("00-{trace}-")));
    assert_eq!(known.data(), json!({ "whoami": ["ann", "phone-42"] }));
    let forged = house.request().header("x-request-id", "a b\"");
    let fresh = answer(forged.json(&json!({ "query": "{ fails }" }))).await;
    assert_eq!(fresh.header("x-request-id").len(), 32);
    assert_eq!(fresh.json()["errors"][0]["extensions"]["requestId"], fresh.header("x-request-id"));
}

#[tokio::test]
async fn nothing_internal_leaves() {
    let house = House::open().await;
    let masked = house.ask("{ fails }").await;
    assert_eq!((masked.code().as_str(), masked.text.contains("secret")), ("INTERNAL", false));
    assert_eq!(house.ask("{ failsWithCode }").await.code(), "TEAPOT");
    let panicked = house.ask("{ panics }").await;
    assert_eq!((panicked.status.as_u16(), panicked.code().as_str()), (500, "INTERNAL"));
    assert!(!panicked.text.contains("secret"));
    assert_eq!(house.ask("{ total }").await.status, 200);
}
