//! Books over HTTP: runs, what they would do, what is wrong, applying, taking back.

use guanjia::kernel::sql::Sql;
use sea_orm::FromQueryResult;
use serde_json::{Value, json};

use crate::support::{
    TestApp,
    books::{self, Company},
    client::{Client, promise},
    eventually, fresh_key,
};

/// Waits until a run is at its end or waits for somebody; answers it.
pub(super) async fn settled(client: &Client, id: &str) -> Value {
    eventually("the import to settle", async || {
        let run = client.run("ImportRun", json!({ "id": id, "first": 100 })).await["node"].clone();
        let state = run["state"].as_str().unwrap().to_owned();
        (!["READING", "APPLYING", "TAKING_BACK"].contains(&state.as_str())).then_some(run)
    })
    .await
}

/// Sends a file; answers the id of its run.
async fn send(client: &Client, company: &Company, apply: bool, csv: &str) -> String {
    let query = format!("communityId={}&apply={apply}", company.community);
    let (status, body) = client.bring(&query, &fresh_key(), &[("book.csv", csv.as_bytes())]).await;
    assert_eq!(status, 202, "{body}");
    body["id"].as_str().unwrap().to_owned()
}

pub(super) async fn bring(client: &Client, company: &Company, apply: bool, csv: &str) -> Value {
    settled(client, &send(client, company, apply, csv).await).await
}

pub(super) async fn owed(app: &TestApp, company: &Company, number: &str) -> String {
    let account = company.account(&app.app, number).await.to_string();
    let card = app.sign_in(books::MANAGER).await.card(&account).await;
    card["arrears"]["open"].as_str().unwrap().to_owned()
}

const REGISTER: &str = "房号,业主姓名,手机号\n1-1-201,王一,13811110001\n1-1-202,王二,13811110002\n";
const CHARGES: &str = "房号,收费项目,账期,到期日,应收金额\n1-1-103,停车费,2026-11,2026-11-20,150.50\n1-1-101,停车费,2026-11,2026-11-20,150.00\n";

pub(super) async fn take_back(client: &Client, id: &Value) -> Value {
    let input = json!({ "input": { "idempotencyKey": fresh_key(), "importId": id } });
    client.run("TakeBackImport", input).await["takeBackImport"].clone()
}

#[tokio::test]
async fn a_dry_run_shows_rows_and_money_and_changes_nothing_until_it_is_applied() {
    let (app, company) = TestApp::with_company().await;
    let clerk = app.sign_in(books::CLERK).await;
    let run = bring(&clerk, &company, false, CHARGES).await;
    assert_eq!(run["state"], "READY", "{run}");
    assert_eq!(run["charges"]["created"], 2);
    assert_eq!(run["charges"]["createdAmount"], "300.50");
    assert_eq!(owed(&app, &company, "103").await, "1000.00");
    let input = json!({ "input": { "idempotencyKey": fresh_key(), "importId": run["id"], "knownTo": "2026-11-20" } });
    let applied = clerk.run("ApplyImport", input).await;
    assert_eq!(applied["applyImport"]["problems"], json!([]));
    let run = settled(&clerk, run["id"].as_str().unwrap()).await;
    assert_eq!((&run["state"], &run["charges"]["created"]), (&json!("DONE"), &json!(2)));
    assert_eq!(owed(&app, &company, "103").await, "1150.50");
    let viewer = clerk.run("Viewer", json!({})).await;
    assert_eq!(viewer["viewer"]["communities"][0]["paymentsKnownTo"], "2026-11-20");
    let list = clerk.run("Imports", json!({ "communityId": company.community.to_string() })).await;
    assert_eq!(list["imports"]["edges"][0]["node"]["id"], run["id"]);
}

#[tokio::test]
async fn one_file_brought_twenty_times_at_once_is_entered_once() {
    let (app, company) = TestApp::with_company().await;
    let clerk = app.sign_in(books::CLERK).await;
    let other = app.replica().await;
    let elsewhere = clerk.at(other.address);
    let csv = format!("{REGISTER}\n{CHARGES}");
    let brought = (0..20).map(|nth| {
        let client = if nth % 2 == 0 { &clerk } else { &elsewhere };
        send(client, &company, true, &csv)
    });
    let ids = futures_util::future::join_all(brought).await;
    let mut runs = Vec::new();
    for id in ids {
        runs.push(settled(&clerk, &id).await);
    }
    let sum = |kind: &str, what: &str| {
        runs.iter().map(|run| run[kind][what].as_i64().unwrap()).sum::<i64>()
    };
    assert!(runs.iter().all(|run| run["state"] == "DONE"), "{runs:?}");
    assert_eq!((sum("units", "created"), sum("units", "left")), (2, 38));
    assert_eq!((sum("charges", "created"), sum("charges", "left")), (2, 38));
    assert_eq!(owed(&app, &company, "103").await, "1150.50");
}

