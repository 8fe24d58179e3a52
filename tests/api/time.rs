//! Moments and days are the same on both databases.

use chrono::{DateTime, TimeDelta, Utc};
use guanjia::kernel::{Moment, clock::whole_micros, sql::Sql};
use proptest::{prelude::*, strategy::ValueTree as _, test_runner::TestRunner};
use sea_orm::{ConnectionTrait as _, FromQueryResult};

use crate::support::TestApp;

fn moments() -> Vec<Moment> {
    let base: DateTime<Utc> = "2026-11-27T00:00:00Z".parse().unwrap();
    let mut runner = TestRunner::deterministic();
    // Whole seconds, milliseconds and microseconds are written in different widths by SQLite's driver.
    let micros = prop_oneof![
        (-3_i64..3).prop_map(|s| s * 1_000_000),
        (-3000_i64..3000).prop_map(|ms| ms * 1000),
        -3_000_000_i64..3_000_000
    ];
    let mut found: Vec<Moment> = (0..200)
        .map(|_| {
            whole_micros(
                base + TimeDelta::microseconds(micros.new_tree(&mut runner).unwrap().current()),
            )
        })
        .collect();
    found.push(base);
    found
}

#[tokio::test]
async fn moments_come_back_as_they_were_written_and_sort_by_time() {
    #[derive(FromQueryResult)]
    struct Row {
        at: Moment,
    }
    let app = TestApp::start().await;
    let conn = app.database().read();
    let kind = if crate::support::database::postgres().is_some() { "timestamptz" } else { "TEXT" };
    conn.execute_unprepared(&format!("CREATE TABLE probe (at {kind} NOT NULL)")).await.unwrap();
    let mut written = moments();
    for moment in &written {
        Sql::new("INSERT INTO probe (at) VALUES ($1)", [(*moment).into()]).run(conn).await.unwrap();
    }
    let rows: Vec<Row> = Sql::new("SELECT at FROM probe ORDER BY at", []).all(conn).await.unwrap();
    written.sort();
    assert_eq!(rows.into_iter().map(|row| row.at).collect::<Vec<_>>(), written);
    let middle = written[written.len() / 2];
    let earlier: Vec<Row> =
        Sql::new("SELECT at FROM probe WHERE at < $1", [middle.into()]).all(conn).await.unwrap();
    assert_eq!(earlier.len(), written.iter().filter(|moment| **moment < middle).count());
}
