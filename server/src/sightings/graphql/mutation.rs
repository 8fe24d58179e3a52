//! What guards tap and stewards answer; consents.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};

use super::{MySighting, Sighting, owners_of, sightings};
use crate::{
    api::{
        acts::{Outcome, Problem, act},
        context::Ask,
        scalars::{Date, Gid, Instant},
    },
    kernel::ids::{
        AttachmentId, CommunityId, MembershipId, PartyId, SightingConsentId, SightingId, WatchedId,
    },
    owners::{self, graphql::Party},
    sightings::{
        commands::{self, Tap},
        consents::{self, NewConsent, Withdraw},
        queries,
        rules::{Place, Way},
    },
    worklist,
};

/// What `recordSighting` takes.
#[derive(InputObject)]
pub struct RecordSightingInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// Id of the sighting, if the client makes it: `sighting_` and a UUIDv7 without dashes.
    id: Option<Gid<SightingId>>,
    /// The community of the watch-list.
    community_id: Gid<CommunityId>,
    /// Whom you saw: the id of an entry of the watch-list.
    watched_id: Gid<WatchedId>,
    /// Where.
    place: Place,
    /// The plate you saw, one of those of the entry.
    plate: Option<String>,
    /// When, by the telephone: not in the future, and not more than 4 hours ago; now, if left out.
    occurred_at: Option<Instant>,
}

/// What `undoSighting` takes.
#[derive(InputObject)]
pub struct UndoSightingInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// Which one; a sighting of yours.
    sighting_id: Gid<SightingId>,
}

/// What `recordSighting` and `undoSighting` answer.
#[derive(SimpleObject, Default)]
pub struct MySightingPayload {
    /// The sighting.
    sighting: Option<MySighting>,
    /// What is wrong with the input.
    problems: Vec<Problem>,
}

/// What `denySighting` takes.
#[derive(InputObject)]
pub struct DenySightingInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// Which one.
    sighting_id: Gid<SightingId>,
}

/// What `denySighting` answers.
#[derive(SimpleObject, Default)]
pub struct DenySightingPayload {
    /// The sighting.
    sighting: Option<Sighting>,
    /// What your next `worklist` read may demand as `atLeast`.
    worklist_version: Option<i64>,
    /// What is wrong with the input.
    problems: Vec<Problem>,
}

/// What `recordSightingConsent` takes.
#[derive(InputObject)]
pub struct RecordSightingConsentInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// Id of the consent, if the client makes it: `sightingconsent_` and a UUIDv7 without dashes.
    id: Option<Gid<SightingConsentId>>,
    /// Who agreed: a person who holds something in the community.
    party_id: Gid<PartyId>,
    /// Where they may be looked out for.
    community_id: Gid<CommunityId>,
    /// How they agreed.
    way: Way,
    /// The day on which they agreed, not later than today.
    given_on: Date,
    /// Who asked them; you, if left out.
    asked_by_id: Option<Gid<MembershipId>>,
    /// Free text, at most 2000 characters.
    note: Option<String>,
    /// What shows it, such as a photograph of the signed form; at most 50.
    attachment_ids: Option<Vec<Gid<AttachmentId>>>,
}

/// What `withdrawSightingConsent` takes.
#[derive(InputObject)]
pub struct WithdrawSightingConsentInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// Who agrees no longer.
    party_id: Gid<PartyId>,
    /// Free text, at most 2000 characters.
    note: Option<String>,
}

/// What the mutations about consents answer.
#[derive(SimpleObject, Default)]
pub struct SightingConsentPayload {
    /// The person, with their consents.
    party: Option<Party>,
    /// What your next `worklist` read may demand as `atLeast`.
    worklist_version: Option<i64>,
    /// What is wrong with the input.
    problems: Vec<Problem>,
}

/// Mutations.
#[derive(Default)]
pub struct SightingsMutation;

#[Object]
impl SightingsMutation {
    /// "Seen just now": tells whoever looks after the account at once. When several tap the same person within 15 minutes
    /// they are told once. NOT_FOUND when the person is not on the watch-list, or no longer.
    async fn record_sighting(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who was seen, where, when.")] input: RecordSightingInput,
    ) -> Result<MySightingPayload> {
        let key = input.idempotency_key;
        let input = Tap {
            id: input.id.map(|id| id.0),
            community: input.community_id.0,
            watched: input.watched_id.0,
            place: input.place,
            plate: input.plate,
            occurred_at: input.occurred_at.map(|moment| moment.0),
        };
        let done = act(ctx, (&key, "recordSighting"), input, |work, input| {
            Box::pin(commands::record(work, input))
        });
        mine(ctx, done.await?).await
    }

