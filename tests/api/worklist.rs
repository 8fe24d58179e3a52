//! The worklist: order, pages, versions.

use guanjia::{kernel::By, owners::assignments::commands::assign_free};
use guanjia_books::HolderRow;
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};

use crate::support::{Client, TestApp, books, books::Company, client::promise, fresh_key};

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
        rooms.push(
            edges[0]["node"]["accounts"][0]["account"]["unit"]["room"].as_str().unwrap().to_owned(),
        );
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
    assert_eq!(
        page["counts"],
        json!([{ "reason": "QUIET", "entries": 3, "accounts": 3, "overdue": "6000.00" }])
    );
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
        (&entry["accounts"][0]["pauses"][0], &entry["accounts"][0]["promise"]["amount"]),
        (&json!({ "kind": "PROMISE", "until": "2026-11-27", "hold": null }), &json!("3000.00"))
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

/// Flats that the steward looks after and that belong to somebody: number, months paid, holders with the first one's number.
async fn flats(app: &TestApp, company: &Company, new: &[(&str, usize, &[&str], &str)]) {
    let mut book =
        books::book(&new.iter().map(|(number, paid, ..)| (*number, *paid)).collect::<Vec<_>>());
    for (unit, (_, _, holders, phone)) in book.units.iter_mut().zip(new) {
        unit.holders = holders.iter().map(|name| HolderRow { name: (*name).to_owned() }).collect();
        unit.phones = if phone.is_empty() { Vec::new() } else { vec![(*phone).to_owned()] };
    }
    company.import(&app.app, book).await.unwrap();
    let steward = app.sign_in(books::STEWARD).await.run("Viewer", json!({})).await;
    let steward = steward["viewer"]["id"].as_str().unwrap().parse().unwrap();
    let (community, from_on) = (company.community, "2026-01-01".parse().unwrap());
    let act = app.app.kernel.write(By::System(company.organization), |work| {
        Box::pin(async move { assign_free(work, community, steward, from_on).await })
    });
    assert_eq!(act.await.unwrap(), new.len());
}

async fn entries(steward: &Client, variables: Value) -> Vec<Value> {
    let list = steward.run("Worklist", variables).await["worklist"].clone();
    list["edges"].as_array().unwrap().iter().map(|edge| edge["node"].clone()).collect()
}

