//! `guanjia serve` and `guanjia migrate`.

use std::{io::Write as _, net::SocketAddr, sync::Arc};

use clap::Args;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::{config::Settings, kernel::database::Database, serve::Server};

/// Serves until Ctrl-C or SIGTERM.
pub(super) async fn serve(settings: Settings) -> Result<(), String> {
    let app = Arc::new(super::app(settings).await?);
    let shutdown = CancellationToken::new();
    let server =
        Server::bind(Arc::clone(&app), shutdown.clone()).await.map_err(|f| f.to_string())?;
    let address = server.address().map_err(|f| f.to_string())?;
    announce(address, app.settings.production);
    super::memory::give_back();
    tokio::spawn(stop_on_signal(shutdown));
    server.run().await.map_err(|f| f.to_string())
}

/// Says where to go. Whoever started it may have closed the pipe already; that is no reason not to serve.
fn announce(address: SocketAddr, production: bool) {
    let mut text =
        format!("guanjia listens on http://{address}/\n  API       http://{address}/graphql\n");
    if !production {
        text += &format!("  explorer  http://{address}/explorer/\n");
    }
    let _ = std::io::stdout().write_all(text.as_bytes());
}

async fn stop_on_signal(shutdown: CancellationToken) {
    let mut terminate = signal(SignalKind::terminate()).ok();
    let terminated = async {
        match &mut terminate {
            Some(terminate) => drop(terminate.recv().await),
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
    }
    tracing::info!("stopping: what runs is finished first");
    shutdown.cancel();
}

/// What `migrate` takes.
#[derive(Args)]
pub(super) struct Migrate {
    /// Only say how many migrations are still to be run.
    #[arg(long)]
    status: bool,
    /// Take back the newest migrations, with what they hold. For developers.
    #[arg(long, value_name = "STEPS", conflicts_with = "status")]
    down: Option<u32>,
}

impl Migrate {
    pub(super) async fn run(self, settings: Settings) -> Result<(), String> {
        let database = Database::connect(&settings.database()).await.map_err(|f| f.to_string())?;
        let done = match (self.status, self.down) {
            (true, _) => {
                let pending = database.pending_migrations().await.map_err(|f| f.to_string())?;
                println!("{pending} migrations to run");
                Ok(())
            }
            (_, Some(_)) if settings.production => {
                return Err("migrate --down is not for production".to_owned());
            }
            (_, Some(steps)) => database.migrate_down(steps).await,
            _ => database.migrate().await,
        };
        done.map_err(|f| f.to_string())
    }
}
