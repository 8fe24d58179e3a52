//! Reading the worklist.

use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde::{Deserialize, Serialize};

use super::store;
use crate::{
    kernel::{
        Actor, Failure, Moment,
        ids::{AccountId, CaseId, FollowUpId, MembershipId, OrganizationId, PromiseLineId},
        paging::Page,
    },
    owners,
};

/// Why an account is on the list, in the order of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
pub enum Reason {
    /// A promise was broken or kept in part.
    BrokenPromise,
    /// A promise falls due today.
    PromiseDue,
    /// A call-back was agreed for today or before.
    CallBack,
    /// A follow-up is due today.
    Due,
    /// A follow-up was due before today.
    Slipped,
    /// Money is owed and nothing is agreed.
    Quiet,
    /// A promise is open and not yet due: no dunning.
    Promised,
    /// The promised day is over and the books are not known past it: no dunning.
    WaitsForBooks,
    /// The next step is planned for a later day.
    Planned,
}

impl Reason {
    fn of(number: i64) -> Self {
        match number {
            1 => Self::BrokenPromise,
            2 => Self::PromiseDue,
            3 => Self::CallBack,
            4 => Self::Due,
            5 => Self::Slipped,
            6 => Self::Quiet,
            7 => Self::Promised,
            8 => Self::WaitsForBooks,
            _ => Self::Planned,
        }
    }
}

/// The place of a row in the order: the cursor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct After {
    pub(super) reason: i64,
    pub(super) hour: String,
    pub(super) size: i64,
    pub(super) oldest: String,
    pub(super) account: uuid::Uuid,
}

/// A row of the list as it is read.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Row {
    /// The account.
    pub account_id: AccountId,
    /// Its open case.
    pub case_id: Option<CaseId>,
    /// When the case opened.
    pub case_opened_at: Option<Moment>,
    /// Fen overdue.
    pub overdue_fen: i64,
    /// Due day of the oldest overdue charge.
    pub oldest_due_on: Option<NaiveDate>,
    /// The next follow-up.
    pub follow_up_id: Option<FollowUpId>,
    /// The pending promise.
    pub promise_line_id: Option<PromiseLineId>,
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

/// A page of the list.
pub struct List {
    /// The rows, at most as many as were asked for.
    pub rows: Vec<Row>,
    /// Whether there are more.
    pub more: bool,
    /// The version read before the rows: what it promises, they show.
    pub version: i64,
}

/// The actor's own list.
pub async fn list(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    now: Moment,
    page: Page<After>,
) -> Result<List, Failure> {
    let version = store::version(conn, actor.organization, actor.person).await?;
    let today = owners::queries::reach_day(now);
    let mut rows = store::list(conn, actor, today, (page.first + 1, page.after)).await?;
    let more = rows.len() > page.first;
    rows.truncate(page.first);
    Ok(List { rows, more, version })
}

/// Entries and money per reason, in the order of work.
pub async fn counts(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    now: Moment,
) -> Result<Vec<Count>, Failure> {
    Ok(store::counts(conn, actor, owners::queries::reach_day(now)).await?)
}

/// The version of somebody's list.
pub async fn version(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    steward: MembershipId,
) -> Result<i64, Failure> {
    Ok(store::version(conn, organization, steward).await?)
}
