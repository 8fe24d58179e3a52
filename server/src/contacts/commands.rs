//! Logging a contact: the whole act, with the next date on the log itself, in one transaction.

use std::collections::HashMap;

use chrono::Timelike;
use guanjia_entity::{collection_policy, contact, contact_account, follow_up};
use sea_orm::{ActiveValue::Set, EntityTrait, TryInsertResult, sea_query::OnConflict};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    contact::LogContact,
    dispositions::consequence,
    rules::{self, Answer, Made, Open},
};
use crate::{
    cases::{
        self,
        commands::Hour,
        follow_up::{NewFollowUp, Purpose, Source},
        timeline::{self, Entry, Happening},
    },
    kernel::{
        Failure, Moment, Problem, ProblemCode, Text, Work, calendar,
        ids::{self, AccountId, ContactId, ContactPointId, FollowUpId, PartyId, PromiseLineId},
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
    input.check()?;
    let accounts = owners::commands::take_accounts(work, &actor, &input.accounts).await?;
    check_reached(work, &input).await?;
    // Written under the party's own id: one of a second registration has no row that a contact could point at.
    let party = match input.party {
        Some(party) => {
            Some(owners::queries::canonical(work.conn(), work.organization(), party).await?)
        }
        None => None,
    };
    let input = LogContact { party, ..input };
    let occurred_at = input.occurred_at.map_or(work.now, |moment| moment.min(work.now));
    let id = insert(work, &input, occurred_at).await?;
    learn_of_number(work, &input, occurred_at).await?;
    let again = answer_follow_ups(work, &input, (id, occurred_at), &accounts).await?;
    let promise_lines = record_promise(work, &input, (id, occurred_at), &accounts).await?;
    let follow_ups = plan_next(work, &input, (id, occurred_at), (&accounts, again)).await?;
    cases::commands::ensure_next(work, &input.accounts).await?;
    work.emit_summed(AccountsChanged::of(input.accounts.iter().copied()));
    Ok(Logged { contact: id, promise_lines, follow_ups, accounts: input.accounts })
}

/// The party must hold, pay for or use each of the accounts, by any id that stands for it; the number must be the party's.
async fn check_reached(work: &Work, input: &LogContact) -> Result<(), Failure> {
    let cards =
        owners::queries::cards_of(work.conn(), work.organization(), &input.accounts).await?;
    let holds = |card: &AccountCard, party| card.people().any(|person| person.ids.contains(&party));
    if let Some(party) = input.party
        && !cards.values().all(|card| holds(card, party))
    {
        let text = Text::new(
            "该人与其中有的户无关",
            "this person has nothing to do with some of the accounts",
        );
        return Err(Failure::problem(Problem::at("partyId", ProblemCode::NotFound, text)));
    }
    if let Some(point) = input.point {
        let theirs = |point: ContactPointId| {
            let asked = |ids: &[PartyId]| input.party.is_none_or(|party| ids.contains(&party));
            let mut people = cards.values().flat_map(AccountCard::people);
            people.any(|person| asked(&person.ids) && person.point_ids.contains(&point))
        };
        if !theirs(point) {
            let text = Text::new(
                "该号码不属于这些户的当事人",
                "this number belongs to nobody of these accounts",
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
    occurred_at: Moment,
) -> Result<(), Failure> {
    let by_outcome = consequence(input.disposition).number;
    match (input.point, input.point_status.or(by_outcome)) {
        (Some(point), Some(status)) => {
            let said = input.point_status.is_some();
            owners::commands::set_point_status(work, point, status, (said, occurred_at)).await
        }
        _ => Ok(()),
    }
}

/// Ends what the contact answers; gives back what is to be tried again at the next step.
async fn answer_follow_ups(
    work: &mut Work,
    input: &LogContact,
    (contact, occurred_at): (ContactId, Moment),
    accounts: &[AccountRow],
) -> Result<HashMap<AccountId, follow_up::Model>, Failure> {
    let reached = consequence(input.disposition).reached;
    let open =
        cases::queries::open_follow_ups(work.conn(), work.organization(), &input.accounts).await?;
    let (mut done, mut again) = (Vec::new(), HashMap::new());
    let mine = Some(work.actor()?.person);
    // What was given to somebody else is theirs to answer.
    for one in open.into_iter().filter(|one| one.assignee_id.is_none() || one.assignee_id == mine) {
        let account = accounts.iter().find(|row| Some(row.account_id) == one.account_id);
        let (Some(account), Some(source)) = (account, Source::of_name(&one.source)) else {
            continue;
        };
        let day = calendar::local_day(occurred_at, calendar::zone(&account.time_zone));
        let named = input.answers.contains(&one.id);
        let held = Open { source, due_on: one.due_on, planned_at: one.created_at, named };
        match rules::answer(held, Made { day, at: occurred_at, reached }) {
            Answer::Done => done.push(one.id),
            Answer::Again => drop(again.insert(account.account_id, one)),
            Answer::Stays => {}
        }
    }
    cases::commands::finish(work, &done, contact).await?;
    Ok(again)
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

/// The step that was named; without one, and without a promise, the step that the outcome asks for. What is tried again
/// is moved there instead.
async fn plan_next(
    work: &mut Work,
    input: &LogContact,
    (contact, occurred_at): (ContactId, Moment),
    (accounts, again): (&[AccountRow], HashMap<AccountId, follow_up::Model>),
) -> Result<Vec<FollowUpId>, Failure> {
    let open =
        cases::queries::open_cases(work.conn(), work.organization(), &input.accounts).await?;
    let policies = cases::policy::in_force(work.conn(), work.organization()).await?;
    let mut planned = Vec::new();
    for account in accounts {
        let case = open.get(&account.account_id).map(|case| case.id);
        let policy = policies.get(&account.community_id);
        let (purpose, source, hour) = next_step(work, input, occurred_at, (account, policy))?;
        if let Some(one) = again.get(&account.account_id) {
            cases::commands::move_to(work, one, hour).await?;
            planned.push(one.id);
        } else if input.next.is_some() || (input.promise.is_none() && case.is_some()) {
            let new = NewFollowUp {
                account: account.account_id,
                case,
                purpose,
                source,
                source_id: Some(contact.into()),
                note: input.next.as_ref().and_then(|next| next.note.clone()),
                due_on: hour.on,
                due_at: hour.at,
                reminds: hour.reminds,
                assignee: None,
            };
            planned.push(cases::commands::plan(work, new).await?);
        }
    }
    Ok(planned)
}

fn next_step(
    work: &Work,
    input: &LogContact,
    occurred_at: Moment,
    (account, policy): (&AccountRow, Option<&collection_policy::Model>),
) -> Result<(Purpose, Source, Hour), Failure> {
    let zone = calendar::zone(&account.time_zone);
    let Some(next) = &input.next else {
        let follows = consequence(input.disposition);
        let on = work.calendar.workdays_after(work.today(zone), follows.next_in_workdays);
        let hour = cases::commands::hour_of(work, on, policy, zone);
        return Ok((follows.next, Source::Outcome, hour));
    };
    if next.on < calendar::local_day(occurred_at, zone) {
        return Err(too_early());
    }
    let Some(at) = next.at else {
        let hour = cases::commands::hour_of(work, next.on, policy, zone);
        return Ok((next.purpose, Source::Manual, hour));
    };
    let at = calendar::moment_of(next.on, at.num_seconds_from_midnight() / 60, zone);
    Ok((next.purpose, Source::CallBack, Hour { on: next.on, at, reminds: true }))
}

fn too_early() -> Failure {
    let zh = "下次跟进不能早于联系当天";
    let text = Text::new(zh, "the next step cannot be before the day of the contact");
    Failure::problem(Problem::at("next.on", ProblemCode::TooEarly, text))
}
