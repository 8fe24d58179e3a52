//! SQL of parties: which ids are one, who is within reach, who holds, pays and lives where.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use guanjia_entity::{
    account, account_holder, account_payer, contact_point, occupant, party, party_alias,
    party_registration, party_trait, vehicle,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::within_reach;
use crate::kernel::{
    Actor, Work,
    ids::{AccountId, MembershipId, OrganizationId, PartyId, UnitId},
    sql::{self, Sql, few_lengths},
};

/// The party that each id stands for: itself, unless it is an alias.
pub(in crate::owners) async fn canonical(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    ids: &[PartyId],
) -> Result<HashMap<PartyId, PartyId>, DbErr> {
    let mut found: HashMap<_, _> = ids.iter().map(|id| (*id, *id)).collect();
    let rows = party_alias::Entity::find()
        .filter(party_alias::Column::OrganizationId.eq(organization))
        .filter(party_alias::Column::Id.is_in(few_lengths(ids.iter().copied())));
    for row in rows.all(conn).await? {
        found.insert(row.id, row.party_id);
    }
    Ok(found)
}

/// The ids that stand for some parties, each with its party; not the parties themselves.
pub(in crate::owners) async fn aliases(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    parties: &[PartyId],
) -> Result<Vec<party_alias::Model>, DbErr> {
    party_alias::Entity::find()
        .filter(party_alias::Column::OrganizationId.eq(organization))
        .filter(party_alias::Column::PartyId.is_in(few_lengths(parties.iter().copied())))
        .all(conn)
        .await
}

pub(in crate::owners) async fn parties(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    ids: &[PartyId],
) -> Result<Vec<party::Model>, DbErr> {
    party::Entity::find()
        .filter(party::Column::OrganizationId.eq(organization))
        .filter(party::Column::Id.is_in(few_lengths(ids.iter().copied())))
        .all(conn)
        .await
}

/// Locks parties until the end of the transaction, in one order.
pub(in crate::owners) async fn lock(work: &Work, ids: &[PartyId]) -> Result<(), DbErr> {
    let rows = Sql::new("SELECT id FROM party WHERE organization_id = ", []);
    let rows = rows.bind(work.organization()).push(" AND id IN ").list(ids.iter().copied());
    let rows = rows.push(" ORDER BY id").push(sql::for_update(work.conn()));
    rows.run(work.conn()).await.map(drop)
}

/// Where parties hold, pay or live: within the actor's reach today.
const TIES: [&str; 3] = [
    "SELECT DISTINCT t.party_id FROM account_holder t JOIN account a ON a.organization_id = t.organization_id \
     AND a.id = t.account_id JOIN unit u ON u.organization_id = a.organization_id AND u.id = a.unit_id ",
    "SELECT DISTINCT t.party_id FROM account_payer t JOIN account a ON a.organization_id = t.organization_id \
     AND a.id = t.account_id JOIN unit u ON u.organization_id = a.organization_id AND u.id = a.unit_id ",
    "SELECT DISTINCT t.party_id FROM occupant t JOIN unit u ON u.organization_id = t.organization_id AND u.id = t.unit_id ",
];

#[derive(FromQueryResult)]
struct Tied {
    party_id: PartyId,
}

/// Ids among `ids` that hold, pay for or use something within reach; ids that stand for the same party are not looked at.
pub(in crate::owners) async fn tied_within_reach(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    (today, ids): (NaiveDate, &[PartyId]),
) -> Result<HashSet<PartyId>, DbErr> {
    let mut found = HashSet::new();
    for text in TIES {
        let rows = Sql::new(text, []).push("WHERE t.organization_id = ").bind(actor.organization);
        let rows = rows.push(" AND t.party_id IN ").list(ids.iter().copied()).push(" AND ");
        let rows: Vec<Tied> = within_reach(rows, actor, today).all(conn).await?;
        found.extend(rows.into_iter().map(|row| row.party_id));
    }
    Ok(found)
}

/// Ids of parties with a name or one of some numbers that hold, pay for or use something within reach.
pub(in crate::owners) async fn alike_within_reach(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    (today, name, numbers): (NaiveDate, &str, &[String]),
) -> Result<HashSet<PartyId>, DbErr> {
    let mut found = HashSet::new();
    for text in TIES {
        let rows = Sql::new(text, []).push("WHERE t.organization_id = ").bind(actor.organization);
        let rows = rows
            .push(" AND t.party_id IN (SELECT p.id FROM party p WHERE p.organization_id = ")
            .bind(actor.organization)
            .push(" AND p.name = ")
            .bind(name)
            .push(" UNION SELECT c.party_id FROM contact_point c WHERE c.organization_id = ")
            .bind(actor.organization)
            .push(" AND c.value IN ")
            .list(numbers.iter().cloned())
            .push(") AND ");
        let rows: Vec<Tied> = within_reach(rows, actor, today).all(conn).await?;
        found.extend(rows.into_iter().map(|row| row.party_id));
    }
    Ok(found)
}

