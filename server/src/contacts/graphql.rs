//! Contacts in the API.

use std::collections::HashSet;

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use guanjia_entity::contact;

use super::{
    commands::{self, Logged},
    contact::{Channel, Direction, LogContact, Next, PromiseGiven},
    dispositions::{Disposition, RightParty, consequence},
    queries::{self, LastContact},
};
use crate::{
    api::{
        acts::{Problem, act},
        context::Ask,
        scalars::{Date, Gid, Instant, LocalTime, Money, Written},
    },
    cases::{self, follow_up::Purpose, graphql::FollowUp},
    kernel::{
        Failure,
        ids::{AccountId, ContactId, ContactPointId, FollowUpId, PartyId},
    },
    owners::{self, graphql::Account, points::PointStatus},
    promises::{self, graphql::Promise, rules::Way},
    worklist,
};

/// A contact 联系: a call, visit or message, and what came of it.
#[derive(SimpleObject)]
pub struct Contact {
    /// Its id.
    id: Gid<ContactId>,
    /// How.
    channel: Channel,
    /// Who began it.
    direction: Direction,
    /// What came of it.
    disposition: Disposition,
    /// Whether a person was reached.
    reached: bool,
    /// Whether it was the right one; null when nobody can tell.
    right_party: Option<bool>,
    /// Free text; numbers in it are masked by role.
    note: Option<Written>,
    /// When it happened.
    occurred_at: Instant,
    /// When it was recorded.
    recorded_at: Instant,
}

impl From<contact::Model> for Contact {
    fn from(row: contact::Model) -> Self {
        let disposition = Disposition::of_name(&row.disposition).unwrap_or(Disposition::NoAnswer);
        let follows = consequence(disposition);
        Self {
            id: Gid(row.id),
            channel: Channel::of_name(&row.channel).unwrap_or(Channel::Call),
            direction: Direction::of_name(&row.direction).unwrap_or(Direction::Outbound),
            disposition,
            reached: follows.reached,
            right_party: match follows.right_party {
                RightParty::Yes => Some(true),
                RightParty::No => Some(false),
                RightParty::Unknown => None,
            },
            note: row.note.map(Written),
            occurred_at: Instant(row.occurred_at),
            recorded_at: Instant(row.recorded_at),
        }
    }
}

/// The newest contact about an account, in short.
#[derive(SimpleObject, Clone)]
pub struct ContactBrief {
    /// When it happened.
    occurred_at: Instant,
    /// How.
    channel: Channel,
    /// What came of it.
    disposition: Disposition,
}

impl From<LastContact> for ContactBrief {
    fn from(row: LastContact) -> Self {
        Self {
            occurred_at: Instant(row.occurred_at),
            channel: Channel::of_name(&row.channel).unwrap_or(Channel::Call),
            disposition: Disposition::of_name(&row.disposition).unwrap_or(Disposition::NoAnswer),
        }
    }
}

/// One account's part of a promise.
#[derive(InputObject)]
pub struct PromiseLineInput {
    /// Whose; one of the accounts of the contact.
    account_id: Gid<AccountId>,
    /// How much, more than zero.
    amount: Money,
    /// The day: from the day of the contact to the horizon of the community's policy (30 days unless set otherwise).
    due_on: Date,
}

/// A promise as it was given: amount, date and way of paying.
#[derive(InputObject)]
pub struct PromiseInput {
    /// How it will be paid.
    way: Way,
    /// One line per account.
    lines: Vec<PromiseLineInput>,
}

/// The next step.
#[derive(InputObject)]
pub struct NextStepInput {
    /// What to do.
    #[graphql(default_with = "Purpose::Call")]
    purpose: Purpose,
    /// The day: that of the contact at the earliest.
    on: Date,
    /// The hour, if one was agreed; a reminder comes then.
    at: Option<LocalTime>,
    /// Free text.
    note: Option<String>,
}

/// What `logContact` takes: the whole act.
#[derive(InputObject)]
pub struct LogContactInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// Id of the contact, if the client makes it: `contact_` and a UUIDv7 without dashes.
    id: Option<Gid<ContactId>>,
    /// What it was about: one account or several of one owner.
    account_ids: Vec<Gid<AccountId>>,
    /// Whom; a holder of one of the accounts.
    party_id: Option<Gid<PartyId>>,
    /// The number or address used.
    contact_point_id: Option<Gid<ContactPointId>>,
    /// How.
    #[graphql(default_with = "Channel::Call")]
    channel: Channel,
    /// Who began it.
    #[graphql(default_with = "Direction::Outbound")]
    direction: Direction,
    /// What came of it.
    disposition: Disposition,
    /// What was learned of the number, when it is not what the outcome says.
    number_status: Option<PointStatus>,
    /// Free text, at most 2000 characters.
    note: Option<String>,
    /// Length in seconds.
    duration_seconds: Option<i32>,
    /// When it happened by the phone; now, if left out. A moment to come is taken as now.
    occurred_at: Option<Instant>,
    /// Follow-ups it answers, beside those that are due by the end of that day.
    answers_follow_up_ids: Option<Vec<Gid<FollowUpId>>>,
    /// The promise; needed with the outcome PROMISED, and only there.
    promise: Option<PromiseInput>,
    /// The next step. Without one, and without a promise, the outcome decides.
    next: Option<NextStepInput>,
}

