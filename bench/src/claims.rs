//! The due engine: everything of a morning falls due at once.

use std::time::Instant;

use guanjia::{
    app::App, config::Settings, kernel::ids::OrganizationId, people, reminders::jobs::remind,
};
use sea_orm::{ConnectionTrait as _, DatabaseConnection};

use crate::{Result, postgres::Company, report::Report};

/// Turns of each side.
const TURNS: usize = 3;
/// Makes every open follow-up due and not yet reminded of.
const DUE: &str = "UPDATE follow_up SET reminded_revision = 0, due_at = '2026-01-01T00:00:00Z' WHERE state = 'OPEN'";
/// What the engine changes of a follow-up, by one statement for all.
const RAW: &str = "UPDATE follow_up SET reminded_revision = revision WHERE state = 'OPEN' AND reminds AND reminded_revision < revision AND due_at <= now()";

pub(crate) async fn run(report: &mut Report, company: &Company) -> Result<()> {
    let environment = [("DATABASE_URL".to_owned(), company.database_url.clone())];
    let told = |failure: guanjia::kernel::Failure| failure.to_string();
    let app = App::init(Settings::load(None, environment.into())?).await.map_err(told)?;
    let conn = company.connect().await?;
    let organization =
        people::queries::companies(app.kernel.database.read()).await.map_err(told)?;
    let organization = *organization.first().ok_or("no company")?;
    let (mut all, mut raw, mut rows) = (f64::MAX, f64::MAX, 0);
    for _ in 0..TURNS {
        rows = morning(&conn).await?;
        let begin = Instant::now();
        while remind(&app.kernel, &app.hub, organization).await.map_err(told)? {}
        all = all.min(begin.elapsed().as_secs_f64());
        conn.execute_unprepared("TRUNCATE reminder CASCADE").await?;
        morning(&conn).await?;
        let begin = Instant::now();
        conn.execute_unprepared(RAW).await?;
        raw = raw.min(begin.elapsed().as_secs_f64());
    }
    // By a connection of the program: it tells the planner what ours does not.
    let claim = claim_alone(&conn, (app.kernel.database.read(), organization)).await?;
    let per_second = |seconds: f64| rows as f64 / seconds;
    report.ratio(
        ("P9", "≥ 0.50"),
        &format!("due claim alone, {rows} follow-ups, one caller ÷ one raw UPDATE, rows"),
        (per_second(claim), per_second(raw)),
    );
    report.ratio(
        ("", ""),
        "claim, reminder and sequence, one caller ÷ one raw UPDATE, rows",
        (per_second(all), per_second(raw)),
    );
    Ok(())
}

async fn morning(conn: &impl sea_orm::ConnectionTrait) -> Result<u64> {
    let rows = conn.execute_unprepared(DUE).await?.rows_affected();
    conn.execute_unprepared("VACUUM ANALYZE follow_up").await?;
    Ok(rows)
}

/// Claims batches and marks them, as the engine does, without reminders; answers seconds.
async fn claim_alone(
    conn: &DatabaseConnection,
    (ours, organization): (&DatabaseConnection, OrganizationId),
) -> Result<f64> {
    morning(conn).await?;
    let organization = uuid::Uuid::from(organization);
    let batch = format!(
        "UPDATE follow_up SET reminded_revision = revision WHERE organization_id = '{organization}' AND id IN ( \
         SELECT f.id FROM follow_up f WHERE f.organization_id = '{organization}' AND f.due_at <= '2026-01-02T00:00:00Z' \
         AND f.state = 'OPEN' AND f.reminds AND f.reminded_revision < f.revision \
         ORDER BY f.due_at, f.id LIMIT 1000 FOR NO KEY UPDATE SKIP LOCKED)"
    );
    let begin = Instant::now();
    while ours.execute_unprepared(&batch).await?.rows_affected() > 0 {}
    Ok(begin.elapsed().as_secs_f64())
}
