//! Promises: recorded, superseded, judged, corrected.

use serde_json::{Value, json};

use crate::support::{
    Client, TestApp, books,
    books::{Company, receipts},
    client::promise,
    eventually, fresh_key,
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
    it.app.clock("2026-11-24T10:00:00+08:00");
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

impl Promised {
    /// Runs a mutation and answers its payload.
    async fn act(&self, client: &Client, name: &str, input: Value) -> Value {
        let mut input = input;
        input["idempotencyKey"] = json!(fresh_key());
        let data = client.run(name, json!({ "input": input })).await;
        data.as_object().unwrap().values().next().unwrap().clone()
    }

    async fn open_promise(&self) -> Value {
        self.steward.card(&self.account).await["promises"][0]["id"].clone()
    }

    async fn details(&self, id: &Value) -> Value {
        self.steward.run("PromiseDetails", json!({ "id": id })).await["node"].clone()
    }
}

#[tokio::test]
async fn a_promise_at_the_desk_needs_no_contact_and_keeps_how_it_came() {
    let it = promised().await;
    it.app.clock("2026-11-24T10:00:00+08:00");
    let party = it.steward.card(&it.account).await["holders"][0]["party"]["id"].clone();
    let at_desk = json!({
        "partyId": party,
        "givenHow": "AT_DESK",
        "way": "DESK",
        "note": "签了字",
        "lines": [{ "accountId": it.account, "amount": "1000.00", "dueOn": "2026-11-30" }],
        "confirm": { "inMinutes": 15 },
    });
    let made = it.act(&it.steward, "RecordPromise", at_desk).await;
    assert_eq!(made["problems"], json!([]), "{made}");
    assert_eq!(made["followUps"][0]["dueAt"], "2026-11-24T02:15:00.000000Z");
    assert_eq!(it.promises().await, states(&[("PENDING", None), ("CANCELLED", None)]));
    let told = it.details(&made["promises"][0]["id"]).await;
    assert_eq!(
        (&told["givenHow"], &told["note"], &told["partyId"], &told["contact"]),
        (&json!("AT_DESK"), &json!("签了字"), &party, &Value::Null)
    );
    let sources: Vec<_> = it.steward.card(&it.account).await["followUps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["source"].clone())
        .collect();
    assert_eq!(sources, ["CALL_BACK", "PROMISE"], "steps that nobody planned are answered");
}

#[tokio::test]
async fn a_promise_that_is_put_off_names_the_one_in_its_place() {
    let it = promised().await;
    let old = it.open_promise().await;
    it.app.clock("2026-11-24T10:00:00+08:00");
    let later = json!({ "promiseId": old, "givenHow": "RELAYED", "amount": "1000.00", "dueOn": "2026-11-30" });
    let made = it.act(&it.steward, "SupersedePromise", later.clone()).await;
    let told = it.details(&old).await;
    assert_eq!(
        (&told["state"], &told["endedWhy"], &told["supersededById"]),
        (&json!("CANCELLED"), &json!("SUPERSEDED"), &made["promises"][0]["id"])
    );
    let again = it.act(&it.steward, "SupersedePromise", later).await;
    assert_eq!(again["problems"][0]["code"], "INCONSISTENT");
    let far = json!({ "promiseId": made["promises"][0]["id"], "givenHow": "RELAYED", "amount": "0", "dueOn": "2027-11-30" });
    let far = it.act(&it.steward, "SupersedePromise", far).await;
    let fields: Vec<_> =
        far["problems"].as_array().unwrap().iter().map(|one| one["field"].clone()).collect();
    assert_eq!(fields, [json!(["amount"]), json!(["dueOn"])]);
}

#[tokio::test]
async fn a_promise_is_cancelled_before_its_day_by_who_recorded_it_and_from_then_on_by_a_manager_only()
 {
    let it = promised().await;
    let manager = it.app.sign_in(books::MANAGER).await;
    let cancel = async |client: &Client, reason: &str| {
        let input = json!({ "promiseId": it.open_promise().await, "reason": reason });
        it.act(client, "CancelPromise", input).await
    };
    let done = cancel(&it.steward, "WITHDRAWN").await;
    assert_eq!(
        (&done["promise"]["state"], &done["promise"]["endedWhy"]),
        (&json!("CANCELLED"), &json!("WITHDRAWN"))
    );
    let left = it.steward.card(&it.account).await["followUps"].clone();
    assert_eq!(left[0]["source"], "DEFAULT", "an open case has a next step: {left}");
    it.steward.log_contact(&it.account, promise(&it.account, "1000.00", "2026-11-27")).await;
    it.app.clock("2026-11-27T09:00:00+08:00");
    let dodge = cancel(&it.steward, "WITHDRAWN").await;
    assert_eq!(dodge["problems"][0]["code"], "TOO_LATE");
    assert_eq!(cancel(&manager, "SUPERSEDED").await["problems"][0]["code"], "INVALID");
    assert_eq!(cancel(&manager, "SETTLED").await["promise"]["state"], "CANCELLED");
    let by_manager = json!({
        "givenHow": "IN_WRITING",
        "way": "TRANSFER",
        "lines": [{ "accountId": it.account, "amount": "1000.00", "dueOn": "2026-12-04" }],
    });
    it.act(&manager, "RecordPromise", by_manager).await;
    let input = json!({ "promiseId": it.open_promise().await, "reason": "MISTAKE", "idempotencyKey": fresh_key() });
    let code = it.steward.code("CancelPromise", json!({ "input": input })).await;
    assert_eq!(code, "FORBIDDEN", "somebody else recorded it");
}

#[tokio::test]
async fn after_so_many_promises_that_were_not_kept_the_next_one_is_the_managers() {
    let it = promised().await;
    for (day, due_on) in [("24", "28"), ("25", "29"), ("26", "30")] {
        it.app.clock(&format!("2026-11-{day}T10:00:00+08:00"));
        let due_on = format!("2026-11-{due_on}");
        let made = it.steward.log_contact(&it.account, promise(&it.account, "1.00", &due_on)).await;
        assert_eq!(made["problems"], json!([]), "{made}");
    }
    it.app.clock("2026-11-27T10:00:00+08:00");
    let one_more = promise(&it.account, "1.00", "2026-12-01");
    let refused = it.steward.log_contact(&it.account, one_more.clone()).await;
    assert_eq!(refused["problems"][0]["code"], "TOO_MANY");
    assert_eq!(refused["problems"][0]["field"], json!(["promise", "lines", "0"]));
    let manager = it.app.sign_in(books::MANAGER).await;
    let made = manager.log_contact(&it.account, one_more).await;
    assert_eq!(made["problems"], json!([]));
}

#[tokio::test]
async fn money_named_for_another_month_does_not_keep_a_promise_that_names_its_charges() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    let charges = steward.card(&account).await["openCharges"].clone();
    let mut given = promise(&account, "1000.00", "2026-11-27");
    given["promise"]["lines"][0]["chargeIds"] = json!([charges[0]["id"]]);
    let made = steward.log_contact(&account, given.clone()).await;
    assert_eq!(made["problems"], json!([]), "{made}");
    let other = company.account(&app.app, "102").await.to_string();
    given["promise"]["lines"][0]["accountId"] = json!(other);
    let not_theirs = steward.log_contact(&other, given).await;
    assert_eq!(not_theirs["problems"][0]["code"], "NOT_FOUND");
    let it = Promised { app, company, steward, account };
    let pay = async |receipt: &str, month: &str| {
        let mut book = receipts(&[("101", receipt, "2026-11-25", 100_000)]);
        book.payments[0].period = Some(month.to_owned());
        it.company.import(&it.app.app, book).await.unwrap();
    };
    it.app.clock("2026-11-26T10:00:00+08:00");
    pay("X1", "2026-11").await;
    let told = it.details(&made["promises"][0]["id"]).await;
    assert_eq!(told["receivedSoFar"], "0.00");
    assert_eq!(told["namedCharges"][0]["period"], "2026-09");
    pay("X2", "2026-09").await;
    it.app.clock("2026-11-28T10:00:00+08:00");
    it.known_to("2026-11-27").await;
    assert_eq!(it.promises().await, states(&[("KEPT", Some("1000.00"))]));
}

#[tokio::test]
async fn what_was_received_so_far_is_shown_and_judged_only_when_the_books_are_known() {
    let it = promised().await;
    it.app.clock("2026-11-25T10:00:00+08:00");
    it.pay("X1", "2026-11-24", 30_000).await;
    let told = it.details(&it.open_promise().await).await;
    assert_eq!(
        (&told["receivedSoFar"], &told["received"], &told["state"]),
        (&json!("300.00"), &Value::Null, &json!("PENDING"))
    );
}

#[tokio::test]
async fn how_to_pay_is_a_text_with_name_room_amount_day_and_account() {
    let it = promised().await;
    let ask = async |language: &str| {
        let variables = json!({ "accountId": it.account, "language": language });
        it.steward.run("PaymentInstructions", variables).await["paymentInstructions"]["text"]
            .clone()
    };
    assert_eq!(ask("ZH").await, Value::Null, "nobody has said where to pay");
    let clerk = it.app.sign_in(books::CLERK).await;
    let community = it.company.community.to_string();
    let wrong = json!({ "communityId": community, "payee": " ", "bank": "某银行" });
    let refused = it.act(&clerk, "SetPaymentDetails", wrong).await;
    assert_eq!(refused["problems"].as_array().unwrap().len(), 3, "{refused}");
    let details = json!({
        "communityId": community,
        "payee": "测试物业有限公司",
        "bank": "建设银行测试支行",
        "accountNumber": "6217 0000 0000 1234",
        "wechat": "扫前台二维码",
    });
    let set = it.act(&clerk, "SetPaymentDetails", details).await;
    assert_eq!(set["paymentDetails"]["version"], 1);
    let zh = ask("ZH").await.as_str().unwrap().to_owned();
    for part in ["业主103", "1-1-103", "1000.00", "11月27日", "6217 0000 0000 1234", "测试苑"]
    {
        assert!(zh.contains(part), "{part}: {zh}");
    }
    assert!(!zh.contains("二维码"), "the promised way only: {zh}");
    let en = ask("EN").await.as_str().unwrap().to_owned();
    assert!(en.contains("27 November") && en.contains("account 6217 0000 0000 1234"), "{en}");
    let other = it.app.sign_in(books::OTHER_STEWARD).await;
    let theirs = other.run("PaymentInstructions", json!({ "accountId": it.account })).await;
    assert_eq!(theirs["paymentInstructions"], Value::Null);
}

#[tokio::test]
async fn a_promise_of_which_the_phone_told_late_ends_the_call_after_a_break() {
    let it = promised().await;
    it.app.clock("2026-11-28T10:00:00+08:00");
    it.known_to("2026-11-27").await;
    let sources = async || {
        let card = it.steward.card(&it.account).await;
        let steps = card["followUps"].as_array().unwrap().clone();
        steps.iter().map(|one| one["source"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(sources().await, ["BROKEN_PROMISE"]);
    it.app.clock("2026-11-30T09:00:00+08:00");
    let mut again = promise(&it.account, "1000.00", "2026-12-04");
    again["occurredAt"] = json!("2026-11-27T18:00:00+08:00");
    it.steward.log_contact(&it.account, again).await;
    assert_eq!(sources().await, ["PROMISE"]);
    let list = it.steward.worklist().await;
    assert!(
        list.iter().any(|(reason, room)| reason == "PROMISED" && room == "1-1-103"),
        "{list:?}"
    );
}

#[tokio::test]
async fn while_a_promise_is_open_an_unanswered_call_plans_no_other() {
    let it = promised().await;
    for day in ["2026-11-24", "2026-11-27"] {
        it.app.clock(&format!("{day}T11:00:00+08:00"));
        let logged =
            it.steward.log_contact(&it.account, json!({ "disposition": "NO_ANSWER" })).await;
        assert_eq!(logged["followUps"], json!([]), "{day}");
    }
    // What somebody wants is planned, and so is what asks nobody for money.
    let wanted =
        json!({ "disposition": "NO_ANSWER", "next": { "on": "2026-11-27", "at": "15:00" } });
    let logged = it.steward.log_contact(&it.account, wanted).await;
    assert_eq!(logged["followUps"][0]["source"], "CALL_BACK");
}

#[tokio::test]
async fn unconfirmed_money_that_cannot_matter_does_not_hold_up_a_verdict() {
    let it = promised().await;
    let old = json!({ "input": {
        "idempotencyKey": fresh_key(), "accountId": it.account, "amount": "0.01", "method": "CASH",
        "paidOn": "2026-11-02",
    } });
    let noted = it.steward.run("RecordPayment", old).await;
    assert_eq!(noted["recordPayment"]["payment"]["provisional"], true);
    it.app.clock("2026-11-27T20:00:00+08:00");
    it.known_to("2026-11-27").await;
    assert_eq!(it.promises().await, states(&[("PENDING", None)]), "its day is not over");
    it.app.clock("2026-11-28T08:00:00+08:00");
    eventually("the verdict of the next day", async || {
        (it.promises().await == states(&[("BROKEN", Some("0.00"))])).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_charge_that_is_named_twice_is_a_problem_of_the_input() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "103").await.to_string();
    let charge = steward.card(&account).await["openCharges"][0]["id"].clone();
    let mut twice = promise(&account, "10.00", "2026-11-27");
    twice["promise"]["lines"][0]["chargeIds"] = json!([charge, charge]);
    let logged = steward.log_contact(&account, twice).await;
    assert_eq!(logged["problems"][0]["code"], "DUPLICATE");
    assert_eq!(logged["problems"][0]["field"], json!(["promise", "lines", "0", "chargeIds"]));
}