fn rooms(entry: &Value) -> Vec<&str> {
    let accounts = entry["accounts"].as_array().unwrap();
    accounts.iter().map(|one| one["account"]["unit"]["room"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn one_owner_of_many_flats_is_one_conversation_with_the_most_urgent_flat_first() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let wang: &[&str] = &["王芳"];
    let flat = |number, paid| (number, paid, wang, "13712345678");
    flats(&app, &company, &[flat("201", 2), flat("202", 0), flat("203", 3)]).await;
    let list = entries(&steward, json!({})).await;
    assert_eq!(
        rooms(&list[0]),
        ["1-1-202", "1-1-201"],
        "who owes nothing for 203 is not asked for it"
    );
    assert_eq!(
        (&list[0]["owner"]["name"], &list[0]["overdue"], &list[0]["accountCount"]),
        (&json!("王芳"), &json!("4000.00"), &json!(2))
    );
    assert_eq!(list[0]["accounts"][1]["oldestCharge"]["dueOn"], "2026-11-15");
    assert_eq!(list[0]["oldestDueOn"], "2026-09-15");

    let account = company.account(&app.app, "201").await.to_string();
    steward.log_contact(&account, json!({ "next": { "on": "2026-11-23", "at": "10:30" } })).await;
    let list = entries(&steward, json!({})).await;
    assert_eq!(
        (rooms(&list[0]), &list[0]["reason"]),
        (vec!["1-1-201", "1-1-202"], &json!("CALL_BACK"))
    );
    assert_eq!(list[0]["accounts"][1]["reason"], "QUIET");
    assert_eq!(list[0]["lastContact"]["disposition"], "NO_ANSWER");
    let id = list[0]["id"].clone();
    let again = steward.post(json!({ "query": "query($id: ID!) { node(id: $id) { ... on WorklistEntry { id reason accountCount } } }", "variables": { "id": id } })).await;
    assert_eq!(
        again["data"]["node"],
        json!({ "id": id, "reason": "CALL_BACK", "accountCount": 2 })
    );
    let other = app.sign_in(books::OTHER_STEWARD).await;
    let theirs = other.post(json!({ "query": "query($id: ID!) { node(id: $id) { id } }", "variables": { "id": id } })).await;
    assert_eq!(theirs["data"]["node"], Value::Null, "it is on my list, not on theirs");
}

#[tokio::test]
async fn the_first_holder_decides_and_a_flat_of_nobody_stands_alone() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    flats(
        &app,
        &company,
        &[
            ("201", 0, &["王芳", "李强"], "13712345678"),
            ("202", 0, &["王芳"], "13712345678"),
            ("203", 0, &["李强", "王芳"], "13712345679"),
            ("204", 0, &[], ""),
            ("205", 0, &[], ""),
        ],
    )
    .await;
    let list = entries(&steward, json!({ "filter": { "minimumOverdue": "3000" } })).await;
    let mut found: Vec<_> = list
        .iter()
        .map(|entry| (entry["owner"]["name"].as_str().unwrap_or("nobody"), rooms(entry).len()))
        .collect();
    found.sort_unstable();
    let expected = [("nobody", 1), ("nobody", 1), ("业主101", 1), ("李强", 1), ("王芳", 2)];
    assert_eq!(found, expected);
}

#[tokio::test]
async fn filters_narrow_the_list_and_counts_tell_of_every_reason() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "103").await.to_string();
    steward.log_contact(&account, json!({ "next": { "on": "2026-11-23", "at": "15:00" } })).await;
    let community = company.community.to_string();
    for (filter, expected) in [
        (json!({}), vec!["1-1-103", "1-1-101", "1-1-102"]),
        (json!({ "reasons": ["QUIET"] }), vec!["1-1-101", "1-1-102"]),
        (json!({ "reasons": ["CALL_BACK", "DUE"] }), vec!["1-1-103"]),
        (json!({ "minimumOverdue": "2000" }), vec!["1-1-101", "1-1-102"]),
        (json!({ "minimumOverdue": "2000.01" }), vec!["1-1-101"]),
        (
            json!({ "building": "1", "communityId": community }),
            vec!["1-1-103", "1-1-101", "1-1-102"],
        ),
        (json!({ "building": "2" }), vec![]),
        (json!({ "communityId": "community_00000000000070008000000000000000" }), vec![]),
        (json!({ "dueUntil": "2026-11-22" }), vec![]),
        (json!({ "dueUntil": "2026-11-23", "reasons": ["CALL_BACK"] }), vec!["1-1-103"]),
    ] {
        let list = entries(&steward, json!({ "filter": filter })).await;
        let found: Vec<_> = list.iter().map(|entry| rooms(entry)[0]).collect();
        assert_eq!(found, expected, "{filter}");
    }
    let page = steward.run("Worklist", json!({ "filter": { "reasons": ["QUIET"] } })).await;
    assert_eq!(
        page["worklist"]["counts"],
        json!([
            { "reason": "CALL_BACK", "entries": 1, "accounts": 1, "overdue": "1000.00" },
            { "reason": "QUIET", "entries": 2, "accounts": 2, "overdue": "5000.00" },
        ])
    );
    let long = json!({ "filter": { "building": "楼".repeat(101) } });
    assert_eq!(steward.code("Worklist", long).await, "BAD_INPUT");
}

#[tokio::test]
async fn a_page_goes_on_from_its_place_when_the_list_changes_in_between() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let first = steward.run("Worklist", json!({ "first": 1 })).await["worklist"].clone();
    assert_eq!(rooms(&first["edges"][0]["node"]), ["1-1-101"]);
    // What was shown moves to the end, and something new comes before all of it.
    let shown = company.account(&app.app, "101").await.to_string();
    steward.log_contact(&shown, promise(&shown, "3000", "2026-11-27")).await;
    flats(&app, &company, &[("201", 0, &["王芳"], "13712345678")]).await;
    let after = first["pageInfo"]["endCursor"].clone();
    let second = steward.run("Worklist", json!({ "first": 100, "after": after })).await;
    let second = second["worklist"].clone();
    let found: Vec<_> =
        second["edges"].as_array().unwrap().iter().map(|edge| rooms(&edge["node"])[0]).collect();
    assert_eq!(
        found[found.len() - 3..],
        ["1-1-102", "1-1-103", "1-1-101"],
        "what stayed is there once: {found:?}"
    );
    assert!(
        second["version"].as_i64() > first["version"].as_i64(),
        "and the client can tell that it changed"
    );
    let broken = json!({ "after": "7b7d" });
    assert_eq!(steward.code("Worklist", broken).await, "BAD_INPUT");
}

