//! Rows by the hundred thousand: by `COPY` on PostgreSQL, by long inserts in one transaction on SQLite.

use sea_orm::{
    ActiveModelTrait, ActiveValue, EntityName as _, EntityTrait, IdenStatic as _, Iterable as _,
    Value,
    sqlx::postgres::{PgPool, PgPoolCopyExt as _},
};

use crate::kernel::{Failure, database::Database, sql::BULK};

/// Bytes sent at once.
const PIECE: usize = 1 << 20;

/// Inserts rows of one table. Every row must set the same columns.
pub(super) async fn load<A>(database: &Database, rows: Vec<A>) -> Result<(), Failure>
where
    A: ActiveModelTrait + Send,
    <A::Entity as EntityTrait>::Model: Send + Sync,
{
    if rows.is_empty() {
        return Ok(());
    }
    match database.postgres() {
        Some(pool) => copy(pool, rows).await,
        None => insert(database, rows).await,
    }
}

async fn insert<A>(database: &Database, rows: Vec<A>) -> Result<(), Failure>
where
    A: ActiveModelTrait + Send,
{
    let transaction = database.begin().await?;
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let some: Vec<A> = rows.by_ref().take(BULK).collect();
        <A::Entity as EntityTrait>::insert_many(some).exec_without_returning(&transaction).await?;
    }
    Ok(transaction.commit().await?)
}

async fn copy<A: ActiveModelTrait>(pool: &PgPool, rows: Vec<A>) -> Result<(), Failure> {
    type Column<A> = <<A as ActiveModelTrait>::Entity as EntityTrait>::Column;
    let fault = |error| Failure::broken("copy", error);
    let columns: Vec<Column<A>> = Column::<A>::iter()
        .filter(|column| rows.first().is_some_and(|row| row.get(*column).is_set()))
        .collect();
    let names: Vec<_> = columns.iter().map(|column| format!("\"{}\"", column.as_str())).collect();
    let table = A::Entity::default();
    let command = format!("COPY {} ({}) FROM STDIN", table.table_name(), names.join(", "));
    let mut copy = pool.copy_in_raw(&command).await.map_err(fault)?;
    let mut text = String::with_capacity(PIECE + 4096);
    for row in &rows {
        for (nth, column) in columns.iter().enumerate() {
            text.push(if nth == 0 { '\n' } else { '\t' });
            if let ActiveValue::Set(value) | ActiveValue::Unchanged(value) = row.get(*column) {
                write(&mut text, value)?;
            }
        }
        if text.len() > PIECE {
            text.push('\n');
            copy.send(text.trim_start_matches('\n').as_bytes()).await.map_err(fault)?;
            text.clear();
        }
    }
    text.push('\n');
    copy.send(text.trim_start_matches('\n').as_bytes()).await.map_err(fault)?;
    copy.finish().await.map_err(fault)?;
    Ok(())
}

/// A value as `COPY` reads it.
fn write(text: &mut String, value: Value) -> Result<(), Failure> {
    match value {
        Value::Bool(Some(value)) => text.push(if value { 't' } else { 'f' }),
        Value::BigInt(Some(value)) => text.push_str(&value.to_string()),
        Value::String(Some(value)) => escaped(text, &value),
        Value::Uuid(Some(value)) => text.push_str(&value.to_string()),
        Value::ChronoDate(Some(value)) => text.push_str(&value.to_string()),
        Value::ChronoDateTimeUtc(Some(value)) => text.push_str(&value.to_rfc3339()),
        Value::Json(Some(value)) => escaped(text, &value.to_string()),
        Value::Bool(None)
        | Value::BigInt(None)
        | Value::String(None)
        | Value::Uuid(None)
        | Value::ChronoDate(None)
        | Value::ChronoDateTimeUtc(None)
        | Value::Json(None) => text.push_str("\\N"),
        other => return Err(Failure::broken("copy", format!("no way to write {other:?}"))),
    }
    Ok(())
}

fn escaped(text: &mut String, value: &str) {
    for letter in value.chars() {
        match letter {
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            other => text.push(other),
        }
    }
}
