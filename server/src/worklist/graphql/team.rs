//! The team's worklist in the API.

use std::sync::Arc;

use async_graphql::{Context, Object, Result, SimpleObject};

use super::list::{WorklistCount, counts_of};
use crate::{
    api::{
        context::Ask,
        page::PageInfo,
        scalars::{Date, Gid, Instant, Money},
    },
    kernel::{ids::MembershipId, paging::cursor},
    people::graphql::Community,
    worklist::{
        filter::Scope,
        rules::Reason,
        team::{self, BooksBehind, Share, Team},
    },
};

/// A page of the team, read.
pub struct TeamWorklistConnection {
    scope: Scope,
    team: Team,
}

impl TeamWorklistConnection {
    pub(super) fn new(scope: Scope, team: Team) -> Self {
        Self { scope, team }
    }
}

/// What lies with each steward of your communities. Only what you reach is counted.
#[Object]
impl TeamWorklistConnection {
    /// The stewards with their cursors, by name.
    async fn edges(&self) -> Vec<StewardLoadEdge> {
        let shares = self.team.shares.iter();
        shares
            .map(|share| StewardLoadEdge {
                cursor: cursor(&share.place()),
                node: StewardLoad { share: Arc::new(share.clone()) },
            })
            .collect()
    }

    /// Where the page stands.
    async fn page_info(&self) -> PageInfo {
        let cursors = self.team.shares.iter().map(|share| cursor(&share.place()));
        PageInfo::of(cursors, self.team.more)
    }

    /// What lies with nobody: accounts with an open case whose unit no steward looks after.
    async fn unassigned(&self, ctx: &Context<'_>) -> Result<UnassignedLoad> {
        let found = team::unassigned(ctx.conn()?, &self.scope).await.map_err(|f| ctx.tell(f))?;
        Ok(UnassignedLoad { accounts: found.accounts, overdue: Money::fen(found.overdue_fen) })
    }
}

/// A steward's share with its cursor.
#[derive(SimpleObject)]
pub struct StewardLoadEdge {
    /// The share.
    node: StewardLoad,
    /// Give it as `after` to read on.
    cursor: String,
}

/// One steward's share, read.
pub struct StewardLoad {
    share: Arc<Share>,
}

/// What lies with one steward, as far as you reach it. Their list itself: `worklist(stewardId:)`.
#[Object]
impl StewardLoad {
    /// The steward.
    async fn steward_id(&self) -> Gid<MembershipId> {
        Gid(self.share.member.id)
    }

    /// Their name.
    async fn name(&self) -> &str {
        &self.share.member.name
    }

    /// How many conversations are on their list.
    async fn entries(&self) -> i64 {
        self.share.loads.iter().map(|load| load.entries).sum()
    }

    /// How much is overdue in them.
    async fn overdue(&self) -> Money {
        Money::fen(self.share.loads.iter().map(|load| load.overdue_fen).sum())
    }

    /// How many conversations are late: a broken promise, or a step that was due before today.
    async fn late(&self) -> i64 {
        let late = |reason| matches!(reason, Reason::BrokenPromise | Reason::Slipped);
        self.share.loads.iter().filter(|load| late(load.reason())).map(|load| load.entries).sum()
    }

    /// Entries and money per reason, in the order of work.
    async fn counts(&self) -> Vec<WorklistCount> {
        let loads = self.share.loads.iter();
        loads
            .map(|load| counts_of(load.reason(), (load.entries, load.accounts, load.overdue_fen)))
            .collect()
    }

    /// When they last recorded a contact; null if never.
    async fn last_contact_at(&self) -> Option<Instant> {
        self.share.member.last_contact_at.map(Instant)
    }
}

/// What lies with nobody.
#[derive(SimpleObject)]
pub struct UnassignedLoad {
    /// Accounts with an open case.
    accounts: i64,
    /// What is overdue in them.
    overdue: Money,
}

/// A community whose promises wait for its books.
#[derive(SimpleObject)]
pub struct CommunityBooksBehind {
    /// The community.
    community: Community,
    /// Payments are known up to this day; null while nobody has said so.
    known_to: Option<Date>,
    /// How many promises wait for a verdict.
    promises: i64,
    /// The last day of grace of the one that waits longest.
    since: Date,
}

impl From<BooksBehind> for CommunityBooksBehind {
    fn from(behind: BooksBehind) -> Self {
        Self {
            community: behind.community.into(),
            known_to: behind.known_to.map(Date),
            promises: behind.promises,
            since: Date(behind.since),
        }
    }
}
