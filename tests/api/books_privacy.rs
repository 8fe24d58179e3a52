//! Identity numbers in books: kept encrypted, nowhere in plain.

use guanjia::kernel::sql::Sql;
use sea_orm::{ConnectionTrait as _, DbBackend, FromQueryResult, Statement};
use serde_json::{Value, json};

use super::import_runs::bring;
use crate::support::{
    TestApp,
    books::{self, Company},
    program,
};

const KEYS: &str = "2026:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const NEWER: &str = "2027:ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const ONE: &str = "11010519491231002X";
const TWO: &str = "440524188001010014";
/// Its last character is wrong.
const BAD: &str = "110105194912310021";

fn register() -> String {
    format!(
        "房号,业主姓名,身份证号,手机号\n1-1-201,王一,{ONE},13811110001\n1-1-202,王二、王三,{BAD}、{TWO},13811110002\n\
         1-1-203,王四,123456,13811110003\n1-1-204,王五,无,13811110004\n1-1-101,业主101,{TWO},13812340101\n"
    )
}

async fn with_keys(keys: &str) -> (TestApp, Company) {
    let app = TestApp::start_with(&[("GUANJIA_IDENTITY_KEYS", keys)]).await;
    let company = books::found_company(&app.app).await;
    (app, company)
}

/// Every value of every table as text, on both databases; what is bytes as text and as hex.
async fn everything(app: &TestApp) -> String {
    #[derive(FromQueryResult)]
    struct Table {
        name: String,
    }
    let conn = app.database().read();
    let sqlite = conn.get_database_backend() == DbBackend::Sqlite;
    let text = if sqlite {
        "SELECT name FROM sqlite_master WHERE type = 'table'"
    } else {
        "SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()"
    };
    let tables: Vec<Table> = Sql::new(text, []).all(conn).await.unwrap();
    assert!(tables.len() > 40);
    let mut all = String::new();
    for Table { name } in tables {
        let text = if sqlite {
            format!("SELECT * FROM {name}")
        } else {
            format!("SELECT t::text AS row FROM {name} t")
        };
        let statement = Statement::from_string(conn.get_database_backend(), text);
        for row in conn.query_all_raw(statement).await.unwrap() {
            for column in row.column_names() {
                all += &row.try_get::<String>("", &column).unwrap_or_default();
                let bytes = row.try_get::<Vec<u8>>("", &column).unwrap_or_default();
                all += &String::from_utf8_lossy(&bytes);
                all.push('\n');
            }
        }
    }
    all
}

fn stands_in(all: &str, number: &str) -> bool {
    let hex: String = number.bytes().take(17).map(|byte| format!("{byte:02x}")).collect();
    all.contains(&number[..17]) || all.contains(&hex)
}

fn codes(run: &Value) -> Vec<String> {
    let edges = run["problems"]["edges"].as_array().unwrap().iter();
    let warnings = edges.filter(|edge| edge["node"]["severity"] == "WARNING");
    warnings.map(|edge| edge["node"]["code"].as_str().unwrap().to_owned()).collect()
}

async fn found(app: &TestApp, number: &str) -> Vec<String> {
    let manager = app.sign_in(books::MANAGER).await;
    let found = manager.run("LookUp", json!({ "text": number })).await;
    let edges = found["lookUp"]["edges"].as_array().unwrap().iter();
    edges.map(|edge| edge["node"]["account"]["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn identity_numbers_of_a_book_end_encrypted_and_stand_nowhere_in_plain() {
    let (app, company) = with_keys(KEYS).await;
    let clerk = app.sign_in(books::CLERK).await;
    let dry = bring(&clerk, &company, false, &register()).await;
    assert_eq!(dry["state"], "READY", "{dry}");
    let run = bring(&clerk, &company, true, &register()).await;
    assert_eq!(run["state"], "DONE", "{run}");
    assert_eq!(codes(&run), ["identity_unreadable", "identity_unreadable"], "{run}");
    assert!(!run.to_string().contains(&BAD[..17]), "a wrong number is masked too");
    assert_eq!(found(&app, ONE).await, [company.account(&app.app, "201").await.to_string()]);
    let mut of_two = found(&app, TWO).await;
    of_two.sort();
    let mut both = vec![
        company.account(&app.app, "101").await.to_string(),
        company.account(&app.app, "202").await.to_string(),
    ];
    both.sort();
    assert_eq!(of_two, both, "the second owner's, and that of an owner who was known before");
    let all = everything(&app).await;
    assert!(all.contains("王一") && all.contains("13811110001"), "the search sees plain text");
    for number in [ONE, TWO, BAD] {
        assert!(!stands_in(&all, number), "{number} stands in the database");
    }
    let again = bring(&clerk, &company, true, &register()).await;
    assert_eq!((&again["state"], &again["units"]["left"]), (&json!("DONE"), &json!(5)), "{again}");
    let path = format!("/imports/{}/marked-copy", run["id"].as_str().unwrap());
    assert_eq!(clerk.fetch(&path).await.0, 200, "the file opens with its key");
}

#[tokio::test]
async fn without_a_key_identity_numbers_of_a_book_are_left_out_with_a_warning() {
    let (app, company) = TestApp::with_company().await;
    let clerk = app.sign_in(books::CLERK).await;
    let run = bring(&clerk, &company, true, &register()).await;
    assert_eq!(run["state"], "DONE", "{run}");
    assert!(codes(&run).contains(&"identity_not_kept".to_owned()), "{run}");
    assert_eq!(run["units"]["created"], 4);
    #[derive(FromQueryResult)]
    struct Count {
        n: i64,
    }
    let text = "SELECT COUNT(*) AS n FROM party_identity";
    let row = Sql::new(text, []).one::<Count>(app.database().read()).await.unwrap().unwrap();
    assert_eq!(row.n, 0);
}

#[tokio::test]
async fn after_a_change_of_keys_files_of_imports_open_with_the_newer_one() {
    let (app, company) = with_keys(KEYS).await;
    let clerk = app.sign_in(books::CLERK).await;
    bring(&clerk, &company, true, &register()).await;
    let mut command = program::command(&app.app.settings.database_url);
    command.args(["keys", "rotate"]).env("GUANJIA_IDENTITY_KEYS", format!("{NEWER},{KEYS}"));
    let done = command.output().unwrap();
    assert!(done.status.success(), "{done:?}");
    #[derive(FromQueryResult)]
    struct Row {
        key_name: Option<String>,
    }
    let text = "SELECT DISTINCT key_name FROM import_part";
    let rows: Vec<Row> = Sql::new(text, []).all(app.database().read()).await.unwrap();
    let names: Vec<_> = rows.into_iter().map(|row| row.key_name).collect();
    assert_eq!(names, [Some("2027".to_owned())]);
}
