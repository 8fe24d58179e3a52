//! Tokens, sessions, passwords, throttles.

use futures_util::future::join_all;
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};

use crate::support::{Client, TestApp, books, database, fresh_key, second};

async fn sign_in(app: &TestApp, mobile: &str, password: &str) -> Value {
    let input = json!({ "mobile": mobile, "password": password, "device": "测试手机" });
    app.client().run("SignIn", json!({ "input": input })).await["signIn"].clone()
}

async fn refresh(client: &Client, token: &Value) -> Value {
    let input = json!({ "input": { "refreshToken": token } });
    client.run("RefreshSession", input).await["refreshSession"].clone()
}

fn with(app: &TestApp, pair: &Value) -> Client {
    app.client().with_token(pair["token"].as_str().unwrap())
}

fn code(payload: &Value) -> &str {
    payload["problems"][0]["code"].as_str().unwrap_or_default()
}

/// The security clock is nobody's to move; what it is compared with is moved back instead.
async fn seconds_pass(app: &TestApp, column: (&str, &str), seconds: i64) {
    let (table, column) = column;
    let moved = if database::postgres().is_some() {
        format!("{column} - interval '{seconds} seconds'")
    } else {
        format!("strftime('%Y-%m-%dT%H:%M:%f000+00:00', {column}, '-{seconds} seconds')")
    };
    let text = format!("UPDATE {table} SET {column} = {moved} WHERE {column} IS NOT NULL");
    app.database().read().execute_unprepared(&text).await.unwrap();
    // Who is behind a token is asked again every second; here a second has passed.
    app.app.sessions.comers.forget();
}

async fn audited(app: &TestApp, action: &str) -> usize {
    let conn = app.database().read();
    let text = format!("SELECT id FROM audit_entry WHERE action = '{action}'");
    let query = sea_orm::Statement::from_string(conn.get_database_backend(), text);
    conn.query_all_raw(query).await.unwrap().len()
}

#[tokio::test]
async fn an_access_token_is_good_for_minutes_and_a_refresh_token_brings_the_next() {
    let (app, _) = TestApp::with_company().await;
    let first = sign_in(&app, books::STEWARD, books::PASSWORD).await;
    app.clock("2030-01-01T10:00:00+08:00");
    with(&app, &first).run("Viewer", json!({})).await;
    seconds_pass(&app, ("session_token", "expires_at"), 15 * 60).await;
    assert_eq!(with(&app, &first).code("Worklist", json!({})).await, "UNAUTHENTICATED");
    let second = refresh(&app.client(), &first["refreshToken"]).await;
    assert_eq!(second["viewer"]["roles"], json!(["STEWARD"]));
    with(&app, &second).run("Worklist", json!({})).await;
    assert_ne!(first["refreshToken"], second["refreshToken"]);
}

#[tokio::test]
async fn a_refresh_token_is_no_access_token_and_the_other_way_round() {
    let (app, _) = TestApp::with_company().await;
    let pair = sign_in(&app, books::STEWARD, books::PASSWORD).await;
    let wrong = app.client().with_token(pair["refreshToken"].as_str().unwrap());
    assert_eq!(wrong.code("Viewer", json!({})).await, "UNAUTHENTICATED");
    assert_eq!(code(&refresh(&app.client(), &pair["token"]).await), "WRONG_CREDENTIALS");
}

#[tokio::test]
async fn twenty_refreshes_at_once_get_the_same_successor() {
    let (app, _) = TestApp::with_company().await;
    let first = sign_in(&app, books::STEWARD, books::PASSWORD).await;
    let client = app.client();
    let answers = join_all((0..20).map(|_| refresh(&client, &first["refreshToken"]))).await;
    for answer in &answers {
        assert_eq!(answer["refreshToken"], answers[0]["refreshToken"]);
        assert_eq!(answer["token"], answers[0]["token"]);
        assert_eq!(answer["expiresAt"], answers[0]["expiresAt"]);
    }
    with(&app, &answers[0]).run("Viewer", json!({})).await;
    with(&app, &first).run("Viewer", json!({})).await;
}

