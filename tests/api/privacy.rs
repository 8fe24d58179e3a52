//! Whose data it is: masks, revealing, identity numbers, export, erasure, and the log over all of it.

use guanjia::{
    kernel::{audit::seal, sql::Sql},
    privacy::person::TABLES,
};
use sea_orm::{ConnectionTrait as _, DbBackend, FromQueryResult, Statement};
use serde_json::{Value, json};

use crate::support::{
    TestApp, books, books::Company, client::Client, eventually, fresh_key, program,
};

const KEYS: &str = "2026:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const OLDER: &str = "2025:ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const IDENTITY: &str = "11010519491231002X";

/// The holder of flat 101 as a client sees them.
async fn holder(client: &Client, account: &str) -> Value {
    client.card(account).await["holders"][0].clone()
}

async fn with_keys(keys: &str) -> (TestApp, Company) {
    let app = TestApp::start_with(&[("GUANJIA_IDENTITY_KEYS", keys)]).await;
    let company = books::found_company(&app.app).await;
    (app, company)
}

#[tokio::test]
async fn numbers_are_masked_by_role_on_every_path() {
    let (app, company) = TestApp::with_company().await;
    let account = company.account(&app.app, "101").await.to_string();
    for (mobile, wanted) in [
        (books::STEWARD, "13812340101"),
        (books::MANAGER, "13812340101"),
        (books::CLERK, "138****0101"),
        (books::LEGAL, "138****0101"),
        (books::DIRECTOR, "138****0101"),
        (books::ADMINISTRATOR, "138****0101"),
    ] {
        let client = app.sign_in(mobile).await;
        assert_eq!(holder(&client, &account).await["contactPoints"][0]["value"], wanted);
        let found = client.run("LookUp", json!({ "text": "yezhu101" })).await;
        let points = &found["lookUp"]["edges"][0]["node"]["holder"]["contactPoints"];
        assert_eq!(points[0]["value"], wanted, "{found}");
    }
}

#[tokio::test]
async fn a_masked_number_is_not_rebuilt_by_searching() {
    let app = TestApp::start_with(&[("GUANJIA_NUMBER_SEARCHES_PER_DAY", "3")]).await;
    books::found_company(&app.app).await;
    let clerk = app.sign_in(books::CLERK).await;
    let hits = async |text: &str| {
        clerk.run("LookUp", json!({ "text": text })).await["lookUp"]["edges"]
            .as_array()
            .unwrap()
            .len()
    };
    for part in ["138", "1381", "0101", "3812340101", "1381234010", "12340101"] {
        let numbers = clerk.run("LookUp", json!({ "text": part })).await;
        let by_number = numbers["lookUp"]["edges"].as_array().unwrap().iter();
        assert_eq!(
            by_number.filter(|edge| edge["node"]["foundBy"] == "NUMBER").count(),
            0,
            "{part}"
        );
    }
    // 12340101 and the two of ten digits were as long as a number and counted; then it is over for the day.
    let whole = json!({ "text": "13812340101" });
    assert_eq!(clerk.code("LookUp", whole.clone()).await, "BAD_INPUT");
    assert_eq!(clerk.code("WhoCalls", json!({ "number": "13812340101" })).await, "BAD_INPUT");
    assert_eq!(hits("yezhu101").await, 1, "names are still found");
    let steward = app.sign_in(books::STEWARD).await;
    for _ in 0..5 {
        assert_eq!(
            steward.run("LookUp", whole.clone()).await["lookUp"]["edges"][0]["node"]["foundBy"],
            "NUMBER"
        );
    }
    let manager = app.sign_in(books::MANAGER).await;
    let part = manager.run("LookUp", json!({ "text": "12340101" })).await;
    assert_eq!(part["lookUp"]["edges"][0]["node"]["foundBy"], "NUMBER");
}

