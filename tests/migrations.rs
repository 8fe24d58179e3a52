//! The schema goes up, down and up again, and from every released state with data in it.

use std::{fs, path::Path};

use guanjia::kernel::sql::Sql;
use guanjia_migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, FromQueryResult};

use crate::support::{TestApp, books, database};

async fn connection(folder: &Path) -> DatabaseConnection {
    let url = database::bare(folder).await;
    let options = if url.starts_with("sqlite:") { format!("{url}?mode=rwc") } else { url };
    sea_orm::Database::connect(options).await.unwrap()
}

#[derive(FromQueryResult)]
struct Name {
    name: String,
}

async fn tables(connection: &DatabaseConnection) -> Vec<String> {
    let text = match connection.get_database_backend() {
        DbBackend::Postgres => {
            "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
        }
        _ => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        }
    };
    Sql::new(text, [])
        .all::<Name>(connection)
        .await
        .unwrap()
        .into_iter()
        .map(|row| row.name)
        .collect()
}

#[tokio::test]
async fn up_down_and_up_again_is_the_same_as_up() {
    let folder = tempfile::tempdir().unwrap();
    let connection = connection(folder.path()).await;
    Migrator::up(&connection, None).await.unwrap();
    let up = tables(&connection).await;
    Migrator::down(&connection, None).await.unwrap();
    assert_eq!(tables(&connection).await, ["seaql_migrations"]);
    Migrator::up(&connection, None).await.unwrap();
    assert_eq!(tables(&connection).await, up);
}

#[tokio::test]
async fn each_migration_can_be_taken_back_and_run_again_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let connection = connection(folder.path()).await;
    for _ in Migrator::migrations() {
        Migrator::up(&connection, Some(1)).await.unwrap();
        Migrator::down(&connection, Some(1)).await.unwrap();
        Migrator::up(&connection, Some(1)).await.unwrap();
    }
    assert!(Migrator::get_pending_migrations(&connection).await.unwrap().is_empty());
}

#[tokio::test]
async fn every_table_that_belongs_to_a_company_says_so_in_its_key() {
    let outside = ["organization", "app_user", "session", "session_token", "seaql_migrations"];
    for entry in
        fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../migration/src/sql")).unwrap()
    {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        for table in text.split("CREATE TABLE ").skip(1) {
            let name = table.split(' ').next().unwrap();
            let keyed = table.contains("PRIMARY KEY (organization_id, ")
                || table.contains("PRIMARY KEY (organization_id)");
            assert!(keyed || outside.contains(&name), "{name} has no organization_id in its key");
        }
    }
}

/// A released state: how many migrations it had, and rows as that release wrote them. Literals that the databases spell
/// differently are `{uuid:…}` and `{true}`, `{false}`.
struct Released {
    version: &'static str,
    migrations: u32,
    rows: &'static str,
}

const RELEASED: [Released; 1] =
    [Released { version: "0.1.0", migrations: 8, rows: include_str!("data/released/0.1.0.sql") }];

#[tokio::test]
async fn from_every_released_state_with_data_in_it_the_program_goes_on() {
    for released in RELEASED {
        let folder = tempfile::tempdir().unwrap();
        let url = database::bare(folder.path()).await;
        let options =
            if url.starts_with("sqlite:") { format!("{url}?mode=rwc") } else { url.clone() };
        let connection = sea_orm::Database::connect(options).await.unwrap();
        Migrator::up(&connection, Some(released.migrations)).await.unwrap();
        let rows = filled(released.rows, connection.get_database_backend());
        connection.execute_unprepared(&rows).await.unwrap();
        connection.close().await.unwrap();
        let app = TestApp::on(&url).await;
        let steward = app.sign_in(books::STEWARD).await;
        let list = steward.worklist().await;
        assert_eq!(list, [("PROMISED".to_owned(), "1-1-101".to_owned())], "{}", released.version);
    }
}

/// Writes the literals as this database spells them.
fn filled(rows: &str, backend: DbBackend) -> String {
    let postgres = backend == DbBackend::Postgres;
    let mut text = rows.replace("{true}", if postgres { "true" } else { "1" });
    text = text.replace("{false}", if postgres { "false" } else { "0" });
    while let Some((before, rest)) = text.split_once("{uuid:") {
        let (hex, after) = rest.split_once('}').unwrap();
        let literal = if postgres { format!("'{hex}'::uuid") } else { format!("X'{hex}'") };
        text = format!("{before}{literal}{after}");
    }
    text
}