#[tokio::test]
async fn an_old_refresh_token_ends_the_session_after_a_minute_and_not_before() {
    let (app, _) = TestApp::with_company().await;
    let first = sign_in(&app, books::STEWARD, books::PASSWORD).await;
    let second = refresh(&app.client(), &first["refreshToken"]).await;
    let mut socket = with(&app, &second).socket().await;
    socket.subscribe(0).await;
    assert!(socket.is_quiet().await);
    seconds_pass(&app, ("session_token", "used_at"), 55).await;
    let again = refresh(&app.client(), &first["refreshToken"]).await;
    assert_eq!(again["refreshToken"], second["refreshToken"], "its answer was lost");
    seconds_pass(&app, ("session_token", "used_at"), 10).await;
    let refused = refresh(&app.client(), &first["refreshToken"]).await;
    assert_eq!((code(&refused), &refused["token"]), ("WRONG_CREDENTIALS", &Value::Null));
    assert_eq!(audited(&app, "REFRESH_REUSED").await, 1);
    assert!(socket.is_closed().await);
    assert_eq!(with(&app, &second).code("Viewer", json!({})).await, "UNAUTHENTICATED");
    assert_eq!(refresh(&app.client(), &second["refreshToken"]).await, refused, "the whole family");
    assert_eq!(refresh(&app.client(), &json!("never handed out")).await, refused);
    let other_device = sign_in(&app, books::STEWARD, books::PASSWORD).await;
    with(&app, &other_device).run("Viewer", json!({})).await;
}

#[tokio::test]
async fn whoever_was_silent_for_long_signs_in_again() {
    let (app, _) = TestApp::with_company().await;
    let pair = sign_in(&app, books::STEWARD, books::PASSWORD).await;
    seconds_pass(&app, ("session_token", "expires_at"), 15 * 86_400).await;
    assert_eq!(code(&refresh(&app.client(), &pair["refreshToken"]).await), "WRONG_CREDENTIALS");
    assert_eq!(audited(&app, "REFRESH_REUSED").await, 0);
}

#[tokio::test]
async fn only_prints_of_tokens_are_kept() {
    let (app, _) = TestApp::with_company().await;
    let first = sign_in(&app, books::STEWARD, books::PASSWORD).await;
    let second = refresh(&app.client(), &first["refreshToken"]).await;
    let conn = app.database().read();
    for pair in [&first, &second] {
        for token in [&pair["token"], &pair["refreshToken"]] {
            let token = token.as_str().unwrap();
            let text = format!(
                "SELECT token_hash FROM session_token WHERE token_hash = '{token}' OR salt = '{token}' \
                 UNION ALL SELECT token_hash FROM session WHERE token_hash = '{token}'"
            );
            let query = sea_orm::Statement::from_string(conn.get_database_backend(), text);
            assert!(conn.query_all_raw(query).await.unwrap().is_empty());
        }
    }
}

#[tokio::test]
async fn a_lost_telephone_is_signed_out_from_another_and_nobody_elses_is() {
    let (app, _) = TestApp::with_company().await;
    let (lost, kept) = (
        sign_in(&app, books::STEWARD, books::PASSWORD).await,
        sign_in(&app, books::STEWARD, books::PASSWORD).await,
    );
    let mut socket = with(&app, &lost).socket().await;
    socket.subscribe(0).await;
    assert!(socket.is_quiet().await);
    let here = with(&app, &kept);
    let sessions = here.run("Sessions", json!({})).await["viewer"]["sessions"].clone();
    assert_eq!(sessions[0]["current"], true);
    assert_eq!(
        (&sessions[1]["current"], &sessions[1]["device"]),
        (&json!(false), &json!("测试手机"))
    );
    let end =
        |key: &str| json!({ "input": { "idempotencyKey": key, "sessionId": sessions[1]["id"] } });
    let other = app.sign_in(books::OTHER_STEWARD).await;
    assert_eq!(other.code("EndSession", end(&fresh_key())).await, "NOT_FOUND");
    let key = fresh_key();
    for _ in 0..2 {
        let ended = here.run("EndSession", end(&key)).await;
        assert_eq!(ended["endSession"]["sessionId"], sessions[1]["id"]);
    }
    assert!(socket.is_closed().await);
    assert_eq!(with(&app, &lost).code("Viewer", json!({})).await, "UNAUTHENTICATED");
    assert_eq!(code(&refresh(&app.client(), &lost["refreshToken"]).await), "WRONG_CREDENTIALS");
    here.run("Viewer", json!({})).await;
}

