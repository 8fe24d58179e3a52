//! All SQL of imports.

use std::collections::HashMap;

use guanjia_entity::{account, charge, import_run, payment, source_key, unit};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    sea_query::OnConflict,
};

use crate::kernel::{
    ids::{AccountId, CommunityId, OrganizationId},
    sql::BULK,
};

/// What the books called a row, of one kind.
pub(super) type Known = HashMap<String, source_key::Model>;

pub(super) async fn known(
    conn: &impl ConnectionTrait,
    (organization, community): (OrganizationId, CommunityId),
    kind: &str,
) -> Result<Known, DbErr> {
    let rows = source_key::Entity::find()
        .filter(source_key::Column::OrganizationId.eq(organization))
        .filter(source_key::Column::CommunityId.eq(community))
        .filter(source_key::Column::Kind.eq(kind))
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|row| (row.key.clone(), row)).collect())
}

pub(super) async fn put_keys(
    conn: &impl ConnectionTrait,
    rows: Vec<source_key::Model>,
) -> Result<(), DbErr> {
    use source_key::Column;
    for some in rows.chunks(BULK) {
        let rows = some.iter().cloned().map(source_key::ActiveModel::from);
        let key = [Column::OrganizationId, Column::CommunityId, Column::Kind, Column::Key];
        let newest = OnConflict::columns(key)
            .update_columns([Column::EntryId, Column::Print, Column::ImportId])
            .to_owned();
        source_key::Entity::insert_many(rows)
            .on_conflict(newest)
            .exec_without_returning(conn)
            .await?;
    }
    Ok(())
}

pub(super) async fn insert_run(
    conn: &impl ConnectionTrait,
    row: import_run::Model,
) -> Result<(), DbErr> {
    import_run::Entity::insert(import_run::ActiveModel::from(row))
        .exec_without_returning(conn)
        .await
        .map(drop)
}

pub(super) async fn set_summary(
    conn: &impl ConnectionTrait,
    run: &import_run::Model,
    summary: serde_json::Value,
) -> Result<(), DbErr> {
    let row = import_run::ActiveModel {
        organization_id: Set(run.organization_id),
        id: Set(run.id),
        summary: Set(summary),
        ..Default::default()
    };
    import_run::Entity::update(row).exec(conn).await.map(drop)
}

/// The open account of every unit of a community, by building, entrance and number.
pub(super) async fn accounts(
    conn: &impl ConnectionTrait,
    (organization, community): (OrganizationId, CommunityId),
) -> Result<HashMap<(String, String, String), AccountId>, DbErr> {
    let units = unit::Entity::find()
        .filter(unit::Column::OrganizationId.eq(organization))
        .filter(unit::Column::CommunityId.eq(community))
        .all(conn)
        .await?;
    let accounts = account::Entity::find()
        .filter(account::Column::OrganizationId.eq(organization))
        .filter(account::Column::ToOn.is_null())
        .all(conn)
        .await?;
    let open: HashMap<_, _> =
        accounts.into_iter().map(|account| (account.unit_id, account.id)).collect();
    let named = units.into_iter().filter_map(|unit| {
        let account = open.get(&unit.id)?;
        Some(((unit.building, unit.entrance, unit.number), *account))
    });
    Ok(named.collect())
}

/// Charges by id.
pub(super) async fn charges(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    ids: &[uuid::Uuid],
) -> Result<Vec<charge::Model>, DbErr> {
    let mut found = Vec::new();
    for some in ids.chunks(BULK) {
        let rows = charge::Entity::find()
            .filter(charge::Column::OrganizationId.eq(organization))
            .filter(charge::Column::Id.is_in(some.iter().copied()));
        found.extend(rows.all(conn).await?);
    }
    Ok(found)
}

/// Payments by id.
pub(super) async fn payments(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    ids: &[uuid::Uuid],
) -> Result<Vec<payment::Model>, DbErr> {
    let mut found = Vec::new();
    for some in ids.chunks(BULK) {
        let rows = payment::Entity::find()
            .filter(payment::Column::OrganizationId.eq(organization))
            .filter(payment::Column::Id.is_in(some.iter().copied()));
        found.extend(rows.all(conn).await?);
    }
    Ok(found)
}
