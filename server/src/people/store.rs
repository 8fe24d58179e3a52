//! All SQL of people.

use guanjia_entity::{app_user, membership, membership_community, membership_role};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter,
    sea_query::OnConflict,
};

use crate::kernel::{
    Moment, Role, Work,
    ids::{CommunityId, MembershipId, OrganizationId, UserId},
    sql::{Sql, for_update},
};

/// How somebody gets into a company.
#[derive(FromQueryResult)]
pub(super) struct Login {
    pub(super) organization_id: OrganizationId,
    pub(super) membership_id: MembershipId,
    pub(super) user_id: UserId,
    pub(super) mobile: String,
    /// The salt and the costs of their passwords.
    pub(super) mould: String,
    pub(super) password_hash: Option<String>,
    pub(super) ended: bool,
}

const LOGIN: &str = "SELECT m.organization_id, m.id AS membership_id, m.user_id, u.mobile, u.password_hash AS mould, \
     m.password_hash, (m.ended_at IS NOT NULL) AS ended FROM membership m JOIN app_user u ON u.id = m.user_id ";

/// How a person gets in.
pub(super) async fn login_of(
    conn: &impl ConnectionTrait,
    (organization, person): (OrganizationId, MembershipId),
) -> Result<Option<Login>, DbErr> {
    let found = Sql::new(LOGIN, []).push("WHERE m.organization_id = ").bind(organization);
    found.push(" AND m.id = ").bind(person).one(conn).await
}

/// How whoever has this number gets in, also if their access has ended.
pub(super) async fn login_by_mobile(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    mobile: &str,
) -> Result<Option<Login>, DbErr> {
    let found = Sql::new(LOGIN, []).push("WHERE m.organization_id = ").bind(organization);
    found.push(" AND u.mobile = ").bind(mobile).one(conn).await
}

/// Who may use a code now.
pub(super) async fn by_code(
    conn: &impl ConnectionTrait,
    print: &str,
    now: Moment,
) -> Result<Option<Login>, DbErr> {
    let found = Sql::new(LOGIN, []).push("WHERE m.entry_code_hash = ").bind(print);
    found.push(" AND m.ended_at IS NULL AND m.entry_code_until > ").bind(now).one(conn).await
}

/// Uses a code up and sets the password; false when it was used up before.
pub(super) async fn take_code(
    work: &Work,
    print: &str,
    password_hash: &str,
) -> Result<bool, DbErr> {
    let text = "UPDATE membership SET password_hash = $3, entry_code_hash = NULL, entry_code_until = NULL \
         WHERE organization_id = $1 AND entry_code_hash = $2 AND ended_at IS NULL";
    let values = [work.organization().into(), print.into(), password_hash.into()];
    Ok(Sql::new(text, values).run(work.conn()).await? == 1)
}

/// Sets the password of a person in this company, or takes it away; a code that was given out is void.
pub(super) async fn set_password(
    work: &Work,
    person: MembershipId,
    hash: Option<&str>,
) -> Result<(), DbErr> {
    let text = "UPDATE membership SET password_hash = $3, entry_code_hash = NULL, entry_code_until = NULL \
         WHERE organization_id = $1 AND id = $2";
    let values = [work.organization().into(), person.into(), hash.map(str::to_owned).into()];
    Sql::new(text, values).run(work.conn()).await.map(drop)
}

