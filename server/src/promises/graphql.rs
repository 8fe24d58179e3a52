//! Promises in the API.

use async_graphql::SimpleObject;

use super::{
    queries,
    rules::{State, Way},
};
use crate::{
    api::scalars::{Date, Gid, Instant, Money},
    kernel::ids::PromiseLineId,
};

/// A promise to pay 承诺缴费, as far as it is about one account.
#[derive(SimpleObject, Clone)]
pub struct Promise {
    /// Its id.
    id: Gid<PromiseLineId>,
    /// What was promised.
    amount: Money,
    /// The promised day.
    due_on: Date,
    /// Money that came by the end of this day counts.
    grace_until: Date,
    /// How it will be paid.
    way: Way,
    /// Where it stands.
    state: State,
    /// What was received in time, at the verdict; null before it.
    received: Option<Money>,
    /// When it was given.
    occurred_at: Instant,
    /// When the verdict fell; null before it.
    judged_at: Option<Instant>,
}

impl From<queries::Promise> for Promise {
    fn from((line, header): queries::Promise) -> Self {
        Self {
            id: Gid(line.id),
            amount: Money::fen(line.amount_fen),
            due_on: Date(line.due_on),
            grace_until: Date(line.grace_until),
            way: Way::of_name(&header.way).unwrap_or(Way::Transfer),
            state: State::of_name(&line.state).unwrap_or(State::Cancelled),
            received: line.received_fen.map(Money::fen),
            occurred_at: Instant(line.occurred_at),
            judged_at: line.judged_at.map(Instant),
        }
    }
}
