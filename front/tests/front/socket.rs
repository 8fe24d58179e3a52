//! graphql-transport-ws, message by message.

use serde_json::json;

use crate::house::{House, code, settings, until};

#[tokio::test]
async fn a_query_is_one_result_and_complete() {
    let house = House::open().await;
    let mut socket = house.socket(Some("ann")).await;
    socket.subscribe("q", "{ hello }").await;
    let next =
        json!({ "id": "q", "type": "next", "payload": { "data": { "hello": "Hello world" } } });
    assert_eq!(socket.hear().await, next);
    assert_eq!(socket.hear().await, json!({ "id": "q", "type": "complete" }));
    socket.subscribe("q", "mutation { add(by: 2) }").await;
    assert_eq!(socket.hear().await["payload"]["data"]["add"], 2);
}

#[tokio::test]
async fn operations_share_what_the_gate_said() {
    let house = House::open().await;
    let mut socket = house.socket(Some("ann")).await;
    for id in ["1", "2"] {
        socket.subscribe(id, "{ whoami }").await;
        assert_eq!(socket.hear().await["payload"]["data"]["whoami"][0], "ann");
        assert_eq!(socket.hear().await["type"], "complete");
    }
    assert_eq!(house.world.knocks.load(std::sync::atomic::Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_subscription_gives_all_its_values_in_order() {
    let house = House::open().await;
    let mut socket = house.socket(None).await;
    socket.subscribe("s", "subscription { count(to: 100) }").await;
    for n in 1..=100 {
        assert_eq!(socket.hear().await["payload"]["data"]["count"], n);
    }
    assert_eq!(socket.hear().await, json!({ "id": "s", "type": "complete" }));
}

#[tokio::test]
async fn whatever_breaks_the_rules_closes_with_4400() {
    let house = House::open().await;
    for bad in [
        "",
        "[]",
        r#"{"type":"start"}"#,
        r#"{"type":"subscribe","id":1,"payload":{}}"#,
        r#"{"type":"ping","type":"ping"}"#,
    ] {
        let mut socket = house.socket(None).await;
        socket.say_text(bad).await;
        let (code, reason) = socket.close().await;
        assert_eq!(code, 4400, "{bad}");
        assert!(reason.starts_with("Invalid message"), "{reason}");
    }
}

#[tokio::test]
async fn a_long_id_still_fits_the_close_frame() {
    let house = House::open().await;
    let mut socket = house.socket(None).await;
    let id = "号".repeat(200);
    socket.subscribe(&id, "subscription { endless }").await;
    assert_eq!(socket.hear().await["type"], "next");
    socket.subscribe(&id, "subscription { endless }").await;
    let (code, reason) = socket.close().await;
    assert_eq!((code, reason.starts_with("Subscriber for 号")), (4409, true));
}

#[tokio::test]
async fn subscribe_before_the_acknowledgement_closes_with_4401() {
    let house = House::open().await;
    let mut socket = house.knock().await;
    socket.subscribe("1", "{ total }").await;
    assert_eq!(socket.close().await, (4401, "Unauthorized".to_owned()));
}

#[tokio::test]
async fn a_refusal_of_the_gate_closes_with_its_code() {
    let house = House::open().await;
    for (token, expected) in [("expired", (4403, "TOKEN_EXPIRED")), ("down", (1013, "UNAVAILABLE"))]
    {
        for key in ["authorization", "Authorization", "token"] {
            let mut socket = house.knock().await;
            socket.say(&json!({ "type": "connection_init", "payload": { key: format!("Bearer {token}") } })).await;
            assert_eq!(socket.close().await, (expected.0, expected.1.to_owned()));
        }
    }
}

#[tokio::test]
async fn only_our_subprotocol_is_spoken() {
    let house = House::open().await;
    for offer in [None, Some("graphql-ws")] {
        match house.knock_with(offer, None).await {
            Ok(mut socket) => assert_eq!(socket.close().await.0, 4406),
            // The client library itself gives up when its subprotocol is not taken.
            Err(error) => assert!(error.to_lowercase().contains("subprotocol"), "{error}"),
        }
    }
    let mut both =
        house.knock_with(Some("graphql-ws, graphql-transport-ws"), None).await.expect("a socket");
    both.say(&json!({ "type": "connection_init" })).await;
    assert_eq!(both.hear().await["type"], "connection_ack");
}

#[tokio::test]
async fn a_foreign_origin_opens_no_socket() {
    let plan =
        settings(|settings| settings.sockets.origins = vec!["https://console.example".to_owned()]);
    let house = House::with(plan).await;
    let protocol = Some("graphql-transport-ws");
    let refused = house.knock_with(protocol, Some("https://evil.example")).await;
    assert!(refused.is_err_and(|error| error.contains("403")));
    assert!(house.knock_with(protocol, Some("https://console.example")).await.is_ok());
}

#[tokio::test]
async fn no_init_in_time_closes_with_4408() {
    let house = House::with(settings(|settings| settings.sockets.init_ms = 30)).await;
    let mut socket = house.knock().await;
    assert_eq!(socket.close().await.0, 4408);
}

#[tokio::test]
async fn a_second_init_closes_with_4429() {
    let house = House::open().await;
    let mut socket = house.socket(None).await;
    socket.say(&json!({ "type": "connection_init" })).await;
    assert_eq!(socket.close().await.0, 4429);
}

#[tokio::test]
async fn an_id_in_use_closes_with_4409_and_ends_what_ran() {
    let house = House::open().await;
    let mut socket = house.socket(None).await;
    socket.subscribe("1", "subscription { endless }").await;
    until(&house.world.alive, 1).await;
    socket.subscribe("1", "{ total }").await;
    assert_eq!(socket.close().await, (4409, "Subscriber for 1 already exists".to_owned()));
    until(&house.world.alive, 0).await;
}

#[tokio::test]
async fn complete_stops_an_operation_and_frees_its_id() {
    let house = House::open().await;
    let mut socket = house.socket(None).await;
    socket.subscribe("1", "subscription { endless }").await;
    assert_eq!(socket.hear().await["payload"]["data"]["endless"], 0);
    socket.say(&json!({ "type": "complete", "id": "1" })).await;
    until(&house.world.alive, 0).await;
    socket.say(&json!({ "type": "complete", "id": "never heard of" })).await;
    socket.subscribe("1", "{ total }").await;
    assert_eq!(socket.hear().await["payload"]["data"]["total"], 0);
}

#[tokio::test]
async fn a_result_that_comes_after_complete_is_not_sent() {
    let house = House::open().await;
    let mut socket = house.socket(None).await;
    socket.subscribe("1", "mutation { addLater(by: 5) }").await;
    until(&house.world.waiting, 1).await;
    socket.say(&json!({ "type": "complete", "id": "1" })).await;
    // The answer to a ping shows that the server has heard the message before it.
    socket.say(&json!({ "type": "ping" })).await;
    assert_eq!(socket.hear().await, json!({ "type": "pong" }));
    house.world.latch.add_permits(1);
    house.tasks.close();
    socket.subscribe("1", "{ hello }").await;
    assert_eq!(socket.hear().await["payload"]["data"]["hello"], "Hello world");
}

#[tokio::test]
async fn ping_is_answered_at_any_time_with_its_payload() {
    let house = House::open().await;
    let mut socket = house.knock().await;
    socket.say(&json!({ "type": "ping", "payload": { "a": [1] } })).await;
    assert_eq!(socket.hear().await, json!({ "type": "pong", "payload": { "a": [1] } }));
    socket.say(&json!({ "type": "pong" })).await;
    socket.say(&json!({ "type": "ping", "payload": null })).await;
    assert_eq!(socket.hear().await, json!({ "type": "pong" }));
}

#[tokio::test]
async fn a_refused_document_is_an_error_and_nothing_after_it() {
    let house = House::open().await;
    let mut socket = house.socket(None).await;
    for bad in
        ["{", "{ nothing }", "subscription { nothing }", "query ($a: Int!) { double(number: $a) }"]
    {
        socket.subscribe("1", bad).await;
        let error = socket.hear().await;
        assert_eq!(
            (error["type"].as_str(), error["id"].as_str()),
            (Some("error"), Some("1")),
            "{bad}"
        );
        assert!(!code(&error["payload"][0]).is_empty());
    }
    socket.subscribe("1", "{ total }").await;
    assert_eq!(socket.hear().await["type"], "next");
}

#[tokio::test]
async fn a_panic_is_an_error_with_an_id_and_the_socket_lives() {
    let house = House::open().await;
    let mut socket = house.socket(None).await;
    socket.subscribe("1", "{ panics }").await;
    let error = socket.hear().await;
    assert_eq!(
        (error["type"].as_str(), code(&error["payload"][0]).as_str()),
        (Some("error"), "INTERNAL")
    );
    assert!(error["payload"][0]["extensions"]["requestId"].is_string());
    socket.subscribe("2", "subscription { panics }").await;
    assert_eq!(socket.hear().await["payload"]["data"]["panics"], 1);
    assert_eq!(code(&socket.hear().await["payload"][0]), "INTERNAL");
    socket.subscribe("3", "mutation { panics }").await;
    assert_eq!(code(&socket.hear().await["payload"][0]), "INTERNAL");
    socket.subscribe("4", "{ total }").await;
    assert_eq!(socket.hear().await["payload"]["data"]["total"], 0);
}

#[tokio::test]
async fn language_may_come_with_the_init() {
    let house = House::open().await;
    let mut socket = house.knock().await;
    socket.say(&json!({ "type": "connection_init", "payload": { "acceptLanguage": "en" } })).await;
    assert_eq!(socket.hear().await["type"], "connection_ack");
    socket.subscribe("1", "{ fails }").await;
    let next = socket.hear().await;
    assert_eq!(next["payload"]["errors"][0]["message"], "Something went wrong");
}

#[tokio::test]
async fn a_message_that_is_too_long_closes_with_1009() {
    let house = House::open().await;
    let mut socket = house.socket(None).await;
    socket.say_text(&"x".repeat(2 * 1024 * 1024)).await;
    assert_eq!(socket.close().await.0, 1009);
}

#[tokio::test]
async fn expiry_and_revocation_end_the_socket_so_that_a_new_token_may_come() {
    let house = House::open().await;
    let mut short = house.socket(Some("short")).await;
    assert_eq!(short.close().await, (4403, "TOKEN_EXPIRED".to_owned()));
    let mut revocable = house.socket(Some("revocable")).await;
    revocable.subscribe("1", "subscription { endless }").await;
    until(&house.world.alive, 1).await;
    house.world.revoke.cancel();
    assert_eq!(revocable.close().await, (4403, "TOKEN_REVOKED".to_owned()));
    until(&house.world.alive, 0).await;
    house.socket(Some("ann")).await;
}
