//! kill -9 in the middle of an import, again and again; then every account is whole and nothing is doubled.

use std::{fmt::Write as _, time::Duration};

use guanjia::kernel::sql::Sql;
use sea_orm::FromQueryResult;
use serde_json::json;

use crate::support::{
    TestApp, app::Clock, books, database, eventually, fresh_key, program::Program,
};

/// Flats of the book; with their months more than one chunk.
const FLATS: i64 = 700;
const MONTHS: i64 = 6;
/// How often the program is killed.
const KILLS: u32 = 3;

/// A register and its charges: each flat owes 100.01 for each of six months.
fn book() -> String {
    let mut text = "房号,业主姓名\n".to_owned();
    let room = |flat: i64| format!("{}-1-{:03}", 2 + flat / 100, flat % 100 + 100);
    for flat in 0..FLATS {
        writeln!(text, "{},业主{flat}", room(flat)).unwrap();
    }
    text.push_str("\n房号,收费项目,账期,到期日,应收金额\n");
    for flat in 0..FLATS {
        for month in 1..=MONTHS {
            writeln!(text, "{},停车费,2026-{month:02},2026-{month:02}-20,100.01", room(flat))
                .unwrap();
        }
    }
    text
}

#[derive(FromQueryResult)]
struct Number {
    n: i64,
}

async fn count(url: &str, text: &str) -> i64 {
    let database = database::connect(url).await;
    let row = Sql::new(text, []).one::<Number>(database.read()).await.unwrap().unwrap();
    database.close().await;
    row.n
}

/// Accounts on which the book stands in part.
const TORN: &str = "SELECT COUNT(*) AS n FROM (SELECT account_id FROM charge WHERE fee_item = '停车费' \
     GROUP BY account_id HAVING COUNT(*) <> 6) torn";

#[tokio::test]
async fn an_import_killed_half_way_goes_on_where_it_stopped_and_no_account_is_ever_torn() {
    let clock = Clock::new();
    let url = database::fresh(clock.folder()).await;
    let community = {
        let app = TestApp::on(&url).await;
        books::found_company(&app.app).await.community
    };
    let mut program = Program::serve(&url, &clock, &fresh_key()).await;
    let clerk = program.client().sign_in(books::CLERK, books::PASSWORD).await;
    let query = format!("communityId={community}&apply=true");
    let (status, body) =
        clerk.bring(&query, &fresh_key(), &[("book.csv", book().as_bytes())]).await;
    assert_eq!(status, 202, "{body}");
    for kill in 0..KILLS {
        tokio::time::sleep(Duration::from_millis(u64::from(kill) * 300 + 200)).await;
        program.kill();
        assert_eq!(count(&url, TORN).await, 0, "an account is whole or untouched");
        program = Program::serve(&url, &clock, &fresh_key()).await;
    }
    let clerk = clerk.at(program.address);
    let mut rounds = 0;
    let done = loop {
        let run = eventually("an answer", async || {
            Some(
                clerk.run("ImportRun", json!({ "id": body["id"], "first": 1 })).await["node"]
                    .clone(),
            )
        })
        .await;
        rounds += 1;
        if run["state"] == "DONE" || rounds > 600 {
            break run;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    assert_eq!(done["state"], "DONE", "{done}");
    for (what, text, expected) in [
        ("charges", "SELECT COUNT(*) AS n FROM charge WHERE fee_item = '停车费'", FLATS * MONTHS),
        ("units", "SELECT COUNT(*) AS n FROM unit", FLATS + 6),
        (
            "fen",
            "SELECT CAST(SUM(amount_fen) AS BIGINT) AS n FROM charge WHERE fee_item = '停车费'",
            FLATS * MONTHS * 10_001,
        ),
        (
            "open fen",
            "SELECT CAST(SUM(b.open_fen) AS BIGINT) AS n FROM charge_balance b JOIN charge c \
             ON c.organization_id = b.organization_id AND c.id = b.charge_id WHERE c.fee_item = '停车费'",
            FLATS * MONTHS * 10_001,
        ),
        ("staged", "SELECT COUNT(*) AS n FROM staged_charge", 0),
        ("torn", TORN, 0),
    ] {
        assert_eq!(count(&url, text).await, expected, "{what}");
    }
}
