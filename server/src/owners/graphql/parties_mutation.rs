//! Registering, mending and merging parties; how they are reached.

use async_graphql::{Context, InputObject, Object, Result};

use super::{
    payloads::{
        AddContactPointPayload, AddVehiclePayload, ChangeContactPointPayload, ChangePartyPayload,
        ConfirmContactPointPayload, MergePartiesPayload, NoteTraitsPayload, RegisterPartyPayload,
        RemoveVehiclePayload, UndoMergePayload, alike, party, point, registered, told, version,
    },
    tries::Tries,
};
use crate::{
    api::{acts::act, context::Ask, scalars::Gid},
    kernel::ids::{ContactPointId, MergeId, PartyId, VehicleId},
    owners::{
        commands::{
            self, AddPoint, AddVehicle, ChangeParty, ChangePoint, MergeParties, NoteTraits,
            RegisterParty,
        },
        parties::{PartyKind, Trait},
        points::{PointKind, PointSource, PointStatus},
        queries,
    },
};

/// What `registerParty` takes.
#[derive(InputObject)]
pub struct RegisterPartyInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// Id of the party, if the client makes it: `owner_` and a UUIDv7 without dashes. It stands for the party also when that
    /// is there already.
    id: Option<Gid<PartyId>>,
    /// What it is.
    #[graphql(default_with = "PartyKind::Person")]
    kind: PartyKind,
    /// The name, at most 100 characters.
    name: String,
    /// Telephone numbers as they are typed, at most 10. Same name and same number is one party; a name alone never is.
    #[graphql(default)]
    numbers: Vec<String>,
    /// Where the numbers are from.
    #[graphql(default_with = "PointSource::Owner")]
    source: PointSource,
}

impl From<RegisterPartyInput> for RegisterParty {
    fn from(input: RegisterPartyInput) -> Self {
        Self {
            id: input.id.map(|id| id.0),
            kind: input.kind,
            name: input.name,
            numbers: input.numbers,
            source: input.source,
        }
    }
}

/// What `changeParty` takes.
#[derive(InputObject)]
pub struct ChangePartyInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// Which party.
    party_id: Gid<PartyId>,
    /// The right name, at most 100 characters; null leaves it.
    name: Option<String>,
    /// What it really is; null leaves it.
    kind: Option<PartyKind>,
}

/// What `mergeParties` takes.
#[derive(InputObject)]
pub struct MergePartiesInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// The party that stays.
    keep_id: Gid<PartyId>,
    /// The party that is the same; its id goes on working.
    merge_id: Gid<PartyId>,
}

/// What `undoMerge` takes.
#[derive(InputObject)]
pub struct UndoMergeInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// Which merge.
    merge_id: Gid<MergeId>,
}

/// What `addContactPoint` takes.
#[derive(InputObject)]
pub struct AddContactPointInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// Its id, if the client makes it: `contactpoint_` and a UUIDv7 without dashes.
    id: Option<Gid<ContactPointId>>,
    /// Whose.
    party_id: Gid<PartyId>,
    /// What it is.
    kind: PointKind,
    /// The number or address as it is typed. Numbers are brought into one form; placeholders such as 13800000000 are refused.
    value: String,
    /// Where it is from.
    source: PointSource,
    /// When they are best reached there, in words, at most 100 characters.
    best_time: Option<String>,
}

/// What `confirmContactPoint` takes.
#[derive(InputObject)]
pub struct ConfirmContactPointInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// Which number or address.
    contact_point_id: Gid<ContactPointId>,
}

/// What `changeContactPoint` takes.
#[derive(InputObject)]
pub struct ChangeContactPointInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// Which number or address.
    contact_point_id: Gid<ContactPointId>,
    /// What is known of it now; null leaves it.
    status: Option<PointStatus>,
    /// When they are best reached there, at most 100 characters; an empty text takes it away, null leaves it.
    best_time: Option<String>,
    /// What it should have been: a new one is added and this one stays, marked as WRONG.
    value: Option<String>,
}

/// What `noteTraits` takes.
#[derive(InputObject)]
pub struct NoteTraitsInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// Whose.
    party_id: Gid<PartyId>,
    /// All that guides the tone; whatever is not listed no longer holds.
    traits: Vec<Trait>,
}

