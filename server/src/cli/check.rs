//! `guanjia check-config`.

use clap::Args;

use crate::{adapters::vault, config::Settings, kernel::database::Database};

/// What `check-config` takes.
#[derive(Args)]
pub(super) struct CheckConfig {
    /// Print every setting with its default and what it means.
    #[arg(long)]
    pub(super) defaults: bool,
}

/// Says what the settings add up to, whether the database answers, and whether attachments could be kept. No address that may hold a password is printed.
pub(super) async fn run(settings: &Settings) -> Result<(), String> {
    let database = Database::connect(&settings.database()).await.map_err(|f| f.to_string())?;
    database.ping().await.map_err(|f| f.to_string())?;
    println!("listen      {}", settings.listen);
    println!("database    {:?}, it answers", database.backend());
    let vault =
        vault::open(&settings.attachments).map_err(|e| format!("attachments.store: {e}"))?;
    vault.probe().await.map_err(|e| format!("attachments.store: {e}"))?;
    println!("redis       {}", if settings.redis_url.is_empty() { "none" } else { "yes" });
    match vault::Place::of(&settings.attachments)? {
        Some(place) => println!("attachments {place}, it answers"),
        None => println!("attachments {}", settings.attachments.folder.display()),
    }
    println!("production  {}", settings.production);
    if !settings.clock_file.as_os_str().is_empty() {
        println!("clock       stands at what {} says", settings.clock_file.display());
    }
    println!("the settings are good");
    Ok(())
}
