//! Reminders of flats that nobody looks after. They wait for the next steward; after a day they go to the managers of the
//! community instead, so that nothing slips because a portfolio was left lying.

use chrono::TimeDelta;
use sea_orm::{ConnectionTrait, DbErr};

use super::{
    Hub,
    jobs::{self, Due, TO_BE_SAID},
};
use crate::{
    kernel::{
        By, Failure, Kernel, Moment, Work,
        ids::OrganizationId,
        sql::{self, Sql},
    },
    owners,
};

/// How long a reminder waits for a steward, in hours.
const PATIENCE_HOURS: i64 = 24;
/// Follow-ups reminded of in one transaction; each may have several managers.
const AT_ONCE: i64 = 100;

/// Reminds the managers of what waited for a steward in vain. Answers whether there was anything.
pub async fn rescue(
    kernel: &Kernel,
    hub: &Hub,
    organization: OrganizationId,
) -> Result<bool, Failure> {
    let waiting =
        waiting(kernel.database.read(), organization, kernel.clock.domain(), (1, "")).await?;
    if waiting.is_empty() {
        return Ok(false);
    }
    let hub = hub.clone();
    kernel.write(By::System(organization), |work| Box::pin(rescue_some(work, hub))).await
}

async fn rescue_some(work: &mut Work, hub: Hub) -> Result<bool, Failure> {
    let locking = sql::skip_locked(work.conn(), "f");
    let batch = waiting(work.conn(), work.organization(), work.now, (AT_ONCE, &locking)).await?;
    jobs::tell(work, hub, &batch).await?;
    Ok(!batch.is_empty())
}

/// What waited long enough, once for each manager of its community. What has no manager either goes on waiting. Stewards
/// are counted for each step: as NOT EXISTS, PostgreSQL would first look for all units of the company that have none.
async fn waiting(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    now: Moment,
    (count, locking): (i64, &str),
) -> Result<Vec<Due>, DbErr> {
    let text = format!(
        "WITH managers AS ( \
         SELECT m.id, m.all_communities, c.community_id FROM membership m \
         JOIN membership_role r ON r.organization_id = m.organization_id AND r.membership_id = m.id AND r.role = 'MANAGER' \
         LEFT JOIN membership_community c ON c.organization_id = m.organization_id AND c.membership_id = m.id \
         WHERE m.organization_id = $1 AND m.ended_at IS NULL), \
         late AS ( \
         SELECT f.id, f.account_id, f.revision, f.due_at, u.community_id FROM follow_up f \
         JOIN account a ON a.organization_id = f.organization_id AND a.id = f.account_id \
         JOIN unit u ON u.organization_id = a.organization_id AND u.id = a.unit_id \
         WHERE {TO_BE_SAID} \
         AND (SELECT COUNT(*) FROM unit_assignment s WHERE s.organization_id = u.organization_id AND s.unit_id = u.id \
             AND s.from_on <= $3 AND (s.to_on IS NULL OR s.to_on >= $3)) = 0 \
         AND NOT EXISTS (SELECT 1 FROM membership g WHERE g.organization_id = f.organization_id AND g.id = f.assignee_id \
             AND g.ended_at IS NULL) \
         AND EXISTS (SELECT 1 FROM managers m WHERE m.all_communities OR m.community_id = u.community_id) \
         ORDER BY f.due_at, f.id LIMIT "
    );
    let since = now - TimeDelta::hours(PATIENCE_HOURS);
    let values = [organization.into(), since.into(), owners::queries::reach_day(now).into()];
    let text_after = ") SELECT DISTINCT l.id, l.account_id, l.revision, l.due_at, m.id AS recipient_id FROM late l \
         JOIN managers m ON m.all_communities OR m.community_id = l.community_id ORDER BY l.due_at, l.id, recipient_id";
    Sql::new(&text, values).bind(count).push(locking).push(text_after).all(conn).await
}
