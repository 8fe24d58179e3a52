//! Imports in the API: runs with what they did and what is wrong, applying, taking back, saved mappings. Files themselves
//! go over HTTP beside it ([`super::http`]).

use std::collections::BTreeMap;

use async_graphql::{Context, Enum, InputObject, Object, Result, SimpleObject};
use chrono::NaiveDate;
use guanjia_books::Field;
use guanjia_entity::{import_mapping, import_problem, import_run};
use serde::Serialize;

use super::{
    mappings, queries,
    runs::{self, State},
    summary::Tally,
    taking_back,
};
use crate::{
    api::{
        acts::{Problem, act},
        context::Ask,
        page::PageInfo,
        rights,
        scalars::{Date, Gid, Instant, Money},
    },
    kernel::{
        Language,
        ids::{CommunityId, ImportId, ImportMappingId, MembershipId},
        paging::{Page, cursor},
    },
    people::{self, graphql::Community},
};

/// How much a problem of a file weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ImportSeverity {
    /// 提示: nothing is wrong; what was assumed or left out.
    Note,
    /// 警告: something was dropped or guessed; the rest of the row stands.
    Warning,
    /// 阻断: money, a room or a date is unreadable; the file is not applied.
    Blocking,
}

fn severity(name: &str) -> ImportSeverity {
    match name {
        "BLOCKING" => ImportSeverity::Blocking,
        "WARNING" => ImportSeverity::Warning,
        _ => ImportSeverity::Note,
    }
}

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
pub struct ImportTally {
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

/// A page of the problems of an import.
#[derive(SimpleObject)]
pub struct ImportProblemConnection {
    /// The problems with their cursors.
    edges: Vec<ImportProblemEdge>,
    /// Where the page stands.
    page_info: PageInfo,
}

/// A problem with its cursor.
#[derive(SimpleObject)]
pub struct ImportProblemEdge {
    /// The problem.
    node: ImportProblem,
    /// Give it as `after` to read on.
    cursor: String,
}

/// What stands in a file and cannot be taken as it stands.
#[derive(SimpleObject)]
pub struct ImportProblem {
    /// Name of the file; null for what came in without files.
    file: Option<String>,
    /// Name of the sheet; null when it is about the whole file, or about a row that no file has.
    sheet: Option<String>,
    /// Row as Excel shows it, from 1; null when it is about the whole sheet or file.
    row: Option<i64>,
    /// Letters of the column, such as "F"; null when the whole row is meant.
    column: Option<String>,
    /// What stands there; names and numbers of people are masked.
    value: String,
    /// How much it weighs.
    severity: ImportSeverity,
    /// Stable name of the kind of problem, such as "money_unreadable".
    code: String,
    /// What is wrong and what to do, in the language of the request.
    reason: String,
}

impl ImportProblemEdge {
    fn of(row: import_problem::Model, (names, language): (&[String], Language)) -> Self {
        let file = usize::try_from(row.file).ok().and_then(|index| names.get(index).cloned());
        let node = ImportProblem {
            file,
            sheet: Some(row.sheet).filter(|sheet| !sheet.is_empty()),
            row: Some(row.row_number).filter(|number| *number > 0),
            column: row.column_name,
            value: row.value,
            severity: severity(&row.severity),
            code: row.code,
            reason: if language == Language::English { row.en } else { row.zh },
        };
        Self { node, cursor: cursor(&row.ordinal) }
    }
}

/// A page of imports.
#[derive(SimpleObject)]
pub struct ImportConnection {
    /// The imports with their cursors.
    edges: Vec<ImportEdge>,
    /// Where the page stands.
    page_info: PageInfo,
}

/// An import with its cursor.
#[derive(SimpleObject)]
pub struct ImportEdge {
    /// The import.
    node: ImportRun,
    /// Give it as `after` to read on.
    cursor: String,
}

/// What a person has said once about the headings of one kind of file 列映射.
#[derive(SimpleObject)]
pub struct ImportMapping {
    /// Its id.
    id: Gid<ImportMappingId>,
    /// How people call it.
    name: String,
    /// The headings, and what their columns hold.
    headings: Vec<ImportHeading>,
}

/// A heading and what its column holds.
#[derive(SimpleObject)]
pub struct ImportHeading {
    /// The heading as written.
    heading: String,
    /// What the column holds.
    field: ImportField,
}

impl From<import_mapping::Model> for ImportMapping {
    fn from(row: import_mapping::Model) -> Self {
        let columns: BTreeMap<String, Field> =
            serde_json::from_value(row.headings).unwrap_or_default();
        let headings = columns
            .into_iter()
            .map(|(heading, field)| ImportHeading { heading, field: field.into() });
        Self { id: Gid(row.id), name: row.name, headings: headings.collect() }
    }
}

/// What a column of a book holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum, Serialize)]
#[graphql(remote = "Field")]
pub enum ImportField {
    /// 房号: the whole room, or its number when there are columns for building and entrance.
    Room,
    /// 楼栋.
    Building,
    /// 单元.
    Entrance,
    /// 小区.
    Community,
    /// 业主.
    Owner,
    /// 共有人.
    CoOwner,
    /// 与业主关系: owner, family, tenant.
    Relation,
    /// 电话.
    Phone,
    /// 面积.
    Area,
    /// 用途.
    Use,
    /// 车牌.
    Vehicle,
    /// 备注.
    Remark,
    /// 收费项目.
    Item,
    /// 账期.
    Period,
    /// 开始日期 of the period.
    PeriodFrom,
    /// 结束日期 of the period.
    PeriodTo,
    /// 到期日.
    DueOn,
    /// 应收.
    Due,
    /// 减免.
    Waived,
    /// 实收.
    Paid,
    /// 欠费.
    Arrears,
    /// 预存余额.
    Prepaid,
    /// 金额: due or received, as the other columns tell.
    Amount,
    /// 收款日期.
    PaidOn,
    /// 收据号.
    Receipt,
    /// 收款方式.
    Method,
    /// Left out.
    Ignored,
}

/// Queries.
#[derive(Default)]
pub struct ImportsQuery;

#[Object]
impl ImportsQuery {
    /// The imports 导入 of a community, the newest first. For managers, finance and administrators.
    async fn imports(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The community.")] community_id: Gid<CommunityId>,
        #[graphql(desc = "Imports on the page, 1 to 100; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Cursor of the last import of the page before.")] after: Option<String>,
    ) -> Result<ImportConnection> {
        rights::check(ctx, "Query.imports")?;
        let page = Page::<ImportId>::try_new(first, after.as_deref()).map_err(|f| ctx.tell(f))?;
        let count = page.first;
        let place = (ctx.actor()?, community_id.0);
        let mut rows = queries::runs(ctx.conn()?, place, page).await.map_err(|f| ctx.tell(f))?;
        let more = rows.len() > count;
        rows.truncate(count);
        let edges: Vec<ImportEdge> = rows
            .into_iter()
            .map(|row| ImportEdge { cursor: cursor(&row.id), node: row.into() })
            .collect();
        let page_info = PageInfo::of(edges.iter().map(|edge| edge.cursor.clone()), more);
        Ok(ImportConnection { edges, page_info })
    }

