//! What is over is taken away, once a day and a few hundred rows at a time.

use chrono::{NaiveTime, TimeDelta};

use super::store;
use crate::kernel::{By, Failure, Kernel, ids::OrganizationId};

/// Rows of each kind in one transaction.
const AT_ONCE: i64 = 500;
/// A session that is over is kept for so long, for whoever looks into the audit.
const KEPT: TimeDelta = TimeDelta::days(30);

/// Takes away salts, tokens and sessions of one company that were over before this day began, so that there is nothing to
/// do for the rest of it. Answers whether there may be more.
pub async fn clean(kernel: &Kernel, organization: OrganizationId) -> Result<bool, Failure> {
    let over = kernel.clock.security().date_naive().and_time(NaiveTime::MIN).and_utc();
    let before = (over, over - KEPT);
    if !store::any_over(kernel.database.read(), organization, before).await? {
        return Ok(false);
    }
    let act = kernel.write(By::System(organization), move |work| {
        Box::pin(async move { Ok(store::clean(work.conn(), organization, before, AT_ONCE).await?) })
    });
    Ok(act.await? > 0)
}
