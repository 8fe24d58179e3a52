//! What cases do when they hear of others.

use super::commands;
use crate::{
    kernel::{Work, events::Task},
    ledger::events::LedgerChanged,
};

/// Entries or balances changed: cases open, reopen or close in the same transaction.
pub fn ledger_changed<'a>(work: &'a mut Work, event: &'a LedgerChanged) -> Task<'a, ()> {
    Box::pin(async move {
        let accounts: Vec<_> = event.0.iter().copied().collect();
        commands::review(work, &accounts).await.map(drop)
    })
}
