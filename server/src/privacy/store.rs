//! All SQL of privacy.

use std::collections::BTreeSet;

use guanjia_entity::{contact_point, party_identity};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, Value, sea_query::OnConflict,
};

use crate::kernel::{
    Work,
    ids::{AccountId, ContactPointId, OrganizationId, PartyId},
    secrets::Sealed,
    sql::{BULK, Sql, insert_rows},
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

/// Keeps identity numbers of those of whom none is known; answers how many.
pub(super) async fn add_identities(
    work: &Work,
    list: Vec<(PartyId, Sealed)>,
) -> Result<usize, DbErr> {
    let mut parties: Vec<PartyId> = list.iter().map(|(party, _)| *party).collect();
    parties.sort_unstable();
    parties.dedup();
    let known = known(work, &parties).await?;
    let rows = list.into_iter().filter(|(party, _)| !known.contains(party));
    let rows = rows.map(|(party, sealed)| {
        let own = [party.into(), sealed.key.into(), sealed.text.into(), sealed.print.into()];
        let organization = [work.organization().into()];
        organization.into_iter().chain(own).chain([work.now.into()]).collect()
    });
    let rows: Vec<Vec<Value>> = rows.collect();
    let count = parties.len() - known.len();
    let columns = ["organization_id", "party_id", "key_name", "sealed", "print", "recorded_at"];
    let tail = " ON CONFLICT (organization_id, party_id) DO NOTHING";
    insert_rows(work.conn(), ("party_identity", &columns), rows, tail).await?;
    Ok(count)
}

async fn known(work: &Work, parties: &[PartyId]) -> Result<BTreeSet<PartyId>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        party_id: PartyId,
    }
    let text = "SELECT party_id FROM party_identity WHERE organization_id = $1 AND party_id IN ";
    let mut known = BTreeSet::new();
    for some in parties.chunks(BULK) {
        let rows = Sql::new(text, [work.organization().into()]).list(some.iter().copied());
        known.extend(rows.all::<Row>(work.conn()).await?.into_iter().map(|row| row.party_id));
    }
    Ok(known)
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