pub(super) async fn user_by_mobile(
    conn: &impl ConnectionTrait,
    mobile: &str,
) -> Result<Option<app_user::Model>, DbErr> {
    app_user::Entity::find().filter(app_user::Column::Mobile.eq(mobile)).one(conn).await
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

/// Gives roles that the person may have already.
pub(super) async fn add_roles(
    work: &Work,
    person: MembershipId,
    roles: &[Role],
) -> Result<(), DbErr> {
    use membership_role::{ActiveModel, Column, Entity, Model};
    let row = |role: &Role| Model {
        organization_id: work.organization(),
        membership_id: person,
        role: role.to_string(),
    };
    let rows: Vec<_> = roles.iter().map(row).map(ActiveModel::from).collect();
    if rows.is_empty() {
        return Ok(());
    }
    let key = [Column::OrganizationId, Column::MembershipId, Column::Role];
    let once = OnConflict::columns(key).do_nothing().to_owned();
    let rows = Entity::insert_many(rows).on_conflict(once).try_insert();
    rows.exec_without_returning(work.conn()).await.map(drop)
}

/// Gives communities that the person may have already.
pub(super) async fn add_communities(
    work: &Work,
    person: MembershipId,
    communities: &[CommunityId],
) -> Result<(), DbErr> {
    use membership_community::{ActiveModel, Column, Entity, Model};
    let row = |community: &CommunityId| Model {
        organization_id: work.organization(),
        membership_id: person,
        community_id: *community,
    };
    let rows: Vec<_> = communities.iter().map(row).map(ActiveModel::from).collect();
    if rows.is_empty() {
        return Ok(());
    }
    let key = [Column::OrganizationId, Column::MembershipId, Column::CommunityId];
    let once = OnConflict::columns(key).do_nothing().to_owned();
    let rows = Entity::insert_many(rows).on_conflict(once).try_insert();
    rows.exec_without_returning(work.conn()).await.map(drop)
}

/// What the person may do has changed: what is open in their name is opened anew.
pub(super) async fn touch(work: &Work, person: MembershipId) -> Result<(), DbErr> {
    let text = "UPDATE membership SET version = version + 1 WHERE organization_id = $1 AND id = $2";
    Sql::new(text, [work.organization().into(), person.into()]).run(work.conn()).await.map(drop)
}

/// Somebody who had left is back, with nothing of what they could do.
pub(super) async fn revive(
    work: &Work,
    person: MembershipId,
    name: &str,
    all_communities: bool,
) -> Result<(), DbErr> {
    let key = [work.organization().into(), person.into()];
    for table in ["membership_role", "membership_community"] {
        let text = format!("DELETE FROM {table} WHERE organization_id = $1 AND membership_id = $2");
        Sql::new(&text, key.clone()).run(work.conn()).await?;
    }
    let text = "UPDATE membership SET ended_at = NULL, name = $3, all_communities = $4 \
         WHERE organization_id = $1 AND id = $2";
    let values = key.into_iter().chain([name.into(), all_communities.into()]);
    Sql::new(text, values).run(work.conn()).await.map(drop)
}

/// Somebody with a role in a community.
#[derive(FromQueryResult)]
pub(super) struct WithRole {
    pub(super) person: MembershipId,
    pub(super) role: String,
    pub(super) all_communities: bool,
    pub(super) created_at: Moment,
}

/// Who has one of the roles in a community and still works here; once per role.
pub(super) async fn with_role(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    (community, roles): (CommunityId, &[&str]),
) -> Result<Vec<WithRole>, DbErr> {
    let text = "SELECT m.id AS person, r.role, m.all_communities, m.created_at FROM membership m \
         JOIN membership_role r ON r.organization_id = m.organization_id AND r.membership_id = m.id \
         WHERE m.organization_id = $1 AND m.ended_at IS NULL \
         AND (m.all_communities OR EXISTS (SELECT 1 FROM membership_community c \
              WHERE c.organization_id = m.organization_id AND c.membership_id = m.id AND c.community_id = $2)) \
         AND r.role IN ";
    let values = [organization.into(), community.into()];
    Sql::new(text, values).list(roles.iter().copied()).all(conn).await
}

/// Lets one change of a company's people follow the other.
pub(super) async fn lock_company(work: &Work) -> Result<(), DbErr> {
    let text = "SELECT id FROM organization WHERE id = $1";
    let row = Sql::new(text, [work.organization().into()]).push(for_update(work.conn()));
    row.run(work.conn()).await.map(drop)
}
