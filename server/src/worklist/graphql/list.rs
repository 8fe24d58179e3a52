//! A page of the worklist in the API.

use std::sync::Arc;

use async_graphql::{InputObject, Object, SimpleObject};

use super::WorklistEntry;
use crate::{
    api::{
        page::PageInfo,
        scalars::{Date, Gid, Money},
    },
    kernel::{Failure, Problem, ProblemCode, Text, ids::CommunityId, paging::cursor},
    worklist::{
        filter::{Filter, Scope},
        queries::List,
        rules::Reason,
    },
};

/// Longest name of a building.
const LONGEST_BUILDING: usize = 100;

/// Which entries of a worklist are wanted. What is left out does not narrow.
#[derive(InputObject)]
pub struct WorklistFilter {
    /// Only entries with one of these reasons. `counts` is not narrowed by it.
    reasons: Option<Vec<Reason>>,
    /// Only accounts of this community; what is not yours is empty.
    community_id: Option<Gid<CommunityId>>,
    /// Only accounts of this building 楼栋, as the books name it.
    building: Option<String>,
    /// Only entries with at least so much overdue.
    minimum_overdue: Option<Money>,
    /// Only entries with a step due by the end of this day.
    due_until: Option<Date>,
}

impl WorklistFilter {
    /// Reads it; what cannot be meant is a problem.
    pub(super) fn checked(self) -> std::result::Result<Filter, Failure> {
        if self.building.as_ref().is_some_and(|name| name.chars().count() > LONGEST_BUILDING) {
            let text = Text::new(
                format!("楼栋名称最多 {LONGEST_BUILDING} 个字"),
                format!("the name of a building has at most {LONGEST_BUILDING} characters"),
            );
            let problem = Problem::at("filter.building", ProblemCode::TooLong, text);
            return Err(Failure::problem(problem));
        }
        let mut reasons = self.reasons.unwrap_or_default();
        // In one order and once each, so that the same wish is the same statement.
        reasons.sort_by_key(|reason| reason.number());
        reasons.dedup();
        Ok(Filter {
            reasons,
            community: self.community_id.map(|id| id.0),
            building: self.building,
            minimum_fen: self.minimum_overdue.map(|money| money.0.0),
            due_until: self.due_until.map(|day| day.0),
        })
    }
}

/// A page of a worklist.
pub struct WorklistConnection {
    scope: Scope,
    list: Arc<List>,
}

impl WorklistConnection {
    pub(super) fn new(scope: Scope, list: Arc<List>) -> Self {
        Self { scope, list }
    }
}

/// A page of a worklist.
#[Object]
impl WorklistConnection {
    /// The entries with their cursors.
    async fn edges(&self) -> Vec<WorklistEdge> {
        let beside = WorklistEntry::accounts_of(&self.list.entries);
        let entries = self.list.entries.iter();
        entries
            .map(|entry| WorklistEdge {
                cursor: cursor(&entry.place),
                node: WorklistEntry::beside(Arc::clone(entry), beside.clone()),
            })
            .collect()
    }

    /// Where the page stands.
    async fn page_info(&self) -> PageInfo {
        PageInfo::of(self.list.entries.iter().map(|entry| cursor(&entry.place)), self.list.more)
    }

    /// The version of the list: a mutation's `worklistVersion` is in it when this is at least as high.
    async fn version(&self) -> i64 {
        self.list.version
    }

    /// The local day for which the list is.
    async fn today(&self) -> Date {
        Date(self.scope.today)
    }

    /// Entries and money per reason, in the order of work, over the whole list and whatever reasons were asked for.
    async fn counts(&self) -> Vec<WorklistCount> {
        let counts = self.list.rows.counts(&self.scope.filter);
        counts
            .iter()
            .map(|one| counts_of(one.reason, (one.entries, one.accounts, one.overdue_fen)))
            .collect()
    }
}

/// How much of a list stands there for one reason.
#[derive(SimpleObject)]
pub struct WorklistCount {
    /// The reason.
    reason: Reason,
    /// How many entries: conversations.
    entries: i64,
    /// How many accounts in them.
    accounts: i64,
    /// How much is overdue in all of them.
    overdue: Money,
}

/// An entry with its cursor.
#[derive(SimpleObject)]
pub struct WorklistEdge {
    /// The entry.
    node: WorklistEntry,
    /// Give it as `after` to read on.
    cursor: String,
}

/// A count of the API.
pub(super) fn counts_of(
    reason: Reason,
    (entries, accounts, overdue_fen): (i64, i64, i64),
) -> WorklistCount {
    WorklistCount { reason, entries, accounts, overdue: Money::fen(overdue_fen) }
}
