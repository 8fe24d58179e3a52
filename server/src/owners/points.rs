//! Numbers and addresses: what is known of them.

use serde::{Deserialize, Serialize};

use crate::kernel::names::named;

/// What is known of a number or address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum, Serialize, Deserialize)]
pub enum PointStatus {
    /// It reaches them.
    Valid,
    /// It is somebody else's.
    Wrong,
    /// Nobody has it.
    Dead,
    /// They asked not to be called there.
    DoNotCall,
}

named!(PointStatus { Valid = "VALID", Wrong = "WRONG", Dead = "DEAD", DoNotCall = "DO_NOT_CALL" });
