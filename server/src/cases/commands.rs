//! Opening, closing and following up.

use std::collections::HashMap;

use chrono::NaiveDate;
use chrono_tz::Tz;
use guanjia_entity::{case_file, collection_policy, follow_up};
use serde_json::json;

use super::{
    follow_up::{NewFollowUp, Purpose, Source},
    policy, queries,
    rules::{Turn, turn},
    store::{self, StandingRow},
    timeline::{self, Entry, Happening},
};
use crate::{
    kernel::{
        Failure, Moment, Work, calendar,
        ids::{self, AccountId, CaseId, CommunityId, ContactId, FollowUpId},
        sql::BULK,
    },
    owners::{self, events::AccountsChanged},
};

/// The minute of the day until which a step of today may still be reminded of: 17:00.
const LATE_MINUTE: u32 = 17 * 60;

/// Looks at accounts whose ledger or day changed and opens, reopens or closes their cases.
///
/// Answers how many cases changed.
pub async fn review(work: &mut Work, accounts: &[AccountId]) -> Result<usize, Failure> {
    let mut changed = 0;
    let day = owners::queries::reach_day(work.now);
    for some in accounts.chunks(BULK) {
        owners::store::lock(work.conn(), work.organization(), some).await?;
        let rows = store::standings(work.conn(), work.organization(), day, some).await?;
        let (mut open, mut reopen, mut close) = (Vec::new(), Vec::new(), Vec::new());
        for row in rows {
            match turn(&row.standing()) {
                Turn::Stay => {}
                Turn::Open => open.push(row),
                Turn::Reopen => reopen.push(row),
                Turn::Close => close.push(row),
            }
        }
        changed += open.len() + reopen.len() + close.len();
        begin(work, open, Happening::CaseOpened).await?;
        begin(work, reopen, Happening::CaseReopened).await?;
        end(work, close).await?;
    }
    Ok(changed)
}

/// Opens cases, or opens them again, each with its first follow-up.
async fn begin(work: &mut Work, rows: Vec<StandingRow>, how: Happening) -> Result<(), Failure> {
    if rows.is_empty() {
        return Ok(());
    }
    let policies = policy::in_force(work.conn(), work.organization()).await?;
    let again = how == Happening::CaseReopened;
    let opened: Vec<(CaseId, &StandingRow)> = rows
        .iter()
        .map(|row| (row.case_id.filter(|_| again).unwrap_or_else(ids::fresh), row))
        .collect();
    if again {
        let cases: Vec<_> = opened.iter().map(|(case, _)| *case).collect();
        store::set_state(work, &cases, "OPEN", None).await?;
    } else {
        let cases = opened.iter().map(|(case, row)| new_case(work, *case, row.account_id));
        store::insert_cases(work.conn(), cases.collect()).await?;
    }
    let entries = opened.iter().map(|(case, row)| entry(work, (*case, row.account_id), how));
    timeline::write(work, entries.collect()).await?;
    let follow_ups =
        opened.iter().map(|(case, row)| first_follow_up(work, &policies, (*case, row)));
    store::insert_follow_ups(work, follow_ups.collect()).await?;
    work.emit_summed(AccountsChanged::of(opened.iter().map(|(_, row)| row.account_id)));
    Ok(())
}

fn new_case(work: &Work, id: CaseId, account: AccountId) -> case_file::Model {
    case_file::Model {
        organization_id: work.organization(),
        id,
        kind: "FEE".to_owned(),
        account_id: Some(account),
        state: "OPEN".to_owned(),
        opened_at: work.now,
        closed_at: None,
        version: 1,
    }
}

/// Due on the next workday; it is work for the list, not an hour to be reminded of.
fn first_follow_up(
    work: &Work,
    policies: &HashMap<CommunityId, collection_policy::Model>,
    (case, row): (CaseId, &StandingRow),
) -> NewFollowUp {
    let zone = calendar::zone(&row.time_zone);
    let due_on = work.calendar.workday_from(work.today(zone));
    NewFollowUp {
        account: row.account_id,
        case: Some(case),
        purpose: Purpose::Call,
        source: Source::Opening,
        source_id: None,
        note: None,
        due_on,
        due_at: calendar::moment_of(due_on, minute_of(policies.get(&row.community_id)), zone),
        reminds: false,
    }
}

/// The minute of the day at which a follow-up without an hour is due.
pub fn minute_of(policy: Option<&collection_policy::Model>) -> u32 {
    policy.and_then(|policy| u32::try_from(policy.reminder_minute).ok()).unwrap_or(8 * 60)
}

