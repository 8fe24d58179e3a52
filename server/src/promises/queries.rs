//! Reading promises of accounts that were found through the actor before.

use std::collections::HashMap;

use guanjia_entity::{promise, promise_line};
use sea_orm::ConnectionTrait;

use super::{rules::State, store};
use crate::kernel::{
    Failure,
    ids::{AccountId, OrganizationId, PromiseLineId},
};

/// A line with the promise it belongs to.
pub type Promise = (promise_line::Model, promise::Model);

/// All promises of an account, the newest first.
pub async fn of_account(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    account: AccountId,
) -> Result<Vec<Promise>, Failure> {
    let lines = store::lines(conn, organization, &[account], &State::ALL).await?;
    with_headers(conn, organization, lines.iter().map(|line| line.id).collect()).await
}

/// The pending promise of each account that has one.
pub async fn pending(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    accounts: &[AccountId],
) -> Result<HashMap<AccountId, Promise>, Failure> {
    let lines = store::lines(conn, organization, accounts, &[State::Pending]).await?;
    let found =
        with_headers(conn, organization, lines.iter().map(|line| line.id).collect()).await?;
    Ok(found.into_iter().map(|promise| (promise.0.account_id, promise)).collect())
}

/// Whether a promise was ever given on one of the accounts.
pub async fn any(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    accounts: &[AccountId],
) -> Result<bool, Failure> {
    Ok(!store::lines(conn, organization, accounts, &State::ALL).await?.is_empty())
}

/// Promises by the ids of their lines, in the order of the ids.
pub async fn with_headers(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    ids: Vec<PromiseLineId>,
) -> Result<Vec<Promise>, Failure> {
    let rows = store::by_ids(conn, organization, &ids).await?;
    let mut found: HashMap<_, _> = rows
        .into_iter()
        .filter_map(|(line, header)| header.map(|header| (line.id, (line, header))))
        .collect();
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}
