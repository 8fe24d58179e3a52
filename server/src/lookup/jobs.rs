//! Making the terms of what was there before them.

use super::{commands, store};
use crate::kernel::{By, Failure, Kernel, ids::OrganizationId};

/// Units in one transaction: SQLite's writer is not held for longer than a blink.
const UNITS: u64 = 500;

/// Makes the terms of the next units that have none; answers whether there are more. A community is claimed by its row.
pub async fn rebuild(kernel: &Kernel, organization: OrganizationId) -> Result<bool, Failure> {
    if !store::is_incomplete(kernel.database.read(), organization).await? {
        return Ok(false);
    }
    let act = kernel.write(By::System(organization), |work| {
        Box::pin(async move {
            let Some(next) = store::next_rebuild(work.conn(), organization).await? else {
                return Ok(false);
            };
            let place = (next.community_id, next.through_unit_id, UNITS);
            let units = store::units_after(work.conn(), organization, place).await?;
            let through = units.last().copied();
            commands::make(work, &units.into_iter().collect()).await?;
            store::set_rebuilt(work.conn(), organization, (next.community_id, through)).await?;
            Ok(true)
        })
    });
    act.await
}