#[tokio::test]
async fn the_same_key_is_the_same_import_and_another_file_under_it_is_refused() {
    let (app, company) = TestApp::with_company().await;
    let clerk = app.sign_in(books::CLERK).await;
    let query = format!("communityId={}&apply=true", company.community);
    let key = fresh_key();
    let first = clerk.bring(&query, &key, &[("a.csv", CHARGES.as_bytes())]).await;
    let again = clerk.bring(&query, &key, &[("a.csv", CHARGES.as_bytes())]).await;
    assert_eq!(first, again);
    let (status, body) = clerk.bring(&query, &key, &[("a.csv", REGISTER.as_bytes())]).await;
    assert_eq!(
        (status, body["errors"][0]["extensions"]["code"].as_str()),
        (409, Some("IDEMPOTENCY_KEY_REUSED"))
    );
}

#[tokio::test]
async fn every_problem_is_told_by_place_and_a_file_with_one_that_blocks_changes_nothing() {
    let (app, company) = TestApp::with_company().await;
    let clerk = app.sign_in(books::CLERK).await;
    let csv = "房号,收费项目,账期,到期日,应收金额\n1-1-103,停车费,2026-11,2026-11-20,一百\n1-1-999,停车费,2026-11,2026-13-40,7\n1-1-101,停车费,2026-11,2026-11-20,5\n";
    let run = bring(&clerk, &company, true, csv).await;
    assert_eq!((&run["state"], &run["blockingProblems"]), (&json!("REFUSED"), &json!(2)), "{run}");
    let found: Vec<_> =
        run["problems"]["edges"].as_array().unwrap().iter().map(|edge| &edge["node"]).collect();
    let money = found.iter().find(|problem| problem["code"] == "money_unreadable").unwrap();
    assert_eq!(
        (&money["row"], &money["column"], &money["value"]),
        (&json!(2), &json!("E"), &json!("一百"))
    );
    assert_eq!((&money["severity"], &money["file"]), (&json!("BLOCKING"), &json!("book.csv")));
    assert!(money["reason"].as_str().unwrap().contains("金额无法识别"));
    assert_eq!(owed(&app, &company, "101").await, "3000.00");
    let path = format!("/imports/{}/marked-copy", run["id"].as_str().unwrap());
    let (status, copy) = clerk.fetch(&path).await;
    assert_eq!((status, &copy[..2]), (200, &b"PK"[..]));
    assert_eq!(app.sign_in(books::STEWARD).await.fetch(&path).await.0, 403);
    assert_eq!(app.client().fetch(&path).await.0, 401);
}

#[tokio::test]
async fn a_room_that_stands_in_no_register_blocks_with_its_row() {
    let (app, company) = TestApp::with_company().await;
    let clerk = app.sign_in(books::CLERK).await;
    let run = bring(&clerk, &company, true, &CHARGES.replace("1-1-101", "1-1-999")).await;
    let problem = &run["problems"]["edges"][0]["node"];
    assert_eq!(
        (&run["state"], &problem["code"], &problem["row"]),
        (&json!("REFUSED"), &json!("room_unknown"), &json!(3)),
        "{run}"
    );
}

#[tokio::test]
async fn units_charges_and_receipts_may_come_in_several_files_at_once() {
    let (app, company) = TestApp::with_company().await;
    let clerk = app.sign_in(books::CLERK).await;
    let charges = "房号,收费项目,账期,到期日,应收金额,实收金额\n1-1-201,物业费,2026-10,2026-10-15,100,60\n1-1-202,物业费,2026-10,2026-10-15,200,0\n";
    let receipts = "房号,收据号,收款日期,收款金额\n1-1-201,S1,2026-10-10,60\n";
    let files: [(&str, &[u8]); 3] = [
        ("收款.csv", receipts.as_bytes()),
        ("应收.csv", charges.as_bytes()),
        ("台账.csv", REGISTER.as_bytes()),
    ];
    let query = format!("communityId={}&apply=true", company.community);
    let (_, body) = clerk.bring(&query, &fresh_key(), &files).await;
    let run = settled(&clerk, body["id"].as_str().unwrap()).await;
    assert_eq!((&run["state"], &run["payments"]["created"]), (&json!("DONE"), &json!(1)), "{run}");
    assert_eq!(run["files"], json!(["收款.csv", "应收.csv", "台账.csv"]));
    let ignored = run["problems"]["edges"]
        .as_array()
        .unwrap()
        .iter()
        .find(|edge| edge["node"]["code"] == "paid_ignored");
    assert_eq!(ignored.unwrap()["node"]["file"], "应收.csv");
    assert_eq!(owed(&app, &company, "201").await, "40.00");
}

