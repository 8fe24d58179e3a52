//! What the mutations of owners answer, each read again under today's rights.

use async_graphql::{Context, Result, SimpleObject};

use super::{Account, ContactPoint, Party, PartyMerge, Transfer};
use crate::{
    api::{
        acts::{Outcome, Problem},
        context::Ask,
        scalars::Money,
    },
    kernel::{
        Failure,
        ids::{AccountId, ContactPointId, PartyId, UnitId},
    },
    owners::{
        commands::{Added, Registered, Transferred},
        points::PointKind,
        queries,
    },
    worklist,
};

/// Defines payloads: their own fields, then the version of the worklist and the problems.
macro_rules! payloads {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(SimpleObject, Default)]
        pub struct $name {
            $($(#[$field_doc])* pub(super) $field: $type,)*
            /// What your next `worklist` read may demand as `atLeast`.
            pub(super) worklist_version: Option<i64>,
            /// What is wrong with the input.
            pub(super) problems: Vec<Problem>,
        }

        impl Refusable for $name {
            fn refused(problems: Vec<Problem>) -> Self {
                Self { problems, ..Self::default() }
            }
        }
    )*};
}

/// A payload that may tell problems.
pub(super) trait Refusable {
    /// With problems and nothing else.
    fn refused(problems: Vec<Problem>) -> Self;
}

payloads! {
    /// What `registerParty` answers.
    RegisterPartyPayload {
        /// The party.
        party: Option<Party>,
        /// Whether it was there already, as far as you reach. A party beyond your reach is never told of.
        already_there: bool,
        /// Parties within your reach that may be the same: of this name, or with one of these numbers. At most 10.
        likely_duplicates: Vec<Party>,
    }
    /// What `changeParty` answers.
    ChangePartyPayload {
        /// The party.
        party: Option<Party>,
        /// Parties within your reach that may be the same. At most 10.
        likely_duplicates: Vec<Party>,
    }
    /// What `mergeParties` answers.
    MergePartiesPayload {
        /// The party that stays.
        party: Option<Party>,
        /// The merge, to take it back.
        merge: Option<PartyMerge>,
    }
    /// What `undoMerge` answers.
    UndoMergePayload {
        /// The parties that are two again.
        parties: Vec<Party>,
    }
    /// What `openAccount` answers.
    OpenAccountPayload {
        /// The account.
        account: Option<Account>,
    }
    /// What `changeHolders` answers.
    ChangeHoldersPayload {
        /// The account.
        account: Option<Account>,
    }
    /// What `setPayer` answers.
    SetPayerPayload {
        /// The account.
        account: Option<Account>,
    }
    /// What `addOccupant` answers.
    AddOccupantPayload {
        /// The open account of the unit; null when it has none.
        account: Option<Account>,
    }
    /// What `endOccupancy` answers.
    EndOccupancyPayload {
        /// The open account of the unit; null when it has none.
        account: Option<Account>,
    }
    /// What `transferUnit` answers.
    TransferUnitPayload {
        /// The transfer.
        transfer: Option<Transfer>,
        /// The account that ended.
        old_account: Option<Account>,
        /// The account that began.
        new_account: Option<Account>,
        /// What somebody should look at.
        notes: Vec<TransferNote>,
    }
    /// What `undoTransfer` answers.
    UndoTransferPayload {
        /// The account that is open again.
        account: Option<Account>,
    }
    /// What `addContactPoint` answers.
    AddContactPointPayload {
        /// The number or address.
        contact_point: Option<ContactPoint>,
        /// Whether the party had it already; then it was left as it is.
        already_there: bool,
        /// The party.
        party: Option<Party>,
        /// Parties within your reach with this number. At most 10.
        likely_duplicates: Vec<Party>,
    }
    /// What `confirmContactPoint` answers.
    ConfirmContactPointPayload {
        /// The number or address.
        contact_point: Option<ContactPoint>,
    }
    /// What `changeContactPoint` answers.
    ChangeContactPointPayload {
        /// The number or address; the new one when it was corrected.
        contact_point: Option<ContactPoint>,
        /// The party.
        party: Option<Party>,
    }
    /// What `noteTraits` answers.
    NoteTraitsPayload {
        /// The party.
        party: Option<Party>,
    }
    /// What `addVehicle` answers.
    AddVehiclePayload {
        /// The party.
        party: Option<Party>,
    }
    /// What `removeVehicle` answers.
    RemoveVehiclePayload {
        /// The party.
        party: Option<Party>,
    }
}

/// What somebody should look at after a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
pub enum TransferNoteCode {
    /// No old holder has an address for letters that is good.
    NoAddress,
    /// The old account was charged for what is true only after its last day; finance looks whose that is.
    ChargedBeyond,
}

/// A note on a transfer.
#[derive(SimpleObject)]
pub struct TransferNote {
    /// What it is about.
    code: TransferNoteCode,
    /// How much was charged; null when it is about something else.
    amount: Option<Money>,
}

