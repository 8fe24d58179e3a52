//! Who looks after what: giving away, standing in and coming back.

use futures_util::future::join_all;
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};

use crate::support::{Client, TestApp, books, books::Company, fresh_key};

async fn person(app: &TestApp, mobile: &str) -> Value {
    app.sign_in(mobile).await.run("Viewer", json!({})).await["viewer"]["id"].clone()
}

/// Rooms with the steward of today, and whom that one stands in for.
async fn portfolio(manager: &Client) -> Vec<(String, Value, Value)> {
    let data = manager.run("Units", json!({ "first": 100 })).await;
    let edges = data["units"]["edges"].as_array().unwrap().clone();
    let node = |edge: &Value| {
        let node = &edge["node"];
        (
            node["room"].as_str().unwrap().to_owned(),
            node["stewardId"].clone(),
            node["standsInForId"].clone(),
        )
    };
    edges.iter().map(node).collect()
}

async fn assign(manager: &Client, more: Value) -> Value {
    let mut input = json!({ "idempotencyKey": fresh_key() });
    for (name, value) in more.as_object().unwrap() {
        input[name] = value.clone();
    }
    manager.run("AssignUnits", json!({ "input": input })).await["assignUnits"].clone()
}

async fn delegate(manager: &Client, absent: &Value, stand_in: &Value, days: (&str, &str)) -> Value {
    let input = json!({ "idempotencyKey": fresh_key(), "absentId": absent, "standInId": stand_in,
        "fromOn": days.0, "toOn": days.1, "reason": "年假" });
    manager.run("Delegate", json!({ "input": input })).await["delegate"].clone()
}

fn code(payload: &Value) -> &str {
    payload["problems"][0]["code"].as_str().unwrap_or_default()
}

async fn rooms(client: &Client) -> Vec<String> {
    let mut rooms: Vec<_> = client.worklist().await.into_iter().map(|(_, room)| room).collect();
    rooms.sort();
    rooms
}

async fn version(client: &Client) -> i64 {
    client.run("Worklist", json!({ "first": 1 })).await["worklist"]["version"].as_i64().unwrap()
}

/// A call for Tuesday at 101, which the steward is reminded of.
async fn reminded_on_tuesday(app: &TestApp, company: &Company, steward: &Client) {
    let account = company.account(&app.app, "101").await.to_string();
    steward.log_contact(&account, json!({ "next": { "on": "2026-11-24" } })).await;
    app.clock("2026-11-24T08:00:00+08:00");
    let mut socket = steward.socket().await;
    socket.subscribe(0).await;
    assert_eq!(socket.reminder().await.unwrap()["account"]["unit"]["room"], "1-1-101");
}

async fn told(client: &Client, after: i64) -> Option<String> {
    let mut socket = client.socket().await;
    socket.subscribe(after).await;
    if socket.is_quiet().await {
        return None;
    }
    Some("something".to_owned())
}

#[tokio::test]
async fn a_whole_building_is_given_away_in_one_act_and_both_lists_move() {
    let (app, company) = TestApp::with_company().await;
    let (steward, other) =
        (app.sign_in(books::STEWARD).await, app.sign_in(books::OTHER_STEWARD).await);
    let manager = app.sign_in(books::MANAGER).await;
    let (before, other_before) = (version(&steward).await, version(&other).await);
    let new = person(&app, books::OTHER_STEWARD).await;
    let building = json!([{ "communityId": company.community.to_string(), "building": "1" }]);
    let done = assign(&manager, json!({ "buildings": building, "stewardId": new })).await;
    assert_eq!(done["units"], 6, "{done}");
    assert!(rooms(&steward).await.is_empty());
    assert_eq!(rooms(&other).await, ["1-1-101", "1-1-102", "1-1-103", "1-1-105", "1-1-106"]);
    assert!(version(&steward).await > before);
    assert!(version(&other).await > other_before);
    let account = company.account(&app.app, "101").await.to_string();
    assert_eq!(steward.card(&account).await, Value::Null);
}

