//! All SQL of promises.

use std::collections::HashMap;

use chrono::NaiveDate;
use guanjia_entity::{payment_details, promise, promise_charge, promise_line};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
};

use super::rules::{End, State};
use crate::kernel::{
    Work,
    ids::{AccountId, ChargeId, CommunityId, ContactId, OrganizationId, PromiseLineId},
    sql::{Sql, few_lengths},
};

/// How a line ended before its verdict.
#[derive(Clone, Debug)]
pub(super) struct Ended {
    pub(super) why: End,
    pub(super) note: Option<String>,
    /// The line that took its place.
    pub(super) by_line: Option<PromiseLineId>,
}

pub(super) async fn insert(
    conn: &impl ConnectionTrait,
    header: promise::Model,
    (lines, named): (Vec<promise_line::Model>, Vec<promise_charge::Model>),
) -> Result<(), DbErr> {
    promise::Entity::insert(promise::ActiveModel::from(header))
        .exec_without_returning(conn)
        .await?;
    let lines = lines.into_iter().map(promise_line::ActiveModel::from);
    promise_line::Entity::insert_many(lines).exec_without_returning(conn).await?;
    if !named.is_empty() {
        let named = named.into_iter().map(promise_charge::ActiveModel::from);
        promise_charge::Entity::insert_many(named).exec_without_returning(conn).await?;
    }
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
        .filter(promise_line::Column::AccountId.is_in(few_lengths(accounts.iter().copied())))
        .filter(
            promise_line::Column::State.is_in(few_lengths(states.iter().map(|state| state.name()))),
        )
        .order_by_desc(promise_line::Column::OccurredAt)
        .order_by_desc(promise_line::Column::RecordedAt)
        .all(conn)
        .await
}

/// Accounts of a community with a pending line whose grace ended by `known_to`.
pub(super) async fn accounts_to_judge(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    (community, known_to): (CommunityId, NaiveDate),
) -> Result<Vec<AccountId>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        account_id: AccountId,
    }
    let text = "SELECT l.account_id FROM promise_line l \
         JOIN account a ON a.organization_id = l.organization_id AND a.id = l.account_id \
         JOIN unit u ON u.organization_id = a.organization_id AND u.id = a.unit_id \
         WHERE l.organization_id = $1 AND u.community_id = $2 AND l.state = 'PENDING' AND l.grace_until <= $3";
    let found = Sql::new(text, [organization.into(), community.into(), known_to.into()]);
    let rows = found.all::<Row>(conn).await?;
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

/// Ends a line: it makes way for a later one, was withdrawn, or was a mistake.
pub(super) async fn cancel(work: &Work, line: PromiseLineId, ended: Ended) -> Result<(), DbErr> {
    let text = "UPDATE promise_line SET state = $3, ended_why = $4, ended_at = $5, ended_by = $6, ended_note = $7, \
         superseded_by_id = $8 WHERE organization_id = $1 AND id = $2";
    let key = [work.organization().into(), line.into(), State::Cancelled.name().into()];
    let by = work.by().person();
    let values = key.into_iter().chain([
        ended.why.name().into(),
        work.now.into(),
        by.into(),
        ended.note.into(),
        ended.by_line.into(),
    ]);
    Sql::new(text, values).run(work.conn()).await.map(drop)
}

/// Opens a line again that had given way to a mistake.
pub(super) async fn restore(work: &Work, line: PromiseLineId) -> Result<(), DbErr> {
    let text = "UPDATE promise_line SET state = $3, ended_why = NULL, ended_at = NULL, ended_by = NULL, ended_note = NULL, \
         superseded_by_id = NULL WHERE organization_id = $1 AND id = $2";
    let values = [work.organization().into(), line.into(), State::Pending.name().into()];
    Sql::new(text, values).run(work.conn()).await.map(drop)
}

/// The lines that were promised in a contact.
pub(super) async fn lines_of_contact(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    contact: ContactId,
) -> Result<Vec<promise_line::Model>, DbErr> {
    let headers = promise::Entity::find()
        .filter(promise::Column::OrganizationId.eq(organization))
        .filter(promise::Column::ContactId.eq(contact))
        .all(conn)
        .await?;
    promise_line::Entity::find()
        .filter(promise_line::Column::OrganizationId.eq(organization))
        .filter(
            promise_line::Column::PromiseId
                .is_in(few_lengths(headers.iter().map(|header| header.id))),
        )
        .all(conn)
        .await
}

/// A charge that a promise may name.
#[derive(Clone, Debug, FromQueryResult)]
pub struct NamedCharge {
    /// Its id.
    pub id: ChargeId,
    /// Whose.
    pub account_id: AccountId,
    /// Its month.
    pub period: String,
    /// What it is for.
    pub fee_item: String,
}

/// Charges by id, without those that are reversals.
pub(super) async fn charges(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    ids: &[ChargeId],
) -> Result<Vec<NamedCharge>, DbErr> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let text = "SELECT id, account_id, period, fee_item FROM charge \
         WHERE organization_id = $1 AND reverses_id IS NULL AND id IN ";
    Sql::new(text, [organization.into()]).list(ids.iter().copied()).all(conn).await
}

/// The charges that lines name.
pub(super) async fn charges_of(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    lines: &[PromiseLineId],
) -> Result<Vec<promise_charge::Model>, DbErr> {
    promise_charge::Entity::find()
        .filter(promise_charge::Column::OrganizationId.eq(organization))
        .filter(promise_charge::Column::PromiseLineId.is_in(few_lengths(lines.iter().copied())))
        .all(conn)
        .await
}

/// Month and fee item of the charges that each line names.
pub(super) async fn named_by(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    lines: &[PromiseLineId],
) -> Result<HashMap<PromiseLineId, Vec<(String, String)>>, DbErr> {
    let named = charges_of(conn, organization, lines).await?;
    let ids: Vec<ChargeId> = named.iter().map(|one| one.charge_id).collect();
    let charges = charges(conn, organization, &ids).await?;
    let mut found: HashMap<_, Vec<_>> = HashMap::new();
    for one in named {
        for charge in charges.iter().filter(|charge| charge.id == one.charge_id) {
            let name = (charge.period.clone(), charge.fee_item.clone());
            found.entry(one.promise_line_id).or_default().push(name);
        }
    }
    Ok(found)
}

/// Where owners of a community pay, as it was said last.
pub(super) async fn payment_details(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    community: CommunityId,
) -> Result<Option<payment_details::Model>, DbErr> {
    payment_details::Entity::find()
        .filter(payment_details::Column::OrganizationId.eq(organization))
        .filter(payment_details::Column::CommunityId.eq(community))
        .order_by_desc(payment_details::Column::Version)
        .one(conn)
        .await
}

pub(super) async fn by_ids(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    ids: &[PromiseLineId],
) -> Result<Vec<(promise_line::Model, Option<promise::Model>)>, DbErr> {
    let lines = promise_line::Entity::find()
        .filter(promise_line::Column::OrganizationId.eq(organization))
        .filter(promise_line::Column::Id.is_in(few_lengths(ids.iter().copied())))
        .all(conn)
        .await?;
    let headers = promise::Entity::find()
        .filter(promise::Column::OrganizationId.eq(organization))
        .filter(promise::Column::Id.is_in(few_lengths(lines.iter().map(|line| line.promise_id))))
        .all(conn)
        .await?;
    let header_of = |line: &promise_line::Model| {
        headers.iter().find(|header| header.id == line.promise_id).cloned()
    };
    Ok(lines.into_iter().map(|line| (line.clone(), header_of(&line))).collect())
}
