//! All SQL of staff.

use std::collections::HashMap;

use guanjia_entity::membership;
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, FromQueryResult};
use serde::{Deserialize, Serialize};

use super::queries::PersonState;
use crate::kernel::{
    Actor, Moment, Role, Work,
    ids::{CommunityId, MembershipId, OrganizationId},
    sql::Sql,
};

/// The place of a person in the list: the cursor.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct After {
    name: String,
    id: uuid::Uuid,
}

/// Somebody who works here, or did.
#[derive(Clone, Debug, FromQueryResult)]
pub struct PersonRow {
    /// Who.
    pub id: MembershipId,
    /// The company.
    pub organization_id: OrganizationId,
    /// How colleagues call them.
    pub name: String,
    /// Mobile number.
    pub mobile: String,
    /// Reaches all communities.
    pub all_communities: bool,
    has_password: bool,
    ended: bool,
    /// Since when, UTC.
    pub created_at: Moment,
}

impl PersonRow {
    /// How it stands with their access.
    pub fn state(&self) -> PersonState {
        match (self.ended, self.has_password) {
            (true, _) => PersonState::Ended,
            (false, true) => PersonState::Active,
            (false, false) => PersonState::Pending,
        }
    }

    /// Where they stand in the list.
    pub fn place(&self) -> After {
        After { name: self.name.clone(), id: self.id.into() }
    }
}

const PERSON: &str = "SELECT m.id, m.organization_id, m.name, u.mobile, m.all_communities, \
     (m.password_hash IS NOT NULL) AS has_password, (m.ended_at IS NOT NULL) AS ended, m.created_at \
     FROM membership m JOIN app_user u ON u.id = m.user_id WHERE m.organization_id = $1 AND ";

/// The condition on `m` under which the actor may see a person: somebody who works where they do. Administrators see all.
fn visible(found: Sql, actor: &Actor) -> Sql {
    if actor.all_communities || actor.is_any(&[Role::Administrator]) {
        return found.push("1 = 1");
    }
    found
        .push("(m.all_communities OR EXISTS (SELECT 1 FROM membership_community t JOIN membership_community r \
               ON r.organization_id = t.organization_id AND r.community_id = t.community_id \
               WHERE t.organization_id = m.organization_id AND t.membership_id = m.id AND r.membership_id = ")
        .bind(actor.person)
        .push("))")
}

pub(super) async fn people(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    state: Option<PersonState>,
    (count, after): (usize, Option<After>),
) -> Result<Vec<PersonRow>, DbErr> {
    let mut rows = visible(Sql::new(PERSON, [actor.organization.into()]), actor);
    rows = rows.push(match state {
        None => "",
        Some(PersonState::Active) => " AND m.ended_at IS NULL AND m.password_hash IS NOT NULL",
        Some(PersonState::Pending) => " AND m.ended_at IS NULL AND m.password_hash IS NULL",
        Some(PersonState::Ended) => " AND m.ended_at IS NOT NULL",
    });
    if let Some(after) = after {
        rows = rows
            .push(" AND (m.name, m.id) > (")
            .bind(after.name)
            .push(", ")
            .bind(after.id)
            .push(")");
    }
    let limit = i64::try_from(count).unwrap_or(i64::MAX);
    rows.push(" ORDER BY m.name, m.id LIMIT ").bind(limit).all(conn).await
}

pub(super) async fn person(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    id: MembershipId,
) -> Result<Option<PersonRow>, DbErr> {
    let row = visible(Sql::new(PERSON, [actor.organization.into()]), actor);
    row.push(" AND m.id = ").bind(id).one(conn).await
}

pub(super) async fn seen(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    people: &[MembershipId],
) -> Result<Vec<MembershipId>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        id: MembershipId,
    }
    let text = "SELECT m.id FROM membership m WHERE m.organization_id = $1 AND m.id IN ";
    let rows = Sql::new(text, [actor.organization.into()]).list(people.iter().copied());
    let rows = visible(rows.push(" AND "), actor).all::<Row>(conn).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

