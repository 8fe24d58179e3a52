//! Reading the worklist.

use sea_orm::ConnectionTrait;

use super::store;
pub use super::store::{After, Count, Row};
use crate::{
    kernel::{
        Actor, Failure, Moment,
        ids::{MembershipId, OrganizationId},
        paging::Page,
    },
    owners,
};

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
