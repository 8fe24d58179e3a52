//! What a resolver finds in its context.

use std::sync::Arc;

use async_graphql::{Context, Error, Result};
use sea_orm::DatabaseConnection;

use super::errors;
use crate::{
    app::App,
    kernel::{Actor, Failure, Language},
};

/// Who is calling: put into the request by the gate.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    /// The person, if they are signed in.
    pub actor: Option<Actor>,
    /// The language they read.
    pub language: Language,
}

/// Shorthands of the resolvers.
pub trait Ask {
    /// The program.
    fn app(&self) -> Result<&Arc<App>>;
    /// The database, for reading.
    fn conn(&self) -> Result<&DatabaseConnection>;
    /// The person; `UNAUTHENTICATED` when nobody is signed in.
    fn actor(&self) -> Result<&Actor>;
    /// The language the caller reads.
    fn language(&self) -> Language;
    /// Tells a failure in the caller's language.
    fn tell(&self, failure: Failure) -> Error;
}

impl Ask for Context<'_> {
    fn app(&self) -> Result<&Arc<App>> {
        self.data()
    }

    fn conn(&self) -> Result<&DatabaseConnection> {
        Ok(self.app()?.kernel.database.read())
    }

    fn actor(&self) -> Result<&Actor> {
        let caller = self.data::<Caller>()?;
        caller.actor.as_ref().ok_or_else(|| self.tell(Failure::Unauthenticated))
    }

    fn language(&self) -> Language {
        self.data::<Caller>().map(|caller| caller.language).unwrap_or_default()
    }

    fn tell(&self, failure: Failure) -> Error {
        errors::told(failure, self.language())
    }
}
