//! Who acts.

use std::{fmt, str::FromStr};

use super::ids::{MembershipId, OrganizationId, SessionId, UserId};

/// What a person may be in a company; docs/authorization.md has the matrix.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
    async_graphql::Enum,
)]
pub enum Role {
    /// 管家: looks after a portfolio of units.
    Steward,
    /// 项目经理: sees and steers the stewards of their communities.
    Manager,
    /// 分管副总: decides above the manager's limit.
    Director,
    /// 财务: charges, payments, receipts.
    Finance,
    /// 法务: lawyer letters and litigation.
    Legal,
    /// 门岗: the watch-list only.
    Guard,
    /// 管理员: people, roles, communities, policies, audit.
    Administrator,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 7] = [
        Self::Steward,
        Self::Manager,
        Self::Director,
        Self::Finance,
        Self::Legal,
        Self::Guard,
        Self::Administrator,
    ];

    /// The name in the database and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Steward => "STEWARD",
            Self::Manager => "MANAGER",
            Self::Director => "DIRECTOR",
            Self::Finance => "FINANCE",
            Self::Legal => "LEGAL",
            Self::Guard => "GUARD",
            Self::Administrator => "ADMINISTRATOR",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = || Self::ALL.map(|role| role.name().to_lowercase()).join(", ");
        Self::ALL
            .into_iter()
            .find(|role| role.name().eq_ignore_ascii_case(text))
            .ok_or_else(|| format!("no such role; there are {}", known()))
    }
}

/// A signed-in person in one company.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The company they are signed in to.
    pub organization: OrganizationId,
    /// Themselves in that company.
    pub person: MembershipId,
    /// The sign-in behind it.
    pub user: UserId,
    /// The session they came with.
    pub session: SessionId,
    /// What they are.
    pub roles: Vec<Role>,
    /// Whether they reach every community of the company.
    pub all_communities: bool,
}

impl Actor {
    /// Whether they have one of these roles.
    pub fn is_any(&self, roles: &[Role]) -> bool {
        self.roles.iter().any(|role| roles.contains(role))
    }
}

/// On whose behalf a unit of work runs.
#[derive(Clone, Debug)]
pub enum By {
    /// A person.
    Person(Actor),
    /// The system itself, or somebody at the command line, for one company.
    System(OrganizationId),
}

impl By {
    /// The company.
    pub fn organization(&self) -> OrganizationId {
        match self {
            Self::Person(actor) => actor.organization,
            Self::System(organization) => *organization,
        }
    }

    /// The person, if it is one.
    pub fn person(&self) -> Option<MembershipId> {
        match self {
            Self::Person(actor) => Some(actor.person),
            Self::System(_) => None,
        }
    }
}
