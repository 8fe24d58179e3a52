//! Parties, and in what way they belong to an account.

use async_graphql::{Context, Object, Result, SimpleObject};
use guanjia_entity::{account_payer, occupant, party_merge, vehicle};

use super::{Account, Change, ContactPoint};
use crate::{
    api::{
        context::Ask,
        page::PageInfo,
        scalars::{Date, Gid, Instant},
    },
    attachments::{self, graphql::Attachment},
    kernel::{
        ids::{AccountId, HolderId, MergeId, OccupantId, PartyId, PayerId, VehicleId},
        paging::{Page, cursor},
    },
    owners::{
        parties::{OccupantRole, PartyKind, Trait},
        queries::{self, HolderCard, PersonCard, Seen},
    },
    sightings::{self, graphql::SightingConsent},
};

/// A party, read.
#[derive(Clone)]
pub struct Party {
    seen: Seen,
}

impl From<Seen> for Party {
    fn from(seen: Seen) -> Self {
        Self { seen }
    }
}

impl From<PersonCard> for Party {
    fn from(card: PersonCard) -> Self {
        Self { seen: Seen::Whole(card) }
    }
}

impl Party {
    /// What is known of it, once it is within reach.
    fn person(&self) -> Option<&PersonCard> {
        match &self.seen {
            Seen::Whole(card) => Some(card),
            Seen::Registered(_) => None,
        }
    }
}

/// A party 当事人: a person, company or developer. Of a party that you registered and that is not tied to anything within
/// your reach you see name and kind only.
#[Object]
impl Party {
    /// Its id. Ids of a second registration or of a merged party are answered too, with the party they stand for.
    pub async fn id(&self) -> Gid<PartyId> {
        Gid(self.seen.party().id)
    }

    /// What it is.
    async fn kind(&self) -> PartyKind {
        PartyKind::of_name(&self.seen.party().kind).unwrap_or(PartyKind::Person)
    }

    /// The name.
    async fn name(&self) -> &str {
        &self.seen.party().name
    }

    /// Numbers and addresses, in the order in which they were learned.
    async fn contact_points(&self) -> Vec<ContactPoint> {
        let points = self.person().map(|person| person.points.clone()).unwrap_or_default();
        points.into_iter().map(ContactPoint::from).collect()
    }

    /// Accounts within your reach that they hold, pay for or whose unit they use, also those that have ended.
    async fn accounts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "Read on after this cursor.")] after: Option<String>,
    ) -> Result<PartyAccounts> {
        let page: Page<AccountId> =
            Page::try_new(first, after.as_deref()).map_err(|f| ctx.tell(f))?;
        let Some(person) = self.person() else { return Ok(PartyAccounts::of(Vec::new(), false)) };
        let who = (ctx.actor()?, ctx.app()?.kernel.clock.domain());
        let found = queries::accounts_of(ctx.conn()?, who, (person, page.after, page.first)).await;
        let (cards, more) = found.map_err(|f| ctx.tell(f))?;
        Ok(PartyAccounts::of(cards.into_iter().map(Account::from).collect(), more))
    }

    /// Vehicles.
    async fn vehicles(&self, ctx: &Context<'_>) -> Result<Vec<Vehicle>> {
        let Some(person) = self.person() else { return Ok(Vec::new()) };
        let organization = ctx.actor()?.organization;
        let found = queries::vehicles(ctx.conn()?, organization, person).await;
        Ok(found.map_err(|f| ctx.tell(f))?.into_iter().map(Vehicle::from).collect())
    }

    /// What guides the tone with them.
    async fn traits(&self, ctx: &Context<'_>) -> Result<Vec<Trait>> {
        let Some(person) = self.person() else { return Ok(Vec::new()) };
        let found = queries::traits(ctx.conn()?, ctx.actor()?.organization, person).await;
        let found = found.map_err(|f| ctx.tell(f))?;
        Ok(found.iter().filter_map(|row| Trait::of_name(&row.trait_)).collect())
    }

    /// Photographs, documents and so on, the newest first.
    async fn attachments(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "How many, 1 to 100.",
            default = 20,
            validator(minimum = 1, maximum = 100)
        )]
        first: i32,
    ) -> Result<Vec<Attachment>> {
        let Some(person) = self.person() else { return Ok(Vec::new()) };
        attachments::graphql::of(ctx, &person.ids, first).await
    }

    /// Whether they agreed to be looked out for, and where, the newest first; empty for roles that have nothing to do with it.
    async fn sighting_consents(&self, ctx: &Context<'_>) -> Result<Vec<SightingConsent>> {
        let Some(person) = self.person() else { return Ok(Vec::new()) };
        sightings::graphql::consents(ctx, &person.ids).await
    }

    /// Parties that were found to be this one, the newest first; a merge can be taken back.
    async fn merges(&self, ctx: &Context<'_>) -> Result<Vec<PartyMerge>> {
        let Some(person) = self.person() else { return Ok(Vec::new()) };
        let found = queries::merges(ctx.conn()?, ctx.actor()?.organization, person).await;
        Ok(found.map_err(|f| ctx.tell(f))?.into_iter().map(PartyMerge::from).collect())
    }

    /// What changed of them in the registry, the newest first.
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "How many, 1 to 100.",
            default = 20,
            validator(minimum = 1, maximum = 100)
        )]
        first: i32,
    ) -> Result<Vec<Change>> {
        let Some(person) = self.person() else { return Ok(Vec::new()) };
        let who = (ctx.actor()?, ctx.app()?.kernel.clock.domain());
        let count = u64::try_from(first).unwrap_or_default();
        let found = queries::party_changes(ctx.conn()?, who, (person, count)).await;
        Ok(found.map_err(|f| ctx.tell(f))?.into_iter().map(Change::from).collect())
    }
}

