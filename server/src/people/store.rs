//! All SQL of people.

use guanjia_entity::{app_user, membership, membership_role, session};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult,
    QueryFilter,
};

use crate::kernel::{
    Moment,
    ids::{CommunityId, MembershipId, OrganizationId, SessionId, UserId},
    sql::Sql,
};

/// A live membership with its company's name.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Place {
    pub(super) organization_id: OrganizationId,
    pub(super) organization_name: String,
    pub(super) membership_id: MembershipId,
}

/// A session with what its person is.
#[derive(FromQueryResult)]
pub(super) struct Seat {
    pub(super) session_id: SessionId,
    pub(super) user_id: UserId,
    pub(super) organization_id: OrganizationId,
    pub(super) membership_id: MembershipId,
    pub(super) all_communities: bool,
    pub(super) expires_at: Moment,
}

pub(super) async fn user_by_mobile(
    conn: &impl ConnectionTrait,
    mobile: &str,
) -> Result<Option<app_user::Model>, DbErr> {
    app_user::Entity::find().filter(app_user::Column::Mobile.eq(mobile)).one(conn).await
}

pub(super) async fn places_of(
    conn: &impl ConnectionTrait,
    user: UserId,
) -> Result<Vec<Place>, DbErr> {
    let text = "SELECT o.id AS organization_id, o.name AS organization_name, m.id AS membership_id \
         FROM membership m JOIN organization o ON o.id = m.organization_id \
         WHERE m.user_id = $1 AND m.ended_at IS NULL ORDER BY o.name";
    Sql::new(text, [user.into()]).all(conn).await
}

pub(super) async fn seat_of(
    conn: &impl ConnectionTrait,
    token_hash: &str,
    now: Moment,
) -> Result<Option<Seat>, DbErr> {
    let text = "SELECT s.id AS session_id, s.user_id, s.organization_id, s.membership_id, s.expires_at, m.all_communities \
         FROM session s JOIN membership m ON m.organization_id = s.organization_id AND m.id = s.membership_id \
         WHERE s.token_hash = $1 AND s.ended_at IS NULL AND s.expires_at > $2 AND m.ended_at IS NULL";
    Sql::new(text, [token_hash.into(), now.into()]).one(conn).await
}

pub(super) async fn roles_of(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    person: MembershipId,
) -> Result<Vec<String>, DbErr> {
    let rows = membership_role::Entity::find()
        .filter(membership_role::Column::OrganizationId.eq(organization))
        .filter(membership_role::Column::MembershipId.eq(person))
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|row| row.role).collect())
}

pub(super) async fn membership_of(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    person: MembershipId,
) -> Result<Option<membership::Model>, DbErr> {
    membership::Entity::find_by_id((organization, person)).one(conn).await
}

pub(super) async fn end_session(
    conn: &impl ConnectionTrait,
    id: SessionId,
    now: Moment,
) -> Result<(), DbErr> {
    let row = session::ActiveModel { id: Set(id), ended_at: Set(Some(now)), ..Default::default() };
    session::Entity::update(row).exec(conn).await?;
    Ok(())
}

pub(super) async fn set_password(
    conn: &impl ConnectionTrait,
    id: UserId,
    hash: &str,
) -> Result<(), DbErr> {
    let row = app_user::ActiveModel {
        id: Set(id),
        password_hash: Set(hash.to_owned()),
        ..Default::default()
    };
    app_user::Entity::update(row).exec(conn).await.map(drop)
}

/// Ends every session of somebody.
pub(super) async fn end_sessions(
    conn: &impl ConnectionTrait,
    user: UserId,
    now: Moment,
) -> Result<(), DbErr> {
    let text = "UPDATE session SET ended_at = $2 WHERE user_id = $1 AND ended_at IS NULL";
    Sql::new(text, [user.into(), now.into()]).run(conn).await.map(drop)
}

/// Somebody with a role that decides.
#[derive(FromQueryResult)]
pub(super) struct Decider {
    pub(super) person: MembershipId,
    pub(super) role: String,
    pub(super) all_communities: bool,
    pub(super) created_at: Moment,
}

/// Managers, directors and administrators of a community who still work here.
pub(super) async fn deciders(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    community: CommunityId,
) -> Result<Vec<Decider>, DbErr> {
    let text = "SELECT m.id AS person, r.role, m.all_communities, m.created_at FROM membership m \
         JOIN membership_role r ON r.organization_id = m.organization_id AND r.membership_id = m.id \
         WHERE m.organization_id = $1 AND m.ended_at IS NULL \
         AND (m.all_communities OR EXISTS (SELECT 1 FROM membership_community c \
              WHERE c.organization_id = m.organization_id AND c.membership_id = m.id AND c.community_id = $2)) \
         AND r.role IN ";
    let roles = super::queries::DECIDERS.map(|role| role.name());
    Sql::new(text, [organization.into(), community.into()]).list(roles).all(conn).await
}
