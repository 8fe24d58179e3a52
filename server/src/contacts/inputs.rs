//! What clients send about contacts.

use async_graphql::InputObject;

use super::{
    commands::{AmendContact, CorrectContact},
    contact::{Channel, Delivery, Direction, LogContact, Next, PromiseGiven, ThirdParty},
    dispositions::Disposition,
};
use crate::{
    api::scalars::{Date, Gid, Instant, LocalTime},
    cases::follow_up::Purpose,
    kernel::ids::{AccountId, AttachmentId, ContactId, ContactPointId, FollowUpId, PartyId},
    owners::points::PointStatus,
    promises::{
        commands::{Confirm, NewLine},
        graphql::{ConfirmInput, PromiseLineInput},
        rules::Way,
    },
};

/// A promise as it was given: amount, date and way of paying.
#[derive(InputObject)]
pub struct PromiseInput {
    /// How it will be paid.
    way: Way,
    /// One line per account.
    lines: Vec<PromiseLineInput>,
    /// Free text, at most 2000 characters.
    note: Option<String>,
}

impl From<PromiseInput> for PromiseGiven {
    fn from(input: PromiseInput) -> Self {
        Self {
            way: input.way,
            lines: input.lines.into_iter().map(NewLine::from).collect(),
            note: input.note,
        }
    }
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

impl From<NextStepInput> for Next {
    fn from(input: NextStepInput) -> Self {
        Self {
            purpose: input.purpose,
            on: input.on.0,
            at: input.at.map(|at| at.0),
            note: input.note,
        }
    }
}

/// Somebody else who was reached 第三人. They are asked for a call-back once; the debt is never named to them.
#[derive(InputObject)]
pub struct ThirdPartyInput {
    /// As they named themselves, at most 100 characters.
    name: Option<String>,
    /// What they are to the owner, as they said, at most 100 characters.
    relation: Option<String>,
}

/// What `logContact` takes: the whole act.
#[derive(InputObject)]
pub struct LogContactInput {
    /// Chosen by the client, one per intent, the same on every retry.
    pub(super) idempotency_key: String,
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
    /// The next step. Without one, and without a promise, the outcome decides. While rounds of the day are to come, an
    /// earlier hour of that day brings the next round forward.
    next: Option<NextStepInput>,
    /// Several steps of one day in the place of one 多轮跟进: each at its hour, one after the other, at most 8. Each is done
    /// by a contact from its hour on; reaching the right person ends all of the day.
    rounds: Option<Vec<NextStepInput>>,
    /// Somebody else who was reached.
    third_party: Option<ThirdPartyInput>,
    /// Account details were sent: a call at that minute confirms them.
    confirm: Option<ConfirmInput>,
    /// Signature, photographs, recording, uploaded before; a visit needs one where the community's policy says so.
    attachment_ids: Option<Vec<Gid<AttachmentId>>>,
}

impl From<LogContactInput> for LogContact {
    fn from(input: LogContactInput) -> Self {
        let answers = input.answers_follow_up_ids.unwrap_or_default();
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
            answers: answers.into_iter().map(|id| id.0).collect(),
            promise: input.promise.map(PromiseGiven::from),
            next: input.next.map(Next::from),
            rounds: input.rounds.unwrap_or_default().into_iter().map(Next::from).collect(),
            third_party: input
                .third_party
                .map(|third| ThirdParty { name: third.name, relation: third.relation }),
            confirm: input.confirm.map(Confirm::from),
            attachments: input
                .attachment_ids
                .unwrap_or_default()
                .into_iter()
                .map(|id| id.0)
                .collect(),
        }
    }
}

/// What `correctContact` takes: a contact that was logged on the wrong owner.
#[derive(InputObject)]
pub struct CorrectContactInput {
    /// Chosen by the client, one per intent, the same on every retry.
    pub(super) idempotency_key: String,
    /// The contact.
    contact_id: Gid<ContactId>,
    /// The accounts that it was not about; left out, all that it stands on.
    wrong_account_ids: Option<Vec<Gid<AccountId>>>,
    /// The accounts that it was about.
    account_ids: Vec<Gid<AccountId>>,
    /// Whom; a holder of these accounts.
    party_id: Option<Gid<PartyId>>,
    /// The number or address used.
    contact_point_id: Option<Gid<ContactPointId>>,
    /// What was promised for these accounts; left out, the promise is carried over from one account to one.
    promise: Option<PromiseInput>,
    /// Why, at most 500 characters.
    reason: Option<String>,
}

impl From<CorrectContactInput> for CorrectContact {
    fn from(input: CorrectContactInput) -> Self {
        let wrong = input.wrong_account_ids.unwrap_or_default();
        Self {
            contact: input.contact_id.0,
            wrong: wrong.into_iter().map(|id| id.0).collect(),
            right: input.account_ids.into_iter().map(|id| id.0).collect(),
            party: input.party_id.map(|id| id.0),
            point: input.contact_point_id.map(|id| id.0),
            promise: input.promise.map(PromiseGiven::from),
            reason: input.reason,
        }
    }
}

/// What `amendContact` takes; what is left out stays.
#[derive(InputObject)]
pub struct AmendContactInput {
    /// Chosen by the client, one per intent, the same on every retry.
    pub(super) idempotency_key: String,
    /// The contact.
    contact_id: Gid<ContactId>,
    /// Free text, at most 2000 characters.
    note: Option<String>,
    /// Length in seconds.
    duration_seconds: Option<i32>,
    /// Whether what was sent arrived.
    delivery: Option<Delivery>,
}

impl From<AmendContactInput> for AmendContact {
    fn from(input: AmendContactInput) -> Self {
        Self {
            contact: input.contact_id.0,
            note: input.note,
            duration_seconds: input.duration_seconds.map(i64::from),
            delivery: input.delivery,
        }
    }
}
