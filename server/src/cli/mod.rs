//! The command line. Errors are one line on standard error and a non-zero exit.

mod audit;
mod books;
mod calendar;
mod check;
mod demo;
mod memory;
mod names;
mod people;
mod run;
mod upkeep;

use std::{collections::HashMap, process::ExitCode};

use clap::{Parser, Subcommand};

use crate::{adapters::telemetry::Telemetry, app::App, config::Settings};

/// 管家 Guanjia, the follow-up backend for property stewards.
#[derive(Parser)]
#[command(name = "guanjia", version, about, propagate_version = true)]
struct Arguments {
    /// A file with settings, instead of guanjia.toml in the working folder.
    #[arg(long, env = "GUANJIA_CONFIG", global = true)]
    config: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API, run the jobs, until told to stop.
    Serve,
    /// Bring the schema of the database up to date.
    Migrate(run::Migrate),
    /// Bring a book of the office into the ledger: units, owners, charges, payments.
    Import(books::Import),
    /// Print the schema of the API.
    Schema,
    /// Print who may do what, as the documents show it.
    Rights,
    /// Load a small invented company to look around in.
    Demo(demo::Demo),
    /// Let somebody in: a steward, a manager, the first administrator.
    User(people::User),
    /// Look after the audit log.
    Audit(audit::Audit),
    /// Look after the keys of identity numbers.
    Keys(upkeep::Keys),
    /// Make what look-up searches anew from the registry.
    Reindex,
    /// Import the calendar of workdays of a year, or say which years are known.
    Calendar(calendar::Calendar),
    /// Read the settings, say what is wrong with them or print them.
    CheckConfig(check::CheckConfig),
}

/// Runs the program.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        // Help and version are no errors and have many lines.
        Err(error) if !error.use_stderr() => error.exit(),
        Err(error) => return fail(&in_one_line(&error.to_string())),
    };
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error.to_string()),
    };
    match runtime.block_on(dispatch(arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

async fn dispatch(arguments: Arguments) -> Result<(), String> {
    if let Command::Schema = arguments.command {
        print!("{}", crate::api::schema::sdl());
        return Ok(());
    }
    if let Command::Rights = arguments.command {
        print!("{}", crate::api::rights::matrix());
        return Ok(());
    }
    if let Command::CheckConfig(check) = &arguments.command
        && check.defaults
    {
        print!("{}", crate::config::DEFAULTS);
        return Ok(());
    }
    let environment: HashMap<String, String> = std::env::vars().collect();
    let settings = Settings::load(arguments.config.as_deref(), environment)?;
    let serving = matches!(arguments.command, Command::Serve);
    let telemetry = Telemetry::start(&settings, serving).map_err(|f| f.to_string())?;
    let done = match arguments.command {
        Command::Serve => run::serve(settings).await,
        Command::Migrate(migrate) => migrate.run(settings).await,
        Command::Import(import) => import.run(settings).await,
        Command::Demo(demo) => demo.run(settings).await,
        Command::User(user) => user.run(settings).await,
        Command::Audit(audit) => audit.run(settings).await,
        Command::Keys(keys) => keys.run(settings).await,
        Command::Reindex => upkeep::reindex(settings).await,
        Command::Calendar(calendar) => calendar.run(settings).await,
        Command::CheckConfig(_) => check::run(&settings).await,
        Command::Schema | Command::Rights => Ok(()),
    };
    // Sending the last spans blocks.
    let _ = tokio::task::spawn_blocking(|| telemetry.flush()).await;
    done
}

async fn app(settings: Settings) -> Result<App, String> {
    App::init(settings).await.map_err(|failure| failure.to_string())
}

/// What is wrong, without the usage that the parser adds; `--help` has it.
fn in_one_line(error: &str) -> String {
    let said = error
        .split("\n\nUsage:")
        .next()
        .unwrap_or(error)
        .split("\n\nFor more")
        .next()
        .unwrap_or(error);
    let words: Vec<_> = said.split_whitespace().collect();
    words.join(" ").trim_start_matches("error: ").to_owned()
}

fn fail(error: &str) -> ExitCode {
    eprintln!("guanjia: {}", error.replace('\n', " "));
    ExitCode::FAILURE
}
