//! Opening accounts, and who holds, pays for and uses them; passing liability on.

use async_graphql::{Context, InputObject, Object, Result};

use super::payloads::{
    AddOccupantPayload, ChangeHoldersPayload, EndOccupancyPayload, OpenAccountPayload,
    SetPayerPayload, TransferUnitPayload, UndoTransferPayload, account, open_account_of, told,
    transferred, version,
};
use crate::{
    api::{
        acts::act,
        scalars::{Date, Gid},
    },
    kernel::ids::{AccountId, CommunityId, OccupantId, PartyId, TransferId, UnitId},
    owners::{
        commands::{
            self, AddOccupant, ChangeHolders, EndOccupancy, HolderChange, LettersTo, NewAccount,
            NewShare, OpenAccount, SetPayer, TransferUnit, WhichUnit,
        },
        parties::{OccupantRole, TransferKind},
        points::PointSource,
        shares::Share,
    },
};

/// A share as a fraction, such as 1/2: above zero, at most the whole.
#[derive(InputObject, Clone, Copy)]
pub struct ShareInput {
    /// Upper part.
    part: i32,
    /// Lower part, at most 10000.
    whole: i32,
}

impl From<ShareInput> for Share {
    fn from(input: ShareInput) -> Self {
        Self { part: input.part.into(), whole: input.whole.into() }
    }
}

/// A holder.
#[derive(InputObject)]
pub struct HolderInput {
    /// Who.
    party_id: Gid<PartyId>,
    /// How much of it; null is unknown.
    share: Option<ShareInput>,
}

impl From<HolderInput> for NewShare {
    fn from(input: HolderInput) -> Self {
        Self { party: input.party_id.0, share: input.share.map(Share::from) }
    }
}

/// A unit that is not in the register yet.
#[derive(InputObject)]
pub struct NewUnitInput {
    /// In which community.
    community_id: Gid<CommunityId>,
    /// Building, such as "8".
    building: String,
    /// Entrance; null where there is none.
    entrance: Option<String>,
    /// Room number, such as "1203".
    number: String,
    /// Floor area in hundredths of a square metre.
    area_centi_m2: Option<i32>,
    /// Kind of use: 住宅, 商铺.
    use_type: Option<String>,
}

/// What `openAccount` takes: a new unit, or one without an open account.
#[derive(InputObject)]
pub struct OpenAccountInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// Id of the account, if the client makes it: `account_` and a UUIDv7 without dashes.
    id: Option<Gid<AccountId>>,
    /// A unit that is there and has no open account; this or `newUnit`.
    unit_id: Option<Gid<UnitId>>,
    /// A unit that is not there yet.
    new_unit: Option<NewUnitInput>,
    /// First day of the liability, today at the latest; null is unknown.
    from: Option<Date>,
    /// Who owes, 1 to 50.
    holders: Vec<HolderInput>,
}

impl From<OpenAccountInput> for OpenAccount {
    fn from(input: OpenAccountInput) -> Self {
        let new = |new: NewUnitInput| NewAccount {
            community: new.community_id.0,
            building: new.building,
            entrance: new.entrance,
            number: new.number,
            area_centi_m2: new.area_centi_m2.map(i64::from),
            use_type: new.use_type,
        };
        Self {
            id: input.id.map(|id| id.0),
            unit: (input.unit_id.map(|id| id.0), input.new_unit.map(new)).into(),
            from_on: input.from.map(|day| day.0),
            holders: input.holders.into_iter().map(NewShare::from).collect(),
        }
    }
}

impl From<(Option<UnitId>, Option<NewAccount>)> for WhichUnit {
    fn from(said: (Option<UnitId>, Option<NewAccount>)) -> Self {
        match said {
            (Some(unit), None) => Self::There(unit),
            (None, Some(new)) => Self::New(new),
            _ => Self::Unclear,
        }
    }
}

/// One change of the holders of an account.
#[derive(InputObject)]
pub struct HolderChangeInput {
    /// Who.
    party_id: Gid<PartyId>,
    /// Their share from then on; null is unknown.
    share: Option<ShareInput>,
    /// Whether they hold from then on, or no longer.
    #[graphql(default = true)]
    holds: bool,
}

