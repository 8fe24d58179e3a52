//! What to do next, when, and why.

use chrono::NaiveDate;
use guanjia_entity::follow_up;
use uuid::Uuid;

use super::days::Step;
use crate::kernel::{
    Moment,
    ids::{AccountId, CaseId, MembershipId},
    names::named,
};

/// What to do.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum, serde::Serialize, serde::Deserialize,
)]
#[graphql(name = "FollowUpPurpose")]
pub enum Purpose {
    /// Call.
    Call,
    /// Visit at the door.
    Visit,
    /// Write a message.
    Message,
    /// Look whether the promised money came.
    CheckPayment,
    /// Look at the case and plan it.
    Review,
    /// 确认账户信息已收到: ask whether the account details arrived, and pin the date.
    ConfirmDetails,
    /// 失联查找: no number reaches anybody; find another one.
    FindContact,
    /// 核实产权: find out who owns the flat now, before any letter.
    CheckOwnership,
}

impl Purpose {
    /// Work at our own desk: nobody is asked for money.
    pub fn asks_nobody(self) -> bool {
        matches!(self, Self::CheckPayment | Self::FindContact | Self::CheckOwnership)
    }
}

/// Where a follow-up comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
#[graphql(name = "FollowUpSource")]
pub enum Source {
    /// The case opened.
    Opening,
    /// Somebody planned it.
    Manual,
    /// Agreed with the other side, at an hour.
    CallBack,
    /// A promise falls due.
    Promise,
    /// A promise was broken or kept in part.
    BrokenPromise,
    /// The outcome of a contact asks for it; the next contact answers it.
    Outcome,
    /// Nothing else was planned.
    Default,
    /// A hold is over: the case wakes up.
    WakeUp,
    /// The case was handed up, accepted, or handed back.
    Escalation,
    /// Given to somebody who has to decide, such as the manager.
    Referred,
    /// Somebody at a gate has just seen the owner.
    Sighting,
    /// One of several rounds planned for one day, each at its hour.
    Round,
}

/// A follow-up to be planned.
#[derive(Clone, Debug)]
pub struct NewFollowUp {
    /// Whose.
    pub account: AccountId,
    /// The open case, if there is one.
    pub case: Option<CaseId>,
    /// What to do.
    pub purpose: Purpose,
    /// Where it comes from.
    pub source: Source,
    /// The promise line or contact it comes from.
    pub source_id: Option<Uuid>,
    /// Free text.
    pub note: Option<String>,
    /// Due until the end of this local day.
    pub due_on: NaiveDate,
    /// The moment at which it is due.
    pub due_at: Moment,
    /// Whether somebody is reminded then.
    pub reminds: bool,
    /// Whose it is; none for whoever looks after the account.
    pub assignee: Option<MembershipId>,
}

impl NewFollowUp {
    /// What decides whether it may be moved.
    pub fn step(&self) -> Step {
        Step { source: self.source, purpose: self.purpose, given: self.assignee.is_some() }
    }
}

/// What decides whether a stored follow-up may be moved.
pub fn step_of(one: &follow_up::Model) -> Step {
    Step {
        source: Source::of_name(&one.source).unwrap_or(Source::Default),
        purpose: Purpose::of_name(&one.purpose).unwrap_or(Purpose::Review),
        given: one.assignee_id.is_some(),
    }
}

named!(Purpose { Call = "CALL", Visit = "VISIT", Message = "MESSAGE", CheckPayment = "CHECK_PAYMENT", Review = "REVIEW",
    ConfirmDetails = "CONFIRM_DETAILS",
    FindContact = "FIND_CONTACT",
    CheckOwnership = "CHECK_OWNERSHIP",
});
named!(Source {
    Opening = "OPENING",
    Manual = "MANUAL",
    CallBack = "CALL_BACK",
    Promise = "PROMISE",
    BrokenPromise = "BROKEN_PROMISE",
    Outcome = "OUTCOME",
    Default = "DEFAULT",
    WakeUp = "WAKE_UP",
    Escalation = "ESCALATION",
    Referred = "REFERRED",
    Sighting = "SIGHTING",
    Round = "ROUND",
});