/// A page of accounts of a party.
#[derive(SimpleObject)]
#[graphql(name = "PartyAccountConnection")]
pub struct PartyAccounts {
    /// The accounts with their cursors.
    edges: Vec<PartyAccountEdge>,
    /// Where the page stands.
    page_info: PageInfo,
}

/// An account of a party with its cursor.
#[derive(SimpleObject)]
pub struct PartyAccountEdge {
    /// The account.
    node: Account,
    /// Give it as `after` to read on.
    cursor: String,
}

impl PartyAccounts {
    fn of(accounts: Vec<Account>, more: bool) -> Self {
        let edges: Vec<PartyAccountEdge> = accounts
            .into_iter()
            .map(|node| PartyAccountEdge { cursor: cursor(&node.account_id()), node })
            .collect();
        let page_info = PageInfo::of(edges.iter().map(|edge| edge.cursor.clone()), more);
        Self { edges, page_info }
    }
}

/// A vehicle 车辆.
#[derive(SimpleObject)]
pub struct Vehicle {
    /// Its id.
    id: Gid<VehicleId>,
    /// Its plate without spaces and dots, such as "浙A12345".
    plate: String,
}

impl From<vehicle::Model> for Vehicle {
    fn from(row: vehicle::Model) -> Self {
        Self { id: Gid(row.id), plate: row.plate }
    }
}

/// Two parties that were found to be one.
#[derive(SimpleObject)]
pub struct PartyMerge {
    /// Its id, to take it back.
    id: Gid<MergeId>,
    /// The id that stands for the party since.
    merged_id: Gid<PartyId>,
    /// When.
    merged_at: Instant,
}

impl From<party_merge::Model> for PartyMerge {
    fn from(row: party_merge::Model) -> Self {
        Self { id: Gid(row.id), merged_id: Gid(row.loser_id), merged_at: Instant(row.merged_at) }
    }
}

/// A share as a fraction, such as 1/2.
#[derive(SimpleObject)]
pub struct Share {
    /// Upper part.
    part: i64,
    /// Lower part.
    whole: i64,
}

/// A holder of an account 产权人.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct Holder {
    /// Id of the row: who held the account in which period.
    id: Gid<HolderId>,
    #[graphql(skip)]
    pub(crate) party_id: Gid<PartyId>,
    /// Who.
    party: Party,
    /// The party's name.
    name: String,
    /// The party's numbers and addresses.
    contact_points: Vec<ContactPoint>,
    /// How much of it they hold; null is unknown. Towards us all owe the whole.
    share: Option<Share>,
    /// First day; null is unknown.
    from: Option<Date>,
    /// Last day; null while they hold it.
    to: Option<Date>,
}

impl From<HolderCard> for Holder {
    fn from(card: HolderCard) -> Self {
        let HolderCard { holder, person } = card;
        let share = holder.share_part.zip(holder.share_whole);
        Self {
            id: Gid(holder.id),
            party_id: Gid(person.party.id),
            name: person.party.name.clone(),
            contact_points: person.points.iter().cloned().map(ContactPoint::from).collect(),
            share: share.map(|(part, whole)| Share { part, whole }),
            from: holder.from_on.map(Date),
            to: holder.to_on.map(Date),
            party: person.into(),
        }
    }
}

/// Who agreed to pay for an account 约定付款人.
#[derive(SimpleObject)]
pub struct Payer {
    /// Id of the row.
    id: Gid<PayerId>,
    /// Who.
    party: Party,
    /// First day.
    from: Date,
}

impl From<(account_payer::Model, PersonCard)> for Payer {
    fn from((row, person): (account_payer::Model, PersonCard)) -> Self {
        Self { id: Gid(row.id), party: person.into(), from: Date(row.from_on) }
    }
}

/// Who uses a unit without owing for it 使用人.
#[derive(SimpleObject)]
pub struct Occupant {
    /// Id of the row.
    id: Gid<OccupantId>,
    /// Who.
    party: Party,
    /// In what way.
    role: OccupantRole,
    /// First day; null is unknown.
    from: Option<Date>,
}

impl From<(occupant::Model, PersonCard)> for Occupant {
    fn from((row, person): (occupant::Model, PersonCard)) -> Self {
        Self {
            id: Gid(row.id),
            party: person.into(),
            role: OccupantRole::of_name(&row.role).unwrap_or(OccupantRole::Other),
            from: row.from_on.map(Date),
        }
    }
}
