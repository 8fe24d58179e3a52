//! Measures the program against what the machine can do.
//!
//! Every figure that counts is a **ratio** of two ways to do the same thing, taken in turns in one run on one machine, or
//! the processor time of one request. `scripts/test-services -- guanjia-bench` gives it a PostgreSQL and a Redis of its
//! own; `make bench` builds, runs, and writes the table into docs/performance.md.

mod acts;
mod claims;
mod contact;
mod idle;
mod import;
mod load;
mod plain;
mod postgres;
mod processes;
mod reading;
mod replicas;
mod report;
mod server;
mod sockets;
mod sqlite;
mod telephone;

use std::process::ExitCode;

use report::Report;

/// What is asked of a run.
struct Wish {
    /// Units of the large company.
    units: u64,
    /// Charges that are imported.
    charges: u64,
    /// Parts to run; none is all.
    parts: Vec<String>,
    /// Seconds of one turn.
    seconds: u64,
    /// Where the table goes, besides the terminal.
    page: Option<String>,
}

impl Wish {
    fn read() -> Result<Self> {
        let mut wish =
            Self { units: 100_000, charges: 1_000_000, parts: Vec::new(), seconds: 3, page: None };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
            match word.as_str() {
                "--units" => wish.units = value()?.parse().map_err(|e| format!("--units: {e}"))?,
                "--charges" => {
                    wish.charges = value()?.parse().map_err(|e| format!("--charges: {e}"))?;
                }
                "--seconds" => {
                    wish.seconds = value()?.parse().map_err(|e| format!("--seconds: {e}"))?;
                }
                "--page" => wish.page = Some(value()?),
                part if !part.starts_with('-') => wish.parts.push(part.to_owned()),
                other => return Err(format!("unknown: {other}").into()),
            }
        }
        Ok(wish)
    }

    fn wants(&self, part: &str) -> bool {
        self.parts.is_empty() || self.parts.iter().any(|wanted| wanted == part)
    }
}

fn main() -> ExitCode {
    // The static answers of the comparison come from a process of their own.
    if std::env::args().nth(1).as_deref() == Some("plain") {
        return plain::serve();
    }
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.to_string()),
    };
    let wish = match Wish::read() {
        Ok(wish) => wish,
        Err(error) => return failed(&error.to_string()),
    };
    match runtime.block_on(run(&wish)) {
        Ok(report) => match report.publish(wish.page.as_deref()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => failed(&error.to_string()),
        },
        Err(error) => failed(&error.to_string()),
    }
}

fn failed(why: &str) -> ExitCode {
    eprintln!("bench: {why}");
    ExitCode::FAILURE
}

/// Anything that may go wrong ends the run: a figure that could not be taken is not guessed.
pub(crate) type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

async fn run(wish: &Wish) -> Result<Report> {
    let mut report = Report::begin(wish.units, wish.seconds);
    if wish.wants("idle") {
        idle::run(&mut report).await?;
    }
    let place = postgres::Place::from_environment()?;
    if ["reading", "contact", "sqlite", "claims", "sockets", "replicas"]
        .iter()
        .any(|part| wish.wants(part))
    {
        let large = place.company(wish.units).await?;
        if wish.wants("reading") {
            let small = place.company(10_000).await?;
            reading::run(&mut report, (&small, &large), wish.seconds).await?;
        }
        if wish.wants("contact") {
            contact::run(&mut report, &large, wish.seconds).await?;
        }
        if wish.wants("sqlite") {
            let small = place.company(10_000).await?;
            sqlite::run(&mut report, &small, wish.seconds).await?;
        }
        if wish.wants("claims") {
            claims::run(&mut report, &large).await?;
        }
        if wish.wants("sockets") {
            sockets::run(&mut report, &large).await?;
        }
        if wish.wants("replicas") {
            replicas::run(&mut report, &large).await?;
        }
    }
    if wish.wants("import") {
        import::run(&mut report, &place, wish.charges).await?;
    }
    Ok(report)
}
