//! The due engine: follow-ups whose moment has come become reminders.

use std::collections::BTreeMap;

use guanjia_entity::reminder;
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, FromQueryResult};

use super::{Hub, store};
use crate::{
    kernel::{
        By, Failure, Kernel, Moment, Work,
        ids::{self, AccountId, FollowUpId, MembershipId, OrganizationId},
        sql::{self, BULK, Sql},
    },
    owners,
};

/// Follow-ups reminded of in one transaction.
const AT_ONCE: usize = 1000;

/// Reminds of what is due in one company. Answers whether there was anything.
pub async fn remind(
    kernel: &Kernel,
    hub: &Hub,
    organization: OrganizationId,
) -> Result<bool, Failure> {
    // A look without a transaction first: most of the time nothing is due and nobody's writer is held up.
    if due(kernel.database.read(), organization, kernel.clock.domain(), (1, "")).await?.is_empty() {
        return Ok(false);
    }
    let hub = hub.clone();
    kernel.write(By::System(organization), |work| Box::pin(remind_some(work, hub))).await
}

/// A due follow-up, claimed, with whom it is for.
#[derive(FromQueryResult)]
pub(super) struct Due {
    pub(super) id: FollowUpId,
    pub(super) account_id: AccountId,
    pub(super) revision: i64,
    pub(super) due_at: Moment,
    pub(super) recipient_id: MembershipId,
}

/// Follow-ups `f` of company `$1` that are to be reminded of at `$2` and were not yet. A look at promised money, or the end
/// of a hold, is no news while nothing is owed.
pub(super) const TO_BE_SAID: &str = "f.organization_id = $1 AND f.due_at <= $2 AND f.state = 'OPEN' AND f.reminds \
     AND f.reminded_revision < f.revision AND (f.source NOT IN ('PROMISE', 'WAKE_UP') OR EXISTS ( \
         SELECT 1 FROM case_file k WHERE k.organization_id = f.organization_id \
         AND k.account_id = f.account_id AND k.state = 'OPEN'))";

/// What is due and can be said to somebody: whoever it was given to, if they still work here, otherwise whoever looks after
/// the unit; while nobody does, its reminders wait.
async fn due(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    now: Moment,
    (count, locking): (usize, &str),
) -> Result<Vec<Due>, DbErr> {
    let text = format!(
        "SELECT f.id, f.account_id, f.revision, f.due_at, COALESCE(g.id, s.steward_id) AS recipient_id FROM follow_up f \
         JOIN account a ON a.organization_id = f.organization_id AND a.id = f.account_id \
         LEFT JOIN membership g ON g.organization_id = f.organization_id AND g.id = f.assignee_id AND g.ended_at IS NULL \
         LEFT JOIN unit_assignment s ON s.organization_id = a.organization_id AND s.unit_id = a.unit_id \
         AND s.from_on <= $3 AND (s.to_on IS NULL OR s.to_on >= $3) \
         WHERE {TO_BE_SAID} AND (g.id IS NOT NULL OR s.steward_id IS NOT NULL) \
         ORDER BY f.due_at, f.id LIMIT "
    );
    let limit = i64::try_from(count).unwrap_or(i64::MAX);
    let values = [organization.into(), now.into(), owners::queries::reach_day(now).into()];
    Sql::new(&text, values).bind(limit).push(locking).all(conn).await
}

/// One batch: claimed, numbered and written in one transaction. Another replica passes over what is claimed here.
async fn remind_some(work: &mut Work, hub: Hub) -> Result<bool, Failure> {
    let locking = sql::skip_locked(work.conn(), "f");
    let batch = due(work.conn(), work.organization(), work.now, (AT_ONCE, &locking)).await?;
    tell(work, hub, &batch).await?;
    Ok(!batch.is_empty())
}

/// Numbers and writes the reminders of a batch that was claimed, and wakes their recipients after the commit.
pub(super) async fn tell(work: &mut Work, hub: Hub, batch: &[Due]) -> Result<(), Failure> {
    let organization = work.organization();
    // Sorted by recipient: counters are locked in one order everywhere.
    let mut counts: BTreeMap<MembershipId, usize> = BTreeMap::new();
    for due in batch {
        *counts.entry(due.recipient_id).or_default() += 1;
    }
    let recipients: Vec<MembershipId> = counts.keys().copied().collect();
    let mut taken = store::take_all_numbers(work, &counts).await?;
    let mut rows = Vec::with_capacity(batch.len());
    for due in batch {
        let numbers = taken.get_mut(&due.recipient_id).and_then(Iterator::next);
        let number = numbers.ok_or_else(|| Failure::broken("reminder number", "no row"))?;
        rows.push(row(work, number, due));
    }
    for some in rows.chunks(BULK) {
        let some = reminder::Entity::insert_many(some.iter().cloned());
        some.exec_without_returning(work.conn()).await?;
    }
    mark(work, batch).await?;
    work.after_commit(move || async move { hub.wake(organization, recipients) });
    Ok(())
}

fn row(work: &Work, sequence: i64, due: &Due) -> reminder::ActiveModel {
    let row = reminder::Model {
        organization_id: work.organization(),
        recipient_id: due.recipient_id,
        sequence,
        id: ids::fresh(),
        follow_up_id: due.id,
        revision: due.revision,
        account_id: due.account_id,
        due_at: due.due_at,
        created_at: work.now,
    };
    row.into()
}

/// Remembers which revision was reminded of.
async fn mark(work: &Work, batch: &[Due]) -> Result<(), Failure> {
    if batch.is_empty() {
        return Ok(());
    }
    let text =
        "UPDATE follow_up SET reminded_revision = revision WHERE organization_id = $1 AND id IN ";
    let ids = batch.iter().map(|due| due.id);
    Sql::new(text, [work.organization().into()]).list(ids).run(work.conn()).await?;
    Ok(())
}
