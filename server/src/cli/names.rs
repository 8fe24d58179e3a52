//! Companies and communities as they are named at the command line.

use std::cmp::Reverse;

use sea_orm::ConnectionTrait;

use crate::{kernel::ids::OrganizationId, people::queries};

/// Names that are told beside an unknown one.
const MOST_NAMES: usize = 10;

/// What a command names.
pub(super) struct Named<'n> {
    pub(super) company: &'n str,
    pub(super) communities: &'n [String],
    /// Whether it was said that they may be new.
    pub(super) create: bool,
}

impl Named<'_> {
    /// A name that is not known is a slip of the pen, unless the database is empty or it was said that it is new. What
    /// other companies have is not known.
    pub(super) async fn check(
        &self,
        conn: &impl ConnectionTrait,
        company: OrganizationId,
    ) -> Result<(), String> {
        if self.create {
            return Ok(());
        }
        let companies = queries::company_names(conn).await.map_err(|f| f.to_string())?;
        if companies.is_empty() {
            return Ok(());
        }
        if !companies.iter().any(|known| known == self.company) {
            return Err(unknown("company", self.company, companies));
        }
        let known = queries::communities(conn, company).await.map_err(|f| f.to_string())?;
        let known: Vec<String> = known.into_iter().map(|community| community.name).collect();
        match self.communities.iter().find(|name| !known.contains(name)) {
            Some(name) => Err(unknown("community", name, known)),
            None => Ok(()),
        }
    }
}

/// Says that a name is not known and which ones are, the most alike first.
fn unknown(kind: &str, name: &str, mut known: Vec<String>) -> String {
    let shared = |one: &String| name.chars().filter(|letter| one.contains(*letter)).count();
    known.sort_by_key(|one| (Reverse(shared(one)), one.clone()));
    let more = known.len().saturating_sub(MOST_NAMES);
    known.truncate(MOST_NAMES);
    let others = match (known.is_empty(), more) {
        (true, _) => "there is none yet".to_owned(),
        (_, 0) => format!("known: {}", known.join(", ")),
        (_, more) => format!("known: {} and {more} more", known.join(", ")),
    };
    format!("there is no {kind} {name} ({others}); --create makes it")
}
