//! What the worklist does when it hears of others.

use std::collections::BTreeSet;

use super::store;
use crate::{
    kernel::{Work, events::Task, ids::MembershipId},
    owners::{
        self,
        events::{AccountsChanged, PortfoliosChanged},
    },
};

/// Accounts changed: the versions of their stewards move, in one order, in the same transaction.
pub fn accounts_changed<'a>(work: &'a mut Work, event: &'a AccountsChanged) -> Task<'a, ()> {
    Box::pin(async move {
        let accounts: Vec<_> = event.0.iter().copied().collect();
        let day = owners::queries::reach_day(work.now);
        let found =
            owners::store::stewards_of(work.conn(), work.organization(), day, &accounts).await?;
        let stewards: BTreeSet<MembershipId> =
            found.into_iter().map(|row| row.steward_id).collect();
        for steward in stewards {
            store::move_version(work, steward).await?;
        }
        Ok(())
    })
}

/// Units passed from one to another: the versions of all of them move, in one order.
pub fn portfolios_changed<'a>(work: &'a mut Work, event: &'a PortfoliosChanged) -> Task<'a, ()> {
    Box::pin(async move {
        for steward in &event.0 {
            store::move_version(work, *steward).await?;
        }
        Ok(())
    })
}
