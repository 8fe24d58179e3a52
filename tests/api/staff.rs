//! Administrators: inviting, changing, resetting, ending access.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{Client, TestApp, books, fresh_key, second};

const NEWCOMER: &str = "13900000050";

async fn id_of(client: &Client, state: &str, mobile: &str) -> Value {
    let people = client.run("People", json!({ "first": 100, "state": state })).await;
    let edges = people["people"]["edges"].as_array().unwrap().clone();
    let found = edges.iter().find(|edge| edge["node"]["mobile"] == mobile);
    found.unwrap_or_else(|| panic!("{mobile}: {people}"))["node"]["id"].clone()
}

async fn invite(client: &Client, mobile: &str, key: &str) -> Value {
    let input =
        json!({ "idempotencyKey": key, "mobile": mobile, "name": "新人", "roles": ["STEWARD"] });
    client.run("InvitePerson", json!({ "input": input })).await["invitePerson"].clone()
}

async fn use_code(app: &TestApp, code: &Value, password: &str) -> Value {
    let input = json!({ "input": { "code": code, "password": password } });
    app.client().run("UseCode", input).await["useCode"].clone()
}

async fn about(client: &Client, operation: &str, person: &Value) -> Value {
    let input = json!({ "input": { "idempotencyKey": fresh_key(), "personId": person } });
    let data = client.run(operation, input).await;
    data.as_object().unwrap().values().next().unwrap().clone()
}