    /// Takes back what you tapped, within 5 minutes: the steward's reminder goes, unless somebody else saw the person too.
    async fn undo_sighting(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: UndoSightingInput,
    ) -> Result<MySightingPayload> {
        let (key, id) = (input.idempotency_key, input.sighting_id.0);
        let done =
            act(ctx, (&key, "undoSighting"), id, |work, id| Box::pin(commands::undo(work, id)));
        mine(ctx, done.await?).await
    }

    /// "Not them" 认错人: for the steward who was sent after somebody else. The sightings that were told together are marked,
    /// the step is cancelled, the reminder goes.
    async fn deny_sighting(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: DenySightingInput,
    ) -> Result<DenySightingPayload> {
        let (key, id) = (input.idempotency_key, input.sighting_id.0);
        let done =
            act(ctx, (&key, "denySighting"), id, |work, id| Box::pin(commands::deny(work, id)));
        let id = match done.await? {
            Ok(id) => id,
            Err(problems) => {
                return Ok(DenySightingPayload { problems, ..DenySightingPayload::default() });
            }
        };
        let row = queries::by_id(ctx.conn()?, ctx.actor()?.organization, id).await;
        let row = row.map_err(|f| ctx.tell(f))?;
        Ok(DenySightingPayload {
            sighting: sightings(ctx, vec![row]).await?.pop(),
            worklist_version: Some(worklist::graphql::my_version(ctx).await?),
            problems: Vec::new(),
        })
    }

    /// Records that an owner agreed to be looked out for in a community: who asked, how, on which day. It is a consent of its
    /// own, to this and to nothing else. While one stands, another is the problem CONFLICT.
    async fn record_sighting_consent(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who agreed, where, how.")] input: RecordSightingConsentInput,
    ) -> Result<SightingConsentPayload> {
        let key = input.idempotency_key;
        let input = NewConsent {
            id: input.id.map(|id| id.0),
            party: input.party_id.0,
            community: input.community_id.0,
            way: input.way,
            given_on: input.given_on.0,
            asked_by: input.asked_by_id.map(|id| id.0),
            note: input.note,
            attachments: input
                .attachment_ids
                .unwrap_or_default()
                .into_iter()
                .map(|id| id.0)
                .collect(),
        };
        let done = act(ctx, (&key, "recordSightingConsent"), input, |work, input| {
            Box::pin(consents::record(work, input))
        });
        person(ctx, done.await?).await
    }

    /// An owner agrees no longer: they are off every watch-list at once, and where they were seen is deleted. The consent stays
    /// as it was, with its end.
    async fn withdraw_sighting_consent(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who.")] input: WithdrawSightingConsentInput,
    ) -> Result<SightingConsentPayload> {
        let key = input.idempotency_key;
        let input = Withdraw { party: input.party_id.0, note: input.note };
        let done = act(ctx, (&key, "withdrawSightingConsent"), input, |work, input| {
            Box::pin(consents::withdraw(work, input))
        });
        person(ctx, done.await?).await
    }
}

async fn mine(ctx: &Context<'_>, done: Outcome<SightingId>) -> Result<MySightingPayload> {
    let id = match done {
        Ok(id) => id,
        Err(problems) => return Ok(MySightingPayload { sighting: None, problems }),
    };
    let row = queries::by_id(ctx.conn()?, ctx.actor()?.organization, id).await;
    let row = row.map_err(|f| ctx.tell(f))?;
    let names = owners_of(ctx, std::slice::from_ref(&row)).await?;
    Ok(MySightingPayload { sighting: Some(MySighting::of(row, &names)), problems: Vec::new() })
}

async fn person(ctx: &Context<'_>, done: Outcome<PartyId>) -> Result<SightingConsentPayload> {
    let id = match done {
        Ok(id) => id,
        Err(problems) => {
            return Ok(SightingConsentPayload { problems, ..SightingConsentPayload::default() });
        }
    };
    let now = ctx.app()?.kernel.clock.domain();
    let seen = owners::queries::party(ctx.conn()?, ctx.actor()?, now, id).await;
    Ok(SightingConsentPayload {
        party: Some(seen.map_err(|f| ctx.tell(f))?.into()),
        worklist_version: Some(worklist::graphql::my_version(ctx).await?),
        problems: Vec::new(),
    })
}