#[tokio::test]
async fn what_is_no_book_is_refused_with_the_reason() {
    let (app, company) = TestApp::with_company().await;
    let clerk = app.sign_in(books::CLERK).await;
    let query = format!("communityId={}&apply=true", company.community);
    let (_, body) = clerk.bring(&query, &fresh_key(), &[("book.xlsx", b"no workbook")]).await;
    let run = settled(&clerk, body["id"].as_str().unwrap()).await;
    let problem = &run["problems"]["edges"][0]["node"];
    assert_eq!(
        (&run["state"], &problem["code"]),
        (&json!("REFUSED"), &json!("file_wrong_extension")),
        "{run}"
    );
    let (status, body) = clerk.bring(&query, &fresh_key(), &[]).await;
    assert_eq!((status, body["errors"][0]["extensions"]["field"].as_str()), (422, Some("file")));
}

#[tokio::test]
async fn who_may_not_import_is_refused_before_sending_and_a_foreign_community_is_not_there() {
    let (app, company) = TestApp::with_company().await;
    let query = format!("communityId={}&apply=true", company.community);
    let file: [(&str, &[u8]); 1] = [("a.csv", CHARGES.as_bytes())];
    let (status, body) = app.sign_in(books::STEWARD).await.bring(&query, &fresh_key(), &file).await;
    assert_eq!(
        (status, body["errors"][0]["extensions"]["code"].as_str()),
        (403, Some("FORBIDDEN"))
    );
    let (status, _) = app.client().bring(&query, &fresh_key(), &file).await;
    assert_eq!(status, 401);
    let nobodys = "communityId=community_00000000000070008000000000000000";
    let (status, _) = app.sign_in(books::CLERK).await.bring(nobodys, &fresh_key(), &file).await;
    assert_eq!(status, 404);
    // A steward sees no import by its id either.
    let run = bring(&app.sign_in(books::CLERK).await, &company, false, CHARGES).await;
    let seen = app.sign_in(books::STEWARD).await.run("ImportRun", json!({ "id": run["id"] })).await;
    assert_eq!(seen["node"], Value::Null);
}

#[tokio::test]
async fn an_import_is_taken_back_and_the_same_file_can_come_again() {
    let (app, company) = TestApp::with_company().await;
    let clerk = app.sign_in(books::CLERK).await;
    let both = "房号,收费项目,账期,到期日,应收金额\n1-1-103,物业费,2026-11,2026-11-15,900\n1-1-101,停车费,2026-11,2026-11-20,150\n";
    let run = bring(&clerk, &company, true, both).await;
    assert_eq!(
        (&run["charges"]["changed"], &run["charges"]["changedAmount"]),
        (&json!(1), &json!("-100.00")),
        "{run}"
    );
    assert_eq!(
        (owed(&app, &company, "103").await, owed(&app, &company, "101").await),
        ("900.00".into(), "3150.00".into())
    );
    assert_eq!(take_back(&clerk, &run["id"]).await["problems"], json!([]));
    assert_eq!(settled(&clerk, run["id"].as_str().unwrap()).await["state"], "TAKEN_BACK");
    assert_eq!(
        (owed(&app, &company, "103").await, owed(&app, &company, "101").await),
        ("1000.00".into(), "3000.00".into())
    );
    let again = bring(&clerk, &company, true, both).await;
    assert_eq!(
        (&again["charges"]["changed"], &again["charges"]["created"]),
        (&json!(1), &json!(1)),
        "{again}"
    );
    assert_eq!(
        (owed(&app, &company, "103").await, owed(&app, &company, "101").await),
        ("900.00".into(), "3150.00".into())
    );
}

#[tokio::test]
async fn an_import_that_something_was_built_on_is_not_taken_back() {
    let (app, company) = TestApp::with_company().await;
    let clerk = app.sign_in(books::CLERK).await;
    let first = bring(&clerk, &company, true, CHARGES).await;
    let corrected = bring(&clerk, &company, true, &CHARGES.replace("150.50", "151.50")).await;
    let told = take_back(&clerk, &first["id"]).await;
    assert_eq!(told["problems"][0]["code"], "INCONSISTENT", "{told}");
    assert_eq!(told["problems"][0]["field"], json!(["importId"]));
    // The later one first, then the earlier.
    for run in [&corrected, &first] {
        assert_eq!(take_back(&clerk, &run["id"]).await["problems"], json!([]));
        assert_eq!(settled(&clerk, run["id"].as_str().unwrap()).await["state"], "TAKEN_BACK");
    }
    assert_eq!(owed(&app, &company, "103").await, "1000.00");
}

