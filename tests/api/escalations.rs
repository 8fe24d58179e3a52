//! Escalations: a case is handed up, and somebody answers or it goes further up.

use serde_json::{Value, json};

use crate::support::{
    Client, TestApp, books,
    books::{Company, receipts},
    client::input,
    eventually,
};

/// The steward hands the case of flat 101 up.
async fn escalated(app: &TestApp, company: &Company) -> (Client, String, Value) {
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    let escalation = escalate(&steward, &account).await["escalation"].clone();
    (steward, account, escalation)
}

async fn escalate(client: &Client, account: &str) -> Value {
    let case = client.card(account).await["openCase"]["id"].clone();
    let fields = input(json!({ "caseId": case, "reason": "refuses to talk to me" }));
    client.run("EscalateCase", fields).await["escalateCase"].clone()
}

async fn answer(client: &Client, name: &str, escalation: &Value) -> Value {
    let mut fields = json!({ "escalationId": escalation["id"] });
    if name != "AcceptEscalation" {
        fields["reason"] = json!("please try once more");
    }
    let data = client.run(name, input(fields)).await;
    data.as_object().unwrap().values().next().unwrap().clone()
}

async fn open_of(client: &Client) -> usize {
    let found = client.run("Escalations", json!({ "state": "OPEN" })).await;
    found["escalations"]["edges"].as_array().unwrap().len()
}

#[tokio::test]
async fn a_case_that_is_handed_up_reminds_the_manager_at_once_and_is_theirs_when_accepted() {
    let (app, company) = TestApp::with_company().await;
    let manager = app.sign_in(books::MANAGER).await;
    let mut socket = manager.socket().await;
    socket.subscribe(0).await;
    let (steward, account, escalation) = escalated(&app, &company).await;
    assert_eq!(
        (&escalation["state"], &escalation["deadlineOn"]),
        (&json!("OPEN"), &json!("2026-11-25"))
    );
    let reminder = socket.reminder().await.unwrap();
    assert_eq!(reminder["followUp"]["source"], "ESCALATION");
    assert_eq!((open_of(&manager).await, open_of(&steward).await), (1, 1));
    let accepted = answer(&manager, "AcceptEscalation", &escalation).await;
    assert_eq!(accepted["escalation"]["state"], "ACCEPTED");
    let card = steward.card(&account).await;
    let theirs =
        card["followUps"].as_array().unwrap().iter().find(|one| one["source"] == "ESCALATION");
    let theirs = theirs.unwrap();
    assert_eq!(
        (&theirs["assigneeId"], &theirs["dueOn"]),
        (&escalation["addresseeId"], &json!("2026-11-24"))
    );
    assert_eq!((open_of(&manager).await, open_of(&steward).await), (0, 0));
    // A call of the steward's does not answer what is the manager's.
    app.clock("2026-11-24T10:00:00+08:00");
    steward.log_contact(&account, json!({ "disposition": "MET" })).await;
    let card = steward.card(&account).await;
    assert!(card["followUps"].as_array().unwrap().iter().any(|one| one["id"] == theirs["id"]));
}

#[tokio::test]
async fn a_case_that_is_given_back_reminds_the_steward_with_the_reason() {
    let (app, company) = TestApp::with_company().await;
    let (steward, account, escalation) = escalated(&app, &company).await;
    let mut socket = steward.socket().await;
    socket.subscribe(0).await;
    let manager = app.sign_in(books::MANAGER).await;
    let declined = answer(&manager, "DeclineEscalation", &escalation).await;
    assert_eq!(declined["escalation"]["state"], "DECLINED");
    let reminder = socket.reminder().await.unwrap();
    assert_eq!(reminder["followUp"]["note"], "please try once more");
    let again = answer(&manager, "AcceptEscalation", &escalation).await;
    assert_eq!(again["problems"][0]["code"], "CONFLICT");
    let happened = steward.card(&account).await["timeline"].clone();
    let happened: Vec<_> =
        happened.as_array().unwrap().iter().map(|entry| entry["happening"].clone()).collect();
    assert!(
        happened.contains(&json!("ESCALATED")) && happened.contains(&json!("ESCALATION_DECLINED"))
    );
}

