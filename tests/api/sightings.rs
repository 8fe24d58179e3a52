//! Sightings: whom a guard may look out for, that the steward knows at once, and that nothing of it stays.

use guanjia::{
    kernel::{By, Role, sql::Sql},
    people::commands::{NewPerson, ensure_community, ensure_person},
    sightings::queries::{Scope, statement_of},
};
use sea_orm::{ConnectionTrait as _, DbBackend, FromQueryResult};
use serde_json::{Value, json};

use crate::support::{
    Client, TestApp, books,
    books::{Company, receipts},
    client::{input, promise},
    eventually, fresh_key,
};

const OTHER_GUARD: &str = "13900000061";
/// A guard of another community.
const GUARD_ELSEWHERE: &str = "13900000062";

/// A company that looks out for owners, and those who act in it.
struct Gate {
    app: TestApp,
    company: Company,
    steward: Client,
    manager: Client,
    guard: Client,
}

impl Gate {
    /// Switched on; nobody has agreed to anything.
    async fn open() -> Self {
        let (app, company) = TestApp::with_company().await;
        let (steward, manager) =
            (app.sign_in(books::STEWARD).await, app.sign_in(books::MANAGER).await);
        let guard = app.sign_in(books::GUARD).await;
        let gate = Self { app, company, steward, manager, guard };
        let set = gate.switch(json!({ "sightings": true, "sightingAssessment": assessment() }));
        assert_eq!(set.await["problems"], json!([]));
        gate
    }

    /// The same, and the owner of flat 101 has agreed; their car is known.
    async fn with_consent() -> Self {
        let gate = Self::open().await;
        assert_eq!(gate.agree("101").await["problems"], json!([]));
        gate
    }

    async fn switch(&self, mut fields: Value) -> Value {
        fields["communityId"] = json!(self.community());
        self.manager.run("SetCasePolicy", input(fields)).await["setCasePolicy"].clone()
    }

    fn community(&self) -> String {
        self.company.community.to_string()
    }

    async fn account(&self, flat: &str) -> String {
        self.company.account(&self.app.app, flat).await.to_string()
    }

    async fn party(&self, flat: &str) -> Value {
        self.manager.card(&self.account(flat).await).await["holders"][0]["party"]["id"].clone()
    }

    /// The owner of a flat agrees, and their car is noted.
    async fn agree(&self, flat: &str) -> Value {
        let party = self.party(flat).await;
        let car = json!({ "partyId": party, "plate": format!("浙A·00{flat}") });
        self.manager.run("AddVehicle", input(car)).await;
        self.consent(&self.manager, &party).await
    }

    async fn consent(&self, by: &Client, party: &Value) -> Value {
        let fields = json!({ "partyId": party, "communityId": self.community(), "way": "WRITTEN",
            "givenOn": "2026-11-20", "note": "门岗登记表" });
        by.run("RecordSightingConsent", input(fields)).await["recordSightingConsent"].clone()
    }

    async fn withdraw(&self, by: &Client, party: &Value) -> Value {
        let fields = json!({ "partyId": party });
        by.run("WithdrawSightingConsent", input(fields)).await["withdrawSightingConsent"].clone()
    }

    /// The entries of the watch-list.
    async fn list(&self, text: Option<&str>) -> Vec<Value> {
        let variables = json!({ "communityId": self.community(), "text": text });
        let list = self.guard.run("WatchList", variables).await["watchList"]["edges"].clone();
        list.as_array().unwrap().iter().map(|edge| edge["node"].clone()).collect()
    }

    /// The plates on the watch-list.
    async fn plates(&self, text: Option<&str>) -> Vec<String> {
        let list = self.list(text).await;
        list.iter().map(|one| one["plates"][0].as_str().unwrap_or_default().to_owned()).collect()
    }

    fn tap_of(&self, entry: &Value) -> Value {
        json!({ "communityId": self.community(), "watchedId": entry["id"], "place": "GATE" })
    }

    /// Taps the only one on the list.
    async fn tap(&self, by: &Client) -> Value {
        let list = self.list(None).await;
        by.run("RecordSighting", input(self.tap_of(&list[0]))).await["recordSighting"].clone()
    }

    async fn undo(&self, by: &Client, tapped: &Value) -> Value {
        let fields = json!({ "sightingId": tapped["sighting"]["id"] });
        by.run("UndoSighting", input(fields)).await["undoSighting"].clone()
    }