#[tokio::test]
async fn two_managers_at_once_leave_one_steward_for_each_flat() {
    let (app, company) = TestApp::with_company().await;
    let manager = app.sign_in(books::MANAGER).await;
    let people = [person(&app, books::STEWARD).await, person(&app, books::OTHER_STEWARD).await];
    let building = json!([{ "communityId": company.community.to_string(), "building": "1" }]);
    let acts = (0..8).map(|turn| {
        assign(&manager, json!({ "buildings": building, "stewardId": people[turn % 2] }))
    });
    for done in join_all(acts).await {
        assert_eq!(done["units"], 6);
    }
    let all = portfolio(&manager).await;
    assert_eq!(all.len(), 6, "no room twice: {all:?}");
    assert!(all.iter().all(|(_, steward, _)| *steward == all[0].1), "one of them was last");
    let conn = app.database().read();
    let text = "SELECT a.id FROM unit_assignment a JOIN unit_assignment b ON b.unit_id = a.unit_id AND b.id <> a.id \
         AND a.from_on <= COALESCE(b.to_on, a.from_on) AND b.from_on <= COALESCE(a.to_on, b.from_on)";
    let query = sea_orm::Statement::from_string(conn.get_database_backend(), text.to_owned());
    assert!(conn.query_all_raw(query).await.unwrap().is_empty(), "no two overlap");
}

#[tokio::test]
async fn a_stand_in_has_the_flats_and_their_reminders_for_the_days_of_the_leave() {
    let (app, company) = TestApp::with_company().await;
    let (steward, other) =
        (app.sign_in(books::STEWARD).await, app.sign_in(books::OTHER_STEWARD).await);
    let manager = app.sign_in(books::MANAGER).await;
    let (absent, stand_in) =
        (person(&app, books::STEWARD).await, person(&app, books::OTHER_STEWARD).await);
    reminded_on_tuesday(&app, &company, &steward).await;
    let done = delegate(&manager, &absent, &stand_in, ("2026-11-25", "2026-11-26")).await;
    assert_eq!(done["delegation"]["toOn"], "2026-11-26", "{done}");
    assert_eq!(rooms(&steward).await, ["1-1-101", "1-1-102", "1-1-103"], "not yet");
    assert_eq!(told(&other, 0).await, None);

    app.clock("2026-11-25T00:00:00+08:00");
    assert!(rooms(&steward).await.is_empty());
    assert_eq!(rooms(&other).await.len(), 5);
    let mut socket = other.socket().await;
    socket.subscribe(0).await;
    let reminder = socket.reminder().await.unwrap();
    assert_eq!(reminder["account"]["unit"]["room"], "1-1-101", "what is open goes along");
    assert_eq!((&reminder["open"], &reminder["sequence"]), (&json!(true), &json!(1)));
    assert!(socket.is_quiet().await, "once");
    let seen = portfolio(&manager).await;
    assert_eq!((&seen[0].1, &seen[0].2), (&stand_in, &absent), "who stands in for whom is seen");
    let account = company.account(&app.app, "102").await.to_string();
    other.log_contact(&account, json!({ "next": { "on": "2026-11-26" } })).await;

    app.clock("2026-11-26T08:00:00+08:00");
    assert_eq!(socket.reminder().await.unwrap()["account"]["unit"]["room"], "1-1-102");
    app.clock("2026-11-27T00:00:00+08:00");
    assert_eq!(rooms(&steward).await, ["1-1-101", "1-1-102", "1-1-103"]);
    assert_eq!(rooms(&other).await.len(), 2);
    let mut back = steward.socket().await;
    back.subscribe(1).await;
    let reminder = back.reminder().await.unwrap();
    assert_eq!(
        reminder["account"]["unit"]["room"], "1-1-102",
        "only what they were not told before"
    );
    assert!(back.is_quiet().await);
    assert!(socket.is_quiet().await);
}

