//! `guanjia calendar`.

use chrono::Datelike;
use clap::{Args, Subcommand};

use crate::{
    cases::workdays::{commands, graphql::not_published},
    config::Settings,
    kernel::{By, Kernel, ids::OrganizationId},
    people,
};

/// What `calendar` takes.
#[derive(Args)]
pub(super) struct Calendar {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Import the public holidays and make-up workdays of a year, and plan again what falls on them.
    Import {
        /// The list: lines of day, `off` or `work`, and name; or the JSON in which China's lists are passed around.
        file: std::path::PathBuf,
        /// Only for this company; without it for all.
        #[arg(long)]
        company: Option<String>,
    },
    /// Say which years are known.
    Status {
        /// Only of this company; without it of all.
        #[arg(long)]
        company: Option<String>,
    },
}

impl Calendar {
    pub(super) async fn run(self, settings: Settings) -> Result<(), String> {
        match self.command {
            Command::Import { file, company } => {
                // Before the database: a file that cannot be read changes nothing.
                let text = std::fs::read_to_string(&file)
                    .map_err(|e| format!("{}: {e}", file.display()))?;
                let app = super::app(settings).await?;
                for (id, name) in companies(&app.kernel, company).await? {
                    import(&app.kernel, (id, &name), text.clone()).await?;
                }
                Ok(())
            }
            Command::Status { company } => {
                let app = super::app(settings).await?;
                for (id, name) in companies(&app.kernel, company).await? {
                    status(&app.kernel, (id, &name)).await?;
                }
                Ok(())
            }
        }
    }
}

async fn companies(
    kernel: &Kernel,
    named: Option<String>,
) -> Result<Vec<(OrganizationId, String)>, String> {
    let conn = kernel.database.read();
    let mut found = Vec::new();
    for id in people::queries::companies(conn).await.map_err(|f| f.to_string())? {
        let company = people::queries::company(conn, id).await.map_err(|f| f.to_string())?;
        if named.as_ref().is_none_or(|name| *name == company.name) {
            found.push((id, company.name));
        }
    }
    if found.is_empty() {
        return Err("there is no such company".to_owned());
    }
    Ok(found)
}

async fn import(
    kernel: &Kernel,
    (id, name): (OrganizationId, &str),
    text: String,
) -> Result<(), String> {
    let imported = kernel.write(By::System(id), move |work| {
        Box::pin(async move { commands::import(work, &text).await })
    });
    let imported = imported.await.map_err(|f| f.to_string())?;
    let years: Vec<String> = imported.years.iter().map(i32::to_string).collect();
    println!("{name}: {} imported, {} steps moved", years.join(", "), imported.moved);
    Ok(())
}

async fn status(kernel: &Kernel, (id, name): (OrganizationId, &str)) -> Result<(), String> {
    let calendar = kernel.calendars.of(kernel.database.read(), id).await;
    let calendar = calendar.map_err(|f| f.to_string())?;
    let this_year = kernel.clock.domain().year();
    for year in this_year..=this_year + 1 {
        match calendar.list(year) {
            Some(list) => {
                let off = list.days.iter().filter(|one| !one.worked).count();
                let worked = list.days.len() - off;
                println!("{name}: {year} has {off} days off and {worked} make-up workdays");
            }
            None => println!("{name}: {}", not_published(year).en),
        }
    }
    Ok(())
}
