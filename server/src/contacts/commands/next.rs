//! What follows from a contact: the step that was named, or the one that the outcome asks for.

use std::collections::HashMap;

use chrono::Timelike;
use guanjia_entity::{collection_policy, follow_up};

use crate::{
    cases::{
        self,
        commands::{Hour, Referral},
        follow_up::{NewFollowUp, Purpose, Source},
        holds::{self, commands::NewHold},
    },
    contacts::{
        contact::{LogContact, Next},
        dispositions::{Disposition, consequence},
        store,
    },
    kernel::{
        Failure, Moment, Problem, ProblemCode, Text, Work, calendar,
        ids::{AccountId, CaseId, ContactId, FollowUpId, PromiseLineId},
    },
    owners::{self, points::PointStatus, store::AccountRow},
    promises,
};

/// A step to be planned.
struct Step {
    purpose: Purpose,
    source: Source,
    note: Option<String>,
    hour: Hour,
}

/// Plans what comes next on each account: the steps that were named; without any, and without a promise, the step that the
/// outcome asks for. What is tried again is moved there instead.
pub(super) async fn plan_next(
    work: &mut Work,
    input: &LogContact,
    (contact, occurred_at, lines): (ContactId, Moment, &[PromiseLineId]),
    (accounts, again): (&[AccountRow], HashMap<AccountId, follow_up::Model>),
) -> Result<Vec<FollowUpId>, Failure> {
    let organization = work.organization();
    let open = cases::queries::open_cases(work.conn(), organization, &input.accounts).await?;
    let policies = cases::policy::in_force(work.conn(), organization).await?;
    let mut planned = Vec::new();
    for account in accounts {
        let case = open.get(&account.account_id).map(|case| case.id);
        let policy = policies.get(&account.community_id);
        check_rounds(work, input, account.account_id).await?;
        let named = named_steps(work, input, occurred_at, (account, policy))?;
        let ahead = rounds_ahead(work, account.account_id, occurred_at).await?;
        let again = again.get(&account.account_id);
        if let Some(one) = again {
            let mut named = named.into_iter();
            let hour = match named.next() {
                Some(step) => step.hour,
                None => outcome_step(work, input, occurred_at, (account, policy)).await?.hour,
            };
            cases::commands::move_to(work, one, hour).await?;
            planned.push(one.id);
            // Trying again is the first of the rounds; the others come after it.
            for step in named {
                let place = (account.account_id, case, contact);
                planned.push(plan(work, step, place).await?);
            }
        } else if let Some((sooner, round)) = sooner(&named, &ahead) {
            // The answer was vague: the next round of the day comes earlier.
            cases::commands::move_to(work, round, sooner).await?;
            planned.push(round.id);
        } else if !named.is_empty() {
            for step in named {
                let place = (account.account_id, case, contact);
                planned.push(plan(work, step, place).await?);
            }
        } else if input.promise.is_none() && case.is_some() && ahead.is_empty() && !woken_up(input)
        {
            let step = outcome_step(work, input, occurred_at, (account, policy)).await?;
            // While a promise is open, or waits for the books, nobody is asked for money unless somebody wants it (rule 6):
            // the look at the money is the next step.
            let own = account.account_id;
            if step.purpose.asks_nobody()
                || !promises::queries::is_open(work.conn(), organization, own).await?
            {
                planned.push(plan(work, step, (account.account_id, case, contact)).await?);
            }
        }
        planned.extend(confirmation(work, input, (contact, occurred_at, lines), account).await?);
    }
    Ok(planned)
}

/// Whether waking up from the hold is the next step; work at our own desk does not wait for it.
fn woken_up(input: &LogContact) -> bool {
    let follows = consequence(input.disposition);
    let desk = matches!(follows.next, Purpose::CheckPayment | Purpose::CheckOwnership);
    follows.hold.is_some() && !desk
}