/// Problems become a refusal; an outcome is read.
pub(super) async fn told<T, P: Refusable>(
    outcome: Outcome<T>,
    read: impl AsyncFnOnce(T) -> Result<P>,
) -> Result<P> {
    match outcome {
        Ok(done) => read(done).await,
        Err(problems) => Ok(P::refused(problems)),
    }
}

pub(super) async fn version(ctx: &Context<'_>) -> Result<Option<i64>> {
    worklist::graphql::my_version(ctx).await.map(Some)
}

/// What is out of reach today is null.
fn seen<T>(ctx: &Context<'_>, found: std::result::Result<T, Failure>) -> Result<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(Failure::NotFound) => Ok(None),
        Err(failure) => Err(ctx.tell(failure)),
    }
}

pub(super) async fn party(ctx: &Context<'_>, id: PartyId) -> Result<Option<Party>> {
    let now = ctx.app()?.kernel.clock.domain();
    let found = queries::party(ctx.conn()?, ctx.actor()?, now, id).await;
    Ok(seen(ctx, found)?.map(Party::from))
}

pub(super) async fn account(ctx: &Context<'_>, id: AccountId) -> Result<Option<Account>> {
    let now = ctx.app()?.kernel.clock.domain();
    let found = queries::account(ctx.conn()?, ctx.actor()?, now, id).await;
    Ok(seen(ctx, found)?.map(Account::from))
}

/// The open account of a unit.
pub(super) async fn open_account_of(ctx: &Context<'_>, unit: UnitId) -> Result<Option<Account>> {
    let who = (ctx.actor()?, ctx.app()?.kernel.clock.domain());
    let found = queries::open_account_of(ctx.conn()?, who, unit).await;
    Ok(seen(ctx, found)?.map(Account::from))
}

/// Parties within reach that may be the same as one.
pub(super) async fn alike(ctx: &Context<'_>, id: PartyId) -> Result<Vec<Party>> {
    let (conn, actor) = (ctx.conn()?, ctx.actor()?);
    let now = ctx.app()?.kernel.clock.domain();
    let Some(found) = seen(ctx, queries::party(conn, actor, now, id).await)? else {
        return Ok(Vec::new());
    };
    let numbers: Vec<String> = match &found {
        queries::Seen::Whole(card) => {
            let telephone =
                |kind: &str| PointKind::of_name(kind).is_some_and(PointKind::is_telephone);
            let points = card.points.iter().filter(|point| telephone(&point.kind));
            points.map(|point| point.value.whole().to_owned()).collect()
        }
        queries::Seen::Registered(_) => Vec::new(),
    };
    let alike = queries::alike(conn, actor, now, (found.party(), &numbers)).await;
    Ok(alike.map_err(|f| ctx.tell(f))?.into_iter().map(Party::from).collect())
}

pub(super) async fn registered(
    ctx: &Context<'_>,
    done: Registered,
) -> Result<RegisterPartyPayload> {
    Ok(RegisterPartyPayload {
        party: party(ctx, done.party).await?,
        already_there: done.already_there,
        likely_duplicates: alike(ctx, done.party).await?,
        worklist_version: version(ctx).await?,
        problems: Vec::new(),
    })
}

/// The number of a party that is still within reach.
pub(super) async fn point(
    ctx: &Context<'_>,
    done: &Added,
) -> Result<(Option<ContactPoint>, Option<Party>)> {
    let now = ctx.app()?.kernel.clock.domain();
    let found = queries::party(ctx.conn()?, ctx.actor()?, now, done.party).await;
    let Some(queries::Seen::Whole(card)) = seen(ctx, found)? else { return Ok((None, None)) };
    let shown = |id: ContactPointId| card.points.iter().find(|point| point.id == id).cloned();
    Ok((shown(done.point).map(ContactPoint::from), Some(card.into())))
}

pub(super) async fn transferred(
    ctx: &Context<'_>,
    done: Transferred,
) -> Result<TransferUnitPayload> {
    let organization = ctx.actor()?.organization;
    let old_account = account(ctx, done.from).await?;
    let Some(old) = old_account else { return Err(ctx.tell(Failure::NotFound)) };
    let row = queries::transfer(ctx.conn()?, organization, done.transfer).await;
    let row = row.map_err(|f| ctx.tell(f))?;
    let beyond =
        crate::ledger::queries::charged_after(ctx.conn()?, organization, (done.from, row.last_on));
    let beyond = beyond.await.map_err(|f| ctx.tell(f))?;
    let mut notes = Vec::new();
    if !old.has_address() {
        notes.push(TransferNote { code: TransferNoteCode::NoAddress, amount: None });
    }
    if beyond != 0 {
        let amount = Some(Money::fen(beyond));
        notes.push(TransferNote { code: TransferNoteCode::ChargedBeyond, amount });
    }
    Ok(TransferUnitPayload {
        transfer: Some(row.into()),
        old_account: Some(old),
        new_account: account(ctx, done.to).await?,
        notes,
        worklist_version: version(ctx).await?,
        problems: Vec::new(),
    })
}
