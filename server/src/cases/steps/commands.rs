//! Planning, putting off, completing, cancelling and giving away follow-ups.

use chrono::{NaiveDate, NaiveTime, Timelike as _};
use guanjia_entity::follow_up;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::rules::{self, Deed, Wanted};
use crate::{
    cases::{
        commands::{Hour, check_note, ensure_next, require_note},
        escalations,
        follow_up::{NewFollowUp, Purpose, Source, step_of},
        ground::{self, Ground},
        queries, store,
        timeline::{self, Entry, Happening},
    },
    kernel::{
        Actor, Failure, Problem, ProblemCode, Text, Work, calendar,
        ids::{AccountId, FollowUpId, MembershipId},
    },
    owners::{self, events::AccountsChanged},
    people,
};

/// A step that somebody plans.
#[derive(Clone, Debug, Serialize)]
pub struct Plan {
    /// What to do.
    pub purpose: Purpose,
    /// The local day.
    pub on: NaiveDate,
    /// The local hour.
    pub at: Option<NaiveTime>,
    /// Whether the hour was agreed with the owner: then neither holds nor rest days move it.
    pub agreed: bool,
    /// Why, or what about; needed for a further round on the same day.
    pub note: Option<String>,
}

/// What `planFollowUp` takes.
#[derive(Clone, Debug, Serialize)]
pub struct PlanFollowUp {
    /// Its id, if the client made one.
    pub id: Option<FollowUpId>,
    /// Whose.
    pub account: AccountId,
    /// The step.
    pub plan: Plan,
}

/// What an act about a follow-up made of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Handled {
    /// The follow-up.
    pub follow_up: FollowUpId,
    /// The account.
    pub account: AccountId,
    /// The step that was planned after it.
    pub next: Option<FollowUpId>,
}

/// Plans a step by hand.
pub async fn plan_follow_up(work: &mut Work, input: PlanFollowUp) -> Result<Handled, Failure> {
    let actor = work.actor()?.clone();
    owners::commands::take_accounts(work, &actor, &[input.account]).await?;
    let ground = ground::one(work, input.account).await?;
    let made = plan(work, &ground, (input.id, input.plan)).await.map_err(|f| within("step", f))?;
    Ok(Handled { follow_up: made, account: input.account, next: None })
}

async fn plan(
    work: &mut Work,
    ground: &Ground,
    (id, plan): (Option<FollowUpId>, Plan),
) -> Result<FollowUpId, Failure> {
    let (organization, account) = (work.organization(), ground.account);
    check_note(plan.note.as_deref(), "note")?;
    if plan.agreed && plan.at.is_none() {
        let text = Text::new("约定的联系须有时间", "what was agreed has an hour");
        return Err(Failure::problem(Problem::at("at", ProblemCode::Required, text)));
    }
    let source = if plan.agreed { Source::CallBack } else { Source::Manual };
    let hour = hour(work, ground, (plan.on, plan.at));
    let open = queries::open_cases(work.conn(), organization, &[account]).await?;
    let new = NewFollowUp {
        account,
        case: open.get(&account).map(|case| case.id),
        purpose: plan.purpose,
        source,
        source_id: None,
        note: plan.note,
        due_on: hour.on,
        due_at: hour.at,
        reminds: true,
        assignee: None,
    };
    let wanted = Wanted { on: plan.on, passed: plan.at.is_some() && hour.at <= work.now };
    let place = (work.today(ground.zone), ground.held_until);
    if let Some(problem) = rules::check_day(wanted, new.step(), &ground.terms, place) {
        return Err(Failure::problem(problem));
    }
    check_rounds(work, ground, &new).await?;
    if let Some(id) = id
        && store::follow_up_by_id(work.conn(), organization, id).await?.is_some()
    {
        let text = Text::new("该编号的跟进已存在", "a follow-up with this id exists already");
        return Err(Failure::problem(Problem::at("id", ProblemCode::Duplicate, text)));
    }
    let wanted_on = new.due_on;
    let made = store::insert_follow_up(work, id, (new, wanted_on)).await?;
    tell(work, &made, Happening::FollowUpPlanned).await?;
    Ok(made.id)
}

fn hour(work: &Work, ground: &Ground, (on, at): (NaiveDate, Option<NaiveTime>)) -> Hour {
    let Some(at) = at else { return ground.hour(work, on) };
    let minute = at.num_seconds_from_midnight() / 60;
    Hour { on, at: calendar::moment_of(on, minute, ground.zone), reminds: true }
}

