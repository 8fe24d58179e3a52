//! Charges, payments and adjustments, and what was said of them.

use std::collections::HashSet;

use guanjia_entity::{adjustment, charge, confirmation, payment, payment_designation};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
};

use crate::kernel::{
    ids::{AccountId, AdjustmentId, ChargeId, CommunityId, OrganizationId, PaymentId},
    sql::{BULK, Sql, few_lengths},
};

pub(in crate::ledger) async fn insert_charges(
    conn: &impl ConnectionTrait,
    rows: Vec<charge::Model>,
) -> Result<(), DbErr> {
    for some in rows.chunks(BULK) {
        let rows = some.iter().cloned().map(charge::ActiveModel::from);
        charge::Entity::insert_many(rows).exec_without_returning(conn).await?;
    }
    Ok(())
}

pub(in crate::ledger) async fn insert_payments(
    conn: &impl ConnectionTrait,
    rows: Vec<payment::Model>,
) -> Result<(), DbErr> {
    for some in rows.chunks(BULK) {
        let rows = some.iter().cloned().map(payment::ActiveModel::from);
        payment::Entity::insert_many(rows).exec_without_returning(conn).await?;
    }
    Ok(())
}

pub(in crate::ledger) async fn insert_adjustments(
    conn: &impl ConnectionTrait,
    rows: Vec<adjustment::Model>,
) -> Result<(), DbErr> {
    for some in rows.chunks(BULK) {
        let rows = some.iter().cloned().map(adjustment::ActiveModel::from);
        adjustment::Entity::insert_many(rows).exec_without_returning(conn).await?;
    }
    Ok(())
}

pub(in crate::ledger) async fn insert_designations(
    conn: &impl ConnectionTrait,
    rows: Vec<payment_designation::Model>,
) -> Result<(), DbErr> {
    for some in rows.chunks(BULK) {
        let rows = some.iter().cloned().map(payment_designation::ActiveModel::from);
        payment_designation::Entity::insert_many(rows).exec_without_returning(conn).await?;
    }
    Ok(())
}

pub(in crate::ledger) async fn insert_confirmation(
    conn: &impl ConnectionTrait,
    row: confirmation::Model,
) -> Result<(), DbErr> {
    let row = confirmation::ActiveModel::from(row);
    confirmation::Entity::insert(row).exec_without_returning(conn).await.map(drop)
}

/// Every charge of some accounts, reversals too.
pub(in crate::ledger) async fn charges(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    accounts: &[AccountId],
) -> Result<Vec<charge::Model>, DbErr> {
    charge::Entity::find()
        .filter(charge::Column::OrganizationId.eq(organization))
        .filter(charge::Column::AccountId.is_in(few_lengths(accounts.iter().copied())))
        .all(conn)
        .await
}

/// Every payment of some accounts, reversals too.
pub(in crate::ledger) async fn payments(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    accounts: &[AccountId],
) -> Result<Vec<payment::Model>, DbErr> {
    payment::Entity::find()
        .filter(payment::Column::OrganizationId.eq(organization))
        .filter(payment::Column::AccountId.is_in(few_lengths(accounts.iter().copied())))
        .order_by_asc(payment::Column::EffectiveOn)
        .all(conn)
        .await
}

/// What the payers of some accounts' payments named, where it is more than one thing.
pub(in crate::ledger) async fn designations(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    accounts: &[AccountId],
) -> Result<Vec<payment_designation::Model>, DbErr> {
    let text = "SELECT d.* FROM payment p JOIN payment_designation d \
         ON d.organization_id = p.organization_id AND d.payment_id = p.id \
         WHERE p.organization_id = $1 AND p.account_id IN ";
    Sql::new(text, [organization.into()]).list(accounts.iter().copied()).all(conn).await
}

/// What finance confirmed of some accounts' payments.
pub(in crate::ledger) async fn confirmations(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    accounts: &[AccountId],
) -> Result<Vec<confirmation::Model>, DbErr> {
    let text = "SELECT c.* FROM payment p JOIN confirmation c \
         ON c.organization_id = p.organization_id AND c.payment_id = p.id \
         WHERE p.organization_id = $1 AND p.provisional AND p.account_id IN ";
    Sql::new(text, [organization.into()]).list(accounts.iter().copied()).all(conn).await
}