    /// Where the owner of a flat was seen, as the steward reads it.
    async fn seen(&self, flat: &str) -> Vec<Value> {
        let variables = json!({ "accountId": self.account(flat).await });
        let seen = self.manager.run("Sightings", variables).await["sightings"]["edges"].clone();
        seen.as_array().unwrap().iter().map(|edge| edge["node"].clone()).collect()
    }

    /// Sources of the open steps of a flat.
    async fn steps(&self, flat: &str) -> Vec<String> {
        let card = self.manager.card(&self.account(flat).await).await;
        let steps = card["followUps"].as_array().unwrap().clone();
        steps.iter().map(|one| one["source"].as_str().unwrap().to_owned()).collect()
    }

    async fn second_guard(&self) -> Client {
        add_guard(&self.app, &self.company, (OTHER_GUARD, "测试苑")).await
    }

    /// So often something was noted.
    async fn audited(&self, action: &str) -> Vec<String> {
        #[derive(FromQueryResult)]
        struct Row {
            facts: Value,
        }
        let text = "SELECT facts FROM audit_entry WHERE organization_id = $1 AND action = $2";
        let values = [self.company.organization.into(), action.into()];
        let rows: Vec<Row> = Sql::new(text, values).all(self.app.database().read()).await.unwrap();
        rows.into_iter().map(|row| row.facts.to_string()).collect()
    }
}

fn assessment() -> Value {
    json!({ "reference": "个人信息保护影响评估 2026-7", "on": "2026-11-20" })
}

/// A guard of a community, which is made if it is not there.
async fn add_guard(app: &TestApp, company: &Company, (mobile, place): (&str, &str)) -> Client {
    let password_hash = app.app.passwords.hash(books::PASSWORD.to_owned()).await.unwrap();
    let (number, place) = (mobile.to_owned(), place.to_owned());
    let act = app.app.kernel.write(By::System(company.organization), |work| {
        Box::pin(async move {
            let community = ensure_community(work, &place).await?;
            let person = NewPerson {
                mobile: number,
                name: "门岗".to_owned(),
                password_hash,
                reset_password: false,
                roles: vec![Role::Guard],
                communities: vec![community.id],
            };
            ensure_person(work, person).await
        })
    });
    act.await.unwrap();
    app.sign_in(mobile).await
}

