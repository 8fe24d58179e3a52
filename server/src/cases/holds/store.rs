//! All SQL of holds.

use chrono::NaiveDate;
use guanjia_entity::hold;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult,
    QueryFilter, QueryOrder,
};

use super::State;
use crate::kernel::{
    Work,
    ids::{AccountId, HoldId, MembershipId, OrganizationId},
    sql::{BULK, Sql, few_lengths},
};

pub(super) async fn insert(work: &Work, row: hold::Model) -> Result<(), DbErr> {
    let row = hold::ActiveModel::from(row);
    hold::Entity::insert(row).exec_without_returning(work.conn()).await.map(drop)
}

pub(super) async fn by_id(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    id: HoldId,
) -> Result<Option<hold::Model>, DbErr> {
    hold::Entity::find_by_id((organization, id)).one(conn).await
}

/// Holds of accounts, the latest end first; of those in force only, if asked.
pub(super) async fn of_accounts(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    accounts: &[AccountId],
    in_force: bool,
) -> Result<Vec<hold::Model>, DbErr> {
    let mut found = Vec::new();
    for some in accounts.chunks(BULK) {
        let mut rows = hold::Entity::find()
            .filter(hold::Column::OrganizationId.eq(organization))
            .filter(hold::Column::AccountId.is_in(few_lengths(some.iter().copied())));
        if in_force {
            rows = rows.filter(hold::Column::State.eq(State::InForce.name()));
        }
        let rows = rows.order_by_desc(hold::Column::UntilOn).order_by_desc(hold::Column::Id);
        found.extend(rows.all(conn).await?);
    }
    Ok(found)
}

/// Ends holds.
pub(super) async fn end(
    work: &Work,
    holds: &[HoldId],
    (state, by, note): (State, Option<MembershipId>, Option<String>),
) -> Result<(), DbErr> {
    for some in holds.chunks(BULK) {
        hold::Entity::update_many()
            .set(hold::ActiveModel {
                state: Set(state.name().to_owned()),
                ended_at: Set(Some(work.now)),
                ended_by: Set(by),
                ended_note: Set(note.clone()),
                ..Default::default()
            })
            .filter(hold::Column::OrganizationId.eq(work.organization()))
            .filter(hold::Column::State.eq(State::InForce.name()))
            .filter(hold::Column::Id.is_in(few_lengths(some.iter().copied())))
            .exec(work.conn())
            .await?;
    }
    Ok(())
}

/// A hold whose last day may be over.
#[derive(FromQueryResult)]
pub(super) struct Ending {
    pub(super) account_id: AccountId,
    pub(super) until_on: NaiveDate,
    pub(super) time_zone: String,
}

/// Accounts with holds in force that ended before a day, the earliest first; at most `count`.
pub(super) async fn ending(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    (before, count): (NaiveDate, i64),
) -> Result<Vec<Ending>, DbErr> {
    let text = "SELECT h.account_id, h.until_on, c.time_zone FROM hold h \
         JOIN account a ON a.organization_id = h.organization_id AND a.id = h.account_id \
         JOIN unit u ON u.organization_id = a.organization_id AND u.id = a.unit_id \
         JOIN community c ON c.organization_id = u.organization_id AND c.id = u.community_id \
         WHERE h.organization_id = $1 AND h.state = 'IN_FORCE' AND h.until_on < $2 \
         ORDER BY h.until_on, h.account_id LIMIT ";
    Sql::new(text, [organization.into(), before.into()]).bind(count).all(conn).await
}
