//! SQLite: contacts per second with the power-safe and the faster setting, against the same statements by the bare driver,
//! as the program sets SQLite up and at SQLite's own defaults.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use guanjia::demo::city::{STEWARD_UNITS, steward_mobile};
use sea_orm::{
    ConnectionTrait as _, DatabaseConnection, Statement,
    sqlx::{
        self, Connection as _, Executor as _, Sqlite,
        sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous},
    },
};
use uuid::Uuid;

use crate::{
    Result,
    acts::{self, EVERY, FIRST, MODEL_KEY, Of, Part, act, renumbered},
    load::{self, Aim, Speech},
    postgres::Company,
    report::{Report, median},
    server::{self, Served},
};

/// Units of the company.
const UNITS: u64 = 20_000;
/// Callers at once.
const CALLERS: usize = 16;
const TURNS: u64 = 3;

/// `twin` is a company on PostgreSQL whose log tells the statements of the act.
pub(crate) async fn run(report: &mut Report, twin: &Company, seconds: u64) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let made = folder.path().join("made.sqlite");
    server::run(&[("DATABASE_URL", &url(&made))], &["demo", "--units", &UNITS.to_string()])?;
    let statements = moved(model(twin).await?, twin, &made).await?;
    let copy = |name: &str| -> Result<PathBuf> {
        let own = folder.path().join(name);
        std::fs::copy(&made, &own)?;
        Ok(own)
    };
    let full = contacts(&copy("full")?, "true", seconds).await?;
    let normal = contacts(&copy("normal")?, "false", seconds).await?;
    let wal = |safe| (SqliteJournalMode::Wal, safe);
    let bare_full =
        bare(&copy("bare-full")?, wal(SqliteSynchronous::Full), (&statements, seconds)).await?;
    let bare_normal =
        bare(&copy("bare-normal")?, wal(SqliteSynchronous::Normal), (&statements, seconds)).await?;
    let defaults = (SqliteJournalMode::Delete, SqliteSynchronous::Full);
    let defaults = bare(&copy("defaults")?, defaults, (&statements, seconds)).await?;
    report.ratio(
        ("P7", "≥ 0.60"),
        "SQLite, power-safe: log contact with promise ÷ the same statements by the bare driver",
        (full, bare_full),
    );
    report.ratio(("P7", "≥ 0.60"), "the same, not power-safe", (normal, bare_normal));
    report.ratio(
        ("P11", "≥ 4"),
        "SQLite, power-safe, 16 callers, no busy error ÷ the bare driver at SQLite's defaults",
        (full, defaults),
    );
    report.ratio(("P11", "≥ 10"), "the same, not power-safe", (normal, defaults));
    Ok(())
}

fn url(path: &Path) -> String {
    format!("sqlite://{}", path.display())
}

/// The unit whose act is the model: the last steward's, so that it is not done again.
fn model_unit(units: u64) -> u64 {
    (units / STEWARD_UNITS - 1) * STEWARD_UNITS + FIRST
}

async fn model(twin: &Company) -> Result<Vec<(String, Vec<Part>)>> {
    let server = Served::program(&twin.settings()).await?;
    let unit = model_unit(twin.units);
    let token = server.sign_in(&steward_mobile(unit / STEWARD_UNITS)).await?;
    let text = server::operation("LogContact")?;
    let since = guanjia::kernel::ids::fresh();
    let statements = twin.statements_of(server.ask(&token, &text, act(unit, MODEL_KEY))).await?;
    Ok(for_sqlite(acts::parts(&(statements, since), unit)))
}

/// Puts the ids of this company and community in place of the twin's.
async fn moved(
    mut statements: Vec<(String, Vec<Part>)>,
    twin: &Company,
    file: &Path,
) -> Result<Vec<(String, Vec<Part>)>> {
    let (theirs, ours) = (twin.connect().await?, sea_orm::Database::connect(url(file)).await?);
    let mut pairs = Vec::new();
    for table in ["organization", "community"] {
        let text = format!("SELECT id FROM {table} ORDER BY created_at");
        let ids = async |conn: &DatabaseConnection| -> Result<Vec<Uuid>> {
            let rows = conn
                .query_all_raw(Statement::from_string(conn.get_database_backend(), text.as_str()))
                .await?;
            Ok(rows
                .iter()
                .map(|row| row.try_get("", "id"))
                .collect::<std::result::Result<_, _>>()?)
        };
        let own = *ids(&ours).await?.first().ok_or("an empty company")?;
        pairs.extend(ids(&theirs).await?.into_iter().map(|id| (id.to_string(), own.to_string())));
    }
    for part in statements.iter_mut().flat_map(|(_, parts)| parts) {
        if let Part::Same(value) = part
            && let Some((_, own)) = pairs.iter().find(|(theirs, _)| theirs == value)
        {
            value.clone_from(own);
        }
    }
    Ok(statements)
}

