//! What others may hear of communities.

use crate::kernel::ids::CommunityId;

/// A community is called differently now: whatever shows its name shows another one.
pub struct CommunityRenamed(pub CommunityId);