#[tokio::test]
async fn a_socket_ends_with_its_session_though_nobody_told_this_replica() {
    let app = TestApp::start_with(&[("GUANJIA_SESSION_POLL_MS", "20")]).await;
    books::found_company(&app.app).await;
    let mut socket = app.sign_in(books::STEWARD).await.socket().await;
    socket.subscribe(0).await;
    assert!(socket.is_quiet().await);
    let text = "UPDATE session SET ended_at = created_at";
    app.database().read().execute_unprepared(text).await.unwrap();
    assert!(socket.is_closed().await);
}

#[tokio::test]
async fn a_password_is_changed_by_who_knows_the_old_one_and_other_devices_sign_in_again() {
    let (app, _) = TestApp::with_company().await;
    let (here, there) = (
        sign_in(&app, books::STEWARD, books::PASSWORD).await,
        sign_in(&app, books::STEWARD, books::PASSWORD).await,
    );
    let client = with(&app, &here);
    let change = async |old: &str, new: &str| {
        let input = json!({ "input": { "oldPassword": old, "newPassword": new } });
        client.run("ChangePassword", input).await["changePassword"].clone()
    };
    assert_eq!(code(&change("not this one", "a new password").await), "WRONG_CREDENTIALS");
    assert_eq!(code(&change(books::PASSWORD, "short").await), "TOO_SMALL");
    for _ in 0..2 {
        let done = change(books::PASSWORD, "a new password").await;
        assert_eq!(done["changed"], true, "repeated after a lost answer it is done: {done}");
    }
    client.run("Viewer", json!({})).await;
    assert_eq!(with(&app, &there).code("Viewer", json!({})).await, "UNAUTHENTICATED");
    assert_eq!(code(&sign_in(&app, books::STEWARD, books::PASSWORD).await), "WRONG_CREDENTIALS");
    assert_ne!(sign_in(&app, books::STEWARD, "a new password").await["token"], Value::Null);
}

#[tokio::test]
async fn whoever_knocks_costs_one_computation_known_or_not() {
    let (app, _) = TestApp::with_company().await;
    second::found(&app.app).await;
    let before = app.app.passwords.computations();
    for mobile in [books::STEWARD, second::IN_BOTH, "13999999999", "", "x"] {
        let answer = sign_in(&app, mobile, "wrong").await;
        assert_eq!(code(&answer), "WRONG_CREDENTIALS", "{mobile}");
    }
    assert_eq!(app.app.passwords.computations() - before, 5);
}

#[tokio::test]
async fn who_failed_too_often_waits_right_or_wrong_known_or_not() {
    let settings = [("GUANJIA_SIGN_IN__FAILURES_PER_NUMBER", "3")];
    let app = TestApp::start_with(&settings).await;
    books::found_company(&app.app).await;
    let attempt = async |mobile: &str, password: &str| {
        let input = json!({ "input": { "mobile": mobile, "password": password } });
        app.client().answer("SignIn", input).await
    };
    let mut told = Vec::new();
    for mobile in [books::STEWARD, "13999999999"] {
        for _ in 0..3 {
            attempt(mobile, "wrong").await;
        }
        let before = app.app.passwords.computations();
        let refused = attempt(mobile, books::PASSWORD).await;
        assert_eq!(app.app.passwords.computations(), before, "nothing is computed for them");
        let error = &refused["errors"][0];
        let wait = error["extensions"]["retryAfter"].as_u64().unwrap();
        assert!((1..=15 * 60 + 1).contains(&wait), "{refused}");
        told.push((error["message"].clone(), error["extensions"]["code"].clone()));
    }
    assert_eq!(told[0], told[1]);
    assert_eq!(told[0].1, "RATE_LIMITED");
    assert!(attempt(books::MANAGER, books::PASSWORD).await["data"]["signIn"]["token"].is_string());
    if database::redis().is_some() {
        let replica = app.replica().await;
        let input = json!({ "input": { "mobile": books::STEWARD, "password": books::PASSWORD } });
        assert_eq!(replica.client().code("SignIn", input).await, "RATE_LIMITED");
    }
}

