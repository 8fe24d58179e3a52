//! Worklists that are remembered: own writes are seen at once, an old list never comes back.

use std::time::{Duration, Instant};

use guanjia::{
    kernel::{
        Actor, Role,
        ids::{MembershipId, fresh},
        paging::Page,
    },
    worklist::filter::{Filter, Scope},
};
use sea_orm::ConnectionTrait as _;
use serde_json::json;

use crate::support::{Client, TestApp, books, client::promise, eventually};

async fn person(client: &Client) -> MembershipId {
    let viewer = client.run("Viewer", json!({})).await;
    viewer["viewer"]["id"].as_str().unwrap().parse().unwrap()
}

async fn version(client: &Client) -> i64 {
    client.run("Worklist", json!({})).await["worklist"]["version"].as_i64().unwrap()
}

fn last(list: &[(String, String)]) -> (&str, &str) {
    list.last().map(|(reason, room)| (reason.as_str(), room.as_str())).unwrap()
}

#[tokio::test]
async fn a_list_that_is_read_while_a_write_commits_is_never_shown_after_it() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    let owner = (company.organization, person(&steward).await);
    let inner = &app.app;
    // A reader has read the version …
    let session = Actor {
        organization: owner.0,
        person: owner.1,
        user: fresh(),
        session: fresh(),
        roles: vec![Role::Steward],
        all_communities: false,
    };
    let scope = Scope::own(&session, inner.kernel.clock.domain(), Filter::default());
    let old = inner.versions.current(&inner.kernel.database, owner, None).await.unwrap();
    let conn = inner.kernel.database.read();
    let page = || Page { first: 20, after: None };
    let before = inner.lists.page(conn, (&scope, old), page()).await.unwrap();
    assert_eq!(before.entries.len(), 3);
    // … is overtaken by a write, whose answer the client has …
    steward.log_contact(&account, promise(&account, "3000", "2026-11-27")).await;
    let new = version(&steward).await;
    assert!(new > old);
    // … and only now puts its list away.
    inner.lists.page(conn, (&scope, old), page()).await.unwrap();
    assert_eq!(last(&steward.worklist().await), ("PROMISED", "1-1-101"));
    assert_eq!(version(&steward).await, new);
    let after = inner.lists.page(conn, (&scope, new), page()).await.unwrap();
    assert_eq!(after.entries.last().unwrap().overdue_fen, 300_000);
}

#[tokio::test]
async fn own_writes_are_seen_at_once_however_often_one_asks() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "102").await.to_string();
    for round in 0..10 {
        let on = format!("2026-12-{:02}", round + 1);
        let readers = (0..4).map(|_| steward.worklist());
        let (logged, _) = tokio::join!(
            steward.log_contact(&account, json!({ "next": { "on": on } })),
            futures_util::future::join_all(readers),
        );
        let list = steward.run("Worklist", json!({})).await["worklist"].clone();
        assert!(list["version"].as_i64() >= logged["worklistVersion"].as_i64());
        let contact = &list["edges"].as_array().unwrap().iter().find_map(|edge| {
            let lead = &edge["node"]["accounts"][0];
            (lead["account"]["id"] == account.as_str()).then(|| lead["followUp"]["dueOn"].clone())
        });
        assert!(contact.is_some(), "round {round}: {list}");
    }
}

#[tokio::test]
async fn a_replica_shows_the_version_that_is_demanded_at_once_and_others_writes_within_two_seconds()
{
    let (app, company) = TestApp::with_company().await;
    let replica = app.replica().await;
    let steward = app.sign_in(books::STEWARD).await;
    let there = steward.at(replica.address);
    let account = company.account(&app.app, "101").await.to_string();
    there.worklist().await;
    let logged = steward.log_contact(&account, promise(&account, "3000", "2026-11-27")).await;
    let version = logged["worklistVersion"].clone();
    let list = there.run("Worklist", json!({ "atLeast": version })).await["worklist"].clone();
    assert!(list["version"].as_i64() >= version.as_i64());

    let account = company.account(&app.app, "102").await.to_string();
    let before = there.run("Worklist", json!({})).await["worklist"]["version"].as_i64();
    steward.log_contact(&account, json!({ "next": { "on": "2026-12-01" } })).await;
    let committed = Instant::now();
    let seen = eventually("the other replica's list", async || {
        let list = there.run("Worklist", json!({})).await["worklist"].clone();
        (list["version"].as_i64() > before).then(|| committed.elapsed())
    });
    let took = seen.await;
    assert!(took < Duration::from_secs(2), "{took:?}");
}

#[tokio::test]
async fn without_redis_the_answer_is_right_and_comes_soon() {
    let app = TestApp::start_with(&[("REDIS_URL", "redis://127.0.0.1:1")]).await;
    let company = books::found_company(&app.app).await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    steward.worklist().await;
    steward.log_contact(&account, promise(&account, "3000", "2026-11-27")).await;
    assert_eq!(last(&steward.worklist().await), ("PROMISED", "1-1-101"));
}

#[tokio::test]
async fn the_day_and_the_roles_are_part_of_what_is_remembered() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "103").await.to_string();
    steward.log_contact(&account, json!({ "next": { "on": "2026-11-24" } })).await;
    assert_eq!(last(&steward.worklist().await), ("PLANNED", "1-1-103"));
    app.clock("2026-11-24T00:00:30+08:00");
    let list = steward.worklist().await;
    assert!(list.contains(&("DUE".to_owned(), "1-1-103".to_owned())), "{list:?}");
    let manager = app.sign_in(books::MANAGER).await;
    assert_eq!(manager.worklist().await, []);
    let theirs = json!({ "stewardId": person(&steward).await.to_string() });
    let seen = manager.run("Worklist", theirs).await["worklist"]["edges"].clone();
    assert_eq!(seen.as_array().map(Vec::len), Some(3));
    assert_eq!(manager.worklist().await, [], "another's list is not remembered as one's own");
    assert_eq!(app.client().code("Worklist", json!({})).await, "UNAUTHENTICATED");
}

#[tokio::test]
async fn a_list_is_remembered_until_its_version_moves() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let names = async || {
        let list = steward.run("Worklist", json!({})).await["worklist"]["edges"].clone();
        list[0]["node"]["owner"]["name"].as_str().unwrap().to_owned()
    };
    assert_eq!(names().await, "业主101");
    // Behind everybody's back, so that nothing moves the version.
    let rename = "UPDATE party SET name = '改名' WHERE name = '业主101'";
    app.database().read().execute_unprepared(rename).await.unwrap();
    assert_eq!(names().await, "业主101", "nothing was read anew");
    let account = company.account(&app.app, "102").await.to_string();
    steward.log_contact(&account, json!({ "next": { "on": "2026-12-01" } })).await;
    assert_eq!(names().await, "改名");
}
