//! All SQL of privacy.

use guanjia_entity::{contact_point, party_identity};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, sea_query::OnConflict,
};

use crate::kernel::{
    ids::{AccountId, ContactPointId, OrganizationId, PartyId},
    sql::Sql,
};

pub(super) async fn point(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    id: ContactPointId,
) -> Result<Option<contact_point::Model>, DbErr> {
    contact_point::Entity::find_by_id((organization, id)).one(conn).await
}

pub(super) async fn identity_of(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    party: PartyId,
) -> Result<Option<party_identity::Model>, DbErr> {
    party_identity::Entity::find_by_id((organization, party)).one(conn).await
}

pub(super) async fn put_identity(
    conn: &impl ConnectionTrait,
    row: party_identity::Model,
) -> Result<(), DbErr> {
    use party_identity::Column;
    let newest = OnConflict::columns([Column::OrganizationId, Column::PartyId])
        .update_columns([Column::KeyName, Column::Sealed, Column::Print, Column::RecordedAt])
        .to_owned();
    party_identity::Entity::insert(party_identity::ActiveModel::from(row))
        .on_conflict(newest)
        .exec_without_returning(conn)
        .await
        .map(drop)
}

/// Identity numbers that another key encrypted.
pub(super) async fn under_other_keys(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    (key, count): (&str, u64),
) -> Result<Vec<party_identity::Model>, DbErr> {
    party_identity::Entity::find()
        .filter(party_identity::Column::OrganizationId.eq(organization))
        .filter(party_identity::Column::KeyName.ne(key))
        .order_by_asc(party_identity::Column::PartyId)
        .limit(count)
        .all(conn)
        .await
}

#[derive(FromQueryResult)]
struct HeldAccount {
    id: AccountId,
}

/// Accounts of those whose identity number has one of the prints.
pub(super) async fn accounts_by_print(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    prints: &[String],
) -> Result<Vec<AccountId>, DbErr> {
    let text = "SELECT DISTINCT h.account_id AS id FROM party_identity i JOIN account_holder h \
         ON h.organization_id = i.organization_id AND h.party_id = i.party_id WHERE i.organization_id = $1 AND i.print IN ";
    let rows = Sql::new(text, [organization.into()]).list(prints.iter().map(String::as_str));
    Ok(rows.all::<HeldAccount>(conn).await?.into_iter().map(|row| row.id).collect())
}