#[tokio::test]
async fn a_leave_that_begins_today_holds_at_once_and_ends_when_somebody_is_back_early() {
    let (app, _) = TestApp::with_company().await;
    let (steward, other) =
        (app.sign_in(books::STEWARD).await, app.sign_in(books::OTHER_STEWARD).await);
    let manager = app.sign_in(books::MANAGER).await;
    let (absent, stand_in) =
        (person(&app, books::STEWARD).await, person(&app, books::OTHER_STEWARD).await);
    let done = delegate(&manager, &absent, &stand_in, ("2026-11-23", "2026-12-04")).await;
    assert!(rooms(&steward).await.is_empty());
    assert_eq!(rooms(&other).await.len(), 5);
    app.clock("2026-11-25T10:00:00+08:00");
    let input = json!({ "idempotencyKey": fresh_key(), "delegationId": done["delegation"]["id"] });
    let ended = manager.run("EndDelegation", json!({ "input": input })).await;
    assert_eq!(ended["endDelegation"]["delegation"]["toOn"], "2026-11-24");
    assert_eq!(rooms(&steward).await.len(), 3);
    assert_eq!(rooms(&other).await.len(), 2);
    assert_eq!(manager.run("Delegations", json!({})).await["delegations"], json!([]));
}

#[tokio::test]
async fn what_is_given_to_somebody_on_leave_goes_to_the_stand_in_and_then_to_them() {
    let (app, company) = TestApp::with_company().await;
    let (steward, other) =
        (app.sign_in(books::STEWARD).await, app.sign_in(books::OTHER_STEWARD).await);
    let manager = app.sign_in(books::MANAGER).await;
    let director = person(&app, books::DIRECTOR).await;
    let (absent, stand_in) =
        (person(&app, books::STEWARD).await, person(&app, books::OTHER_STEWARD).await);
    delegate(&manager, &absent, &director, ("2026-11-23", "2026-11-24")).await;
    let building = json!([{ "communityId": company.community.to_string(), "building": "1" }]);
    assign(&manager, json!({ "buildings": building, "stewardId": absent })).await;
    assert!(rooms(&other).await.is_empty());
    assert!(rooms(&steward).await.is_empty());
    let leader = app.sign_in(books::DIRECTOR).await;
    assert_eq!(rooms(&leader).await.len(), 5);
    let second = delegate(&manager, &director, &stand_in, ("2026-11-24", "2026-11-24")).await;
    assert_eq!(second["problems"], json!([]), "who stands in leaves, too");
    app.clock("2026-11-24T10:00:00+08:00");
    assert_eq!((rooms(&leader).await.len(), rooms(&other).await.len()), (0, 5));
    app.clock("2026-11-25T10:00:00+08:00");
    assert_eq!((rooms(&steward).await.len(), rooms(&other).await.len()), (5, 0));
}

#[tokio::test]
async fn leaves_that_overlap_or_go_in_a_circle_are_refused_and_so_is_the_past() {
    let (app, _) = TestApp::with_company().await;
    let manager = app.sign_in(books::MANAGER).await;
    let (one, two, guard) = (
        person(&app, books::STEWARD).await,
        person(&app, books::OTHER_STEWARD).await,
        person(&app, books::GUARD).await,
    );
    let days = ("2026-11-25", "2026-11-27");
    assert_eq!(code(&delegate(&manager, &one, &one, days).await), "INCONSISTENT");
    assert_eq!(code(&delegate(&manager, &one, &guard, days).await), "INCONSISTENT");
    assert_eq!(
        code(&delegate(&manager, &one, &two, ("2026-11-22", "2026-11-27")).await),
        "TOO_EARLY"
    );
    assert_eq!(
        code(&delegate(&manager, &one, &two, ("2026-11-25", "2026-11-24")).await),
        "TOO_EARLY"
    );
    assert_eq!(delegate(&manager, &one, &two, days).await["problems"], json!([]));
    assert_eq!(
        code(&delegate(&manager, &one, &two, ("2026-11-27", "2026-11-28")).await),
        "INCONSISTENT"
    );
    assert_eq!(
        code(&delegate(&manager, &two, &one, ("2026-11-27", "2026-11-28")).await),
        "INCONSISTENT"
    );
    assert_eq!(
        delegate(&manager, &two, &one, ("2026-11-28", "2026-11-29")).await["problems"],
        json!([])
    );
}

#[tokio::test]
async fn flats_of_another_company_are_not_there_to_be_given_away() {
    let (app, _) = TestApp::with_company().await;
    let manager = app.sign_in(books::MANAGER).await;
    let steward = person(&app, books::STEWARD).await;
    let input = json!({ "idempotencyKey": fresh_key(), "stewardId": steward,
        "unitIds": ["unit_00000000000070008000000000000000"] });
    assert_eq!(manager.code("AssignUnits", json!({ "input": input })).await, "NOT_FOUND");
}