/// Every adjustment of some accounts, reversals too.
pub(in crate::ledger) async fn adjustments(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    accounts: &[AccountId],
) -> Result<Vec<adjustment::Model>, DbErr> {
    adjustment::Entity::find()
        .filter(adjustment::Column::OrganizationId.eq(organization))
        .filter(adjustment::Column::AccountId.is_in(few_lengths(accounts.iter().copied())))
        .all(conn)
        .await
}

/// The adjustments of some charges that were not taken back.
pub(in crate::ledger) async fn standing_adjustments(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    charges: &[ChargeId],
) -> Result<Vec<adjustment::Model>, DbErr> {
    let text = "SELECT a.* FROM adjustment a WHERE a.organization_id = $1 AND a.reverses_id IS NULL \
         AND NOT EXISTS (SELECT 1 FROM adjustment r WHERE r.organization_id = a.organization_id AND r.reverses_id = a.id) \
         AND a.charge_id IN ";
    let mut found = Vec::new();
    for some in charges.chunks(BULK) {
        let rows = Sql::new(text, [organization.into()]).list(some.iter().copied());
        found.extend(rows.all::<adjustment::Model>(conn).await?);
    }
    Ok(found)
}

/// A payment by id.
pub(in crate::ledger) async fn payment(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    id: PaymentId,
) -> Result<Option<payment::Model>, DbErr> {
    payment::Entity::find_by_id((organization, id)).one(conn).await
}

/// An adjustment by id.
pub(in crate::ledger) async fn adjustment(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    id: AdjustmentId,
) -> Result<Option<adjustment::Model>, DbErr> {
    adjustment::Entity::find_by_id((organization, id)).one(conn).await
}

/// Which of some payments were taken back.
pub(in crate::ledger) async fn taken_back(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    payments: &[PaymentId],
) -> Result<HashSet<PaymentId>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        reverses_id: PaymentId,
    }
    let text = "SELECT reverses_id FROM payment WHERE organization_id = $1 AND reverses_id IN ";
    let mut found = HashSet::new();
    for some in payments.chunks(BULK) {
        let rows = Sql::new(text, [organization.into()]).list(some.iter().copied());
        found.extend(rows.all::<Row>(conn).await?.into_iter().map(|row| row.reverses_id));
    }
    Ok(found)
}

/// Whether an adjustment was taken back.
pub(in crate::ledger) async fn is_void(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    id: AdjustmentId,
) -> Result<bool, DbErr> {
    let found = adjustment::Entity::find()
        .filter(adjustment::Column::OrganizationId.eq(organization))
        .filter(adjustment::Column::ReversesId.eq(id));
    Ok(found.one(conn).await?.is_some())
}

/// Whether a payment was confirmed.
pub(in crate::ledger) async fn is_confirmed(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    id: PaymentId,
) -> Result<bool, DbErr> {
    Ok(confirmation::Entity::find_by_id((organization, id)).one(conn).await?.is_some())
}

/// Whether a community has a payment with this receipt that was not taken back.
pub(in crate::ledger) async fn has_receipt(
    conn: &impl ConnectionTrait,
    (organization, community): (OrganizationId, CommunityId),
    receipt: &str,
) -> Result<bool, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        #[expect(dead_code, reason = "that there is one is what counts")]
        id: PaymentId,
    }
    let text = "SELECT p.id FROM payment p \
         JOIN account a ON a.organization_id = p.organization_id AND a.id = p.account_id \
         JOIN unit u ON u.organization_id = a.organization_id AND u.id = a.unit_id \
         WHERE p.organization_id = $1 AND u.community_id = $2 AND p.receipt = $3 AND p.reverses_id IS NULL \
         AND NOT EXISTS (SELECT 1 FROM payment r WHERE r.organization_id = p.organization_id AND r.reverses_id = p.id) \
         LIMIT 1";
    let row = Sql::new(text, [organization.into(), community.into(), receipt.into()]);
    Ok(row.one::<Row>(conn).await?.is_some())
}
