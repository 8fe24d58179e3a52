//! What is said or noted holds the dunning, and what the steward cannot decide goes up.

use serde_json::{Value, json};

use crate::support::{
    Client, TestApp, books,
    books::{Company, receipts},
    client::{input, promise},
};

/// Reason and last day of the holds in force.
async fn holds(client: &Client, account: &str) -> Vec<(String, String)> {
    let card = client.card(account).await;
    let text = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
    let holds = card["holds"].as_array().unwrap();
    holds.iter().map(|one| (text(one, "reason"), text(one, "until"))).collect()
}

/// Sources of the open steps, in order of the alphabet.
async fn sources(client: &Client, account: &str) -> Vec<String> {
    let card = client.card(account).await;
    let steps = card["followUps"].as_array().unwrap();
    let mut sources: Vec<_> =
        steps.iter().map(|one| one["source"].as_str().unwrap().to_owned()).collect();
    sources.sort();
    sources
}

fn pair(reason: &str, until: &str) -> Vec<(String, String)> {
    vec![(reason.to_owned(), until.to_owned())]
}

async fn known_to(app: &TestApp, company: &Company, day: &str) {
    let manager = app.sign_in(books::MANAGER).await;
    let fields = json!({ "communityId": company.community.to_string(), "knownTo": day });
    let set = manager.run("SetWatermark", input(fields)).await["setWatermark"].clone();
    assert_eq!(set["problems"], json!([]), "{set}");
}

#[tokio::test]
async fn a_dispute_is_left_alone_and_decided_by_the_manager() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    let manager = app.sign_in(books::MANAGER).await;
    let mut socket = manager.socket().await;
    socket.subscribe(0).await;
    let said = json!({ "disposition": "DISPUTED" });
    let logged = steward.log_contact(&account, said.clone()).await;
    assert_eq!(logged["problems"], json!([]), "{logged}");
    assert_eq!(socket.reminder().await.unwrap()["followUp"]["source"], "REFERRED");
    let held = holds(&steward, &account).await;
    assert_eq!(held[0].0, "DISPUTE");
    assert_eq!(sources(&steward, &account).await, ["REFERRED", "WAKE_UP"]);
    assert_eq!(steward.worklist().await.last().unwrap().0, "ON_HOLD");

    app.clock("2026-11-23T11:00:00+08:00");
    steward.log_contact(&account, said).await;
    assert_eq!(holds(&steward, &account).await, held, "saying it again makes it no longer");
    assert_eq!(sources(&steward, &account).await, ["REFERRED", "WAKE_UP"]);
}

#[tokio::test]
async fn who_says_they_have_paid_is_left_alone_while_our_books_are_looked_at() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    steward.log_contact(&account, json!({ "disposition": "CLAIMS_PAID" })).await;
    assert_eq!(holds(&steward, &account).await, pair("CLAIMS_PAID", "2026-11-26"));
    let card = steward.card(&account).await;
    let purposes: Vec<_> =
        card["followUps"].as_array().unwrap().iter().map(|one| one["purpose"].clone()).collect();
    assert!(purposes.contains(&json!("CHECK_PAYMENT")), "{purposes:?}");
}

#[tokio::test]
async fn what_was_said_by_another_owner_holds_nobody() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let wrong = company.account(&app.app, "101").await.to_string();
    let right = company.account(&app.app, "102").await.to_string();
    let logged = steward.log_contact(&wrong, json!({ "disposition": "HARDSHIP" })).await;
    assert_eq!(holds(&steward, &wrong).await[0].0, "HARDSHIP");
    app.clock("2026-11-23T11:00:00+08:00");
    let correction = input(json!({
        "contactId": logged["contact"]["id"],
        "accountIds": [right],
        "reason": "点错户",
    }));
    let corrected = steward.run("CorrectContact", correction).await["correctContact"].clone();
    assert_eq!(corrected["problems"], json!([]), "{corrected}");
    assert_eq!(holds(&steward, &wrong).await, []);
    let left = sources(&steward, &wrong).await;
    assert!(!left.iter().any(|one| one == "WAKE_UP" || one == "REFERRED"), "{left:?}");
    assert_eq!(steward.card(&wrong).await["openCase"]["whyNone"], Value::Null);
    assert_eq!(holds(&steward, &right).await[0].0, "HARDSHIP");
}

#[tokio::test]
async fn money_that_finance_has_not_seen_yet_stops_dunning_until_it_has() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let clerk = app.sign_in(books::CLERK).await;
    let account = company.account(&app.app, "101").await.to_string();
    let taken = input(json!({
        "accountId": account,
        "amount": "100.00",
        "paidOn": "2026-11-23",
        "method": "CASH",
    }));
    let noted = steward.run("RecordPayment", taken).await["recordPayment"].clone();
    assert_eq!(noted["problems"], json!([]), "{noted}");
    assert_eq!(holds(&steward, &account).await, pair("CLAIMS_PAID", "2026-11-26"));
    app.clock("2026-11-24T09:00:00+08:00");
    let confirm = input(json!({ "paymentId": noted["payment"]["id"] }));
    let confirmed = clerk.run("ConfirmPayment", confirm).await["confirmPayment"].clone();
    assert_eq!(confirmed["problems"], json!([]), "{confirmed}");
    assert_eq!(holds(&steward, &account).await, [], "the rest is dunned again");
    let card = steward.card(&account).await;
    assert_eq!(card["openCase"]["whyNone"], Value::Null);
    assert_eq!(card["arrears"]["overdue"], "2900.00");
}

#[tokio::test]
async fn the_second_break_in_a_row_goes_up_and_comes_down_when_the_money_was_there() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "103").await.to_string();
    let escalation = async || steward.card(&account).await["openCase"]["escalation"].clone();
    steward.log_contact(&account, promise(&account, "100.00", "2026-11-23")).await;
    app.clock("2026-11-24T10:00:00+08:00");
    known_to(&app, &company, "2026-11-23").await;
    assert_eq!(escalation().await, Value::Null, "one break is the steward's");
    steward.log_contact(&account, promise(&account, "200.00", "2026-11-25")).await;
    app.clock("2026-11-26T10:00:00+08:00");
    known_to(&app, &company, "2026-11-25").await;
    let up = escalation().await;
    assert_eq!(up["state"], "OPEN");
    app.clock("2026-11-26T15:00:00+08:00");
    let late = receipts(&[("103", "X1", "2026-11-25", 20_000)]);
    company.import(&app.app, late).await.unwrap();
    assert_eq!(escalation().await, Value::Null, "the second promise was kept");
    let manager = app.sign_in(books::MANAGER).await;
    let found = manager.run("Escalations", json!({})).await["escalations"]["edges"].clone();
    assert_eq!(found[0]["node"]["state"], "TAKEN_BACK");
}