/// What `addVehicle` takes.
#[derive(InputObject)]
pub struct AddVehicleInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// Whose.
    party_id: Gid<PartyId>,
    /// The plate as it is typed, such as "浙A·12345"; six signs after the letter for new energy.
    plate: String,
}

/// What `removeVehicle` takes.
#[derive(InputObject)]
pub struct RemoveVehicleInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// Which vehicle.
    vehicle_id: Gid<VehicleId>,
}

/// Mutations.
#[derive(Default)]
pub struct PartiesMutation;

#[Object]
impl PartiesMutation {
    /// Registers a party. Same name and same number is one party, also when several people register it at once. One that you
    /// reach already is answered as it is; of one beyond your reach nothing is told. Tie it to an account or unit next, until
    /// then only its name and kind are shown to you.
    async fn register_party(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The party.")] input: RegisterPartyInput,
    ) -> Result<RegisterPartyPayload> {
        let key = input.idempotency_key.clone();
        let tries = Tries::of(ctx, "numbers")?;
        let order = RegisterParty::from(input);
        let done = act(ctx, (&key, "registerParty"), order, move |work, input| {
            Box::pin(async move {
                tries.count(work, input.numbers.len()).await?;
                commands::register_party(work, input).await
            })
        });
        told(done.await?, async |done| registered(ctx, done).await).await
    }

    /// Mends name or kind of a party. It stays the same party with all its accounts; `history` shows what it was.
    async fn change_party(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be mended.")] input: ChangePartyInput,
    ) -> Result<ChangePartyPayload> {
        let key = input.idempotency_key.clone();
        let done = act(
            ctx,
            (&key, "changeParty"),
            ChangeParty { party: input.party_id.0, name: input.name, kind: input.kind },
            |work, input| Box::pin(commands::change_party(work, input)),
        );
        told(done.await?, async |done| {
            Ok(ChangePartyPayload {
                party: party(ctx, done).await?,
                likely_duplicates: alike(ctx, done).await?,
                worklist_version: version(ctx).await?,
                problems: Vec::new(),
            })
        })
        .await
    }

    /// Makes one party of two that are the same. Everything of the second is read as the first one's, and its id goes on
    /// working. `undoMerge` takes it back.
    async fn merge_parties(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The two.")] input: MergePartiesInput,
    ) -> Result<MergePartiesPayload> {
        let key = input.idempotency_key.clone();
        let done = act(
            ctx,
            (&key, "mergeParties"),
            MergeParties { keep: input.keep_id.0, merge: input.merge_id.0 },
            |work, input| Box::pin(commands::merge_parties(work, input)),
        );
        told(done.await?, async |done| {
            let row = queries::merge(ctx.conn()?, ctx.actor()?.organization, done).await;
            let row = row.map_err(|f| ctx.tell(f))?;
            Ok(MergePartiesPayload {
                party: party(ctx, row.winner_id).await?,
                merge: Some(row.into()),
                worklist_version: version(ctx).await?,
                problems: Vec::new(),
            })
        })
        .await
    }

    /// Takes a merge back: what was written under each of the two before is its own again. What was written since stays with
    /// the one that was kept.
    async fn undo_merge(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which merge.")] input: UndoMergeInput,
    ) -> Result<UndoMergePayload> {
        let key = input.idempotency_key.clone();
        let done = act(ctx, (&key, "undoMerge"), input.merge_id.0, |work, input| {
            Box::pin(commands::undo_merge(work, input))
        });
        told(done.await?, async |done| {
            let (kept, other) = done;
            let parties = [party(ctx, kept).await?, party(ctx, other).await?];
            Ok(UndoMergePayload {
                parties: parties.into_iter().flatten().collect(),
                worklist_version: version(ctx).await?,
                problems: Vec::new(),
            })
        })
        .await
    }

    /// Adds a number or address to a party, with its source. One that the party has already is answered as it is.
    async fn add_contact_point(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The number or address.")] input: AddContactPointInput,
    ) -> Result<AddContactPointPayload> {
        let key = input.idempotency_key.clone();
        let tries = Tries::of(ctx, "value")?;
        let done = act(
            ctx,
            (&key, "addContactPoint"),
            AddPoint {
                id: input.id.map(|id| id.0),
                party: input.party_id.0,
                kind: input.kind,
                value: input.value,
                source: input.source,
                best_time: input.best_time,
            },
            move |work, input| {
                Box::pin(async move {
                    tries.count(work, 1).await?;
                    commands::add_contact_point(work, input).await
                })
            },
        );
        told(done.await?, async |done| {
            let (contact_point, party) = point(ctx, &done).await?;
            Ok(AddContactPointPayload {
                contact_point,
                party,
                already_there: done.already_there,
                likely_duplicates: alike(ctx, done.party).await?,
                worklist_version: version(ctx).await?,
                problems: Vec::new(),
            })
        })
        .await
    }

