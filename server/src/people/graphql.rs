//! People in the API: signing in, oneself, the communities one reaches.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use guanjia_entity::{community, membership, organization};

use super::{
    commands::{self, SignIn, SignedIn},
    queries,
};
use crate::{
    api::{
        acts::{Problem, settle},
        context::{Ask, Caller},
        scalars::{Date, Gid, Instant},
    },
    kernel::{
        Actor, By, Role, calendar,
        ids::{CommunityId, MembershipId, OrganizationId},
    },
    ledger,
};

/// Queries.
#[derive(Default)]
pub struct PeopleQuery;

#[Object]
impl PeopleQuery {
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
}

/// A property company 物业公司.
#[derive(SimpleObject)]
pub struct Organization {
    /// Its id.
    id: Gid<OrganizationId>,
    /// Its name.
    name: String,
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

    /// The watermark 收款截止日: payments are known up to the end of this day; null while nobody has said so.
    async fn payments_known_to(&self, ctx: &Context<'_>) -> Result<Option<Date>> {
        let found =
            ledger::queries::watermark(ctx.conn()?, self.row.organization_id, self.row.id).await;
        Ok(found.map_err(|f| ctx.tell(f))?.map(|row| Date(row.known_to)))
    }
}

/// What `signIn` takes.
#[derive(InputObject)]
pub struct SignInInput {
    /// Mobile number, eleven digits.
    mobile: String,
    /// The password.
    #[graphql(secret)]
    password: String,
    /// The company; needed only by those who work for several.
    organization_id: Option<Gid<OrganizationId>>,
}

/// What `signIn` answers.
#[derive(SimpleObject, Default)]
pub struct SignInPayload {
    /// Send it as `Authorization: Bearer …`, and as `authorization` in `connection_init`. Shown this once.
    token: Option<String>,
    /// The token is good until then.
    expires_at: Option<Instant>,
    /// Who you are.
    viewer: Option<Viewer>,
    /// Sign in again naming one of these: you work for several companies.
    organizations: Vec<Organization>,
    /// What is wrong with the input.
    problems: Vec<Problem>,
}

/// What `signOut` answers.
#[derive(SimpleObject)]
pub struct SignOutPayload {
    /// Whether the session is ended; always true.
    ended: bool,
}

/// Mutations.
#[derive(Default)]
pub struct PeopleMutation;

#[Object]
impl PeopleMutation {
    /// Signs in with mobile number and password. Takes no idempotency key: each call is a session of its own. A number
    /// that nobody has and a wrong password look the same.
    async fn sign_in(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Number, password, company.")] input: SignInInput,
    ) -> Result<SignInPayload> {
        let app = ctx.app()?;
        let organization = input.organization_id.map(|id| id.0);
        let input = SignIn { mobile: input.mobile, password: input.password, organization };
        let signed_in =
            commands::sign_in(&app.kernel, &app.passwords, app.settings.session_lifetime(), input)
                .await;
        Ok(match settle(ctx, signed_in)? {
            Ok(SignedIn::Yes { token, expires_at, actor }) => SignInPayload {
                token: Some(token),
                expires_at: Some(Instant(expires_at)),
                viewer: Some(Viewer { actor: *actor }),
                ..SignInPayload::default()
            },
            Ok(SignedIn::Choose(several)) => {
                let organizations =
                    several.into_iter().map(|(id, name)| Organization { id: Gid(id), name });
                SignInPayload { organizations: organizations.collect(), ..SignInPayload::default() }
            }
            Err(problems) => SignInPayload { problems, ..SignInPayload::default() },
        })
    }

    /// Ends the session you came with; its sockets are closed. Repeating it changes nothing.
    async fn sign_out(&self, ctx: &Context<'_>) -> Result<SignOutPayload> {
        let by = By::Person(ctx.actor()?.clone());
        let app = ctx.app()?;
        let sessions = app.sessions.clone();
        let done = app.kernel.write(by, |work| Box::pin(commands::sign_out(work, sessions))).await;
        done.map(|()| SignOutPayload { ended: true }).map_err(|f| ctx.tell(f))
    }
}
