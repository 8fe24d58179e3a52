//! Handing a case up, and what becomes of it.

use guanjia_entity::escalation;
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{State, store};
use crate::{
    cases::{
        commands::{self, Hour, check_note, require_note},
        deciders,
        follow_up::{NewFollowUp, Purpose, Source},
        ground::{self, Ground},
        queries, store as cases,
        timeline::{self, Entry, Happening},
    },
    kernel::{
        Failure, Problem, ProblemCode, Role, Text, Work,
        ids::{self, AccountId, CaseId, EscalationId, FollowUpId, MembershipId},
    },
    owners::{self, assignments, events::AccountsChanged},
    people::{self, queries::Authority},
};

/// What `escalateCase` takes.
#[derive(Clone, Debug, Serialize)]
pub struct EscalateCase {
    /// Its id, if the client made one.
    pub id: Option<EscalationId>,
    /// Which case.
    pub case: CaseId,
    /// Why.
    pub reason: String,
    /// To whom; none for the nearest above.
    pub to: Option<MembershipId>,
}

/// Hands a case up that the actor reaches.
pub async fn escalate_case(work: &mut Work, input: EscalateCase) -> Result<EscalationId, Failure> {
    let actor = work.actor()?.clone();
    let case = queries::case(work.conn(), &actor, work.now, input.case).await?;
    let account = case.account_id.ok_or(Failure::NotFound)?;
    owners::commands::take_accounts(work, &actor, &[account]).await?;
    require_note(&input.reason, "reason")?;
    let EscalateCase { id, reason, to, .. } = input;
    let new = NewEscalation { id, account, reason, source: None, to, by_rule: false };
    escalate(work, new).await
}

/// A case to be handed up.
#[derive(Clone, Debug)]
pub struct NewEscalation {
    /// Its id, if the client made one.
    pub id: Option<EscalationId>,
    /// Whose open case; the command has found and locked the account.
    pub account: AccountId,
    /// Why, for whoever decides.
    pub reason: String,
    /// The promise line or contact it comes from.
    pub source: Option<Uuid>,
    /// To whom; none for the nearest above whoever hands it up.
    pub to: Option<MembershipId>,
    /// It goes up by a rule, whoever's act brought it about: to the nearest who decides.
    pub by_rule: bool,
}

/// Hands the open case of an account up. The addressee is reminded at once. `Conflict` when it is handed up already.
pub async fn escalate(work: &mut Work, new: NewEscalation) -> Result<EscalationId, Failure> {
    let organization = work.organization();
    let open = queries::open_cases(work.conn(), organization, &[new.account]).await?;
    let case = open.get(&new.account).ok_or_else(no_open_case)?.id;
    if !store::open_of(work.conn(), organization, &[case]).await?.is_empty() {
        let text = Text::new("该案件已在升级中", "this case is handed up already");
        return Err(Failure::problem(Problem::at("caseId", ProblemCode::Conflict, text)));
    }
    let id = new.id.unwrap_or_else(ids::fresh);
    if store::by_id(work.conn(), organization, id).await?.is_some() {
        let text = Text::new("该编号的升级已存在", "an escalation with this id exists already");
        return Err(Failure::problem(Problem::at("id", ProblemCode::Duplicate, text)));
    }
    let ground = ground::one(work, new.account).await?;
    let from = work.by().person().filter(|_| !new.by_rule);
    let to = addressee(work, &ground, (from, new.to)).await?;
    let hour = commands::hour_at_once(work, &ground);
    let note = Some(new.reason.clone());
    let follow_up = plan(work, (new.account, case), (to, note, id), hour).await?;
    let row = escalation::Model {
        organization_id: organization,
        id,
        account_id: new.account,
        case_id: case,
        from_id: from,
        to_id: to,
        reason: new.reason,
        source_id: new.source,
        deadline_on: deadline(work, &ground),
        missed: 0,
        state: State::Open.name().to_owned(),
        follow_up_id: follow_up,
        opened_at: work.now,
        decided_by: None,
        decided_at: None,
        decided_note: None,
    };
    store::insert(work, row.clone()).await?;
    tell(work, &row, Happening::Escalated).await?;
    Ok(id)
}

fn no_open_case() -> Failure {
    let text = Text::new("没有进行中的案件", "there is no open case");
    Failure::problem(Problem::at("caseId", ProblemCode::Inconsistent, text))
}

/// By the end of this day it is to be answered.
pub(super) fn deadline(work: &Work, ground: &Ground) -> chrono::NaiveDate {
    let workdays = u32::try_from(ground.terms.escalation_workdays).unwrap_or_default();
    work.calendar.workdays_after(work.today(ground.zone), workdays)
}

