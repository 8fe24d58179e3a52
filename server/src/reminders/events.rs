//! What others may hear of reminders.

use crate::kernel::ids::MembershipId;

/// Somebody saw reminders of theirs: their other devices are told.
pub struct Acknowledged {
    /// Who.
    pub recipient: MembershipId,
}