#[tokio::test]
async fn a_masked_number_is_not_rebuilt_by_typing_it_in() {
    let app = TestApp::start_with(&[("GUANJIA_NUMBER_SEARCHES_PER_DAY", "4")]).await;
    let company = books::found_company(&app.app).await;
    let account = company.account(&app.app, "101").await.to_string();
    let clerk = app.sign_in(books::CLERK).await;
    let owner = holder(&clerk, &account).await;
    let point = owner["contactPoints"][0]["id"].clone();
    let act = async |client: &Client, name: &str, key: &str, mut input: Value| {
        input["idempotencyKey"] = json!(key);
        let done = client.run(name, json!({ "input": input })).await;
        done.as_object().unwrap().values().next().unwrap().clone()
    };
    let add = |number: &str| json!({ "partyId": owner["party"]["id"], "kind": "MOBILE", "value": number, "source": "OWNER" });
    let register = |numbers: Value| json!({ "name": "业主101", "numbers": numbers });
    let correct = |number: &str| json!({ "contactPointId": point, "value": number });
    let key = fresh_key();
    for _ in 0..3 {
        let same = act(&clerk, "AddContactPoint", &key, add("13812340101")).await;
        assert_eq!(same["alreadyThere"], true, "a retry is no other try: {same}");
    }
    let three = json!(["13812340111", "13812340112", "13812340113"]);
    assert_eq!(
        act(&clerk, "RegisterParty", &fresh_key(), register(three)).await["problems"],
        json!([])
    );
    for (name, input, field) in [
        ("AddContactPoint", add("13812340101"), "value"),
        ("RegisterParty", register(json!(["13812340101"])), "numbers"),
        ("ChangeContactPoint", correct("13812340101"), "value"),
        ("ChangeContactPoint", correct("13812340102"), "value"),
    ] {
        let over = act(&clerk, name, &fresh_key(), input).await;
        let problem = &over["problems"][0];
        assert_eq!(
            (&problem["code"], &problem["field"]),
            (&json!("TOO_MANY"), &json!([field])),
            "{over}"
        );
    }
    assert_eq!(clerk.code("WhoCalls", json!({ "number": "13812340101" })).await, "BAD_INPUT");
    assert_eq!(
        act(&clerk, "RegisterParty", &fresh_key(), register(json!([]))).await["problems"],
        json!([])
    );
    let steward = app.sign_in(books::STEWARD).await;
    for _ in 0..6 {
        let same = act(&steward, "AddContactPoint", &fresh_key(), add("13812340101")).await;
        assert_eq!(
            same["alreadyThere"], true,
            "who sees numbers types as many as they like: {same}"
        );
    }
}

#[tokio::test]
async fn revealing_is_written_down_with_its_reason_and_never_with_the_number() {
    let app = TestApp::start_with(&[("GUANJIA_REVEALS_PER_DAY", "2")]).await;
    let company = books::found_company(&app.app).await;
    let account = company.account(&app.app, "101").await.to_string();
    let clerk = app.sign_in(books::CLERK).await;
    let point = holder(&clerk, &account).await["contactPoints"][0]["id"].clone();
    let reveal = async |client: &Client, point: &Value, reason: &str| {
        let input = json!({ "contactPointId": point, "reason": reason });
        client.answer("Reveal", json!({ "input": input })).await
    };
    let without = reveal(&clerk, &point, "  ").await;
    assert_eq!(without["data"]["reveal"]["problems"][0]["code"], "REQUIRED");
    for _ in 0..2 {
        let shown = reveal(&clerk, &point, "核对退款账户").await;
        assert_eq!(shown["data"]["reveal"]["value"], "13812340101", "{shown}");
    }
    let over = reveal(&clerk, &point, "再看一次").await;
    assert_eq!(over["data"]["reveal"]["problems"][0]["code"], "TOO_MANY", "{over}");
    let nobodys = json!("contactpoint_00000000000070008000000000000000");
    let other = app.sign_in(books::OTHER_STEWARD).await;
    for (client, id) in [(&other, &point), (&other, &nobodys)] {
        let refused = reveal(client, id, "x").await;
        assert_eq!(refused["errors"][0]["extensions"]["code"], "NOT_FOUND", "{refused}");
    }
    let administrator = app.sign_in(books::ADMINISTRATOR).await;
    let filter = json!({ "filter": { "action": "NUMBER_REVEALED" } });
    let log = administrator.run("AuditEntries", filter).await["auditEntries"]["edges"].clone();
    assert_eq!(log.as_array().unwrap().len(), 2, "{log}");
    let facts = log[0]["node"]["facts"].as_str().unwrap();
    assert!(facts.contains("核对退款账户") && !facts.contains("0101"), "{facts}");
}

