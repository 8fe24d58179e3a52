//! All SQL of the worklist: the list here, other views of it beside.

pub(super) mod team;
pub(super) mod tickler;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use guanjia_entity::worklist_version;
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, FromQueryResult};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{filter::Scope, rules::Reason};
use crate::{
    kernel::{
        Work,
        ids::{AccountId, EntryId, FollowUpId, MembershipId, OrganizationId, PartyId},
        sql::{BULK, Sql},
    },
    owners,
};

/// The place of an entry in the order: the cursor.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct After {
    reason: i64,
    hour: String,
    size: i64,
    oldest: String,
    entry: Uuid,
}

impl After {
    /// Before every entry: the first page is read like every other.
    fn nothing() -> Self {
        let (hour, oldest) = (String::new(), String::new());
        Self { reason: 0, hour, size: i64::MIN, oldest, entry: Uuid::nil() }
    }
}

/// An account of a page, with the entry it belongs to; those of one entry follow each other, the most urgent first.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Row {
    /// The entry.
    pub entry_id: EntryId,
    entry_reason: i64,
    hour: String,
    size: i64,
    oldest: String,
    /// Fen overdue in the whole entry.
    pub entry_fen: i64,
    /// Due day of the oldest overdue charge of the whole entry.
    pub entry_oldest_on: Option<NaiveDate>,
    /// How many accounts the entry has, also beyond those that are read.
    pub accounts: i64,
    /// The person, if one is known.
    pub party_id: Option<PartyId>,
    /// The account.
    pub account_id: AccountId,
    reason: i64,
    /// Fen overdue in the account.
    pub overdue_fen: i64,
    /// Due day of the oldest overdue charge of the account.
    pub oldest_due_on: Option<NaiveDate>,
    /// The next follow-up of the account.
    pub follow_up_id: Option<FollowUpId>,
}

impl Row {
    /// Why the account is on the list.
    pub fn reason(&self) -> Reason {
        Reason::of(self.reason)
    }

    /// Why the entry is on the list.
    pub fn entry_reason(&self) -> Reason {
        Reason::of(self.entry_reason)
    }

    /// Where the entry stands in the order.
    pub fn place(&self) -> After {
        After {
            reason: self.entry_reason,
            hour: self.hour.clone(),
            size: self.size,
            oldest: self.oldest.clone(),
            entry: self.entry_id.into(),
        }
    }
}

/// How many entries a reason has, and how much they owe.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Count {
    reason: i64,
    /// Entries.
    pub entries: i64,
    /// Accounts in them.
    pub accounts: i64,
    /// Fen overdue in them.
    pub overdue_fen: i64,
}

impl Count {
    /// The reason.
    pub fn reason(&self) -> Reason {
        Reason::of(self.reason)
    }
}

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
/// work (see [`Reason`]); within a reason the larger arrears and the older debt come first, except call-backs, which go by
/// their hour.
const LIST: &str = include_str!("../list.sql");
/// Where it says whose lists, and which units.
const WHOSE: &str = "    --whose\n";
/// Where it says to whom steps were given, and of which units.
const GIVEN: &str = "    --given\n";
/// Accounts of one entry that a page shows: a developer may hold hundreds.
const ACCOUNTS_SHOWN: i64 = 20;

/// The tables of one steward's list, with the filters on accounts.
fn tables(scope: &Scope) -> Sql {
    tables_of(scope, std::slice::from_ref(&scope.steward))
}

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

/// The conditions on entries, to stand after others.
fn chosen(mut list: Sql, scope: &Scope, reasons: bool) -> Sql {
    let filter = &scope.filter;
    if reasons && !filter.reasons.is_empty() {
        let numbers = filter.reasons.iter().map(|reason| reason.number());
        list = list.push(" AND reason IN ").list(numbers);
    }
    if let Some(fen) = filter.minimum_fen {
        list = list.push(" AND entry_fen >= ").bind(fen);
    }
    if let Some(day) = filter.due_until {
        list = list.push(" AND entry_due_on <= ").bind(day);
    }
    list
}

/// What of an entry and its accounts a page is made of.
const SHOWN: &str = ") SELECT p.entry_id, p.reason AS entry_reason, p.hour, p.size, p.oldest, p.entry_fen, \
     p.entry_oldest_on, p.accounts, r.party_id, r.account_id, r.reason, r.overdue_fen, r.oldest_due_on, r.follow_up_id \
     FROM page p JOIN ranked r ON r.entry_id = p.entry_id WHERE r.nth <= ";
const IN_ORDER: &str = " ORDER BY p.reason, p.hour, p.size, p.oldest, p.entry_id, r.nth";

/// The accounts of at most `count` entries that come after a place.
pub(super) async fn page(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    (count, after): (usize, Option<After>),
) -> Result<Vec<Row>, DbErr> {
    let after = after.unwrap_or_else(After::nothing);
    let list = tables(scope)
        .push(", page AS MATERIALIZED (SELECT * FROM entries WHERE (reason, hour, size, oldest, entry_id) > (")
        .bind(after.reason)
        .push(", ")
        .bind(after.hour)
        .push(", ")
        .bind(after.size)
        .push(", ")
        .bind(after.oldest)
        .push(", ")
        .bind(after.entry)
        .push(")");
    chosen(list, scope, true)
        .push(" ORDER BY reason, hour, size, oldest, entry_id LIMIT ")
        .bind(i64::try_from(count).unwrap_or(i64::MAX))
        .push(SHOWN)
        .bind(ACCOUNTS_SHOWN)
        .push(IN_ORDER)
        .all(conn)
        .await
}

/// The accounts of one entry.
pub(super) async fn entry(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    entry: EntryId,
) -> Result<Vec<Row>, DbErr> {
    tables(scope)
        .push(", page AS MATERIALIZED (SELECT * FROM entries WHERE entry_id = ")
        .bind(entry)
        .push(SHOWN)
        .bind(ACCOUNTS_SHOWN)
        .push(IN_ORDER)
        .all(conn)
        .await
}

/// How many entries there are for each reason; the filter on reasons does not narrow it.
pub(super) async fn counts(
    conn: &impl ConnectionTrait,
    scope: &Scope,
) -> Result<Vec<Count>, DbErr> {
    let list = tables(scope).push(
        " SELECT reason, COUNT(*) AS entries, CAST(SUM(accounts) AS BIGINT) AS accounts, \
         CAST(SUM(entry_fen) AS BIGINT) AS overdue_fen FROM entries WHERE 1 = 1",
    );
    chosen(list, scope, false).push(" GROUP BY reason ORDER BY reason").all(conn).await
}
