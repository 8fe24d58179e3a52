//! Numbers and addresses: what is known of them.

use serde::{Deserialize, Serialize};

use crate::kernel::names::named;

/// What is known of a number or address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum, Serialize, Deserialize)]
#[graphql(name = "ContactPointStatus")]
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

/// What a number or address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
#[graphql(name = "ContactPointKind")]
pub enum PointKind {
    /// 手机.
    Mobile,
    /// 固定电话.
    Landline,
}

named!(PointKind { Mobile = "MOBILE", Landline = "LANDLINE" });

impl PointKind {
    /// What a telephone number is by its form: a mobile has eleven digits and begins with 1.
    pub fn of_number(number: &str) -> Self {
        let mobile = number.len() == 11 && number.starts_with('1');
        if mobile { Self::Mobile } else { Self::Landline }
    }
}
