//! What becomes of escalations that nobody answers in time.

use chrono_tz::Tz;

use super::{State, commands, store};
use crate::{
    cases::{commands::hour_at_once, deciders, ground, store as cases, timeline::Happening},
    kernel::{
        By, Failure, Kernel, Work, calendar,
        ids::{AccountId, EscalationId, OrganizationId},
    },
    owners,
};

/// Escalations looked at in one transaction.
const AT_ONCE: i64 = 200;
/// Where a day begins first.
const EARLIEST: Tz = chrono_tz::Pacific::Kiritimati;

/// Passes on what was not answered by its deadline: further up, or, at the top, to the same person again. Answers whether
/// there was anything.
pub async fn pass_on(kernel: &Kernel, organization: OrganizationId) -> Result<bool, Failure> {
    let now = kernel.clock.domain();
    let before = calendar::local_day(now, EARLIEST);
    let rows = store::overdue(kernel.database.read(), organization, (before, AT_ONCE)).await?;
    let over = rows
        .into_iter()
        .filter(|row| row.deadline_on < calendar::local_day(now, calendar::zone(&row.time_zone)));
    let (mut accounts, ids): (Vec<AccountId>, Vec<EscalationId>) =
        over.map(|row| (row.account_id, row.id)).unzip();
    if ids.is_empty() {
        return Ok(false);
    }
    accounts.sort_unstable();
    accounts.dedup();
    kernel
        .write(By::System(organization), move |work| Box::pin(pass_some(work, accounts, ids)))
        .await
}

async fn pass_some(
    work: &mut Work,
    accounts: Vec<AccountId>,
    ids: Vec<EscalationId>,
) -> Result<bool, Failure> {
    owners::store::lock(work.conn(), work.organization(), &accounts).await?;
    let mut passed = false;
    for id in ids {
        passed |= pass_one(work, id).await?;
    }
    Ok(passed)
}

async fn pass_one(work: &mut Work, id: EscalationId) -> Result<bool, Failure> {
    let organization = work.organization();
    let Some(mut one) = store::by_id(work.conn(), organization, id).await? else {
        return Ok(false);
    };
    let ground = ground::one(work, one.account_id).await?;
    if one.state != State::Open.name() || one.deadline_on >= work.today(ground.zone) {
        return Ok(false);
    }
    let all = deciders::today(work, &ground).await?;
    // Above somebody who no longer decides here is everybody who does.
    let above = commands::above(&all, Some(one.to_id));
    one.to_id = above.first().map_or(one.to_id, |next| next.person);
    one.deadline_on = commands::deadline(work, &ground);
    store::pass_on(work, &one, (one.to_id, one.deadline_on)).await?;
    let hour = hour_at_once(work, &ground);
    cases::place_follow_up(work, one.follow_up_id, (hour, hour.on)).await?;
    cases::assign(work, one.follow_up_id, Some(one.to_id)).await?;
    commands::tell(work, &one, Happening::EscalationOverdue).await?;
    Ok(true)
}
