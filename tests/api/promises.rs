//! Promises: recorded, superseded, judged, corrected.

use serde_json::{Value, json};

use crate::support::{
    Client, TestApp, books,
    books::{Company, receipts},
    client::promise,
    fresh_key,
};

struct Promised {
    app: TestApp,
    company: Company,
    steward: Client,
    account: String,
}

/// Flat 103 owes 1,000.00 and promised it on Monday for Friday.
async fn promised() -> Promised {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "103").await.to_string();
    steward.log_contact(&account, promise(&account, "1000.00", "2026-11-27")).await;
    Promised { app, company, steward, account }
}

impl Promised {
    async fn pay(&self, receipt: &str, day: &str, fen: i64) {
        self.company.import(&self.app.app, receipts(&[("103", receipt, day, fen)])).await.unwrap();
    }

    async fn known_to(&self, day: &str) {
        let manager = self.app.sign_in(books::MANAGER).await;
        let community = self.company.community.to_string();
        let input =
            json!({ "idempotencyKey": fresh_key(), "communityId": community, "knownTo": day });
        let answer = manager.run("SetWatermark", json!({ "input": input })).await;
        assert_eq!(answer["setWatermark"]["problems"], json!([]), "{answer}");
    }

    async fn promises(&self) -> Vec<(Value, Value)> {
        let card = self.steward.card(&self.account).await;
        let list = card["promises"].as_array().unwrap().clone();
        list.iter().map(|one| (one["state"].clone(), one["received"].clone())).collect()
    }
}

fn states(expected: &[(&str, Option<&str>)]) -> Vec<(Value, Value)> {
    expected.iter().map(|(state, received)| (json!(state), json!(received))).collect()
}

#[tokio::test]
async fn money_in_time_keeps_it_and_closes_the_case() {
    let it = promised().await;
    it.app.clock("2026-11-28T10:00:00+08:00");
    it.pay("X1", "2026-11-27", 100_000).await;
    it.known_to("2026-11-27").await;
    assert_eq!(it.promises().await, states(&[("KEPT", Some("1000.00"))]));
    let card = it.steward.card(&it.account).await;
    assert_eq!((&card["openCase"], &card["followUps"]), (&Value::Null, &json!([])));
    assert!(!it.steward.worklist().await.iter().any(|(_, room)| room == "1-1-103"));
}

#[tokio::test]
async fn half_keeps_it_partly_and_the_rest_is_work_for_the_next_morning() {
    let it = promised().await;
    it.app.clock("2026-11-28T10:00:00+08:00");
    it.pay("X1", "2026-11-25", 50_000).await;
    it.known_to("2026-11-28").await;
    assert_eq!(it.promises().await, states(&[("PARTLY_KEPT", Some("500.00"))]));
    assert_eq!(it.steward.worklist().await[0], ("BROKEN_PROMISE".to_owned(), "1-1-103".to_owned()));
}

#[tokio::test]
async fn books_that_are_behind_judge_nobody() {
    let it = promised().await;
    it.app.clock("2026-12-05T10:00:00+08:00");
    it.known_to("2026-11-26").await;
    assert_eq!(it.promises().await, states(&[("PENDING", None)]));
}

#[tokio::test]
async fn books_that_were_known_before_the_day_was_over_judge_when_it_is() {
    let it = promised().await;
    it.app.clock("2026-11-27T20:00:00+08:00");
    it.known_to("2026-11-27").await;
    assert_eq!(it.promises().await, states(&[("PENDING", None)]), "the day is not over");
    it.app.clock("2026-11-28T00:00:01+08:00");
    let broken = crate::support::eventually("the verdict", async || {
        Some(it.promises().await).filter(|found| *found == states(&[("BROKEN", Some("0.00"))]))
    });
    broken.await;
}

