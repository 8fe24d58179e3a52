//! PostgreSQL beside the program: companies of a size, the statements that a request sends, and pgbench with the same ones.

use std::{
    fs,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use guanjia::kernel::database::PLANNING;
use sea_orm::{ConnectionTrait as _, Database, DatabaseConnection, Statement};

use crate::{Result, processes, server};

/// The services of this run.
pub(crate) struct Place {
    admin_url: String,
    redis_url: String,
    postmaster: u32,
}

/// A database with an invented company.
#[derive(Clone)]
pub(crate) struct Company {
    pub(crate) database_url: String,
    pub(crate) redis_url: String,
    pub(crate) units: u64,
    pub(crate) postmaster: u32,
}

impl Place {
    pub(crate) fn from_environment() -> Result<Self> {
        let wanted = |name: &str| {
            std::env::var(name)
                .map_err(|_| format!("{name} is not set: run it by scripts/test-services"))
        };
        let admin_url = wanted("GUANJIA_TEST_DATABASE_URL")?;
        let port =
            admin_url.rsplit_once(':').and_then(|(_, rest)| rest.split('/').next()?.parse().ok());
        let postmaster = processes::listener(port.ok_or("no port in the database's address")?)?;
        Ok(Self { redis_url: wanted("GUANJIA_TEST_REDIS_URL")?, postmaster, admin_url })
    }

    /// An empty database of this name, or a copy of another one that nobody is connected to.
    pub(crate) async fn database(&self, name: &str, like: Option<&str>) -> Result<String> {
        let (server, _) = self.admin_url.rsplit_once('/').ok_or("no database in the address")?;
        let admin = Database::connect(&self.admin_url).await?;
        let like = like.map(|like| format!(" TEMPLATE {like}")).unwrap_or_default();
        admin.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name}")).await?;
        admin.execute_unprepared(&format!("CREATE DATABASE {name}{like}")).await?;
        Ok(format!("{server}/{name}"))
    }

    /// Runs commands of psql in a database.
    pub(crate) fn psql(&self, url: &str, commands: &[String]) -> Result<()> {
        let program =
            fs::read_link(format!("/proc/{}/exe", self.postmaster))?.with_file_name("psql");
        let mut command = Command::new(program);
        command.args(["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1"]);
        for text in commands {
            command.args(["--command", text]);
        }
        let done = command.arg(url).status()?;
        if done.success() { Ok(()) } else { Err("psql failed".into()) }
    }

    /// A company of that many units, made now unless this run has it.
    pub(crate) async fn company(&self, units: u64) -> Result<Company> {
        let name = format!("bench_{units}");
        let (server, _) = self.admin_url.rsplit_once('/').ok_or("no database in the address")?;
        let database_url = format!("{server}/{name}");
        let company = Company {
            database_url,
            redis_url: self.redis_url.clone(),
            units,
            postmaster: self.postmaster,
        };
        let admin = Database::connect(&self.admin_url).await?;
        let known = format!("SELECT 1 FROM pg_database WHERE datname = '{name}'");
        if admin.query_one_raw(statement(&known)).await?.is_some() {
            return Ok(company);
        }
        admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await?;
        let begin = Instant::now();
        server::run(
            &[("DATABASE_URL", &company.database_url)],
            &["demo", "--units", &units.to_string()],
        )?;
        // Else a job does it while something is measured.
        server::run(&[("DATABASE_URL", &company.database_url)], &["reindex"])?;
        eprintln!("     {units} units were loaded in {:.0} s", begin.elapsed().as_secs_f64());
        company.connect().await?.execute_unprepared("VACUUM ANALYZE").await?;
        Ok(company)
    }
}

pub(crate) fn statement(text: &str) -> Statement {
    Statement::from_string(sea_orm::DbBackend::Postgres, text)
}

impl Company {
    pub(crate) async fn connect(&self) -> Result<DatabaseConnection> {
        Ok(Database::connect(&self.database_url).await?)
    }

    /// The settings of a server on it, without Redis.
    pub(crate) fn settings(&self) -> Vec<(&str, &str)> {
        vec![("DATABASE_URL", &self.database_url)]
    }

    /// Stewards that look after its units.
    pub(crate) fn stewards(&self) -> u64 {
        self.units.div_ceil(guanjia::demo::city::STEWARD_UNITS)
    }

