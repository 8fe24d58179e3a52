//! Reading accounts for an actor.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use guanjia_entity::{account_holder, contact_point, party};
use sea_orm::ConnectionTrait;

use super::store::{self, AccountRow};
use crate::kernel::{
    Actor, Failure, Moment, calendar,
    ids::{AccountId, OrganizationId, PartyId},
};

/// One holder of an account, with how they are reached.
#[derive(Clone, Debug)]
pub struct HolderCard {
    /// The holder.
    pub holder: account_holder::Model,
    /// The party.
    pub party: party::Model,
    /// Their numbers and addresses, in the order of the books.
    pub points: Vec<contact_point::Model>,
}

/// An account, its unit, its holders and how they are reached.
#[derive(Clone, Debug)]
pub struct AccountCard {
    /// The account with unit and community.
    pub account: AccountRow,
    /// Its holders.
    pub holders: Vec<HolderCard>,
}

/// The local day on which an actor's reach is decided.
pub fn reach_day(now: Moment) -> NaiveDate {
    calendar::local_day(now, chrono_tz::Asia::Shanghai)
}

/// One account, if the actor reaches it.
pub async fn account(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    now: Moment,
    id: AccountId,
) -> Result<AccountCard, Failure> {
    let rows = store::reachable(conn, actor, reach_day(now), &[id]).await?;
    let mut cards = cards(conn, actor.organization, rows).await?;
    cards.remove(&id).ok_or(Failure::NotFound)
}

/// Which of some accounts the actor reaches.
pub async fn reached_accounts(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    now: Moment,
    ids: &[AccountId],
) -> Result<HashSet<AccountId>, Failure> {
    let rows = store::reachable(conn, actor, reach_day(now), ids).await?;
    Ok(rows.into_iter().map(|row| row.account_id).collect())
}

/// Which of some parties the actor reaches: those who hold an account within reach.
pub async fn reached_parties(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    now: Moment,
    ids: &[PartyId],
) -> Result<HashSet<PartyId>, Failure> {
    Ok(store::reachable_parties(conn, actor, reach_day(now), ids).await?)
}

/// Those of some accounts that the actor reaches.
pub async fn accounts(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    now: Moment,
    ids: &[AccountId],
) -> Result<HashMap<AccountId, AccountCard>, Failure> {
    let rows = store::reachable(conn, actor, reach_day(now), ids).await?;
    cards(conn, actor.organization, rows).await
}

/// Cards of accounts that were found through the actor before.
pub async fn cards_of(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    ids: &[AccountId],
) -> Result<HashMap<AccountId, AccountCard>, Failure> {
    let rows = store::accounts(conn, organization, ids).await?;
    cards(conn, organization, rows).await
}

async fn cards(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    rows: Vec<AccountRow>,
) -> Result<HashMap<AccountId, AccountCard>, Failure> {
    let ids: Vec<_> = rows.iter().map(|row| row.account_id).collect();
    let holders = store::holders(conn, organization, &ids).await?;
    let parties: Vec<PartyId> = holders.iter().map(|(holder, _)| holder.party_id).collect();
    let points = store::contact_points(conn, organization, &parties).await?;
    let mut cards: HashMap<_, _> = rows
        .into_iter()
        .map(|account| (account.account_id, AccountCard { account, holders: Vec::new() }))
        .collect();
    for (holder, party) in holders {
        let (Some(card), Some(party)) = (cards.get_mut(&holder.account_id), party) else {
            continue;
        };
        let points = points.iter().filter(|point| point.party_id == party.id).cloned().collect();
        card.holders.push(HolderCard { holder, party, points });
    }
    Ok(cards)
}