#[tokio::test]
async fn money_in_time_that_is_learned_of_late_takes_the_break_back() {
    let it = promised().await;
    it.app.clock("2026-11-28T10:00:00+08:00");
    it.known_to("2026-11-27").await;
    assert_eq!(it.promises().await, states(&[("BROKEN", Some("0.00"))]));
    it.app.clock("2026-12-01T10:00:00+08:00");
    it.pay("X1", "2026-11-26", 100_000).await;
    assert_eq!(it.promises().await, states(&[("KEPT", Some("1000.00"))]));
    let card = it.steward.card(&it.account).await;
    assert_eq!(card["followUps"], json!([]));
    let happened: Vec<_> = card["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["happening"].clone())
        .collect();
    assert!(
        happened.contains(&json!("PROMISE_JUDGED"))
            && happened.contains(&json!("PROMISE_CORRECTED")),
        "{happened:?}"
    );
}

#[tokio::test]
async fn a_later_promise_takes_the_place_of_the_open_one_and_breaks_nothing() {
    let it = promised().await;
    it.app.clock("2026-11-24T10:00:00+08:00");
    it.steward.log_contact(&it.account, promise(&it.account, "600.00", "2026-11-30")).await;
    assert_eq!(it.promises().await, states(&[("PENDING", None), ("CANCELLED", None)]));
    let follow_ups = it.steward.card(&it.account).await["followUps"].clone();
    assert_eq!(
        follow_ups.as_array().unwrap().len(),
        1,
        "the look at the first one's money is gone: {follow_ups}"
    );
    assert_eq!(follow_ups[0]["dueOn"], "2026-11-30");
}

#[tokio::test]
async fn a_promise_given_earlier_that_arrives_late_enters_as_superseded() {
    let it = promised().await;
    let mut late = promise(&it.account, "5.00", "2026-11-26");
    late["occurredAt"] = json!("2026-11-23T08:00:00+08:00");
    it.steward.log_contact(&it.account, late).await;
    assert_eq!(it.promises().await, states(&[("PENDING", None), ("CANCELLED", None)]));
}

#[tokio::test]
async fn money_that_was_in_the_books_when_it_was_promised_does_not_count() {
    let (app, company) = TestApp::with_company().await;
    company.import(&app.app, receipts(&[("101", "X0", "2026-11-23", 100_000)])).await.unwrap();
    app.clock("2026-11-23T10:00:01+08:00");
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    steward.log_contact(&account, promise(&account, "1000.00", "2026-11-27")).await;
    let it = Promised { app, company, steward, account };
    it.app.clock("2026-11-28T10:00:00+08:00");
    it.known_to("2026-11-27").await;
    assert_eq!(it.promises().await, states(&[("BROKEN", Some("0.00"))]));
}

#[tokio::test]
async fn a_promise_logged_without_network_is_not_lost_when_its_day_has_passed() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "103").await.to_string();
    app.clock("2026-11-26T10:00:00+08:00");
    let mut offline = promise(&account, "1000.00", "2026-11-24");
    offline["occurredAt"] = json!("2026-11-23T16:00:00+08:00");
    let logged = steward.log_contact(&account, offline).await;
    assert_eq!(
        (&logged["problems"], &logged["promises"][0]["state"]),
        (&json!([]), &json!("PENDING"))
    );
    let it = Promised { app, company, steward, account };
    it.known_to("2026-11-25").await;
    assert_eq!(it.promises().await, states(&[("BROKEN", Some("0.00"))]));
}

#[tokio::test]
async fn an_offline_promise_is_judged_by_the_moment_it_was_given() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "103").await.to_string();
    app.clock("2026-11-23T12:00:00+08:00");
    company.import(&app.app, receipts(&[("103", "X1", "2026-11-23", 60_000)])).await.unwrap();
    app.clock("2026-11-23T18:00:00+08:00");
    let mut offline = promise(&account, "600.00", "2026-11-27");
    offline["occurredAt"] = json!("2026-11-23T10:00:00+08:00");
    steward.log_contact(&account, offline).await;
    let it = Promised { app, company, steward, account };
    it.app.clock("2026-11-28T10:00:00+08:00");
    it.known_to("2026-11-27").await;
    assert_eq!(it.promises().await, states(&[("KEPT", Some("600.00"))]));
}

#[tokio::test]
async fn a_correction_does_not_make_old_money_new() {
    let (app, company) = TestApp::with_company().await;
    company.import(&app.app, receipts(&[("101", "X0", "2026-11-23", 100_000)])).await.unwrap();
    app.clock("2026-11-23T11:00:00+08:00");
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    steward.log_contact(&account, promise(&account, "1000.00", "2026-11-27")).await;
    app.clock("2026-11-24T10:00:00+08:00");
    let mut corrected = receipts(&[("101", "X0", "2026-11-23", 100_000)]);
    corrected.payments[0].method = Some("支付宝".to_owned());
    let summary = company.import(&app.app, corrected).await.unwrap();
    assert_eq!(summary.payments.changed, 1);
    let it = Promised { app, company, steward, account };
    it.app.clock("2026-11-28T10:00:00+08:00");
    it.known_to("2026-11-27").await;
    assert_eq!(it.promises().await, states(&[("BROKEN", Some("0.00"))]));
}

