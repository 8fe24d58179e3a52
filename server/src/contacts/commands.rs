//! Logging a contact: the whole act in one transaction (asks.md: a next date on the log itself).

use chrono::{NaiveDate, NaiveTime, Timelike};
use guanjia_entity::{contact, contact_account, follow_up};
use sea_orm::{ActiveValue::Set, EntityTrait, TryInsertResult, sea_query::OnConflict};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::dispositions::{Consequence, Disposition, consequence};
use crate::{
    cases::{
        self,
        follow_up::{NewFollowUp, Purpose, Source},
        timeline::{self, Entry, Happening},
    },
    kernel::{
        Failure, Moment, Problem, ProblemCode, Role, Text, Work, calendar,
        ids::{self, AccountId, ContactId, ContactPointId, FollowUpId, PartyId, PromiseLineId},
        names::named,
    },
    owners::{
        self, events::AccountsChanged, points::PointStatus, queries::AccountCard, store::AccountRow,
    },
    promises::{
        self,
        commands::{NewLine, NewPromise},
        rules::Way,
    },
};

/// The longest note, in characters.
const LONGEST_NOTE: usize = 2000;

/// How somebody was contacted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum, Serialize, Deserialize)]
pub enum Channel {
    /// 电话.
    Call,
    /// 上门.
    Visit,
    /// 短信.
    Message,
    /// 微信.
    Wechat,
    /// 信函.
    Letter,
}

named!(Channel { Call = "CALL", Visit = "VISIT", Message = "MESSAGE", Wechat = "WECHAT", Letter = "LETTER" });

/// Who began it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum, Serialize, Deserialize)]
pub enum Direction {
    /// We did.
    Outbound,
    /// The owner did; it does not count as an attempt of ours.
    Inbound,
}

named!(Direction { Outbound = "OUTBOUND", Inbound = "INBOUND" });

/// A promise given in the contact.
#[derive(Clone, Debug, Serialize)]
pub struct PromiseGiven {
    /// How it will be paid.
    pub way: Way,
    /// Account, fen and day of each line.
    pub lines: Vec<(AccountId, i64, NaiveDate)>,
}

/// The next step, as the steward plans it.
#[derive(Clone, Debug, Serialize)]
pub struct Next {
    /// What to do.
    pub purpose: Purpose,
    /// The local day.
    pub on: NaiveDate,
    /// The local hour, if one was agreed.
    pub at: Option<NaiveTime>,
    /// Free text.
    pub note: Option<String>,
}

/// A contact as the phone reports it.
#[derive(Clone, Debug, Serialize)]
pub struct LogContact {
    /// Made by the client, so that an entry made offline is the same entry whenever it arrives.
    pub id: Option<ContactId>,
    /// What it was about, at least one.
    pub accounts: Vec<AccountId>,
    /// Whom.
    pub party: Option<PartyId>,
    /// The number or address used.
    pub point: Option<ContactPointId>,
    /// How.
    pub channel: Channel,
    /// Who began it.
    pub direction: Direction,
    /// What came of it.
    pub disposition: Disposition,
    /// What was learned of the number, if it is not what the disposition says.
    pub point_status: Option<PointStatus>,
    /// Free text.
    pub note: Option<String>,
    /// Length in seconds.
    pub duration_seconds: Option<i64>,
    /// When it happened by the phone; never later than it is recorded.
    pub occurred_at: Option<Moment>,
    /// Follow-ups it answers beside those that are due.
    pub answers: Vec<FollowUpId>,
    /// A promise given.
    pub promise: Option<PromiseGiven>,
    /// The next step.
    pub next: Option<Next>,
}

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
    check(&input)?;
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

/// What can be seen without the database.
fn check(input: &LogContact) -> Result<(), Failure> {
    let mut problems = Vec::new();
    let mut add = |field: &str, code, zh: &str, en: &str| {
        problems.push(Problem::at(field, code, Text::new(zh, en)))
    };
    if input.accounts.is_empty() {
        add("accountIds", ProblemCode::Required, "请选择至少一个户", "name at least one account");
    }
    let distinct = |ids: &[AccountId]| ids.iter().enumerate().all(|(i, id)| !ids[..i].contains(id));
    if !distinct(&input.accounts) {
        add("accountIds", ProblemCode::Duplicate, "同一户列了两次", "an account is listed twice");
    }
    if input.note.as_ref().is_some_and(|note| note.chars().count() > LONGEST_NOTE) {
        add("note", ProblemCode::TooLong, "备注最多 2000 字", "a note has at most 2000 characters");
    }
    if input.duration_seconds.is_some_and(|seconds| seconds < 0) {
        add(
            "durationSeconds",
            ProblemCode::TooSmall,
            "时长不能为负",
            "a duration cannot be negative",
        );
    }
    match (&input.promise, input.disposition) {
        (None, Disposition::Promised) => add(
            "promise",
            ProblemCode::Required,
            "承诺缴费须填写金额、日期和方式",
            "a promise needs an amount, a date and a way of paying",
        ),
        (Some(_), other) if other != Disposition::Promised => add(
            "promise",
            ProblemCode::Inconsistent,
            "只有“承诺缴费”可以带承诺",
            "only the outcome PROMISED carries a promise",
        ),
        _ => {}
    }
    if let Some(promise) = &input.promise {
        let lines: Vec<_> = promise.lines.iter().map(|(account, ..)| *account).collect();
        if lines.is_empty() {
            add(
                "promise.lines",
                ProblemCode::Required,
                "请填写承诺明细",
                "a promise needs at least one line",
            );
        }
        if !distinct(&lines) {
            add(
                "promise.lines",
                ProblemCode::Duplicate,
                "同一户有两条承诺",
                "an account has two lines",
            );
        }
        if lines.iter().any(|account| !input.accounts.contains(account)) {
            add(
                "promise.lines",
                ProblemCode::Inconsistent,
                "承诺的户不在本次联系中",
                "a line is for an account that the contact is not about",
            );
        }
    }
    if input.disposition == Disposition::CallbackAgreed && input.next.is_none() {
        add(
            "next",
            ProblemCode::Required,
            "请填写约定回电的时间",
            "say when the call-back was agreed for",
        );
    }
    if problems.is_empty() { Ok(()) } else { Err(Failure::Problems(problems)) }
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
