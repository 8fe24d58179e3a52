//! A run in the API: where it stands, what it did, pages of runs.

use async_graphql::{Context, Object, Result, SimpleObject};
use guanjia_entity::import_run;

use super::{
    super::{
        queries,
        runs::{self, State},
        summary::Tally,
    },
    problems::{ImportProblemConnection, ImportProblemEdge},
};
use crate::{
    api::{
        context::Ask,
        page::PageInfo,
        scalars::{Date, Gid, Instant, Money},
    },
    kernel::{
        ids::{ImportId, MembershipId},
        paging::Page,
    },
    people::{self, graphql::Community},
};

/// A run, read.
pub struct ImportRun {
    row: import_run::Model,
}

impl From<import_run::Model> for ImportRun {
    fn from(row: import_run::Model) -> Self {
        Self { row }
    }
}

/// An import 导入: files of the office's books, brought into one community. Bring files by `POST /imports`; a copy of a
/// file with its problems marked is at `GET /imports/{id}/marked-copy`.
#[Object]
impl ImportRun {
    /// Its id.
    pub async fn id(&self) -> Gid<ImportId> {
        Gid(self.row.id)
    }

    /// Where it stands.
    async fn state(&self) -> State {
        runs::state_of(&self.row)
    }

    /// The community.
    async fn community(&self, ctx: &Context<'_>) -> Result<Community> {
        let found =
            people::queries::my_community(ctx.conn()?, ctx.actor()?, self.row.community_id).await;
        Ok(found.map_err(|f| ctx.tell(f))?.into())
    }

    /// Names of its files, in the order in which they were brought; empty for what came in without files.
    async fn files(&self, ctx: &Context<'_>) -> Result<Vec<String>> {
        queries::file_names(ctx.conn()?, &self.row).await.map_err(|f| ctx.tell(f))
    }

    /// Who asked for it; null for the command line.
    async fn asked_by(&self) -> Option<Gid<MembershipId>> {
        self.row.asked_by.map(Gid)
    }

    /// When it was brought.
    async fn asked_at(&self) -> Instant {
        Instant(self.row.recorded_at)
    }

    /// When it came to its end; null while it is under way or waits to be applied.
    async fn finished_at(&self) -> Option<Instant> {
        self.row.finished_at.map(Instant)
    }

    /// Units with their accounts and holders.
    async fn units(&self) -> ImportTally {
        runs::summary_of(&self.row).units.into()
    }

    /// Charges 应收.
    async fn charges(&self) -> ImportTally {
        runs::summary_of(&self.row).charges.into()
    }

    /// Waivers 减免 that the books have beside charges: what they come to is not owed.
    async fn waivers(&self) -> ImportTally {
        runs::summary_of(&self.row).waivers.into()
    }

    /// Payments 收款.
    async fn payments(&self) -> ImportTally {
        runs::summary_of(&self.row).payments.into()
    }

    /// How far the entering has come, in parts of `steps`.
    async fn steps_done(&self) -> i64 {
        self.row.chunks_done
    }

    /// In how many parts it is entered; each account is whole in one of them.
    async fn steps(&self) -> i64 {
        self.row.chunks
    }

    /// The watermark 收款截止日 that is set once it is applied; null for none.
    async fn known_to(&self) -> Option<Date> {
        self.row.known_to.map(Date)
    }

    /// The day up to which the files seem to know payments; a proposal that is never applied by itself.
    async fn proposed_known_to(&self) -> Option<Date> {
        self.row.proposed_known_to.map(Date)
    }

    /// How many problems block the files.
    async fn blocking_problems(&self, ctx: &Context<'_>) -> Result<i64> {
        let counts =
            queries::problem_counts(ctx.conn()?, &self.row).await.map_err(|f| ctx.tell(f))?;
        Ok(counts.iter().find(|(name, _)| name == "BLOCKING").map_or(0, |(_, count)| *count))
    }

    /// What is wrong with the files, in their order.
    async fn problems(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Problems on the page, 1 to 100; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Cursor of the last problem of the page before.")] after: Option<String>,
    ) -> Result<ImportProblemConnection> {
        let page = Page::<i64>::try_new(first, after.as_deref()).map_err(|f| ctx.tell(f))?;
        let count = page.first;
        let mut rows =
            queries::problems(ctx.conn()?, &self.row, page).await.map_err(|f| ctx.tell(f))?;
        let more = rows.len() > count;
        rows.truncate(count);
        let names = queries::file_names(ctx.conn()?, &self.row).await.map_err(|f| ctx.tell(f))?;
        let told = |row| ImportProblemEdge::of(row, (&names, ctx.language()));
        let edges: Vec<_> = rows.into_iter().map(told).collect();
        let page_info = PageInfo::of(edges.iter().map(|edge| edge.cursor.clone()), more);
        Ok(ImportProblemConnection { edges, page_info })
    }
}

/// Rows of one kind, by what became of them, in rows and in money.
#[derive(SimpleObject)]
pub(crate) struct ImportTally {
    /// New rows.
    created: i64,
    /// What the new rows come to.
    created_amount: Money,
    /// Rows that say something else than an earlier file: their entries were reversed and entered again.
    changed: i64,
    /// By how much the changed rows rose in all, negative when they fell.
    changed_amount: Money,
    /// Rows that are known already and were left alone.
    left: i64,
    /// What the rows left alone come to.
    left_amount: Money,
    /// Rows that an earlier file had and this one has not; they are kept.
    missing: i64,
}

impl From<Tally> for ImportTally {
    fn from(tally: Tally) -> Self {
        let count = |rows: usize| i64::try_from(rows).unwrap_or(i64::MAX);
        Self {
            created: count(tally.created),
            created_amount: Money::fen(tally.created_fen),
            changed: count(tally.changed),
            changed_amount: Money::fen(tally.changed_fen),
            left: count(tally.left),
            left_amount: Money::fen(tally.left_fen),
            missing: count(tally.missing),
        }
    }
}

/// A page of imports.
#[derive(SimpleObject)]
pub(crate) struct ImportConnection {
    /// The imports with their cursors.
    pub(super) edges: Vec<ImportEdge>,
    /// Where the page stands.
    pub(super) page_info: PageInfo,
}

/// An import with its cursor.
#[derive(SimpleObject)]
pub(crate) struct ImportEdge {
    /// The import.
    pub(super) node: ImportRun,
    /// Give it as `after` to read on.
    pub(super) cursor: String,
}