impl From<LogContactInput> for LogContact {
    fn from(input: LogContactInput) -> Self {
        let line = |line: PromiseLineInput| (line.account_id.0, line.amount.0.0, line.due_on.0);
        Self {
            id: input.id.map(|id| id.0),
            accounts: input.account_ids.into_iter().map(|id| id.0).collect(),
            party: input.party_id.map(|id| id.0),
            point: input.contact_point_id.map(|id| id.0),
            channel: input.channel,
            direction: input.direction,
            disposition: input.disposition,
            point_status: input.number_status,
            note: input.note,
            duration_seconds: input.duration_seconds.map(i64::from),
            occurred_at: input.occurred_at.map(|moment| moment.0),
            answers: input
                .answers_follow_up_ids
                .unwrap_or_default()
                .into_iter()
                .map(|id| id.0)
                .collect(),
            promise: input.promise.map(|given| PromiseGiven {
                way: given.way,
                lines: given.lines.into_iter().map(line).collect(),
            }),
            next: input.next.map(|next| Next {
                purpose: next.purpose,
                on: next.on.0,
                at: next.at.map(|at| at.0),
                note: next.note,
            }),
        }
    }
}

/// What `logContact` answers: the act as it stands now, the same on every retry.
#[derive(SimpleObject, Default)]
pub struct LogContactPayload {
    /// The contact.
    contact: Option<Contact>,
    /// The promise, a line per account.
    promises: Vec<Promise>,
    /// The next steps that were planned.
    follow_ups: Vec<FollowUp>,
    /// The accounts as they stand now.
    accounts: Vec<Account>,
    /// What your next `worklist` read may demand as `atLeast`.
    worklist_version: Option<i64>,
    /// What is wrong with the input.
    problems: Vec<Problem>,
}

/// Mutations.
#[derive(Default)]
pub struct ContactsMutation;

#[Object]
impl ContactsMutation {
    /// Logs a contact with everything that belongs to it, in one act: outcome, number used and what was learned of it, a
    /// promise, the next date. Follow-ups that it answers are done. For stewards and those above them.
    async fn log_contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The whole act.")] input: LogContactInput,
    ) -> Result<LogContactPayload> {
        let key = input.idempotency_key.clone();
        let done = act(ctx, (&key, "logContact"), LogContact::from(input), |work, input| {
            Box::pin(commands::log_contact(work, input))
        });
        match done.await? {
            Ok(logged) => payload(ctx, logged).await,
            Err(problems) => Ok(LogContactPayload { problems, ..LogContactPayload::default() }),
        }
    }
}

/// Reads the outcome again under today's rights: an account that is no longer theirs is left out.
async fn payload(ctx: &Context<'_>, logged: Logged) -> Result<LogContactPayload> {
    let (actor, conn) = (ctx.actor()?, ctx.conn()?);
    let organization = actor.organization;
    let now = ctx.app()?.kernel.clock.domain();
    let (mut accounts, mut reached) = (Vec::new(), HashSet::new());
    for id in logged.accounts {
        match owners::queries::account(conn, actor, now, id).await {
            Ok(card) => {
                reached.insert(id);
                accounts.push(Account::from(card));
            }
            Err(Failure::NotFound) => {}
            Err(failure) => return Err(ctx.tell(failure)),
        }
    }
    if accounts.is_empty() {
        return Err(ctx.tell(Failure::NotFound));
    }
    let contact =
        queries::contact(conn, organization, logged.contact).await.map_err(|f| ctx.tell(f))?;
    let promises = promises::queries::with_headers(conn, organization, logged.promise_lines).await;
    let promises = promises.map_err(|f| ctx.tell(f))?;
    let mut follow_ups = Vec::new();
    for id in logged.follow_ups {
        let row =
            cases::queries::follow_up(conn, organization, id).await.map_err(|f| ctx.tell(f))?;
        if row.account_id.is_some_and(|account| reached.contains(&account)) {
            follow_ups.push(FollowUp::from(row));
        }
    }
    Ok(LogContactPayload {
        contact: Some(contact.into()),
        promises: promises
            .into_iter()
            .filter(|(line, _)| reached.contains(&line.account_id))
            .map(Promise::from)
            .collect(),
        follow_ups,
        accounts,
        worklist_version: Some(worklist::graphql::my_version(ctx).await?),
        problems: Vec::new(),
    })
}
