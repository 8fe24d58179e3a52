//! Imports in the API: runs with what they did and what is wrong, applying, taking back, saved mappings. Files themselves
//! go over HTTP beside it ([`super::http`]).

mod mappings;
mod problems;
mod run;

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use chrono::NaiveDate;
use serde::Serialize;

pub use self::run::ImportRun;
use self::{
    mappings::{ImportMapping, SaveImportMappingInput, SaveImportMappingPayload},
    run::{ImportConnection, ImportEdge},
};
use super::{mappings as saved, queries, runs, taking_back};
use crate::{
    api::{
        acts::{Problem, act},
        context::Ask,
        page::PageInfo,
        rights,
        scalars::{Date, Gid},
    },
    kernel::{
        ids::{CommunityId, ImportId},
        paging::{Page, cursor},
    },
    people,
};

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
        let said = saved::Said {
            community,
            name: input.name,
            headings: headings.map(|one| (one.heading, one.field.into())).collect(),
        };
        let done = act(ctx, (&input.idempotency_key, "saveImportMapping"), said, |work, said| {
            Box::pin(async move {
                let actor = work.actor()?.clone();
                people::queries::my_community(work.conn(), &actor, said.community).await?;
                saved::save(work, said).await
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