/// Places the hold that the outcome brings, and hands the decision to the manager. A hold for the same reason that is in
/// force is not made longer by saying it again; answers the manager's follow-ups.
pub(super) async fn leave_alone(
    work: &mut Work,
    input: &LogContact,
    contact: ContactId,
) -> Result<Vec<FollowUpId>, Failure> {
    let follows = consequence(input.disposition);
    let Some(reason) = follows.hold else { return Ok(Vec::new()) };
    let organization = work.organization();
    let today = owners::queries::reach_day(work.now);
    let held = holds::queries::in_force(work.conn(), organization, &input.accounts, today).await?;
    let open = cases::queries::open_follow_ups(work.conn(), organization, &input.accounts).await?;
    let mut referred = Vec::new();
    for account in input.accounts.iter().copied() {
        let of_account = held.get(&account).map_or(&[][..], Vec::as_slice);
        if !of_account.iter().any(|hold| hold.reason == reason.name()) {
            let (id, until_on, note) = (None, None, None);
            let source = Some(contact.into());
            let new = NewHold { id, account, reason, until_on, note, source };
            holds::commands::place(work, new).await?;
        }
        let asked = open
            .iter()
            .any(|one| one.account_id == Some(account) && one.source == Source::Referred.name());
        if follows.refers && !asked {
            let (purpose, source, note) = (Purpose::Review, Some(contact.into()), None);
            let referral = Referral { account, purpose, source, note };
            referred.push(cases::commands::refer(work, referral).await?);
        }
    }
    Ok(referred)
}

async fn plan(
    work: &mut Work,
    step: Step,
    (account, case, contact): (AccountId, Option<CaseId>, ContactId),
) -> Result<FollowUpId, Failure> {
    let new = NewFollowUp {
        account,
        case,
        purpose: step.purpose,
        source: step.source,
        source_id: Some(contact.into()),
        note: step.note,
        due_on: step.hour.on,
        due_at: step.hour.at,
        reminds: step.hour.reminds,
        assignee: None,
    };
    cases::commands::plan(work, new).await
}

/// Not more rounds than a day may have (S14).
async fn check_rounds(work: &Work, input: &LogContact, account: AccountId) -> Result<(), Failure> {
    if input.rounds.is_empty() {
        return Ok(());
    }
    let most = cases::ground::one(work, account).await?.terms.rounds_a_day;
    if i64::try_from(input.rounds.len()).is_ok_and(|count| count <= most) {
        return Ok(());
    }
    let zh = format!("每天最多 {most} 次跟进");
    let text = Text::new(zh, format!("at most {most} follow-ups on one day"));
    Err(Failure::problem(Problem::at("rounds", ProblemCode::TooMany, text)))
}

/// The steps that the steward named: one, or the rounds of a day.
fn named_steps(
    work: &Work,
    input: &LogContact,
    occurred_at: Moment,
    (account, policy): (&AccountRow, Option<&collection_policy::Model>),
) -> Result<Vec<Step>, Failure> {
    let zone = calendar::zone(&account.time_zone);
    let made_on = calendar::local_day(occurred_at, zone);
    let step = |next: &Next, source, field: String| {
        if next.on < made_on {
            return Err(too_early(&field));
        }
        let (source, hour) = match next.at {
            None => {
                let hour = cases::commands::hour_of(work, next.on, policy, zone);
                (Source::Manual, hour)
            }
            Some(at) => {
                let minute = at.num_seconds_from_midnight() / 60;
                let at = calendar::moment_of(next.on, minute, zone);
                (source, Hour { on: next.on, at, reminds: true })
            }
        };
        Ok(Step { purpose: next.purpose, source, note: next.note.clone(), hour })
    };
    let one = input.next.iter().map(|next| step(next, Source::CallBack, "next.on".to_owned()));
    let rounds = input.rounds.iter().enumerate();
    let rounds = rounds.map(|(at, next)| step(next, Source::Round, format!("rounds.{at}.on")));
    one.chain(rounds).collect()
}

