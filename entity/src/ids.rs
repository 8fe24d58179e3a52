//! Typed ids. Inside they are UUIDv7; on the wire they carry their kind, `account_0199…` (32 hex digits), and refuse
//! any other kind. A client may make one itself: the prefix, an underscore, a UUIDv7 without its dashes.

use std::{fmt, str::FromStr};

use sea_orm::{DeriveValueType, prelude::Uuid};

/// The text is no id of the kind that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotThisKind {
    /// The prefix that was expected.
    pub expected: &'static str,
}

impl fmt::Display for NotThisKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not an id of the form {}_…", self.expected)
    }
}

impl std::error::Error for NotThisKind {}

/// What all ids have in common.
pub trait TypedId:
    From<Uuid> + Into<Uuid> + Copy + fmt::Display + FromStr<Err = NotThisKind>
{
    /// The word before the underscore.
    const PREFIX: &'static str;
}

macro_rules! typed_id {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
        pub struct $name(pub Uuid);

        impl TypedId for $name {
            const PREFIX: &'static str = $prefix;
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}_{}", $prefix, self.0.simple())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = NotThisKind;

            fn from_str(text: &str) -> Result<Self, NotThisKind> {
                parse($prefix, text).map(Self)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl sea_orm::TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
                Err(sea_orm::DbErr::ConvertFromU64(stringify!($name)))
            }
        }
    )*};
}

typed_id! {
    /// Of the table `organization`.
    OrganizationId = "organization";
    /// Of the table `app_user`.
    UserId = "user";
    /// Of the table `membership`.
    MembershipId = "person";
    /// Of the table `community`.
    CommunityId = "community";
    /// Of the table `session`.
    SessionId = "session";
    /// Of the table `unit`.
    UnitId = "unit";
    /// Of the table `unit_assignment`.
    AssignmentId = "assignment";
    /// Of the table `delegation`.
    DelegationId = "delegation";
    /// Of the table `account`.
    AccountId = "account";
    /// Of the table `party`.
    PartyId = "party";
    /// Of the table `party_merge`.
    MergeId = "merge";
    /// Of the table `account_payer`.
    PayerId = "payer";
    /// Of the table `occupant`.
    OccupantId = "occupant";
    /// Of the table `transfer`.
    TransferId = "transfer";
    /// Of the table `vehicle`.
    VehicleId = "vehicle";
    /// Of the table `registry_change`.
    RegistryChangeId = "change";
    /// Of the table `account_holder`.
    HolderId = "holder";
    /// Of the table `contact_point`.
    ContactPointId = "contactpoint";
    /// Of the table `attachment`.
    AttachmentId = "attachment";
    /// Of the table `charge`.
    ChargeId = "charge";
    /// Of the table `payment`.
    PaymentId = "payment";
    /// Of the table `allocation`.
    AllocationId = "allocation";
    /// Of the table `adjustment`.
    AdjustmentId = "adjustment";
    /// Of the table `charge_reduction`.
    ReductionId = "reduction";
    /// Of the table `penalty_freeze`.
    FreezeId = "penaltyfreeze";
    /// Of the table `import_run`.
    ImportId = "import";
    /// Of the table `import_mapping`.
    ImportMappingId = "mapping";
    /// Of the table `case_file`.
    CaseId = "case";
    /// Of the table `follow_up`.
    FollowUpId = "followup";
    /// Of the table `timeline_entry`.
    TimelineEntryId = "timeline";
    /// Of the table `hold`.
    HoldId = "hold";
    /// Of the table `escalation`.
    EscalationId = "escalation";
    /// Of the table `sighting`.
    SightingId = "sighting";
    /// Of the table `sighting_consent`.
    SightingConsentId = "sightingconsent";
    /// Of an entry of a watch-list: the key of the person. It opens nothing else.
    WatchedId = "watched";
    /// Of the table `promise`.
    PromiseId = "promise";
    /// Of the table `promise_line`.
    PromiseLineId = "promiseline";
    /// Of the table `contact`.
    ContactId = "contact";
    /// Of the table `contact_amendment`.
    ContactAmendmentId = "amendment";
    /// Of the table `reminder`.
    ReminderId = "reminder";
    /// Of the table `audit_entry`.
    AuditEntryId = "audit";
    /// Of an entry of a worklist: the key of the person, or of the account whose holder is not known.
    EntryId = "entry";
}

fn parse(prefix: &'static str, text: &str) -> Result<Uuid, NotThisKind> {
    text.strip_prefix(prefix)
        .and_then(|rest| rest.strip_prefix('_'))
        .filter(|hex| hex.len() == 32)
        .and_then(|hex| Uuid::try_parse(hex).ok())
        .ok_or(NotThisKind { expected: prefix })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_the_wire_and_refuses_another_kind() {
        let id = AccountId(Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0001));
        assert_eq!(id.to_string().parse(), Ok(id));
        assert!(id.to_string().parse::<CaseId>().is_err());
        assert!("account_xyz".parse::<AccountId>().is_err());
    }
}
