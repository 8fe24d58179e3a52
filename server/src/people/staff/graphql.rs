//! The people of a company, in the API.

use std::collections::HashMap;

use async_graphql::{Context, Enum, InputObject, Object, Result, SimpleObject};

use super::{
    commands::{self, Change, Invite, Reach},
    queries::{self, PersonRow, PersonState},
};
use crate::{
    api::{
        acts::{Problem, act, settle},
        context::Ask,
        page::PageInfo,
        rights,
        scalars::{Gid, Instant},
    },
    kernel::{
        By, Failure, Role, Work,
        events::Task,
        idempotency,
        ids::{CommunityId, MembershipId},
        paging::{Page, cursor},
        tokens,
    },
    owners::{assignments, queries::reach_day},
    people::sign_in::commands::Code,
};

/// Somebody who works here, or did 员工.
#[derive(SimpleObject)]
pub struct Person {
    /// Their id in this company.
    pub id: Gid<MembershipId>,
    /// How colleagues call them.
    name: String,
    /// Mobile number; the middle is hidden from all but administrators: "139****0001".
    mobile: String,
    /// What they are.
    roles: Vec<Role>,
    /// Whether they reach every community.
    all_communities: bool,
    /// How it stands with their access.
    state: PersonState,
    /// How many units they look after today, also standing in.
    units: i64,
    /// Since when they work here.
    created_at: Instant,
}

/// Somebody in their place.
#[derive(SimpleObject)]
pub struct PersonEdge {
    /// Their place.
    cursor: String,
    /// The person.
    node: Person,
}

/// A page of people.
#[derive(SimpleObject)]
pub struct PersonConnection {
    /// The people.
    edges: Vec<PersonEdge>,
    /// Whether there are more.
    page_info: PageInfo,
}

/// What `invitePerson` takes.
#[derive(InputObject)]
pub struct InvitePersonInput {
    /// A key that names this act; the same on every retry.
    idempotency_key: String,
    /// Mobile number, eleven digits.
    mobile: String,
    /// How colleagues call them.
    name: String,
    /// What they are to be.
    roles: Vec<Role>,
    /// The communities they are to reach; null for all.
    #[graphql(validator(max_items = 500))]
    community_ids: Option<Vec<Gid<CommunityId>>>,
}

/// What `changePerson` takes; what is left out stays.
#[derive(InputObject)]
pub struct ChangePersonInput {
    /// A key that names this act; the same on every retry.
    idempotency_key: String,
    /// Who.
    person_id: Gid<MembershipId>,
    /// How colleagues call them.
    name: Option<String>,
    /// All they are to be.
    roles: Option<Vec<Role>>,
    /// What they are to reach.
    reach: Option<ReachKind>,
    /// The communities, with reach `THESE`.
    #[graphql(validator(max_items = 500))]
    community_ids: Option<Vec<Gid<CommunityId>>>,
}

/// What somebody reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ReachKind {
    /// Every community of the company.
    All,
    /// The communities named.
    These,
}

/// What `resetPassword`, `signOutEverywhere` and `endAccess` take.
#[derive(InputObject)]
pub struct PersonInput {
    /// A key that names this act; the same on every retry.
    idempotency_key: String,
    /// Who.
    person_id: Gid<MembershipId>,
}

/// What these mutations answer.
#[derive(SimpleObject, Default)]
pub struct PersonPayload {
    /// Who it was about.
    person_id: Option<Gid<MembershipId>>,
    /// A code for `useCode`, to be handed over; shown this once. A repetition answers a new one, and the one before is void.
    /// Null once the person has used one.
    code: Option<String>,
    /// The code is good until then.
    code_expires_at: Option<Instant>,
    /// What is wrong with the input.
    problems: Vec<Problem>,
}

/// Queries.
#[derive(Default)]
pub struct StaffQuery;

