//! Logging a contact: the whole act, with the next date on the log itself, in one transaction.

use std::collections::HashMap;

use guanjia_entity::{contact, contact_account, follow_up};
use sea_orm::{ActiveValue::Set, EntityTrait, TryInsertResult, sea_query::OnConflict};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::next::{leave_alone, plan_next};
use crate::{
    attachments::{self, commands::Subject},
    cases::{
        self,
        follow_up::Source,
        timeline::{self, Entry, Happening},
    },
    contacts::{
        contact::{Channel, Direction, LogContact},
        dispositions::{RightParty, consequence},
        rules::{self, Answer, Made, Open},
        store::{self, NumberBefore},
    },
    kernel::{
        Failure, Moment, Problem, ProblemCode, Text, Work, calendar,
        ids::{self, AccountId, ContactId, ContactPointId, FollowUpId, PartyId, PromiseLineId},
    },
    owners::{self, events::AccountsChanged, queries::AccountCard, store::AccountRow},
    promises::{
        self,
        commands::{NewPromise, Promised},
    },
};

/// What logging a contact made.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Logged {
    /// The contact.
    pub contact: ContactId,
    /// Lines of the promise.
    pub promise_lines: Vec<PromiseLineId>,
    /// The steps that were planned, the looks at the money last.
    pub follow_ups: Vec<FollowUpId>,
    /// The accounts.
    pub accounts: Vec<AccountId>,
}

/// Logs a contact with all that follows from it.
pub async fn log_contact(work: &mut Work, input: LogContact) -> Result<Logged, Failure> {
    let actor = work.actor()?.clone();
    input.check()?;
    let accounts = owners::commands::take_accounts(work, &actor, &input.accounts).await?;
    enter(work, input, (&accounts, None)).await
}

/// Enters a contact that was checked, on accounts that were found and locked; `corrects` is the one in whose place it
/// stands.
pub(super) async fn enter(
    work: &mut Work,
    input: LogContact,
    (accounts, corrects): (&[AccountRow], Option<ContactId>),
) -> Result<Logged, Failure> {
    check_reached(work, &input).await?;
    // Written under the party's own id: one of a second registration has no row that a contact could point at.
    let party = match input.party {
        Some(party) => {
            Some(owners::queries::canonical(work.conn(), work.organization(), party).await?)
        }
        None => None,
    };
    let input = LogContact { party, ..input };
    check_proof(work, &input, accounts).await?;
    let occurred_at = input.occurred_at.map_or(work.now, |moment| moment.min(work.now));
    let before = learn_of_number(work, &input, occurred_at).await?;
    let id = insert(work, &input, (occurred_at, corrects, before)).await?;
    let again = answer_follow_ups(work, &input, (id, occurred_at), accounts).await?;
    let promised = record_promise(work, &input, (id, occurred_at), accounts).await?;
    let referred = leave_alone(work, &input, id).await?;
    let made = (id, occurred_at, promised.lines.as_slice());
    let mut follow_ups = plan_next(work, &input, made, (accounts, again)).await?;
    follow_ups.extend(referred.into_iter().chain(promised.looks));
    cases::commands::ensure_next(work, &input.accounts).await?;
    work.emit_summed(AccountsChanged::of(input.accounts.iter().copied()));
    Ok(Logged { contact: id, promise_lines: promised.lines, follow_ups, accounts: input.accounts })
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
            let problem = Problem::at("contactPointId", ProblemCode::NotFound, text);
            return Err(Failure::problem(problem));
        }
    }
    Ok(())
}

async fn insert(
    work: &mut Work,
    input: &LogContact,
    (occurred_at, corrects, before): (Moment, Option<ContactId>, Option<NumberBefore>),
) -> Result<ContactId, Failure> {
    let (organization, id) = (work.organization(), input.id.unwrap_or_else(ids::fresh));
    let third = input.third_party.clone();
    let row = contact::Model {
        organization_id: organization,
        id,
        party_id: input.party,
        contact_point_id: input.point,
        channel: input.channel.name().to_owned(),
        direction: input.direction.name().to_owned(),
        disposition: input.disposition.name().to_owned(),
        note: input.note.clone(),
        duration_seconds: input.duration_seconds,
        actor_id: work.actor()?.person,
        occurred_at,
        recorded_at: work.now,
        third_party_name: third.as_ref().and_then(|third| third.name.clone()),
        third_party_relation: third.and_then(|third| third.relation),
        corrects_id: corrects,
        delivery: None,
        number_before: before.as_ref().map(|before| before.status.clone()),
        number_before_at: before.as_ref().map(|before| before.status_at),
        number_learned: before.map(|before| before.learned),
    };
    let key = OnConflict::columns([contact::Column::OrganizationId, contact::Column::Id])
        .do_nothing()
        .to_owned();
    let inserted = contact::Entity::insert(contact::ActiveModel::from(row))
        .on_conflict(key)
        .try_insert()
        .exec_without_returning(work.conn());
    if !matches!(inserted.await?, TryInsertResult::Inserted(rows) if rows > 0) {
        let text = Text::new("该编号的联系已存在", "a contact with this id exists already");
        return Err(Failure::problem(Problem::at("id", ProblemCode::Duplicate, text)));
    }
    link(work, input, (id, occurred_at)).await?;
    Ok(id)
}

