//! The sweep for promises whose day ended with the books known already: no event comes for them, only the next day.

use super::{commands, store};
use crate::{
    kernel::{By, Failure, Kernel, calendar, ids::OrganizationId},
    ledger, people,
};

/// Judges what became ripe with the day. Answers whether it did anything.
pub async fn judge(kernel: &Kernel, organization: OrganizationId) -> Result<bool, Failure> {
    let conn = kernel.database.read();
    let mut busy = false;
    for community in people::queries::communities(conn, organization).await? {
        let Some(watermark) = ledger::queries::watermark(conn, organization, community.id).await?
        else {
            continue;
        };
        let today =
            calendar::local_day(kernel.clock.domain(), calendar::zone(&community.time_zone));
        let Some(yesterday) = today.pred_opt() else { continue };
        let over = watermark.known_to.min(yesterday);
        let ripe = store::accounts_to_judge(conn, organization, (community.id, over)).await?;
        if !commands::is_any_due(conn, organization, &ripe).await? {
            continue;
        }
        let id = community.id;
        kernel
            .write(By::System(organization), move |work| {
                Box::pin(commands::judge_community(work, id))
            })
            .await?;
        busy = true;
    }
    Ok(busy)
}