    /// What the database sees while something is done, as statements with their values in place.
    pub(crate) async fn statements_of<T>(
        &self,
        act: impl Future<Output = Result<T>>,
    ) -> Result<Vec<Spoken>> {
        let conn = self.connect().await?;
        let log = fs::read_link(format!("/proc/{}/fd/2", self.postmaster))?;
        conn.execute_unprepared("ALTER SYSTEM SET log_min_duration_statement = 0").await?;
        conn.execute_unprepared("SELECT pg_reload_conf()").await?;
        // Each connection reads the change before its next statement; the mark in the log says that this one has.
        let from = self.mark(&conn, &log, "begin").await?;
        act.await?;
        let to = self.mark(&conn, &log, "end").await?;
        conn.execute_unprepared("ALTER SYSTEM RESET log_min_duration_statement").await?;
        conn.execute_unprepared("SELECT pg_reload_conf()").await?;
        let text = fs::read(&log)?;
        Ok(logged(&String::from_utf8_lossy(&text[from..to])))
    }

    /// Writes a mark into the log and answers where it stands.
    async fn mark(&self, conn: &DatabaseConnection, log: &Path, word: &str) -> Result<usize> {
        let deadline = Instant::now() + Duration::from_secs(20);
        let mark = format!("bench_mark_{word}");
        let before = fs::metadata(log)?.len() as usize;
        while Instant::now() < deadline {
            conn.execute_unprepared(&format!("SELECT '{mark}'")).await?;
            let text = fs::read(log)?;
            let new = String::from_utf8_lossy(text.get(before..).unwrap_or_default()).into_owned();
            if let Some(at) = new.find(&mark) {
                // The end of what was before the mark, the end of the mark's own line.
                let line_begin = new[..at].rfind('\n').map_or(0, |at| at + 1);
                let line_end = new[at..].find('\n').map_or(new.len(), |end| at + end + 1);
                return Ok(before + if word == "end" { line_begin } else { line_end });
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Err("the database's log does not show its statements".into())
    }

    /// Runs scripts by pgbench, prepared, and answers transactions per second and its errors.
    pub(crate) fn pgbench(
        &self,
        scripts: &[String],
        (clients, seconds): (usize, u64),
    ) -> Result<f64> {
        let folder = tempfile::tempdir()?;
        let program =
            fs::read_link(format!("/proc/{}/exe", self.postmaster))?.with_file_name("pgbench");
        let mut command = Command::new(program);
        command.args(["-n", "-M", "prepared", "-j", "2", "-D", "n=0"]);
        command.args(["-c", &clients.to_string(), "-T", &seconds.to_string()]);
        for (nth, script) in scripts.iter().enumerate() {
            let path = folder.path().join(format!("{nth}.sql"));
            fs::write(&path, script)?;
            command.arg("-f").arg(path);
        }
        // The planner is told what the program tells it.
        let planning = PLANNING.map(|(name, value)| format!("-c {name}={value}")).join(" ");
        let output = command.arg(&self.database_url).env("PGOPTIONS", planning).output()?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let rate = said
            .lines()
            .find_map(|line| line.strip_prefix("tps = ")?.split_whitespace().next()?.parse().ok());
        rate.filter(|_| output.status.success()).ok_or_else(|| {
            format!("pgbench: {said}{}", String::from_utf8_lossy(&output.stderr)).into()
        })
    }
}

/// A statement as the database was told it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Spoken {
    /// With `$1` where a value stands.
    pub(crate) text: String,
    /// The values as text; none is NULL.
    pub(crate) values: Vec<Option<String>>,
}

impl Spoken {
    /// With the values in place, each as `literal` writes it.
    pub(crate) fn filled(&self, mut literal: impl FnMut(&str) -> String) -> String {
        let values = self.values.iter();
        let values: Vec<String> = values
            .map(|value| value.as_deref().map_or_else(|| "NULL".to_owned(), &mut literal))
            .collect();
        filled(&self.text, &values)
    }
}

/// Statements of a log, in order.
fn logged(log: &str) -> Vec<Spoken> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut place = Part::Elsewhere;
    for line in log.lines() {
        if let (Some(rest), Some((text, values))) = (line.strip_prefix('\t'), found.last_mut()) {
            let to = match place {
                Part::Text => text,
                Part::Values => values,
                Part::Elsewhere => continue,
            };
            to.push('\n');
            to.push_str(rest);
            continue;
        }
        place = Part::Elsewhere;
        if let Some(text) = begun(line) {
            found.push((text.to_owned(), String::new()));
            place = Part::Text;
        } else if let (Some(values), Some((_, last))) = (values_of(line), found.last_mut())
            && last.is_empty()
        {
            *last = values.to_owned();
            place = Part::Values;
        }
    }
    found.into_iter().map(|(text, values)| Spoken { text, values: values_in(&values) }).collect()
}