/// What `changeHolders` takes.
#[derive(InputObject)]
pub struct ChangeHoldersInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// Which account; it must last.
    account_id: Gid<AccountId>,
    /// The first day on which it holds, today at the latest; today if null.
    from: Option<Date>,
    /// Who comes, goes, or gets another share.
    changes: Vec<HolderChangeInput>,
}

impl From<ChangeHoldersInput> for ChangeHolders {
    fn from(input: ChangeHoldersInput) -> Self {
        let change = |change: HolderChangeInput| HolderChange {
            holder: NewShare { party: change.party_id.0, share: change.share.map(Share::from) },
            holds: change.holds,
        };
        Self {
            account: input.account_id.0,
            from_on: input.from.map(|day| day.0),
            changes: input.changes.into_iter().map(change).collect(),
        }
    }
}

/// What `setPayer` takes.
#[derive(InputObject)]
pub struct SetPayerInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// Which account; it must last.
    account_id: Gid<AccountId>,
    /// Who pays from then on; null when the holders do again.
    party_id: Option<Gid<PartyId>>,
    /// The first day, today at the latest; today if null.
    from: Option<Date>,
}

/// What `addOccupant` takes.
#[derive(InputObject)]
pub struct AddOccupantInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// Which unit.
    unit_id: Gid<UnitId>,
    /// Who.
    party_id: Gid<PartyId>,
    /// In what way they use it.
    #[graphql(default_with = "OccupantRole::Tenant")]
    role: OccupantRole,
    /// The first day, today at the latest; null is unknown.
    from: Option<Date>,
}

/// What `endOccupancy` takes.
#[derive(InputObject)]
pub struct EndOccupancyInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// Which occupant.
    occupant_id: Gid<OccupantId>,
    /// The last day, today at the latest; today if null.
    to: Option<Date>,
}

/// Where letters reach an old owner.
#[derive(InputObject)]
pub struct LettersToInput {
    /// Which of the old holders.
    party_id: Gid<PartyId>,
    /// The address, 5 to 200 characters.
    address: String,
    /// Where it is from.
    #[graphql(default_with = "PointSource::Owner")]
    source: PointSource,
}

/// What `transferUnit` takes.
#[derive(InputObject)]
pub struct TransferUnitInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// The account that ends.
    account_id: Gid<AccountId>,
    /// How liability passes.
    kind: TransferKind,
    /// Last day of the old liability, today at the latest; the new one begins on the next day.
    last_on: Date,
    /// Id of the new account, if the client makes it: `account_` and a UUIDv7 without dashes.
    new_account_id: Option<Gid<AccountId>>,
    /// Who owes from then on, 1 to 50.
    holders: Vec<HolderInput>,
    /// Where letters about the old arrears arrive.
    letters_to: Option<LettersToInput>,
}

impl From<TransferUnitInput> for TransferUnit {
    fn from(input: TransferUnitInput) -> Self {
        Self {
            account: input.account_id.0,
            kind: input.kind,
            last_on: input.last_on.0,
            new_id: input.new_account_id.map(|id| id.0),
            holders: input.holders.into_iter().map(NewShare::from).collect(),
            letters_to: input.letters_to.map(|letters| LettersTo {
                party: letters.party_id.0,
                address: letters.address,
                source: letters.source,
            }),
        }
    }
}

/// What `undoTransfer` takes.
#[derive(InputObject)]
pub struct UndoTransferInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// Which transfer.
    transfer_id: Gid<TransferId>,
}

/// Mutations.
#[derive(Default)]
pub struct AccountsMutation;

#[Object]
impl AccountsMutation {
    /// Opens the account of a unit that has none: a new unit, with who owes for it.
    async fn open_account(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The account.")] input: OpenAccountInput,
    ) -> Result<OpenAccountPayload> {
        let key = input.idempotency_key.clone();
        let done = act(ctx, (&key, "openAccount"), OpenAccount::from(input), |work, input| {
            Box::pin(commands::open_account(work, input))
        });
        told(done.await?, async |done| {
            Ok(OpenAccountPayload {
                account: account(ctx, done).await?,
                worklist_version: version(ctx).await?,
                problems: Vec::new(),
            })
        })
        .await
    }

