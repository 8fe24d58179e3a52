//! Logging a contact: the whole act, with the next date on the log itself, in one transaction.

use chrono::Timelike;
use guanjia_entity::{contact, contact_account, follow_up};
use sea_orm::{ActiveValue::Set, EntityTrait, TryInsertResult, sea_query::OnConflict};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    contact::LogContact,
    dispositions::{Consequence, consequence},
};
use crate::{
    cases::{
        self,
        follow_up::{NewFollowUp, Source},
        timeline::{self, Entry, Happening},
    },
    kernel::{
        Failure, Moment, Problem, ProblemCode, Role, Text, Work, calendar,
        ids::{self, AccountId, ContactId, ContactPointId, FollowUpId, PromiseLineId},
    },
    owners::{self, events::AccountsChanged, queries::AccountCard, store::AccountRow},
    promises::{
        self,
        commands::{NewLine, NewPromise},
    },
};

/// What logging a contact made.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Logged {
    /// The contact.
    pub contact: ContactId,
    /// Lines of the promise.
    pub promise_lines: Vec<PromiseLineId>,
    /// The next follow-ups.
    pub follow_ups: Vec<FollowUpId>,
    /// The accounts.
    pub accounts: Vec<AccountId>,
}

/// Logs a contact with all that follows from it.
pub async fn log_contact(work: &mut Work, input: LogContact) -> Result<Logged, Failure> {
    let actor = work.actor()?.clone();
    if !actor.is_any(&[Role::Steward, Role::Manager, Role::Director]) {
        return Err(Failure::Forbidden);
    }
    input.check()?;
    let accounts = owners::commands::take_accounts(work, &actor, &input.accounts).await?;
    check_reached(work, &input).await?;
    let occurred_at = input.occurred_at.map_or(work.now, |moment| moment.min(work.now));
    let id = insert(work, &input, occurred_at).await?;
    let follows = consequence(input.disposition);
    learn_of_number(work, &input, follows).await?;
    answer_follow_ups(work, &input, (id, occurred_at), &accounts).await?;
    let promise_lines = record_promise(work, &input, (id, occurred_at), &accounts).await?;
    let follow_ups = plan_next(work, &input, (id, occurred_at), &accounts).await?;
    cases::commands::ensure_next(work, &input.accounts).await?;
    work.emit_summed(AccountsChanged::of(input.accounts.iter().copied()));
    Ok(Logged { contact: id, promise_lines, follow_ups, accounts: input.accounts })
}

/// The party must hold one of the accounts, the number must be the party's.
async fn check_reached(work: &Work, input: &LogContact) -> Result<(), Failure> {
    let cards =
        owners::queries::cards_of(work.conn(), work.organization(), &input.accounts).await?;
    let holders = || cards.values().flat_map(|card: &AccountCard| &card.holders);
    if let Some(party) = input.party
        && !holders().any(|holder| holder.party.id == party)
    {
        let text = Text::new("该人不是这些户的产权人", "this person holds none of the accounts");
        return Err(Failure::problem(Problem::at("partyId", ProblemCode::NotFound, text)));
    }
    if let Some(point) = input.point {
        let theirs = |point: ContactPointId| {
            holders()
                .filter(|holder| input.party.is_none_or(|party| holder.party.id == party))
                .any(|holder| holder.points.iter().any(|known| known.id == point))
        };
        if !theirs(point) {
            let text = Text::new(
                "该号码不属于这些户的产权人",
                "this number belongs to none of the holders",
            );
            return Err(Failure::problem(Problem::at(
                "contactPointId",
                ProblemCode::NotFound,
                text,
            )));
        }
    }
    Ok(())
}

async fn insert(
    work: &mut Work,
    input: &LogContact,
    occurred_at: Moment,
) -> Result<ContactId, Failure> {
    let (organization, id) = (work.organization(), input.id.unwrap_or_else(ids::fresh));
    let row = contact::ActiveModel {
        organization_id: Set(organization),
        id: Set(id),
        party_id: Set(input.party),
        contact_point_id: Set(input.point),
        channel: Set(input.channel.name().to_owned()),
        direction: Set(input.direction.name().to_owned()),
        disposition: Set(input.disposition.name().to_owned()),
        note: Set(input.note.clone()),
        duration_seconds: Set(input.duration_seconds),
        actor_id: Set(work.actor()?.person),
        occurred_at: Set(occurred_at),
        recorded_at: Set(work.now),
    };
    let key = OnConflict::columns([contact::Column::OrganizationId, contact::Column::Id])
        .do_nothing()
        .to_owned();
    let inserted = contact::Entity::insert(row)
        .on_conflict(key)
        .try_insert()
        .exec_without_returning(work.conn());
    if !matches!(inserted.await?, TryInsertResult::Inserted(rows) if rows > 0) {
        let text = Text::new("该编号的联系已存在", "a contact with this id exists already");
        return Err(Failure::problem(Problem::at("id", ProblemCode::Duplicate, text)));
    }
    let open = cases::queries::open_cases(work.conn(), organization, &input.accounts).await?;
    let links = input.accounts.iter().map(|account| contact_account::ActiveModel {
        organization_id: Set(organization),
        contact_id: Set(id),
        account_id: Set(*account),
        case_id: Set(open.get(account).map(|case| case.id)),
    });
    contact_account::Entity::insert_many(links).exec_without_returning(work.conn()).await?;
    let entries = input.accounts.iter().map(|account| Entry {
        account: *account,
        case: open.get(account).map(|case| case.id),
        happening: Happening::Contacted,
        subject: Some(id.into()),
        facts: json!({ "channel": input.channel.name(), "disposition": input.disposition.name() }),
        occurred_at,
    });
    timeline::write(work, entries.collect()).await?;
    Ok(id)
}