    /// Notes that you confirmed a number or address: it reaches them. A wish not to be called there stays.
    async fn confirm_contact_point(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: ConfirmContactPointInput,
    ) -> Result<ConfirmContactPointPayload> {
        let key = input.idempotency_key.clone();
        let done =
            act(ctx, (&key, "confirmContactPoint"), input.contact_point_id.0, |work, input| {
                Box::pin(commands::confirm_contact_point(work, input))
            });
        told(done.await?, async |done| {
            let (contact_point, _) = point(ctx, &done).await?;
            Ok(ConfirmContactPointPayload {
                contact_point,
                worklist_version: version(ctx).await?,
                problems: Vec::new(),
            })
        })
        .await
    }

    /// Changes what is known of a number or address, or corrects it. What was wrong stays, marked as such.
    async fn change_contact_point(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What changes.")] input: ChangeContactPointInput,
    ) -> Result<ChangeContactPointPayload> {
        let key = input.idempotency_key.clone();
        if input.value.is_some() {
            let tries = Tries::of(ctx, "value")?;
            if let Err(problems) = tries.count_apart(ctx, "Mutation.changeContactPoint").await? {
                return told(Err(problems), async |()| Ok(ChangeContactPointPayload::default()))
                    .await;
            }
        }
        let done = act(
            ctx,
            (&key, "changeContactPoint"),
            ChangePoint {
                point: input.contact_point_id.0,
                status: input.status,
                best_time: input.best_time,
                value: input.value,
            },
            |work, input| Box::pin(commands::change_contact_point(work, input)),
        );
        told(done.await?, async |done| {
            let (contact_point, party) = point(ctx, &done).await?;
            Ok(ChangeContactPointPayload {
                contact_point,
                party,
                worklist_version: version(ctx).await?,
                problems: Vec::new(),
            })
        })
        .await
    }

    /// Notes what guides the tone with a party.
    async fn note_traits(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "All traits.")] input: NoteTraitsInput,
    ) -> Result<NoteTraitsPayload> {
        let key = input.idempotency_key.clone();
        let done = act(
            ctx,
            (&key, "noteTraits"),
            NoteTraits { party: input.party_id.0, traits: input.traits },
            |work, input| Box::pin(commands::note_traits(work, input)),
        );
        told(done.await?, async |done| {
            Ok(NoteTraitsPayload {
                party: party(ctx, done).await?,
                worklist_version: version(ctx).await?,
                problems: Vec::new(),
            })
        })
        .await
    }

    /// Adds a vehicle to a party. One that the party has already is left as it is.
    async fn add_vehicle(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The vehicle.")] input: AddVehicleInput,
    ) -> Result<AddVehiclePayload> {
        let key = input.idempotency_key.clone();
        let done = act(
            ctx,
            (&key, "addVehicle"),
            AddVehicle { party: input.party_id.0, plate: input.plate },
            |work, input| Box::pin(commands::add_vehicle(work, input)),
        );
        told(done.await?, async |done| {
            Ok(AddVehiclePayload {
                party: party(ctx, done).await?,
                worklist_version: version(ctx).await?,
                problems: Vec::new(),
            })
        })
        .await
    }

    /// Takes a vehicle off its party; `history` keeps it.
    async fn remove_vehicle(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which vehicle.")] input: RemoveVehicleInput,
    ) -> Result<RemoveVehiclePayload> {
        let key = input.idempotency_key.clone();
        let done = act(ctx, (&key, "removeVehicle"), input.vehicle_id.0, |work, input| {
            Box::pin(commands::remove_vehicle(work, input))
        });
        told(done.await?, async |done| {
            Ok(RemoveVehiclePayload {
                party: party(ctx, done).await?,
                worklist_version: version(ctx).await?,
                problems: Vec::new(),
            })
        })
        .await
    }
}
