//! Who holds an account and who agreed to pay for it.

use std::collections::HashSet;

use chrono::{Days, NaiveDate};
use guanjia_entity::{account_holder, account_payer};
use sea_orm::EntityTrait;
use serde::Serialize;

use super::{
    history::{Change, not_to_come, note, problem, ties_changed, to_be_tied},
    take_accounts,
};
use crate::{
    kernel::{
        Failure, ProblemCode, Work, calendar,
        ids::{self, AccountId, PartyId},
    },
    owners::{
        parties::ChangeKind,
        shares::{Share, fit},
        store::{self, AccountRow},
    },
};

/// Holders of one account at most.
const MOST_HOLDERS: usize = 50;

/// A holder with a share that may be unknown.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct NewShare {
    /// Who.
    pub party: PartyId,
    /// How much of it.
    pub share: Option<Share>,
}

/// One change of the holders.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct HolderChange {
    /// Who, with the share from then on.
    pub holder: NewShare,
    /// Whether they hold from then on, or no longer.
    pub holds: bool,
}

/// Changes of the holders of one account, from one day on.
#[derive(Clone, Debug, Serialize)]
pub struct ChangeHolders {
    /// Which account.
    pub account: AccountId,
    /// The first day; today if none.
    pub from_on: Option<NaiveDate>,
    /// Who comes, goes, or gets another share.
    pub changes: Vec<HolderChange>,
}

/// Refuses what is wrong with the holders of a new account.
pub(super) fn check_shares(holders: &[NewShare], field: &str) -> Result<(), Failure> {
    if holders.is_empty() {
        return problem(
            field,
            ProblemCode::Required,
            ("至少要有一位产权人", "at least one holder"),
        );
    }
    if holders.len() > MOST_HOLDERS {
        return problem(field, ProblemCode::TooLarge, ("产权人最多 50 位", "at most 50 holders"));
    }
    sound(holders.iter().filter_map(|holder| holder.share), field)
}

fn sound(shares: impl Iterator<Item = Share> + Clone, field: &str) -> Result<(), Failure> {
    if !shares.clone().all(Share::is_sound) {
        let text = ("份额须为不超过 1 的分数", "a share is a fraction above 0, at most 1");
        return problem(field, ProblemCode::Invalid, text);
    }
    if fit(shares) {
        return Ok(());
    }
    problem(field, ProblemCode::TooLarge, ("份额合计超过 1", "the shares are more than the whole"))
}

/// Inserts the holders of a new account; answers the parties.
pub(super) async fn insert_holders(
    work: &Work,
    (account, from_on): (AccountId, Option<NaiveDate>),
    holders: &[NewShare],
) -> Result<Vec<PartyId>, Failure> {
    let mut parties = Vec::new();
    for (position, holder) in (0..).zip(holders) {
        let party = to_be_tied(work, holder.party).await?;
        if parties.contains(&party) {
            let text = ("同一人列了两次", "one person is there twice");
            return problem("holders", ProblemCode::Duplicate, text);
        }
        parties.push(party);
        let share = holder.share;
        insert(work, (account, party), (position, from_on), share).await?;
    }
    Ok(parties)
}

async fn insert(
    work: &Work,
    (account, party): (AccountId, PartyId),
    (position, from_on): (i64, Option<NaiveDate>),
    share: Option<Share>,
) -> Result<(), Failure> {
    let row = account_holder::Model {
        organization_id: work.organization(),
        id: ids::fresh(),
        account_id: account,
        party_id: party,
        position,
        from_on,
        to_on: None,
        share_part: share.map(|share| share.part),
        share_whole: share.map(|share| share.whole),
    };
    let row = account_holder::ActiveModel::from(row);
    account_holder::Entity::insert(row).exec_without_returning(work.conn()).await?;
    let mut change = Change::of_account(ChangeKind::HolderAdded, account).with(party);
    change.on = from_on;
    if let Some(share) = share {
        change = change.after(format!("{}/{}", share.part, share.whole));
    }
    note(work, vec![change]).await
}