async fn end(work: &mut Work, rows: Vec<StandingRow>) -> Result<(), Failure> {
    let closed: Vec<(CaseId, AccountId)> =
        rows.iter().filter_map(|row| row.case_id.map(|case| (case, row.account_id))).collect();
    if closed.is_empty() {
        return Ok(());
    }
    let (cases, accounts): (Vec<_>, Vec<_>) = closed.iter().copied().unzip();
    store::set_state(work, &cases, "CLOSED", Some(work.now)).await?;
    let open = store::open_follow_ups(work.conn(), work.organization(), &accounts).await?;
    // The look at promised money stays: should a payment be reversed before the day, it is wanted again.
    let over = open.iter().filter(|one| one.case_id.is_some_and(|case| cases.contains(&case)));
    let over = over.filter(|one| one.source != Source::Promise.name());
    store::end_follow_ups(work, &over.map(|one| one.id).collect::<Vec<_>>(), "CANCELLED", None)
        .await?;
    let entries = closed.iter().map(|pair| entry(work, *pair, Happening::CaseClosed));
    timeline::write(work, entries.collect()).await?;
    work.emit_summed(AccountsChanged::of(accounts));
    Ok(())
}

fn entry(work: &Work, (case, account): (CaseId, AccountId), happening: Happening) -> Entry {
    Entry {
        account,
        case: Some(case),
        happening,
        subject: Some(case.into()),
        facts: json!({}),
        occurred_at: work.now,
    }
}

/// Plans a follow-up.
pub async fn plan(work: &mut Work, new: NewFollowUp) -> Result<FollowUpId, Failure> {
    work.emit_summed(AccountsChanged::of([new.account]));
    let ids = store::insert_follow_ups(work, vec![new]).await?;
    ids.into_iter().next().ok_or_else(|| Failure::broken("follow-up", "not inserted"))
}

/// Ends the follow-ups that a contact answered.
pub async fn finish(
    work: &mut Work,
    answered: &[FollowUpId],
    contact: ContactId,
) -> Result<(), Failure> {
    Ok(store::end_follow_ups(work, answered, "DONE", Some(contact)).await?)
}

/// Gives an open follow-up another date, under the next revision, so that it is reminded of anew.
pub async fn move_to(work: &mut Work, one: &follow_up::Model, hour: Hour) -> Result<(), Failure> {
    store::move_follow_up(work, one, hour).await?;
    work.emit_summed(AccountsChanged::of(one.account_id));
    Ok(())
}

/// When a follow-up is due.
#[derive(Clone, Copy, Debug)]
pub struct Hour {
    /// The local day.
    pub on: NaiveDate,
    /// The moment.
    pub at: Moment,
    /// Whether it is worth a reminder: what was due before it was planned is not.
    pub reminds: bool,
}

/// The hour of a day on which nothing was agreed but the day: the policy's minute, or the end of the office day when that
/// has passed already.
pub fn hour_of(
    work: &Work,
    on: NaiveDate,
    policy: Option<&collection_policy::Model>,
    zone: Tz,
) -> Hour {
    let minutes = [minute_of(policy), LATE_MINUTE];
    let moments = minutes.map(|minute| calendar::moment_of(on, minute, zone));
    let ahead = moments.into_iter().find(|at| *at > work.now);
    // A day that has passed altogether was reported late: it is due, and it is news.
    let passed = on < work.today(zone);
    Hour { on, at: ahead.unwrap_or(moments[1]), reminds: ahead.is_some() || passed }
}

/// Takes back the open follow-ups that came from something that no longer holds, such as a promise.
pub async fn cancel_from(
    work: &mut Work,
    accounts: &[AccountId],
    sources: &[uuid::Uuid],
) -> Result<(), Failure> {
    let open = store::open_follow_ups(work.conn(), work.organization(), accounts).await?;
    let gone = open.iter().filter(|one| one.source_id.is_some_and(|id| sources.contains(&id)));
    store::end_follow_ups(work, &gone.map(|one| one.id).collect::<Vec<_>>(), "CANCELLED", None)
        .await?;
    work.emit_summed(AccountsChanged::of(accounts.iter().copied()));
    Ok(())
}

/// Sees to it that every open case among the accounts has a next follow-up: one that has none gets the next workday.
pub async fn ensure_next(work: &mut Work, accounts: &[AccountId]) -> Result<(), Failure> {
    let organization = work.organization();
    let cases = queries::open_cases(work.conn(), organization, accounts).await?;
    let open = store::open_follow_ups(work.conn(), organization, accounts).await?;
    let bare: Vec<AccountId> = cases
        .keys()
        .copied()
        .filter(|account| !open.iter().any(|one| one.account_id == Some(*account)))
        .collect();
    let cards = owners::queries::cards_of(work.conn(), organization, &bare).await?;
    let policies = policy::in_force(work.conn(), organization).await?;
    let new = bare.iter().filter_map(|account| {
        let unit = &cards.get(account)?.account;
        let zone = calendar::zone(&unit.time_zone);
        let due_on = work.calendar.workdays_after(work.today(zone), 1);
        Some(NewFollowUp {
            account: *account,
            case: cases.get(account).map(|case| case.id),
            purpose: Purpose::Review,
            source: Source::Default,
            source_id: None,
            note: None,
            due_on,
            due_at: calendar::moment_of(due_on, minute_of(policies.get(&unit.community_id)), zone),
            reminds: false,
        })
    });
    let new: Vec<_> = new.collect();
    store::insert_follow_ups(work, new).await?;
    work.emit_summed(AccountsChanged::of(bare));
    Ok(())
}
