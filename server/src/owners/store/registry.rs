//! SQL of what is changed in the registry.

use chrono::NaiveDate;
use guanjia_entity::{
    account, contact_point, party, party_alias, party_key, party_merge, party_registration,
    registry_change, transfer, unit,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    TryInsertResult,
    sea_query::{IntoIden, OnConflict},
};

use crate::kernel::{
    Work,
    ids::{AccountId, ContactPointId, MergeId, OrganizationId, PartyId, TransferId, UnitId},
    sql::{Sql, few_lengths},
};

/// Inserts a row unless its key is taken; answers whether it was free.
macro_rules! insert_if_free {
    ($work:expr, $table:ident, $row:expr, [$($column:ident),+]) => {{
        let key = [$($table::Column::$column.into_iden()),+];
        let inserted = $table::Entity::insert($table::ActiveModel::from($row))
            .on_conflict(OnConflict::columns(key).do_nothing().to_owned())
            .try_insert()
            .exec_without_returning($work.conn())
            .await?;
        Ok(matches!(inserted, TryInsertResult::Inserted(rows) if rows > 0))
    }};
}

/// Takes an id for a registration; false when it is taken.
pub(in crate::owners) async fn take_registration(
    work: &Work,
    row: party_registration::Model,
) -> Result<bool, DbErr> {
    insert_if_free!(work, party_registration, row, [OrganizationId, Id])
}

/// Inserts a party; false when its id is taken.
pub(in crate::owners) async fn insert_party(work: &Work, row: party::Model) -> Result<bool, DbErr> {
    insert_if_free!(work, party, row, [OrganizationId, Id])
}

/// Takes the key of a name and a number for a party; false when another has it. A second one who takes it at the same time
/// waits for the first to commit.
pub(in crate::owners) async fn take_key(work: &Work, row: party_key::Model) -> Result<bool, DbErr> {
    insert_if_free!(work, party_key, row, [OrganizationId, Name, Number])
}

/// Inserts a number or address; false when the party has it already, or its id is taken.
pub(in crate::owners) async fn insert_point(
    work: &Work,
    row: contact_point::Model,
) -> Result<bool, DbErr> {
    let inserted = contact_point::Entity::insert(contact_point::ActiveModel::from(row))
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(work.conn())
        .await?;
    Ok(matches!(inserted, TryInsertResult::Inserted(rows) if rows > 0))
}

/// Inserts a unit; false when there is one of that room.
pub(in crate::owners) async fn insert_unit(work: &Work, row: unit::Model) -> Result<bool, DbErr> {
    insert_if_free!(work, unit, row, [OrganizationId, CommunityId, Building, Entrance, Number])
}

/// Inserts an account; false when its id is taken or the unit has an open one.
pub(in crate::owners) async fn insert_account(
    work: &Work,
    row: account::Model,
) -> Result<bool, DbErr> {
    let inserted = account::Entity::insert(account::ActiveModel::from(row))
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(work.conn())
        .await?;
    Ok(matches!(inserted, TryInsertResult::Inserted(rows) if rows > 0))
}

pub(in crate::owners) async fn insert_alias(
    work: &Work,
    row: party_alias::Model,
) -> Result<(), DbErr> {
    let row = party_alias::ActiveModel::from(row);
    party_alias::Entity::insert(row).exec_without_returning(work.conn()).await.map(drop)
}

/// What an id stands for from now on.
pub(in crate::owners) async fn point_alias(
    work: &Work,
    (id, party): (PartyId, PartyId),
) -> Result<(), DbErr> {
    let text = "UPDATE party_alias SET party_id = $3 WHERE organization_id = $1 AND id = $2";
    let values = [work.organization().into(), id.into(), party.into()];
    Sql::new(text, values).run(work.conn()).await.map(drop)
}

/// An id stands for itself again.
pub(in crate::owners) async fn drop_alias(work: &Work, id: PartyId) -> Result<(), DbErr> {
    let text = "DELETE FROM party_alias WHERE organization_id = $1 AND id = $2";
    Sql::new(text, [work.organization().into(), id.into()]).run(work.conn()).await.map(drop)
}