/// Changes who holds an account while the liability lasts: a spouse comes, somebody goes after a divorce, a share is set. The
/// account stays one; at least one of its holders goes on, otherwise liability passes and a new account is needed.
pub async fn change_holders(work: &mut Work, input: ChangeHolders) -> Result<AccountId, Failure> {
    if input.changes.is_empty() {
        return problem("changes", ProblemCode::Required, ("请说明变更", "name what changes"));
    }
    let (row, from_on) = take(work, (input.account, input.from_on), "from").await?;
    let standing = standing(work, row.account_id).await?;
    let mut next: Vec<(PartyId, Option<Share>)> = Vec::new();
    for (_, party, share) in &standing {
        if next.iter().all(|(known, _)| known != party) {
            next.push((*party, *share));
        }
    }
    let mut touched = HashSet::new();
    for (nth, change) in input.changes.iter().enumerate() {
        let party = to_be_tied(work, change.holder.party).await?;
        let field = format!("changes.{nth}.partyId");
        if !touched.insert(party) {
            return problem(
                &field,
                ProblemCode::Duplicate,
                ("同一人列了两次", "one person is there twice"),
            );
        }
        let at = next.iter().position(|(known, _)| *known == party);
        match (at, change.holds) {
            (Some(at), true) => next[at].1 = change.holder.share,
            (None, true) => next.push((party, change.holder.share)),
            (Some(at), false) => drop(next.remove(at)),
            (None, false) => {
                let text = ("该人不是此户的产权人", "this person does not hold the account");
                return problem(&field, ProblemCode::NotFound, text);
            }
        }
    }
    check_next(&standing, &next)?;
    write_changes(work, (&row, from_on), (&standing, &next)).await?;
    ties_changed(work, &[row.account_id], touched).await?;
    Ok(row.account_id)
}

/// A row that stands: the row, the party it stands for, the share.
type Standing = (account_holder::Model, PartyId, Option<Share>);

async fn standing(work: &Work, account: AccountId) -> Result<Vec<Standing>, Failure> {
    let organization = work.organization();
    let rows = store::parties::holders(work.conn(), organization, &[account]).await?;
    let rows: Vec<_> = rows.into_iter().filter(|row| row.to_on.is_none()).collect();
    let ids: Vec<PartyId> = rows.iter().map(|row| row.party_id).collect();
    let canonical = store::parties::canonical(work.conn(), organization, &ids).await?;
    let mut found: Vec<Standing> = Vec::new();
    for row in rows {
        let party = canonical.get(&row.party_id).copied().unwrap_or(row.party_id);
        let share = row.share_part.zip(row.share_whole);
        let share = share.map(|(part, whole)| Share { part, whole });
        found.push((row, party, share));
    }
    Ok(found)
}

fn check_next(standing: &[Standing], next: &[(PartyId, Option<Share>)]) -> Result<(), Failure> {
    let goes_on = standing.iter().any(|(_, party, _)| next.iter().any(|(stays, _)| stays == party));
    if next.is_empty() || (!standing.is_empty() && !goes_on) {
        let text = (
            "责任整体转移请办理过户:原产权人至少保留一位",
            "at least one holder goes on; when liability passes, use transferUnit",
        );
        return problem("changes", ProblemCode::Inconsistent, text);
    }
    if next.len() > MOST_HOLDERS {
        return problem(
            "changes",
            ProblemCode::TooLarge,
            ("产权人最多 50 位", "at most 50 holders"),
        );
    }
    sound(next.iter().filter_map(|(_, share)| *share), "changes")
}