/// What the steward says of the number counts; otherwise what the outcome says of it.
async fn learn_of_number(
    work: &Work,
    input: &LogContact,
    follows: Consequence,
) -> Result<(), Failure> {
    let status = input.point_status.or(follows.number);
    match (input.point, status) {
        (Some(point), Some(status)) => {
            owners::commands::set_point_status(work, point, status).await
        }
        _ => Ok(()),
    }
}

/// Due by the end of the day of the contact, named by the client, or planned by nobody: a talk answers those whenever.
async fn answer_follow_ups(
    work: &mut Work,
    input: &LogContact,
    (contact, occurred_at): (ContactId, Moment),
    accounts: &[AccountRow],
) -> Result<(), Failure> {
    let day_of = |account: Option<AccountId>| {
        let row = accounts.iter().find(|row| Some(row.account_id) == account)?;
        Some(calendar::local_day(occurred_at, calendar::zone(&row.time_zone)))
    };
    let answered = |one: &follow_up::Model| {
        day_of(one.account_id).is_some_and(|day| one.due_on <= day)
            || input.answers.contains(&one.id)
            || matches!(
                Source::of_name(&one.source),
                Some(Source::BrokenPromise | Source::Opening | Source::Default)
            )
    };
    cases::commands::answer(work, &input.accounts, contact, answered).await
}

async fn record_promise(
    work: &mut Work,
    input: &LogContact,
    (contact, occurred_at): (ContactId, Moment),
    accounts: &[AccountRow],
) -> Result<Vec<PromiseLineId>, Failure> {
    let Some(given) = &input.promise else { return Ok(Vec::new()) };
    let lines = given.lines.iter();
    let new = NewPromise {
        party: input.party,
        contact: Some(contact),
        way: given.way,
        occurred_at,
        lines: lines
            .map(|(account, amount_fen, due_on)| NewLine {
                account: *account,
                amount_fen: *amount_fen,
                due_on: *due_on,
            })
            .collect(),
    };
    promises::commands::record(work, accounts, new).await
}

/// The step that was named; without one, and without a promise, the step that the outcome asks for.
async fn plan_next(
    work: &mut Work,
    input: &LogContact,
    (contact, occurred_at): (ContactId, Moment),
    accounts: &[AccountRow],
) -> Result<Vec<FollowUpId>, Failure> {
    let follows = consequence(input.disposition);
    let open =
        cases::queries::open_cases(work.conn(), work.organization(), &input.accounts).await?;
    let policies = cases::policy::in_force(work.conn(), work.organization()).await?;
    let mut planned = Vec::new();
    for account in accounts {
        let zone = calendar::zone(&account.time_zone);
        let today = work.today(zone);
        let case = open.get(&account.account_id).map(|case| case.id);
        let (purpose, on, at, note) = match &input.next {
            Some(next) if next.on < calendar::local_day(occurred_at, zone) => {
                return Err(too_early());
            }
            Some(next) => (next.purpose, next.on, next.at, next.note.clone()),
            None if input.promise.is_some() || case.is_none() => continue,
            None => (
                follows.next,
                work.calendar.workdays_after(today, follows.next_in_workdays),
                None,
                None,
            ),
        };
        let minute = at.map(|at| at.num_seconds_from_midnight() / 60);
        let minute = minute
            .unwrap_or_else(|| cases::commands::minute_of(policies.get(&account.community_id)));
        let new = NewFollowUp {
            account: account.account_id,
            case,
            purpose,
            source: if at.is_some() { Source::CallBack } else { Source::Manual },
            source_id: Some(contact.into()),
            note,
            due_on: on,
            due_at: calendar::moment_of(on, minute, zone),
            reminds: true,
        };
        planned.push(cases::commands::plan(work, new).await?);
    }
    Ok(planned)
}

fn too_early() -> Failure {
    let text = Text::new(
        "下次跟进不能早于联系当天",
        "the next step cannot be before the day of the contact",
    );
    Failure::problem(Problem::at("next.on", ProblemCode::TooEarly, text))
}