#[tokio::test]
async fn an_identity_number_is_kept_encrypted_shown_masked_and_found_whole() {
    let (app, company) = with_keys(KEYS).await;
    let account = company.account(&app.app, "101").await.to_string();
    let steward = app.sign_in(books::STEWARD).await;
    let party = holder(&steward, &account).await["party"]["id"].clone();
    let set = async |number: &str| {
        let input = json!({ "idempotencyKey": fresh_key(), "partyId": party, "number": number });
        steward.run("SetIdentityNumber", json!({ "input": input })).await["setIdentityNumber"]["problems"].clone()
    };
    assert_eq!(set("110105194912310021").await[0]["code"], "INVALID");
    assert_eq!(set(&IDENTITY.to_lowercase()).await, json!([]));
    let found = steward.run("LookUp", json!({ "text": IDENTITY })).await;
    assert_eq!(found["lookUp"]["edges"][0]["node"]["account"]["id"], account.as_str(), "{found}");
    let other = app.sign_in(books::OTHER_STEWARD).await;
    let theirs = other.run("LookUp", json!({ "text": IDENTITY })).await;
    assert_eq!(theirs["lookUp"]["edges"], json!([]));
    let input = json!({ "identityOfPartyId": party, "reason": "起诉立案" });
    let shown = steward.run("Reveal", json!({ "input": input })).await;
    assert_eq!(shown["reveal"]["value"], IDENTITY);
    assert!(
        !everything(&app).await.contains(&IDENTITY[..17]),
        "the number stands nowhere in the database"
    );
}

/// Every text of every table, on SQLite; on PostgreSQL of the table it would stand in.
async fn everything(app: &TestApp) -> String {
    let conn = app.database().read();
    let mut all = String::new();
    for table in ["party_identity", "audit_entry", "idempotency_key", "search_term"] {
        let text = format!("SELECT * FROM {table}");
        let rows = conn
            .query_all_raw(Statement::from_string(conn.get_database_backend(), text))
            .await
            .unwrap();
        for row in rows {
            for column in row.column_names() {
                all += &row.try_get::<String>("", &column).unwrap_or_default();
                all += &row.try_get::<Value>("", &column).unwrap_or_default().to_string();
            }
        }
    }
    all
}

#[tokio::test]
async fn without_a_key_no_identity_number_is_kept() {
    let (app, company) = TestApp::with_company().await;
    let account = company.account(&app.app, "101").await.to_string();
    let steward = app.sign_in(books::STEWARD).await;
    let party = holder(&steward, &account).await["party"]["id"].clone();
    let input = json!({ "idempotencyKey": fresh_key(), "partyId": party, "number": IDENTITY });
    let refused = steward.run("SetIdentityNumber", json!({ "input": input })).await;
    assert_eq!(refused["setIdentityNumber"]["problems"][0]["code"], "INVALID");
}

