//! Throwing away files whose import is long at its end. What was entered, and what was wrong, stays known.

use chrono::Duration;
use sea_orm::FromQueryResult;

use crate::kernel::{
    By, Failure, Kernel,
    ids::{ImportId, OrganizationId},
    sql::Sql,
};

/// Lets go of the bytes of one import's files that ended so many days ago. One that waits to be applied, or can be gone on
/// with, keeps them. Answers whether there may be more.
pub async fn sweep(
    kernel: &Kernel,
    organization: OrganizationId,
    days: u32,
) -> Result<bool, Failure> {
    #[derive(FromQueryResult)]
    struct Row {
        id: ImportId,
    }
    let before = kernel.clock.domain() - Duration::days(days.into());
    let text = "SELECT r.id FROM import_run r WHERE r.organization_id = $1 AND r.finished_at < $2 \
         AND r.state IN ('DONE', 'REFUSED', 'TAKEN_BACK') AND EXISTS (SELECT 1 FROM import_part p \
         WHERE p.organization_id = r.organization_id AND p.import_id = r.id) ORDER BY r.finished_at, r.id LIMIT 1";
    let values = [organization.into(), before.into()];
    let Some(Row { id }) = Sql::new(text, values).one(kernel.database.read()).await? else {
        return Ok(false);
    };
    let act = kernel.write(By::System(organization), move |work| {
        Box::pin(async move {
            let text = "DELETE FROM import_part WHERE organization_id = $1 AND import_id = $2";
            Ok(Sql::new(text, [organization.into(), id.into()]).run(work.conn()).await?)
        })
    });
    act.await?;
    Ok(true)
}
