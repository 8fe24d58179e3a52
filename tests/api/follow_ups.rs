//! Follow-ups by hand: planned, put off, done, cancelled, given to somebody else; and an open case is never bare.

use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::support::{
    Client, TestApp, books,
    books::{Company, receipts},
    client::{input, promise},
    eventually,
};

async fn plan(client: &Client, account: &str, step: Value) -> Value {
    let fields = input(json!({ "accountId": account, "step": step }));
    client.run("PlanFollowUp", fields).await["planFollowUp"].clone()
}

/// An act on a follow-up as it was seen.
async fn act(client: &Client, name: &str, seen: &Value, more: Value) -> Value {
    let mut fields = json!({ "followUpId": seen["id"], "expectedRevision": seen["revision"] });
    for (field, value) in more.as_object().unwrap() {
        fields[field] = value.clone();
    }
    let data = client.run(name, input(fields)).await;
    data.as_object().unwrap().values().next().unwrap().clone()
}

fn code(answer: &Value) -> (&Value, &Value) {
    (&answer["problems"][0]["code"], &answer["problems"][0]["field"])
}

async fn steward_of_101() -> (TestApp, Company, Client, String) {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    (app, company, steward, account)
}

#[tokio::test]
async fn several_rounds_on_one_day_each_say_why_and_remind_at_their_hour() {
    let (app, _, steward, account) = steward_of_101().await;
    let first = plan(&steward, &account, json!({ "on": "2026-11-24", "at": "10:30" })).await;
    assert_eq!(first["problems"], json!([]));
    let bare = plan(&steward, &account, json!({ "on": "2026-11-24", "at": "12:00" })).await;
    assert_eq!(code(&bare), (&json!("REQUIRED"), &json!(["step", "note"])));
    for at in ["12:00", "12:20", "13:00"] {
        let step = json!({ "on": "2026-11-24", "at": at, "note": "the answer was vague" });
        assert_eq!(plan(&steward, &account, step).await["problems"], json!([]));
    }
    let mut socket = steward.socket().await;
    socket.subscribe(0).await;
    for at in ["10:30", "12:00", "12:20", "13:00"] {
        app.clock(&format!("2026-11-24T{at}:00+08:00"));
        let reminder = socket.reminder().await.unwrap();
        assert_eq!(reminder["account"]["unit"]["room"], "1-1-101", "{at}");
        assert!(socket.is_quiet().await, "one reminder at {at}");
    }
}

#[tokio::test]
async fn a_day_has_only_so_many_rounds() {
    let (app, company, steward, account) = steward_of_101().await;
    let few = json!({ "communityId": company.community.to_string(), "roundsADay": 2 });
    app.sign_in(books::MANAGER).await.run("SetCasePolicy", input(few)).await;
    for wanted in [json!([]), json!([]), json!(["step", "on"])] {
        let step = json!({ "on": "2026-11-25", "note": "once more" });
        let planned = plan(&steward, &account, step).await;
        assert_eq!(
            planned["problems"].get(0).map_or(json!([]), |one| one["field"].clone()),
            wanted
        );
    }
}

#[tokio::test]
async fn a_step_is_planned_for_a_day_to_come_within_the_horizon_and_outside_of_holds() {
    let (_app, _, steward, account) = steward_of_101().await;
    for (step, wanted, field) in [
        (json!({ "on": "2026-11-22" }), "TOO_EARLY", "on"),
        (json!({ "on": "2026-11-23", "at": "09:00" }), "TOO_EARLY", "at"),
        (json!({ "on": "2027-11-23" }), "TOO_LATE", "on"),
        (json!({ "on": "2026-11-25", "agreed": true }), "REQUIRED", "at"),
    ] {
        let refused = plan(&steward, &account, step.clone()).await;
        assert_eq!(code(&refused), (&json!(wanted), &json!(["step", field])), "{step}");
    }
    let hold = json!({ "accountId": account, "reason": "HARDSHIP", "until": "2026-11-27" });
    steward.run("PlaceHold", input(hold)).await;
    let call = plan(&steward, &account, json!({ "on": "2026-11-26" })).await;
    assert_eq!(code(&call), (&json!("ON_HOLD"), &json!(["step", "on"])));
    let agreed = json!({ "on": "2026-11-26", "at": "10:00", "agreed": true });
    assert_eq!(plan(&steward, &account, agreed).await["problems"], json!([]));
    let look = json!({ "on": "2026-11-26", "purpose": "CHECK_PAYMENT", "note": "the books" });
    assert_eq!(plan(&steward, &account, look).await["problems"], json!([]));
}

