//! SQL of the team's worklist: what lies with each steward, and what lies with nobody.

use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};

use super::{tables_of, units};
use crate::{
    kernel::{
        Moment,
        ids::{CommunityId, MembershipId},
        sql::Sql,
    },
    worklist::{filter::Scope, rules::Reason},
};

/// Somebody with units.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Member {
    /// The person.
    pub id: MembershipId,
    /// Their name.
    pub name: String,
    /// When they last recorded a contact.
    pub last_contact_at: Option<Moment>,
}

/// What lies with a steward for one reason.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Load {
    /// With whom.
    pub steward_id: MembershipId,
    reason: i64,
    /// Conversations.
    pub entries: i64,
    /// Accounts in them.
    pub accounts: i64,
    /// Fen overdue in them.
    pub overdue_fen: i64,
}

impl Load {
    /// The reason.
    pub fn reason(&self) -> Reason {
        Reason::of(self.reason)
    }
}

/// A community whose books are behind its promises.
#[derive(Clone, Debug, FromQueryResult)]
pub(in crate::worklist) struct Behind {
    /// The community.
    pub community_id: CommunityId,
    /// Promises whose day and grace are over, and on which nobody can judge.
    pub promises: i64,
    /// The last day of grace of the oldest of them.
    pub since: NaiveDate,
}

/// What lies with nobody.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Unassigned {
    /// Accounts with an open case whose unit nobody looks after.
    pub accounts: i64,
    /// Fen overdue in them.
    pub overdue_fen: i64,
}

/// Those who look after units within the onlooker's reach today, by name; at most `count` after a place.
pub(in crate::worklist) async fn members(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    (count, after): (usize, (String, MembershipId)),
) -> Result<Vec<Member>, DbErr> {
    let text = "SELECT m.id, m.name, \
         (SELECT MAX(c.recorded_at) FROM contact c WHERE c.organization_id = $1 AND c.actor_id = m.id) AS last_contact_at \
         FROM membership m WHERE m.organization_id = $1 AND (m.name, m.id) > ($3, $4) AND EXISTS ( \
         SELECT 1 FROM unit_assignment s JOIN unit u ON u.organization_id = s.organization_id AND u.id = s.unit_id \
         WHERE s.organization_id = m.organization_id AND s.steward_id = m.id \
         AND s.from_on <= $2 AND (s.to_on IS NULL OR s.to_on >= $2) AND ";
    let values = [scope.organization.into(), scope.today.into(), after.0.into(), after.1.into()];
    units(Sql::new(text, values), scope, true)
        .push(") ORDER BY m.name, m.id LIMIT ")
        .bind(i64::try_from(count).unwrap_or(i64::MAX))
        .all(conn)
        .await
}

/// What lies with each of some stewards, by reason.
pub(in crate::worklist) async fn loads(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    stewards: &[MembershipId],
) -> Result<Vec<Load>, DbErr> {
    let text = " SELECT steward_id, reason, COUNT(*) AS entries, CAST(SUM(accounts) AS BIGINT) AS accounts, \
         CAST(SUM(entry_fen) AS BIGINT) AS overdue_fen FROM entries GROUP BY steward_id, reason ORDER BY steward_id, reason";
    tables_of(scope, stewards).push(text).all(conn).await
}

/// Communities within reach where promises wait for the books.
pub(in crate::worklist) async fn behind(
    conn: &impl ConnectionTrait,
    scope: &Scope,
) -> Result<Vec<Behind>, DbErr> {
    let text = "SELECT u.community_id, COUNT(*) AS promises, MIN(l.grace_until) AS since FROM promise_line l \
         JOIN account a ON a.organization_id = l.organization_id AND a.id = l.account_id \
         JOIN unit u ON u.organization_id = a.organization_id AND u.id = a.unit_id \
         WHERE l.organization_id = $1 AND l.state = 'PENDING' AND l.grace_until < $2 AND ";
    let list = Sql::new(text, [scope.organization.into(), scope.today.into()]);
    units(list, scope, true)
        .push(" GROUP BY u.community_id ORDER BY since, u.community_id")
        .all(conn)
        .await
}

/// What is owed by accounts that nobody looks after.
pub(in crate::worklist) async fn unassigned(
    conn: &impl ConnectionTrait,
    scope: &Scope,
) -> Result<Option<Unassigned>, DbErr> {
    let text = "WITH alone AS MATERIALIZED (SELECT k.account_id FROM case_file k \
         JOIN account a ON a.organization_id = k.organization_id AND a.id = k.account_id \
         JOIN unit u ON u.organization_id = a.organization_id AND u.id = a.unit_id \
         WHERE k.organization_id = $1 AND k.kind = 'FEE' AND k.state = 'OPEN' AND NOT EXISTS ( \
         SELECT 1 FROM unit_assignment s WHERE s.organization_id = u.organization_id AND s.unit_id = u.id \
         AND s.from_on <= $2 AND (s.to_on IS NULL OR s.to_on >= $2)) AND ";
    let list = Sql::new(text, [scope.organization.into(), scope.today.into()]);
    let text = ") SELECT (SELECT COUNT(*) FROM alone) AS accounts, CAST(COALESCE(SUM(b.open_fen), 0) AS BIGINT) AS overdue_fen \
         FROM alone n JOIN charge_balance b ON b.organization_id = $1 AND b.account_id = n.account_id \
         AND b.open_fen > 0 AND b.due_on < $2";
    units(list, scope, true).push(text).one(conn).await
}
