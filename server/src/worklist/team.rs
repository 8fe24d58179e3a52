//! The team's worklist: what lies with each steward, what with nobody, and where the books hold everything up.

use std::collections::HashMap;

use chrono::NaiveDate;
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use super::store::team::{Load, Member, Unassigned};
use super::{filter::Scope, store};
use crate::{
    kernel::{Failure, ids::MembershipId, paging::Page},
    ledger, people,
};

/// The place of a steward in the team: the cursor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AfterMember {
    name: String,
    id: Uuid,
}

/// A steward and what lies with them.
#[derive(Clone, Debug)]
pub struct Share {
    /// Who.
    pub member: Member,
    /// By reason, in the order of work.
    pub loads: Vec<Load>,
}

impl Share {
    /// Where they stand in the team.
    pub fn place(&self) -> AfterMember {
        AfterMember { name: self.member.name.clone(), id: self.member.id.into() }
    }
}

/// A page of the team.
#[derive(Debug)]
pub struct Team {
    /// The stewards, by name.
    pub shares: Vec<Share>,
    /// Whether there are more.
    pub more: bool,
}

/// A page of those who look after units that the reader reaches, with what lies with each.
pub async fn team(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    page: Page<AfterMember>,
) -> Result<Team, Failure> {
    let after = page.after.map(|after| (after.name, after.id.into()));
    let after = after.unwrap_or((String::new(), MembershipId::from(Uuid::nil())));
    let mut members = store::team::members(conn, scope, (page.first + 1, after)).await?;
    let more = members.len() > page.first;
    members.truncate(page.first);
    let stewards: Vec<MembershipId> = members.iter().map(|member| member.id).collect();
    let mut loads: HashMap<MembershipId, Vec<Load>> = HashMap::new();
    if !stewards.is_empty() {
        for load in store::team::loads(conn, scope, &stewards).await? {
            loads.entry(load.steward_id).or_default().push(load);
        }
    }
    let shares = members.into_iter().map(|member| {
        let loads = loads.remove(&member.id).unwrap_or_default();
        Share { member, loads }
    });
    Ok(Team { shares: shares.collect(), more })
}

/// What lies with nobody.
pub async fn unassigned(conn: &impl ConnectionTrait, scope: &Scope) -> Result<Unassigned, Failure> {
    let found = store::team::unassigned(conn, scope).await?;
    Ok(found.unwrap_or(Unassigned { accounts: 0, overdue_fen: 0 }))
}

/// A community whose promises cannot be judged, because nobody said how far its books are known.
#[derive(Clone, Debug)]
pub struct BooksBehind {
    /// The community.
    pub community: guanjia_entity::community::Model,
    /// Up to which day payments are known; none while nobody has said so.
    pub known_to: Option<NaiveDate>,
    /// How many promises wait.
    pub promises: i64,
    /// Since when the oldest of them waits: the last day of its grace.
    pub since: NaiveDate,
}

/// Communities within the reader's reach where promises wait for the books, the longest first.
pub async fn books_behind(
    conn: &impl ConnectionTrait,
    scope: &Scope,
) -> Result<Vec<BooksBehind>, Failure> {
    let behind = store::team::behind(conn, scope).await?;
    if behind.is_empty() {
        return Ok(Vec::new());
    }
    let known_to = ledger::queries::watermarks(conn, scope.organization).await?;
    let communities = people::queries::communities(conn, scope.organization).await?;
    let mut communities: HashMap<_, _> =
        communities.into_iter().map(|community| (community.id, community)).collect();
    let named = behind.into_iter().filter_map(|row| {
        Some(BooksBehind {
            community: communities.remove(&row.community_id)?,
            known_to: known_to.get(&row.community_id).copied(),
            promises: row.promises,
            since: row.since,
        })
    });
    Ok(named.collect())
}
