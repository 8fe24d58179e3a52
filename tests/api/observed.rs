//! The program seen from outside: metrics and spans.

use std::sync::{Arc, Mutex};

use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use crate::support::{
    TestApp, app::Clock, books, client::operation, database, eventually, program::Program,
};

#[tokio::test]
async fn metrics_count_operations_by_the_names_of_the_contract() {
    let app = TestApp::start_with(&[("GUANJIA_METRICS_LISTEN", "127.0.0.1:0")]).await;
    books::found_company(&app.app).await;
    let steward = app.sign_in(books::STEWARD).await;
    steward.run("Worklist", json!({})).await;
    steward.post(json!({ "query": "query Mine13812340101 { viewer { name } }" })).await;
    let address = app.metrics_address.unwrap();
    let text =
        reqwest::get(format!("http://{address}/metrics")).await.unwrap().text().await.unwrap();
    for line in [
        "guanjia_operations_total{name=\"Worklist\"",
        "name=\"other\"",
        "guanjia_connections 0",
        "# EOF",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert!(!text.contains("13812340101"), "a name that a caller chose is no label");
}

/// A collector that takes whatever is posted; answers its address and what it was sent.
async fn collector() -> (String, Arc<Mutex<Vec<u8>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let received = Arc::new(Mutex::new(Vec::new()));
    let into = Arc::clone(&received);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let bytes = take_request(stream).await;
            into.lock().unwrap().extend(bytes);
        }
    });
    (address, received)
}

/// Reads one request to the end of its body and says thank you.
async fn take_request(mut stream: TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let mut some = [0; 4096];
        let read = stream.read(&mut some).await.unwrap_or(0);
        bytes.extend_from_slice(&some[..read]);
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        let length = text
            .split("content-length: ")
            .nth(1)
            .and_then(|rest| rest.lines().next()?.trim().parse::<usize>().ok());
        let head = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        if read == 0
            || head.zip(length).is_some_and(|(head, length)| bytes.len() >= head + 4 + length)
        {
            break;
        }
    }
    let _ = stream
        .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        .await;
    bytes
}

#[tokio::test]
async fn a_trace_goes_on_from_the_caller_to_the_collector_without_personal_data() {
    let (collector, received) = collector().await;
    let clock = Clock::new();
    let url = database::fresh(clock.folder()).await;
    let program = Program::serve_with(&url, &clock, &[("GUANJIA_OTLP_ENDPOINT", &collector)]).await;
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let input = json!({ "input": { "mobile": "13812340101", "password": "very secret" } });
    let request = reqwest::Client::new()
        .post(format!("http://{}/graphql", program.address))
        .header("traceparent", format!("00-{trace}-00f067aa0ba902b7-01"))
        .json(&json!({ "query": operation("SignIn"), "variables": input }));
    assert!(request.send().await.unwrap().status().is_success());
    assert_eq!(tokio::task::spawn_blocking(move || program.stop()).await.unwrap(), Some(0));
    let sent = eventually("the span", async || {
        let bytes = received.lock().unwrap().clone();
        Some(bytes).filter(|bytes| contains(bytes, b"graphql.operation"))
    });
    let sent = sent.await;
    let id: Vec<u8> =
        (0..16).map(|i| u8::from_str_radix(&trace[2 * i..2 * i + 2], 16).unwrap()).collect();
    assert!(contains(&sent, &id), "the span belongs to the caller's trace");
    assert!(!contains(&sent, b"13812340101") && !contains(&sent, b"very secret"));
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|some| some == part)
}

#[tokio::test]
async fn a_registered_operation_runs_by_its_id_and_an_unknown_one_is_named() {
    let app = TestApp::start_with(&[
        ("GUANJIA_FRONT__PERSISTED__ONLY", "true"),
        ("GUANJIA_FRONT__PERSISTED__DISABLED", "SignOut"),
    ])
    .await;
    books::found_company(&app.app).await;
    let client = app.client();
    let id = |text: &str| format!("sha256:{}", guanjia::kernel::tokens::print_of(text.as_bytes()));
    let viewer = client.post(json!({ "documentId": id(&operation("Viewer")) })).await;
    assert_eq!(viewer["data"]["viewer"], serde_json::Value::Null, "{viewer}");
    let unknown = client.post(json!({ "documentId": id("query Forged { viewer { id } }") })).await;
    assert_eq!(
        unknown["errors"][0]["extensions"]["code"], "PERSISTED_QUERY_NOT_FOUND",
        "{unknown}"
    );
    let off = client.post(json!({ "documentId": id(&operation("SignOut")) })).await;
    assert_eq!(off["errors"][0]["extensions"]["code"], "OPERATION_DISABLED", "{off}");
}
