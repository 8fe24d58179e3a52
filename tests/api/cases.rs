//! Cases open, close and open again.

use guanjia::kernel::sql::Sql;
use sea_orm::FromQueryResult;
use serde_json::{Value, json};

use crate::support::{
    TestApp, books,
    books::{book, charge, receipts},
    eventually,
};

#[tokio::test]
async fn what_falls_due_unpaid_opens_a_case_on_the_next_day_and_not_before() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "104").await.to_string();
    let mut more = books::receipts(&[]);
    more.charges.push(charge("104", 12, 100_000));
    company.import(&app.app, more).await.unwrap();
    app.clock("2026-12-15T23:59:59+08:00");
    assert_eq!(steward.card(&account).await["openCase"], Value::Null);
    app.clock("2026-12-16T00:00:00+08:00");
    let case = eventually("the case", async || {
        Some(steward.card(&account).await["openCase"].clone()).filter(|case| !case.is_null())
    });
    assert_eq!(case.await["state"], "OPEN");
}

#[tokio::test]
async fn a_payment_that_settles_everything_closes_the_case_and_its_reversal_opens_it_again() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "103").await.to_string();
    let case = steward.card(&account).await["openCase"]["id"].clone();
    company.import(&app.app, receipts(&[("103", "X1", "2026-11-23", 100_000)])).await.unwrap();
    assert_eq!(steward.card(&account).await["openCase"], Value::Null);
    app.clock("2026-11-24T10:00:00+08:00");
    // The office corrects the receipt: the money was another flat's, here it was nothing but a fen.
    company.import(&app.app, receipts(&[("103", "X1", "2026-11-23", 1)])).await.unwrap();
    let again = steward.card(&account).await;
    assert_eq!((&again["openCase"]["id"], &again["arrears"]["overdue"]), (&case, &json!("999.99")));
    assert!(!again["followUps"].as_array().unwrap().is_empty(), "it has a next step again");
}

#[tokio::test]
async fn a_new_charge_after_closing_starts_a_new_case() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "103").await.to_string();
    let case = steward.card(&account).await["openCase"]["id"].clone();
    company.import(&app.app, receipts(&[("103", "X1", "2026-11-23", 100_000)])).await.unwrap();
    app.clock("2026-12-20T10:00:00+08:00");
    let mut december = book(&[]);
    december.charges.push(charge("103", 12, 100_000));
    company.import(&app.app, december).await.unwrap();
    let new = steward.card(&account).await["openCase"]["id"].clone();
    assert!(new.is_string() && new != case, "{new}");
}

#[tokio::test]
async fn a_clock_that_was_ahead_for_a_moment_stops_nothing() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "104").await.to_string();
    let mut more = books::receipts(&[]);
    more.charges.push(charge("104", 12, 100_000));
    app.clock("2030-01-01T10:00:00+08:00");
    eventually("the sweep of that day", async || {
        let text = "SELECT COUNT(*) AS n FROM job_cursor WHERE through_on = $1";
        let day = chrono::NaiveDate::from_ymd_opt(2030, 1, 1).unwrap();
        let found =
            Sql::new(text, [day.into()]).one::<Number>(app.database().read()).await.unwrap();
        found.filter(|row| row.n > 0)
    })
    .await;
    app.clock("2026-11-24T10:00:00+08:00");
    company.import(&app.app, more).await.unwrap();
    app.clock("2026-12-16T10:00:00+08:00");
    eventually("the case", async || {
        Some(steward.card(&account).await["openCase"].clone()).filter(|case| !case.is_null())
    })
    .await;
}

#[derive(FromQueryResult)]
struct Number {
    n: i64,
}
