//! Placing and lifting holds, and what they do to the steps of an account.

use chrono::{Days, NaiveDate};
use guanjia_entity::{follow_up, hold};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{Reason, State, store};
use crate::{
    cases::{
        commands::check_note,
        days::{Step, UnderHold},
        follow_up::{NewFollowUp, Purpose, Source, step_of},
        ground::{self, Ground},
        queries, store as cases,
        timeline::{self, Entry, Happening},
    },
    kernel::{
        Failure, Problem, ProblemCode, Text, Work,
        ids::{self, AccountId, HoldId},
    },
    ledger::{self, policies::Freeze},
    owners::{self, events::AccountsChanged},
};

/// A hold to be placed.
#[derive(Clone, Debug)]
pub struct NewHold {
    /// Its id, if the client made one.
    pub id: Option<HoldId>,
    /// Whose.
    pub account: AccountId,
    /// Why.
    pub reason: Reason,
    /// Its last local day; none for as long as the community's policy allows.
    pub until_on: Option<NaiveDate>,
    /// Free text.
    pub note: Option<String>,
    /// The contact or provisional payment that it comes from.
    pub source: Option<Uuid>,
}

/// What `placeHold` takes.
#[derive(Clone, Debug, Serialize)]
pub struct PlaceHold {
    /// Its id, if the client made one.
    pub id: Option<HoldId>,
    /// Whose.
    pub account: AccountId,
    /// Why.
    pub reason: Reason,
    /// Its last local day.
    pub until_on: NaiveDate,
    /// Free text.
    pub note: Option<String>,
}

/// Places a hold on an account within the actor's reach.
pub async fn place_hold(work: &mut Work, input: PlaceHold) -> Result<HoldId, Failure> {
    let actor = work.actor()?.clone();
    check_note(input.note.as_deref(), "note")?;
    owners::commands::take_accounts(work, &actor, &[input.account]).await?;
    let PlaceHold { id, account, reason, until_on, note } = input;
    let until_on = Some(until_on);
    place(work, NewHold { id, account, reason, until_on, note, source: None }).await
}

/// Places a hold on an account that the command has found and locked: routine steps wait, and the waking up is planned.
pub async fn place(work: &mut Work, new: NewHold) -> Result<HoldId, Failure> {
    let ground = ground::one(work, new.account).await?;
    let today = work.today(ground.zone);
    let last = ground.terms.longest(new.reason).last_day(today, &work.calendar);
    let until_on = new.until_on.unwrap_or(last);
    check_days(until_on, (today, last))?;
    let id = new.id.unwrap_or_else(ids::fresh);
    if store::by_id(work.conn(), work.organization(), id).await?.is_some() {
        let text = Text::new("该编号的暂停催缴已存在", "a hold with this id exists already");
        return Err(Failure::problem(Problem::at("id", ProblemCode::Duplicate, text)));
    }
    let row = hold::Model {
        organization_id: work.organization(),
        id,
        account_id: new.account,
        reason: new.reason.name().to_owned(),
        from_on: today,
        until_on,
        note: new.note,
        source_id: new.source,
        state: State::InForce.name().to_owned(),
        placed_by: work.by().person(),
        placed_at: work.now,
        ended_by: None,
        ended_at: None,
        ended_note: None,
    };
    store::insert(work, row.clone()).await?;
    freeze_penalties(work, &row, until_on).await?;
    note_on_timeline(work, &row, Happening::HoldPlaced).await?;
    resettle(work, new.account).await?;
    Ok(id)
}

/// A hold ends on a day, and not later than the policy allows (rule 28).
fn check_days(until_on: NaiveDate, (today, last): (NaiveDate, NaiveDate)) -> Result<(), Failure> {
    if until_on < today {
        let text = Text::new("结束日期不能早于今天", "a hold cannot end before today");
        return Err(Failure::problem(Problem::at("until", ProblemCode::TooEarly, text)));
    }
    if until_on > last {
        let text = Text::new(
            format!("该原因的暂停催缴最晚到 {last}"),
            format!("a hold for this reason lasts until {last} at the latest"),
        );
        return Err(Failure::problem(Problem::at("until", ProblemCode::TooLate, text)));
    }
    Ok(())
}

/// What `liftHold` takes.
#[derive(Clone, Debug, Serialize)]
pub struct LiftHold {
    /// Which.
    pub hold: HoldId,
    /// Why it ends before its day.
    pub note: String,
}

/// Ends a hold before its last day. What waited comes back to its own day, unless another hold goes on.
pub async fn lift_hold(work: &mut Work, input: LiftHold) -> Result<HoldId, Failure> {
    let actor = work.actor()?.clone();
    let (conn, organization) = (work.conn(), work.organization());
    let row = store::by_id(conn, organization, input.hold).await?.ok_or(Failure::NotFound)?;
    owners::commands::take_accounts(work, &actor, &[row.account_id]).await?;
    super::super::commands::require_note(&input.note, "reason")?;
    let row = store::by_id(work.conn(), organization, input.hold).await?;
    let row = row.ok_or(Failure::NotFound)?;
    let ground = ground::one(work, row.account_id).await?;
    if row.state != State::InForce.name() || row.until_on < work.today(ground.zone) {
        let text = Text::new("该暂停催缴已结束", "this hold is over already");
        return Err(Failure::problem(Problem::at("holdId", ProblemCode::Conflict, text)));
    }
    store::end(work, &[row.id], (State::Lifted, Some(actor.person), Some(input.note))).await?;
    // The day on which it is lifted bears a penalty again.
    let last = work.today(ground.zone).pred_opt().unwrap_or(row.from_on);
    freeze_penalties(work, &row, last).await?;
    note_on_timeline(work, &row, Happening::HoldLifted).await?;
    resettle(work, row.account_id).await?;
    Ok(row.id)
}

