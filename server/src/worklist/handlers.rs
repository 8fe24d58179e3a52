//! What the worklist does when it hears of others.

use super::{Versions, store};
use crate::{
    kernel::{Work, events::Task},
    owners::{
        self,
        events::{AccountsChanged, PortfoliosChanged},
    },
};

/// Accounts changed: the versions of their stewards move, in one order, in the same transaction. What this process knows
/// of them moves with the commit.
pub fn accounts_changed<'a>(
    versions: Versions,
    work: &'a mut Work,
    event: &'a AccountsChanged,
) -> Task<'a, ()> {
    Box::pin(async move {
        let accounts: Vec<_> = event.0.iter().copied().collect();
        let today = owners::queries::reach_day(work.now);
        let mut moved = Vec::new();
        for steward in store::touched(work, today, &accounts).await? {
            moved.push((steward, store::move_version(work, steward).await?));
        }
        let organization = work.organization();
        work.after_commit(move || async move { versions.moved(organization, &moved) });
        Ok(())
    })
}

/// What somebody looks after changed, or will at midnight: their versions move as well.
pub fn portfolios_changed<'a>(
    versions: Versions,
    work: &'a mut Work,
    event: &'a PortfoliosChanged,
) -> Task<'a, ()> {
    Box::pin(async move {
        let mut moved = Vec::new();
        for steward in &event.0 {
            moved.push((*steward, store::move_version(work, *steward).await?));
        }
        let organization = work.organization();
        work.after_commit(move || async move { versions.moved(organization, &moved) });
        Ok(())
    })
}