fn too_early(field: &str) -> Failure {
    let zh = "下次跟进不能早于联系当天";
    let text = Text::new(zh, "the next step cannot be before the day of the contact");
    Failure::problem(Problem::at(field, ProblemCode::TooEarly, text))
}

/// Rounds of the day that are still to come.
async fn rounds_ahead(
    work: &Work,
    account: AccountId,
    occurred_at: Moment,
) -> Result<Vec<follow_up::Model>, Failure> {
    let open =
        cases::queries::open_follow_ups(work.conn(), work.organization(), &[account]).await?;
    let ahead =
        |one: &follow_up::Model| one.source == Source::Round.name() && one.due_at > occurred_at;
    Ok(open.into_iter().filter(ahead).collect())
}

/// The next round, if one step was named for an hour before it on its day.
fn sooner<'r>(
    named: &[Step],
    ahead: &'r [follow_up::Model],
) -> Option<(Hour, &'r follow_up::Model)> {
    let ([step], Some(round)) = (named, ahead.first()) else { return None };
    let earlier = step.source == Source::CallBack
        && step.hour.on == round.due_on
        && step.hour.at <= round.due_at;
    earlier.then_some((step.hour, round))
}

/// The step that the outcome asks for.
async fn outcome_step(
    work: &Work,
    input: &LogContact,
    occurred_at: Moment,
    (account, policy): (&AccountRow, Option<&collection_policy::Model>),
) -> Result<Step, Failure> {
    let follows = consequence(input.disposition);
    let zone = calendar::zone(&account.time_zone);
    let on = work.calendar.workdays_after(work.today(zone), follows.next_in_workdays);
    let hour = cases::commands::hour_of(work, on, policy, zone);
    let lost = matches!(follows.number, Some(PointStatus::Dead | PointStatus::Wrong));
    let search = match input.disposition {
        _ if lost => !has_number(work, account.account_id).await?,
        // Somebody else is asked for a call-back once (rule 31); then another way is looked for.
        Disposition::ThirdParty | Disposition::MessageLeft => {
            asked_before(work, input, (account.account_id, occurred_at)).await?
        }
        _ => false,
    };
    let purpose = if search { Purpose::FindContact } else { follows.next };
    Ok(Step { purpose, source: Source::Outcome, note: None, hour })
}

/// Whether any number is left that may reach a holder of the account.
async fn has_number(work: &Work, account: AccountId) -> Result<bool, Failure> {
    let cards = owners::queries::cards_of(work.conn(), work.organization(), &[account]).await?;
    let points =
        cards.values().flat_map(|card| &card.holders).flat_map(|holder| &holder.person.points);
    Ok(points.into_iter().any(|point| point.status == PointStatus::Valid.name()))
}

/// Whether somebody else was asked for a call-back before.
async fn asked_before(
    work: &Work,
    input: &LogContact,
    (account, occurred_at): (AccountId, Moment),
) -> Result<bool, Failure> {
    let asked = [Disposition::ThirdParty, Disposition::MessageLeft].map(Disposition::name);
    let earlier = (account, occurred_at, input.point);
    Ok(store::had_before(work.conn(), work.organization(), earlier, &asked).await?)
}

/// The call that confirms account details, with the promise if one was given.
async fn confirmation(
    work: &mut Work,
    input: &LogContact,
    (contact, occurred_at, lines): (ContactId, Moment, &[PromiseLineId]),
    account: &AccountRow,
) -> Result<Option<FollowUpId>, Failure> {
    let Some(confirm) = input.confirm else { return Ok(None) };
    let made =
        promises::queries::with_headers(work.conn(), work.organization(), lines.to_vec()).await?;
    let line = made.iter().find(|(line, _)| line.account_id == account.account_id);
    let source = line.map_or(contact.into(), |(line, _)| line.id.into());
    let planned =
        promises::commands::plan_confirmation(work, account, confirm, (source, occurred_at));
    planned.await.map(Some)
}
