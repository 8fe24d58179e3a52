//! The calendar of workdays: imported by year, and what falls on its days is planned again.

use serde_json::{Value, json};

use crate::support::{Client, TestApp, books, client::input};

const SPRING: &str = "2027-02-15,off,春节\n2027-02-16,off,春节\n2027-02-20,work,春节\n";

async fn import(client: &Client, text: &str) -> Value {
    client.run("ImportCalendar", input(json!({ "text": text }))).await["importCalendar"].clone()
}

/// The days of the open steps of an account.
async fn days(client: &Client, account: &str) -> Vec<String> {
    let card = client.card(account).await;
    let steps = card["followUps"].as_array().unwrap();
    steps.iter().map(|one| one["dueOn"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_year_that_is_not_published_says_so_until_its_list_is_imported() {
    let (app, _) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let known =
        async |year| steward.run("Calendar", json!({ "year": year })).await["calendar"].clone();
    let (of_2026, of_2027) = (known(2026).await, known(2027).await);
    assert_eq!(
        (&of_2026["published"], of_2026["days"].as_array().unwrap().len()),
        (&json!(true), 39)
    );
    assert_eq!((&of_2027["published"], &of_2027["days"]), (&json!(false), &json!([])));
    assert!(of_2027["note"].as_str().unwrap().contains("2027"));
    let administrator = app.sign_in(books::ADMINISTRATOR).await;
    let empty = import(&administrator, r#"{ "year": 2027, "days": [] }"#).await;
    assert_eq!(empty["problems"][0]["code"], "INVALID");
    assert_eq!(import(&administrator, SPRING).await["years"][0]["published"], true);
    let of_2027 = known(2027).await;
    assert_eq!((&of_2027["note"], of_2027["days"].as_array().unwrap().len()), (&Value::Null, 3));
}

#[tokio::test]
async fn what_was_planned_for_a_day_that_turns_out_free_moves_and_comes_back() {
    let (app, company) = TestApp::with_company().await;
    let replica = app.replica().await;
    app.clock("2027-02-10T10:00:00+08:00");
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    // The hold ends on a Sunday; the account wakes up on the Monday, as far as anybody knows.
    let hold = json!({ "accountId": account, "reason": "DISPUTE", "until": "2027-02-14" });
    steward.run("PlaceHold", input(hold)).await;
    let agreed = json!({ "on": "2027-02-15", "at": "10:00", "agreed": true, "note": "as agreed" });
    steward.run("PlanFollowUp", input(json!({ "accountId": account, "step": agreed }))).await;
    assert_eq!(days(&steward, &account).await, ["2027-02-15", "2027-02-15"]);
    let administrator = app.sign_in(books::ADMINISTRATOR).await;
    assert_eq!(import(&administrator, SPRING).await["moved"], 1);
    assert_eq!(days(&steward, &account).await, ["2027-02-15", "2027-02-17"], "agreed hours stay");
    assert_eq!(import(&administrator, SPRING).await["moved"], 0, "the same list changes nothing");
    // Another replica goes by it at once.
    let there = steward.at(replica.address);
    let other = company.account(&app.app, "102").await.to_string();
    let hold = json!({ "accountId": other, "reason": "DISPUTE", "until": "2027-02-14" });
    there.run("PlaceHold", input(hold)).await;
    assert_eq!(days(&there, &other).await, ["2027-02-17"]);
    // The office corrects the list: the Monday is worked after all.
    assert_eq!(import(&administrator, "2027-02-16,off,春节").await["moved"], 2);
    assert_eq!(days(&steward, &other).await, ["2027-02-15"]);
}

#[tokio::test]
async fn a_community_says_where_steps_on_rest_days_go() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let manager = app.sign_in(books::MANAGER).await;
    let account = company.account(&app.app, "101").await.to_string();
    let hold = json!({ "accountId": account, "reason": "DISPUTE", "until": "2026-12-04" });
    steward.run("PlaceHold", input(hold)).await;
    for (rule, day) in [("STAY", "2026-12-05"), ("NEXT", "2026-12-07"), ("PREVIOUS", "2026-12-07")]
    {
        let set = json!({ "communityId": company.community.to_string(), "restDayRule": rule });
        let set = manager.run("SetCasePolicy", input(set)).await["setCasePolicy"].clone();
        assert_eq!(
            (&set["problems"], &set["casePolicy"]["restDayRule"]),
            (&json!([]), &json!(rule))
        );
        assert_eq!(days(&steward, &account).await, [day], "{rule}");
    }
}

#[tokio::test]
async fn the_policy_has_bounds_and_versions() {
    let (app, company) = TestApp::with_company().await;
    let manager = app.sign_in(books::MANAGER).await;
    let community = company.community.to_string();
    let bad = json!({ "communityId": community, "sightingDays": 31, "roundsADay": 0,
        "holdLimits": [{ "reason": "DISPUTE", "days": 1000 }] });
    let refused = manager.run("SetCasePolicy", input(bad)).await["setCasePolicy"].clone();
    let codes: Vec<_> =
        refused["problems"].as_array().unwrap().iter().map(|one| one["code"].clone()).collect();
    assert_eq!(codes, [json!("TOO_SMALL"), json!("TOO_LARGE"), json!("TOO_LARGE")]);
    let set = json!({ "communityId": community,
        "holdLimits": [{ "reason": "DISPUTE", "days": 5 }] });
    let set = manager.run("SetCasePolicy", input(set)).await["setCasePolicy"]["casePolicy"].clone();
    assert_eq!(set["version"], 1);
    let again = json!({ "communityId": community });
    let again = manager.run("SetCasePolicy", input(again)).await["setCasePolicy"].clone();
    assert_eq!(again["casePolicy"]["version"], 1, "nothing changed");
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    let long = json!({ "accountId": account, "reason": "DISPUTE", "until": "2026-11-28" });
    let refused = steward.run("PlaceHold", input(long)).await["placeHold"].clone();
    assert_eq!(refused["problems"][0]["code"], "TOO_LATE");
}