    /// Changes who holds an account while the liability lasts: a spouse comes, somebody goes after a divorce, a share is set.
    /// The account and its arrears stay one. When liability passes as a whole, use `transferUnit`.
    async fn change_holders(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What changes.")] input: ChangeHoldersInput,
    ) -> Result<ChangeHoldersPayload> {
        let key = input.idempotency_key.clone();
        let done = act(ctx, (&key, "changeHolders"), ChangeHolders::from(input), |work, input| {
            Box::pin(commands::change_holders(work, input))
        });
        told(done.await?, async |done| {
            Ok(ChangeHoldersPayload {
                account: account(ctx, done).await?,
                worklist_version: version(ctx).await?,
                problems: Vec::new(),
            })
        })
        .await
    }

    /// Notes who agreed to pay for an account, such as a tenant. The holders stay liable.
    async fn set_payer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who pays.")] input: SetPayerInput,
    ) -> Result<SetPayerPayload> {
        let key = input.idempotency_key.clone();
        let done = act(
            ctx,
            (&key, "setPayer"),
            SetPayer {
                account: input.account_id.0,
                party: input.party_id.map(|id| id.0),
                from_on: input.from.map(|day| day.0),
            },
            |work, input| Box::pin(commands::set_payer(work, input)),
        );
        told(done.await?, async |done| {
            Ok(SetPayerPayload {
                account: account(ctx, done).await?,
                worklist_version: version(ctx).await?,
                problems: Vec::new(),
            })
        })
        .await
    }

    /// Notes who uses a unit without owing for it. The same person again changes nothing.
    async fn add_occupant(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who uses it.")] input: AddOccupantInput,
    ) -> Result<AddOccupantPayload> {
        let key = input.idempotency_key.clone();
        let done = act(
            ctx,
            (&key, "addOccupant"),
            AddOccupant {
                unit: input.unit_id.0,
                party: input.party_id.0,
                role: input.role,
                from_on: input.from.map(|day| day.0),
            },
            |work, input| Box::pin(commands::add_occupant(work, input)),
        );
        told(done.await?, async |done| {
            Ok(AddOccupantPayload {
                account: open_account_of(ctx, done).await?,
                worklist_version: version(ctx).await?,
                problems: Vec::new(),
            })
        })
        .await
    }

    /// Notes that somebody uses a unit no longer.
    async fn end_occupancy(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose use ends.")] input: EndOccupancyInput,
    ) -> Result<EndOccupancyPayload> {
        let key = input.idempotency_key.clone();
        let done = act(
            ctx,
            (&key, "endOccupancy"),
            EndOccupancy { occupant: input.occupant_id.0, to_on: input.to.map(|day| day.0) },
            |work, input| Box::pin(commands::end_occupancy(work, input)),
        );
        told(done.await?, async |done| {
            Ok(EndOccupancyPayload {
                account: open_account_of(ctx, done).await?,
                worklist_version: version(ctx).await?,
                problems: Vec::new(),
            })
        })
        .await
    }

    /// Liability passes: a sale, an inheritance, a handover. The account ends on a day with its arrears, case and promises; the
    /// next one begins on the day after. No charge and no payment moves. The old owner should keep an address for letters.
    async fn transfer_unit(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How it passes.")] input: TransferUnitInput,
    ) -> Result<TransferUnitPayload> {
        let key = input.idempotency_key.clone();
        let done = act(ctx, (&key, "transferUnit"), TransferUnit::from(input), |work, input| {
            Box::pin(commands::transfer_unit(work, input))
        });
        told(done.await?, async |done| transferred(ctx, done).await).await
    }

    /// Takes a transfer back that was a mistake, as long as the new account has no charge, payment, promise or contact.
    async fn undo_transfer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which transfer.")] input: UndoTransferInput,
    ) -> Result<UndoTransferPayload> {
        let key = input.idempotency_key.clone();
        let done = act(ctx, (&key, "undoTransfer"), input.transfer_id.0, |work, input| {
            Box::pin(commands::undo_transfer(work, input))
        });
        told(done.await?, async |done| {
            Ok(UndoTransferPayload {
                account: account(ctx, done.from).await?,
                worklist_version: version(ctx).await?,
                problems: Vec::new(),
            })
        })
        .await
    }
}
