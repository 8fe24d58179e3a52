//! All SQL of the worklist: the list here, other views of it beside.

pub(super) mod team;
pub(super) mod tickler;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use guanjia_entity::worklist_version;
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, FromQueryResult};

use super::{filter::Scope, list::Row};
use crate::{
    kernel::{
        Work,
        ids::{AccountId, MembershipId, OrganizationId},
        sql::{BULK, Sql},
    },
    owners,
};

/// Moves the version of a list; answers the new one.
pub(super) async fn move_version(work: &Work, steward: MembershipId) -> Result<i64, DbErr> {
    #[derive(FromQueryResult)]
    struct Moved {
        version: i64,
    }
    let text = "INSERT INTO worklist_version (organization_id, steward_id, version) VALUES ($1, $2, 1) \
         ON CONFLICT (organization_id, steward_id) DO UPDATE SET version = worklist_version.version + 1 RETURNING version";
    let moved = Sql::new(text, [work.organization().into(), steward.into()]);
    Ok(moved.one::<Moved>(work.conn()).await?.map_or(0, |row| row.version))
}

/// Those whose list shows some of the accounts: who looks after their units, or did until yesterday, and who was given a
/// step of theirs, or had one until now.
pub(super) async fn touched(
    work: &Work,
    today: NaiveDate,
    accounts: &[AccountId],
) -> Result<BTreeSet<MembershipId>, DbErr> {
    #[derive(FromQueryResult)]
    struct Touched {
        steward_id: MembershipId,
    }
    let yesterday = today.pred_opt().unwrap_or(today);
    let looks_after = "SELECT DISTINCT s.steward_id FROM account a JOIN unit_assignment s \
         ON s.organization_id = a.organization_id AND s.unit_id = a.unit_id \
         WHERE a.organization_id = $1 AND s.from_on <= $2 AND (s.to_on IS NULL OR s.to_on >= $3) AND a.id IN ";
    let was_given = "SELECT DISTINCT f.assignee_id AS steward_id FROM follow_up f \
         WHERE f.organization_id = $1 AND f.assignee_id IS NOT NULL AND (f.state = 'OPEN' OR f.closed_at >= $2) \
         AND f.account_id IN ";
    let organization = work.organization();
    let mut stewards = BTreeSet::new();
    for some in accounts.chunks(BULK) {
        let values = [organization.into(), today.into(), yesterday.into()];
        let theirs: Vec<Touched> =
            Sql::new(looks_after, values).list(some.iter().copied()).all(work.conn()).await?;
        let values = [organization.into(), work.now.into()];
        let given: Vec<Touched> =
            Sql::new(was_given, values).list(some.iter().copied()).all(work.conn()).await?;
        stewards.extend(theirs.into_iter().chain(given).map(|row| row.steward_id));
    }
    Ok(stewards)
}

pub(super) async fn version(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    steward: MembershipId,
) -> Result<i64, DbErr> {
    let row = worklist_version::Entity::find_by_id((organization, steward)).one(conn).await?;
    Ok(row.map_or(0, |row| row.version))
}

/// The list as a row of tables; a statement adds what it wants of them. `reason` is a number that sorts in the order of
/// work (see [`super::rules::Reason`]).
const LIST: &str = include_str!("../list.sql");
/// Where it says whose lists, and which units.
const WHOSE: &str = "    --whose\n";
/// Where it says to whom steps were given, and of which units.
const GIVEN: &str = "    --given\n";
/// The tables of several stewards' lists.
fn tables_of(scope: &Scope, stewards: &[MembershipId]) -> Sql {
    let (before, rest) = LIST.split_once(WHOSE).unwrap_or((LIST, ""));
    let (between, after) = rest.split_once(GIVEN).unwrap_or((rest, ""));
    let list = whose(Sql::new(before, days(scope)), scope, stewards).push(between);
    given(list, scope, stewards).push(after)
}

/// The values that every statement on lists begins with.
fn days(scope: &Scope) -> [sea_orm::Value; 3] {
    [scope.organization.into(), scope.today.into(), scope.began.into()]
}

/// The condition on the assignment `s`: one of the stewards, and a unit in the community and building asked for that is
/// within the reader's reach. Whoever reads their own list reaches what is assigned to them.
fn whose(list: Sql, scope: &Scope, stewards: &[MembershipId]) -> Sql {
    let list = one_of(list.push("    AND s.steward_id"), stewards);
    let filter = &scope.filter;
    let all = [scope.steward] == stewards && scope.is_own();
    if all && filter.community.is_none() && filter.building.is_none() {
        return list.push("\n");
    }
    let list = list.push(
        " AND EXISTS (SELECT 1 FROM unit u WHERE u.organization_id = $1 AND u.id = s.unit_id AND ",
    );
    units(list, scope, !all).push(")\n")
}

/// The same for the follow-up `g` that was given to somebody.
fn given(list: Sql, scope: &Scope, stewards: &[MembershipId]) -> Sql {
    let list = one_of(list.push("    AND g.assignee_id"), stewards).push(
        " AND EXISTS (SELECT 1 FROM account a JOIN unit u ON u.organization_id = a.organization_id AND u.id = a.unit_id \
         WHERE a.organization_id = $1 AND a.id = g.account_id AND ",
    );
    units(list, scope, true).push(")\n")
}

fn one_of(list: Sql, stewards: &[MembershipId]) -> Sql {
    match stewards {
        [one] => list.push(" = ").bind(*one),
        several => list.push(" IN ").list(several.iter().copied()),
    }
}

/// The condition on the unit `u`.
fn units(list: Sql, scope: &Scope, reached: bool) -> Sql {
    let filter = &scope.filter;
    let mut list = if reached {
        owners::store::within_reach(list, &scope.reader, scope.today)
    } else {
        list.push("1 = 1")
    };
    if let Some(community) = filter.community {
        list = list.push(" AND u.community_id = ").bind(community);
    }
    if let Some(building) = &filter.building {
        list = list.push(" AND u.building = ").bind(building.as_str());
    }
    list
}

/// Every account on one steward's list, in no order.
pub(super) async fn rows(conn: &impl ConnectionTrait, scope: &Scope) -> Result<Vec<Row>, DbErr> {
    let text = " SELECT e.entry_id, e.reason AS entry_reason, e.hour, e.size, e.oldest, e.entry_fen, e.entry_oldest_on, \
         e.entry_due_on, e.accounts, r.party_id, r.account_id, r.reason, r.overdue_fen, r.oldest_due_on, r.follow_up_id, r.nth \
         FROM entries e JOIN ranked r ON r.steward_id = e.steward_id AND r.entry_id = e.entry_id";
    tables_of(scope, std::slice::from_ref(&scope.steward)).push(text).all(conn).await
}