/// A visit needs a signature or photo where the policy says so. A correction carries what the first entry had.
async fn check_proof(
    work: &Work,
    input: &LogContact,
    accounts: &[AccountRow],
) -> Result<(), Failure> {
    let ours = input.direction == Direction::Outbound && input.channel == Channel::Visit;
    if !ours || !input.attachments.is_empty() {
        return Ok(());
    }
    let policies = cases::policy::in_force(work.conn(), work.organization()).await?;
    let needed = accounts
        .iter()
        .any(|account| policies.get(&account.community_id).is_some_and(|one| one.visit_proof));
    if !needed {
        return Ok(());
    }
    let text = Text::new("上门须有签名或照片", "a visit needs a signature or photo");
    Err(Failure::problem(Problem::at("attachmentIds", ProblemCode::Required, text)))
}

/// Ties it to its accounts and their cases, and writes it on their timelines.
async fn link(
    work: &mut Work,
    input: &LogContact,
    (id, occurred_at): (ContactId, Moment),
) -> Result<(), Failure> {
    let organization = work.organization();
    let open = cases::queries::open_cases(work.conn(), organization, &input.accounts).await?;
    let links = input.accounts.iter().map(|account| contact_account::ActiveModel {
        organization_id: Set(organization),
        contact_id: Set(id),
        account_id: Set(*account),
        case_id: Set(open.get(account).map(|case| case.id)),
        ..Default::default()
    });
    contact_account::Entity::insert_many(links).exec_without_returning(work.conn()).await?;
    let subjects: Vec<Subject> = [Subject::of(id)]
        .into_iter()
        .chain(input.accounts.iter().map(|account| Subject::of(*account)))
        .collect();
    let actor = work.actor()?.clone();
    let files = (input.attachments.as_slice(), "attachmentIds");
    attachments::commands::link(work, &actor, files, &subjects).await?;
    let entries = input.accounts.iter().map(|account| Entry {
        account: *account,
        case: open.get(account).map(|case| case.id),
        happening: Happening::Contacted,
        subject: Some(id.into()),
        facts: json!({ "channel": input.channel.name(), "disposition": input.disposition.name() }),
        occurred_at,
    });
    timeline::write(work, entries.collect()).await
}

/// What the steward says of the number counts; otherwise what the outcome says of it. Answers what was known before, if
/// that changed it.
async fn learn_of_number(
    work: &Work,
    input: &LogContact,
    occurred_at: Moment,
) -> Result<Option<NumberBefore>, Failure> {
    let by_outcome = consequence(input.disposition).number;
    let (Some(point), Some(status)) = (input.point, input.point_status.or(by_outcome)) else {
        return Ok(None);
    };
    let before = store::number(work.conn(), work.organization(), point).await?;
    let said = input.point_status.is_some();
    owners::commands::set_point_status(work, point, status, (said, occurred_at)).await?;
    let after = store::number(work.conn(), work.organization(), point).await?;
    let changed = before.zip(after).filter(|(before, after)| before.status != after.status);
    Ok(changed.map(|(before, after)| NumberBefore {
        status: before.status,
        status_at: before.status_at,
        learned: after.status,
    }))
}

/// Ends what the contact answers; gives back what is to be tried again at the next step.
async fn answer_follow_ups(
    work: &mut Work,
    input: &LogContact,
    (contact, occurred_at): (ContactId, Moment),
    accounts: &[AccountRow],
) -> Result<HashMap<AccountId, follow_up::Model>, Failure> {
    let follows = consequence(input.disposition);
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
        let held = Open {
            source,
            due_on: one.due_on,
            due_at: one.due_at,
            planned_at: one.created_at,
            named: input.answers.contains(&one.id),
        };
        let made = Made {
            day: calendar::local_day(occurred_at, calendar::zone(&account.time_zone)),
            at: occurred_at,
            reached: follows.reached,
            right_party: follows.right_party == RightParty::Yes,
            in_person: matches!(input.channel, Channel::Call | Channel::Visit),
        };
        match rules::answer(held, made) {
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
) -> Result<Promised, Failure> {
    let Some(given) = &input.promise else { return Ok(Promised::default()) };
    let new = NewPromise {
        party: input.party,
        contact: Some(contact),
        how: None,
        way: given.way,
        note: given.note.clone(),
        occurred_at,
        field: "promise.lines",
        lines: given.lines.clone(),
    };
    promises::commands::record(work, accounts, new).await
}
