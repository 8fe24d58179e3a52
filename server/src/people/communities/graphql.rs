//! Communities in the API: making and naming them.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};

use super::commands::{self, NewCommunity, Rename};
use crate::{
    api::{
        acts::{Outcome, Problem, act},
        context::Ask,
        scalars::Gid,
    },
    kernel::ids::CommunityId,
    people::{graphql::Community, queries},
};

/// What `createCommunity` takes.
#[derive(InputObject)]
pub struct CreateCommunityInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// Its name, up to 60 characters; no other community of the company has it.
    name: String,
    /// IANA name of its time zone. It never changes.
    #[graphql(default = "Asia/Shanghai")]
    time_zone: String,
}

/// What `renameCommunity` takes.
#[derive(InputObject)]
pub struct RenameCommunityInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// Which.
    community_id: Gid<CommunityId>,
    /// Its new name, up to 60 characters.
    name: String,
}

/// What these mutations answer.
#[derive(SimpleObject, Default)]
pub struct CommunityPayload {
    /// The community as it is now.
    community: Option<Community>,
    /// What is wrong with the input.
    problems: Vec<Problem>,
}

/// Mutations.
#[derive(Default)]
pub struct CommunitiesMutation;

#[Object]
impl CommunitiesMutation {
    /// Makes a community, with the preset rules. Books are imported into it, people are given it.
    async fn create_community(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What it is called.")] input: CreateCommunityInput,
    ) -> Result<CommunityPayload> {
        let new = NewCommunity { name: input.name, time_zone: input.time_zone };
        let key = (input.idempotency_key.as_str(), "createCommunity");
        let done = act(ctx, key, new, |work, new| Box::pin(commands::create(work, new)));
        payload(ctx, done.await?).await
    }

    /// Renames a community.
    async fn rename_community(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and its new name.")] input: RenameCommunityInput,
    ) -> Result<CommunityPayload> {
        let order = Rename { community: input.community_id.0, name: input.name };
        let key = (input.idempotency_key.as_str(), "renameCommunity");
        let done = act(ctx, key, order, |work, order| Box::pin(commands::rename(work, order)));
        payload(ctx, done.await?).await
    }
}

async fn payload(ctx: &Context<'_>, done: Outcome<CommunityId>) -> Result<CommunityPayload> {
    match done {
        Ok(id) => {
            let found = queries::my_community(ctx.conn()?, ctx.actor()?, id).await;
            let community = Some(found.map_err(|f| ctx.tell(f))?.into());
            Ok(CommunityPayload { community, problems: Vec::new() })
        }
        Err(problems) => Ok(CommunityPayload { problems, ..CommunityPayload::default() }),
    }
}