    /// What has been said once about headings 列映射 in a community, by name; at most 100. For managers, finance and
    /// administrators.
    async fn import_mappings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The community.")] community_id: Gid<CommunityId>,
    ) -> Result<Vec<ImportMapping>> {
        rights::check(ctx, "Query.importMappings")?;
        let actor = ctx.actor()?;
        let community = people::queries::my_community(ctx.conn()?, actor, community_id.0).await;
        let community = community.map_err(|f| ctx.tell(f))?;
        let place = (actor.organization, community.id);
        let found = queries::mappings(ctx.conn()?, place).await.map_err(|f| ctx.tell(f))?;
        Ok(found.into_iter().map(ImportMapping::from).collect())
    }
}

/// What `applyImport` takes.
#[derive(InputObject)]
pub struct ApplyImportInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// The import, which is `READY` or `FAILED`.
    import_id: Gid<ImportId>,
    /// Say that the payments of the community are known up to the end of this day, once it is applied.
    known_to: Option<Date>,
}

/// What `takeBackImport` takes.
#[derive(InputObject)]
pub struct TakeBackImportInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// The import, which is `DONE` or `FAILED`.
    import_id: Gid<ImportId>,
}

/// What `applyImport` and `takeBackImport` answer.
#[derive(SimpleObject)]
pub struct ImportPayload {
    /// The import as it stands now; read it again until it is at its end.
    import_run: Option<ImportRun>,
    /// What is wrong with the input.
    problems: Vec<Problem>,
}

