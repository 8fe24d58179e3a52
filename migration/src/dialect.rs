//! Where PostgreSQL and SQLite name a column type differently: the one place that knows both sides.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// `{word}`, PostgreSQL, SQLite. Text is in collation C on PostgreSQL, so that both databases order alike.
const WORDS: [(&str, &str, &str); 11] = [
    ("{uuid}", "uuid", "BLOB"),
    ("{text}", r#"text COLLATE "C""#, "TEXT"),
    ("{int}", "bigint", "INTEGER"),
    ("{bool}", "boolean", "INTEGER"),
    ("{true}", "true", "1"),
    ("{day}", "date", "TEXT"),
    ("{moment}", "timestamptz", "TEXT"),
    ("{json}", "jsonb", "TEXT"),
    ("{bytes}", "bytea", "BLOB"),
    // SQLite checks types only when it is told to.
    ("{table}", "", "STRICT"),
    // A table that is read by its key only: SQLite keeps it in the key's order and not twice.
    ("{clustered}", "", "STRICT, WITHOUT ROWID"),
];

/// Runs the statements of `sql` with the words of this database filled in.
pub(crate) async fn run(manager: &SchemaManager<'_>, sql: &str) -> Result<(), DbErr> {
    let sqlite = manager.get_database_backend() == DbBackend::Sqlite;
    let filled = WORDS.iter().fold(sql.to_owned(), |text, (word, postgres, lite)| {
        text.replace(word, if sqlite { lite } else { postgres })
    });
    manager.get_connection().execute_unprepared(&filled).await?;
    Ok(())
}

/// Drops tables, the last made first.
pub(crate) async fn drop(manager: &SchemaManager<'_>, tables: &[&str]) -> Result<(), DbErr> {
    for table in tables {
        run(manager, &format!("DROP TABLE {table}")).await?;
    }
    Ok(())
}

/// Drops columns, each written `table.column`.
pub(crate) async fn drop_columns(
    manager: &SchemaManager<'_>,
    columns: &[&str],
) -> Result<(), DbErr> {
    for (table, column) in columns.iter().filter_map(|column| column.split_once('.')) {
        run(manager, &format!("ALTER TABLE {table} DROP COLUMN {column}")).await?;
    }
    Ok(())
}
