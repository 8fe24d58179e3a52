//! kill -9 of the real program, again and again, in the middle of the thread; then the invariants.

use std::{collections::BTreeMap, time::Duration};

use guanjia::kernel::sql::Sql;
use sea_orm::FromQueryResult;
use serde_json::{Value, json};

use crate::support::{
    TestApp,
    app::Clock,
    books,
    client::{Client, contact, operation, promise},
    database, eventually, fresh_key,
    program::Program,
};

/// Rounds of the thread; each is three promises, their day, their break, and several kills in between.
/// `GUANJIA_TEST_ROUNDS` plays more.
fn rounds() -> u32 {
    std::env::var("GUANJIA_TEST_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(6)
}

/// A phone that retries until it is answered, through kills and restarts.
struct Phone {
    url: String,
    clock: Clock,
    prefix: String,
    program: Program,
    client: Client,
    kills: u32,
    chance: u64,
}

impl Phone {
    async fn start() -> (Self, BTreeMap<&'static str, String>) {
        let clock = Clock::new();
        let url = database::fresh(clock.folder()).await;
        let accounts = found(&url).await;
        let prefix = fresh_key();
        let program = Program::serve(&url, &clock, &prefix).await;
        let client = program.client().sign_in(books::STEWARD, books::PASSWORD).await;
        (Self { url, clock, prefix, program, client, kills: 0, chance: 42 }, accounts)
    }

    /// A number that looks random and is the same in every run.
    fn random(&mut self, below: u64) -> u64 {
        self.chance = self
            .chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.chance >> 33) % below
    }

    async fn restart(&mut self) {
        self.program.kill();
        self.kills += 1;
        self.program = Program::serve(&self.url, &self.clock, &self.prefix).await;
        self.client = self.client.at(self.program.address);
    }

    /// Sends an operation; the program is killed at some moment while it runs, and the phone tries again.
    async fn send(&mut self, name: &str, variables: Value) -> Value {
        let body = json!({ "query": operation(name), "variables": variables });
        let client = self.client.clone();
        let sent = tokio::spawn({
            let body = body.clone();
            async move { client.try_post(body).await }
        });
        let pause = Duration::from_micros(self.random(12_000));
        tokio::time::sleep(pause).await;
        self.restart().await;
        // The first answer may have come before the kill; what counts is that asking again says the same.
        let first = sent.await.unwrap().ok();
        let again = self.client.post(body).await;
        assert!(again.get("errors").is_none(), "{again}");
        if let Some(first) = first {
            let id = |answer: &Value| answer["data"]["logContact"]["contact"]["id"].clone();
            assert_eq!(id(&first), id(&again), "a retry is the same act");
        }
        again["data"].clone()
    }
}

/// The small company, through a server of the test's own that is gone before the program starts.
async fn found(url: &str) -> BTreeMap<&'static str, String> {
    let app = TestApp::on(url).await;
    let company = books::found_company(&app.app).await;
    // The same three promise and break again and again: here it is not the manager's turn.
    let text = "UPDATE collection_policy SET most_repromises = 1000";
    Sql::new(text, []).run(app.database().read()).await.unwrap();
    let mut accounts = BTreeMap::new();
    for number in ["101", "102", "103"] {
        accounts.insert(number, company.account(&app.app, number).await.to_string());
    }
    accounts.insert("community", company.community.to_string());
    accounts
}

#[tokio::test]
async fn killed_at_any_moment_no_promise_reminder_or_case_is_lost_or_doubled() {
    let (mut phone, ids) = Phone::start().await;
    let mut day = chrono::NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    let mut seen = 0;
    for round in 0..rounds() {
        let due_on = day + chrono::Days::new(1);
        for number in ["101", "102", "103"] {
            let account = &ids[number];
            let variables =
                contact(account, &fresh_key(), promise(account, "10.00", &due_on.to_string()));
            phone.send("LogContact", variables).await;
        }
        phone.clock.set(&format!("{due_on}T09:00:00+08:00"));
        seen = hear(&mut phone, seen, 3).await;
        day = due_on + chrono::Days::new(1);
        phone.clock.set(&format!("{day}T07:00:00+08:00"));
        judge(&mut phone, &ids["community"], &due_on.to_string()).await;
        assert_holds(&phone.url, i64::from(round + 1) * 3).await;
        let heads = phone.client.worklist().await;
        assert!(heads[..3].iter().all(|(reason, _)| reason == "BROKEN_PROMISE"), "{heads:?}");
    }
    assert!(phone.kills >= rounds() * 4, "{} kills", phone.kills);
}

/// Hears `count` reminders through sockets that die with the program, each number once and none missing.
async fn hear(phone: &mut Phone, mut seen: i64, count: i64) -> i64 {
    let last = seen + count;
    while seen < last {
        let mut socket = phone.client.socket().await;
        socket.subscribe(seen).await;
        if phone.random(2) == 0 {
            phone.restart().await;
        }
        while seen < last {
            let Some(reminder) = socket.reminder().await else { break };
            seen += 1;
            assert_eq!(reminder["sequence"], seen, "no number is missing and none comes twice");
        }
    }
    seen
}

async fn judge(phone: &mut Phone, community: &str, known_to: &str) {
    let manager = phone.program.client().sign_in(books::MANAGER, books::PASSWORD).await;
    let steward = std::mem::replace(&mut phone.client, manager);
    let input =
        json!({ "idempotencyKey": fresh_key(), "communityId": community, "knownTo": known_to });
    phone.send("SetWatermark", json!({ "input": input })).await;
    phone.client = steward.at(phone.program.address);
}

#[derive(FromQueryResult)]
struct Number {
    n: i64,
}

/// What must hold after any number of kills.
async fn assert_holds(url: &str, promises: i64) {
    let database = database::connect(url).await;
    for (what, text, expected) in [
        ("contacts", "SELECT COUNT(*) AS n FROM contact", promises),
        ("promise lines", "SELECT COUNT(*) AS n FROM promise_line", promises),
        (
            "broken promises",
            "SELECT COUNT(*) AS n FROM promise_line WHERE state = 'BROKEN'",
            promises,
        ),
        (
            "verdicts",
            "SELECT COUNT(*) AS n FROM timeline_entry WHERE kind = 'PROMISE_JUDGED'",
            promises,
        ),
        (
            "reminders of promises",
            "SELECT COUNT(*) AS n FROM reminder r JOIN follow_up f ON f.organization_id = r.organization_id AND f.id = r.follow_up_id WHERE f.source = 'PROMISE'",
            promises,
        ),
        (
            "open cases of the three",
            "SELECT COUNT(*) AS n FROM case_file WHERE state = 'OPEN' AND account_id IN (SELECT account_id FROM promise_line)",
            3,
        ),
        ("cases in all", "SELECT COUNT(*) AS n FROM case_file", 5),
        (
            "open cases without a next step",
            "SELECT COUNT(*) AS n FROM case_file k WHERE k.state = 'OPEN' AND NOT EXISTS (SELECT 1 FROM follow_up f WHERE f.organization_id = k.organization_id AND f.account_id = k.account_id AND f.state = 'OPEN')",
            0,
        ),
        (
            "gaps in anybody's numbers",
            "SELECT CAST(SUM(missing) AS BIGINT) AS n FROM (SELECT MAX(sequence) - COUNT(*) AS missing FROM reminder GROUP BY recipient_id) AS each_one",
            0,
        ),
    ] {
        let found = eventually(what, async || {
            Sql::new(text, []).one::<Number>(database.read()).await.ok().flatten()
        })
        .await;
        assert_eq!(found.n, expected, "{what}");
    }
    database.close().await;
}