/// What a line that begins with a tab goes on with.
enum Part {
    Text,
    Values,
    Elsewhere,
}

fn begun(line: &str) -> Option<&str> {
    if let Some((_, text)) = line.split_once("  statement: ") {
        return Some(text);
    }
    let (_, rest) = line.split_once("  execute ")?;
    rest.split_once(": ").map(|(_, text)| text)
}

fn values_of(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once("DETAIL:  ")?;
    rest.strip_prefix("parameters: ").or_else(|| rest.strip_prefix("Parameters: "))
}

/// `$1 = 'a', $2 = NULL` as a list.
fn values_in(text: &str) -> Vec<Option<String>> {
    let (mut values, mut rest) = (Vec::new(), text);
    while let Some((_, value)) = rest.split_once(" = ") {
        if let Some(after) = value.strip_prefix("NULL") {
            values.push(None);
            rest = after;
            continue;
        }
        let Some(body) = value.strip_prefix('\'') else { break };
        let mut end = 0;
        let bytes = body.as_bytes();
        while end < bytes.len() {
            match (bytes[end], bytes.get(end + 1)) {
                (b'\'', Some(b'\'')) => end += 2,
                (b'\'', _) => break,
                _ => end += 1,
            }
        }
        values.push(Some(body[..end].replace("''", "'")));
        rest = &body[(end + 1).min(body.len())..];
    }
    values
}

/// A value as pgbench leaves it alone: it takes `:name` for a variable of its own.
pub(crate) fn literal(body: &str) -> String {
    let moment = body.len() >= 22 && body.as_bytes()[4] == b'-' && body.as_bytes()[13] == b':';
    if moment {
        let compact: String = body
            .replace("+00", "Z")
            .replace(' ', "T")
            .chars()
            .filter(|c| !"-:".contains(*c))
            .collect();
        return format!("'{compact}'");
    }
    format!("'{}'", body.replace('\'', "''").replace("\":", "\": "))
}

/// A statement with literals in place of `$1`.
pub(crate) fn filled(text: &str, values: &[String]) -> String {
    let (mut filled, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find('$') {
        let digits = rest[at + 1..].bytes().take_while(u8::is_ascii_digit).count();
        let number: Option<usize> = rest[at + 1..at + 1 + digits].parse().ok();
        filled.push_str(&rest[..at]);
        match number.and_then(|number| values.get(number.wrapping_sub(1))) {
            Some(value) => filled.push_str(value),
            None => filled.push_str(&rest[at..at + 1 + digits]),
        }
        rest = &rest[at + 1 + digits..];
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_gives_statements_with_their_values() {
        let log = "2026-11-22 08:00:00 UTC [7] LOG:  duration: 0.1 ms  parse sqlx_s_1: SELECT a\n\
                   2026-11-22 08:00:00 UTC [7] LOG:  duration: 0.1 ms  execute sqlx_s_1: SELECT a FROM t\n\t WHERE b = $1 AND c = $2\n\
                   2026-11-22 08:00:00 UTC [7] DETAIL:  parameters: $1 = 'it''s', $2 = NULL\n\
                   2026-11-22 08:00:00 UTC [7] LOG:  duration: 0.1 ms  statement: COMMIT\n";
        let found: Vec<_> = logged(log).iter().map(|one| one.filled(literal)).collect();
        assert_eq!(found, ["SELECT a FROM t\n WHERE b = 'it''s' AND c = NULL", "COMMIT"]);
    }

    #[test]
    fn a_moment_loses_its_colons_and_nothing_else() {
        assert_eq!(literal("2026-11-22 08:01:02.5+00"), "'20261122T080102.5Z'");
        assert_eq!(literal("{\"a\":\"b\"}"), "'{\"a\": \"b\"}'");
    }
}