#[tokio::test]
async fn whoever_handed_it_up_may_take_it_back_and_hand_it_up_again_but_never_twice_at_a_time() {
    let (app, company) = TestApp::with_company().await;
    let (steward, account, escalation) = escalated(&app, &company).await;
    assert_eq!(escalate(&steward, &account).await["problems"][0]["code"], "CONFLICT");
    let manager = app.sign_in(books::MANAGER).await;
    let taken = input(json!({ "escalationId": escalation["id"], "reason": "x" }));
    assert_eq!(manager.code("TakeBackEscalation", taken).await, "NOT_FOUND", "it is not theirs");
    let back = answer(&steward, "TakeBackEscalation", &escalation).await;
    assert_eq!(back["escalation"]["state"], "TAKEN_BACK");
    assert!(back["escalation"]["case"]["nextStep"]["id"].is_string());
    assert_eq!(escalate(&steward, &account).await["problems"], json!([]));
    let other = app.sign_in(books::OTHER_STEWARD).await;
    let case = steward.card(&account).await["openCase"]["id"].clone();
    let theirs = input(json!({ "caseId": case, "reason": "x" }));
    assert_eq!(other.code("EscalateCase", theirs).await, "NOT_FOUND");
}

#[tokio::test]
async fn what_nobody_answers_in_time_goes_further_up_and_at_the_top_is_asked_again() {
    let (app, company) = TestApp::with_company().await;
    let (steward, _, escalation) = escalated(&app, &company).await;
    let director = app.sign_in(books::DIRECTOR).await;
    let mut socket = director.socket().await;
    socket.subscribe(0).await;
    app.clock("2026-11-25T23:59:00+08:00");
    assert!(socket.is_quiet().await, "the deadline is not over");
    app.clock("2026-11-26T09:00:00+08:00");
    let reminder = socket.reminder().await.unwrap();
    assert_eq!(reminder["followUp"]["source"], "ESCALATION");
    let now =
        steward.run("Escalations", json!({})).await["escalations"]["edges"][0]["node"].clone();
    assert_ne!(now["addresseeId"], escalation["addresseeId"]);
    assert_eq!((&now["missedDeadlines"], &now["deadlineOn"]), (&json!(1), &json!("2026-11-30")));
    // Further up is the administrator, and above them nobody.
    for (missed, moment) in [(2, "2026-12-01T09:00:00+08:00"), (3, "2026-12-04T09:00:00+08:00")] {
        app.clock(moment);
        eventually("the next deadline", async || {
            let found = steward.run("Escalations", json!({})).await;
            let node = &found["escalations"]["edges"][0]["node"];
            (node["missedDeadlines"] == missed && node["state"] == "OPEN").then_some(())
        })
        .await;
    }
}

#[tokio::test]
async fn a_case_that_closes_settles_its_escalation() {
    let (app, company) = TestApp::with_company().await;
    let (steward, _, _) = escalated(&app, &company).await;
    company.import(&app.app, receipts(&[("101", "X1", "2026-11-23", 300_000)])).await.unwrap();
    let found = steward.run("Escalations", json!({})).await;
    assert_eq!(found["escalations"]["edges"][0]["node"]["state"], "SETTLED");
}

#[tokio::test]
async fn what_is_handed_up_while_the_manager_is_away_goes_to_who_stands_in() {
    let (app, company) = TestApp::with_company().await;
    let manager = app.sign_in(books::MANAGER).await;
    let director = app.sign_in(books::DIRECTOR).await;
    let id = async |client: &Client| client.run("Viewer", json!({})).await["viewer"]["id"].clone();
    let leave = input(json!({
        "absentId": id(&manager).await, "standInId": id(&director).await,
        "fromOn": "2026-11-23", "toOn": "2026-11-27",
    }));
    let away = director.run("Delegate", leave).await["delegate"].clone();
    assert_eq!(away["problems"], json!([]), "{away}");
    let mut socket = director.socket().await;
    socket.subscribe(0).await;
    let (_, _, escalation) = escalated(&app, &company).await;
    assert_eq!(escalation["state"], "OPEN");
    assert_eq!(socket.reminder().await.unwrap()["followUp"]["source"], "ESCALATION");
}
