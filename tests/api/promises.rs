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