fn code(payload: &Value) -> &str {
    payload["problems"][0]["code"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn sightings_are_switched_on_only_with_an_assessment_which_is_kept_and_shown() {
    let (app, company) = TestApp::with_company().await;
    let manager = app.sign_in(books::MANAGER).await;
    let set = async |fields: Value| {
        let mut fields = fields;
        fields["communityId"] = json!(company.community.to_string());
        manager.run("SetCasePolicy", input(fields)).await["setCasePolicy"].clone()
    };
    let refused = set(json!({ "sightings": true })).await;
    assert_eq!(code(&refused), "REQUIRED");
    assert_eq!(refused["problems"][0]["field"], json!(["sightingAssessment"]));
    let ahead = json!({ "reference": "x", "on": "2026-11-24" });
    let ahead = set(json!({ "sightings": true, "sightingAssessment": ahead })).await;
    assert_eq!(code(&ahead), "TOO_LATE");
    assert_eq!(code(&set(json!({ "sightingAssessment": assessment() })).await), "INCONSISTENT");
    let on = set(json!({ "sightings": true, "sightingAssessment": assessment() })).await;
    assert_eq!(on["casePolicy"]["sightings"], true, "{on}");
    let later = set(json!({ "sightingDays": 3 })).await;
    assert_eq!(later["casePolicy"]["sightingAssessment"], assessment());
    let off = set(json!({ "sightings": false })).await;
    assert_eq!(off["casePolicy"]["sightingAssessment"], Value::Null);
    assert_eq!(code(&set(json!({ "sightings": true })).await), "REQUIRED", "and stated anew");
}

#[tokio::test]
async fn the_watch_list_has_owners_who_agreed_by_plate_and_masked_name_and_nothing_else() {
    let gate = Gate::open().await;
    assert_eq!(gate.list(None).await, Vec::<Value>::new(), "nobody agreed");
    gate.agree("103").await;
    gate.agree("101").await;
    gate.agree("104").await;
    assert_eq!(gate.plates(None).await, ["浙A00101", "浙A00103"], "104 owes nothing");
    let list = gate.list(None).await;
    assert_eq!(list[0]["name"], "业**");
    assert_eq!(list[0]["reason"], "管家找");
    let told = serde_json::to_string(&list).unwrap();
    for secret in ["业主", "1-101", "138", "3000", "1000"] {
        assert!(!told.contains(secret), "{secret}: {told}");
    }
    let read = gate.audited("WATCH_LIST_READ").await;
    assert_eq!(read.len(), 3, "{read:?}");
    assert!(read.iter().all(|facts| !facts.contains("浙")), "{read:?}");
}

#[tokio::test]
async fn a_plate_is_found_by_any_part_and_a_name_by_what_is_shown_of_it_or_whole() {
    let gate = Gate::open().await;
    gate.agree("101").await;
    gate.agree("103").await;
    for (text, found) in [
        ("0101", vec!["浙A00101"]),
        ("a·00", vec!["浙A00101", "浙A00103"]),
        ("业", vec!["浙A00101", "浙A00103"]),
        ("业主103", vec!["浙A00103"]),
        ("业主", vec![]),
        ("主103", vec![]),
        ("张", vec![]),
    ] {
        assert_eq!(gate.plates(Some(text)).await, found, "{text}");
    }
    let long = json!({ "communityId": gate.community(), "text": "浙".repeat(21) });
    assert_eq!(gate.guard.code("WatchList", long).await, "BAD_INPUT");
}

#[tokio::test]
async fn the_watch_list_is_read_page_by_page() {
    let gate = Gate::open().await;
    for flat in ["101", "102", "103", "105", "106"] {
        gate.agree(flat).await;
    }
    let (mut after, mut found) = (Value::Null, Vec::new());
    loop {
        let page = json!({ "communityId": gate.community(), "first": 2, "after": after });
        let page = gate.guard.run("WatchList", page).await["watchList"].clone();
        let edges = page["edges"].as_array().unwrap();
        found.extend(edges.iter().map(|edge| edge["node"]["plates"][0].clone()));
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
    }
    let all = ["浙A00101", "浙A00102", "浙A00103", "浙A00105", "浙A00106"];
    assert_eq!(found, all.map(Value::from));
}

#[tokio::test]
async fn whom_the_steward_should_not_approach_now_is_not_on_the_list() {
    let gate = Gate::open().await;
    for flat in ["101", "102", "103"] {
        gate.agree(flat).await;
    }
    let first = gate.account("101").await;
    let mourning = json!({ "accountId": first, "reason": "BEREAVEMENT", "until": "2026-12-01" });
    gate.steward.run("PlaceHold", input(mourning)).await;
    assert_eq!(gate.plates(None).await, ["浙A00102", "浙A00103"]);
    let second = gate.account("102").await;
    gate.steward.log_contact(&second, promise(&second, "1000.00", "2026-11-27")).await;
    assert_eq!(gate.plates(None).await, ["浙A00103"], "while a promise is open");
    let third = gate.account("103").await;
    let card = gate.steward.card(&third).await;
    let point = card["holders"][0]["contactPoints"][0]["id"].clone();
    let silent = json!({ "contactPointId": point, "status": "DO_NOT_CALL" });
    gate.steward.run("ChangeContactPoint", input(silent)).await;
    assert_eq!(gate.plates(None).await, Vec::<String>::new());
}

#[tokio::test]
async fn one_tap_reminds_the_steward_at_once_with_room_and_amount_and_heads_the_worklist() {
    let gate = Gate::open().await;
    gate.agree("103").await;
    let mut socket = gate.steward.socket().await;
    socket.subscribe(0).await;
    let tapped = gate.tap(&gate.guard).await;
    assert_eq!(tapped["problems"], json!([]));
    assert_eq!(tapped["sighting"]["name"], "业**");
    let reminder = socket.reminder().await.unwrap();
    assert_eq!(reminder["followUp"]["source"], "SIGHTING");
    assert_eq!(reminder["account"]["unit"]["room"], "1-1-103");
    assert_eq!(reminder["account"]["arrears"]["overdue"], "1000.00");
    let worklist = gate.steward.worklist().await;
    assert_eq!(worklist[0], ("SIGHTED".to_owned(), "1-1-103".to_owned()), "who owes least");
    let seen = gate.seen("103").await;
    assert_eq!((&seen[0]["place"], &seen[0]["name"]), (&json!("GATE"), &json!("业主103")));
    assert_eq!(gate.audited("SIGHTING_RECORDED").await, ["{}"]);
    assert_eq!(gate.audited("SIGHTINGS_READ").await, ["{}"]);
    gate.steward.log_contact(&gate.account("103").await, json!({ "disposition": "MET" })).await;
    assert!(!gate.steps("103").await.contains(&"SIGHTING".to_owned()), "a talk answers it");
}

#[tokio::test]
async fn who_is_seen_on_a_rest_day_is_told_of_on_that_day_and_to_whoever_stands_in() {
    let gate = Gate::with_consent().await;
    gate.app.clock("2026-11-27T10:00:00+08:00");
    let other = gate.app.sign_in(books::OTHER_STEWARD).await;
    let id = async |client: &Client| client.run("Viewer", json!({})).await["viewer"]["id"].clone();
    let away = json!({ "absentId": id(&gate.steward).await, "standInId": id(&other).await,
        "fromOn": "2026-11-28", "toOn": "2026-11-29" });
    let away = gate.manager.run("Delegate", input(away)).await;
    assert_eq!(away["delegate"]["problems"], json!([]), "{away}");
    gate.app.clock("2026-11-28T19:00:00+08:00");
    let mut socket = other.socket().await;
    socket.subscribe(0).await;
    gate.tap(&gate.guard).await;
    loop {
        let reminder = socket.reminder().await.unwrap();
        if reminder["followUp"]["source"] == "SIGHTING" {
            assert_eq!(reminder["followUp"]["dueOn"], "2026-11-28");
            break;
        }
    }
}

#[tokio::test]
async fn two_guards_who_tap_the_same_person_within_minutes_remind_once() {
    let gate = Gate::with_consent().await;
    let second = gate.second_guard().await;
    let mut socket = gate.steward.socket().await;
    socket.subscribe(0).await;
    let (one, two) = tokio::join!(gate.tap(&gate.guard), gate.tap(&second));
    assert_eq!((&one["problems"], &two["problems"]), (&json!([]), &json!([])));
    assert_eq!(gate.seen("101").await.len(), 2, "both are kept");
    assert_eq!(gate.steps("101").await.iter().filter(|one| *one == "SIGHTING").count(), 1);
    assert_eq!(socket.reminder().await.unwrap()["sequence"], 1);
    // One of them was wrong; the other still stands.
    gate.undo(&second, &two).await;
    assert!(gate.steps("101").await.contains(&"SIGHTING".to_owned()));
    assert!(socket.is_quiet().await);
    gate.undo(&gate.guard, &one).await;
    assert!(!gate.steps("101").await.contains(&"SIGHTING".to_owned()));
}

#[tokio::test]
async fn who_is_seen_again_later_is_told_of_again_by_the_same_step() {
    let gate = Gate::with_consent().await;
    let mut socket = gate.steward.socket().await;
    socket.subscribe(0).await;
    gate.tap(&gate.guard).await;
    let first = socket.reminder().await.unwrap();
    gate.app.clock("2026-11-23T10:16:00+08:00");
    gate.tap(&gate.guard).await;
    let again = socket.reminder().await.unwrap();
    assert_eq!(again["followUp"]["id"], first["followUp"]["id"]);
    assert_ne!(again["id"], first["id"]);
}

#[tokio::test]
async fn a_tap_repeated_after_a_lost_answer_is_one_sighting() {
    let gate = Gate::with_consent().await;
    let entry = gate.list(None).await[0].clone();
    let mut fields = gate.tap_of(&entry);
    fields["id"] = json!("sighting_01990000000070008000000000000001");
    let fields = input(fields);
    let one = gate.guard.run("RecordSighting", fields.clone()).await;
    let again = gate.guard.run("RecordSighting", fields.clone()).await;
    assert_eq!(one, again);
    assert_eq!(gate.seen("101").await.len(), 1);
    let mut other = fields["input"].clone();
    other["idempotencyKey"] = json!(fresh_key());
    let other = gate.guard.run("RecordSighting", json!({ "input": other })).await;
    assert_eq!(code(&other["recordSighting"]), "DUPLICATE");
}

#[tokio::test]
async fn a_sighting_is_not_of_the_future_nor_of_long_ago_nor_of_another_car() {
    let gate = Gate::with_consent().await;
    let entry = gate.list(None).await[0].clone();
    for (name, value, wanted) in [
        ("occurredAt", "2026-11-23T10:06:00+08:00", "TOO_LATE"),
        ("occurredAt", "2026-11-23T05:59:00+08:00", "TOO_EARLY"),
        ("plate", "浙A00103", "NOT_FOUND"),
        ("occurredAt", "2026-11-23T06:01:00+08:00", ""),
        ("plate", "浙A00101", ""),
    ] {
        let mut fields = gate.tap_of(&entry);
        fields[name] = json!(value);
        let tapped =
            gate.guard.run("RecordSighting", input(fields)).await["recordSighting"].clone();
        assert_eq!(code(&tapped), wanted, "{name} {value}: {tapped}");
        if !wanted.is_empty() {
            assert_eq!(tapped["problems"][0]["field"], json!([name]));
        }
    }
}

#[tokio::test]
async fn the_steward_says_that_it_was_somebody_else_and_the_reminder_goes() {
    let gate = Gate::with_consent().await;
    let mut socket = gate.steward.socket().await;
    socket.subscribe(0).await;
    let tapped = gate.tap(&gate.guard).await;
    socket.reminder().await.unwrap();
    let fields = json!({ "sightingId": tapped["sighting"]["id"] });
    let other = gate.app.sign_in(books::OTHER_STEWARD).await;
    assert_eq!(other.code("DenySighting", input(fields.clone())).await, "NOT_FOUND");
    let theirs = json!({ "accountId": gate.account("101").await });
    assert_eq!(other.code("Sightings", theirs).await, "NOT_FOUND");
    let denied = gate.steward.run("DenySighting", input(fields.clone())).await;
    assert_eq!(denied["denySighting"]["sighting"]["state"], "DENIED", "{denied}");
    let gone = socket.reminder().await.unwrap();
    assert!(gone["acknowledgedAt"].is_string() && gone["open"] == false, "{gone}");
    assert!(!gate.steps("101").await.contains(&"SIGHTING".to_owned()));
    let pending = gate.steward.run("PendingReminders", json!({})).await;
    assert_eq!(pending["pendingReminders"]["edges"], json!([]));
    let again = gate.steward.run("DenySighting", input(fields)).await;
    assert_eq!(code(&again["denySighting"]), "CONFLICT");
    assert_eq!(code(&gate.undo(&gate.guard, &tapped).await), "CONFLICT");
    assert_eq!(gate.audited("SIGHTING_DENIED").await, ["{}"]);
}

#[tokio::test]
async fn a_guard_undoes_a_tap_of_their_own_within_minutes() {
    let gate = Gate::with_consent().await;
    let mut socket = gate.steward.socket().await;
    socket.subscribe(0).await;
    let tapped = gate.tap(&gate.guard).await;
    socket.reminder().await.unwrap();
    let second = gate.second_guard().await;
    let fields = json!({ "sightingId": tapped["sighting"]["id"] });
    assert_eq!(second.code("UndoSighting", input(fields)).await, "NOT_FOUND");
    gate.app.clock("2026-11-23T10:05:00+08:00");
    let undone = gate.undo(&gate.guard, &tapped).await;
    assert_eq!(undone["sighting"]["state"], "UNDONE");
    assert!(socket.reminder().await.unwrap()["acknowledgedAt"].is_string());
    assert!(!gate.steps("101").await.contains(&"SIGHTING".to_owned()));
    assert!(!gate.steps("101").await.is_empty(), "an open case has a next step");
    let late = gate.tap(&gate.guard).await;
    gate.app.clock("2026-11-23T10:10:01+08:00");
    assert_eq!(code(&gate.undo(&gate.guard, &late).await), "TOO_LATE");
    assert_eq!(gate.audited("SIGHTING_UNDONE").await, ["{}"]);
}

#[tokio::test]
async fn whoever_agrees_no_longer_is_off_the_list_and_was_never_seen() {
    let gate = Gate::with_consent().await;
    let (party, entry) = (gate.party("101").await, gate.list(None).await[0].clone());
    gate.tap(&gate.guard).await;
    let other = gate.app.sign_in(books::OTHER_STEWARD).await;
    let theirs = input(json!({ "partyId": party }));
    assert_eq!(other.code("WithdrawSightingConsent", theirs).await, "NOT_FOUND");
    let withdrawn = gate.withdraw(&gate.steward, &party).await;
    assert_eq!(withdrawn["problems"], json!([]));
    assert!(withdrawn["party"]["sightingConsents"][0]["withdrawnAt"].is_string(), "{withdrawn}");
    assert_eq!(gate.list(None).await, Vec::<Value>::new());
    assert_eq!(gate.seen("101").await, Vec::<Value>::new());
    assert_eq!(traces(&gate).await, 0, "no step says any longer that it came from a sighting");
    assert_eq!(gate.guard.code("RecordSighting", input(gate.tap_of(&entry))).await, "NOT_FOUND");
    assert_eq!(gate.audited("SIGHTING_CONSENT_WITHDRAWN").await, ["{}"]);
    assert_eq!(code(&gate.withdraw(&gate.steward, &party).await), "NOT_FOUND");
    // Who agrees again has another row; the first stays as it was.
    let again = gate.consent(&gate.steward, &party).await;
    let rows = again["party"]["sightingConsents"].as_array().unwrap().clone();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[1]["id"], withdrawn["party"]["sightingConsents"][0]["id"]);
    assert_eq!(gate.list(None).await.len(), 1);
}

/// Whatever is left of sightings: rows, and steps that say where they came from.
async fn traces(gate: &Gate) -> i64 {
    #[derive(FromQueryResult)]
    struct Row {
        count: i64,
    }
    let text = "SELECT (SELECT COUNT(*) FROM sighting WHERE organization_id = $1) \
         + (SELECT COUNT(*) FROM follow_up WHERE organization_id = $1 AND source = 'SIGHTING') AS count";
    let row = Sql::new(text, [gate.company.organization.into()]);
    row.one::<Row>(gate.app.database().read()).await.unwrap().unwrap().count
}

#[tokio::test]
async fn a_consent_is_recorded_by_whoever_reaches_the_owner_once_at_a_time() {
    let gate = Gate::open().await;
    let (mine, theirs) = (gate.party("101").await, gate.party("105").await);
    let fields = |party: &Value| {
        json!({ "partyId": party, "communityId": gate.community(), "way": "ORAL",
            "givenOn": "2026-11-23" })
    };
    let refused = input(fields(&theirs));
    assert_eq!(gate.steward.code("RecordSightingConsent", refused).await, "NOT_FOUND");
    let mut ahead = fields(&mine);
    ahead["givenOn"] = json!("2026-11-24");
    let ahead = gate.steward.run("RecordSightingConsent", input(ahead)).await;
    assert_eq!(code(&ahead["recordSightingConsent"]), "TOO_LATE");
    let mut asked = fields(&mine);
    asked["askedById"] = json!("person_00000000000070008000000000000000");
    let asked = gate.steward.run("RecordSightingConsent", input(asked)).await;
    assert_eq!(code(&asked["recordSightingConsent"]), "NOT_FOUND");
    let given = gate.consent(&gate.steward, &mine).await;
    let row = &given["party"]["sightingConsents"][0];
    assert_eq!(row["askedByName"], format!("员工{}", books::STEWARD));
    assert_eq!((&row["way"], &row["givenOn"]), (&json!("WRITTEN"), &json!("2026-11-20")));
    assert_eq!(code(&gate.consent(&gate.steward, &mine).await), "CONFLICT");
    let shown = async |client: &Client| {
        client.run("PartyCard", json!({ "id": mine })).await["node"]["sightingConsents"].clone()
    };
    assert_eq!(shown(&gate.steward).await.as_array().unwrap().len(), 1);
    let clerk = gate.app.sign_in(books::CLERK).await;
    assert_eq!(shown(&clerk).await, json!([]), "no matter of finance");
}

#[tokio::test]
async fn sightings_are_kept_for_the_days_of_the_community() {
    let gate = Gate::with_consent().await;
    gate.switch(json!({ "sightingDays": 3 })).await;
    gate.tap(&gate.guard).await;
    gate.app.clock("2026-11-24T10:00:00+08:00");
    gate.tap(&gate.guard).await;
    gate.app.clock("2026-11-26T10:00:01+08:00");
    eventually("the older one to be deleted", async || {
        (gate.seen("101").await.len() == 1).then_some(())
    })
    .await;
    gate.app.clock("2026-11-27T10:00:01+08:00");
    eventually("the other to be deleted", async || (traces(&gate).await == 0).then_some(())).await;
    assert!(!gate.steps("101").await.is_empty(), "the case goes on");
    let erased = gate.audited("SIGHTINGS_ERASED").await;
    assert_eq!(erased, [r#"{"sightings":1}"#, r#"{"sightings":1}"#]);
}

#[tokio::test]
async fn a_community_that_switches_off_has_nothing_left() {
    let gate = Gate::with_consent().await;
    let entry = gate.list(None).await[0].clone();
    gate.tap(&gate.guard).await;
    gate.switch(json!({ "sightings": false })).await;
    assert_eq!(traces(&gate).await, 0, "at once");
    assert_eq!(gate.list(None).await, Vec::<Value>::new());
    assert_eq!(gate.guard.code("RecordSighting", input(gate.tap_of(&entry))).await, "NOT_FOUND");
}

#[tokio::test]
async fn a_guard_of_another_community_sees_nothing() {
    let gate = Gate::with_consent().await;
    let entry = gate.list(None).await[0].clone();
    let elsewhere = add_guard(&gate.app, &gate.company, (GUARD_ELSEWHERE, "远苑")).await;
    let list = json!({ "communityId": gate.community() });
    assert_eq!(elsewhere.code("WatchList", list).await, "NOT_FOUND");
    assert_eq!(elsewhere.code("RecordSighting", input(gate.tap_of(&entry))).await, "NOT_FOUND");
    assert_eq!(gate.audited("WATCH_LIST_READ").await.len(), 1, "only what was read");
}

#[tokio::test]
async fn who_paid_is_no_longer_looked_out_for() {
    let gate = Gate::open().await;
    gate.agree("103").await;
    gate.tap(&gate.guard).await;
    let paid = receipts(&[("103", "X1", "2026-11-23", 100_000)]);
    gate.company.import(&gate.app.app, paid).await.unwrap();
    assert_eq!(gate.list(None).await, Vec::<Value>::new());
    assert_eq!(gate.steps("103").await, Vec::<String>::new());
}

#[tokio::test]
async fn after_a_shift_nothing_of_it_is_readable() {
    let gate = Gate::with_consent().await;
    let mine = async |client: &Client| {
        let found = client.run("MySightings", json!({})).await["mySightings"]["edges"].clone();
        found.as_array().unwrap().len()
    };
    gate.tap(&gate.guard).await;
    assert_eq!(mine(&gate.guard).await, 1);
    let second = gate.second_guard().await;
    assert_eq!(mine(&second).await, 0, "what others tapped is not there");
    let next = gate.app.sign_in(books::GUARD).await;
    assert_eq!(mine(&next).await, 0, "nor what was tapped in an earlier shift");
    gate.guard.run("SignOut", json!({})).await;
    assert_eq!(gate.guard.code("MySightings", json!({})).await, "UNAUTHENTICATED");
}

#[tokio::test]
async fn a_guard_who_takes_the_telephone_over_ends_the_shift_before() {
    let gate = Gate::open().await;
    gate.second_guard().await;
    let credentials =
        |mobile| json!({ "input": { "mobile": mobile, "password": books::PASSWORD } });
    let wrong = json!({ "input": { "mobile": OTHER_GUARD, "password": "not this one" } });
    gate.guard.run("SignIn", wrong).await;
    gate.guard.run("Viewer", json!({})).await;
    let next = gate.guard.run("SignIn", credentials(OTHER_GUARD)).await["signIn"].clone();
    assert_eq!(gate.guard.code("Viewer", json!({})).await, "UNAUTHENTICATED");
    gate.app.client().with_token(next["token"].as_str().unwrap()).run("Viewer", json!({})).await;
    // Whoever has a telephone of their own stays signed in.
    gate.steward.run("SignIn", credentials(books::MANAGER)).await;
    gate.steward.run("Viewer", json!({})).await;
}

/// A first sign-in and the length of its session in hours.
async fn hours(app: &TestApp, mobile: &str) -> (Value, i64) {
    let credentials = json!({ "input": { "mobile": mobile, "password": books::PASSWORD } });
    let signed_in = app.client().run("SignIn", credentials).await["signIn"].clone();
    let until: chrono::DateTime<chrono::Utc> =
        signed_in["refreshExpiresAt"].as_str().unwrap().parse().unwrap();
    let hours = (until - app.app.kernel.clock.security()).num_minutes();
    (signed_in, (hours + 30) / 60)
}

#[tokio::test]
async fn a_guards_sign_in_ends_with_the_shift_however_often_it_is_refreshed() {
    let (app, _) = TestApp::with_company().await;
    assert_eq!(hours(&app, books::STEWARD).await.1, 14 * 24);
    let (pair, length) = hours(&app, books::GUARD).await;
    assert_eq!(length, 2, "it ends sooner when nobody uses it");
    // The security clock is nobody's to move; the session began earlier instead.
    let conn = app.database().read();
    let began = if conn.get_database_backend() == DbBackend::Postgres {
        "created_at - interval '12 hours'"
    } else {
        "strftime('%Y-%m-%dT%H:%M:%f000+00:00', created_at, '-12 hours')"
    };
    let text = format!("UPDATE session SET created_at = {began}");
    conn.execute_unprepared(&text).await.unwrap();
    let refresh = json!({ "input": { "refreshToken": pair["refreshToken"] } });
    let refused = app.client().run("RefreshSession", refresh).await["refreshSession"].clone();
    assert_eq!(code(&refused), "WRONG_CREDENTIALS", "{refused}");
    let guard = app.client().with_token(pair["token"].as_str().unwrap());
    assert_eq!(guard.code("Viewer", json!({})).await, "UNAUTHENTICATED");
}

#[tokio::test]
async fn a_person_is_told_of_consents_and_sightings_and_both_are_forgotten_with_them() {
    let gate = Gate::open().await;
    let party = gate.party("101").await;
    let form = format!("attachment_{}", fresh_key().replace('-', ""));
    let jpeg = [&[0xff, 0xd8, 0xff, 0xe0][..], &[0x4a; 5000]].concat();
    assert_eq!(gate.manager.upload(&form, "SIGNATURE", jpeg).await.0, 201);
    let fields = json!({ "partyId": party, "communityId": gate.community(), "way": "WRITTEN",
        "givenOn": "2026-11-20", "note": "门岗登记表", "attachmentIds": [form] });
    let given = gate.manager.run("RecordSightingConsent", input(fields)).await;
    assert_eq!(given["recordSightingConsent"]["problems"], json!([]), "{given}");
    gate.tap(&gate.guard).await;
    let administrator = gate.app.sign_in(books::ADMINISTRATOR).await;
    let whom = json!({ "partyId": party, "reason": "本人申请" });
    let told = administrator.run("ExportPerson", json!({ "input": whom })).await;
    let told = told["exportPerson"]["json"].as_str().unwrap().to_owned();
    for held in ["sightingConsents", "门岗登记表", "\"place\":\"GATE\"", form.as_str()] {
        assert!(told.contains(held), "{held}: {told}");
    }
    for text in [
        "UPDATE account_holder SET to_on = '2026-01-31' WHERE organization_id = $1",
        "UPDATE charge_balance SET open_fen = 0 WHERE organization_id = $1",
    ] {
        let organization = gate.company.organization;
        Sql::new(text, [organization.into()]).run(gate.app.database().read()).await.unwrap();
    }
    let erased = administrator.run("ErasePerson", input(whom.clone())).await;
    assert_eq!(erased["erasePerson"]["problems"], json!([]));
    assert_eq!(traces(&gate).await, 0);
    let left = administrator.run("ExportPerson", json!({ "input": whom })).await;
    let left = left["exportPerson"]["json"].as_str().unwrap();
    assert!(!left.contains("门岗登记表") && left.contains("\"sightings\":[]"), "{left}");
    assert!(!left.contains("\"withdrawnAt\":null") && !left.contains(&form), "{left}");
    let path = format!("/attachments/{form}");
    assert_ne!(gate.steward.download(&path).await.status(), 200, "it belongs to nothing any more");
}

#[tokio::test]
async fn a_person_who_was_merged_is_one_entry_and_agrees_once() {
    let gate = Gate::with_consent().await;
    let (keep, merge) = (gate.party("102").await, gate.party("101").await);
    let merged = json!({ "keepId": keep, "mergeId": merge });
    let done = gate.manager.run("MergeParties", input(merged)).await;
    assert_eq!(done["mergeParties"]["problems"], json!([]), "{done}");
    let list = gate.list(None).await;
    assert_eq!(list.len(), 1, "{list:?}");
    assert_eq!(list[0]["plates"], json!(["浙A00101"]));
    gate.tap(&gate.guard).await;
    let sources = [gate.steps("101").await, gate.steps("102").await].concat();
    assert_eq!(sources.iter().filter(|one| *one == "SIGHTING").count(), 1, "one conversation");
    assert_eq!(code(&gate.consent(&gate.manager, &keep).await), "CONFLICT");
    assert_eq!(gate.withdraw(&gate.manager, &keep).await["problems"], json!([]));
    assert_eq!(gate.list(None).await, Vec::<Value>::new());
}

#[tokio::test]
async fn the_watch_list_reads_no_table_from_end_to_end() {
    let gate = Gate::with_consent().await;
    let conn = gate.app.database().read();
    let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    let scope =
        Scope { organization: gate.company.organization, community: gate.company.community, today };
    for text in [None, Some("001")] {
        let mut statement = statement_of(scope, text, 21).statement(conn);
        let postgres = conn.get_database_backend() == DbBackend::Postgres;
        // A few rows are read from end to end by PostgreSQL whatever the indexes are.
        let explain = if postgres { "EXPLAIN " } else { "EXPLAIN QUERY PLAN " };
        statement.sql.insert_str(0, explain);
        let rows = conn.query_all_raw(statement).await.unwrap();
        if postgres {
            continue;
        }
        for row in rows {
            let step: String = row.try_get("", "detail").unwrap();
            let table = step.strip_prefix("SCAN ").and_then(|rest| rest.split(' ').next());
            let derived = |name: &str| {
                let own = name.strip_prefix('c').is_some_and(|rest| rest.parse::<u8>().is_ok());
                own || ["due", "listed", "plated", "same", "held", "consented"].contains(&name)
            };
            assert!(table.is_none_or(derived), "{step}");
        }
    }
}
