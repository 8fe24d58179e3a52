//! Every code of the list reaches a caller.

use std::collections::HashSet;

use guanjia_front::{Code, Introspection, Settings};
use serde_json::json;

use crate::{
    house::{House, Plan, answer, code, settings},
    persisted::{manifest, sent},
};

/// What was seen of the front's codes.
#[derive(Default)]
struct Seen(HashSet<String>);

impl Seen {
    fn note(&mut self, code: String) {
        self.0.insert(code);
    }
}

async fn over_http(seen: &mut Seen) {
    let house = House::open().await;
    seen.note(answer(house.method("PUT")).await.code());
    let page = house.method("POST").header("accept", "text/html");
    seen.note(answer(page.json(&json!({ "query": "{total}" }))).await.code());
    seen.note(answer(house.request().body("x")).await.code());
    for body in ["{", r#"{"query":"{"}"#, r#"{"query":"{nothing}"}"#] {
        let request = house.request().header("content-type", "application/json");
        seen.note(answer(request.body(body)).await.code());
    }
    let named = json!({ "query": "query A { total }", "operationName": "B" });
    seen.note(answer(house.request().json(&named)).await.code());
    let wrong = json!({ "query": "query ($a: Int!) { double(number: $a) }" });
    seen.note(answer(house.request().json(&wrong)).await.code());
    seen.note(house.ask(&format!("{{ {} }}", "hello ".repeat(5001))).await.code());
    seen.note(house.ask("{ panics }").await.code());
    seen.note(answer(house.request().json(&json!({ "documentId": "x" }))).await.code());
    let origin =
        house.method("GET").header("upgrade", "websocket").header("origin", "https://evil.example");
    seen.note(answer(origin).await.code());
    seen.note(
        answer(house.request().bearer_auth("down").json(&json!({ "query": "{total}" })))
            .await
            .code(),
    );
}

async fn by_settings(seen: &mut Seen) {
    let plan = settings(|settings| {
        settings.introspection = Introspection::Off;
        settings.body_bytes = 2000;
        settings.body_ms = 50;
        settings.query_ms = 50;
        settings.limits.errors = 1;
        settings.limits.cost_per_minute = 10;
        settings.sockets.per_address = 0;
    });
    let house = House::with(plan).await;
    seen.note(house.ask("{ __schema { queryType { name } } }").await.code());
    seen.note(house.ask(&"x".repeat(3000)).await.code());
    let unfinished = format!(
        "POST /graphql HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: 9\r\nconnection: close\r\n\r\n{{",
        house.address
    );
    let late = house.exchange(unfinished.as_bytes()).await;
    let body = late.split("\r\n\r\n").nth(1).unwrap_or_default();
    let late: serde_json::Value = serde_json::from_str(body).expect("JSON");
    seen.note(code(&late["errors"][0]));
    seen.note(house.ask("{ waits }").await.code());
    let many = house.ask("{ a: fails b: fails c: fails }").await;
    seen.note(code(&many.json()["errors"][1]));
    let stream = house.method("POST").header("accept", "text/event-stream");
    seen.note(answer(stream.json(&json!({ "query": "{total}" }))).await.code());
    for _ in 0..10 {
        seen.note(house.ask("{ total }").await.code());
    }
}

async fn by_switches(seen: &mut Seen) {
    let mut persisted = Settings::default().persisted;
    persisted.only = true;
    persisted.disabled = vec!["Off".to_owned()];
    persisted.lowest_versions.insert("phone".to_owned(), "2.0".to_owned());
    let plan = settings(|settings| settings.persisted = persisted);
    let house = House::with(Plan { manifest: Some(manifest()), ..plan }).await;
    seen.note(house.ask("{ total }").await.code());
    seen.note(answer(sent(&house, "Off")).await.code());
    let old = sent(&house, "Total").header("apollographql-client-name", "phone");
    seen.note(answer(old.header("apollographql-client-version", "1.9")).await.code());
}

#[tokio::test]
async fn every_code_of_the_list_reaches_a_caller() {
    let mut seen = Seen::default();
    over_http(&mut seen).await;
    by_settings(&mut seen).await;
    by_switches(&mut seen).await;
    let missing: Vec<_> =
        Code::ALL.into_iter().filter(|code| !seen.0.contains(code.as_str())).collect();
    assert_eq!(missing, []);
}
