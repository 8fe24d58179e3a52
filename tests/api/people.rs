//! Signing in and out.

use serde_json::{Value, json};

use crate::support::{TestApp, books};

async fn sign_in(app: &TestApp, mobile: &str, password: &str) -> Value {
    let input = json!({ "input": { "mobile": mobile, "password": password } });
    app.client().run("SignIn", input).await["signIn"].clone()
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_number_look_the_same() {
    let (app, _) = TestApp::with_company().await;
    let wrong = sign_in(&app, books::STEWARD, "wrong").await;
    assert_eq!(wrong, sign_in(&app, "13999999999", "wrong").await);
    assert_eq!(wrong["problems"][0]["code"], "WRONG_CREDENTIALS");
    assert_eq!(wrong["token"], Value::Null);
}

#[tokio::test]
async fn a_steward_sees_who_they_are_and_what_they_reach() {
    let (app, _) = TestApp::with_company().await;
    let viewer = app.sign_in(books::STEWARD).await.run("Viewer", json!({})).await["viewer"].clone();
    assert_eq!(viewer["roles"], json!(["STEWARD"]));
    assert_eq!(viewer["organization"]["name"], "测试物业");
    assert_eq!(viewer["communities"][0]["today"], "2026-11-23", "the domain clock decides the day");
    assert_eq!(app.client().run("Viewer", json!({})).await["viewer"], Value::Null);
}

#[tokio::test]
async fn a_session_that_was_ended_is_good_for_nothing() {
    let (app, _) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    assert_eq!(steward.run("SignOut", json!({})).await["signOut"]["ended"], true);
    assert_eq!(steward.code("Worklist", json!({})).await, "UNAUTHENTICATED");
}

#[tokio::test]
async fn signing_out_closes_the_sockets_of_the_session_on_every_replica() {
    let (app, _) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let mut sockets = vec![steward.socket().await];
    // Replicas tell each other through Redis; without one there is but one replica.
    let replica =
        if crate::support::database::redis().is_some() { Some(app.replica().await) } else { None };
    if let Some(replica) = &replica {
        sockets.push(steward.at(replica.address).socket().await);
    }
    for socket in &mut sockets {
        socket.subscribe(0).await;
        assert!(socket.is_quiet().await);
    }
    steward.run("SignOut", json!({})).await;
    for mut socket in sockets {
        assert!(socket.is_closed().await);
    }
}

#[tokio::test]
async fn the_budget_of_a_minute_is_one_for_all_replicas() {
    let app = TestApp::start_with(&[("GUANJIA_FRONT__LIMITS__COST_PER_MINUTE", "4000")]).await;
    crate::support::books::found_company(&app.app).await;
    let steward = app.sign_in(books::STEWARD).await;
    let replica =
        if crate::support::database::redis().is_some() { Some(app.replica().await) } else { None };
    let there =
        replica.as_ref().map_or_else(|| steward.clone(), |replica| steward.at(replica.address));
    let mut refused = None;
    for turn in 0..100 {
        let client = if turn % 2 == 0 { &steward } else { &there };
        let answer = client.answer("Worklist", json!({ "first": 20 })).await;
        if answer.get("errors").is_some() {
            refused = Some((turn, answer));
            break;
        }
    }
    let (turns, answer) = refused.expect("a budget of 4000 does not last for a hundred worklists");
    assert_eq!(answer["errors"][0]["extensions"]["code"], "RATE_LIMITED");
    assert!(
        answer["errors"][0]["extensions"]["retryAfter"]
            .as_u64()
            .is_some_and(|seconds| seconds <= 60)
    );
    assert!(turns < 20, "two replicas do not have two budgets: {turns}");
}
