//! Opening, closing and following up.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use chrono_tz::Tz;
use guanjia_entity::{case_file, collection_policy, follow_up};
use serde_json::json;

use super::{
    days::Step,
    deciders, escalations,
    follow_up::{NewFollowUp, Purpose, Source},
    ground::{self, Ground},
    queries,
    rules::{Turn, turn},
    store::{self, StandingRow},
    timeline::{self, Entry, Happening},
};
use crate::{
    kernel::{
        Failure, Moment, Problem, ProblemCode, Text, Work, calendar,
        ids::{self, AccountId, CaseId, ContactId, FollowUpId},
        sql::BULK,
    },
    owners::{self, events::AccountsChanged},
};

/// The minute of the day until which a step of today may still be reminded of: 17:00.
pub(super) const LATE_MINUTE: u32 = 17 * 60;
/// The longest note, in characters.
const LONGEST_NOTE: usize = 2000;

/// Looks at accounts whose ledger or day changed and opens, reopens or closes their cases.
///
/// Answers how many cases changed.
pub async fn review(work: &mut Work, accounts: &[AccountId]) -> Result<usize, Failure> {
    let mut changed = 0;
    for some in accounts.chunks(BULK) {
        owners::store::lock(work.conn(), work.organization(), some).await?;
        for (day, accounts) in by_day(work, some).await? {
            let rows = store::standings(work.conn(), work.organization(), day, &accounts).await?;
            changed += turn_all(work, rows).await?;
        }
    }
    Ok(changed)
}

/// The accounts by the day it is in their communities: one day, nearly always.
async fn by_day(
    work: &Work,
    accounts: &[AccountId],
) -> Result<BTreeMap<NaiveDate, Vec<AccountId>>, Failure> {
    let mut days: BTreeMap<NaiveDate, Vec<AccountId>> = BTreeMap::new();
    for (account, ground) in ground::of(work, accounts).await? {
        days.entry(work.today(ground.zone)).or_default().push(account);
    }
    Ok(days)
}

async fn turn_all(work: &mut Work, rows: Vec<StandingRow>) -> Result<usize, Failure> {
    let (mut open, mut reopen, mut close) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        match turn(&row.standing()) {
            Turn::Stay => {}
            Turn::Open => open.push(row),
            Turn::Reopen => reopen.push(row),
            Turn::Close => close.push(row),
        }
    }
    let changed = open.len() + reopen.len() + close.len();
    begin(work, open, Happening::CaseOpened).await?;
    begin(work, reopen, Happening::CaseReopened).await?;
    end(work, close).await?;
    Ok(changed)
}

