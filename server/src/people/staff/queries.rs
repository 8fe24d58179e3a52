//! Reading the people of a company.

use std::collections::{HashMap, HashSet};

use sea_orm::ConnectionTrait;

use super::store;
pub use super::store::{After, PersonRow};
use crate::kernel::{
    Actor, Failure, Role,
    ids::{MembershipId, OrganizationId},
    paging::Page,
};

/// How it stands with somebody's access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
pub enum PersonState {
    /// Has a password.
    Active,
    /// Was given a code and has not used it yet.
    Pending,
    /// No longer works here.
    Ended,
}

/// A page of people.
pub struct People {
    /// The rows.
    pub rows: Vec<PersonRow>,
    /// Whether there are more.
    pub more: bool,
}

/// People in the communities that the actor was given, by name.
pub async fn people(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    state: Option<PersonState>,
    page: Page<After>,
) -> Result<People, Failure> {
    let mut rows = store::people(conn, actor, state, (page.first + 1, page.after)).await?;
    let more = rows.len() > page.first;
    rows.truncate(page.first);
    Ok(People { rows, more })
}

/// One person, if the actor may see them.
pub async fn person(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    id: MembershipId,
) -> Result<PersonRow, Failure> {
    store::person(conn, actor, id).await?.ok_or(Failure::NotFound)
}

/// Which of some people the actor may see.
pub async fn seen(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    people: &[MembershipId],
) -> Result<HashSet<MembershipId>, Failure> {
    Ok(store::seen(conn, actor, people).await?.into_iter().collect())
}

/// The roles of some people.
pub async fn roles(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    people: &[MembershipId],
) -> Result<HashMap<MembershipId, Vec<Role>>, Failure> {
    Ok(store::roles(conn, organization, people).await?)
}