/// Whether the contract heeds it is the ledger's to know (rule 14).
async fn freeze_penalties(
    work: &Work,
    row: &hold::Model,
    until_on: NaiveDate,
) -> Result<(), Failure> {
    let (account, source, from_on) = (row.account_id, row.id.into(), row.from_on);
    ledger::policies::freeze(work, Freeze { account, source, from_on, until_on }).await
}

/// Ends the holds that came from something that no longer holds: a contact that was not about these accounts, money that
/// finance has seen by now. Nobody has to wake up for them.
pub async fn take_back(
    work: &mut Work,
    accounts: &[AccountId],
    source: Uuid,
) -> Result<(), Failure> {
    let organization = work.organization();
    let held = store::of_accounts(work.conn(), organization, accounts, true).await?;
    for row in held.iter().filter(|row| row.source_id == Some(source)) {
        let person = work.by().person();
        store::end(work, &[row.id], (State::Lifted, person, None)).await?;
        freeze_penalties(work, row, row.from_on.pred_opt().unwrap_or(row.from_on)).await?;
        note_on_timeline(work, row, Happening::HoldLifted).await?;
        resettle(work, row.account_id).await?;
        if ground::one(work, row.account_id).await?.held_until.is_none() {
            let gone = standing(work, row.account_id).await?;
            let gone: Vec<_> = gone.iter().map(|one| one.id).collect();
            cases::end_follow_ups(work, &gone, "CANCELLED", None).await?;
        }
    }
    Ok(())
}

pub(super) async fn note_on_timeline(
    work: &Work,
    row: &hold::Model,
    happening: Happening,
) -> Result<(), Failure> {
    let open = queries::open_cases(work.conn(), work.organization(), &[row.account_id]).await?;
    let entry = Entry {
        account: row.account_id,
        case: open.get(&row.account_id).map(|case| case.id),
        happening,
        subject: Some(row.id.into()),
        facts: json!({ "state": row.reason, "dueOn": row.until_on }),
        occurred_at: work.now,
    };
    timeline::write(work, vec![entry]).await
}

/// Puts the steps of an account where its holds, as they are now, want them.
pub(super) async fn resettle(work: &mut Work, account: AccountId) -> Result<(), Failure> {
    let ground = ground::one(work, account).await?;
    let today = work.today(ground.zone);
    let open = cases::open_follow_ups(work.conn(), work.organization(), &[account]).await?;
    let mut gone = Vec::new();
    for one in &open {
        match step_of(one).under_hold() {
            UnderHold::Stays => {}
            UnderHold::GivesWay if ground.held_until.is_some() => gone.push(one.id),
            // What is due already has its day; only a hold takes it away.
            _ if ground.held_until.is_none() && one.due_on <= today => {}
            _ => {
                let wanted = one.wanted_on.unwrap_or(one.due_on);
                let on = ground.settle(work, wanted, step_of(one));
                if on != one.due_on {
                    let hour = ground.hour_again(work, one, on);
                    cases::place_follow_up(work, one.id, (hour, wanted)).await?;
                }
            }
        }
    }
    cases::end_follow_ups(work, &gone, "CANCELLED", None).await?;
    wake(work, &ground).await?;
    work.emit_summed(AccountsChanged::of([account]));
    Ok(())
}

/// Takes the waking up back from an account that has no open case: there is nothing to be woken for. Answers whether it did.
pub(super) async fn let_sleep(work: &mut Work, account: AccountId) -> Result<bool, Failure> {
    let organization = work.organization();
    if !queries::open_cases(work.conn(), organization, &[account]).await?.is_empty() {
        return Ok(false);
    }
    let standing = standing(work, account).await?;
    let gone: Vec<_> = standing.iter().map(|one| one.id).collect();
    cases::end_follow_ups(work, &gone, "CANCELLED", None).await?;
    Ok(true)
}

async fn standing(work: &Work, account: AccountId) -> Result<Option<follow_up::Model>, Failure> {
    let open = cases::open_follow_ups(work.conn(), work.organization(), &[account]).await?;
    Ok(open.into_iter().find(|one| one.source == Source::WakeUp.name()))
}

/// Sees to it that the account wakes up: on the first day after its holds, at once when there are none any more.
async fn wake(work: &mut Work, ground: &Ground) -> Result<(), Failure> {
    let (organization, account) = (work.organization(), ground.account);
    if ground.held_until.is_none() && let_sleep(work, account).await? {
        return Ok(());
    }
    let standing = standing(work, account).await?;
    let case = queries::open_cases(work.conn(), organization, &[account]).await?;
    let case = case.get(&account).map(|case| case.id);
    let wanted = ground.held_until.map_or(work.today(ground.zone), |until| until + Days::new(1));
    let step = Step { source: Source::WakeUp, purpose: Purpose::Review, given: false };
    let hour = ground.hour(work, ground.settle(work, wanted, step));
    match standing {
        Some(one) if one.due_on <= hour.on && ground.held_until.is_none() => Ok(()),
        Some(one) if one.due_on == hour.on => Ok(()),
        Some(one) => Ok(cases::place_follow_up(work, one.id, (hour, wanted)).await?),
        None => {
            let new = NewFollowUp {
                account,
                case,
                purpose: step.purpose,
                source: step.source,
                source_id: None,
                note: None,
                due_on: hour.on,
                due_at: hour.at,
                reminds: true,
                assignee: None,
            };
            cases::insert_follow_ups(work, vec![(new, wanted)]).await.map(drop)?;
            Ok(())
        }
    }
}