#[tokio::test]
async fn a_sum_beside_a_charge_that_rises_adds_only_the_rise() {
    let (app, company) = TestApp::with_company().await;
    let paid = |fen| {
        let mut book = receipts(&[]);
        book.charges.push(books::charge("103", 11, 100_000));
        book.charges[0].paid_fen = Some(fen);
        book
    };
    company.import(&app.app, paid(30_000)).await.unwrap();
    app.clock("2026-11-23T11:00:00+08:00");
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "103").await.to_string();
    steward.log_contact(&account, promise(&account, "500.00", "2026-11-27")).await;
    app.clock("2026-11-26T10:00:00+08:00");
    company.import(&app.app, paid(50_000)).await.unwrap();
    let it = Promised { app, company, steward, account };
    assert_eq!(it.steward.card(&it.account).await["arrears"]["overdue"], "500.00");
    it.app.clock("2026-11-28T10:00:00+08:00");
    it.known_to("2026-11-27").await;
    assert_eq!(it.promises().await, states(&[("BROKEN", Some("200.00"))]));
    it.company.import(&it.app.app, paid(40_000)).await.unwrap();
    assert_eq!(
        it.steward.card(&it.account).await["arrears"]["overdue"],
        "600.00",
        "a fall is a correction"
    );
}

#[tokio::test]
async fn a_promise_older_than_one_that_is_judged_already_breaks_nothing() {
    let it = promised().await;
    it.app.clock("2026-11-28T10:00:00+08:00");
    it.pay("X1", "2026-11-27", 100_000).await;
    it.known_to("2026-11-27").await;
    let mut late = promise(&it.account, "5.00", "2026-11-24");
    late["occurredAt"] = json!("2026-11-23T08:00:00+08:00");
    it.steward.log_contact(&it.account, late).await;
    assert_eq!(it.promises().await, states(&[("KEPT", Some("1000.00")), ("CANCELLED", None)]));
}

#[tokio::test]
async fn a_payment_that_is_reversed_before_the_day_leaves_the_reminder_of_the_day() {
    let it = promised().await;
    it.pay("X1", "2026-11-24", 100_000).await;
    it.app.clock("2026-11-25T10:00:00+08:00");
    it.pay("X1", "2026-11-24", 1).await;
    it.app.clock("2026-11-27T08:00:00+08:00");
    let mut socket = it.steward.socket().await;
    socket.subscribe(0).await;
    assert_eq!(socket.reminder().await.unwrap()["followUp"]["source"], "PROMISE");
}

#[tokio::test]
async fn who_paid_everything_is_not_on_the_list_and_not_reminded_of() {
    let it = promised().await;
    it.pay("X1", "2026-11-24", 100_000).await;
    for day in ["2026-11-27", "2026-11-28"] {
        it.app.clock(&format!("{day}T10:00:00+08:00"));
        assert!(!it.steward.worklist().await.iter().any(|(_, room)| room == "1-1-103"), "{day}");
    }
    it.known_to("2026-11-23").await;
    let mut socket = it.steward.socket().await;
    socket.subscribe(0).await;
    assert!(socket.is_quiet().await);
}

#[tokio::test]
async fn money_that_came_too_late_but_in_full_breaks_the_promise_and_calls_nobody() {
    let it = promised().await;
    it.app.clock("2026-11-30T10:00:00+08:00");
    it.pay("X1", "2026-11-29", 100_000).await;
    it.known_to("2026-11-29").await;
    assert_eq!(it.promises().await, states(&[("BROKEN", Some("0.00"))]));
    assert!(!it.steward.worklist().await.iter().any(|(_, room)| room == "1-1-103"));
    assert_eq!(it.steward.card(&it.account).await["followUps"], json!([]));
}

#[tokio::test]
async fn a_broken_promise_is_answered_by_a_talk_not_by_a_call_that_nobody_took() {
    let it = promised().await;
    it.app.clock("2026-11-30T10:00:00+08:00");
    it.known_to("2026-11-29").await;
    it.steward.log_contact(&it.account, json!({ "disposition": "NO_ANSWER" })).await;
    it.app.clock("2026-12-01T10:00:00+08:00");
    assert_eq!(it.steward.worklist().await[0], ("BROKEN_PROMISE".to_owned(), "1-1-103".to_owned()));
    let before = json!({ "disposition": "MET", "occurredAt": "2026-11-29T10:00:00+08:00" });
    it.steward.log_contact(&it.account, before).await;
    assert_eq!(
        it.steward.worklist().await[0].0,
        "BROKEN_PROMISE",
        "a talk before the break does not answer it"
    );
    it.steward.log_contact(&it.account, json!({ "disposition": "REFUSED" })).await;
    assert!(it.steward.worklist().await.iter().all(|(reason, _)| reason != "BROKEN_PROMISE"));
}
