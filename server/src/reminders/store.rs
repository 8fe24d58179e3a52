//! All SQL of reminders but the claim, which stands in `jobs.rs`.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
};

use guanjia_entity::reminder_acknowledgement;
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, FromQueryResult};

use crate::kernel::{
    Failure, Moment, Work,
    ids::{AccountId, FollowUpId, MembershipId, OrganizationId, ReminderId},
    sql::{BULK, Sql},
};

/// Something a recipient is told: that a follow-up fell due, or that they saw the reminder of it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct News {
    /// The company.
    pub organization_id: OrganizationId,
    /// The reminder.
    pub id: ReminderId,
    /// The number of the news: of the reminder itself, or of its being seen.
    pub sequence: i64,
    /// The follow-up.
    pub follow_up_id: FollowUpId,
    /// Which of its dates.
    pub revision: i64,
    /// The account.
    pub account_id: AccountId,
    /// When it was due.
    pub due_at: Moment,
    /// When the reminder was made.
    pub created_at: Moment,
    /// When it was seen; none while it was not.
    pub acknowledged_at: Option<Moment>,
}

const REMINDERS: &str = "SELECT r.organization_id, r.id, r.sequence, r.follow_up_id, r.revision, r.account_id, r.due_at, \
     r.created_at, k.acknowledged_at FROM reminder r \
     LEFT JOIN reminder_acknowledgement k ON k.organization_id = r.organization_id AND k.reminder_id = r.id ";

/// News after a number, in order; at most `count`.
pub(super) async fn after(
    conn: &impl ConnectionTrait,
    (organization, recipient): (OrganizationId, MembershipId),
    (sequence, count): (i64, i64),
) -> Result<Vec<News>, DbErr> {
    let values = [organization.into(), recipient.into(), sequence.into(), count.into()];
    let text = "SELECT * FROM ( \
         SELECT r.organization_id, r.id, k.sequence, r.follow_up_id, r.revision, r.account_id, r.due_at, \
         r.created_at, k.acknowledged_at FROM reminder_acknowledgement k \
         JOIN reminder r ON r.organization_id = k.organization_id AND r.id = k.reminder_id \
         WHERE k.organization_id = $1 AND k.recipient_id = $2 AND k.sequence > $3 ORDER BY k.sequence LIMIT $4) AS seen \
         UNION ALL SELECT * FROM (";
    Sql::new(text, values)
        .push(REMINDERS)
        .push(
            "WHERE r.organization_id = $1 AND r.recipient_id = $2 AND r.sequence > $3 ORDER BY r.sequence LIMIT $4) AS due \
             ORDER BY sequence LIMIT $4",
        )
        .all(conn)
        .await
}

/// A recipient's reminders by id; those of others are missing.
pub(super) async fn by_ids(
    conn: &impl ConnectionTrait,
    (organization, recipient): (OrganizationId, MembershipId),
    ids: &[ReminderId],
) -> Result<Vec<News>, DbErr> {
    let values = [organization.into(), recipient.into()];
    Sql::new(REMINDERS, values)
        .push("WHERE r.organization_id = $1 AND r.recipient_id = $2 AND r.id IN ")
        .list(ids.iter().copied())
        .push(" ORDER BY r.sequence")
        .all(conn)
        .await
}

/// Reminders that were not seen and whose step is still to be done on that date, the newest first, from before a number.
pub(super) async fn pending(
    conn: &impl ConnectionTrait,
    (organization, recipient): (OrganizationId, MembershipId),
    (before, count): (i64, i64),
) -> Result<Vec<News>, DbErr> {
    let values = [organization.into(), recipient.into(), before.into(), count.into()];
    Sql::new(REMINDERS, values)
        .push(
            "JOIN follow_up f ON f.organization_id = r.organization_id AND f.id = r.follow_up_id \
             WHERE r.organization_id = $1 AND r.recipient_id = $2 AND r.sequence < $3 AND k.reminder_id IS NULL \
             AND f.state = 'OPEN' AND f.revision = r.revision ORDER BY r.sequence DESC LIMIT $4",
        )
        .all(conn)
        .await
}

/// A reminder and whose it is.
#[derive(FromQueryResult)]
pub(super) struct Told {
    pub(super) id: ReminderId,
    pub(super) recipient_id: MembershipId,
}

/// The reminders of follow-ups that nobody has seen yet.
pub(super) async fn unseen_of(work: &Work, follow_ups: &[FollowUpId]) -> Result<Vec<Told>, DbErr> {
    let text = "SELECT r.id, r.recipient_id FROM reminder r \
         LEFT JOIN reminder_acknowledgement k ON k.organization_id = r.organization_id AND k.reminder_id = r.id \
         WHERE r.organization_id = $1 AND k.reminder_id IS NULL AND r.follow_up_id IN ";
    let rows = Sql::new(text, [work.organization().into()]).list(follow_ups.iter().copied());
    rows.push(" ORDER BY r.recipient_id, r.sequence").all(work.conn()).await
}

/// Takes the next `count` numbers of a recipient; answers the last of them. The counter stays locked until the end of the
/// transaction, so numbers commit in order.
pub(super) async fn take_numbers(
    work: &Work,
    recipient: MembershipId,
    count: usize,
) -> Result<i64, Failure> {
    let taken = take_all_numbers(work, &BTreeMap::from([(recipient, count)])).await?;
    let own = taken.get(&recipient).map(|numbers| numbers.end - 1);
    own.ok_or_else(|| Failure::broken("reminder number", "no row"))
}

/// Takes numbers of several recipients; answers those of each. Their counters are locked in the order of their ids, everywhere.
pub(super) async fn take_all_numbers(
    work: &Work,
    counts: &BTreeMap<MembershipId, usize>,
) -> Result<HashMap<MembershipId, Range<i64>>, DbErr> {
    #[derive(FromQueryResult)]
    struct Last {
        recipient_id: MembershipId,
        last: i64,
    }
    let mut taken = HashMap::new();
    let all: Vec<_> = counts.iter().collect();
    for some in all.chunks(BULK) {
        let text = "INSERT INTO recipient_sequence (organization_id, recipient_id, last) VALUES ";
        let mut rows = Sql::new(text, [work.organization().into()]);
        for (nth, (recipient, count)) in some.iter().enumerate() {
            let count = i64::try_from(**count).unwrap_or_default();
            rows = rows.push(if nth == 0 { "($1, " } else { ", ($1, " });
            rows = rows.bind(**recipient).push(", ").bind(count).push(")");
        }
        let rows = rows.push(
            " ON CONFLICT (organization_id, recipient_id) DO UPDATE SET last = recipient_sequence.last + excluded.last \
             RETURNING recipient_id, last",
        );
        for Last { recipient_id, last } in rows.all(work.conn()).await? {
            let count = counts.get(&recipient_id).copied().unwrap_or_default();
            let end = last + 1;
            taken.insert(recipient_id, end - i64::try_from(count).unwrap_or_default()..end);
        }
    }
    Ok(taken)
}

pub(super) async fn acknowledge(
    work: &Work,
    recipient: MembershipId,
    (first, reminders): (i64, &[ReminderId]),
) -> Result<(), DbErr> {
    let rows = (first..).zip(reminders).map(|(sequence, reminder)| {
        reminder_acknowledgement::ActiveModel::from(reminder_acknowledgement::Model {
            organization_id: work.organization(),
            recipient_id: recipient,
            sequence,
            reminder_id: *reminder,
            acknowledged_at: work.now,
        })
    });
    reminder_acknowledgement::Entity::insert_many(rows).exec_without_returning(work.conn()).await?;
    Ok(())
}