#[tokio::test]
async fn who_succeeds_in_between_may_fail_again() {
    let settings = [("GUANJIA_SIGN_IN__FAILURES_PER_NUMBER", "3")];
    let app = TestApp::start_with(&settings).await;
    books::found_company(&app.app).await;
    for _ in 0..3 {
        for _ in 0..2 {
            assert_eq!(code(&sign_in(&app, books::STEWARD, "wrong").await), "WRONG_CREDENTIALS");
        }
        assert!(sign_in(&app, books::STEWARD, books::PASSWORD).await["token"].is_string());
    }
}

#[tokio::test]
async fn an_address_waits_too_whatever_it_tries_and_a_named_proxy_tells_addresses_apart() {
    let settings = [
        ("GUANJIA_SIGN_IN__FAILURES_PER_ADDRESS", "4"),
        ("GUANJIA_FRONT__TRUSTED_PROXIES", "127.0.0.1"),
    ];
    let app = TestApp::start_with(&settings).await;
    books::found_company(&app.app).await;
    let attempt = async |from: &str, mobile: &str| {
        let input = json!({ "input": { "mobile": mobile, "password": "wrong" } });
        let client = app.client().behind(from);
        client.answer("SignIn", input).await["errors"][0]["extensions"]["code"].clone()
    };
    for last in 0..4 {
        assert_eq!(attempt("7.7.7.7", &format!("1390000100{last}")).await, Value::Null);
    }
    assert_eq!(attempt("7.7.7.7", "13900001009").await, "RATE_LIMITED");
    assert_eq!(attempt("1.1.1.1, 7.7.7.7", "13900001009").await, "RATE_LIMITED", "what it claims");
    assert_eq!(attempt("8.8.8.8", "13900001009").await, Value::Null);
}

#[tokio::test]
async fn a_password_is_good_in_its_own_company_only() {
    let (app, _) = TestApp::with_company().await;
    second::found(&app.app).await;
    let here = sign_in(&app, second::IN_BOTH, books::PASSWORD).await;
    assert_eq!(here["viewer"]["organization"]["name"], "测试物业");
    let there = sign_in(&app, second::IN_BOTH, second::PASSWORD).await;
    assert_eq!(there["viewer"]["organization"]["name"], "第二物业");
    let wrong = json!({ "mobile": second::IN_BOTH, "password": books::PASSWORD,
        "organizationId": there["viewer"]["organization"]["id"] });
    let refused = app.client().run("SignIn", json!({ "input": wrong })).await["signIn"].clone();
    assert_eq!(code(&refused), "WRONG_CREDENTIALS");
}

#[tokio::test]
async fn what_is_over_is_taken_away() {
    let (app, _) = TestApp::with_company().await;
    let pair = sign_in(&app, books::STEWARD, books::PASSWORD).await;
    refresh(&app.client(), &pair["refreshToken"]).await;
    seconds_pass(&app, ("session_token", "expires_at"), 400 * 86_400).await;
    seconds_pass(&app, ("session", "expires_at"), 400 * 86_400).await;
    crate::support::eventually("the rows to be gone", async || {
        let conn = app.database().read();
        let text = "SELECT id FROM session UNION ALL SELECT session_id FROM session_token";
        let query = sea_orm::Statement::from_string(conn.get_database_backend(), text.to_owned());
        conn.query_all_raw(query).await.unwrap().is_empty().then_some(())
    })
    .await;
}
