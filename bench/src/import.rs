//! Importing: a million charges of units that are known, the entering alone against COPY into the same table with the same
//! indexes and keys (PostgreSQL) and against a prepared insert in one transaction (SQLite), and the other parts beside it;
//! and a workbook of a hundred thousand rows, how long it takes and how much memory.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use rust_xlsxwriter::Workbook;
use sea_orm::sqlx::{
    self, Connection as _, Executor as _,
    sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode},
};
use serde_json::Value;

use crate::{Result, postgres::Place, processes, report::Report, server};

/// Charges of one unit, a month each; so many files there are.
const MONTHS: u64 = 50;
/// Charges in one file, below what a file may have.
const IN_ONE: u64 = 250_000;
/// Rows of the workbook.
const ROWS: u32 = 100_000;
/// The parts of an import as the program tells them.
const PARTS: [&str; 7] =
    ["reading", "planning", "staging", "registry", "keys", "entries", "settling"];

pub(crate) async fn run(report: &mut Report, place: &Place, charges: u64) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let books = Books::write(folder.path(), charges)?;
    on_postgres(report, place, &books).await?;
    on_sqlite(report, folder.path(), &books).await?;
    workbook(report, folder.path(), charges)
}

/// The register, and the charges in several files.
struct Books {
    register: PathBuf,
    files: Vec<PathBuf>,
    charges: u64,
}

impl Books {
    fn write(folder: &Path, charges: u64) -> Result<Self> {
        let register = folder.join("register.csv");
        let units = charges.div_ceil(MONTHS);
        let mut text = "房号,业主,电话\n".to_owned();
        for unit in 0..units {
            writeln!(text, "{},业主{unit},138{unit:08}", room(unit))?;
        }
        fs::write(&register, text)?;
        let mut files = Vec::new();
        let months = (IN_ONE / units.max(1)).clamp(1, MONTHS);
        for first in (0..MONTHS).step_by(usize::try_from(months)?) {
            let mut text = "房号,收费项目,账期,到期日,应收金额\n".to_owned();
            for unit in 0..units {
                for month in first..(first + months).min(MONTHS) {
                    // Far ahead, so that no case opens: charges and nothing else.
                    let (year, month) = (2090 + month / 12, month % 12 + 1);
                    writeln!(
                        text,
                        "{},物业费,{year}-{month:02},{year}-{month:02}-20,254.77",
                        room(unit)
                    )?;
                }
            }
            let path = folder.join(format!("charges-{first}.csv"));
            fs::write(&path, text)?;
            files.push(path);
        }
        Ok(Self { register, files, charges: units * MONTHS })
    }
}

fn room(unit: u64) -> String {
    format!("{}-{}-{}", unit / 400 + 1, unit / 100 % 4 + 1, unit % 100 + 101)
}

/// Imports a file by the program; answers what it told.
fn import(url: &str, file: &Path) -> Result<Value> {
    let told = file.with_extension("json");
    let shown = |path: &Path| path.display().to_string();
    let (json, book) = (shown(&told), shown(file));
    let arguments = ["import", "--company", "测量", "--community", "测量", "--json", &json, &book];
    server::run(&[("DATABASE_URL", url)], &arguments)?;
    Ok(serde_json::from_slice(&fs::read(told)?)?)
}

/// Imports all charges; answers the seconds of each part.
fn import_all(url: &str, books: &Books) -> Result<[f64; 7]> {
    let mut parts = [0.0; 7];
    for file in &books.files {
        let told = import(url, file)?;
        for (part, name) in parts.iter_mut().zip(PARTS) {
            *part += told["milliseconds"][name].as_f64().ok_or("no time of a part")? / 1e3;
        }
    }
    Ok(parts)
}

fn tell(
    report: &mut Report,
    (what, theirs): (&str, &str),
    charges: u64,
    (parts, other): ([f64; 7], Duration),
) {
    let [reading, planning, staging, registry, keys, entries, settling] = parts;
    let rate = |seconds: f64| charges as f64 / seconds.max(f64::MIN_POSITIVE);
    let other = rate(other.as_secs_f64());
    let entering = format!("{what}: entering {charges} charges ÷ {theirs}");
    report.ratio(("", "≥ 0.30"), &entering, (rate(entries), other));
    let whole = registry + keys + entries + settling;
    let all = "the same with the names of rows, balances, worklists and commits";
    report.ratio(("", ""), all, (rate(whole), other));
    let rest = format!(
        "reading {reading:.1} s, planning {planning:.1} s, staging {staging:.1} s; names {keys:.1} s, entries {entries:.1} s, settling {settling:.1} s"
    );
    report.row("", "the parts", rest, "");
}

async fn on_postgres(report: &mut Report, place: &Place, books: &Books) -> Result<()> {
    let url = place.database("bench_import", None).await?;
    import(&url, &books.register)?;
    let copy = place.database("bench_copy", Some("bench_import")).await?;
    let parts = import_all(&url, books)?;
    let folder = tempfile::tempdir()?;
    let at = |table: &str| folder.path().join(table).display().to_string();
    let out = |table: &str| format!("\\copy (SELECT * FROM {table}) TO '{}'", at(table));
    place.psql(&url, &[out("charge"), out("import_run")])?;
    // The runs that charges point at; the one of the register is there.
    let runs = [
        "CREATE TEMP TABLE runs (LIKE import_run)".to_owned(),
        format!("\\copy runs FROM '{}'", at("import_run")),
        "INSERT INTO import_run SELECT * FROM runs ON CONFLICT DO NOTHING".to_owned(),
    ];
    place.psql(&copy, &runs)?;
    let begin = Instant::now();
    place.psql(&copy, &[format!("\\copy charge FROM '{}'", at("charge"))])?;
    let theirs = begin.elapsed();
    let against = "COPY of the same rows into the same indexed table";
    tell(report, ("PostgreSQL", against), books.charges, (parts, theirs));
    Ok(())
}