/// What somebody registered under an id.
pub(in crate::owners) async fn registration(
    conn: &impl ConnectionTrait,
    (organization, person): (OrganizationId, MembershipId),
    id: PartyId,
) -> Result<Option<party_registration::Model>, DbErr> {
    let row = party_registration::Entity::find_by_id((organization, id)).one(conn).await?;
    Ok(row.filter(|row| row.registered_by == person))
}

pub(in crate::owners) async fn holders(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    accounts: &[AccountId],
) -> Result<Vec<account_holder::Model>, DbErr> {
    account_holder::Entity::find()
        .filter(account_holder::Column::OrganizationId.eq(organization))
        .filter(account_holder::Column::AccountId.is_in(few_lengths(accounts.iter().copied())))
        .order_by_asc(account_holder::Column::Position)
        .order_by_asc(account_holder::Column::Id)
        .all(conn)
        .await
}

pub(in crate::owners) async fn payers(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    accounts: &[AccountId],
) -> Result<Vec<account_payer::Model>, DbErr> {
    account_payer::Entity::find()
        .filter(account_payer::Column::OrganizationId.eq(organization))
        .filter(account_payer::Column::AccountId.is_in(few_lengths(accounts.iter().copied())))
        .filter(account_payer::Column::ToOn.is_null())
        .all(conn)
        .await
}

pub(in crate::owners) async fn occupants(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    units: &[UnitId],
) -> Result<Vec<occupant::Model>, DbErr> {
    occupant::Entity::find()
        .filter(occupant::Column::OrganizationId.eq(organization))
        .filter(occupant::Column::UnitId.is_in(few_lengths(units.iter().copied())))
        .filter(occupant::Column::ToOn.is_null())
        .order_by_asc(occupant::Column::Id)
        .all(conn)
        .await
}

/// Numbers and addresses of parties, in the order of the books.
pub(in crate::owners) async fn contact_points(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    parties: &[PartyId],
) -> Result<Vec<contact_point::Model>, DbErr> {
    contact_point::Entity::find()
        .filter(contact_point::Column::OrganizationId.eq(organization))
        .filter(contact_point::Column::PartyId.is_in(few_lengths(parties.iter().copied())))
        .order_by_asc(contact_point::Column::Position)
        .order_by_asc(contact_point::Column::CreatedAt)
        .order_by_asc(contact_point::Column::Id)
        .all(conn)
        .await
}

pub(in crate::owners) async fn vehicles(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    parties: &[PartyId],
) -> Result<Vec<vehicle::Model>, DbErr> {
    vehicle::Entity::find()
        .filter(vehicle::Column::OrganizationId.eq(organization))
        .filter(vehicle::Column::PartyId.is_in(few_lengths(parties.iter().copied())))
        .filter(vehicle::Column::RemovedAt.is_null())
        .order_by_asc(vehicle::Column::Id)
        .all(conn)
        .await
}

pub(in crate::owners) async fn traits(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    parties: &[PartyId],
) -> Result<Vec<party_trait::Model>, DbErr> {
    party_trait::Entity::find()
        .filter(party_trait::Column::OrganizationId.eq(organization))
        .filter(party_trait::Column::PartyId.is_in(few_lengths(parties.iter().copied())))
        .order_by_asc(party_trait::Column::NotedAt)
        .all(conn)
        .await
}

/// Accounts that some ids hold or pay for, and of the units they use, in order of their ids, after one of them.
pub(in crate::owners) async fn accounts_of(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    (ids, after, count): (&[PartyId], Option<AccountId>, u64),
) -> Result<Vec<AccountId>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        account_id: AccountId,
    }
    let mut rows = Sql::new("SELECT DISTINCT account_id FROM (", []);
    for (nth, text) in [
        "SELECT t.account_id FROM account_holder t WHERE t.organization_id = ",
        "SELECT t.account_id FROM account_payer t WHERE t.organization_id = ",
        "SELECT a.id AS account_id FROM occupant t JOIN account a ON a.organization_id = t.organization_id \
         AND a.unit_id = t.unit_id WHERE t.organization_id = ",
    ]
    .into_iter()
    .enumerate()
    {
        rows = rows.push(if nth == 0 { "" } else { " UNION " }).push(text).bind(organization);
        rows = rows.push(" AND t.party_id IN ").list(ids.iter().copied());
    }
    rows = rows.push(") AS tied");
    if let Some(after) = after {
        rows = rows.push(" WHERE account_id > ").bind(after);
    }
    let limit = i64::try_from(count).unwrap_or(i64::MAX);
    let rows: Vec<Row> = rows.push(" ORDER BY account_id LIMIT ").bind(limit).all(conn).await?;
    Ok(rows.into_iter().map(|row| row.account_id).collect())
}

/// The account of a unit that lasts.
pub(in crate::owners) async fn open_account(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    unit: UnitId,
) -> Result<Option<AccountId>, DbErr> {
    account::Entity::find()
        .filter(account::Column::OrganizationId.eq(organization))
        .filter(account::Column::UnitId.eq(unit))
        .filter(account::Column::ToOn.is_null())
        .select_only()
        .column(account::Column::Id)
        .into_tuple()
        .one(conn)
        .await
}
