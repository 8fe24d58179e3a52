//! `guanjia check-config`.

use clap::Args;

use crate::{config::Settings, kernel::database::Database};

/// What `check-config` takes.
#[derive(Args)]
pub(super) struct CheckConfig {
    /// Print every setting with its default and what it means.
    #[arg(long)]
    pub(super) defaults: bool,
}

/// Says what the settings add up to and whether the database answers. No address that may hold a password is printed.
pub(super) async fn run(settings: &Settings) -> Result<(), String> {
    let database = Database::connect(&settings.database()).await.map_err(|f| f.to_string())?;
    database.ping().await.map_err(|f| f.to_string())?;
    println!("listen      {}", settings.listen);
    println!("database    {:?}, it answers", database.backend());
    println!("redis       {}", if settings.redis_url.is_empty() { "none" } else { "yes" });
    println!("production  {}", settings.production);
    if !settings.clock_file.as_os_str().is_empty() {
        println!("clock       stands at what {} says", settings.clock_file.display());
    }
    println!("the settings are good");
    Ok(())
}
