//! Reading reminders: always one recipient's own.

use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};

use super::store;
pub use super::store::News;
use crate::kernel::{
    Failure,
    ids::{MembershipId, OrganizationId, ReminderId},
    paging::Page,
};

/// The place of a reminder among those that were not seen: the cursor.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Before {
    sequence: i64,
}

impl Before {
    /// The place of a reminder.
    pub fn of(news: &News) -> Self {
        Self { sequence: news.sequence }
    }
}

/// News after a number, in order; at most `count`.
pub async fn after(
    conn: &impl ConnectionTrait,
    recipient: (OrganizationId, MembershipId),
    (sequence, count): (i64, i64),
) -> Result<Vec<News>, Failure> {
    Ok(store::after(conn, recipient, (sequence, count)).await?)
}

/// A recipient's reminders by id, in order; those of others are missing.
pub async fn by_ids(
    conn: &impl ConnectionTrait,
    recipient: (OrganizationId, MembershipId),
    ids: &[ReminderId],
) -> Result<Vec<News>, Failure> {
    Ok(store::by_ids(conn, recipient, ids).await?)
}

/// A page of the reminders that were not seen and are still to be acted on, the newest first; and whether there are more.
pub async fn pending(
    conn: &impl ConnectionTrait,
    recipient: (OrganizationId, MembershipId),
    page: Page<Before>,
) -> Result<(Vec<News>, bool), Failure> {
    let before = page.after.map_or(i64::MAX, |before| before.sequence);
    let count = i64::try_from(page.first + 1).unwrap_or(i64::MAX);
    let mut found = store::pending(conn, recipient, (before, count)).await?;
    let more = found.len() > page.first;
    found.truncate(page.first);
    Ok((found, more))
}
