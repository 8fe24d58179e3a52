//! What promises do when they hear of others.

use super::commands;
use crate::{
    kernel::{Work, events::Task},
    ledger::events::{LedgerChanged, WatermarkSet},
};

/// The books are known further: what became ripe is judged in the same transaction.
pub fn watermark_set<'a>(work: &'a mut Work, event: &'a WatermarkSet) -> Task<'a, ()> {
    Box::pin(async move {
        for community in &event.0 {
            commands::judge_community(work, *community).await?;
        }
        Ok(())
    })
}

/// Money came or went: breaks may be disproved.
pub fn ledger_changed<'a>(work: &'a mut Work, event: &'a LedgerChanged) -> Task<'a, ()> {
    Box::pin(async move {
        let accounts: Vec<_> = event.0.iter().copied().collect();
        for some in accounts.chunks(crate::kernel::sql::BULK) {
            commands::judge_accounts(work, some).await?;
        }
        Ok(())
    })
}
