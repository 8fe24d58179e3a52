//! Typing a number is a way to ask whether somebody has it: the answer says when it is there already. So whoever sees numbers
//! masked types only so many in a day, as they look up only so many (rule 34).

use async_graphql::{Context, Result};

use crate::{
    api::{
        acts::{Outcome, settle},
        context::Ask,
        rights,
    },
    kernel::{By, Failure, Work},
    lookup,
    owners::masking,
};

/// How many numbers the caller may still type; those who see them whole as many as they like.
#[derive(Clone, Copy)]
pub(super) struct Tries {
    limit: Option<u32>,
    field: &'static str,
}

impl Tries {
    /// Of the caller; `field` is where the number stands in the input.
    pub(super) fn of(ctx: &Context<'_>, field: &'static str) -> Result<Self> {
        // Whoever is not signed in is refused by the act itself.
        let limit = match ctx.actor() {
            Ok(actor) if masking::sees_numbers(actor) => None,
            _ => Some(ctx.app()?.settings.number_searches_per_day),
        };
        Ok(Self { limit, field })
    }

    /// Counts in the transaction of the act: repeated under its key it is not counted again.
    pub(super) async fn count(
        self,
        work: &Work,
        numbers: usize,
    ) -> std::result::Result<(), Failure> {
        let Some(limit) = self.limit else { return Ok(()) };
        for _ in 0..numbers {
            lookup::commands::count_number_search(work, (limit, self.field)).await?;
        }
        Ok(())
    }

    /// Counts one by itself, before an act whose refusal tells something too.
    pub(super) async fn count_apart(
        self,
        ctx: &Context<'_>,
        operation: &str,
    ) -> Result<Outcome<()>> {
        rights::check(ctx, operation)?;
        let by = By::Person(ctx.actor()?.clone());
        let counted = ctx
            .app()?
            .kernel
            .write(by, move |work| Box::pin(async move { self.count(work, 1).await }));
        settle(ctx, counted.await)
    }
}
