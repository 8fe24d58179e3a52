//! The books come in.

use serde_json::json;

use crate::support::{
    TestApp,
    app::Clock,
    books,
    books::{book, charge},
    client::Client,
    database, fresh_key, program,
    program::Program,
};

const LIJING: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/books/lijing.xlsx");
const XIHU: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/books/xihu-messy.xlsx");

fn import(url: &str, file: &str, more: &[&str]) -> String {
    let mut arguments = vec!["import", file, "--company", "丽景物业", "--community", "丽景花园"];
    arguments.extend(more);
    program::succeed(url, &arguments)
}

async fn arrears(client: &Client) -> (i64, String) {
    let data = client.run("Worklist", json!({ "first": 1 })).await;
    let counts = &data["worklist"]["counts"][0];
    (counts["accounts"].as_i64().unwrap(), counts["overdue"].as_str().unwrap().to_owned())
}

async fn steward_of(program: &Program, url: &str) -> Client {
    let arguments =
        ["user", "--mobile", "13900000009", "--name", "李管家", "--company", "丽景物业"];
    let more = ["--community", "丽景花园", "--role", "steward", "--assign-free-units"];
    let said = program::succeed(url, &[&arguments[..], &more[..]].concat());
    let password = said.lines().next().unwrap().rsplit(' ').next().unwrap().to_owned();
    program.client().sign_in("13900000009", &password).await
}

#[tokio::test]
async fn lijing_arrives_at_the_fen_and_twice_is_once() {
    let clock = Clock::new();
    let url = database::fresh(clock.folder()).await;
    let first = import(&url, LIJING, &["--known-to", "2026-11-20"]);
    assert!(
        first.contains("488 created")
            && first.contains("11224 created")
            && first.contains("10086 created"),
        "{first}"
    );
    assert!(first.contains("3263113.04 yuan") && first.contains("2928922.30 yuan"), "{first}");
    let second = import(&url, LIJING, &[]);
    assert!(!second.contains("10086 created") && second.contains("11224 left alone"), "{second}");
    let program = Program::serve(&url, &clock, &fresh_key()).await;
    let steward = steward_of(&program, &url).await;
    assert_eq!(arrears(&steward).await, (171, "334190.74".to_owned()));
}

#[tokio::test]
async fn the_messy_book_arrives_at_the_fen_too() {
    let clock = Clock::new();
    let url = database::fresh(clock.folder()).await;
    import(&url, XIHU, &[]);
    let program = Program::serve(&url, &clock, &fresh_key()).await;
    let steward = steward_of(&program, &url).await;
    assert_eq!(arrears(&steward).await, (58, "149547.40".to_owned()));
}

#[tokio::test]
async fn a_dry_run_shows_what_would_happen_and_changes_nothing() {
    let clock = Clock::new();
    let url = database::fresh(clock.folder()).await;
    let dry = import(&url, LIJING, &["--dry-run"]);
    assert!(dry.contains("11224 created") && dry.contains("nothing was changed"), "{dry}");
    let real = import(&url, LIJING, &[]);
    assert!(real.contains("11224 created"), "{real}");
}

#[tokio::test]
async fn a_file_that_is_no_book_is_one_line_and_changes_nothing() {
    let clock = Clock::new();
    let url = database::fresh(clock.folder()).await;
    let file = clock.folder().join("notes.xlsx");
    std::fs::write(&file, "no workbook").unwrap();
    let path = file.display().to_string();
    let output = program::run(&url, &["import", &path, "--company", "甲", "--community", "乙"]);
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && error.trim_end().lines().count() == 1, "{error}");
    assert!(error.starts_with("guanjia: ") && error.contains("notes.xlsx"), "{error}");
}

#[tokio::test]
async fn a_corrected_row_becomes_a_reversal_and_a_new_entry_and_a_missing_row_stays() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "103").await.to_string();
    let mut corrected = book(&[]);
    corrected.charges.push(charge("103", 11, 90_000));
    let summary = company.import(&app.app, corrected).await.unwrap();
    assert_eq!(
        (summary.charges.changed, summary.charges.created, summary.charges.missing),
        (1, 0, 5)
    );
    assert_eq!(steward.card(&account).await["arrears"]["overdue"], "900.00");
}