#[tokio::test]
async fn after_a_change_of_keys_the_older_one_can_go() {
    let (app, company) = with_keys(OLDER).await;
    let account = company.account(&app.app, "101").await.to_string();
    let steward = app.sign_in(books::STEWARD).await;
    let party = holder(&steward, &account).await["party"]["id"].clone();
    let input = json!({ "idempotencyKey": fresh_key(), "partyId": party, "number": IDENTITY });
    steward.run("SetIdentityNumber", json!({ "input": input })).await;
    let url = app.app.settings.database_url.clone();
    let rotate = |keys: &str| {
        let mut command = program::command(&url);
        command.args(["keys", "rotate"]).env("GUANJIA_IDENTITY_KEYS", keys);
        command.output().unwrap()
    };
    assert!(!rotate(KEYS).status.success(), "the older key is still needed");
    let done = rotate(&format!("{KEYS},{OLDER}"));
    assert!(done.status.success(), "{done:?}");
    assert!(String::from_utf8_lossy(&done.stdout).starts_with("1 identity number"), "{done:?}");
    let again = rotate(KEYS);
    assert!(String::from_utf8_lossy(&again.stdout).starts_with("0 identity number"), "{again:?}");
}

#[tokio::test]
async fn a_person_is_told_all_and_forgotten_but_not_while_they_owe() {
    let (app, company) = with_keys(KEYS).await;
    let account = company.account(&app.app, "101").await.to_string();
    let (steward, administrator) =
        (app.sign_in(books::STEWARD).await, app.sign_in(books::ADMINISTRATOR).await);
    let party = holder(&steward, &account).await["party"]["id"].clone();
    let identity = json!({ "idempotencyKey": fresh_key(), "partyId": party, "number": IDENTITY });
    steward.run("SetIdentityNumber", json!({ "input": identity })).await;
    steward.log_contact(&account, json!({ "partyId": party, "note": "女儿在国外" })).await;
    write_everywhere(&steward, &account, "女儿在国外").await;
    let input = json!({ "partyId": party, "reason": "本人申请" });
    let told = administrator.run("ExportPerson", json!({ "input": input })).await;
    let told = told["exportPerson"]["json"].as_str().unwrap().to_owned();
    for held in ["业主101", "13812340101", IDENTITY, "女儿在国外", "测试苑", "3000.00"] {
        assert!(told.contains(held), "{held}: {told}");
    }
    let erase = async || {
        let input =
            json!({ "idempotencyKey": fresh_key(), "partyId": party, "reason": "本人申请" });
        administrator.run("ErasePerson", json!({ "input": input })).await["erasePerson"]["problems"]
            .clone()
    };
    assert_eq!(erase().await[0]["code"], "INCONSISTENT");
    // They sold the flat long ago, and all is paid.
    let organization = company.organization;
    for text in [
        "UPDATE account_holder SET to_on = '2026-01-31' WHERE organization_id = $1",
        "UPDATE charge_balance SET open_fen = 0 WHERE organization_id = $1",
    ] {
        Sql::new(text, [organization.into()]).run(app.database().read()).await.unwrap();
    }
    let charged = sum(&app, "charge").await;
    assert_eq!(erase().await, json!([]));
    assert_eq!(sum(&app, "charge").await, charged, "the ledger stays");
    let left = administrator.run("ExportPerson", json!({ "input": input })).await;
    let left = left["exportPerson"]["json"].as_str().unwrap();
    for gone in ["业主101", "13812340101", IDENTITY, "女儿在国外"] {
        assert!(!left.contains(gone), "{gone}: {left}");
    }
    assert_eq!(
        stands_in(&app, &["业主101", "13812340101", IDENTITY, "女儿在国外"]).await,
        Vec::<String>::new()
    );
    assert_eq!(
        steward.run("LookUp", json!({ "text": "yezhu101" })).await["lookUp"]["edges"],
        json!([])
    );
    assert_eq!(
        steward.run("WhoCalls", json!({ "number": "13812340101" })).await["whoCalls"]["edges"],
        json!([])
    );
}

