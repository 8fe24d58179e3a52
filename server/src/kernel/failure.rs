//! Why a command or query did not do what was asked.

use std::{fmt, time::Duration};

use sea_orm::DbErr;

use super::Problem;

/// Every reason, sorted by who can do something about it.
#[derive(Debug)]
pub enum Failure {
    /// The input is wrong: data in the payload.
    Problems(Vec<Problem>),
    /// Not there, or not yours: both look alike.
    NotFound,
    /// The role does not allow it.
    Forbidden,
    /// Nobody is signed in.
    Unauthenticated,
    /// The idempotency key was used for something else.
    KeyReused,
    /// Somebody failed too often and has to wait so long.
    TooManyTries(Duration),
    /// The database is not there, locked or too slow; trying again may help.
    Unavailable(String),
    /// A fault of ours; the text goes to the log only.
    Broken(String),
}

impl Failure {
    /// A fault of ours, with what was being done. The cause must hold no personal data.
    pub fn broken(doing: &str, cause: impl fmt::Display) -> Self {
        Self::Broken(format!("{doing}: {cause}"))
    }

    /// One problem.
    pub fn problem(problem: Problem) -> Self {
        Self::Problems(vec![problem])
    }
}

impl From<DbErr> for Failure {
    fn from(error: DbErr) -> Self {
        match error {
            DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => Self::Unavailable(error.to_string()),
            other if is_transient(&other) => Self::Unavailable(other.to_string()),
            other => Self::Broken(without_values(&other)),
        }
    }
}

impl fmt::Display for Failure {
    /// One line for a terminal; problems in English.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Problems(problems) => {
                let lines: Vec<_> = problems
                    .iter()
                    .map(|p| format!("{}: {}", p.field.join("."), p.text.en))
                    .collect();
                f.write_str(&lines.join("; "))
            }
            Self::NotFound => f.write_str("not found"),
            Self::Forbidden => f.write_str("not allowed"),
            Self::Unauthenticated => f.write_str("not signed in"),
            Self::KeyReused => f.write_str("the idempotency key was used for something else"),
            Self::TooManyTries(wait) => {
                write!(f, "failed too often, wait {} seconds", wait.as_secs())
            }
            Self::Unavailable(why) => write!(f, "the database is unavailable: {why}"),
            Self::Broken(why) => f.write_str(why),
        }
    }
}

/// SQLite locked or busy; PostgreSQL deadlock, serialisation failure, starting up or shutting down.
fn is_transient(error: &DbErr) -> bool {
    let text = error.to_string();
    [
        "database is locked",
        "database table is locked",
        "deadlock detected",
        "could not serialize",
        "lock timeout",
        "the database system is",
    ]
    .iter()
    .any(|sign| text.contains(sign))
}

/// PostgreSQL quotes the offending values after `DETAIL`; they may be personal and are left out.
fn without_values(error: &DbErr) -> String {
    let text = error.to_string();
    text.split("DETAIL").next().unwrap_or_default().trim().to_owned()
}