#[tokio::test]
async fn a_promise_due_today_moves_down_once_somebody_asked_about_it() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "103").await.to_string();
    steward.log_contact(&account, promise(&account, "1000", "2026-11-27")).await;
    app.clock("2026-11-27T09:00:00+08:00");
    assert_eq!(steward.worklist().await[0], ("PROMISE_DUE".to_owned(), "1-1-103".to_owned()));
    steward.log_contact(&account, json!({ "disposition": "NO_ANSWER" })).await;
    let list = entries(&steward, json!({})).await;
    let last = list.last().unwrap();
    assert_eq!((&last["reason"], rooms(last)), (&json!("CALLED_TODAY"), vec!["1-1-103"]));
    assert_eq!(
        last["accounts"][0]["pauses"],
        json!([{ "kind": "PROMISE", "until": "2026-11-27", "hold": null }])
    );
    app.clock("2026-11-28T09:00:00+08:00");
    let list = entries(&steward, json!({})).await;
    let last = list.last().unwrap();
    assert_eq!(last["reason"], "WAITS_FOR_BOOKS");
    assert_eq!(
        last["accounts"][0]["pauses"],
        json!([{ "kind": "WAITS_FOR_BOOKS", "until": null, "hold": null }])
    );
}

#[tokio::test]
async fn the_tickler_box_shows_every_planned_step_once_and_carries_over_what_was_not_done() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    for (number, next) in [
        ("101", json!({ "on": "2026-11-24" })),
        ("102", json!({ "on": "2026-12-23" })),
        ("103", json!({ "on": "2026-11-23", "at": "10:30" })),
    ] {
        let account = company.account(&app.app, number).await.to_string();
        steward.log_contact(&account, json!({ "next": next })).await;
    }
    let slot = |tickler: &Value, number: usize| tickler["slots"][number - 1].clone();
    let box_of =
        async |variables: Value| steward.run("Tickler", variables).await["tickler"].clone();
    let seen = box_of(json!({})).await;
    assert_eq!(seen["slots"].as_array().unwrap().len(), 31);
    assert_eq!(
        (&slot(&seen, 24)["on"], &slot(&seen, 24)["cardCount"]),
        (&json!("2026-11-24"), &json!(1))
    );
    assert_eq!(slot(&seen, 24)["cards"][0]["account"]["unit"]["room"], "1-1-101");
    assert_eq!(
        (&seen["urgent"]["cardCount"], &seen["urgent"]["cards"][0]["followUp"]["source"]),
        (&json!(1), &json!("CALL_BACK"))
    );
    assert_eq!(
        (&slot(&seen, 23)["on"], &slot(&seen, 23)["cardCount"]),
        (&json!("2026-11-23"), &json!(0))
    );
    assert_eq!(
        (&seen["later"], &slot(&seen, 31)["on"]),
        (&json!(1), &json!("2026-12-31")),
        "no slot shows 23 December yet"
    );

    app.clock("2026-11-26T09:00:00+08:00");
    let seen = box_of(json!({ "cardsPerSlot": 1 })).await;
    let today = slot(&seen, 26);
    assert_eq!(
        (&today["cardCount"], &today["carriedOver"], &today["cards"][0]["daysLate"]),
        (&json!(1), &json!(1), &json!(2))
    );
    assert_eq!(
        (&slot(&seen, 23)["cardCount"], &seen["urgent"]["carriedOver"]),
        (&json!(1), &json!(1))
    );
    let december = box_of(json!({ "from": "2026-12-01" })).await;
    assert_eq!((&december["earlier"], &slot(&december, 23)["cardCount"]), (&json!(1), &json!(1)));
}

#[tokio::test]
async fn a_manager_sees_what_lies_with_each_steward_and_reads_their_lists() {
    let (app, company) = TestApp::with_company().await;
    let (steward, manager) = (app.sign_in(books::STEWARD).await, app.sign_in(books::MANAGER).await);
    let account = company.account(&app.app, "102").await.to_string();
    steward.log_contact(&account, json!({ "next": { "on": "2026-11-24" } })).await;
    app.clock("2026-11-25T10:00:00+08:00");
    company.import(&app.app, books::book(&[("301", 2)])).await.unwrap();
    let page = manager.run("TeamWorklist", json!({ "first": 1 })).await["teamWorklist"].clone();
    let first = &page["edges"][0]["node"];
    assert_eq!(
        (&first["entries"], &first["late"], &first["overdue"]),
        (&json!(3), &json!(1), &json!("6000.00"))
    );
    assert!(first["lastContactAt"].as_str().unwrap().starts_with("2026-11-23T02:00"));
    assert_eq!(page["unassigned"], json!({ "accounts": 1, "overdue": "1000.00" }));
    let after = page["pageInfo"]["endCursor"].clone();
    let page = manager.run("TeamWorklist", json!({ "after": after })).await["teamWorklist"].clone();
    let rest = page["edges"].as_array().unwrap();
    assert_eq!(
        (rest.len(), &rest[0]["node"]["entries"], &rest[0]["node"]["lastContactAt"]),
        (1, &json!(2), &Value::Null)
    );

    let theirs = json!({ "stewardId": first["stewardId"] });
    let list = entries(&manager, theirs.clone()).await;
    assert_eq!(list, entries(&steward, json!({})).await);
    let box_of = manager.run("Tickler", theirs.clone()).await["tickler"].clone();
    assert_eq!(
        box_of["slots"][24]["carriedOver"], 3,
        "the step of 102, and the first steps of 101 and 103"
    );
    let other = app.sign_in(books::OTHER_STEWARD).await;
    for operation in ["Worklist", "Tickler"] {
        assert_eq!(other.code(operation, theirs.clone()).await, "FORBIDDEN");
    }
    assert_eq!(
        entries(&manager, json!({})).await,
        Vec::<Value>::new(),
        "a manager has no units of their own"
    );
}