/// Who gets it: the one who was named, if they stand above the actor, otherwise the nearest who does.
async fn addressee(
    work: &Work,
    ground: &Ground,
    (from, named): (Option<MembershipId>, Option<MembershipId>),
) -> Result<MembershipId, Failure> {
    let all = deciders::today(work, ground).await?;
    let above = above(&all, from);
    let Some(named) = named else {
        return above.first().map(|one| one.person).ok_or_else(|| {
            let text = Text::new("没有可升级的上级", "there is nobody above to hand it up to");
            Failure::problem(Problem::at("to", ProblemCode::NotFound, text))
        });
    };
    if above.iter().any(|one| one.person == named) {
        return Ok(named);
    }
    let zh = "该人不是本小区有权处理的上级";
    let text = Text::new(zh, "this person does not decide above you in this community");
    Err(Failure::problem(Problem::at("to", ProblemCode::NotFound, text)))
}

/// Those who decide above a person, the nearest first; above the system and a steward is everybody.
pub(super) fn above(all: &[Authority], person: Option<MembershipId>) -> Vec<Authority> {
    let rank = |role: Role| people::queries::DECIDERS.iter().position(|one| *one == role);
    let own = all.iter().filter(|one| Some(one.person) == person).map(|one| rank(one.role)).max();
    all.iter()
        .filter(|one| Some(one.person) != person && own.is_none_or(|own| rank(one.role) > own))
        .copied()
        .collect()
}

/// The step of whoever has it.
async fn plan(
    work: &mut Work,
    (account, case): (AccountId, CaseId),
    (to, note, escalation): (MembershipId, Option<String>, EscalationId),
    hour: Hour,
) -> Result<FollowUpId, Failure> {
    let new = NewFollowUp {
        account,
        case: Some(case),
        purpose: Purpose::Review,
        source: Source::Escalation,
        source_id: Some(escalation.into()),
        note,
        due_on: hour.on,
        due_at: hour.at,
        reminds: true,
        assignee: Some(to),
    };
    commands::plan(work, new).await
}

/// An answer to an escalation.
#[derive(Clone, Debug, Serialize)]
pub struct Answer {
    /// Which.
    pub escalation: EscalationId,
    /// What there is to say; needed unless it is accepted.
    pub note: Option<String>,
}

/// The addressee takes the case: the next step is theirs, due on the next workday.
pub async fn accept(work: &mut Work, input: Answer) -> Result<EscalationId, Failure> {
    check_note(input.note.as_deref(), "note")?;
    let (one, ground) = take(work, input.escalation, Side::Addressee).await?;
    decide(work, &one, State::Accepted, input.note.clone()).await?;
    let on = work.calendar.workdays_after(work.today(ground.zone), 1);
    let hour = ground.hour(work, on);
    let note = input.note.or_else(|| Some(one.reason.clone()));
    let to = work.actor()?.person;
    plan(work, (one.account_id, one.case_id), (to, note, one.id), hour).await?;
    tell(work, &one, Happening::EscalationAccepted).await?;
    Ok(one.id)
}

/// The addressee gives the case back: the next step is the steward's, who is reminded at once.
pub async fn decline(work: &mut Work, input: Answer) -> Result<EscalationId, Failure> {
    require_note(input.note.as_deref().unwrap_or_default(), "reason")?;
    let (one, ground) = take(work, input.escalation, Side::Addressee).await?;
    decide(work, &one, State::Declined, input.note.clone()).await?;
    let hour = commands::hour_at_once(work, &ground);
    let new = NewFollowUp {
        account: one.account_id,
        case: Some(one.case_id),
        purpose: Purpose::Review,
        source: Source::Escalation,
        source_id: Some(one.id.into()),
        note: input.note,
        due_on: hour.on,
        due_at: hour.at,
        reminds: true,
        assignee: None,
    };
    commands::plan(work, new).await?;
    tell(work, &one, Happening::EscalationDeclined).await?;
    Ok(one.id)
}

/// Whoever handed it up takes it back: the case goes on with the steward.
pub async fn take_back(work: &mut Work, input: Answer) -> Result<EscalationId, Failure> {
    require_note(input.note.as_deref().unwrap_or_default(), "reason")?;
    let (one, _) = take(work, input.escalation, Side::Sender).await?;
    decide(work, &one, State::TakenBack, input.note).await?;
    commands::ensure_next(work, &[one.account_id]).await?;
    tell(work, &one, Happening::EscalationTakenBack).await?;
    Ok(one.id)
}

/// Who may answer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Addressee,
    Sender,
}

