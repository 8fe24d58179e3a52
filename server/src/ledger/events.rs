//! What others may hear of the ledger.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use uuid::Uuid;

use super::adjustment::Kind;
use crate::kernel::{
    events::Summed,
    ids::{AccountId, CommunityId},
};

/// What somebody did in the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acted {
    /// A provisional payment was entered.
    PaymentNoted,
    /// A payment was entered and counts.
    PaymentRecorded,
    /// A provisional payment was confirmed.
    PaymentConfirmed,
    /// A payment was a mistake.
    PaymentReversed,
    /// A payment bounced.
    PaymentBounced,
    /// A payment went to another account.
    PaymentMovedAway,
    /// A payment came from another account.
    PaymentMovedHere,
    /// A waiver, write-off, correction or billed penalty.
    Adjusted(Kind),
    /// Such an act was taken back.
    AdjustmentReversed,
}

/// Somebody did something to an account's ledger by hand; for the timeline.
pub struct LedgerActed {
    /// Whose.
    pub account: AccountId,
    /// What.
    pub acted: Acted,
    /// The payment or adjustment; of several, the first.
    pub subject: Uuid,
    /// Fen, positive.
    pub amount_fen: i64,
    /// The day from which it is true.
    pub on: NaiveDate,
}

/// Entries or balances of these accounts changed; told once per unit of work.
pub struct LedgerChanged(pub BTreeSet<AccountId>);

impl Summed for LedgerChanged {
    const ORDER: u8 = 0;

    fn absorb(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}

/// A person said up to which day the payments of these communities are known; told once, after the ledger has.
pub struct WatermarkSet(pub BTreeSet<CommunityId>);

impl Summed for WatermarkSet {
    const ORDER: u8 = 1;

    fn absorb(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}
