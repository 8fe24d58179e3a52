//! What others may hear of people.

use crate::kernel::{Role, ids::MembershipId};

/// What somebody is has changed, or they no longer work here.
pub struct PersonChanged {
    /// Who.
    pub person: MembershipId,
    /// What they are now; nothing when their access ended.
    pub roles: Vec<Role>,
}