/// Opens cases, or opens them again, each with its first follow-up.
async fn begin(work: &mut Work, rows: Vec<StandingRow>, how: Happening) -> Result<(), Failure> {
    if rows.is_empty() {
        return Ok(());
    }
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
    let accounts: Vec<_> = opened.iter().map(|(_, row)| row.account_id).collect();
    let grounds = ground::of(work, &accounts).await?;
    let follow_ups = opened.iter().filter_map(|(case, row)| {
        // An account on hold is woken up; until then there is nothing to do.
        let ground = grounds.get(&row.account_id).filter(|one| one.held_until.is_none())?;
        Some(step_of_ours(work, ground, (*case, Purpose::Call, Source::Opening)))
    });
    store::insert_follow_ups(work, follow_ups.collect()).await?;
    work.emit_summed(AccountsChanged::of(accounts));
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

/// A step that nobody asked for: the next one of an opening case today, otherwise on the next workday. It is work for the
/// list, not an hour to be reminded of.
fn step_of_ours(
    work: &Work,
    ground: &Ground,
    (case, purpose, source): (CaseId, Purpose, Source),
) -> (NewFollowUp, NaiveDate) {
    let today = work.today(ground.zone);
    let wanted =
        if source == Source::Opening { today } else { work.calendar.workdays_after(today, 1) };
    let on = ground.settle(work, wanted, Step { source, purpose, given: false });
    let new = NewFollowUp {
        account: ground.account,
        case: Some(case),
        purpose,
        source,
        source_id: None,
        note: None,
        due_on: on,
        due_at: calendar::moment_of(on, ground.minute(), ground.zone),
        reminds: false,
        assignee: None,
    };
    (new, wanted)
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
    // The look at promised money stays: should a payment be reversed before the day, it is wanted again. So does the waking
    // up from a hold, which belongs to the account.
    let today = owners::queries::reach_day(work.now);
    let over = open.iter().filter(|one| match Source::of_name(&one.source) {
        Some(Source::Promise) => false,
        Some(Source::WakeUp) => one.due_on <= today,
        _ => one.case_id.is_some_and(|case| cases.contains(&case)),
    });
    store::end_follow_ups(work, &over.map(|one| one.id).collect::<Vec<_>>(), "CANCELLED", None)
        .await?;
    escalations::commands::settle(work, &cases).await?;
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

/// Plans a follow-up. A step that the system planned moves off rest days, one that a hold forbids waits until the account
/// wakes up; what was agreed with the owner stays.
pub async fn plan(work: &mut Work, mut new: NewFollowUp) -> Result<FollowUpId, Failure> {
    work.emit_summed(AccountsChanged::of([new.account]));
    let (ground, wanted) = (ground::one(work, new.account).await?, new.due_on);
    let on = ground.settle(work, wanted, new.step());
    if on != wanted {
        let hour = ground.hour(work, on);
        (new.due_on, new.due_at, new.reminds) = (hour.on, hour.at, new.reminds || hour.reminds);
    }
    let ids = store::insert_follow_ups(work, vec![(new, wanted)]).await?;
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
    store::place_follow_up(work, one.id, (hour, hour.on)).await?;
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
    hour_of_minute(work, on, minute_of(policy), zone)
}

pub(super) fn hour_of_minute(work: &Work, on: NaiveDate, minute: u32, zone: Tz) -> Hour {
    let minutes = [minute, LATE_MINUTE];
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

/// Takes from follow-ups where they came from, of those that may not be known any longer: what is left says that there was a
/// step, and no more.
pub async fn forget_source(work: &mut Work, follow_ups: &[FollowUpId]) -> Result<(), Failure> {
    Ok(store::forget_source(work, follow_ups).await?)
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
    let grounds = ground::of(work, &bare).await?;
    let new = bare.iter().filter_map(|account| {
        let (ground, case) = (grounds.get(account)?, cases.get(account)?);
        Some(step_of_ours(work, ground, (case.id, Purpose::Review, Source::Default)))
    });
    store::insert_follow_ups(work, new.collect()).await?;
    work.emit_summed(AccountsChanged::of(bare));
    Ok(())
}

/// Gives the decision to the manager of an account's community: a follow-up of theirs, with a reminder at once (disputes,
/// requests for a plan). Where nobody has the authority it is the steward's own. Answers the follow-up.
pub async fn refer(work: &mut Work, referral: Referral) -> Result<FollowUpId, Failure> {
    let ground = ground::one(work, referral.account).await?;
    let manager = deciders::today(work, &ground).await?.first().map(|one| one.person);
    let open = queries::open_cases(work.conn(), work.organization(), &[referral.account]).await?;
    let hour = hour_at_once(work, &ground);
    let new = NewFollowUp {
        account: referral.account,
        case: open.get(&referral.account).map(|case| case.id),
        purpose: referral.purpose,
        source: Source::Referred,
        source_id: referral.source,
        note: referral.note,
        due_on: hour.on,
        due_at: hour.at,
        reminds: true,
        assignee: manager,
    };
    plan(work, new).await
}

/// What the manager has to decide.
#[derive(Clone, Debug)]
pub struct Referral {
    /// Whose; the command has found and locked it.
    pub account: AccountId,
    /// What to do.
    pub purpose: Purpose,
    /// The contact or promise line it comes from.
    pub source: Option<uuid::Uuid>,
    /// Free text.
    pub note: Option<String>,
}

/// Now, if this is a workday; otherwise the morning of the next one.
pub(super) fn hour_at_once(work: &Work, ground: &Ground) -> Hour {
    let today = work.today(ground.zone);
    let on = work.calendar.workday_from(today);
    if on == today {
        return Hour { on, at: work.now, reminds: true };
    }
    ground.hour(work, on)
}

/// Refuses a note that is too long.
pub fn check_note(note: Option<&str>, field: &str) -> Result<(), Failure> {
    if note.is_none_or(|note| note.chars().count() <= LONGEST_NOTE) {
        return Ok(());
    }
    let text = Text::new(
        format!("不得超过 {LONGEST_NOTE} 字"),
        format!("at most {LONGEST_NOTE} characters"),
    );
    Err(Failure::problem(Problem::at(field, ProblemCode::TooLong, text)))
}

/// Refuses a reason that says nothing, or too much.
pub fn require_note(note: &str, field: &str) -> Result<(), Failure> {
    if note.trim().is_empty() {
        let text = Text::new("请说明原因", "please say why");
        return Err(Failure::problem(Problem::at(field, ProblemCode::Required, text)));
    }
    check_note(Some(note), field)
}

/// Ends what nobody planned, and calls after a break, as far as it was planned by then: the owner came to us, or promised.
/// The contact in which it happened, if there was one, has answered it.
pub async fn end_unplanned(
    work: &mut Work,
    accounts: &[AccountId],
    (until, contact): (Moment, Option<ContactId>),
) -> Result<(), Failure> {
    let open = store::open_follow_ups(work.conn(), work.organization(), accounts).await?;
    let answered = [Source::Opening, Source::Outcome, Source::Default, Source::BrokenPromise];
    let over = open.iter().filter(|one| {
        Source::of_name(&one.source).is_some_and(|source| answered.contains(&source))
            && one.created_at <= until
    });
    let over: Vec<_> = over.map(|one| one.id).collect();
    store::end_follow_ups(work, &over, "DONE", contact).await?;
    work.emit_summed(AccountsChanged::of(accounts.iter().copied()));
    Ok(())
}

/// Opens follow-ups again whose answer was a mistake. What was reminded of before is not reminded of again.
pub async fn reopen(work: &mut Work, follow_ups: &[FollowUpId]) -> Result<(), Failure> {
    Ok(store::reopen_follow_ups(work, follow_ups).await?)
}
