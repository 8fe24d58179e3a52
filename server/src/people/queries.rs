//! Who is behind a token, and what they see of themselves.

use std::collections::HashMap;

use guanjia_entity::{community, membership, membership_community, organization, session};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{sign_in, staff, store};
use crate::kernel::{
    Actor, Failure, Kernel, Moment, Role,
    ids::{CommunityId, MembershipId, OrganizationId},
    sql::{Sql, few_lengths, for_update},
};

/// Who comes with a token.
#[derive(Clone, Debug)]
pub struct Comer {
    /// The actor.
    pub actor: Actor,
    /// Until when the token is good.
    pub token_until: Moment,
    /// Until when the session is good, unless it is refreshed.
    pub session_until: Moment,
    /// The version of the membership: rises when roles, communities or access change.
    pub version: i64,
}

/// Who is behind an access token, as the database knows it now; none when it is unknown, ended or expired.
pub async fn comer_of_token(kernel: &Kernel, token: &str) -> Result<Option<Comer>, Failure> {
    let conn = kernel.database.read();
    let Some(seat) = sign_in::store::seat_of(conn, token, kernel.clock.security()).await? else {
        return Ok(None);
    };
    let roles = store::roles_of(conn, seat.organization_id, seat.membership_id).await?;
    let actor = Actor {
        organization: seat.organization_id,
        person: seat.membership_id,
        user: seat.user_id,
        session: seat.session_id,
        roles: roles.iter().filter_map(|role| role.parse::<Role>().ok()).collect(),
        all_communities: seat.all_communities,
    };
    Ok(Some(Comer {
        actor,
        token_until: seat.token_until.min(seat.expires_at),
        session_until: seat.expires_at,
        version: seat.version,
    }))
}

/// The sessions of the actor that are not over, the newest first.
pub async fn my_sessions(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    now: Moment,
) -> Result<Vec<session::Model>, Failure> {
    Ok(sign_in::store::live_of(conn, (actor.organization, actor.person), now).await?)
}

/// The actor's own membership.
pub async fn myself(
    conn: &impl ConnectionTrait,
    actor: &Actor,
) -> Result<membership::Model, Failure> {
    store::membership_of(conn, actor.organization, actor.person).await?.ok_or(Failure::NotFound)
}

/// The actor's company.
pub async fn company(
    conn: &impl ConnectionTrait,
    id: OrganizationId,
) -> Result<organization::Model, Failure> {
    organization::Entity::find_by_id(id).one(conn).await?.ok_or(Failure::NotFound)
}

/// Every company: the list that workers walk.
pub async fn companies(conn: &impl ConnectionTrait) -> Result<Vec<OrganizationId>, Failure> {
    let ids = organization::Entity::find().select_only().column(organization::Column::Id);
    Ok(ids.order_by_asc(organization::Column::Id).into_tuple().all(conn).await?)
}

/// Communities of a company, by name.
pub async fn communities(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
) -> Result<Vec<community::Model>, Failure> {
    Ok(community::Entity::find()
        .filter(community::Column::OrganizationId.eq(organization))
        .order_by_asc(community::Column::Name)
        .all(conn)
        .await?)
}

/// The communities the actor reaches, by name.
pub async fn my_communities(
    conn: &impl ConnectionTrait,
    actor: &Actor,
) -> Result<Vec<community::Model>, Failure> {
    let all = communities(conn, actor.organization).await?;
    if actor.all_communities {
        return Ok(all);
    }
    let mine: Vec<CommunityId> = membership_community::Entity::find()
        .filter(membership_community::Column::OrganizationId.eq(actor.organization))
        .filter(membership_community::Column::MembershipId.eq(actor.person))
        .select_only()
        .column(membership_community::Column::CommunityId)
        .into_tuple()
        .all(conn)
        .await?;
    Ok(all.into_iter().filter(|community| mine.contains(&community.id)).collect())
}

/// One community, if the actor reaches it.
pub async fn my_community(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    id: CommunityId,
) -> Result<community::Model, Failure> {
    let mine = my_communities(conn, actor).await?;
    mine.into_iter().find(|community| community.id == id).ok_or(Failure::NotFound)
}

