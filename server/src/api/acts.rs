//! Mutations: one act, under one key, in one transaction; what is wrong with the input comes back as data.

use async_graphql::{Context, Object, Result};
use serde::{Serialize, de::DeserializeOwned};

use super::{context::Ask, rights};
use crate::kernel::{self, By, Failure, ProblemCode, Work, events::Task, idempotency};

/// The outcome of an act, or what is wrong with the input.
pub type Outcome<T> = std::result::Result<T, Vec<Problem>>;

/// Runs a command under an idempotency key, for those whom the table of rights lets.
pub async fn act<I, T>(
    ctx: &Context<'_>,
    (key, operation): (&str, &'static str),
    input: I,
    command: impl for<'a> FnOnce(&'a mut Work, I) -> Task<'a, T> + Send + 'static,
) -> Result<Outcome<T>>
where
    I: Serialize + Send + 'static,
    T: Serialize + DeserializeOwned + Send + 'static,
{
    rights::check(ctx, &format!("Mutation.{operation}"))?;
    let by = By::Person(ctx.actor()?.clone());
    let act = match idempotency::Act::new(key, operation, &input) {
        Ok(act) => act,
        Err(failure) => return settle(ctx, Err(failure)),
    };
    let done = ctx
        .app()?
        .kernel
        .write(by, |work| Box::pin(idempotency::once(work, act, |work| command(work, input))));
    settle(ctx, done.await)
}

/// Sorts what a person did wrong from what is broken or forbidden.
pub fn settle<T>(ctx: &Context<'_>, result: std::result::Result<T, Failure>) -> Result<Outcome<T>> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(Failure::Problems(problems)) => {
            let language = ctx.language();
            Ok(Err(problems.into_iter().map(|problem| Problem { problem, language }).collect()))
        }
        Err(failure) => Err(ctx.tell(failure)),
    }
}

/// One thing wrong with the input.
pub struct Problem {
    problem: kernel::Problem,
    language: kernel::Language,
}

/// One thing wrong with the input of a mutation: which field, what, and a sentence for people. Nothing was changed.
#[Object]
impl Problem {
    /// What is wrong.
    async fn code(&self) -> ProblemCode {
        self.problem.code
    }

    /// Path of the field within the input, such as ["promise", "lines", "0", "dueOn"].
    async fn field(&self) -> &[String] {
        &self.problem.field
    }

    /// A sentence for people, in the language of the request.
    async fn message(&self) -> &str {
        self.problem.text.to(self.language)
    }
}