#[tokio::test]
async fn an_import_whose_new_accounts_have_promises_is_not_taken_back() {
    let (app, company) = TestApp::with_company().await;
    let clerk = app.sign_in(books::CLERK).await;
    let csv = format!("{REGISTER}\n{}", CHARGES.replace("1-1-103", "1-1-201"));
    let run = bring(&clerk, &company, true, &csv).await;
    let account = company.account(&app.app, "201").await.to_string();
    let manager = app.sign_in(books::MANAGER).await;
    manager.log_contact(&account, promise(&account, "10.00", "2026-11-25")).await;
    let told = take_back(&clerk, &run["id"]).await;
    assert!(told["problems"][0]["message"].as_str().unwrap().contains("承诺"), "{told}");
    assert_eq!(settled(&clerk, run["id"].as_str().unwrap()).await["state"], "DONE");
}

#[tokio::test]
async fn headings_that_were_told_apart_once_are_known_in_the_next_file() {
    let (app, company) = TestApp::with_company().await;
    let clerk = app.sign_in(books::CLERK).await;
    let csv = "房屋代码,项目,月,截止,本月小计额\n1-1-103,停车费,2026-11,2026-11-20,150.50\n";
    assert_eq!(bring(&clerk, &company, false, csv).await["state"], "REFUSED");
    let headings =
        [("房屋代码", "ROOM"), ("月", "PERIOD"), ("截止", "DUE_ON"), ("本月小计额", "DUE")];
    let headings = headings.map(|(heading, field)| json!({ "heading": heading, "field": field }));
    let input = json!({ "input": { "idempotencyKey": fresh_key(), "communityId": company.community.to_string(), "name": "旧系统", "headings": headings } });
    let saved = clerk.run("SaveImportMapping", input).await;
    assert_eq!(saved["saveImportMapping"]["mappings"][0]["name"], "旧系统");
    let run = bring(&clerk, &company, false, csv).await;
    assert_eq!(
        (&run["state"], &run["charges"]["createdAmount"]),
        (&json!("READY"), &json!("150.50")),
        "{run}"
    );
}

#[derive(FromQueryResult)]
struct Number {
    n: i64,
}

#[tokio::test]
async fn nothing_stays_staged_once_an_import_is_at_its_end() {
    let (app, company) = TestApp::with_company().await;
    let clerk = app.sign_in(books::CLERK).await;
    bring(&clerk, &company, true, &format!("{REGISTER}\n{CHARGES}")).await;
    bring(&clerk, &company, true, &CHARGES.replace("1-1-101", "1-1-999")).await;
    let tables = ["unit", "key", "charge", "payment", "adjustment", "identity"];
    for table in tables.map(|name| format!("staged_{name}")) {
        let text = format!("SELECT COUNT(*) AS n FROM {table}");
        let row = Sql::new(&text, []).one::<Number>(app.database().read()).await.unwrap().unwrap();
        assert_eq!(row.n, 0, "{table}");
    }
}

#[tokio::test]
async fn a_room_that_excel_made_a_date_of_is_known_from_another_file() {
    let (app, company) = TestApp::with_company().await;
    let clerk = app.sign_in(books::CLERK).await;
    let register = "房号,业主姓名,手机号\n8-2,王一,13811110001\n8-3,王二,13811110002\n";
    let charges =
        "房号,业主,收费项目,账期,到期日,应收金额\n8月2日,王一,物业费,2026-10,2026-10-15,100\n";
    let files: [(&str, &[u8]); 2] =
        [("应收.csv", charges.as_bytes()), ("台账.csv", register.as_bytes())];
    let query = format!("communityId={}&apply=true", company.community);
    let (_, body) = clerk.bring(&query, &fresh_key(), &files).await;
    let run = settled(&clerk, body["id"].as_str().unwrap()).await;
    assert_eq!((&run["state"], &run["charges"]["created"]), (&json!("DONE"), &json!(1)), "{run}");
    assert_eq!(owed(&app, &company, "2").await, "100.00");
}

#[tokio::test]
async fn files_are_thrown_away_long_after_their_import_and_what_was_entered_stays() {
    let (app, company) = TestApp::with_company().await;
    let clerk = app.sign_in(books::CLERK).await;
    let run = bring(&clerk, &company, true, CHARGES).await;
    let path = format!("/imports/{}/marked-copy", run["id"].as_str().unwrap());
    app.clock("2027-02-20T04:00:00Z");
    assert_eq!(clerk.fetch(&path).await.0, 200);
    app.clock("2027-02-22T04:00:00Z");
    eventually("the file to be gone", async || (clerk.fetch(&path).await.0 == 404).then_some(()))
        .await;
    let again = settled(&clerk, run["id"].as_str().unwrap()).await;
    assert_eq!(again["files"], json!(["book.csv"]));
    assert_eq!(owed(&app, &company, "103").await, "1150.50");
}