#[Object]
impl StaffQuery {
    /// People who work where you do, by name; administrators see all of the company.
    async fn people(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those in this state.")] state: Option<PersonState>,
        #[graphql(desc = "How many, 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor of the last one you have.")] after: Option<String>,
    ) -> Result<PersonConnection> {
        rights::check(ctx, "Query.people")?;
        let page = Page::try_new(first, after.as_deref()).map_err(|f| ctx.tell(f))?;
        let (conn, actor) = (ctx.conn()?, ctx.actor()?);
        let found = queries::people(conn, actor, state, page).await.map_err(|f| ctx.tell(f))?;
        let cursors: Vec<String> = found.rows.iter().map(|row| cursor(&row.place())).collect();
        let page_info = PageInfo::of(cursors.iter().cloned(), found.more);
        let seen = shown(ctx, found.rows).await?;
        let edges = cursors.into_iter().zip(seen);
        let edges = edges.map(|(cursor, node)| PersonEdge { cursor, node }).collect();
        Ok(PersonConnection { edges, page_info })
    }
}

/// Somebody by their id, for who may list people and works where they do; none otherwise.
pub async fn one(ctx: &Context<'_>, id: MembershipId) -> Result<Option<Person>> {
    let actor = ctx.actor()?;
    if !rights::allows("Query.people", actor) {
        return Ok(None);
    }
    match queries::person(ctx.conn()?, actor, id).await {
        Ok(row) => Ok(shown(ctx, vec![row]).await?.pop()),
        Err(Failure::NotFound) => Ok(None),
        Err(failure) => Err(ctx.tell(failure)),
    }
}

/// People that were found through the actor before, as they are shown.
async fn shown(ctx: &Context<'_>, rows: Vec<PersonRow>) -> Result<Vec<Person>> {
    let (conn, actor) = (ctx.conn()?, ctx.actor()?);
    let ids: Vec<MembershipId> = rows.iter().map(|row| row.id).collect();
    let roles = queries::roles(conn, actor.organization, &ids).await;
    let mut roles = roles.map_err(|f| ctx.tell(f))?;
    let today = reach_day(ctx.app()?.kernel.clock.domain());
    let units = assignments::queries::counts(conn, actor.organization, (&ids, today)).await;
    let units = units.map_err(|f| ctx.tell(f))?;
    let whole = actor.is_any(&[Role::Administrator]);
    Ok(rows.into_iter().map(|row| person(row, whole, (&mut roles, &units))).collect())
}

fn person(
    row: PersonRow,
    whole: bool,
    (roles, units): (&mut HashMap<MembershipId, Vec<Role>>, &HashMap<MembershipId, i64>),
) -> Person {
    Person {
        id: Gid(row.id),
        state: row.state(),
        mobile: if whole { row.mobile.clone() } else { masked(&row.mobile) },
        roles: roles.remove(&row.id).unwrap_or_default(),
        all_communities: row.all_communities,
        units: units.get(&row.id).copied().unwrap_or_default(),
        created_at: Instant(row.created_at),
        name: row.name,
    }
}

/// `139****0001`.
fn masked(mobile: &str) -> String {
    match (mobile.get(..3), mobile.get(7..)) {
        (Some(head), Some(tail)) => format!("{head}****{tail}"),
        _ => "****".to_owned(),
    }
}

/// Mutations.
#[derive(Default)]
pub struct StaffMutation;

#[Object]
impl StaffMutation {
    /// Takes somebody in and answers the code with which they set their password. Whether another company knows the number
    /// makes no difference.
    async fn invite_person(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who, as what, where.")] input: InvitePersonInput,
    ) -> Result<PersonPayload> {
        rights::check(ctx, "Mutation.invitePerson")?;
        let app = ctx.app()?;
        let turn = app.passwords.turn().await.map_err(|f| ctx.tell(f))?;
        // Nobody knows the password behind it; its salt is what is kept of it, if the number is new.
        let secret = tokens::fresh_token().map_err(|f| ctx.tell(f))?;
        let mould = turn.hash(secret, None).await.map_err(|f| ctx.tell(f))?;
        drop(turn);
        let key = (input.idempotency_key, "invitePerson");
        let communities = input.community_ids;
        let order = Invite {
            mobile: input.mobile.trim().to_owned(),
            name: input.name,
            roles: input.roles,
            communities: communities.map(|ids| ids.into_iter().map(|id| id.0).collect()),
        };
        with_code(ctx, key, order, move |work, order| {
            Box::pin(async move { commands::invite(work, order, &mould).await })
        })
        .await
    }

