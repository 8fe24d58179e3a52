//! Sightings are kept for days (rule 32).

use super::{commands, rules, store};
use crate::{
    cases::terms,
    kernel::{By, Failure, Kernel, ids::OrganizationId},
};

/// Sightings deleted in one transaction.
const AT_ONCE: i64 = 200;

/// Deletes what is older than its community keeps, and all of a community that has switched sightings off. Answers whether
/// there was anything.
pub async fn erase_old(kernel: &Kernel, organization: OrganizationId) -> Result<bool, Failure> {
    let conn = kernel.database.read();
    for community in store::communities(conn, organization).await? {
        let terms = terms::of(conn, organization, community).await?;
        let before =
            terms.sightings.then(|| rules::kept_from(kernel.clock.domain(), terms.sighting_days));
        if store::doomed(conn, (organization, community), (before, 1)).await?.is_empty() {
            continue;
        }
        let act = kernel.write(By::System(organization), move |work| {
            Box::pin(commands::erase_of_community(work, community, (before, AT_ONCE)))
        });
        return Ok(act.await? > 0);
    }
    Ok(false)
}
