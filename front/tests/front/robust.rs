//! Clients that go away, and a server that does.

use std::sync::atomic::Ordering;

use serde_json::json;
use tokio::io::AsyncWriteExt;

use crate::{
    house::{House, Plan, answer, code, settings, soon, until},
    persisted::{manifest, sent},
};

fn posted(query: &str) -> Vec<u8> {
    let body = json!({ "query": query }).to_string();
    let head =
        "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length:";
    format!("{head} {}\r\n\r\n{body}", body.len()).into_bytes()
}

#[tokio::test]
async fn a_client_that_goes_away_does_not_stop_its_mutation() {
    let house = House::open().await;
    let mut client = house.raw().await;
    client.write_all(&posted("mutation { addLater(by: 3) }")).await.expect("written");
    until(&house.world.waiting, 1).await;
    drop(client);
    let mut socket = house.socket(None).await;
    socket.subscribe("1", "mutation { addLater(by: 4) }").await;
    until(&house.world.waiting, 2).await;
    drop(socket);
    // Nothing tells that the server has noticed; its next request is served after it could have.
    assert_eq!(house.ask("{ total }").await.data()["total"], 0);
    house.world.latch.add_permits(2);
    house.tasks.close();
    soon(house.tasks.wait()).await;
    assert_eq!(house.world.total.load(Ordering::SeqCst), 7);
}

#[tokio::test]
async fn a_mutation_that_takes_long_is_not_cut() {
    let house = House::with(settings(|settings| settings.mutation_ms = 30)).await;
    let answer = house.ask("mutation { addLater(by: 3) }").await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (504, "TIMEOUT"));
    house.world.latch.add_permits(1);
    house.tasks.close();
    soon(house.tasks.wait()).await;
    assert_eq!(house.world.total.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_server_that_stops_lets_what_runs_end_and_closes_sockets_with_1012() {
    let house = House::open().await;
    let mut idle = house.socket(None).await;
    let mut listening = house.socket(None).await;
    listening.subscribe("1", "subscription { endless }").await;
    assert_eq!(listening.hear().await["type"], "next");
    let mut busy = house.socket(None).await;
    busy.subscribe("1", "mutation { addLater(by: 3) }").await;
    until(&house.world.waiting, 1).await;
    house.shutdown.cancel();
    assert_eq!(idle.close().await, (1012, "Service restart".to_owned()));
    assert_eq!(listening.close().await.0, 1012);
    house.world.latch.add_permits(1);
    assert_eq!(busy.hear().await["payload"]["data"]["addLater"], 3);
    assert_eq!(busy.hear().await["type"], "complete");
    assert_eq!(busy.close().await.0, 1012);
    house.tasks.close();
    soon(house.tasks.wait()).await;
    soon(house.serving).await.expect("served to the end");
}

#[tokio::test]
async fn a_server_that_stops_does_not_wait_for_ever() {
    let house = House::with(settings(|settings| settings.sockets.drain_ms = 30)).await;
    let mut busy = house.socket(None).await;
    busy.subscribe("1", "{ waits }").await;
    until(&house.world.waiting, 1).await;
    house.shutdown.cancel();
    assert_eq!(busy.close().await.0, 1012);
}

#[tokio::test]
async fn sockets_are_counted_by_actor_and_by_address_and_given_back() {
    let house = House::with(settings(|settings| {
        settings.sockets.per_actor = 1;
        settings.sockets.per_address = 3;
    }))
    .await;
    let mut ann = house.socket(Some("ann")).await;
    let _bob = house.socket(Some("bob")).await;
    let mut second = house.knock().await;
    second.say(&json!({ "type": "connection_init", "payload": { "token": "ann" } })).await;
    assert_eq!(second.close().await, (1013, "TOO_MANY_CONNECTIONS".to_owned()));
    let _third = house.knock().await;
    let fourth = house.knock_with(Some("graphql-transport-ws"), None).await;
    assert!(fourth.is_err_and(|error| error.contains("429")));
    until(&house.meter.connections, 3).await;
    soon(ann.0.close(None)).await.expect("closed");
    until(&house.meter.connections, 2).await;
    house.socket(Some("ann")).await;
}

#[tokio::test]
async fn operations_on_one_socket_are_counted() {
    let house = House::with(settings(|settings| settings.sockets.operations = 2)).await;
    let mut socket = house.socket(None).await;
    for id in ["1", "2"] {
        socket.subscribe(id, "subscription { endless }").await;
        assert_eq!(socket.hear().await["type"], "next");
    }
    socket.subscribe("3", "{ total }").await;
    assert_eq!(code(&socket.hear().await["payload"][0]), "TOO_MANY_CONNECTIONS");
    socket.say(&json!({ "type": "complete", "id": "1" })).await;
    socket.subscribe("3", "{ total }").await;
    assert_eq!(socket.hear().await["type"], "next");
}

#[tokio::test]
async fn cost_is_counted_by_actor() {
    let house = House::with(settings(|settings| settings.limits.cost_per_minute = 7)).await;
    let ask = |token: &'static str| {
        answer(house.request().bearer_auth(token).json(&json!({ "query": "{ human { number } }" })))
    };
    assert_eq!(ask("ann").await.status, 200);
    assert_eq!(ask("ann").await.status, 200);
    assert_eq!(ask("ann").await.status, 200);
    let spent = ask("ann").await;
    assert_eq!((spent.status.as_u16(), spent.code().as_str()), (429, "RATE_LIMITED"));
    let seconds: u64 = spent.header("retry-after").parse().expect("seconds");
    assert!((1..=60).contains(&seconds));
    assert_eq!(ask("bob").await.status, 200);
}

