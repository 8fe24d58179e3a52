//! The database: one file with one writer and several readers, or a PostgreSQL server.

use std::{path::Path, time::Duration};

use guanjia_migration::{Migrator, MigratorTrait};
use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};

use super::Failure;

/// Key of the PostgreSQL advisory lock under which replicas migrate one after the other ("guanjia" in ASCII).
const MIGRATION_LOCK: i64 = 0x0067_7561_6e6a_6961;

/// How to reach it and how many connections to hold.
#[derive(Clone, Debug)]
pub struct DatabaseSettings {
    /// `sqlite://path` or `postgres://…`.
    pub url: String,
    /// Connections: readers of SQLite beside its one writer, or the PostgreSQL pool.
    pub connections: u32,
    /// How long to wait for a connection or for SQLite's writer.
    pub patience: Duration,
    /// SQLite: survive a power failure (FULL) or only a crash of the process (NORMAL).
    pub survive_power_failure: bool,
}

/// Readers and writers.
#[derive(Clone)]
pub struct Database {
    read: DatabaseConnection,
    write: DatabaseConnection,
}

impl Database {
    /// Connects. The folder and file of SQLite are made when they are missing.
    pub async fn connect(settings: &DatabaseSettings) -> Result<Self, Failure> {
        let connected = if let Some(path) = sqlite_path(&settings.url) {
            make_folder(path)?;
            Self::open_file(settings).await
        } else {
            Self::open_pools(settings).await
        };
        connected.map_err(|e| Failure::Unavailable(format!("the database does not open: {e}")))
    }

    /// Two pools: acts that wait for each other's locks leave the readers their connections.
    async fn open_pools(settings: &DatabaseSettings) -> Result<Self, DbErr> {
        let half = settings.connections.div_ceil(2).max(2);
        let write = sea_orm::Database::connect(options(settings, half)).await?;
        let read = sea_orm::Database::connect(options(settings, half)).await?;
        Ok(Self { read, write })
    }

    /// The writer opens first: it makes the file and sets write-ahead logging before anybody reads.
    async fn open_file(settings: &DatabaseSettings) -> Result<Self, DbErr> {
        let write = sea_orm::Database::connect(options(settings, 1)).await?;
        let read = sea_orm::Database::connect(options(settings, settings.connections)).await?;
        Ok(Self { read, write })
    }

    /// For queries.
    pub fn read(&self) -> &DatabaseConnection {
        &self.read
    }

    /// The writing connections of PostgreSQL, for what only it can do; none on SQLite.
    pub(crate) fn postgres(&self) -> Option<&sea_orm::sqlx::PgPool> {
        (self.backend() == DbBackend::Postgres).then(|| self.write.get_postgres_connection_pool())
    }

    /// Which database it is.
    pub fn backend(&self) -> DbBackend {
        self.write.get_database_backend()
    }

    /// Begins a writing transaction. On SQLite it takes the write lock at once: one that reads first and writes later
    /// would be told "busy" without waiting.
    pub async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        self.write.begin_with_options(options).await
    }

    /// Brings the schema up to date. On SQLite in one transaction, so that a death in the middle leaves the old schema; on
    /// PostgreSQL under an advisory lock, so that replicas starting together wait.
    pub async fn migrate(&self) -> Result<(), Failure> {
        if self.backend() != DbBackend::Postgres {
            // Looked up first: who has nothing to change need not wait for the one writer, who may be at work.
            if self.pending_migrations().await? == 0 {
                return Ok(());
            }
            let transaction = self.begin().await?;
            Migrator::up(&transaction, None).await?;
            return Ok(transaction.commit().await?);
        }
        // A transaction-level lock holds its own connection; the migrations run on others.
        let lock = self.write.begin().await?;
        lock.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")).await?;
        Migrator::up(&self.write, None).await?;
        Ok(lock.commit().await?)
    }

    /// How many migrations are still to be run.
    pub async fn pending_migrations(&self) -> Result<usize, Failure> {
        Ok(Migrator::get_pending_migrations(&self.write).await?.len())
    }

    /// Takes back the newest migrations.
    pub async fn migrate_down(&self, steps: u32) -> Result<(), Failure> {
        Ok(Migrator::down(&self.write, Some(steps)).await?)
    }

    /// Lets PostgreSQL count anew what a bulk of rows has changed; without it the next plans are for empty tables.
    pub async fn refresh_statistics(&self) -> Result<(), Failure> {
        if self.backend() == DbBackend::Postgres {
            self.write.execute_unprepared("ANALYZE").await?;
        }
        Ok(())
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), Failure> {
        self.read.execute_unprepared("SELECT 1").await?;
        Ok(())
    }

    /// Closes every connection.
    pub async fn close(self) {
        let _ = self.read.close().await;
        let _ = self.write.close().await;
    }
}

/// Statements that a connection keeps prepared: all that a day uses, and the lengths of their lists.
const STATEMENTS: usize = 500;

/// What PostgreSQL's planner is told. Our statements pick few rows by an index; with the price that its defaults set on
/// going there, meant for turning disks, it would rather read a whole small table, and the cost of a list would grow with
/// the company. Compiling such a statement takes longer than running it.
pub const PLANNING: [(&str, &str); 2] = [("random_page_cost", "1.1"), ("jit", "off")];

fn options(settings: &DatabaseSettings, connections: u32) -> ConnectOptions {
    let patience = settings.patience;
    let synchronous = if settings.survive_power_failure { "FULL" } else { "NORMAL" };
    let url = match sqlite_path(&settings.url) {
        Some(path) => format!("sqlite://{path}?mode=rwc"),
        None => settings.url.clone(),
    };
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(patience)
        .test_before_acquire(false)
        .sqlx_logging(false)
        .map_sqlx_postgres_opts(move |postgres| {
            // Whoever waits longer than this for a row is answered "try again" instead of holding a connection.
            let patience = format!("{}ms", patience.as_millis());
            postgres
                .options([("lock_timeout", patience.as_str())].into_iter().chain(PLANNING))
                .statement_cache_capacity(STATEMENTS)
        })
        .map_sqlx_sqlite_opts(move |sqlite| {
            sqlite
                .statement_cache_capacity(STATEMENTS)
                .pragma("journal_mode", "WAL")
                .pragma("synchronous", synchronous)
                .foreign_keys(true)
                .busy_timeout(patience)
        });
    options
}

/// The path of a `sqlite:` URL, without its parameters.
pub fn sqlite_path(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("sqlite:")?;
    let path = rest.strip_prefix("//").unwrap_or(rest);
    path.split('?').next()
}

fn make_folder(path: &str) -> Result<(), Failure> {
    match Path::new(path).parent() {
        Some(folder) => std::fs::create_dir_all(folder)
            .map_err(|e| Failure::Unavailable(format!("{}: {e}", folder.display()))),
        None => Ok(()),
    }
}