#[tokio::test]
async fn what_is_put_off_reminds_anew_keeps_its_age_and_may_not_be_put_off_for_ever() {
    let (app, _, steward, account) = steward_of_101().await;
    let mut seen =
        plan(&steward, &account, json!({ "on": "2026-11-24" })).await["followUp"].clone();
    let mut socket = steward.socket().await;
    socket.subscribe(0).await;
    app.clock("2026-11-24T09:00:00+08:00");
    assert_eq!(socket.reminder().await.unwrap()["sequence"], 1);
    for (index, day) in ["2026-11-25", "2026-11-26", "2026-11-27"].iter().enumerate() {
        let more = json!({ "on": day, "reason": "not at home" });
        let off = act(&steward, "SnoozeFollowUp", &seen, more).await;
        assert_eq!(off["problems"], json!([]));
        seen = off["followUp"].clone();
        assert_eq!((&seen["snoozes"], &seen["revision"]), (&json!(index + 1), &json!(index + 2)));
    }
    let more = json!({ "on": "2026-11-30", "reason": "again" });
    let refused = act(&steward, "SnoozeFollowUp", &seen, more.clone()).await;
    assert_eq!(code(&refused), (&json!("TOO_MANY"), &json!(["followUpId"])));
    app.clock("2026-11-27T09:00:00+08:00");
    assert_eq!(socket.reminder().await.unwrap()["sequence"], 2);
    assert!(socket.is_quiet().await, "only the last date reminds");
    let card = steward.card(&account).await;
    let shown = card["followUps"].as_array().unwrap().iter().find(|one| one["id"] == seen["id"]);
    let shown = shown.unwrap();
    assert_eq!((&shown["plannedFor"], &shown["age"]), (&json!("2026-11-24"), &json!(3)));
    let manager = app.sign_in(books::MANAGER).await;
    assert_eq!(act(&manager, "SnoozeFollowUp", &seen, more).await["problems"], json!([]));
}

#[tokio::test]
async fn two_people_cannot_overwrite_each_other_unseen() {
    let (app, _, steward, account) = steward_of_101().await;
    let seen = plan(&steward, &account, json!({ "on": "2026-11-24" })).await["followUp"].clone();
    let manager = app.sign_in(books::MANAGER).await;
    let more = json!({ "on": "2026-11-26", "reason": "first" });
    assert_eq!(act(&manager, "SnoozeFollowUp", &seen, more).await["problems"], json!([]));
    for (name, more) in [
        ("SnoozeFollowUp", json!({ "on": "2026-11-25", "reason": "second" })),
        ("CompleteFollowUp", json!({ "note": "done" })),
        ("CancelFollowUp", json!({ "reason": "no" })),
        ("ReassignFollowUp", json!({ "reason": "no" })),
    ] {
        let late = act(&steward, name, &seen, more).await;
        assert_eq!(code(&late), (&json!("CONFLICT"), &json!(["expectedRevision"])), "{name}");
    }
    let other = app.sign_in(books::OTHER_STEWARD).await;
    let theirs = json!({ "followUpId": seen["id"], "expectedRevision": 2, "note": "x" });
    assert_eq!(other.code("CompleteFollowUp", input(theirs)).await, "NOT_FOUND");
}

#[tokio::test]
async fn what_is_done_or_cancelled_leaves_the_case_with_a_next_step() {
    let (_app, _, steward, account) = steward_of_101().await;
    let opening = steward.card(&account).await["followUps"][0].clone();
    let next = json!({ "on": "2026-11-26", "note": "as agreed" });
    let done =
        act(&steward, "CompleteFollowUp", &opening, json!({ "note": "read", "next": next })).await;
    assert_eq!(done["problems"], json!([]));
    assert_eq!(
        (&done["followUp"]["open"], &done["next"]["dueOn"]),
        (&json!(false), &json!("2026-11-26"))
    );
    let bad = json!({ "note": "x", "next": { "on": "2026-11-01" } });
    let refused = act(&steward, "CompleteFollowUp", &done["next"], bad).await;
    assert_eq!(code(&refused), (&json!("TOO_EARLY"), &json!(["next", "on"])));
    let cancelled = act(&steward, "CancelFollowUp", &done["next"], json!({ "reason": "no" })).await;
    assert_eq!(cancelled["problems"], json!([]));
    let case = steward.card(&account).await;
    assert_eq!(case["openCase"]["whyNone"], Value::Null);
    assert_eq!(case["followUps"][0]["source"], "DEFAULT");
    // What goes with a promise goes with the promise.
    steward.log_contact(&account, promise(&account, "100.00", "2026-11-27")).await;
    let card = steward.card(&account).await;
    let look = card["followUps"].as_array().unwrap().iter().find(|one| one["source"] == "PROMISE");
    let refused = act(&steward, "CancelFollowUp", look.unwrap(), json!({ "reason": "x" })).await;
    assert_eq!(code(&refused), (&json!("INCONSISTENT"), &json!(["followUpId"])));
}

