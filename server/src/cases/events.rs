//! What others may hear of cases and their policies.

use crate::kernel::ids::CommunityId;

/// A community switched sightings off: what is kept of them is deleted.
pub struct SightingsSwitchedOff(pub CommunityId);
