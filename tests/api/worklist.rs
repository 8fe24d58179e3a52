//! The worklist: order, pages, versions.

use serde_json::{Value, json};

use crate::support::{TestApp, books, client::promise};

#[tokio::test]
async fn larger_arrears_come_first_and_flats_that_owe_nothing_are_not_there() {
    let (app, _) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let rooms: Vec<_> = steward.worklist().await.into_iter().map(|(_, room)| room).collect();
    assert_eq!(rooms, ["1-1-101", "1-1-102", "1-1-103"]);
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_double() {
    let (app, _) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let (mut rooms, mut after) = (Vec::new(), Value::Null);
    loop {
        let page = steward.run("Worklist", json!({ "first": 1, "after": after })).await["worklist"]
            .clone();
        let edges = page["edges"].as_array().unwrap();
        assert_eq!(edges.len(), 1);
        rooms.push(edges[0]["node"]["account"]["unit"]["room"].as_str().unwrap().to_owned());
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
    }
    assert_eq!(rooms, ["1-1-101", "1-1-102", "1-1-103"]);
}

#[tokio::test]
async fn counts_are_of_the_whole_list_not_of_the_page() {
    let (app, _) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let page = steward.run("Worklist", json!({ "first": 1 })).await["worklist"].clone();
    assert_eq!(page["counts"], json!([{ "reason": "QUIET", "entries": 3, "overdue": "6000.00" }]));
}

#[tokio::test]
async fn the_version_of_a_mutation_is_in_the_next_read_and_a_version_to_come_is_refused() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    let mut last = 0;
    for _ in 0..3 {
        let version =
            steward.log_contact(&account, json!({})).await["worklistVersion"].as_i64().unwrap();
        assert!(version > last, "every act on the list moves it");
        last = version;
    }
    steward.run("Worklist", json!({ "atLeast": last })).await;
    assert_eq!(steward.code("Worklist", json!({ "atLeast": last + 1 })).await, "UNAVAILABLE");
}

#[tokio::test]
async fn while_a_promise_is_open_the_account_is_low_and_no_dunning_is_shown() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    steward.log_contact(&account, promise(&account, "3000", "2026-11-27")).await;
    for moment in ["2026-11-23T11:00:00+08:00", "2026-11-26T11:00:00+08:00"] {
        app.clock(moment);
        assert_eq!(
            steward.worklist().await.last().unwrap(),
            &("PROMISED".to_owned(), "1-1-101".to_owned()),
            "{moment}"
        );
    }
    let page = steward.run("Worklist", json!({ "first": 100 })).await["worklist"].clone();
    let entry = page["edges"].as_array().unwrap().last().unwrap()["node"].clone();
    assert_eq!(
        (&entry["noDunningUntil"], &entry["promise"]["amount"]),
        (&json!("2026-11-27"), &json!("3000.00"))
    );
}

#[tokio::test]
async fn a_planned_step_is_due_on_its_day_and_slipped_on_the_next() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "103").await.to_string();
    steward.log_contact(&account, json!({ "next": { "on": "2026-11-25" } })).await;
    for (moment, reason) in
        [("2026-11-24", "PLANNED"), ("2026-11-25", "DUE"), ("2026-11-26", "SLIPPED")]
    {
        app.clock(&format!("{moment}T11:00:00+08:00"));
        let list = steward.worklist().await;
        let found = list.iter().find(|(_, room)| room == "1-1-103").unwrap();
        assert_eq!(found.0, reason, "{moment}");
    }
}
