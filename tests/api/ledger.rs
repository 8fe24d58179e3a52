//! The ledger's own laws, over random histories as the books bring them.

use std::collections::HashMap;

use guanjia::kernel::sql::Sql;
use guanjia_books::Book;
use proptest::{prelude::*, strategy::ValueTree as _, test_runner::TestRunner};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::support::{
    TestApp,
    books::{charge, receipts},
};

#[derive(FromQueryResult)]
struct Sum {
    id: Uuid,
    fen: i64,
}

async fn sums(app: &TestApp, text: &str) -> HashMap<Uuid, i64> {
    let rows: Vec<Sum> = Sql::new(text, []).all(app.database().read()).await.unwrap();
    rows.into_iter().map(|row| (row.id, row.fen)).collect()
}

/// Asserts what must hold after every import.
async fn assert_sums_hold(app: &TestApp) {
    let charged = sums(app, "SELECT COALESCE(reverses_id, id) AS id, CAST(SUM(amount_fen) AS BIGINT) AS fen FROM charge GROUP BY COALESCE(reverses_id, id)").await;
    let paid = sums(app, "SELECT COALESCE(reverses_id, id) AS id, CAST(SUM(amount_fen) AS BIGINT) AS fen FROM payment GROUP BY COALESCE(reverses_id, id)").await;
    let to = sums(app, "SELECT charge_id AS id, CAST(SUM(amount_fen) AS BIGINT) AS fen FROM allocation GROUP BY charge_id").await;
    let of = sums(app, "SELECT payment_id AS id, CAST(SUM(amount_fen) AS BIGINT) AS fen FROM allocation GROUP BY payment_id").await;
    let open = sums(app, "SELECT charge_id AS id, open_fen AS fen FROM charge_balance").await;
    for (charge, fen) in &charged {
        let allocated = to.get(charge).copied().unwrap_or(0);
        assert!((0..=*fen).contains(&allocated), "a charge of {fen} has {allocated}");
        assert_eq!(open[charge], fen - allocated, "the cached balance is the sum of the entries");
    }
    for (payment, fen) in &paid {
        assert!(
            (0..=*fen).contains(&of.get(payment).copied().unwrap_or(0)),
            "no payment is spent twice"
        );
    }
}

/// One file of the office: charges by month, receipts by number, with amounts that a later file may change.
fn files() -> impl Strategy<Value = Vec<Book>> {
    let charges = prop::collection::vec((1_u32..13, 1_i64..300_000), 0..6);
    let payments = prop::collection::vec((0_u32..8, 1_u32..29, 1_i64..400_000), 0..6);
    let file = (charges, payments).prop_map(|(charges, payments)| {
        let receipt = |(number, day, fen): &(u32, u32, i64)| {
            receipts(&[("104", &format!("P{number}"), &format!("2026-10-{day:02}"), *fen)]).payments
        };
        let mut book =
            Book { payments: payments.iter().flat_map(receipt).collect(), ..Book::default() };
        book.charges = charges.into_iter().map(|(month, fen)| charge("104", month, fen)).collect();
        book
    });
    prop::collection::vec(file, 1..5)
}

#[tokio::test]
async fn allocations_never_exceed_and_the_cached_balance_equals_the_sum_after_every_import() {
    let histories: Vec<Vec<Book>> = {
        let mut runner = TestRunner::deterministic();
        (0..12).map(|_| files().new_tree(&mut runner).unwrap().current()).collect()
    };
    for history in histories {
        let (app, company) = TestApp::with_company().await;
        for book in history {
            company.import(&app.app, book).await.unwrap();
            assert_sums_hold(&app).await;
        }
    }
}