#[tokio::test]
async fn a_row_of_a_room_that_nobody_knows_is_named_and_nothing_is_entered() {
    let (app, company) = TestApp::with_company().await;
    let mut stranger = book(&[]);
    stranger.charges.push(charge("103", 12, 5));
    stranger.charges.push(charge("999", 11, 5));
    let failure = company.import(&app.app, stranger).await.unwrap_err();
    assert!(failure.to_string().contains("1-1-999"), "{failure}");
    let account = company.account(&app.app, "103").await.to_string();
    let card = app.sign_in(books::STEWARD).await.card(&account).await;
    assert_eq!(card["arrears"]["open"], "1000.00");
}

#[tokio::test]
async fn a_file_with_some_rows_of_a_receipt_corrects_none_of_the_others() {
    let (app, company) = TestApp::with_company().await;
    let row = |period: &str, fen| {
        let mut book = books::receipts(&[("101", "R1", "2026-11-20", fen)]);
        book.payments[0].period = Some(period.to_owned());
        book.payments.remove(0)
    };
    let mut both = books::receipts(&[]);
    both.payments = vec![row("2026-09", 10_000), row("2026-10", 20_000)];
    company.import(&app.app, both).await.unwrap();
    let mut one = books::receipts(&[]);
    one.payments = vec![row("2026-10", 20_000)];
    let summary = company.import(&app.app, one).await.unwrap().payments;
    assert_eq!((summary.left, summary.changed, summary.created), (1, 0, 0));
    let account = company.account(&app.app, "101").await.to_string();
    let card = app.sign_in(books::STEWARD).await.card(&account).await;
    assert_eq!(card["arrears"]["overdue"], "2700.00");
}

#[tokio::test]
async fn a_refund_and_a_red_letter_come_in_with_their_sign() {
    let (app, company) = TestApp::with_company().await;
    let refund = books::receipts(&[("104", "R9", "2026-11-20", -10_000)]);
    let summary = company.import(&app.app, refund).await.unwrap();
    assert_eq!((summary.payments.created, summary.payments.created_fen), (1, -10_000));
    let mut red = book(&[]);
    red.charges.push(charge("103", 11, 100_000));
    red.charges.push(charge("103", 11, -5_000));
    let summary = company.import(&app.app, red).await.unwrap().charges;
    assert_eq!((summary.left, summary.created, summary.created_fen), (1, 1, -5_000));
    let steward = app.sign_in(books::STEWARD).await;
    for (number, owed) in [("104", "100.00"), ("103", "950.00")] {
        let account = company.account(&app.app, number).await.to_string();
        assert_eq!(steward.card(&account).await["arrears"]["open"], owed, "{number}");
    }
}

#[tokio::test]
async fn two_imports_and_many_contacts_at_once_lose_nothing() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let mut accounts = Vec::new();
    for number in ["101", "102", "103"] {
        accounts.push(company.account(&app.app, number).await.to_string());
    }
    let imports = async {
        for round in 0..6 {
            let rows: Vec<_> =
                ["103", "102", "101"].map(|number| (number, format!("C{round}{number}"))).into();
            let rows: Vec<_> = rows
                .iter()
                .map(|(number, receipt)| (*number, receipt.as_str(), "2026-11-20", 100))
                .collect();
            company.import(&app.app, books::receipts(&rows)).await.unwrap();
        }
    };
    let contacts = async {
        for round in 0..12 {
            let together =
                json!({ "accountIds": [accounts[round % 3], accounts[(round + 1) % 3]] });
            steward.log_contact(&accounts[0], together).await;
        }
    };
    tokio::join!(imports, contacts);
    let counts = steward.run("Worklist", json!({})).await["worklist"]["counts"].clone();
    let owed: f64 = counts
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["overdue"].as_str().unwrap().parse::<f64>().unwrap())
        .sum();
    assert!((owed - (6000.0 - 18.0)).abs() < 0.001, "{counts}");
}