/// Says the same wherever a steward may write something about an account.
async fn write_everywhere(steward: &Client, account: &str, words: &str) {
    let unnamed = json!({
        "disposition": "THIRD_PARTY", "note": words,
        "thirdParty": { "name": words, "relation": words },
    });
    let spoken = steward.log_contact(account, unnamed).await;
    assert_eq!(spoken["problems"], json!([]), "{spoken}");
    let card = steward.card(account).await;
    let key = fresh_key;
    for (name, input) in [
        (
            "AmendContact",
            json!({ "contactId": spoken["contact"]["id"], "note": format!("{words}!") }),
        ),
        (
            "PlanFollowUp",
            json!({ "accountId": account, "step": { "on": "2026-11-25", "note": words } }),
        ),
        (
            "PlaceHold",
            json!({ "accountId": account, "reason": "HARDSHIP", "until": "2026-11-26", "note": words }),
        ),
        ("EscalateCase", json!({ "caseId": card["openCase"]["id"], "reason": words })),
        (
            "RecordPromise",
            json!({
                "givenHow": "AT_DESK", "way": "TRANSFER", "note": words,
                "lines": [{ "accountId": account, "amount": "10.00", "dueOn": "2026-11-26" }],
            }),
        ),
    ] {
        let mut input = input;
        input["idempotencyKey"] = json!(key());
        let done = steward.run(name, json!({ "input": input })).await;
        let answer = done.as_object().unwrap().values().next().unwrap();
        assert_eq!(answer["problems"], json!([]), "{name}: {answer}");
    }
}

/// The tables in which any of the words still stands. Books as they were brought in are thrown away by their own rule.
async fn stands_in(app: &TestApp, words: &[&str]) -> Vec<String> {
    #[derive(FromQueryResult)]
    struct Name {
        name: String,
    }
    #[derive(FromQueryResult)]
    struct Row {
        found: i64,
    }
    let conn = app.database().read();
    let postgres = conn.get_database_backend() == DbBackend::Postgres;
    let text = if postgres {
        "SELECT table_name || '.' || column_name AS name FROM information_schema.columns \
         WHERE table_schema = current_schema() AND data_type IN ('text', 'jsonb', 'json') ORDER BY 1"
    } else {
        "SELECT m.name || '.' || c.name AS name FROM sqlite_master m JOIN pragma_table_info(m.name) c \
         WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' ORDER BY 1"
    };
    let mut left = Vec::new();
    for Name { name } in Sql::new(text, []).all(conn).await.unwrap() {
        let (table, column) = name.split_once('.').unwrap();
        if table.starts_with("import_") || table.starts_with("staged_") {
            continue;
        }
        for word in words {
            let text = format!(
                "SELECT COUNT(*) AS found FROM {table} WHERE CAST({column} AS TEXT) LIKE $1"
            );
            let rows = Sql::new(&text, [format!("%{word}%").into()]);
            if rows.one::<Row>(conn).await.unwrap().unwrap().found > 0 {
                left.push(format!("{name}: {word}"));
            }
        }
    }
    left
}

async fn sum(app: &TestApp, table: &str) -> i64 {
    #[derive(FromQueryResult)]
    struct Row {
        sum: i64,
    }
    let text = format!("SELECT CAST(SUM(amount_fen) AS bigint) AS sum FROM {table}");
    Sql::new(&text, []).one::<Row>(app.database().read()).await.unwrap().unwrap().sum
}

#[tokio::test]
async fn every_table_that_names_a_person_has_an_answer_to_their_erasure() {
    let app = TestApp::start().await;
    let conn = app.database().read();
    let postgres = conn.get_database_backend() == DbBackend::Postgres;
    let text = if postgres {
        "SELECT table_name AS name FROM information_schema.columns WHERE column_name = 'party_id' \
         AND table_schema = current_schema() ORDER BY table_name"
    } else {
        "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c ON c.name = 'party_id' \
         WHERE m.type = 'table' ORDER BY m.name"
    };
    #[derive(FromQueryResult)]
    struct Row {
        name: String,
    }
    let found: Vec<Row> = Sql::new(text, []).all(conn).await.unwrap();
    let found: Vec<_> = found.into_iter().map(|row| row.name).collect();
    let known: Vec<_> = TABLES.iter().map(|(table, _)| (*table).to_owned()).collect();
    assert_eq!(found, known, "privacy::person::TABLES says what becomes of a person in each table");
}