async fn contacts(file: &Path, safe: &str, seconds: u64) -> Result<f64> {
    let settings =
        [("DATABASE_URL", url(file)), ("GUANJIA_SURVIVE_POWER_FAILURE", safe.to_owned())];
    let settings: Vec<(&str, &str)> =
        settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let server = Served::program(&settings).await?;
    let mut tokens = Vec::new();
    for steward in 0..UNITS / STEWARD_UNITS {
        tokens.push(server.sign_in(&steward_mobile(steward)).await?);
    }
    let (tokens, next) = (Arc::new(tokens), Arc::new(AtomicU64::new(0)));
    let text = Arc::new(server::operation("LogContact")?);
    let mut rates = Vec::new();
    for round in 0..TURNS {
        let aim = Aim {
            address: server.address,
            speech: Speech::Http,
            greeting: Vec::new(),
            callers: CALLERS,
            seconds,
        };
        let (tokens, next, text) = (tokens.clone(), next.clone(), text.clone());
        let turn = load::turn(aim, move |_, _| {
            let step = next.fetch_add(1, Ordering::Relaxed);
            let unit = plain_unit(step);
            let token = &tokens[usize::try_from(unit / STEWARD_UNITS).unwrap_or(0)];
            server::by_text(token, &text, &act(unit, &format!("bench-{round}-{step}")))
        });
        rates.push(turn.await?.rate);
    }
    Ok(median(rates))
}

/// Plain units, steward by steward, and again from the first when all are done.
fn plain_unit(step: u64) -> u64 {
    let stewards = UNITS / STEWARD_UNITS;
    step % stewards * STEWARD_UNITS + step / stewards % (STEWARD_UNITS / EVERY) * EVERY + FIRST
}

/// The statements of the act in one transaction per unit, one after the other, by the driver alone.
async fn bare(
    file: &Path,
    (journal, synchronous): (SqliteJournalMode, SqliteSynchronous),
    (statements, seconds): (&[(String, Vec<Part>)], u64),
) -> Result<f64> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .journal_mode(journal)
        .synchronous(synchronous)
        .foreign_keys(true);
    let mut conn = SqliteConnection::connect_with(&options).await?;
    let (begin, mut done) = (Instant::now(), 0_u64);
    while begin.elapsed() < Duration::from_secs(seconds) && done < UNITS / EVERY {
        let unit = plain_unit(done);
        conn.execute("BEGIN IMMEDIATE").await?;
        for statement in statements {
            write(&mut conn, statement, (unit, done)).await?;
        }
        conn.execute("COMMIT").await?;
        done += 1;
    }
    Ok(done as f64 / begin.elapsed().as_secs_f64())
}

async fn write(
    conn: &mut SqliteConnection,
    (text, parts): &(String, Vec<Part>),
    (unit, nth): (u64, u64),
) -> Result<()> {
    let mut query = sqlx::query(sqlx::AssertSqlSafe(text.clone()));
    for part in parts {
        query = match part {
            Part::Null => query.bind(None::<String>),
            Part::Key => query.bind(format!("bench-{nth}")),
            Part::Id(id, Of::Unit) => query.bind(renumbered(*id, unit)),
            Part::Id(id, Of::Third(rest)) => query.bind(renumbered(*id, unit * 3 + rest)),
            Part::Id(id, Of::Steward) => query.bind(renumbered(*id, unit / STEWARD_UNITS)),
            Part::Id(id, Of::Made(_)) => query.bind(renumbered(*id, nth)),
            Part::Same(value) => same(query, value),
        };
    }
    conn.fetch_all(query).await?;
    Ok(())
}

type Query<'q> = sqlx::query::Query<'q, Sqlite, <Sqlite as sqlx::Database>::Arguments>;

/// A value in the type that the file has for it.
fn same<'q>(query: Query<'q>, value: &'q str) -> Query<'q> {
    match (value, value.parse::<i64>(), uuid::Uuid::parse_str(value)) {
        ("t", ..) => query.bind(1_i64),
        ("f", ..) => query.bind(0_i64),
        (_, Ok(number), _) => query.bind(number),
        (_, _, Ok(id)) => query.bind(id),
        (text, ..) => query.bind(text),
    }
}

/// Without what only the other database says.
fn for_sqlite(statements: Vec<(String, Vec<Part>)>) -> Vec<(String, Vec<Part>)> {
    let ours =
        |text: &String| ["BEGIN", "COMMIT", "SET "].iter().all(|word| !text.starts_with(word));
    let kept = statements.into_iter().filter(|(text, _)| ours(text));
    kept.map(|(text, parts)| (text.replace(" FOR NO KEY UPDATE", ""), parts)).collect()
}