async fn on_sqlite(report: &mut Report, folder: &Path, books: &Books) -> Result<()> {
    let (file, copy) = (folder.join("import.sqlite"), folder.join("copy.sqlite"));
    let url = format!("sqlite://{}", file.display());
    import(&url, &books.register)?;
    fs::copy(&file, &copy)?;
    let parts = import_all(&url, books)?;
    let theirs = insert_prepared(&file, &copy).await?;
    let against = "a prepared insert of the same rows in one transaction";
    tell(report, ("SQLite", against), books.charges, (parts, theirs));
    Ok(())
}

/// A row of `charge` as SQLite has it.
type Row = (
    Vec<u8>,
    Vec<u8>,
    Vec<u8>,
    String,
    String,
    String,
    String,
    i64,
    String,
    String,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
);

const COLUMNS: &str = "organization_id, id, account_id, fee_item, period, due_on, kind, amount_fen, \
     effective_on, recorded_at, reverses_id, replaces_id, import_id";

/// Inserts the charges of one file into another one, row by row; answers how long the inserting took.
async fn insert_prepared(from: &Path, to: &Path) -> Result<Duration> {
    let options = SqliteConnectOptions::new()
        .filename(to)
        .journal_mode(SqliteJournalMode::Wal)
        .foreign_keys(true);
    let mut conn = SqliteConnection::connect_with(&options).await?;
    conn.execute(sqlx::AssertSqlSafe(format!("ATTACH '{}' AS made", from.display()))).await?;
    conn.execute("INSERT OR IGNORE INTO import_run SELECT * FROM made.import_run").await?;
    let select = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM made.charge"));
    let rows: Vec<Row> = sqlx::query_as(select).fetch_all(&mut conn).await?;
    let marks = vec!["?"; 13].join(", ");
    let insert = format!("INSERT INTO charge ({COLUMNS}) VALUES ({marks})");
    let begin = Instant::now();
    let mut transaction = conn.begin().await?;
    for row in rows {
        let query = sqlx::query(sqlx::AssertSqlSafe(insert.as_str().to_owned()));
        let query = query.bind(row.0).bind(row.1).bind(row.2).bind(row.3).bind(row.4).bind(row.5);
        let query = query.bind(row.6).bind(row.7).bind(row.8).bind(row.9).bind(row.10);
        query.bind(row.11).bind(row.12).execute(&mut *transaction).await?;
    }
    transaction.commit().await?;
    Ok(begin.elapsed())
}

/// A workbook of units and charges into an empty database.
fn workbook(report: &mut Report, folder: &Path, charges: u64) -> Result<()> {
    let rows = u32::try_from(charges)?.min(ROWS);
    let book = folder.join("book.xlsx");
    write_workbook(&book, rows)?;
    let url = format!("sqlite://{}", folder.join("workbook.sqlite").display());
    let begin = Instant::now();
    let mut child = server::command(&[("DATABASE_URL", &url)])?
        .args(["import", "--company", "测量", "--community", "测量"])
        .arg(&book)
        .stdout(std::process::Stdio::null())
        .spawn()?;
    let mut peak = 0;
    let done = loop {
        if let Ok((_, most)) = processes::memory_of(child.id()) {
            peak = peak.max(most);
        }
        match child.try_wait()? {
            Some(status) => break status,
            None => std::thread::sleep(Duration::from_millis(10)),
        }
    };
    if !done.success() {
        return Err("the workbook was not imported".into());
    }
    let took = begin.elapsed().as_secs_f64();
    let what = format!(
        "a workbook of {rows} rows into an empty SQLite, {} MB",
        fs::metadata(&book)?.len() >> 20
    );
    report.row("", &what, format!("{took:.1} s"), "≤ 60 s");
    report.row("", "the same: peak memory", format!("{} MB", peak >> 20), "≤ 300 MB");
    Ok(())
}

fn write_workbook(path: &Path, rows: u32) -> Result<()> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let headings = ["房号", "业主", "电话", "收费项目", "账期", "到期日", "应收金额", "实收金额"];
    for (column, heading) in (0..).zip(headings) {
        sheet.write(0, column, heading)?;
    }
    for row in 0..rows {
        let (unit, month) = (u64::from(row / 12), row % 12 + 1);
        let at = row + 1;
        sheet.write(at, 0, room(unit))?;
        sheet.write(at, 1, format!("业主{unit}"))?;
        sheet.write(at, 2, format!("138{unit:08}"))?;
        sheet.write(at, 3, "物业费")?;
        sheet.write(at, 4, format!("2026-{month:02}"))?;
        sheet.write(at, 5, format!("2026-{month:02}-20"))?;
        sheet.write(at, 6, 254.77)?;
        sheet.write(at, 7, if row % 3 == 0 { 0.0 } else { 254.77 })?;
    }
    Ok(workbook.save(path)?)
}
