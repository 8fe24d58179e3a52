//! What changes a debt without money: waivers, write-offs, corrections, billed penalties.

use chrono::NaiveDate;

use crate::kernel::{
    ids::{AccountId, AdjustmentId, ChargeId},
    names::named,
};

/// What kind it is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum, serde::Serialize, serde::Deserialize,
)]
#[graphql(name = "AdjustmentKind")]
pub enum Kind {
    /// 减免: part of a charge is not asked for.
    Waiver,
    /// 坏账核销: given up as lost.
    WriteOff,
    /// 红字更正: it was charged by mistake.
    Correction,
    /// 违约金入账: the penalty that was computed is billed and becomes a charge of its own.
    Penalty,
    /// 违约金减免: part of the computed penalty that was not billed yet is not asked for.
    PenaltyWaiver,
}

named!(Kind {
    Waiver = "WAIVER",
    WriteOff = "WRITE_OFF",
    Correction = "CORRECTION",
    Penalty = "PENALTY",
    PenaltyWaiver = "PENALTY_WAIVER",
});

impl Kind {
    /// Owed more (+) or less (−): the sign of its entries.
    pub fn sign(self) -> i64 {
        if self == Self::Penalty { 1 } else { -1 }
    }

    /// Whether it makes the charge itself smaller.
    pub fn takes_from_the_charge(self) -> bool {
        matches!(self, Self::Waiver | Self::WriteOff | Self::Correction)
    }
}

/// An adjustment to be entered.
#[derive(Clone, Debug)]
pub struct NewAdjustment {
    /// Its id, made by whoever enters it.
    pub id: AdjustmentId,
    /// Whose.
    pub account: AccountId,
    /// What kind.
    pub kind: Kind,
    /// The charge that it is about.
    pub charge: ChargeId,
    /// The charge that a billed penalty becomes; entered together with it.
    pub billed_charge: Option<ChargeId>,
    /// Fen, positive; the kind says in which direction.
    pub amount_fen: i64,
    /// True from this day on.
    pub effective_on: NaiveDate,
    /// Why.
    pub reason: Option<String>,
}
