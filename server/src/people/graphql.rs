//! People in the API: oneself, the company, the communities one reaches.

use async_graphql::{Context, MergedObject, Object, Result, SimpleObject};
use guanjia_entity::{community, membership, organization};

use super::{
    communities::graphql::CommunitiesMutation,
    queries,
    sign_in::graphql::{Session, SignInMutation},
    staff::graphql::{StaffMutation, StaffQuery},
};
use crate::{
    api::{
        context::{Ask, Caller},
        scalars::{Date, Gid},
    },
    cases::{
        collecting::{self, graphql::CollectionPolicy},
        policy_setting::{self, graphql::CasePolicy},
    },
    kernel::{
        Actor, Role, calendar,
        ids::{CommunityId, MembershipId, OrganizationId},
    },
    ledger,
};

/// Queries.
#[derive(MergedObject, Default)]
pub struct PeopleQuery(ViewerQuery, StaffQuery);

/// Mutations.
#[derive(MergedObject, Default)]
pub struct PeopleMutation(SignInMutation, StaffMutation, CommunitiesMutation);

/// Who is signed in.
#[derive(Default)]
pub struct ViewerQuery;

#[Object]
impl ViewerQuery {
    /// Who you are and what you reach; null when nobody is signed in.
    async fn viewer(&self, ctx: &Context<'_>) -> Result<Option<Viewer>> {
        let caller = ctx.data::<Caller>()?;
        Ok(caller.actor.clone().map(|actor| Viewer { actor }))
    }
}

/// The person who is signed in.
pub struct Viewer {
    actor: Actor,
}

impl From<Actor> for Viewer {
    fn from(actor: Actor) -> Self {
        Self { actor }
    }
}

/// You: the person who is signed in, in the company they signed in to.
#[Object]
impl Viewer {
    /// Your id in this company.
    async fn id(&self) -> Gid<MembershipId> {
        Gid(self.actor.person)
    }

    /// How colleagues call you.
    async fn name(&self, ctx: &Context<'_>) -> Result<String> {
        let me: membership::Model =
            queries::myself(ctx.conn()?, &self.actor).await.map_err(|f| ctx.tell(f))?;
        Ok(me.name)
    }

    /// What you are; it decides what you may do.
    async fn roles(&self) -> &[Role] {
        &self.actor.roles
    }

    /// The company.
    async fn organization(&self, ctx: &Context<'_>) -> Result<Organization> {
        let found = queries::company(ctx.conn()?, self.actor.organization)
            .await
            .map_err(|f| ctx.tell(f))?;
        Ok(found.into())
    }

    /// The communities you reach, by name.
    async fn communities(&self, ctx: &Context<'_>) -> Result<Vec<Community>> {
        let found =
            queries::my_communities(ctx.conn()?, &self.actor).await.map_err(|f| ctx.tell(f))?;
        Ok(found.into_iter().map(Community::from).collect())
    }

    /// Where you are signed in, the newest sign-in first; at most 100.
    async fn sessions(&self, ctx: &Context<'_>) -> Result<Vec<Session>> {
        let now = ctx.app()?.kernel.clock.security();
        let found = queries::my_sessions(ctx.conn()?, &self.actor, now).await;
        let current = self.actor.session;
        let found = found.map_err(|f| ctx.tell(f))?.into_iter();
        Ok(found.map(|row| Session::of(row, current)).collect())
    }
}

/// A property company 物业公司.
#[derive(SimpleObject)]
pub struct Organization {
    /// Its id.
    pub(super) id: Gid<OrganizationId>,
    /// Its name.
    pub(super) name: String,
}

impl From<organization::Model> for Organization {
    fn from(row: organization::Model) -> Self {
        Self { id: Gid(row.id), name: row.name }
    }
}

/// A community.
pub struct Community {
    row: community::Model,
}

impl From<community::Model> for Community {
    fn from(row: community::Model) -> Self {
        Self { row }
    }
}

/// A residential community 小区.
#[Object]
impl Community {
    /// Its id.
    pub async fn id(&self) -> Gid<CommunityId> {
        Gid(self.row.id)
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// IANA name of its time zone; a day is a day there.
    async fn time_zone(&self) -> &str {
        &self.row.time_zone
    }

    /// The day it is there now.
    async fn today(&self, ctx: &Context<'_>) -> Result<Date> {
        let now = ctx.app()?.kernel.clock.domain();
        Ok(Date(calendar::local_day(now, calendar::zone(&self.row.time_zone))))
    }

    /// What it allows of holds, follow-ups, escalations and sightings.
    async fn case_policy(&self, ctx: &Context<'_>) -> Result<CasePolicy> {
        policy_setting::graphql::of(ctx, self.row.id).await
    }

    /// What it wants of promises, contacts and reminders.
    async fn collection_policy(&self, ctx: &Context<'_>) -> Result<CollectionPolicy> {
        collecting::graphql::of(ctx, self.row.id).await
    }

    /// The watermark 收款截止日: payments are known up to the end of this day; null while nobody has said so.
    async fn payments_known_to(&self, ctx: &Context<'_>) -> Result<Option<Date>> {
        let found =
            ledger::queries::watermark(ctx.conn()?, self.row.organization_id, self.row.id).await;
        Ok(found.map_err(|f| ctx.tell(f))?.map(|row| Date(row.known_to)))
    }
}