/// Somebody new with a password, in a community of another manager.
async fn newcomer(admin: &Client, mobile: &str, communities: Value) -> Value {
    let input = json!({ "idempotencyKey": fresh_key(), "mobile": mobile, "name": "别处的管家",
        "roles": ["STEWARD"], "communityIds": communities });
    admin.run("InvitePerson", json!({ "input": input })).await["invitePerson"]["personId"].clone()
}

#[tokio::test]
async fn a_manager_arranges_leaves_only_among_the_people_and_flats_of_their_communities() {
    let (app, company) = TestApp::with_company().await;
    let (admin, manager) =
        (app.sign_in(books::ADMINISTRATOR).await, app.sign_in(books::MANAGER).await);
    let director = person(&app, books::DIRECTOR).await;
    // Whoever makes a community reaches it; the manager does not.
    let input = json!({ "idempotencyKey": fresh_key(), "name": "别苑" });
    let made = admin.run("CreateCommunity", json!({ "input": input })).await;
    let elsewhere = made["createCommunity"]["community"]["id"].clone();
    let here = json!(company.community.to_string());
    let stranger = newcomer(&admin, "13900000061", json!([elsewhere])).await;
    let steward = person(&app, books::STEWARD).await;
    let days = ("2026-11-25", "2026-11-27");
    let nobody = json!("person_00000000000070008000000000000000");
    for (absent, stand_in, field) in [
        (&stranger, &steward, "absentId"),
        (&nobody, &steward, "absentId"),
        (&steward, &stranger, "standInId"),
        (&steward, &nobody, "standInId"),
    ] {
        let refused = delegate(&manager, absent, stand_in, days).await;
        assert_eq!(code(&refused), "NOT_FOUND", "{refused}");
        assert_eq!(refused["problems"][0]["field"], json!([field]));
    }
    let building = json!([{ "communityId": here, "building": "1" }]);
    let given = assign(&manager, json!({ "buildings": building, "stewardId": stranger })).await;
    assert_eq!(code(&given), "NOT_FOUND", "nor are flats given to them: {given}");
    let away = delegate(&admin, &stranger, &director, days).await;
    assert_eq!(away["problems"], json!([]));
    let leaves = async |client: &Client| {
        client.run("Delegations", json!({})).await["delegations"].as_array().unwrap().len()
    };
    assert_eq!((leaves(&admin).await, leaves(&manager).await), (1, 0), "nor is it listed");
    let input = json!({ "idempotencyKey": fresh_key(), "delegationId": away["delegation"]["id"] });
    let ended = manager.code("EndDelegation", json!({ "input": input })).await;
    assert_eq!(ended, "NOT_FOUND", "nor ended");

    // Somebody of both communities, with flats in the other one too.
    let both = newcomer(&admin, "13900000062", json!([here, elsewhere])).await;
    app.app
        .kernel
        .write(guanjia::kernel::By::System(company.organization), |work| {
            Box::pin(async move {
                let text = "UPDATE unit SET community_id = $2 WHERE organization_id = $1 AND number = '106'";
                let community: guanjia::kernel::ids::CommunityId =
                    elsewhere.as_str().unwrap().parse().unwrap();
                let values = [work.organization().into(), community.into()];
                guanjia::kernel::sql::Sql::new(text, values).run(work.conn()).await?;
                Ok(())
            })
        })
        .await
        .unwrap();
    let units = json!({ "first": 100 });
    let units = admin.run("Units", units).await["units"]["edges"].as_array().unwrap().clone();
    let of = |room: &str| {
        units.iter().find(|one| one["node"]["room"] == room).unwrap()["node"]["id"].clone()
    };
    assign(&admin, json!({ "unitIds": [of("1-1-105"), of("1-1-106")], "stewardId": both })).await;
    let refused = delegate(&manager, &both, &steward, days).await;
    assert_eq!(code(&refused), "INCONSISTENT", "{refused}");
    assert_eq!(delegate(&admin, &both, &steward, days).await["problems"], json!([]));
}