/// Several rounds on one day are one by one explained, and not too many (S14).
async fn check_rounds(work: &Work, ground: &Ground, new: &NewFollowUp) -> Result<(), Failure> {
    let place = (work.organization(), ground.account);
    let rounds = store::rounds(work.conn(), place, new.due_on).await?;
    let most = ground.terms.rounds_a_day;
    if i64::try_from(rounds.len()).is_ok_and(|count| count >= most) {
        let text = Text::new(
            format!("每天最多 {most} 次跟进"),
            format!("at most {most} follow-ups on one day"),
        );
        return Err(Failure::problem(Problem::at("on", ProblemCode::TooMany, text)));
    }
    let explained = new.note.as_deref().is_some_and(|note| !note.trim().is_empty());
    if rounds.iter().any(|one| one.source != Source::Opening.name()) && !explained {
        let text = Text::new(
            "当天已有跟进,请说明再次跟进的原因",
            "there is a follow-up on this day already; please say why another",
        );
        return Err(Failure::problem(Problem::at("note", ProblemCode::Required, text)));
    }
    Ok(())
}

/// A follow-up as a person saw it.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Seen {
    /// Which.
    pub follow_up: FollowUpId,
    /// The revision they saw.
    pub revision: i64,
}

/// What `snoozeFollowUp` takes.
#[derive(Clone, Debug, Serialize)]
pub struct Snooze {
    /// Which, as they saw it.
    pub seen: Seen,
    /// The new local day.
    pub on: NaiveDate,
    /// The new local hour.
    pub at: Option<NaiveTime>,
    /// Why.
    pub reason: String,
}

/// Puts a follow-up off, under the next revision, so that it is reminded of anew.
pub async fn snooze(work: &mut Work, input: Snooze) -> Result<Handled, Failure> {
    let taken = take(work, input.seen, Deed::PutOff).await?;
    require_note(&input.reason, "reason")?;
    let (one, ground) = (&taken.one, &taken.ground);
    let most = ground.terms.snoozes;
    if one.snoozes >= most && !taken.actor.is_any(&people::queries::DECIDERS) {
        let text = Text::new(
            format!("已推迟 {most} 次,请经理决定"),
            format!("put off {most} times already; the manager decides"),
        );
        return Err(Failure::problem(Problem::at("followUpId", ProblemCode::TooMany, text)));
    }
    let hour = match input.at {
        Some(_) => hour(work, ground, (input.on, input.at)),
        None => ground.hour_again(work, one, input.on),
    };
    let wanted = Wanted { on: input.on, passed: hour.at <= work.now };
    let place = (work.today(ground.zone), ground.held_until);
    if let Some(problem) = rules::check_day(wanted, step_of(one), &ground.terms, place) {
        return Err(Failure::problem(problem));
    }
    let hour = Hour { reminds: true, ..hour };
    store::place_follow_up(work, one.id, (hour, hour.on)).await?;
    store::count_snooze(work, one.id).await?;
    let now = follow_up::Model { due_on: hour.on, ..one.clone() };
    tell(work, &now, Happening::FollowUpPutOff).await?;
    Ok(taken.handled())
}

/// What `completeFollowUp` takes.
#[derive(Clone, Debug, Serialize)]
pub struct Complete {
    /// Which, as they saw it.
    pub seen: Seen,
    /// What was done.
    pub note: String,
    /// The next step; without one an open case that would be bare gets the next workday.
    pub next: Option<Plan>,
}

/// Ends a follow-up that was done without a contact.
pub async fn complete(work: &mut Work, input: Complete) -> Result<Handled, Failure> {
    let taken = take(work, input.seen, Deed::Complete).await?;
    require_note(&input.note, "note")?;
    store::end_by_hand(work, taken.one.id, ("DONE", &input.note)).await?;
    tell(work, &taken.one, Happening::FollowUpDone).await?;
    let next = match input.next {
        Some(next) => {
            Some(plan(work, &taken.ground, (None, next)).await.map_err(|f| within("next", f))?)
        }
        None => None,
    };
    ensure_next(work, &[taken.ground.account]).await?;
    Ok(Handled { next, ..taken.handled() })
}

/// The same problems of a step, within the field of the input in which it stands; its id stands beside it.
fn within(field: &str, failure: Failure) -> Failure {
    let Failure::Problems(mut problems) = failure else { return failure };
    for problem in problems.iter_mut().filter(|problem| problem.field != ["id"]) {
        problem.field.insert(0, field.to_owned());
    }
    Failure::Problems(problems)
}