pub(super) async fn roles(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    people: &[MembershipId],
) -> Result<HashMap<MembershipId, Vec<Role>>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        membership_id: MembershipId,
        role: String,
    }
    let text = "SELECT membership_id, role FROM membership_role WHERE organization_id = $1 AND membership_id IN ";
    let rows = Sql::new(text, [organization.into()]).list(people.iter().copied());
    let mut found: HashMap<MembershipId, Vec<Role>> = HashMap::new();
    for row in rows.push(" ORDER BY role").all::<Row>(conn).await? {
        found.entry(row.membership_id).or_default().extend(row.role.parse::<Role>().ok());
    }
    Ok(found)
}

/// How many administrators can sign in.
pub(super) async fn administrators(work: &Work) -> Result<i64, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        count: i64,
    }
    let text = "SELECT COUNT(*) AS count FROM membership m JOIN membership_role r ON r.organization_id = m.organization_id \
         AND r.membership_id = m.id AND r.role = 'ADMINISTRATOR' \
         WHERE m.organization_id = $1 AND m.ended_at IS NULL AND m.password_hash IS NOT NULL";
    let row = Sql::new(text, [work.organization().into()]).one::<Row>(work.conn());
    Ok(row.await?.map_or(0, |row| row.count))
}

pub(super) async fn insert(work: &Work, row: membership::Model) -> Result<(), DbErr> {
    let row = membership::ActiveModel::from(row);
    membership::Entity::insert(row).exec_without_returning(work.conn()).await.map(drop)
}

/// Gives a code to somebody who has no password; false when they have one.
pub(super) async fn set_code(
    work: &Work,
    person: MembershipId,
    (print, until): (&str, Moment),
) -> Result<bool, DbErr> {
    let text = "UPDATE membership SET entry_code_hash = $3, entry_code_until = $4 \
         WHERE organization_id = $1 AND id = $2 AND password_hash IS NULL AND ended_at IS NULL";
    let values = [work.organization().into(), person.into(), print.into(), until.into()];
    Ok(Sql::new(text, values).run(work.conn()).await? == 1)
}

pub(super) async fn set_name(work: &Work, person: MembershipId, name: &str) -> Result<(), DbErr> {
    let text = "UPDATE membership SET name = $3 WHERE organization_id = $1 AND id = $2";
    let values = [work.organization().into(), person.into(), name.into()];
    Sql::new(text, values).run(work.conn()).await.map(drop)
}

/// Takes away what they are, to be given anew.
pub(super) async fn clear_roles(work: &Work, person: MembershipId) -> Result<(), DbErr> {
    let text = "DELETE FROM membership_role WHERE organization_id = $1 AND membership_id = $2";
    let values = [work.organization().into(), person.into()];
    Sql::new(text, values).run(work.conn()).await.map(drop)
}

/// Takes away where they are; all or what is given anew.
pub(super) async fn clear_communities(
    work: &Work,
    person: MembershipId,
    all: bool,
) -> Result<(), DbErr> {
    let text = "DELETE FROM membership_community WHERE organization_id = $1 AND membership_id = $2";
    let key = [work.organization().into(), person.into()];
    Sql::new(text, key.clone()).run(work.conn()).await?;
    let text = "UPDATE membership SET all_communities = $3 WHERE organization_id = $1 AND id = $2";
    Sql::new(text, key.into_iter().chain([all.into()])).run(work.conn()).await.map(drop)
}

/// Ends somebody's access: no password, no code.
pub(super) async fn end(work: &Work, person: MembershipId) -> Result<(), DbErr> {
    let text = "UPDATE membership SET ended_at = $3, password_hash = NULL, entry_code_hash = NULL, \
         entry_code_until = NULL, version = version + 1 WHERE organization_id = $1 AND id = $2";
    let values = [work.organization().into(), person.into(), work.security_now.into()];
    Sql::new(text, values).run(work.conn()).await.map(drop)
}

/// Of some communities those that there are.
pub(super) async fn communities(
    work: &Work,
    ids: &[CommunityId],
) -> Result<Vec<CommunityId>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        id: CommunityId,
    }
    let rows = Sql::new(
        "SELECT id FROM community WHERE organization_id = $1 AND id IN ",
        [work.organization().into()],
    );
    let rows = rows.list(ids.iter().copied()).all::<Row>(work.conn()).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}