fn code(payload: &Value) -> &str {
    payload["problems"][0]["code"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn somebody_is_invited_and_comes_in_by_a_code_that_is_good_once() {
    let (app, _) = TestApp::with_company().await;
    let admin = app.sign_in(books::ADMINISTRATOR).await;
    let key = fresh_key();
    let first = invite(&admin, NEWCOMER, &key).await;
    let again = invite(&admin, NEWCOMER, &key).await;
    assert_eq!(first["personId"], again["personId"], "repeated it is the same act");
    assert_ne!(first["code"], again["code"]);
    assert_eq!(code(&use_code(&app, &first["code"], "long enough").await), "WRONG_CREDENTIALS");
    assert_eq!(id_of(&admin, "PENDING", NEWCOMER).await, first["personId"]);
    let answers = join_all((0..4).map(|_| use_code(&app, &again["code"], "long enough"))).await;
    let entered: Vec<_> = answers.iter().filter(|answer| answer["token"].is_string()).collect();
    assert_eq!(entered.len(), 1, "one of those who used it at once");
    assert_eq!(entered[0]["viewer"]["roles"], json!(["STEWARD"]));
    app.client().sign_in(NEWCOMER, "long enough").await;
    assert_eq!(code(&invite(&admin, NEWCOMER, &fresh_key()).await), "DUPLICATE");
}

#[tokio::test]
async fn a_number_that_works_elsewhere_is_invited_as_one_that_nobody_knows() {
    let (app, _) = TestApp::with_company().await;
    second::found(&app.app).await;
    let admin = app.sign_in(books::ADMINISTRATOR).await;
    let before = app.app.passwords.computations();
    let unknown = invite(&admin, NEWCOMER, &fresh_key()).await;
    let middle = app.app.passwords.computations();
    let known = invite(&admin, second::ADMINISTRATOR, &fresh_key()).await;
    let after = app.app.passwords.computations();
    assert_eq!(middle - before, after - middle);
    for invited in [&unknown, &known] {
        assert!(invited["code"].is_string(), "{invited}");
    }
    let there = app.client().sign_in(second::ADMINISTRATOR, second::PASSWORD).await;
    assert!(use_code(&app, &known["code"], "long enough").await["token"].is_string());
    there.run("Viewer", json!({})).await;
    let name = async |password: &str| {
        let client = app.client().sign_in(second::ADMINISTRATOR, password).await;
        client.run("Viewer", json!({})).await["viewer"]["organization"]["name"].clone()
    };
    assert_eq!(name("long enough").await, "测试物业");
    assert_eq!(name(second::PASSWORD).await, second::COMPANY, "the other password is untouched");
}

#[tokio::test]
async fn a_reset_signs_out_and_opens_no_other_company() {
    let (app, _) = TestApp::with_company().await;
    second::found(&app.app).await;
    let admin = app.sign_in(books::ADMINISTRATOR).await;
    let theirs = app.client().sign_in(second::IN_BOTH, books::PASSWORD).await;
    let elsewhere = app.client().sign_in(second::IN_BOTH, second::PASSWORD).await;
    let mut socket = theirs.socket().await;
    socket.subscribe(0).await;
    assert!(socket.is_quiet().await);
    let person = id_of(&admin, "ACTIVE", second::IN_BOTH).await;
    let reset = about(&admin, "ResetPassword", &person).await;
    assert!(socket.is_closed().await);
    assert_eq!(theirs.code("Viewer", json!({})).await, "UNAUTHENTICATED");
    elsewhere.run("Viewer", json!({})).await;
    let entered = use_code(&app, &reset["code"], "quite another").await;
    assert_eq!(entered["viewer"]["organization"]["name"], "测试物业");
    app.client().sign_in(second::IN_BOTH, second::PASSWORD).await;
}

#[tokio::test]
async fn a_change_of_role_holds_at_once_also_for_who_is_signed_in() {
    let (app, _) = TestApp::with_company().await;
    let admin = app.sign_in(books::ADMINISTRATOR).await;
    let guard = app.sign_in(books::GUARD).await;
    let mut socket = guard.socket().await;
    socket.subscribe(0).await;
    assert!(socket.is_quiet().await);
    assert_eq!(guard.code("Worklist", json!({})).await, "FORBIDDEN");
    let person = id_of(&admin, "ACTIVE", books::GUARD).await;
    let input = json!({ "idempotencyKey": fresh_key(), "personId": person, "roles": ["STEWARD"] });
    admin.run("ChangePerson", json!({ "input": input })).await;
    assert!(socket.is_closed().await, "it comes back as what it is now");
    guard.run("Worklist", json!({})).await;
    guard.socket().await;
}

#[tokio::test]
async fn one_administrator_who_can_sign_in_remains_whoever_is_faster() {
    let (app, _) = TestApp::with_company().await;
    let admin = app.sign_in(books::ADMINISTRATOR).await;
    let me = id_of(&admin, "ACTIVE", books::ADMINISTRATOR).await;
    for operation in ["EndAccess", "ResetPassword"] {
        assert_eq!(code(&about(&admin, operation, &me).await), "INCONSISTENT", "{operation}");
    }
    let manager = id_of(&admin, "ACTIVE", books::MANAGER).await;
    let input =
        json!({ "idempotencyKey": fresh_key(), "personId": manager, "roles": ["ADMINISTRATOR"] });
    admin.run("ChangePerson", json!({ "input": input })).await;
    let other = app.sign_in(books::MANAGER).await;
    let demote = |who: &Value| json!({ "input": { "idempotencyKey": fresh_key(), "personId": who, "roles": ["GUARD"] } });
    let (one, two) = futures_util::join!(
        admin.answer("ChangePerson", demote(&manager)),
        other.answer("ChangePerson", demote(&me)),
    );
    let done = |answer: &Value| answer["data"]["changePerson"]["personId"].is_string();
    assert!(done(&one) != done(&two), "{one} {two}");
}

#[tokio::test]
async fn who_leaves_is_out_at_once_and_their_flats_are_nobodys() {
    let (app, _) = TestApp::with_company().await;
    let admin = app.sign_in(books::ADMINISTRATOR).await;
    let steward = app.sign_in(books::STEWARD).await;
    let mut socket = steward.socket().await;
    socket.subscribe(0).await;
    assert!(socket.is_quiet().await);
    let person = id_of(&admin, "ACTIVE", books::STEWARD).await;
    assert_eq!(about(&admin, "EndAccess", &person).await["personId"], person);
    assert!(socket.is_closed().await);
    assert_eq!(steward.code("Viewer", json!({})).await, "UNAUTHENTICATED");
    let free = app.sign_in(books::MANAGER).await;
    let free = free.run("Units", json!({ "filter": { "unassigned": true } })).await;
    assert_eq!(free["units"]["edges"].as_array().unwrap().len(), 4);
    assert_eq!(
        admin
            .code(
                "EndAccess",
                json!({ "input": { "idempotencyKey": fresh_key(), "personId": person } })
            )
            .await,
        "NOT_FOUND"
    );
}

#[tokio::test]
async fn people_of_another_company_are_not_there_and_numbers_are_hidden_from_managers() {
    let (app, _) = TestApp::with_company().await;
    second::found(&app.app).await;
    let admin = app.sign_in(books::ADMINISTRATOR).await;
    let there = app.client().sign_in(second::ADMINISTRATOR, second::PASSWORD).await;
    let person = id_of(&admin, "ACTIVE", books::STEWARD).await;
    for operation in ["EndAccess", "ResetPassword", "SignOutEverywhere", "ChangePerson"] {
        let input = json!({ "input": { "idempotencyKey": fresh_key(), "personId": person } });
        assert_eq!(there.code(operation, input).await, "NOT_FOUND", "{operation}");
    }
    let seen = app.sign_in(books::MANAGER).await.run("People", json!({ "first": 100 })).await;
    let edges = seen["people"]["edges"].as_array().unwrap();
    assert!(!edges.is_empty());
    for edge in edges {
        let mobile = edge["node"]["mobile"].as_str().unwrap();
        assert!(mobile.contains("****"), "{mobile}");
    }
}

const BY_ID: &str = "query($id: ID!) { node(id: $id) { __typename id ... on Person { name mobile roles state units } } }";

#[tokio::test]
async fn a_person_is_read_by_their_id_by_who_may_list_people_and_nobody_of_elsewhere_is_there() {
    let (app, _) = TestApp::with_company().await;
    second::found(&app.app).await;
    let admin = app.sign_in(books::ADMINISTRATOR).await;
    let there = app.client().sign_in(second::ADMINISTRATOR, second::PASSWORD).await;
    let node = async |client: &Client, id: &Value| {
        client.post(json!({ "query": BY_ID, "variables": { "id": id } })).await
    };
    let steward = id_of(&admin, "ACTIVE", books::STEWARD).await;
    let seen = node(&admin, &steward).await["data"]["node"].clone();
    assert_eq!((&seen["__typename"], &seen["id"]), (&json!("Person"), &steward));
    assert_eq!((&seen["roles"], &seen["units"]), (&json!(["STEWARD"]), &json!(4)));
    assert_eq!(seen["mobile"], books::STEWARD);
    let manager = app.sign_in(books::MANAGER).await;
    assert_eq!(node(&manager, &steward).await["data"]["node"]["mobile"], "139****0001");
    let unknown = node(&admin, &json!("person_00000000000070008000000000000000")).await;
    assert_eq!(unknown, json!({ "data": { "node": null } }));
    assert_eq!(node(&there, &steward).await, unknown, "another company");
    assert_eq!(node(&app.sign_in(books::OTHER_STEWARD).await, &steward).await, unknown);
    assert_eq!(node(&app.sign_in(books::CLERK).await, &steward).await, unknown);
}
