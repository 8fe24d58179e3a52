//! Values that not everybody may see.

use std::fmt;

use sea_orm::DeriveValueType;

/// A telephone number or another way to reach somebody. It has no `Display` and is not serialised: whoever shows one asks
/// first who looks ([`PersonalNumber::whole`] is for finding and dialling).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, DeriveValueType)]
pub struct PersonalNumber(String);

impl PersonalNumber {
    /// All of it. Where it may be called stands in scripts/house-rules.
    pub fn whole(&self) -> &str {
        &self.0
    }
}

impl From<String> for PersonalNumber {
    fn from(number: String) -> Self {
        Self(number)
    }
}

impl From<&str> for PersonalNumber {
    fn from(number: &str) -> Self {
        Self(number.to_owned())
    }
}

impl fmt::Debug for PersonalNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonalNumber(…)")
    }
}
