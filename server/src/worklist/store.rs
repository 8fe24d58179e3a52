//! All SQL of the worklist.

use chrono::NaiveDate;
use guanjia_entity::worklist_version;
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, FromQueryResult};
use serde::{Deserialize, Serialize};

use super::rules::Reason;
use crate::kernel::{
    Actor, Work,
    ids::{AccountId, FollowUpId, MembershipId, OrganizationId},
    sql::Sql,
};

/// The place of a row in the order: the cursor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct After {
    reason: i64,
    hour: String,
    size: i64,
    oldest: String,
    account: uuid::Uuid,
}

/// A row of the list as it is read.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Row {
    /// The account.
    pub account_id: AccountId,
    /// Fen overdue.
    pub overdue_fen: i64,
    /// Due day of the oldest overdue charge.
    pub oldest_due_on: Option<NaiveDate>,
    /// The next follow-up.
    pub follow_up_id: Option<FollowUpId>,
    reason: i64,
    hour: String,
    size: i64,
    oldest: String,
}

impl Row {
    /// Why it is on the list.
    pub fn reason(&self) -> Reason {
        Reason::of(self.reason)
    }

    /// Where it stands in the order.
    pub fn place(&self) -> After {
        After {
            reason: self.reason,
            hour: self.hour.clone(),
            size: self.size,
            oldest: self.oldest.clone(),
            account: self.account_id.into(),
        }
    }
}

/// How many entries a reason has, and how much they owe.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Count {
    reason: i64,
    /// Entries.
    pub entries: i64,
    /// Fen overdue.
    pub overdue_fen: i64,
}

impl Count {
    /// The reason.
    pub fn reason(&self) -> Reason {
        Reason::of(self.reason)
    }
}

pub(super) async fn move_version(work: &Work, steward: MembershipId) -> Result<(), DbErr> {
    let text = "INSERT INTO worklist_version (organization_id, steward_id, version) VALUES ($1, $2, 1) \
         ON CONFLICT (organization_id, steward_id) DO UPDATE SET version = worklist_version.version + 1";
    Sql::new(text, [work.organization().into(), steward.into()]).run(work.conn()).await.map(drop)
}

pub(super) async fn version(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    steward: MembershipId,
) -> Result<i64, DbErr> {
    let row = worklist_version::Entity::find_by_id((organization, steward)).one(conn).await?;
    Ok(row.map_or(0, |row| row.version))
}

/// The list of one steward on one day. `reason` is a number that sorts in the order of work (see `Reason`); within a
/// reason the larger arrears and the older debt come first, except call-backs, which go by their hour.
const LIST: &str = include_str!("list.sql");

pub(super) async fn list(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    today: NaiveDate,
    (count, after): (usize, Option<After>),
) -> Result<Vec<Row>, DbErr> {
    let values = [actor.organization.into(), actor.person.into(), today.into()];
    let mut list = Sql::new(LIST, values);
    if let Some(after) = after {
        list = list
            .push(" WHERE (reason, hour, size, oldest, account_id) > (")
            .bind(after.reason)
            .push(", ")
            .bind(after.hour)
            .push(", ")
            .bind(after.size)
            .push(", ")
            .bind(after.oldest)
            .push(", ")
            .bind(after.account)
            .push(")");
    }
    let limit = i64::try_from(count).unwrap_or(i64::MAX);
    list.push(" ORDER BY reason, hour, size, oldest, account_id LIMIT ").bind(limit).all(conn).await
}

/// How many entries there are for each reason.
pub(super) async fn counts(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    today: NaiveDate,
) -> Result<Vec<Count>, DbErr> {
    let text = LIST.replace(
        "SELECT * FROM entries",
        "SELECT reason, COUNT(*) AS entries, CAST(SUM(overdue_fen) AS BIGINT) AS overdue_fen FROM entries GROUP BY reason ORDER BY reason",
    );
    let values = [actor.organization.into(), actor.person.into(), today.into()];
    Sql::new(&text, values).all(conn).await
}
