//! Every code of our own list reaches the wire, in the language of the caller, with nothing of what is inside.

use sea_orm::ConnectionTrait as _;
use serde_json::json;

use crate::support::{TestApp, books, client::contact, fresh_key};

#[tokio::test]
async fn an_argument_that_is_wrong_is_named() {
    let (app, _) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    for (variables, field) in [
        (json!({ "first": 0 }), "first"),
        (json!({ "first": 101 }), "first"),
        (json!({ "after": "x" }), "after"),
    ] {
        let answer = steward.answer("Worklist", variables).await;
        let extensions = &answer["errors"][0]["extensions"];
        assert_eq!(
            (&extensions["code"], &extensions["field"]),
            (&json!("BAD_INPUT"), &json!(field)),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn a_fault_is_told_by_an_id_and_nothing_else() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    app.database()
        .read()
        .execute_unprepared("ALTER TABLE contact RENAME TO hidden_contact")
        .await
        .unwrap();
    let answer = steward.answer("LogContact", contact(&account, &fresh_key(), json!({}))).await;
    let error = &answer["errors"][0];
    assert_eq!(
        (&error["extensions"]["code"], &error["message"]),
        (&json!("INTERNAL"), &json!("服务器内部错误"))
    );
    assert!(
        error["extensions"]["id"].is_string() || error["extensions"]["requestId"].is_string(),
        "{answer}"
    );
    let text = answer.to_string();
    for inside in ["hidden", "contact ", "SELECT", "INSERT", "sqlx", "no such"] {
        assert!(!text.contains(inside), "{inside} leaks: {text}");
    }
}

#[tokio::test]
async fn english_is_spoken_to_those_who_ask_for_it() {
    let (app, _) = TestApp::with_company().await;
    let http = reqwest::Client::new();
    for (language, message) in
        [("zh-CN,zh;q=0.9,en;q=0.8", "请先登录"), ("en-GB", "please sign in")]
    {
        let request = http
            .post(format!("http://{}/graphql", app.address))
            .header("accept-language", language)
            .json(&json!({ "query": "{ worklist { version } }" }));
        let answer: serde_json::Value = request.send().await.unwrap().json().await.unwrap();
        assert_eq!(answer["errors"][0]["message"], message);
    }
}

#[tokio::test]
async fn the_first_query_needs_no_sign_in() {
    let (app, _) = TestApp::with_company().await;
    assert_eq!(
        app.client().post(json!({ "query": "{ __typename }" })).await,
        json!({ "data": { "__typename": "Query" } })
    );
}

#[tokio::test]
async fn a_value_that_cannot_be_read_is_told_in_one_language() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    let days = json!({ "from": "2026-13-01", "to": "2026-11-30" });
    let answer = steward.answer("AccountLedger", json!({ "id": account, "days": days })).await;
    let error = &answer["errors"][0];
    assert_eq!(
        (&error["extensions"]["code"], &error["message"]),
        (&json!("BAD_USER_INPUT"), &json!("输入的值有误")),
        "{answer}"
    );
    let detail = error["extensions"]["detail"].as_str().unwrap();
    assert!(detail.contains("not a day") && detail.is_ascii(), "{detail}");
}
