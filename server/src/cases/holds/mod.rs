//! Holds 暂停催缴: an account is left alone, for a reason and until a day (rule 28).
//!
//! A hold stops routine dunning: steps that nobody agreed with the owner wait for the day of waking up. It stops neither the
//! owner's own calls nor recording, nor looking at the books. The day after the last hold has a follow-up of its own, the
//! waking up, from the moment the hold is placed: it cannot be put off, cancelled or forgotten. Longer holds are further
//! holds; the latest end counts. A hold belongs to the account: it outlives the closing of a case, and a case that opens
//! meanwhile is quiet too. An open promise is quiet by itself and has no row here.

pub mod commands;
pub mod graphql;
pub mod jobs;
pub mod queries;
mod store;

use super::terms::Limit;
use crate::kernel::names::named;

/// Why an account is left alone.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum, serde::Serialize, serde::Deserialize,
)]
#[graphql(name = "HoldReason")]
pub enum Reason {
    /// 称已缴费: they say they have paid; the books are looked at first.
    ClaimsPaid,
    /// 争议: what is owed is in dispute.
    Dispute,
    /// 投诉: a complaint is open.
    Complaint,
    /// 房屋整改: our side owes a repair.
    Defect,
    /// 经济困难: hardship.
    Hardship,
    /// 丧事: bereavement.
    Bereavement,
    /// 分期申请: a plan of instalments is being decided.
    Plan,
    /// 法务审核: legal looks at it.
    LegalReview,
    /// 核实产权: who owns the flat is being found out.
    Ownership,
    /// 冷静期: after a talk that went badly.
    CoolDown,
}

named!(Reason {
    ClaimsPaid = "CLAIMS_PAID",
    Dispute = "DISPUTE",
    Complaint = "COMPLAINT",
    Defect = "DEFECT",
    Hardship = "HARDSHIP",
    Bereavement = "BEREAVEMENT",
    Plan = "PLAN",
    LegalReview = "LEGAL_REVIEW",
    Ownership = "OWNERSHIP",
    CoolDown = "COOL_DOWN",
});

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 10] = [
        Self::ClaimsPaid,
        Self::Dispute,
        Self::Complaint,
        Self::Defect,
        Self::Hardship,
        Self::Bereavement,
        Self::Plan,
        Self::LegalReview,
        Self::Ownership,
        Self::CoolDown,
    ];

    /// The longest such a hold may last unless the community has set it differently.
    pub fn preset(self) -> Limit {
        let days = |days| Limit { days, workdays: false };
        match self {
            Self::ClaimsPaid => Limit { days: 3, workdays: true },
            Self::CoolDown => days(7),
            Self::Plan | Self::Ownership => days(15),
            Self::Dispute
            | Self::Complaint
            | Self::Hardship
            | Self::Bereavement
            | Self::LegalReview => days(30),
            Self::Defect => days(60),
        }
    }
}

/// Where a hold stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
#[graphql(name = "HoldState")]
pub enum State {
    /// Its days are not over.
    InForce,
    /// Somebody ended it before its last day.
    Lifted,
    /// Its days are over.
    Over,
}

named!(State { InForce = "IN_FORCE", Lifted = "LIFTED", Over = "OVER" });