/// Ends the rows that hold no longer or with another share, and begins those that hold from the day on. A party that stands
/// there twice since a merge is ended in both rows.
async fn write_changes(
    work: &Work,
    (account, from_on): (&AccountRow, NaiveDate),
    (standing, next): (&[Standing], &[(PartyId, Option<Share>)]),
) -> Result<(), Failure> {
    let day_before = from_on - Days::new(1);
    for (row, party, share) in standing {
        let stays = next.iter().find(|(id, _)| id == party);
        if stays.is_some_and(|(_, now)| now == share) {
            continue;
        }
        store::registry::end_row(work, "account_holder", (row.id.into(), day_before)).await?;
        if stays.is_none() {
            let change = Change::of_account(ChangeKind::HolderEnded, account.account_id);
            note(work, vec![change.with(*party).on(day_before)]).await?;
        }
    }
    let last = standing.iter().map(|(row, ..)| row.position).max().unwrap_or(-1);
    for (nth, (party, share)) in (last + 1..).zip(next) {
        let before = standing.iter().find(|(_, known, _)| known == party);
        if before.is_some_and(|(_, _, known)| known == share) {
            continue;
        }
        // Somebody whose share alone changes keeps their place.
        let position = before.map_or(nth, |(row, ..)| row.position);
        insert(work, (account.account_id, *party), (position, Some(from_on)), *share).await?;
    }
    Ok(())
}

/// An account that lasts, locked and read again, with the day from which a change holds.
async fn take(
    work: &Work,
    (account, from_on): (AccountId, Option<NaiveDate>),
    field: &str,
) -> Result<(AccountRow, NaiveDate), Failure> {
    let actor = work.actor()?.clone();
    take_accounts(work, &actor, &[account]).await?;
    let rows = store::accounts(work.conn(), work.organization(), &[account]).await?;
    let row = rows.into_iter().next().ok_or(Failure::NotFound)?;
    if row.to_on.is_some() {
        return problem(
            "accountId",
            ProblemCode::Inconsistent,
            ("该户已结束", "this account has ended"),
        );
    }
    let from_on = from_on.unwrap_or_else(|| work.today(calendar::zone(&row.time_zone)));
    not_to_come(from_on, (work.now, &row.time_zone), field)?;
    if row.from_on.is_some_and(|first| from_on < first) {
        let text = ("早于该户的起始日", "before the account began");
        return problem(field, ProblemCode::TooEarly, text);
    }
    Ok((row, from_on))
}

/// Who agreed to pay for an account.
#[derive(Clone, Debug, Serialize)]
pub struct SetPayer {
    /// Which account.
    pub account: AccountId,
    /// Who pays from then on; none when the holders do again.
    pub party: Option<PartyId>,
    /// The first day; today if none.
    pub from_on: Option<NaiveDate>,
}

/// Notes who agreed to pay. The holders stay liable (rule 18).
pub async fn set_payer(work: &mut Work, input: SetPayer) -> Result<AccountId, Failure> {
    let (row, from_on) = take(work, (input.account, input.from_on), "from").await?;
    let before =
        store::parties::payers(work.conn(), work.organization(), &[row.account_id]).await?;
    let mut touched: Vec<PartyId> = before.iter().map(|payer| payer.party_id).collect();
    for payer in before {
        let day_before = from_on - Days::new(1);
        store::registry::end_row(work, "account_payer", (payer.id.into(), day_before)).await?;
        let change = Change::of_account(ChangeKind::PayerEnded, row.account_id);
        note(work, vec![change.with(payer.party_id).on(day_before)]).await?;
    }
    if let Some(party) = input.party {
        let party = to_be_tied(work, party).await?;
        touched.push(party);
        let payer = account_payer::Model {
            organization_id: work.organization(),
            id: ids::fresh(),
            account_id: row.account_id,
            party_id: party,
            from_on,
            to_on: None,
        };
        account_payer::Entity::insert(account_payer::ActiveModel::from(payer))
            .exec_without_returning(work.conn())
            .await?;
        let change = Change::of_account(ChangeKind::PayerSet, row.account_id);
        note(work, vec![change.with(party).on(from_on)]).await?;
    }
    ties_changed(work, &[row.account_id], touched).await?;
    Ok(row.account_id)
}
