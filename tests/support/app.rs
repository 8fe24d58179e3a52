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
    program::Program,
};

/// The Monday on which every scenario begins, at ten in the morning in Shanghai.
pub(crate) const MONDAY: &str = "2026-11-23T10:00:00+08:00";

/// A running server with a database of its own.
pub(crate) struct TestApp {
    pub(crate) app: Arc<App>,
    pub(crate) address: SocketAddr,
    pub(crate) metrics_address: Option<SocketAddr>,
    place: Place,
    shutdown: CancellationToken,
}

/// Where a server runs: what its replicas share.
#[derive(Clone)]
struct Place {
    clock: Arc<Clock>,
    database_url: String,
    redis_prefix: String,
    own: Vec<(String, String)>,
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
        Self::start_with(&[]).await
    }

    /// The same, with settings of its own.
    pub(crate) async fn start_with(settings: &[(&str, &str)]) -> Self {
        let clock = Arc::new(Clock::new());
        let database_url = database::fresh(clock.folder()).await;
        let own = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Self::serve(Place { clock, database_url, redis_prefix: fresh_key(), own: own.collect() })
            .await
    }

    /// A server with the small company of [`books`].
    pub(crate) async fn with_company() -> (Self, Company) {
        let app = Self::start().await;
        let company = books::found_company(&app.app).await;
        (app, company)
    }

    /// A server on a database that is there.
    pub(crate) async fn on(database_url: &str) -> Self {
        let clock = Arc::new(Clock::new());
        let database_url = database_url.to_owned();
        Self::serve(Place { clock, database_url, redis_prefix: fresh_key(), own: Vec::new() }).await
    }

    /// Another replica on the same database, clock and Redis.
    pub(crate) async fn replica(&self) -> Self {
        Self::serve(self.place.clone()).await
    }

    async fn serve(place: Place) -> Self {
        let settings = place.settings();
        let app = Arc::new(App::init(settings).await.unwrap());
        let shutdown = CancellationToken::new();
        let server = Server::bind(Arc::clone(&app), shutdown.clone()).await.unwrap();
        let address = server.address().unwrap();
        let metrics_address = server.metrics_address();
        tokio::spawn(server.run());
        Self { app, address, metrics_address, place, shutdown }
    }

    /// Moves the domain clock.
    pub(crate) fn clock(&self, moment: &str) {
        self.place.clock.set(moment);
    }

    /// A client that is not signed in.
    pub(crate) fn client(&self) -> Client {
        Client::new(self.address)
    }

    /// A client that is.
    pub(crate) async fn sign_in(&self, mobile: &str) -> Client {
        self.client().sign_in(mobile, books::PASSWORD).await
    }

    /// The program itself on the same database, clock and Redis, to be killed.
    pub(crate) async fn program(&self) -> Program {
        Program::serve(&self.place.database_url, &self.place.clock, &self.place.redis_prefix).await
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

impl Place {
    fn settings(&self) -> Settings {
        let clock = self.clock.path().display().to_string();
        let vault = self.clock.folder().join("attachments").display().to_string();
        let mut environment: Vec<(String, String)> = [
            ("GUANJIA_LISTEN", "127.0.0.1:0"),
            ("DATABASE_URL", &self.database_url),
            ("GUANJIA_REDIS_PREFIX", &self.redis_prefix),
            ("GUANJIA_CLOCK_FILE", &clock),
            ("GUANJIA_ATTACHMENTS__FOLDER", &vault),
            ("GUANJIA_TICK_MS", "20"),
            ("GUANJIA_DATABASE_CONNECTIONS", "4"),
            ("GUANJIA_SURVIVE_POWER_FAILURE", "false"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec();
        environment.extend(database::redis().map(|url| ("REDIS_URL".to_owned(), url)));
        environment.extend(self.own.iter().cloned());
        Settings::load(None, environment.into_iter().collect()).unwrap()
    }
}
