//! What changes in the ledger with the day alone.

use std::collections::BTreeSet;

use super::{settling, store};
use crate::{
    kernel::{
        By, Failure, Kernel, Work,
        ids::{AccountId, OrganizationId},
    },
    owners, people,
};

/// Accounts settled in one transaction.
const AT_ONCE: u64 = 200;

/// Brings the balances of accounts up to date whose money waited for this day. Answers whether there were any.
pub async fn settle_what_waited(
    kernel: &Kernel,
    organization: OrganizationId,
) -> Result<bool, Failure> {
    let today = owners::queries::reach_day(kernel.clock.domain());
    let conn = kernel.database.read();
    let accounts = store::settling_on(conn, organization, (today, AT_ONCE)).await?;
    if accounts.is_empty() {
        return Ok(false);
    }
    kernel.write(By::System(organization), move |work| Box::pin(settle(work, accounts))).await?;
    Ok(true)
}

/// Locks as an import does: first communities, then accounts.
async fn settle(work: &mut Work, accounts: Vec<AccountId>) -> Result<(), Failure> {
    let organization = work.organization();
    let cards = owners::queries::cards_of(work.conn(), organization, &accounts).await?;
    let communities: BTreeSet<_> = cards.values().map(|card| card.account.community_id).collect();
    for community in communities {
        people::queries::lock_community(work.conn(), organization, community).await?;
    }
    owners::store::lock(work.conn(), organization, &accounts).await?;
    let today = owners::queries::reach_day(work.now);
    store::forget_settling(work, today, &accounts).await?;
    settling::settle(work, accounts.into_iter().collect()).await
}
