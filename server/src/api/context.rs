//! What a resolver finds in its context.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};

use async_graphql::{Context, Error, Result};
use sea_orm::DatabaseConnection;

use super::errors;
use crate::{
    app::App,
    kernel::{Actor, Failure, Language},
    people::{Tried, Watched},
};

/// Who is calling: put into the request by the gate.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    /// The person, if they are signed in.
    pub actor: Option<Actor>,
    /// The language they read.
    pub language: Language,
    /// Where they call from, as failures are counted: of IPv6 the network. None outside of a request.
    pub address: Option<IpAddr>,
    /// Their session is watched as long as somebody holds this.
    pub watched: Option<Arc<Watched>>,
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
    /// What the caller tries, for the throttle.
    fn tried<'a>(&self, what: &'static str, whose: Option<&'a str>) -> Tried<'a>;
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

    fn tried<'a>(&self, what: &'static str, whose: Option<&'a str>) -> Tried<'a> {
        let address = self.data::<Caller>().ok().and_then(|caller| caller.address);
        Tried { what, whose, from: address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)) }
    }

    fn tell(&self, failure: Failure) -> Error {
        errors::told(failure, self.language())
    }
}
