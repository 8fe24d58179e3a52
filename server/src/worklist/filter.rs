//! Which part of a list is asked for.

use chrono::NaiveDate;

use super::rules::Reason;
use crate::{
    kernel::{
        Actor, Moment, calendar,
        ids::{CommunityId, MembershipId, OrganizationId},
    },
    owners,
};

/// Which entries are wanted; what is empty does not narrow.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Filter {
    /// Only entries with one of these reasons.
    pub reasons: Vec<Reason>,
    /// Only accounts of this community.
    pub community: Option<CommunityId>,
    /// Only accounts of this building, as the books name it.
    pub building: Option<String>,
    /// Only entries with at least so many fen overdue.
    pub minimum_fen: Option<i64>,
    /// Only entries with a step due by the end of this local day.
    pub due_until: Option<NaiveDate>,
}

/// Whose list, on which day, seen by whom.
#[derive(Clone, Debug)]
pub struct Scope {
    /// The company.
    pub organization: OrganizationId,
    /// The steward whose list it is.
    pub steward: MembershipId,
    /// The local day.
    pub today: NaiveDate,
    /// The moment at which that day began.
    pub began: Moment,
    /// Who looks: only what they reach is shown.
    pub reader: Actor,
    /// Which entries.
    pub filter: Filter,
}

impl Scope {
    /// The actor's own list.
    pub fn own(actor: &Actor, now: Moment, filter: Filter) -> Self {
        let today = owners::queries::reach_day(now);
        Self {
            organization: actor.organization,
            steward: actor.person,
            today,
            began: calendar::moment_of(today, 0, chrono_tz::Asia::Shanghai),
            reader: actor.clone(),
            filter,
        }
    }

    /// A steward's list as somebody above them sees it.
    pub fn of_steward(actor: &Actor, steward: MembershipId, now: Moment, filter: Filter) -> Self {
        Self { steward, ..Self::own(actor, now, filter) }
    }

    /// Whether it is the reader's own list.
    pub fn is_own(&self) -> bool {
        self.steward == self.reader.person
    }
}