/// What `saveImportMapping` takes.
#[derive(InputObject)]
pub struct SaveImportMappingInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// The community.
    community_id: Gid<CommunityId>,
    /// How people call it; saving under a name again replaces what it said.
    name: String,
    /// The headings, and what their columns hold; at most 100. None takes the mapping away.
    headings: Vec<ImportHeadingInput>,
}

/// A heading and what its column holds.
#[derive(InputObject)]
pub struct ImportHeadingInput {
    /// The heading as written.
    heading: String,
    /// What the column holds.
    field: ImportField,
}

/// What `saveImportMapping` answers.
#[derive(SimpleObject)]
pub struct SaveImportMappingPayload {
    /// Every mapping of the community, by name.
    mappings: Vec<ImportMapping>,
    /// What is wrong with the input.
    problems: Vec<Problem>,
}

#[derive(Serialize)]
struct Asked {
    import: ImportId,
    known_to: Option<NaiveDate>,
}

/// Mutations.
#[derive(Default)]
pub struct ImportsMutation;

#[Object]
impl ImportsMutation {
    /// Applies an import that is `READY`, or goes on with one that `FAILED`. It is entered in the background. For managers,
    /// finance and administrators.
    async fn apply_import(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Import, watermark.")] input: ApplyImportInput,
    ) -> Result<ImportPayload> {
        let asked = Asked { import: input.import_id.0, known_to: input.known_to.map(|day| day.0) };
        let done = act(ctx, (&input.idempotency_key, "applyImport"), asked, |work, asked| {
            Box::pin(async move {
                let actor = work.actor()?.clone();
                let run = queries::run(work.conn(), &actor, asked.import).await?;
                let community =
                    people::queries::my_community(work.conn(), &actor, run.community_id).await?;
                runs::ask_to_apply(work, &community, (run.id, asked.known_to)).await?;
                Ok(run.id)
            })
        });
        payload(ctx, done.await?).await
    }

    /// Takes back what an import entered, as long as nothing was built on it: no later import corrected its rows, nobody
    /// reversed or adjusted its entries, and no contact or promise is on the accounts that it made. Units and accounts that
    /// it made stay, owing nothing. For managers, finance and administrators.
    async fn take_back_import(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Import.")] input: TakeBackImportInput,
    ) -> Result<ImportPayload> {
        let asked = Asked { import: input.import_id.0, known_to: None };
        let done = act(ctx, (&input.idempotency_key, "takeBackImport"), asked, |work, asked| {
            Box::pin(async move {
                let actor = work.actor()?.clone();
                let run = queries::run(work.conn(), &actor, asked.import).await?;
                taking_back::ask(work, run.id).await?;
                Ok(run.id)
            })
        });
        payload(ctx, done.await?).await
    }

    /// Says once what headings hold, for files of a community that have the same headings. For managers, finance and
    /// administrators.
    async fn save_import_mapping(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Community, name, headings.")] input: SaveImportMappingInput,
    ) -> Result<SaveImportMappingPayload> {
        let community = input.community_id.0;
        let headings = input.headings.into_iter();
        let said = mappings::Said {
            community,
            name: input.name,
            headings: headings.map(|one| (one.heading, one.field.into())).collect(),
        };
        let done = act(ctx, (&input.idempotency_key, "saveImportMapping"), said, |work, said| {
            Box::pin(async move {
                let actor = work.actor()?.clone();
                people::queries::my_community(work.conn(), &actor, said.community).await?;
                mappings::save(work, said).await
            })
        });
        if let Err(problems) = done.await? {
            return Ok(SaveImportMappingPayload { mappings: Vec::new(), problems });
        }
        let place = (ctx.actor()?.organization, community);
        let found = queries::mappings(ctx.conn()?, place).await.map_err(|f| ctx.tell(f))?;
        let mappings = found.into_iter().map(ImportMapping::from).collect();
        Ok(SaveImportMappingPayload { mappings, problems: Vec::new() })
    }
}

async fn payload(
    ctx: &Context<'_>,
    done: std::result::Result<ImportId, Vec<Problem>>,
) -> Result<ImportPayload> {
    let id = match done {
        Ok(id) => id,
        Err(problems) => return Ok(ImportPayload { import_run: None, problems }),
    };
    let run = queries::run(ctx.conn()?, ctx.actor()?, id).await.map_err(|f| ctx.tell(f))?;
    Ok(ImportPayload { import_run: Some(run.into()), problems: Vec::new() })
}
