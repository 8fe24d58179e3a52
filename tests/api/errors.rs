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
async fn paths_beside_graphql_refuse_in_its_form_and_with_the_id_of_the_request() {
    let (app, company) = TestApp::with_company().await;
    let (steward, nobody) = (app.sign_in(books::STEWARD).await, app.client());
    let clerk = app.sign_in(books::CLERK).await;
    let import = format!("/imports?communityId={}", company.community);
    let attachment = "/attachments/attachment_00000000000070008000000000000000";
    for (client, asked, status, code) in [
        (&nobody, ("GET", attachment), 401, "UNAUTHENTICATED"),
        (&steward, ("GET", attachment), 404, "NOT_FOUND"),
        (&steward, ("POST", attachment), 400, "BAD_INPUT"),
        (&steward, ("DELETE", attachment), 405, "METHOD_NOT_ALLOWED"),
        (&nobody, ("POST", &import), 401, "UNAUTHENTICATED"),
        (&steward, ("POST", &import), 403, "FORBIDDEN"),
        (&clerk, ("POST", "/imports"), 400, "BAD_REQUEST"),
        (&clerk, ("GET", "/imports/import_1/marked-copy"), 404, "NOT_FOUND"),
    ] {
        let headers = [("x-request-id", "my-own.1"), ("accept-language", "en")];
        let (got, told, answer) = client.beside(asked, &headers).await;
        let extensions = &answer["errors"][0]["extensions"];
        assert_eq!((got, extensions["code"].as_str()), (status, Some(code)), "{asked:?}: {answer}");
        assert_eq!(extensions["requestId"], "my-own.1", "{asked:?}: {answer}");
        assert_eq!(told["x-request-id"], "my-own.1");
        assert_eq!(told["cache-control"], "no-store");
        let message = answer["errors"][0]["message"].as_str().unwrap();
        assert!(message.is_ascii(), "{asked:?}: {message}");
        let (_, told, answer) = client.beside(asked, &[]).await;
        let id = answer["errors"][0]["extensions"]["requestId"].as_str().unwrap();
        assert_eq!(id.len(), 32);
        assert_eq!(told["x-request-id"], id);
    }
    let token = [("authorization", "Bearer gone"), ("accept-language", "en")];
    let (status, _, answer) = nobody.beside(("GET", attachment), &token).await;
    assert_eq!((status, &answer["errors"][0]["message"]), (401, &json!("please sign in")));
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