    /// Changes name, roles or reach of somebody. It holds from their next request on; their sockets are closed and come back.
    /// One administrator who can sign in must remain.
    async fn change_person(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who, and what is to change.")] input: ChangePersonInput,
    ) -> Result<PersonPayload> {
        let ids = input.community_ids.unwrap_or_default();
        let order = Change {
            person: input.person_id.0,
            name: input.name,
            roles: input.roles,
            communities: input.reach.map(|reach| match reach {
                ReachKind::All => Reach::All,
                ReachKind::These => Reach::These(ids.into_iter().map(|id| id.0).collect()),
            }),
        };
        let sessions = ctx.app()?.sessions.clone();
        let key = (input.idempotency_key.as_str(), "changePerson");
        let done = act(ctx, key, order, |w, o| Box::pin(commands::change(w, o, sessions)));
        Ok(payload(done.await?))
    }

    /// Takes somebody's password away, signs them out, and answers the code with which they set another. It opens no other
    /// company.
    async fn reset_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who.")] input: PersonInput,
    ) -> Result<PersonPayload> {
        rights::check(ctx, "Mutation.resetPassword")?;
        let sessions = ctx.app()?.sessions.clone();
        let key = (input.idempotency_key, "resetPassword");
        with_code(ctx, key, input.person_id.0, |work, id| {
            Box::pin(commands::reset_password(work, id, sessions))
        })
        .await
    }

    /// Ends all sessions of somebody and closes their sockets; they may sign in again.
    async fn sign_out_everywhere(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who.")] input: PersonInput,
    ) -> Result<PersonPayload> {
        let (sessions, id) = (ctx.app()?.sessions.clone(), input.person_id.0);
        let key = (input.idempotency_key.as_str(), "signOutEverywhere");
        let done = act(ctx, key, id, |work, id| {
            Box::pin(async move {
                commands::sign_out_everywhere(work, id, sessions).await?;
                Ok(id)
            })
        });
        Ok(payload(done.await?))
    }

    /// Ends somebody's access at once: sessions, sockets, codes, leaves. Their units are nobody's from today on. One
    /// administrator who can sign in must remain.
    async fn end_access(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who.")] input: PersonInput,
    ) -> Result<PersonPayload> {
        let sessions = ctx.app()?.sessions.clone();
        let key = (input.idempotency_key.as_str(), "endAccess");
        let done = act(ctx, key, input.person_id.0, |work, id| {
            Box::pin(commands::end_access(work, id, sessions))
        });
        Ok(payload(done.await?))
    }
}

/// Runs a command under its key and hands out a code in the same transaction: repeated, the act is the same and the code is
/// new, since only its print is kept.
async fn with_code<I>(
    ctx: &Context<'_>,
    (key, operation): (String, &'static str),
    input: I,
    command: impl for<'a> FnOnce(&'a mut Work, I) -> Task<'a, MembershipId> + Send + 'static,
) -> Result<PersonPayload>
where
    I: serde::Serialize + Send + 'static,
{
    let app = ctx.app()?;
    let code = Code::fresh(&app.settings.sign_in, app.kernel.clock.security());
    let code = code.map_err(|f| ctx.tell(f))?;
    let (print, until) = (code.print.clone(), code.until);
    let act = match idempotency::Act::new(&key, operation, &input) {
        Ok(act) => act,
        Err(failure) => return Ok(payload(settle(ctx, Err(failure))?)),
    };
    let by = By::Person(ctx.actor()?.clone());
    let done = app.kernel.write(by, |work| {
        Box::pin(async move {
            let id = idempotency::once(work, act, |work| command(work, input)).await?;
            let given = commands::give_code(work, id, (&print, until)).await?;
            Ok((id, given))
        })
    });
    Ok(match settle(ctx, done.await)? {
        Ok((id, given)) => PersonPayload {
            person_id: Some(Gid(id)),
            code: given.then_some(code.text),
            code_expires_at: given.then_some(Instant(until)),
            problems: Vec::new(),
        },
        Err(problems) => PersonPayload { problems, ..PersonPayload::default() },
    })
}

fn payload(done: std::result::Result<MembershipId, Vec<Problem>>) -> PersonPayload {
    match done {
        Ok(id) => PersonPayload { person_id: Some(Gid(id)), ..PersonPayload::default() },
        Err(problems) => PersonPayload { problems, ..PersonPayload::default() },
    }
}
