//! Units that passed to another person lately: what was reminded of before and is still open is told to whoever looks after
//! them now, once. A stand-in hears of it on their first day, and who comes back of what they were not told before.

use chrono::Days;
use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::{
    kernel::{
        By, Failure, Kernel, Moment,
        ids::{FollowUpId, OrganizationId},
        sql::Sql,
    },
    owners,
};

/// Follow-ups in one transaction.
const AT_ONCE: i64 = 500;
/// A period that began longer ago was seen to before; the server may have slept so long.
const LATELY: u64 = 7;

#[derive(FromQueryResult)]
struct Passed {
    id: FollowUpId,
}

/// Marks what has to be told again in one company; the due engine does the rest. Answers whether there was anything.
pub async fn hand_over(kernel: &Kernel, organization: OrganizationId) -> Result<bool, Failure> {
    if passed(kernel.database.read(), organization, kernel.clock.domain()).await?.is_empty() {
        return Ok(false);
    }
    let act = kernel.write(By::System(organization), move |work| {
        Box::pin(async move {
            let found = passed(work.conn(), organization, work.now).await?;
            let text = "UPDATE follow_up SET reminded_revision = revision - 1 WHERE organization_id = $1 AND id IN ";
            let ids = found.iter().map(|one| one.id);
            Sql::new(text, [organization.into()]).list(ids).run(work.conn()).await?;
            Ok(!found.is_empty())
        })
    });
    act.await
}

/// Open follow-ups that were reminded of, whose unit passed to somebody lately who was not told. What was given to one person
/// stays theirs.
async fn passed(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    now: Moment,
) -> Result<Vec<Passed>, Failure> {
    let text = "SELECT f.id FROM unit_assignment s \
         JOIN account a ON a.organization_id = s.organization_id AND a.unit_id = s.unit_id \
         JOIN follow_up f ON f.organization_id = a.organization_id AND f.account_id = a.id \
         LEFT JOIN membership g ON g.organization_id = f.organization_id AND g.id = f.assignee_id AND g.ended_at IS NULL \
         WHERE s.organization_id = $1 AND s.from_on <= $2 AND s.from_on >= $3 AND (s.to_on IS NULL OR s.to_on >= $2) \
         AND f.state = 'OPEN' AND f.reminds AND f.due_at <= $4 AND f.reminded_revision >= f.revision AND g.id IS NULL \
         AND NOT EXISTS (SELECT 1 FROM reminder r WHERE r.organization_id = f.organization_id AND r.follow_up_id = f.id \
              AND r.revision = f.revision AND r.recipient_id = s.steward_id) \
         ORDER BY f.due_at, f.id LIMIT ";
    let today = owners::queries::reach_day(now);
    let lately = today - Days::new(LATELY);
    let values = [organization.into(), today.into(), lately.into(), now.into()];
    Ok(Sql::new(text, values).bind(AT_ONCE).all(conn).await?)
}
