//! Reading cases and follow-ups of accounts that were found through the actor before.

use std::collections::HashMap;

use chrono::NaiveDate;
use guanjia_entity::{case_file, follow_up};
use sea_orm::ConnectionTrait;

use super::store;
use crate::{
    kernel::{
        Actor, Failure, Moment,
        ids::{AccountId, CaseId, ContactId, FollowUpId, OrganizationId},
    },
    owners,
};

/// The open fee case of each account that has one.
pub async fn open_cases(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    accounts: &[AccountId],
) -> Result<HashMap<AccountId, case_file::Model>, Failure> {
    let rows = store::open_cases(conn, organization, accounts).await?;
    Ok(rows.into_iter().filter_map(|row| row.account_id.map(|account| (account, row))).collect())
}

/// The open follow-ups of accounts, the earliest first.
pub async fn open_follow_ups(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    accounts: &[AccountId],
) -> Result<Vec<follow_up::Model>, Failure> {
    Ok(store::open_follow_ups(conn, organization, accounts).await?)
}

/// The follow-ups of an account on a day, done or not, by their hour; those that were cancelled are none.
pub async fn rounds(
    conn: &impl ConnectionTrait,
    (organization, account): (OrganizationId, AccountId),
    on: NaiveDate,
) -> Result<Vec<follow_up::Model>, Failure> {
    Ok(store::rounds(conn, (organization, account), on).await?)
}

/// One case, if the actor reaches its account.
pub async fn case(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    now: Moment,
    id: CaseId,
) -> Result<case_file::Model, Failure> {
    let case = store::case_by_id(conn, actor.organization, id).await?.ok_or(Failure::NotFound)?;
    let account = case.account_id.ok_or(Failure::NotFound)?;
    owners::queries::account(conn, actor, now, account).await?;
    Ok(case)
}

/// One follow-up of a company.
pub async fn follow_up(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    id: FollowUpId,
) -> Result<follow_up::Model, Failure> {
    store::follow_up_by_id(conn, organization, id).await?.ok_or(Failure::NotFound)
}

/// Follow-ups of a company in the order of their ids here, those of other accounts left out.
pub async fn follow_ups(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    (ids, reached): (&[FollowUpId], &[AccountId]),
) -> Result<Vec<follow_up::Model>, Failure> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut rows = store::follow_ups_by_id(conn, organization, ids).await?;
    rows.retain(|row| row.account_id.is_some_and(|account| reached.contains(&account)));
    rows.sort_by_key(|row| ids.iter().position(|id| *id == row.id));
    Ok(rows)
}

/// Follow-ups that a contact answered.
pub async fn answered_by(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    contact: ContactId,
) -> Result<Vec<follow_up::Model>, Failure> {
    Ok(store::answered_by(conn, organization, contact).await?)
}
