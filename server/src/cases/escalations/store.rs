//! All SQL of escalations.

use chrono::NaiveDate;
use guanjia_entity::escalation;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult,
    QueryFilter, QueryOrder, QuerySelect,
};

use super::State;
use crate::kernel::{
    Moment, Work,
    ids::{AccountId, CaseId, EscalationId, MembershipId, OrganizationId},
    sql::{BULK, Sql, few_lengths},
};

pub(super) async fn insert(work: &Work, row: escalation::Model) -> Result<(), DbErr> {
    let row = escalation::ActiveModel::from(row);
    escalation::Entity::insert(row).exec_without_returning(work.conn()).await.map(drop)
}

pub(super) async fn by_id(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    id: EscalationId,
) -> Result<Option<escalation::Model>, DbErr> {
    escalation::Entity::find_by_id((organization, id)).one(conn).await
}

/// The open escalations of cases.
pub(super) async fn open_of(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    cases: &[CaseId],
) -> Result<Vec<escalation::Model>, DbErr> {
    let mut found = Vec::new();
    for some in cases.chunks(BULK) {
        let rows = escalation::Entity::find()
            .filter(escalation::Column::OrganizationId.eq(organization))
            .filter(escalation::Column::CaseId.is_in(few_lengths(some.iter().copied())))
            .filter(escalation::Column::State.eq(State::Open.name()))
            .all(conn);
        found.extend(rows.await?);
    }
    Ok(found)
}

/// All escalations of an account, the newest first.
pub(super) async fn of_account(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    account: AccountId,
) -> Result<Vec<escalation::Model>, DbErr> {
    escalation::Entity::find()
        .filter(escalation::Column::OrganizationId.eq(organization))
        .filter(escalation::Column::AccountId.eq(account))
        .order_by_desc(escalation::Column::OpenedAt)
        .order_by_desc(escalation::Column::Id)
        .all(conn)
        .await
}

/// Escalations that are or were with a person, or that they handed up: the newest first, after a place in that order.
pub(super) async fn of_person(
    conn: &impl ConnectionTrait,
    (organization, person): (OrganizationId, MembershipId),
    state: Option<State>,
    (count, after): (u64, Option<(Moment, EscalationId)>),
) -> Result<Vec<escalation::Model>, DbErr> {
    use escalation::Column;
    let mine = Condition::any().add(Column::ToId.eq(person)).add(Column::FromId.eq(person));
    let mut rows =
        escalation::Entity::find().filter(Column::OrganizationId.eq(organization)).filter(mine);
    if let Some(state) = state {
        rows = rows.filter(Column::State.eq(state.name()));
    }
    if let Some((opened_at, id)) = after {
        let later = Condition::all().add(Column::OpenedAt.eq(opened_at)).add(Column::Id.lt(id));
        rows = rows.filter(Condition::any().add(Column::OpenedAt.lt(opened_at)).add(later));
    }
    rows.order_by_desc(Column::OpenedAt).order_by_desc(Column::Id).limit(count).all(conn).await
}

/// Ends an escalation.
pub(super) async fn decide(
    work: &Work,
    id: EscalationId,
    state: State,
    note: Option<String>,
) -> Result<(), DbErr> {
    let row = escalation::ActiveModel {
        organization_id: Set(work.organization()),
        id: Set(id),
        state: Set(state.name().to_owned()),
        decided_by: Set(work.by().person()),
        decided_at: Set(Some(work.now)),
        decided_note: Set(note),
        ..Default::default()
    };
    escalation::Entity::update(row).exec(work.conn()).await.map(drop)
}

/// Passes an escalation on after its deadline.
pub(super) async fn pass_on(
    work: &Work,
    one: &escalation::Model,
    (to, deadline_on): (MembershipId, NaiveDate),
) -> Result<(), DbErr> {
    let row = escalation::ActiveModel {
        organization_id: Set(one.organization_id),
        id: Set(one.id),
        to_id: Set(to),
        deadline_on: Set(deadline_on),
        missed: Set(one.missed + 1),
        ..Default::default()
    };
    escalation::Entity::update(row).exec(work.conn()).await.map(drop)
}

/// An open escalation whose deadline may be over.
#[derive(FromQueryResult)]
pub(super) struct Overdue {
    pub(super) id: EscalationId,
    pub(super) account_id: AccountId,
    pub(super) deadline_on: NaiveDate,
    pub(super) time_zone: String,
}

/// Open escalations with a deadline before a day, the earliest first; at most `count`.
pub(super) async fn overdue(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    (before, count): (NaiveDate, i64),
) -> Result<Vec<Overdue>, DbErr> {
    let text = "SELECT e.id, e.account_id, e.deadline_on, c.time_zone FROM escalation e \
         JOIN account a ON a.organization_id = e.organization_id AND a.id = e.account_id \
         JOIN unit u ON u.organization_id = a.organization_id AND u.id = a.unit_id \
         JOIN community c ON c.organization_id = u.organization_id AND c.id = u.community_id \
         WHERE e.organization_id = $1 AND e.state = 'OPEN' AND e.deadline_on < $2 \
         ORDER BY e.deadline_on, e.id LIMIT ";
    Sql::new(text, [organization.into(), before.into()]).bind(count).all(conn).await
}