/// Finds an open escalation of the actor's and locks its account. Whoever decides above the addressee may answer for them,
/// and so may a colleague who stands in for them today.
async fn take(
    work: &Work,
    id: EscalationId,
    side: Side,
) -> Result<(escalation::Model, Ground), Failure> {
    let actor = work.actor()?.clone();
    let organization = work.organization();
    let one = store::by_id(work.conn(), organization, id).await?.ok_or(Failure::NotFound)?;
    owners::commands::take_accounts(work, &actor, &[one.account_id]).await?;
    let one = store::by_id(work.conn(), organization, id).await?.ok_or(Failure::NotFound)?;
    let ground = ground::one(work, one.account_id).await?;
    let theirs = match side {
        Side::Sender => one.from_id == Some(actor.person),
        Side::Addressee if one.to_id == actor.person => true,
        Side::Addressee => {
            let community = ground.community;
            let all = people::queries::authorities(work.conn(), organization, community).await?;
            let today = work.today(ground.zone);
            let away = assignments::queries::away_on(work.conn(), organization, today).await?;
            above(&all, Some(one.to_id)).iter().any(|one| one.person == actor.person)
                || away.contains(&(one.to_id, actor.person))
        }
    };
    // Not theirs looks like not there.
    if !theirs {
        return Err(Failure::NotFound);
    }
    if one.state != State::Open.name() {
        let text = Text::new("该升级已有结果", "this escalation was answered already");
        return Err(Failure::problem(Problem::at("escalationId", ProblemCode::Conflict, text)));
    }
    Ok((one, ground))
}

async fn decide(
    work: &mut Work,
    one: &escalation::Model,
    state: State,
    note: Option<String>,
) -> Result<(), Failure> {
    store::decide(work, one.id, state, note).await?;
    let ended = if state == State::Accepted { "DONE" } else { "CANCELLED" };
    Ok(cases::end_follow_ups(work, &[one.follow_up_id], ended, None).await?)
}

/// Takes back what went up by a rule and came from something that no longer holds, such as a break.
pub async fn withdraw(work: &mut Work, account: AccountId, source: Uuid) -> Result<(), Failure> {
    for one in store::of_account(work.conn(), work.organization(), account).await? {
        if one.state == State::Open.name() && one.source_id == Some(source) {
            decide(work, &one, State::TakenBack, None).await?;
            tell(work, &one, Happening::EscalationTakenBack).await?;
        }
    }
    Ok(())
}

/// Ends the open escalations of cases that closed.
pub(in crate::cases) async fn settle(work: &mut Work, closed: &[CaseId]) -> Result<(), Failure> {
    for one in store::open_of(work.conn(), work.organization(), closed).await? {
        decide(work, &one, State::Settled, None).await?;
        tell(work, &one, Happening::EscalationSettled).await?;
    }
    Ok(())
}

pub(super) async fn tell(
    work: &mut Work,
    one: &escalation::Model,
    happening: Happening,
) -> Result<(), Failure> {
    let entry = Entry {
        account: one.account_id,
        case: Some(one.case_id),
        happening,
        subject: Some(one.id.into()),
        facts: json!({ "toId": one.to_id.to_string(), "dueOn": one.deadline_on }),
        occurred_at: work.now,
    };
    work.emit_summed(AccountsChanged::of([one.account_id]));
    timeline::write(work, vec![entry]).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(number: u128) -> MembershipId {
        MembershipId(Uuid::from_u128(number))
    }

    fn company() -> Vec<Authority> {
        [(1, Role::Manager), (2, Role::Manager), (3, Role::Director), (4, Role::Administrator)]
            .map(|(number, role)| Authority { person: person(number), role })
            .to_vec()
    }

    fn nearest(person_number: Option<u128>) -> Option<MembershipId> {
        above(&company(), person_number.map(person)).first().map(|one| one.person)
    }

    #[test]
    fn a_case_goes_to_the_nearest_above() {
        assert_eq!(nearest(None), Some(person(1)), "the system's");
        assert_eq!(nearest(Some(9)), Some(person(1)), "a steward's");
        assert_eq!(nearest(Some(1)), Some(person(3)), "past the colleague");
        assert_eq!(nearest(Some(3)), Some(person(4)));
        assert_eq!(nearest(Some(4)), None);
    }

    #[test]
    fn whoever_is_both_stands_at_the_higher_of_the_two() {
        let mut all = company();
        all.push(Authority { person: person(1), role: Role::Director });
        assert_eq!(above(&all, Some(person(1))).first().map(|one| one.person), Some(person(4)));
    }
}
