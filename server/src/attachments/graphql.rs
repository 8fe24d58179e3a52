//! Attachments in the API. Their bytes go beside it: `POST` and `GET /attachments/{id}`.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use guanjia_entity::attachment;

use super::{
    commands::{self, Attach},
    queries,
    rules::Kind,
};
use crate::{
    api::{
        acts::{Problem, act},
        context::Ask,
        scalars::{Gid, Instant},
    },
    kernel::{
        Failure,
        ids::{AccountId, AttachmentId, MembershipId, PartyId, TypedId},
    },
    worklist,
};

/// An attachment, read.
pub struct Attachment {
    row: attachment::Model,
}

impl From<attachment::Model> for Attachment {
    fn from(row: attachment::Model) -> Self {
        Self { row }
    }
}

/// An attachment 附件: a photograph, signature, document, recording or proof.
#[Object]
impl Attachment {
    /// Its id.
    pub async fn id(&self) -> Gid<AttachmentId> {
        Gid(self.row.id)
    }

    /// What it is to people.
    async fn kind(&self) -> Kind {
        Kind::of_name(&self.row.kind).unwrap_or(Kind::Document)
    }

    /// Media type as its content says, such as "image/jpeg".
    async fn mime(&self) -> &str {
        self.row.mime.as_deref().unwrap_or("application/octet-stream")
    }

    /// Its size in bytes.
    async fn size(&self) -> i32 {
        self.row.size_bytes.and_then(|bytes| bytes.try_into().ok()).unwrap_or(i32::MAX)
    }

    /// When it was sent.
    async fn created_at(&self) -> Instant {
        Instant(self.row.created_at)
    }

    /// The person who sent it.
    async fn uploaded_by_id(&self) -> Gid<MembershipId> {
        Gid(self.row.uploaded_by)
    }

    /// Where its bytes are read: GET this path of the same server with the same bearer token. Each reading is recorded.
    async fn download_path(&self) -> String {
        format!("/attachments/{}", self.row.id)
    }
}

/// Attachments of one thing, by all its ids, that was found through the actor before, the newest first.
pub async fn of<T: TypedId>(ctx: &Context<'_>, ids: &[T], first: i32) -> Result<Vec<Attachment>> {
    let found = queries::of(ctx.conn()?, ctx.actor()?.organization, ids).await;
    let mut found: Vec<attachment::Model> =
        found.map_err(|f| ctx.tell(f))?.into_values().flatten().collect();
    found.sort_by_key(|row| std::cmp::Reverse((row.created_at, row.id)));
    found.dedup_by_key(|row| row.id);
    found.truncate(usize::try_from(first).unwrap_or_default());
    Ok(found.into_iter().map(Attachment::from).collect())
}

/// What `attach` takes.
#[derive(InputObject)]
pub struct AttachInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// Attachments that were sent before, at most 50: your own, or such as you can see.
    attachment_ids: Vec<Gid<AttachmentId>>,
    /// The account they belong to.
    account_id: Option<Gid<AccountId>>,
    /// The party they belong to.
    party_id: Option<Gid<PartyId>>,
}

/// What `attach` answers.
#[derive(SimpleObject, Default)]
pub struct AttachPayload {
    /// The attachments.
    attachments: Vec<Attachment>,
    /// What your next `worklist` read may demand as `atLeast`.
    worklist_version: Option<i64>,
    /// What is wrong with the input.
    problems: Vec<Problem>,
}

/// Mutations.
#[derive(Default)]
pub struct AttachmentsMutation;

#[Object]
impl AttachmentsMutation {
    /// Ties attachments to an account or a party. Send their bytes first: POST /attachments/{id}?kind=PHOTO with the bearer
    /// token and the bytes as the body; the client makes the id. What is tied to nothing within 24 hours is thrown away.
    async fn attach(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and to what.")] input: AttachInput,
    ) -> Result<AttachPayload> {
        let key = input.idempotency_key.clone();
        let command = Attach {
            ids: input.attachment_ids.into_iter().map(|id| id.0).collect(),
            account: input.account_id.map(|id| id.0),
            party: input.party_id.map(|id| id.0),
        };
        let done = act(ctx, (&key, "attach"), command, |work, input| {
            Box::pin(commands::attach(work, input))
        });
        match done.await? {
            Ok(ids) => payload(ctx, ids).await,
            Err(problems) => Ok(AttachPayload { problems, ..AttachPayload::default() }),
        }
    }
}

async fn payload(ctx: &Context<'_>, ids: Vec<AttachmentId>) -> Result<AttachPayload> {
    let now = ctx.app()?.kernel.clock.domain();
    let mut attachments = Vec::new();
    for id in ids {
        match queries::attachment(ctx.conn()?, ctx.actor()?, now, id).await {
            Ok(row) => attachments.push(row.into()),
            Err(Failure::NotFound) => {}
            Err(failure) => return Err(ctx.tell(failure)),
        }
    }
    let worklist_version = Some(worklist::graphql::my_version(ctx).await?);
    Ok(AttachPayload { attachments, worklist_version, problems: Vec::new() })
}
