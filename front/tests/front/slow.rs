//! Whoever is slow, on purpose or not, holds nobody up.

use futures_util::StreamExt;
use guanjia_front::Listening;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::house::{House, Plan, settings, soon, until};

fn impatient() -> Plan {
    let listening = Listening { header_ms: 50, ..Listening::default() };
    Plan { listening, ..settings(|settings| settings.body_ms = 50) }
}

#[tokio::test]
async fn a_head_that_does_not_end_is_cut_off() {
    let house = House::with(impatient()).await;
    for beginning in ["", "P", "POST /graphql HTTP/1.1\r\nhost: x\r\nx-slow: "] {
        let answer = house.exchange(beginning.as_bytes()).await;
        assert!(!answer.contains("200 OK"), "{answer}");
    }
}

#[tokio::test]
async fn a_body_that_does_not_come_is_refused() {
    let house = House::with(impatient()).await;
    let head = "POST /graphql HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{\"query\"";
    let answer = house.exchange(head.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
}

#[tokio::test]
async fn a_body_that_is_too_long_is_refused_before_it_is_read() {
    let house = House::open().await;
    let head = |length: &str| {
        format!(
            "POST /graphql HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n{length}\r\n\r\n"
        )
    };
    let told = house.exchange(head("content-length: 10485760").as_bytes()).await;
    assert!(told.starts_with("HTTP/1.1 413"), "{told}");
    let chunk = format!("40001\r\n{}\r\n", "x".repeat(0x40001));
    let untold = house.exchange((head("transfer-encoding: chunked") + &chunk).as_bytes()).await;
    assert!(untold.starts_with("HTTP/1.1 413"), "{untold}");
}

#[tokio::test]
async fn a_head_that_is_too_long_is_refused() {
    let house = House::open().await;
    let head = format!("GET /graphql HTTP/1.1\r\nhost: x\r\nx-long: {}", "x".repeat(70_000));
    let answer = house.exchange(head.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
}

#[tokio::test]
async fn a_reader_who_does_not_read_is_cut_off() {
    let house = House::with(settings(|settings| settings.sockets.write_ms = 50)).await;
    let mut socket = house.socket(None).await;
    socket.subscribe("1", "subscription { flood }").await;
    until(&house.world.alive, 1).await;
    // From here on nothing is read; the buffers of the operating system fill up, then the server
    // gives up.
    until(&house.world.alive, 0).await;
    assert_eq!(house.ask("{ total }").await.status, 200);
}

#[tokio::test]
async fn a_stream_that_is_not_read_is_cut_off() {
    let house = House::with(settings(|settings| settings.sockets.write_ms = 50)).await;
    let body = r#"{"query":"subscription { flood }"}"#;
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: x\r\naccept: text/event-stream\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut reader = house.raw().await;
    reader.write_all(head.as_bytes()).await.expect("written");
    until(&house.world.alive, 1).await;
    until(&house.world.alive, 0).await;
    let mut some = [0; 16];
    soon(reader.read_exact(&mut some)).await.expect("what was sent before");
}

#[tokio::test]
async fn a_client_that_answers_no_ping_is_gone() {
    let house = House::with(settings(|settings| settings.sockets.ping_ms = 40)).await;
    let mut socket = house.socket(None).await;
    socket.subscribe("1", "subscription { endless }").await;
    until(&house.world.alive, 1).await;
    // The client library answers pings only while it is read.
    until(&house.world.alive, 0).await;
    let mut alive = house.socket(None).await;
    alive.subscribe("1", "subscription { endless }").await;
    let mut pings = 0;
    while pings < 3 {
        let message = soon(alive.0.next()).await.expect("open").expect("a message");
        pings += u32::from(message.is_ping());
    }
    until(&house.world.alive, 1).await;
}
