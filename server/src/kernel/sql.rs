//! Hand-written SQL for both databases. One text serves both: `$1` markers work on either, sums are cast in one way,
//! and where the dialects do differ one function here holds both sides.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, FromQueryResult, Statement, Value};

/// Rows per statement of a bulk insert: well below the parameters either database takes in one statement.
pub const BULK: usize = 500;

/// A statement that is put together from text and values.
#[derive(Default)]
pub struct Sql {
    text: String,
    values: Vec<Value>,
}

impl Sql {
    /// A statement with its first values, numbered `$1` onward in the text.
    pub fn new(text: &str, values: impl IntoIterator<Item = Value>) -> Self {
        Self { text: text.to_owned(), values: values.into_iter().collect() }
    }

    /// More text.
    pub fn push(mut self, text: &str) -> Self {
        self.text.push_str(text);
        self
    }

    /// A value in place.
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        let marker = format!("${}", self.values.len());
        self.push(&marker)
    }

    /// `(v1, v2, …)`; an empty list matches nothing.
    pub fn list(mut self, values: impl IntoIterator<Item = impl Into<Value>>) -> Self {
        self = self.push("(");
        let mut first = true;
        for value in few_lengths(values.into_iter().map(Into::into)) {
            self = self.push(if first { "" } else { ", " }).bind(value);
            first = false;
        }
        self.push(if first { "NULL)" } else { ")" })
    }

    /// Reads every row.
    pub async fn all<T: FromQueryResult>(
        self,
        conn: &impl ConnectionTrait,
    ) -> Result<Vec<T>, DbErr> {
        T::find_by_statement(self.statement(conn)).all(conn).await
    }

    /// Reads the first row.
    pub async fn one<T: FromQueryResult>(
        self,
        conn: &impl ConnectionTrait,
    ) -> Result<Option<T>, DbErr> {
        T::find_by_statement(self.statement(conn)).one(conn).await
    }

    /// Runs the statement; answers how many rows it changed.
    pub async fn run(self, conn: &impl ConnectionTrait) -> Result<u64, DbErr> {
        let statement = self.statement(conn);
        Ok(conn.execute_raw(statement).await?.rows_affected())
    }

    /// The statement for a database.
    pub fn statement(self, conn: &impl ConnectionTrait) -> Statement {
        Statement::from_sql_and_values(conn.get_database_backend(), self.text, self.values)
    }
}

/// The values of a list with the last one repeated up to the next power of two. A list matches the same, and a statement
/// with a list has a few texts instead of one for each length, so that it is found prepared.
pub fn few_lengths<T: Clone>(values: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut values: Vec<T> = values.into_iter().collect();
    if let Some(last) = values.last().cloned() {
        values.resize(values.len().next_power_of_two(), last);
    }
    values
}

/// The most parameters in one statement: SQLite takes 32,766.
const PARAMETERS: usize = 30_000;

/// Inserts rows of values by a few hundred in one statement; `tail` may say what happens on a conflict.
pub async fn insert_rows(
    conn: &impl ConnectionTrait,
    (table, columns): (&str, &[&str]),
    rows: impl IntoIterator<Item = Vec<Value>>,
    tail: &str,
) -> Result<(), DbErr> {
    let most = BULK.min(PARAMETERS / columns.len().max(1));
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let some: Vec<Vec<Value>> = rows.by_ref().take(most).collect();
        let numbered = conn.get_database_backend() == DbBackend::Postgres;
        let text = insert_text((table, columns), (some.len(), numbered), tail);
        let values = some.into_iter().flatten();
        let statement = Statement::from_sql_and_values(conn.get_database_backend(), text, values);
        conn.execute_raw(statement).await?;
    }
    Ok(())
}

/// `INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4) …`; the same length is the same text, which is prepared once. SQLite
/// looks a numbered marker up among all others, which for thousands of them takes longer than the insert: it gets `?`.
fn insert_text(
    (table, columns): (&str, &[&str]),
    (rows, numbered): (usize, bool),
    tail: &str,
) -> String {
    let mut text = format!("INSERT INTO {table} ({}) VALUES ", columns.join(", "));
    let mut number = 0;
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..columns.len() {
            text.push_str(if column == 0 { "" } else { ", " });
            if numbered {
                number += 1;
                text.push_str(&format!("${number}"));
            } else {
                text.push('?');
            }
        }
        text.push(')');
    }
    text.push_str(tail);
    text
}

/// Locks the rows read until the end of the transaction, but lets others point at them with foreign keys. SQLite has one
/// writer and needs no word.
pub fn for_update(conn: &impl ConnectionTrait) -> &'static str {
    if conn.get_database_backend() == DbBackend::Postgres { " FOR NO KEY UPDATE" } else { "" }
}

/// Locks the rows read of one table of the statement and passes over those another replica holds.
pub fn skip_locked(conn: &impl ConnectionTrait, table: &str) -> String {
    match conn.get_database_backend() {
        DbBackend::Postgres => format!(" FOR NO KEY UPDATE OF {table} SKIP LOCKED"),
        _ => String::new(),
    }
}
