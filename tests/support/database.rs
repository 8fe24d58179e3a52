//! A fresh database for each test: a copy of a template that is made once.

use std::{path::Path, time::Duration};

use guanjia::kernel::database::{Database, DatabaseSettings};
use sea_orm::ConnectionTrait;
use tempfile::TempDir;
use tokio::sync::OnceCell;

use super::fresh_key;

/// PostgreSQL, if the tests were given one: a URL that ends in the name of a database.
pub(crate) fn postgres() -> Option<String> {
    std::env::var("GUANJIA_TEST_DATABASE_URL").ok()
}

/// Redis, if the tests were given one.
pub(crate) fn redis() -> Option<String> {
    std::env::var("GUANJIA_TEST_REDIS_URL").ok()
}

/// A migrated database of one's own; answers its URL. SQLite lies in the folder.
pub(crate) async fn fresh(folder: &Path) -> String {
    static TEMPLATE: OnceCell<Template> = OnceCell::const_new();
    TEMPLATE
        .get_or_init(|| Template::make(async |url: &str| migrate(url).await))
        .await
        .copy(folder)
        .await
}

/// Without any table.
pub(crate) async fn bare(folder: &Path) -> String {
    match postgres() {
        Some(admin) => create(&admin, &name(), None).await,
        None => sqlite_url(&folder.join("guanjia.sqlite")),
    }
}

pub(crate) async fn connect(url: &str) -> Database {
    Database::connect(&settings(url)).await.unwrap()
}

fn settings(url: &str) -> DatabaseSettings {
    DatabaseSettings {
        url: url.to_owned(),
        connections: 4,
        patience: Duration::from_secs(20),
        survive_power_failure: false,
    }
}

async fn migrate(url: &str) {
    let database = connect(url).await;
    database.migrate().await.unwrap();
    database.close().await;
}

/// A database that is copied for each test.
pub(crate) struct Template {
    url: String,
    // Lives as long as the template: it holds SQLite's file.
    folder: TempDir,
}

impl Template {
    /// Makes a template out of an empty database.
    pub(crate) async fn make(fill: impl AsyncFnOnce(&str)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = bare(folder.path()).await;
        fill(&url).await;
        Self { url, folder }
    }

    /// A copy of one's own; answers its URL.
    pub(crate) async fn copy(&self, folder: &Path) -> String {
        if let Some(admin) = postgres() {
            let template = self.url.rsplit('/').next().unwrap();
            return create(&admin, &name(), Some(template)).await;
        }
        for ending in ["", "-wal"] {
            let from = self.folder.path().join(format!("guanjia.sqlite{ending}"));
            if from.exists() {
                std::fs::copy(from, folder.join(format!("guanjia.sqlite{ending}"))).unwrap();
            }
        }
        sqlite_url(&folder.join("guanjia.sqlite"))
    }
}

fn sqlite_url(path: &Path) -> String {
    format!("sqlite://{}", path.display())
}

fn name() -> String {
    format!("guanjia_{}", fresh_key().replace('-', ""))
}

/// Makes a database beside the one of the admin's URL.
async fn create(admin: &str, name: &str, template: Option<&str>) -> String {
    let connection = sea_orm::Database::connect(admin).await.unwrap();
    let from = template.map(|template| format!(" TEMPLATE {template}")).unwrap_or_default();
    connection.execute_unprepared(&format!("CREATE DATABASE {name}{from}")).await.unwrap();
    connection.close().await.unwrap();
    let (server, _) = admin.rsplit_once('/').unwrap();
    format!("{server}/{name}")
}
