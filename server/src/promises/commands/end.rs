//! Ending a promise before its verdict, and taking one back that was a mistake.

use guanjia_entity::promise_line;
use serde::Serialize;

use super::{entry, judge_accounts, open_case, plan_look};
use crate::{
    cases::{
        self,
        timeline::{self, Happening},
    },
    kernel::{
        Failure, Problem, ProblemCode, Role, Text, Work, calendar,
        ids::{AccountId, ContactId, PromiseLineId},
    },
    owners::{self, events::AccountsChanged},
    promises::{
        queries,
        rules::{End, State},
        store::{self, Ended},
    },
};

/// A promise to be cancelled.
#[derive(Clone, Debug, Serialize)]
pub struct CancelPromise {
    /// Which.
    pub promise: PromiseLineId,
    /// Why.
    pub why: End,
    /// Free text.
    pub note: Option<String>,
}

/// Cancels an open promise. The steward who recorded it or a manager may; from its day on only a manager, so that nobody
/// dodges a verdict.
pub async fn cancel_promise(
    work: &mut Work,
    input: CancelPromise,
) -> Result<PromiseLineId, Failure> {
    let actor = work.actor()?.clone();
    let (seen, _) = queries::promise(work.conn(), &actor, work.now, input.promise).await?;
    let accounts = owners::commands::take_accounts(work, &actor, &[seen.account_id]).await?;
    // Read again under the lock: a verdict may have fallen meanwhile.
    let (line, header) = queries::promise(work.conn(), &actor, work.now, input.promise).await?;
    let manager = actor.is_any(&[Role::Manager, Role::Director]);
    if !manager && header.recorded_by != actor.person {
        return Err(Failure::Forbidden);
    }
    if line.state != State::Pending.name() {
        let text = Text::new("该承诺已有结论", "this promise is not open any more");
        return refuse("promiseId", ProblemCode::Inconsistent, text);
    }
    if input.why == End::Superseded {
        let text = Text::new("改约请使用 supersedePromise", "to put it off use supersedePromise");
        return refuse("reason", ProblemCode::Invalid, text);
    }
    if input.note.as_ref().is_some_and(|note| note.chars().count() > 2000) {
        let text = Text::new("备注最多 2000 字", "a note has at most 2000 characters");
        return refuse("note", ProblemCode::TooLong, text);
    }
    let zone = accounts.first().map(|row| calendar::zone(&row.time_zone));
    let reached = zone.is_some_and(|zone| work.today(zone) >= line.due_on);
    if reached && !manager {
        let zh = "承诺日当天及之后只能由项目经理撤销";
        let text = Text::new(zh, "from its day on only a manager may cancel it");
        return refuse("promiseId", ProblemCode::TooLate, text);
    }
    let id = line.id;
    let account = line.account_id;
    end(work, line, Ended { why: input.why, note: input.note, by_line: None }).await?;
    cases::commands::ensure_next(work, &[account]).await?;
    Ok(id)
}

fn refuse<T>(field: &str, code: ProblemCode, text: Text) -> Result<T, Failure> {
    Err(Failure::problem(Problem::at(field, code, text)))
}

/// Takes back what a contact promised on accounts that it was not about; answers the lines. Who corrects it sees to the
/// next step.
pub async fn take_back_of_contact(
    work: &mut Work,
    contact: ContactId,
    accounts: &[AccountId],
) -> Result<Vec<promise_line::Model>, Failure> {
    let lines = store::lines_of_contact(work.conn(), work.organization(), contact).await?;
    let wrong: Vec<_> =
        lines.into_iter().filter(|line| accounts.contains(&line.account_id)).collect();
    for line in &wrong {
        if line.ended_why.as_deref() != Some(End::Mistake.name()) {
            let ended = Ended { why: End::Mistake, note: None, by_line: None };
            end(work, line.clone(), ended).await?;
        }
    }
    Ok(wrong)
}

/// Ends a line, judged or not. What was a mistake had taken nobody's place: the promise that gave way to it stands again.
async fn end(work: &mut Work, mut line: promise_line::Model, ended: Ended) -> Result<(), Failure> {
    let (account, why) = (line.account_id, ended.why);
    store::cancel(work, line.id, ended).await?;
    line.state = State::Cancelled.name().to_owned();
    cases::commands::cancel_from(work, &[account], &[line.id.into()]).await?;
    cases::escalations::commands::withdraw(work, account, line.id.into()).await?;
    let case = open_case(work, account).await?;
    timeline::write(work, vec![entry(&line, case, Happening::PromiseCancelled, work.now)]).await?;
    if why == End::Mistake {
        restore(work, &line).await?;
    }
    work.emit_summed(AccountsChanged::of([account]));
    Ok(())
}

async fn restore(work: &mut Work, mistake: &promise_line::Model) -> Result<(), Failure> {
    let (organization, account) = (work.organization(), mistake.account_id);
    let lines = store::lines(work.conn(), organization, &[account], &State::ALL).await?;
    if lines.iter().any(|line| line.state == State::Pending.name()) {
        return Ok(());
    }
    // The newest first: of several that gave way only the last was open.
    let gave_way = lines.into_iter().find(|line| line.superseded_by_id == Some(mistake.id));
    let Some(mut old) = gave_way else { return Ok(()) };
    store::restore(work, old.id).await?;
    old.state = State::Pending.name().to_owned();
    let case = open_case(work, account).await?;
    timeline::write(work, vec![entry(&old, case, Happening::PromiseRestored, work.now)]).await?;
    let cards = owners::queries::cards_of(work.conn(), organization, &[account]).await?;
    let policies = cases::policy::in_force(work.conn(), organization).await?;
    let place = cards.get(&account).map(|card| &card.account);
    let place = place.and_then(|row| Some((row, policies.get(&row.community_id)?)));
    let Some(place) = place else { return Ok(()) };
    plan_look(work, &old, place).await?;
    judge_accounts(work, &[account]).await
}