pub(in crate::owners) async fn key_of(
    conn: &impl ConnectionTrait,
    key: (OrganizationId, String, String),
) -> Result<Option<PartyId>, DbErr> {
    let row = party_key::Entity::find_by_id(key).one(conn).await?;
    Ok(row.map(|row| row.party_id))
}

pub(in crate::owners) async fn merge(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    id: MergeId,
) -> Result<Option<party_merge::Model>, DbErr> {
    party_merge::Entity::find_by_id((organization, id)).one(conn).await
}

/// The merges that hold into a party, the newest first.
pub(in crate::owners) async fn merges_into(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    parties: &[PartyId],
) -> Result<Vec<party_merge::Model>, DbErr> {
    party_merge::Entity::find()
        .filter(party_merge::Column::OrganizationId.eq(organization))
        .filter(party_merge::Column::WinnerId.is_in(few_lengths(parties.iter().copied())))
        .filter(party_merge::Column::UndoneAt.is_null())
        .order_by_desc(party_merge::Column::MergedAt)
        .all(conn)
        .await
}

pub(in crate::owners) async fn point(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    id: ContactPointId,
) -> Result<Option<contact_point::Model>, DbErr> {
    contact_point::Entity::find_by_id((organization, id)).one(conn).await
}

pub(in crate::owners) async fn account(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    id: AccountId,
) -> Result<Option<account::Model>, DbErr> {
    account::Entity::find_by_id((organization, id)).one(conn).await
}

pub(in crate::owners) async fn transfer(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    id: TransferId,
) -> Result<Option<transfer::Model>, DbErr> {
    transfer::Entity::find_by_id((organization, id)).one(conn).await
}

/// The transfer that opened an account and holds.
pub(in crate::owners) async fn transfer_to(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    account: AccountId,
) -> Result<Option<transfer::Model>, DbErr> {
    transfer::Entity::find()
        .filter(transfer::Column::OrganizationId.eq(organization))
        .filter(transfer::Column::ToAccountId.eq(account))
        .filter(transfer::Column::UndoneAt.is_null())
        .one(conn)
        .await
}

/// Sets the last day of an account, or opens it again.
pub(in crate::owners) async fn end_account(
    work: &Work,
    (account, to_on): (AccountId, Option<NaiveDate>),
) -> Result<(), DbErr> {
    let text = "UPDATE account SET to_on = $3 WHERE organization_id = $1 AND id = $2";
    let values = [work.organization().into(), account.into(), to_on.into()];
    Sql::new(text, values).run(work.conn()).await.map(drop)
}

/// Sets the last day of a row with a period: of `account_holder`, `account_payer` or `occupant`.
pub(in crate::owners) async fn end_row(
    work: &Work,
    table: &'static str,
    (id, to_on): (uuid::Uuid, NaiveDate),
) -> Result<(), DbErr> {
    let text = format!("UPDATE {table} SET to_on = $3 WHERE organization_id = $1 AND id = $2");
    let values = [work.organization().into(), id.into(), to_on.into()];
    Sql::new(&text, values).run(work.conn()).await.map(drop)
}

pub(in crate::owners) async fn units(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    accounts: &[AccountId],
) -> Result<Vec<UnitId>, DbErr> {
    account::Entity::find()
        .filter(account::Column::OrganizationId.eq(organization))
        .filter(account::Column::Id.is_in(few_lengths(accounts.iter().copied())))
        .select_only()
        .column(account::Column::UnitId)
        .distinct()
        .into_tuple()
        .all(conn)
        .await
}

/// What changed of some parties or of an account, the newest first.
pub(in crate::owners) async fn changes(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    (parties, account, count): (&[PartyId], Option<AccountId>, u64),
) -> Result<Vec<registry_change::Model>, DbErr> {
    let mut found = registry_change::Entity::find()
        .filter(registry_change::Column::OrganizationId.eq(organization));
    found = match account {
        Some(account) => found.filter(registry_change::Column::AccountId.eq(account)),
        None => found
            .filter(registry_change::Column::PartyId.is_in(few_lengths(parties.iter().copied()))),
    };
    found
        .order_by_desc(registry_change::Column::RecordedAt)
        .order_by_desc(registry_change::Column::Id)
        .limit(count)
        .all(conn)
        .await
}
