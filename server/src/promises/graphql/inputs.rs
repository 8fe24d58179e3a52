//! What the mutations on promises take.

use async_graphql::InputObject;

use crate::{
    api::scalars::{Date, Gid, Instant, Money},
    kernel::ids::{AccountId, AttachmentId, ChargeId, PartyId, PromiseLineId},
    promises::{
        commands::{CancelPromise, Confirm, NewLine, RecordPromise, SupersedePromise},
        rules::{End, GivenHow, Way},
    },
};

/// One account's part of a promise.
#[derive(InputObject)]
pub struct PromiseLineInput {
    /// Whose; in a contact, one of the accounts that it is about.
    pub account_id: Gid<AccountId>,
    /// How much, more than zero.
    pub amount: Money,
    /// The day: from the day it was given to the horizon of the community's policy (30 days unless set otherwise).
    pub due_on: Date,
    /// The charges it names; left out, it is for whatever the account owes.
    pub charge_ids: Option<Vec<Gid<ChargeId>>>,
}

impl From<PromiseLineInput> for NewLine {
    fn from(input: PromiseLineInput) -> Self {
        let charges = input.charge_ids.unwrap_or_default();
        Self {
            account: input.account_id.0,
            amount_fen: input.amount.0.0,
            due_on: input.due_on.0,
            charges: charges.into_iter().map(|id| id.0).collect(),
        }
    }
}

/// That account details were sent, and a call to confirm them was agreed.
#[derive(InputObject)]
pub struct ConfirmInput {
    /// After so many minutes, 1 to 1440; left out, the community's policy: 30 unless set otherwise.
    pub in_minutes: Option<i32>,
}

impl From<ConfirmInput> for Confirm {
    fn from(input: ConfirmInput) -> Self {
        Self { in_minutes: input.in_minutes.map(i64::from) }
    }
}

/// What `recordPromise` takes: a promise that was given in no contact of ours.
#[derive(InputObject)]
pub struct RecordPromiseInput {
    /// Chosen by the client, one per intent, the same on every retry.
    pub(super) idempotency_key: String,
    /// Who gave it; a holder of every account.
    party_id: Option<Gid<PartyId>>,
    /// How it came to us.
    given_how: GivenHow,
    /// How it will be paid.
    way: Way,
    /// One line per account, at most 50.
    lines: Vec<PromiseLineInput>,
    /// Free text, at most 2000 characters.
    note: Option<String>,
    /// When it was given; now, if left out. A moment to come is taken as now.
    occurred_at: Option<Instant>,
    /// Account details were sent: a call at that minute confirms them.
    confirm: Option<ConfirmInput>,
    /// What proves it, such as a signed paper, uploaded before.
    attachment_ids: Option<Vec<Gid<AttachmentId>>>,
}

impl From<RecordPromiseInput> for RecordPromise {
    fn from(input: RecordPromiseInput) -> Self {
        Self {
            party: input.party_id.map(|id| id.0),
            how: input.given_how,
            way: input.way,
            note: input.note,
            occurred_at: input.occurred_at.map(|moment| moment.0),
            lines: input.lines.into_iter().map(NewLine::from).collect(),
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

/// What `supersedePromise` takes: another day or amount for an open promise.
#[derive(InputObject)]
pub struct SupersedePromiseInput {
    /// Chosen by the client, one per intent, the same on every retry.
    pub(super) idempotency_key: String,
    /// The open promise.
    promise_id: Gid<PromiseLineId>,
    /// How the new one came to us.
    given_how: GivenHow,
    /// How much, more than zero.
    amount: Money,
    /// The new day.
    due_on: Date,
    /// How it will be paid; as before, if left out.
    way: Option<Way>,
    /// Free text, at most 2000 characters.
    note: Option<String>,
}

impl From<SupersedePromiseInput> for SupersedePromise {
    fn from(input: SupersedePromiseInput) -> Self {
        Self {
            promise: input.promise_id.0,
            how: input.given_how,
            amount_fen: input.amount.0.0,
            due_on: input.due_on.0,
            way: input.way,
            note: input.note,
        }
    }
}

/// What `cancelPromise` takes.
#[derive(InputObject)]
pub struct CancelPromiseInput {
    /// Chosen by the client, one per intent, the same on every retry.
    pub(super) idempotency_key: String,
    /// The open promise.
    promise_id: Gid<PromiseLineId>,
    /// Why; SUPERSEDED is not for here.
    reason: End,
    /// Free text, at most 2000 characters.
    note: Option<String>,
}

impl From<CancelPromiseInput> for CancelPromise {
    fn from(input: CancelPromiseInput) -> Self {
        Self { promise: input.promise_id.0, why: input.reason, note: input.note }
    }
}
