//! Reading promises of accounts that were found through the actor before.

use std::collections::HashMap;

use guanjia_entity::{payment_details, promise, promise_line};
use sea_orm::ConnectionTrait;

pub use super::store::NamedCharge;
use super::{
    commands::{money_for, promised},
    instructions::{self, Facts},
    rules::{self, State, Way},
    store,
};
use crate::{
    kernel::{
        Actor, Failure, Language, Moment, calendar,
        ids::{AccountId, CommunityId, OrganizationId, PromiseLineId},
    },
    ledger, owners, people,
};

/// A line with the promise it belongs to.
pub type Promise = (promise_line::Model, promise::Model);

/// All promises of accounts, the newest first.
pub async fn of_accounts(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    accounts: &[AccountId],
) -> Result<Vec<Promise>, Failure> {
    let lines = store::lines(conn, organization, accounts, &State::ALL).await?;
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

/// Whether an account has an open promise.
pub async fn is_open(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    account: AccountId,
) -> Result<bool, Failure> {
    Ok(!store::lines(conn, organization, &[account], &[State::Pending]).await?.is_empty())
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

/// One promise, if the actor reaches its account.
pub async fn promise(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    now: Moment,
    id: PromiseLineId,
) -> Result<Promise, Failure> {
    let found = with_headers(conn, actor.organization, vec![id]).await?.pop();
    let found = found.ok_or(Failure::NotFound)?;
    owners::queries::account(conn, actor, now, found.0.account_id).await?;
    Ok(found)
}

/// Fen that count for an open promise by what is known now, what the verdict would be made from; and fen that would count
/// beside them if finance confirmed them.
pub async fn received_so_far(
    conn: &impl ConnectionTrait,
    line: &promise_line::Model,
) -> Result<(i64, i64), Failure> {
    let (organization, account) = (line.organization_id, line.account_id);
    let payments = ledger::queries::standing_payments(conn, organization, &[account]).await?;
    let named = store::named_by(conn, organization, &[line.id]).await?;
    let named = named.get(&line.id).map_or(&[][..], Vec::as_slice);
    let cards = owners::queries::cards_of(conn, organization, &[account]).await?;
    let card = cards.get(&account).ok_or(Failure::NotFound)?;
    let zone = calendar::zone(&card.account.time_zone);
    let (sure, hoped): (Vec<_>, Vec<_>) = payments.iter().partition(|payment| payment.counts);
    let received = |of| rules::received(&promised(line, zone), &money_for(line, named, of));
    Ok((received(sure), received(hoped)))
}

/// How many promises of the account were broken in a row, up to this one.
pub async fn broken_in_a_row(
    conn: &impl ConnectionTrait,
    line: &promise_line::Model,
) -> Result<i64, Failure> {
    let lines = store::lines(conn, line.organization_id, &[line.account_id], &State::ALL).await?;
    let up_to = lines.iter().filter(|one| one.occurred_at <= line.occurred_at);
    Ok(rules::broken_in_a_row(up_to.filter_map(|one| State::of_name(&one.state))))
}

/// The charges that a line names.
pub async fn named_charges(
    conn: &impl ConnectionTrait,
    line: &promise_line::Model,
) -> Result<Vec<NamedCharge>, Failure> {
    let named = store::charges_of(conn, line.organization_id, &[line.id]).await?;
    let ids: Vec<_> = named.into_iter().map(|one| one.charge_id).collect();
    Ok(store::charges(conn, line.organization_id, &ids).await?)
}

/// Where owners of a community pay; none while nobody has said so.
pub async fn payment_details(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    community: CommunityId,
) -> Result<Option<payment_details::Model>, Failure> {
    Ok(store::payment_details(conn, organization, community).await?)
}

/// How to pay, as a text to be sent: what was promised, or else what is overdue. None while nobody has said where owners
/// of the community pay.
pub async fn instructions(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    now: Moment,
    (account, language): (AccountId, Language),
) -> Result<Option<String>, Failure> {
    let card = owners::queries::account(conn, actor, now, account).await?;
    let organization = actor.organization;
    let details = store::payment_details(conn, organization, card.account.community_id).await?;
    let Some(details) = details else { return Ok(None) };
    let open = pending(conn, organization, &[account]).await?.remove(&account);
    let today = owners::queries::reach_day(now);
    let owed = ledger::queries::arrears(conn, organization, today, &[account]).await?.pop();
    let overdue =
        owed.map_or(0, |owed| if owed.overdue_fen > 0 { owed.overdue_fen } else { owed.open_fen });
    let me = people::queries::myself(conn, actor).await?;
    let party = open.as_ref().and_then(|(_, header)| header.party_id);
    let who =
        card.holders.iter().find(|holder| party.is_none_or(|id| holder.person.party.id == id));
    let facts = Facts {
        owner: who.or(card.holders.first()).map(|holder| holder.person.party.name.as_str()),
        steward: &me.name,
        community: &card.account.community_name,
        room: &card.account.room(),
        amount_fen: open.as_ref().map_or(overdue, |(line, _)| line.amount_fen),
        promised: open.as_ref().map(|(line, header)| {
            (line.due_on, Way::of_name(&header.way).unwrap_or(Way::Transfer))
        }),
        details: &details,
    };
    Ok(Some(instructions::text(&facts, language)))
}
