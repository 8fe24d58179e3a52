//! The terms that settling and penalties follow.

use std::collections::HashMap;

use guanjia_entity::{allocation_policy, penalty_freeze, penalty_policy};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
};

use crate::kernel::{
    ids::{AccountId, CommunityId, OrganizationId},
    sql::Sql,
};

/// In which community accounts are.
pub(in crate::ledger) async fn communities_of(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    accounts: &[AccountId],
) -> Result<HashMap<AccountId, CommunityId>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        id: AccountId,
        community_id: CommunityId,
    }
    let text = "SELECT a.id, u.community_id FROM account a \
         JOIN unit u ON u.organization_id = a.organization_id AND u.id = a.unit_id \
         WHERE a.organization_id = $1 AND a.id IN ";
    let rows = Sql::new(text, [organization.into()]).list(accounts.iter().copied());
    Ok(rows.all::<Row>(conn).await?.into_iter().map(|row| (row.id, row.community_id)).collect())
}

/// Every version of a company's orders of settling, the lower first.
pub(in crate::ledger) async fn allocation_policies(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
) -> Result<Vec<allocation_policy::Model>, DbErr> {
    allocation_policy::Entity::find()
        .filter(allocation_policy::Column::OrganizationId.eq(organization))
        .order_by_asc(allocation_policy::Column::Version)
        .all(conn)
        .await
}

/// Every version of a company's terms of penalties, the lower first.
pub(in crate::ledger) async fn penalty_policies(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
) -> Result<Vec<penalty_policy::Model>, DbErr> {
    penalty_policy::Entity::find()
        .filter(penalty_policy::Column::OrganizationId.eq(organization))
        .order_by_asc(penalty_policy::Column::Version)
        .all(conn)
        .await
}

/// The frozen days of an account.
pub(in crate::ledger) async fn freezes(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    account: AccountId,
) -> Result<Vec<penalty_freeze::Model>, DbErr> {
    penalty_freeze::Entity::find()
        .filter(penalty_freeze::Column::OrganizationId.eq(organization))
        .filter(penalty_freeze::Column::AccountId.eq(account))
        .all(conn)
        .await
}

pub(in crate::ledger) async fn insert_allocation_policy(
    conn: &impl ConnectionTrait,
    row: allocation_policy::Model,
) -> Result<(), DbErr> {
    let row = allocation_policy::ActiveModel::from(row);
    allocation_policy::Entity::insert(row).exec_without_returning(conn).await.map(drop)
}

pub(in crate::ledger) async fn insert_penalty_policy(
    conn: &impl ConnectionTrait,
    row: penalty_policy::Model,
) -> Result<(), DbErr> {
    let row = penalty_policy::ActiveModel::from(row);
    penalty_policy::Entity::insert(row).exec_without_returning(conn).await.map(drop)
}

pub(in crate::ledger) async fn insert_freeze(
    conn: &impl ConnectionTrait,
    row: penalty_freeze::Model,
) -> Result<(), DbErr> {
    let row = penalty_freeze::ActiveModel::from(row);
    penalty_freeze::Entity::insert(row).exec_without_returning(conn).await.map(drop)
}