/// What `cancelFollowUp` takes.
#[derive(Clone, Debug, Serialize)]
pub struct Cancel {
    /// Which, as they saw it.
    pub seen: Seen,
    /// Why.
    pub reason: String,
}

/// Ends a follow-up that is not wanted.
pub async fn cancel(work: &mut Work, input: Cancel) -> Result<Handled, Failure> {
    let taken = take(work, input.seen, Deed::Cancel).await?;
    require_note(&input.reason, "reason")?;
    store::end_by_hand(work, taken.one.id, ("CANCELLED", &input.reason)).await?;
    tell(work, &taken.one, Happening::FollowUpCancelled).await?;
    ensure_next(work, &[taken.ground.account]).await?;
    Ok(taken.handled())
}

/// What `reassignFollowUp` takes.
#[derive(Clone, Debug, Serialize)]
pub struct Reassign {
    /// Which, as they saw it.
    pub seen: Seen,
    /// To whom; none gives it back to whoever looks after the account.
    pub to: Option<MembershipId>,
    /// Why.
    pub reason: String,
}

/// Gives a follow-up to a colleague of the community, or back. They are reminded when it is due.
pub async fn reassign(work: &mut Work, input: Reassign) -> Result<Handled, Failure> {
    let taken = take(work, input.seen, Deed::Give).await?;
    require_note(&input.reason, "reason")?;
    if let Some(to) = input.to {
        let (organization, community) = (work.organization(), taken.ground.community);
        if !people::queries::cares_in(work.conn(), organization, (to, community)).await? {
            let text =
                Text::new("该同事不在本小区跟进", "this colleague does not work in the community");
            return Err(Failure::problem(Problem::at("to", ProblemCode::NotFound, text)));
        }
    }
    store::give(work, taken.one.id, input.to).await?;
    tell(work, &taken.one, Happening::FollowUpGiven).await?;
    Ok(taken.handled())
}

/// A follow-up that was found, locked and is as the person saw it.
struct Taken {
    actor: Actor,
    one: follow_up::Model,
    ground: Ground,
}

impl Taken {
    fn handled(&self) -> Handled {
        Handled { follow_up: self.one.id, account: self.ground.account, next: None }
    }
}

async fn take(work: &Work, seen: Seen, deed: Deed) -> Result<Taken, Failure> {
    let (actor, organization) = (work.actor()?.clone(), work.organization());
    let one = queries::follow_up(work.conn(), organization, seen.follow_up).await?;
    let account = one.account_id.ok_or(Failure::NotFound)?;
    owners::commands::take_accounts(work, &actor, &[account]).await?;
    let one = queries::follow_up(work.conn(), organization, seen.follow_up).await?;
    if one.state != "OPEN" || one.revision != seen.revision {
        let text = Text::new("该跟进已被更改,请刷新", "the follow-up has changed; read it again");
        return Err(Failure::problem(Problem::at("expectedRevision", ProblemCode::Conflict, text)));
    }
    // What was given to somebody is theirs, or for those who decide.
    let theirs = one.assignee_id.is_none_or(|assignee| assignee == actor.person);
    if !theirs && !actor.is_any(&people::queries::DECIDERS) {
        return Err(Failure::Forbidden);
    }
    let ground = ground::one(work, account).await?;
    let due = one.due_on <= work.today(ground.zone);
    let asked = escalations::queries::stands_for(work.conn(), organization, &one).await?;
    if let Some(text) = rules::refusal(deed, step_of(&one).source, (due, asked)) {
        return Err(Failure::problem(Problem::at("followUpId", ProblemCode::Inconsistent, text)));
    }
    Ok(Taken { actor, one, ground })
}

async fn tell(
    work: &mut Work,
    one: &follow_up::Model,
    happening: Happening,
) -> Result<(), Failure> {
    let Some(account) = one.account_id else { return Ok(()) };
    let open = queries::open_cases(work.conn(), work.organization(), &[account]).await?;
    let entry = Entry {
        account,
        case: open.get(&account).map(|case| case.id),
        happening,
        subject: Some(one.id.into()),
        facts: json!({ "state": one.purpose, "dueOn": one.due_on }),
        occurred_at: work.now,
    };
    work.emit_summed(AccountsChanged::of([account]));
    timeline::write(work, vec![entry]).await
}