#[tokio::test]
async fn what_is_given_to_a_colleague_reminds_them_and_they_reach_it_until_it_is_done() {
    let (app, _, steward, account) = steward_of_101().await;
    let other = app.sign_in(books::OTHER_STEWARD).await;
    let colleague = other.run("Viewer", json!({})).await["viewer"]["id"].clone();
    let clerk =
        app.sign_in(books::CLERK).await.run("Viewer", json!({})).await["viewer"]["id"].clone();
    let seen = plan(&steward, &account, json!({ "on": "2026-11-24" })).await["followUp"].clone();
    let wrong = json!({ "to": clerk, "reason": "x" });
    let refused = act(&steward, "ReassignFollowUp", &seen, wrong).await;
    assert_eq!(code(&refused), (&json!("NOT_FOUND"), &json!(["to"])));
    assert_eq!(other.card(&account).await, Value::Null);
    let to = json!({ "to": colleague, "reason": "I am away" });
    let given = act(&steward, "ReassignFollowUp", &seen, to).await["followUp"].clone();
    assert_eq!(given["assigneeId"], colleague);
    let mut theirs = other.socket().await;
    theirs.subscribe(0).await;
    let mut mine = steward.socket().await;
    mine.subscribe(0).await;
    app.clock("2026-11-24T09:00:00+08:00");
    assert_eq!(theirs.reminder().await.unwrap()["account"]["unit"]["room"], "1-1-101");
    assert!(mine.is_quiet().await);
    let early =
        json!({ "followUpId": given["id"], "expectedRevision": given["revision"], "note": "x" });
    assert_eq!(steward.code("CompleteFollowUp", input(early)).await, "FORBIDDEN");
    let done = act(&other, "CompleteFollowUp", &given, json!({ "note": "was there" })).await;
    assert_eq!(done["problems"], json!([]));
    assert_eq!(other.card(&account).await, Value::Null, "it is theirs no longer");
}

/// A random act of an ordinary day on one account.
async fn some_act(client: &Client, account: &str, number: u8) {
    let card = client.card(account).await;
    let Some(first) = card["followUps"].get(0).cloned() else { return };
    match number {
        0 => drop(client.log_contact(account, json!({ "disposition": "MET" })).await),
        1 => drop(client.log_contact(account, json!({})).await),
        // What was handed up is not the steward's to end; they are told so.
        2 | 3 => {
            let name = if number == 2 { "CompleteFollowUp" } else { "CancelFollowUp" };
            let mut fields =
                json!({ "followUpId": first["id"], "expectedRevision": first["revision"] });
            fields[if number == 2 { "note" } else { "reason" }] = json!("done");
            client.answer(name, input(fields)).await;
        }
        4 => {
            let hold =
                json!({ "accountId": account, "reason": "COOL_DOWN", "until": "2026-11-25" });
            client.run("PlaceHold", input(hold)).await;
        }
        5 => {
            if let Some(hold) = card["holds"].get(0) {
                let lift = json!({ "holdId": hold["id"], "reason": "over" });
                client.run("LiftHold", input(lift)).await;
            }
        }
        6 => {
            let case = json!({ "caseId": card["openCase"]["id"], "reason": "too hard" });
            client.run("EscalateCase", input(case)).await;
        }
        7 => {
            let id = &card["openCase"]["escalation"]["id"];
            if id.is_string() {
                let back = json!({ "escalationId": id, "reason": "let me try" });
                client.run("TakeBackEscalation", input(back)).await;
            }
        }
        _ => drop(plan(client, account, json!({ "on": "2026-11-26", "note": "round" })).await),
    }
}

#[test]
fn whatever_is_done_an_open_case_has_a_next_step_and_an_account_on_hold_wakes_up() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let (app, company) = runtime.block_on(TestApp::with_company());
    let steward = runtime.block_on(app.sign_in(books::STEWARD));
    let account = runtime.block_on(company.account(&app.app, "101")).to_string();
    let config = Config { cases: 12, failure_persistence: None, ..Config::default() };
    let acts = proptest::collection::vec(0u8..9, 1..8);
    let run = TestRunner::new(config).run(&acts, |acts| {
        runtime.block_on(async {
            for number in acts {
                some_act(&steward, &account, number).await;
                let card = steward.card(&account).await;
                assert_eq!(card["openCase"]["whyNone"], Value::Null, "{card}");
                let held = !card["holds"].as_array().unwrap().is_empty();
                let steps = card["followUps"].as_array().unwrap();
                let wakes = steps.iter().any(|one| one["source"] == "WAKE_UP");
                assert!(!held || wakes, "{card}");
            }
        });
        Ok(())
    });
    run.unwrap();
}

#[tokio::test]
async fn a_case_without_a_next_step_is_found_on_the_next_day() {
    let (app, company, steward, account) = steward_of_101().await;
    let conn = app.database().read();
    let bare = "UPDATE follow_up SET state = 'CANCELLED'";
    sea_orm::ConnectionTrait::execute_unprepared(conn, bare).await.unwrap();
    assert_eq!(steward.card(&account).await["openCase"]["whyNone"], "UNPLANNED");
    app.clock("2026-11-24T10:00:00+08:00");
    eventually("a next step", async || {
        let case = steward.card(&account).await["openCase"].clone();
        (case["whyNone"] == Value::Null).then_some(())
    })
    .await;
    company.import(&app.app, receipts(&[("101", "X1", "2026-11-24", 300_000)])).await.unwrap();
    assert_eq!(steward.card(&account).await["openCase"], Value::Null);
}