/// Waits until nothing is unsealed; answers what a look at the chain says.
async fn sealed(app: &TestApp, company: &Company) -> seal::Verdict {
    eventually("the audit log to be sealed", async || {
        let found = seal::verify(app.database().read(), company.organization, None).await.unwrap();
        (found.unsealed == 0 && found.sealed > 3).then_some(found)
    })
    .await
}

#[tokio::test]
async fn whatever_is_done_to_the_sealed_log_shows() {
    for (harm, place, how) in [
        (
            "UPDATE audit_entry SET action = 'NOTHING' WHERE seal_position = 2",
            2,
            seal::Break::Changed,
        ),
        (
            "UPDATE audit_entry SET facts = '{\"a\":1}' WHERE seal_position = 3",
            3,
            seal::Break::Changed,
        ),
        ("DELETE FROM audit_entry WHERE seal_position = 2", 2, seal::Break::Missing),
        ("DELETE FROM audit_entry WHERE seal_position >= 3", 3, seal::Break::Cut),
        (
            "UPDATE audit_entry SET seal_position = CASE seal_position WHEN 1 THEN -2 ELSE -1 END WHERE seal_position <= 2; \
             UPDATE audit_entry SET seal_position = -seal_position WHERE seal_position < 0",
            1,
            seal::Break::Changed,
        ),
    ] {
        let (app, company) = TestApp::with_company().await;
        assert_eq!(sealed(&app, &company).await.broken, None);
        app.database().read().execute_unprepared(harm).await.unwrap();
        let found = seal::verify(app.database().read(), company.organization, None).await.unwrap();
        assert_eq!(found.broken, Some((place, how)), "{harm}");
    }
}

#[tokio::test]
async fn the_program_says_whether_the_log_is_whole_and_has_the_head_that_was_noted() {
    let (app, company) = TestApp::with_company().await;
    let found = sealed(&app, &company).await;
    let url = app.app.settings.database_url.clone();
    let said = program::succeed(&url, &["audit", "verify"]);
    assert!(said.contains(&format!("head {}:{}", found.sealed, found.hash)), "{said}");
    let head = format!("{}:{}", found.sealed, found.hash);
    program::succeed(&url, &["audit", "verify", "--company", "测试物业", "--head", &head]);
    let other = program::run(&url, &["audit", "verify", "--company", "测试物业", "--head", "1:00"]);
    assert!(!other.status.success());
    app.database()
        .read()
        .execute_unprepared("UPDATE audit_entry SET action = 'x' WHERE seal_position = 1")
        .await
        .unwrap();
    let broken = program::run(&url, &["audit", "verify"]);
    assert!(
        !broken.status.success() && String::from_utf8_lossy(&broken.stdout).contains("BROKEN at 1"),
        "{broken:?}"
    );
}

#[tokio::test]
async fn two_replicas_seal_one_chain() {
    let (app, company) = TestApp::with_company().await;
    let replica = app.replica().await;
    let administrator = app.sign_in(books::ADMINISTRATOR).await;
    let account = company.account(&app.app, "101").await.to_string();
    let point = holder(&administrator, &account).await["contactPoints"][0]["id"].clone();
    for nth in 0..20 {
        let client =
            if nth % 2 == 0 { administrator.clone() } else { administrator.at(replica.address) };
        let input = json!({ "contactPointId": point, "reason": format!("第{nth}次") });
        client.run("Reveal", json!({ "input": input })).await;
    }
    let found = sealed(&app, &company).await;
    assert!(found.broken.is_none() && found.sealed >= 20, "{found:?}");
}