#[tokio::test]
async fn a_manager_is_told_of_nothing_in_communities_they_were_not_given() {
    let (app, company) = TestApp::with_company().await;
    let (steward, manager) = (app.sign_in(books::STEWARD).await, app.sign_in(books::MANAGER).await);
    let stewards = manager.run("TeamWorklist", json!({})).await["teamWorklist"].clone();
    let account = company.account(&app.app, "103").await.to_string();
    steward.log_contact(&account, promise(&account, "1000", "2026-11-24")).await;
    app.clock("2026-11-26T10:00:00+08:00");
    let behind = manager.run("BooksBehind", json!({})).await["booksBehind"].clone();
    assert_eq!(
        (&behind[0]["promises"], &behind[0]["since"], &behind[0]["knownTo"]),
        (&json!(1), &json!("2026-11-24"), &Value::Null)
    );
    app.database().read().execute_unprepared("DELETE FROM membership_community").await.unwrap();
    assert_eq!(manager.run("BooksBehind", json!({})).await["booksBehind"], json!([]));
    let team = manager.run("TeamWorklist", json!({})).await["teamWorklist"].clone();
    assert_eq!((&team["edges"], &team["unassigned"]["accounts"]), (&json!([]), &json!(0)));
    let theirs = json!({ "stewardId": stewards["edges"][0]["node"]["stewardId"] });
    assert_eq!(entries(&manager, theirs).await, Vec::<Value>::new());
}

async fn act(client: &Client, operation: &str, mut input: Value) -> Value {
    input["idempotencyKey"] = json!(fresh_key());
    let answer = client.run(operation, json!({ "input": input })).await;
    let payload = answer.as_object().unwrap().values().next().unwrap().clone();
    assert_eq!(payload["problems"], json!([]), "{operation}");
    payload
}

#[tokio::test]
async fn an_account_on_hold_is_low_and_says_why_and_until_when() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    let hold = json!({ "accountId": account, "reason": "DISPUTE", "until": "2026-11-30" });
    act(&steward, "PlaceHold", hold).await;
    let list = entries(&steward, json!({})).await;
    let last = list.last().unwrap();
    assert_eq!((&last["reason"], rooms(last)), (&json!("ON_HOLD"), vec!["1-1-101"]));
    let pause = &last["accounts"][0]["pauses"][0];
    assert_eq!(
        (&pause["kind"], &pause["until"], &pause["hold"]["reason"]),
        (&json!("HOLD"), &json!("2026-11-30"), &json!("DISPUTE"))
    );
    let agreed = json!({ "next": { "on": "2026-11-23", "at": "15:00" } });
    steward.log_contact(&account, agreed).await;
    let list = entries(&steward, json!({})).await;
    assert_eq!(list[0]["reason"], "CALL_BACK", "what was agreed with the owner goes on");
}

#[tokio::test]
async fn a_case_that_was_handed_up_is_on_the_managers_list_until_it_is_decided() {
    let (app, company) = TestApp::with_company().await;
    let (steward, manager) = (app.sign_in(books::STEWARD).await, app.sign_in(books::MANAGER).await);
    let account = company.account(&app.app, "101").await.to_string();
    let case = steward.card(&account).await["openCase"]["id"].clone();
    assert_eq!(entries(&manager, json!({})).await, Vec::<Value>::new());
    act(&steward, "EscalateCase", json!({ "caseId": case, "reason": "他要见经理" })).await;
    let list = entries(&manager, json!({})).await;
    assert_eq!(
        (list.len(), &list[0]["reason"], rooms(&list[0])),
        (1, &json!("ESCALATED"), vec!["1-1-101"])
    );
    let urgent = manager.run("Tickler", json!({})).await["tickler"]["urgent"].clone();
    assert_eq!(urgent["cardCount"], 1);
    assert_eq!(entries(&steward, json!({})).await.len(), 3, "it is on the steward's list too");
    let found = manager.run("Escalations", json!({})).await;
    let id = &found.as_object().unwrap().values().next().unwrap()["edges"][0]["node"]["id"];
    act(&manager, "DeclineEscalation", json!({ "escalationId": id, "reason": "先再谈一次" })).await;
    assert_eq!(entries(&manager, json!({})).await, Vec::<Value>::new());
}
