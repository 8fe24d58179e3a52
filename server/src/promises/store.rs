//! All SQL of promises.

use chrono::NaiveDate;
use guanjia_entity::{promise, promise_line};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
};

use super::rules::State;
use crate::kernel::{
    Work,
    ids::{AccountId, CommunityId, OrganizationId, PromiseLineId},
    sql::Sql,
};

pub(super) async fn insert(
    conn: &impl ConnectionTrait,
    header: promise::Model,
    lines: Vec<promise_line::Model>,
) -> Result<(), DbErr> {
    promise::Entity::insert(promise::ActiveModel::from(header))
        .exec_without_returning(conn)
        .await?;
    let lines = lines.into_iter().map(promise_line::ActiveModel::from);
    promise_line::Entity::insert_many(lines).exec_without_returning(conn).await?;
    Ok(())
}

/// Lines of accounts in any of the states, the newest first.
pub(super) async fn lines(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    accounts: &[AccountId],
    states: &[State],
) -> Result<Vec<promise_line::Model>, DbErr> {
    promise_line::Entity::find()
        .filter(promise_line::Column::OrganizationId.eq(organization))
        .filter(promise_line::Column::AccountId.is_in(accounts.iter().copied()))
        .filter(promise_line::Column::State.is_in(states.iter().map(|state| state.name())))
        .order_by_desc(promise_line::Column::OccurredAt)
        .order_by_desc(promise_line::Column::RecordedAt)
        .all(conn)
        .await
}

/// Accounts of a community with a pending line whose grace ended by `known_to`.
pub(super) async fn accounts_to_judge(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    community: CommunityId,
    known_to: NaiveDate,
) -> Result<Vec<AccountId>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        account_id: AccountId,
    }
    let text = "SELECT l.account_id FROM promise_line l \
         JOIN account a ON a.organization_id = l.organization_id AND a.id = l.account_id \
         JOIN unit u ON u.organization_id = a.organization_id AND u.id = a.unit_id \
         WHERE l.organization_id = $1 AND u.community_id = $2 AND l.state = 'PENDING' AND l.grace_until <= $3";
    let rows = Sql::new(text, [organization.into(), community.into(), known_to.into()])
        .all::<Row>(conn)
        .await?;
    Ok(rows.into_iter().map(|row| row.account_id).collect())
}

/// Gives a line its verdict.
pub(super) async fn judge(
    work: &Work,
    line: PromiseLineId,
    state: State,
    received_fen: i64,
) -> Result<(), DbErr> {
    let text = "UPDATE promise_line SET state = $3, received_fen = $4, judged_at = $5 WHERE organization_id = $1 AND id = $2";
    let values = [
        work.organization().into(),
        line.into(),
        state.name().into(),
        received_fen.into(),
        work.now.into(),
    ];
    Sql::new(text, values).run(work.conn()).await.map(drop)
}

/// Makes way for a later promise.
pub(super) async fn cancel(work: &Work, line: PromiseLineId) -> Result<(), DbErr> {
    let text = "UPDATE promise_line SET state = $3 WHERE organization_id = $1 AND id = $2";
    let values = [work.organization().into(), line.into(), State::Cancelled.name().into()];
    Sql::new(text, values).run(work.conn()).await.map(drop)
}

pub(super) async fn by_ids(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    ids: &[PromiseLineId],
) -> Result<Vec<(promise_line::Model, Option<promise::Model>)>, DbErr> {
    let lines = promise_line::Entity::find()
        .filter(promise_line::Column::OrganizationId.eq(organization))
        .filter(promise_line::Column::Id.is_in(ids.iter().copied()))
        .all(conn)
        .await?;
    let headers = promise::Entity::find()
        .filter(promise::Column::OrganizationId.eq(organization))
        .filter(promise::Column::Id.is_in(lines.iter().map(|line| line.promise_id)))
        .all(conn)
        .await?;
    let header_of = |line: &promise_line::Model| {
        headers.iter().find(|header| header.id == line.promise_id).cloned()
    };
    Ok(lines.into_iter().map(|line| (line.clone(), header_of(&line))).collect())
}