#[tokio::test]
async fn a_document_that_is_refused_is_not_free() {
    let house = House::with(settings(|settings| settings.limits.cost_per_minute = 30)).await;
    let long = format!("{{ {} }}", "nothing ".repeat(250));
    assert_eq!(house.ask(&long).await.code(), "QUERY_TOO_COMPLEX");
    assert_eq!(house.ask(&long).await.code(), "RATE_LIMITED");
}

#[tokio::test]
async fn a_gate_that_does_not_answer_is_not_waited_for() {
    let house = House::with(settings(|settings| settings.gate_ms = 30)).await;
    let request = house.request().bearer_auth("hangs").json(&json!({ "query": "{ total }" }));
    let refused = answer(request).await;
    assert_eq!((refused.status.as_u16(), refused.code().as_str()), (503, "UNAVAILABLE"));
    let mut socket = house.knock().await;
    socket.say(&json!({ "type": "connection_init", "payload": { "token": "hangs" } })).await;
    assert_eq!(socket.close().await, (1013, "UNAVAILABLE".to_owned()));
}

#[tokio::test]
async fn everything_is_counted_under_names_that_we_chose() {
    let impatient = settings(|settings| settings.query_ms = 100);
    let plan = Plan { manifest: Some(manifest()), ..impatient };
    let house = House::with(plan).await;
    answer(sent(&house, "Total")).await;
    house.ask("query Secret13800000000 { human { number } }").await;
    house.ask("{ nothing }").await;
    house.ask("{ panics }").await;
    house.ask("{ waits }").await;
    let mut socket = house.socket(None).await;
    socket.subscribe("1", "subscription { count(to: 1) }").await;
    assert_eq!(socket.hear().await["type"], "next");
    assert_eq!(socket.hear().await["type"], "complete");
    let lines = house.meter.lines.lock().expect("no test panics here").clone();
    let expected = [
        "Total query http OK 0",
        "other query http OK 1",
        "refused http GRAPHQL_VALIDATION_FAILED",
        "other query http INTERNAL 0",
        "other query http CANCELLED 0",
        "other subscription ws OK 0",
    ];
    assert_eq!(lines, expected);
}
