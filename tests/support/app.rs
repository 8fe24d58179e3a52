//! The program in the test's own process, over real HTTP and sockets, with a clock that the test moves.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use guanjia::{app::App, config::Settings, kernel::database::Database, serve::Server};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use super::{
    books::{self, Company},
    client::Client,
    database, fresh_key,
};

/// The Monday on which every scenario begins, at ten in the morning in Shanghai.
pub(crate) const MONDAY: &str = "2026-11-23T10:00:00+08:00";

/// A running server with a database of its own.
pub(crate) struct TestApp {
    pub(crate) app: Arc<App>,
    pub(crate) address: SocketAddr,
    pub(crate) database_url: String,
    redis_prefix: String,
    clock: Arc<Clock>,
    shutdown: CancellationToken,
}

/// The file at which the domain clock stands.
pub(crate) struct Clock {
    folder: TempDir,
}

impl Clock {
    pub(crate) fn new() -> Self {
        let clock = Self { folder: tempfile::tempdir().unwrap() };
        clock.set(MONDAY);
        clock
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("clock")
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Moves the clock, by renaming: nobody reads half a moment.
    pub(crate) fn set(&self, moment: &str) {
        let new = self.folder.path().join("clock.new");
        std::fs::write(&new, moment).unwrap();
        std::fs::rename(new, self.path()).unwrap();
    }
}

impl TestApp {
    /// A server on an empty, migrated database.
    pub(crate) async fn start() -> Self {
        let clock = Arc::new(Clock::new());
        let url = database::fresh(clock.folder()).await;
        Self::serve(clock, url, fresh_key()).await
    }

    /// A server with the small company of [`books`].
    pub(crate) async fn with_company() -> (Self, Company) {
        let app = Self::start().await;
        let company = books::found_company(&app.app).await;
        (app, company)
    }

    /// A server on a database that is there.
    pub(crate) async fn on(database_url: &str) -> Self {
        Self::serve(Arc::new(Clock::new()), database_url.to_owned(), fresh_key()).await
    }

    /// Another replica on the same database, clock and Redis.
    pub(crate) async fn replica(&self) -> Self {
        Self::serve(Arc::clone(&self.clock), self.database_url.clone(), self.redis_prefix.clone())
            .await
    }

    async fn serve(clock: Arc<Clock>, database_url: String, redis_prefix: String) -> Self {
        let settings = settings(&clock.path(), &database_url, &redis_prefix);
        let app = Arc::new(App::init(settings).await.unwrap());
        let shutdown = CancellationToken::new();
        let server = Server::bind(Arc::clone(&app), shutdown.clone()).await.unwrap();
        let address = server.address().unwrap();
        tokio::spawn(server.run());
        Self { app, address, database_url, redis_prefix, clock, shutdown }
    }

    /// Moves the domain clock.
    pub(crate) fn clock(&self, moment: &str) {
        self.clock.set(moment);
    }

    /// A client that is not signed in.
    pub(crate) fn client(&self) -> Client {
        Client::new(self.address)
    }

    /// A client that is.
    pub(crate) async fn sign_in(&self, mobile: &str) -> Client {
        self.client().sign_in(mobile, books::PASSWORD).await
    }

    /// The database, for looking at what no client sees.
    pub(crate) fn database(&self) -> &Database {
        &self.app.kernel.database
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

fn settings(clock: &Path, database_url: &str, redis_prefix: &str) -> Settings {
    let mut environment = vec![
        ("GUANJIA_LISTEN".to_owned(), "127.0.0.1:0".to_owned()),
        ("DATABASE_URL".to_owned(), database_url.to_owned()),
        ("GUANJIA_REDIS_PREFIX".to_owned(), redis_prefix.to_owned()),
        ("GUANJIA_CLOCK_FILE".to_owned(), clock.display().to_string()),
        ("GUANJIA_TICK_MS".to_owned(), "20".to_owned()),
        ("GUANJIA_DATABASE_CONNECTIONS".to_owned(), "4".to_owned()),
        ("GUANJIA_SURVIVE_POWER_FAILURE".to_owned(), "false".to_owned()),
    ];
    environment.extend(database::redis().map(|url| ("REDIS_URL".to_owned(), url)));
    Settings::load(None, environment.into_iter().collect()).unwrap()
}