/// Whether somebody with this number has a password in the company.
pub async fn can_sign_in(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    mobile: &str,
) -> Result<bool, Failure> {
    let login = store::login_by_mobile(conn, organization, mobile).await?;
    Ok(login.is_some_and(|login| !login.ended && login.password_hash.is_some()))
}

/// By whose salt the passwords of this number are hashed; none while nobody has it.
pub async fn mould_of(
    conn: &impl ConnectionTrait,
    mobile: &str,
) -> Result<Option<String>, Failure> {
    Ok(store::user_by_mobile(conn, mobile).await?.map(|user| user.password_hash))
}

/// Lets one act on a community follow the other, until the end of the transaction.
pub async fn lock_community(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    community: CommunityId,
) -> Result<(), Failure> {
    let text = "SELECT id FROM community WHERE organization_id = $1 AND id = $2";
    let row = Sql::new(text, [organization.into(), community.into()]).push(for_update(conn));
    row.run(conn).await?;
    Ok(())
}

/// Somebody who decides for a community.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Authority {
    /// Who.
    pub person: MembershipId,
    /// As what.
    pub role: Role,
}

/// Roles that decide, the nearest to the stewards first.
pub const DECIDERS: [Role; 3] = [Role::Manager, Role::Director, Role::Administrator];

/// Who decides for a community, the nearest first: its managers, then directors, then administrators; within a role those
/// who were given the community by name before those who reach all, then who came first. The same for everybody who asks.
pub async fn authorities(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    community: CommunityId,
) -> Result<Vec<Authority>, Failure> {
    let names = DECIDERS.map(|role| role.name());
    let mut rows = store::with_role(conn, organization, (community, &names)).await?;
    let rank = |role: &str| DECIDERS.iter().position(|one| one.name() == role);
    rows.sort_by_key(|row| (rank(&row.role), row.all_communities, row.created_at, row.person));
    let authority =
        |row: store::WithRole| Some(Authority { person: row.person, role: row.role.parse().ok()? });
    Ok(rows.into_iter().filter_map(authority).collect())
}

/// The names of all companies: for the command line only.
pub async fn company_names(conn: &impl ConnectionTrait) -> Result<Vec<String>, Failure> {
    let rows = organization::Entity::find().all(conn).await?;
    Ok(rows.into_iter().map(|row| row.name).collect())
}

/// How colleagues call somebody, also when they have left; none when they never were here.
pub async fn name_of(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    person: MembershipId,
) -> Result<Option<String>, Failure> {
    Ok(store::membership_of(conn, organization, person).await?.map(|row| row.name))
}

/// Somebody of a company, as others have to know them.
pub struct Colleague {
    /// Who.
    pub person: MembershipId,
    /// What they are.
    pub roles: Vec<Role>,
    /// Whether their access has ended.
    pub ended: bool,
}

/// Somebody of this company, without asking who asks: for checks whose answer tells nothing more than that.
pub async fn colleague(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    person: MembershipId,
) -> Result<Option<Colleague>, Failure> {
    let Some(row) = store::membership_of(conn, organization, person).await? else {
        return Ok(None);
    };
    let roles = store::roles_of(conn, organization, person).await?;
    let roles = roles.iter().filter_map(|role| role.parse::<Role>().ok()).collect();
    Ok(Some(Colleague { person, roles, ended: row.ended_at.is_some() }))
}

/// Somebody who works where the actor does.
pub async fn colleague_of(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    person: MembershipId,
) -> Result<Option<Colleague>, Failure> {
    match staff::queries::person(conn, actor, person).await {
        Ok(row) => colleague(conn, actor.organization, row.id).await,
        Err(Failure::NotFound) => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// How colleagues call some people.
pub async fn names(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    people: Vec<MembershipId>,
) -> Result<HashMap<MembershipId, String>, Failure> {
    let rows = membership::Entity::find()
        .filter(membership::Column::OrganizationId.eq(organization))
        .filter(membership::Column::Id.is_in(few_lengths(people)))
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// Roles that work with owners.
const CARERS: [Role; 3] = [Role::Steward, Role::Manager, Role::Director];

/// Whether somebody works here, with owners, in a community.
pub async fn cares_in(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    (person, community): (MembershipId, CommunityId),
) -> Result<bool, Failure> {
    let roles = CARERS.map(|role| role.name());
    let found = store::with_role(conn, organization, (community, &roles)).await?;
    Ok(found.iter().any(|one| one.person == person))
}
