//! What becomes of holds when their days are over.

use chrono_tz::Tz;

use super::{State, commands, store};
use crate::{
    cases::{commands::ensure_next, ground, timeline::Happening},
    kernel::{
        By, Failure, Kernel, Work, calendar,
        ids::{AccountId, OrganizationId},
    },
    owners::{self, events::AccountsChanged},
};

/// Accounts looked at in one transaction.
const AT_ONCE: i64 = 200;
/// Where a day begins first.
const EARLIEST: Tz = chrono_tz::Pacific::Kiritimati;

/// Ends the holds whose days are over. Their waking up is planned since they were placed; here it is made sure of. Answers
/// whether there was anything.
pub async fn end_holds(kernel: &Kernel, organization: OrganizationId) -> Result<bool, Failure> {
    let now = kernel.clock.domain();
    let before = calendar::local_day(now, EARLIEST);
    let rows = store::ending(kernel.database.read(), organization, (before, AT_ONCE)).await?;
    let over = rows
        .into_iter()
        .filter(|row| row.until_on < calendar::local_day(now, calendar::zone(&row.time_zone)));
    let mut accounts: Vec<AccountId> = over.map(|row| row.account_id).collect();
    accounts.sort_unstable();
    accounts.dedup();
    if accounts.is_empty() {
        return Ok(false);
    }
    let done = kernel
        .write(By::System(organization), move |work| Box::pin(end_some(work, accounts)))
        .await?;
    Ok(done)
}

async fn end_some(work: &mut Work, accounts: Vec<AccountId>) -> Result<bool, Failure> {
    let organization = work.organization();
    owners::store::lock(work.conn(), organization, &accounts).await?;
    let grounds = ground::of(work, &accounts).await?;
    let mut ended = false;
    for row in store::of_accounts(work.conn(), organization, &accounts, true).await? {
        let Some(ground) = grounds.get(&row.account_id) else { continue };
        if row.until_on >= work.today(ground.zone) {
            continue;
        }
        ended = true;
        store::end(work, &[row.id], (State::Over, None, None)).await?;
        commands::note_on_timeline(work, &row, Happening::HoldOver).await?;
        if ground.held_until.is_none() {
            commands::let_sleep(work, row.account_id).await?;
        }
    }
    // Whoever has an open case has their waking up, or has had it today already; this is for what should not be.
    ensure_next(work, &accounts).await?;
    work.emit_summed(AccountsChanged::of(accounts));
    Ok(ended)
}
