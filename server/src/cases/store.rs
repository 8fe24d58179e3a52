//! All SQL of cases.

use chrono::NaiveDate;
use guanjia_entity::{case_file, follow_up};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult,
    QueryFilter, QueryOrder,
};

use super::{
    commands::Hour,
    follow_up::NewFollowUp,
    rules::{LastCase, Standing},
};
use crate::kernel::{
    Moment, Work,
    calendar::{local_day, zone},
    ids::{
        self, AccountId, CaseId, CommunityId, ContactId, FollowUpId, MembershipId, OrganizationId,
    },
    sql::{BULK, Sql, few_lengths},
};

/// An account, where it is, and how its case stands.
#[derive(FromQueryResult)]
pub(super) struct StandingRow {
    pub(super) account_id: AccountId,
    time_zone: String,
    overdue_fen: i64,
    oldest_due_on: Option<NaiveDate>,
    oldest_known_since: Option<Moment>,
    pub(super) case_id: Option<CaseId>,
    case_state: Option<String>,
    closed_at: Option<Moment>,
}

impl StandingRow {
    pub(super) fn standing(&self) -> Standing {
        let last_case = self.case_id.map(|_| LastCase {
            open: self.case_state.as_deref() == Some("OPEN"),
            closed_at: self.closed_at,
            closed_on: self.closed_at.map(|at| local_day(at, zone(&self.time_zone))),
        });
        Standing {
            overdue_fen: self.overdue_fen,
            oldest_known_since: self.oldest_known_since,
            oldest_due_on: self.oldest_due_on,
            last_case,
        }
    }
}

/// How accounts stand today; at most [`BULK`] of them.
pub(super) async fn standings(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    today: NaiveDate,
    accounts: &[AccountId],
) -> Result<Vec<StandingRow>, DbErr> {
    let text = "SELECT a.id AS account_id, c.time_zone, \
         CAST(COALESCE(o.overdue_fen, 0) AS BIGINT) AS overdue_fen, o.oldest_due_on, o.oldest_known_since, \
         k.id AS case_id, k.state AS case_state, k.closed_at \
         FROM account a \
         JOIN unit u ON u.organization_id = a.organization_id AND u.id = a.unit_id \
         JOIN community c ON c.organization_id = u.organization_id AND c.id = u.community_id \
         LEFT JOIN (SELECT b.account_id, b.due_on AS oldest_due_on, h.recorded_at AS oldest_known_since, \
                    SUM(b.open_fen) OVER (PARTITION BY b.account_id) AS overdue_fen, \
                    ROW_NUMBER() OVER (PARTITION BY b.account_id ORDER BY b.due_on, h.recorded_at, h.id) AS nth \
                    FROM charge_balance b \
                    JOIN charge h ON h.organization_id = b.organization_id AND h.id = b.charge_id \
                    WHERE b.organization_id = $1 AND b.open_fen > 0 AND b.due_on < $2) o \
           ON o.account_id = a.id AND o.nth = 1 \
         LEFT JOIN case_file k ON k.organization_id = a.organization_id AND k.id = ( \
                    SELECT n.id FROM case_file n WHERE n.organization_id = a.organization_id AND n.account_id = a.id \
                    AND n.kind = 'FEE' ORDER BY n.opened_at DESC, n.id DESC LIMIT 1) \
         WHERE a.organization_id = $1 AND a.id IN ";
    let rows = Sql::new(text, [organization.into(), today.into()]).list(accounts.iter().copied());
    rows.push(" ORDER BY a.id").all(conn).await
}

/// Accounts of a community that are overdue today and have no open case; at most `count`.
pub(super) async fn overdue_without_case(
    conn: &impl ConnectionTrait,
    place: (OrganizationId, CommunityId),
    today: NaiveDate,
    count: usize,
) -> Result<Vec<AccountId>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        id: AccountId,
    }
    let text = "SELECT a.id FROM account a JOIN unit u ON u.organization_id = a.organization_id AND u.id = a.unit_id \
         WHERE a.organization_id = $1 AND u.community_id = $2 \
         AND EXISTS (SELECT 1 FROM charge_balance b WHERE b.organization_id = a.organization_id \
                     AND b.account_id = a.id AND b.open_fen > 0 AND b.due_on < $3) \
         AND NOT EXISTS (SELECT 1 FROM case_file k WHERE k.organization_id = a.organization_id \
                     AND k.account_id = a.id AND k.kind = 'FEE' AND k.state = 'OPEN') \
         ORDER BY a.id LIMIT ";
    let limit = i64::try_from(count).unwrap_or(i64::MAX);
    let rows = Sql::new(text, [place.0.into(), place.1.into(), today.into()]).bind(limit);
    Ok(rows.all::<Row>(conn).await?.into_iter().map(|row| row.id).collect())
}

/// Accounts of a community whose open case has no open follow-up; at most `count`.
pub(super) async fn bare_cases(
    conn: &impl ConnectionTrait,
    place: (OrganizationId, CommunityId),
    count: usize,
) -> Result<Vec<AccountId>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        id: AccountId,
    }
    let text = "SELECT a.id FROM case_file k \
         JOIN account a ON a.organization_id = k.organization_id AND a.id = k.account_id \
         JOIN unit u ON u.organization_id = a.organization_id AND u.id = a.unit_id \
         WHERE k.organization_id = $1 AND u.community_id = $2 AND k.kind = 'FEE' AND k.state = 'OPEN' \
         AND NOT EXISTS (SELECT 1 FROM follow_up f WHERE f.organization_id = k.organization_id \
                         AND f.account_id = k.account_id AND f.state = 'OPEN') \
         ORDER BY a.id LIMIT ";
    let limit = i64::try_from(count).unwrap_or(i64::MAX);
    let rows = Sql::new(text, [place.0.into(), place.1.into()]).bind(limit);
    Ok(rows.all::<Row>(conn).await?.into_iter().map(|row| row.id).collect())
}

pub(super) async fn insert_cases(
    conn: &impl ConnectionTrait,
    rows: Vec<case_file::Model>,
) -> Result<(), DbErr> {
    for some in rows.chunks(BULK) {
        let rows = some.iter().cloned().map(case_file::ActiveModel::from);
        case_file::Entity::insert_many(rows).exec_without_returning(conn).await?;
    }
    Ok(())
}

/// Opens or closes existing cases.
pub(super) async fn set_state(
    work: &Work,
    cases: &[CaseId],
    state: &str,
    closed_at: Option<Moment>,
) -> Result<(), DbErr> {
    let text = "UPDATE case_file SET version = version + 1, state = $2, closed_at = $3 WHERE organization_id = $1 AND id IN ";
    for some in cases.chunks(BULK) {
        let values = [work.organization().into(), state.into(), closed_at.into()];
        Sql::new(text, values).list(some.iter().copied()).run(work.conn()).await?;
    }
    Ok(())
}

/// The open fee cases of accounts.
pub(super) async fn open_cases(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    accounts: &[AccountId],
) -> Result<Vec<case_file::Model>, DbErr> {
    case_file::Entity::find()
        .filter(case_file::Column::OrganizationId.eq(organization))
        .filter(case_file::Column::AccountId.is_in(few_lengths(accounts.iter().copied())))
        .filter(case_file::Column::Kind.eq("FEE"))
        .filter(case_file::Column::State.eq("OPEN"))
        .all(conn)
        .await
}

/// Inserts follow-ups, each with the day that was wanted before holds and rest days moved it.
pub(super) async fn insert_follow_ups(
    work: &Work,
    new: Vec<(NewFollowUp, NaiveDate)>,
) -> Result<Vec<FollowUpId>, DbErr> {
    let rows: Vec<_> = new.into_iter().map(|new| follow_up_row(work, ids::fresh(), new)).collect();
    for some in rows.chunks(BULK) {
        let rows = some.iter().cloned().map(follow_up::ActiveModel::from);
        follow_up::Entity::insert_many(rows).exec_without_returning(work.conn()).await?;
    }
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Inserts one follow-up, under the id that a client made for it.
pub(super) async fn insert_follow_up(
    work: &Work,
    id: Option<FollowUpId>,
    new: (NewFollowUp, NaiveDate),
) -> Result<follow_up::Model, DbErr> {
    let row = follow_up_row(work, id.unwrap_or_else(ids::fresh), new);
    let insert = follow_up::Entity::insert(follow_up::ActiveModel::from(row.clone()));
    insert.exec_without_returning(work.conn()).await?;
    Ok(row)
}

fn follow_up_row(
    work: &Work,
    id: FollowUpId,
    (new, wanted_on): (NewFollowUp, NaiveDate),
) -> follow_up::Model {
    follow_up::Model {
        organization_id: work.organization(),
        id,
        account_id: Some(new.account),
        case_id: new.case,
        purpose: new.purpose.name().to_owned(),
        source: new.source.name().to_owned(),
        source_id: new.source_id,
        note: new.note,
        due_on: new.due_on,
        due_at: new.due_at,
        reminds: new.reminds,
        revision: 1,
        reminded_revision: 0,
        state: "OPEN".to_owned(),
        closed_at: None,
        closed_by_id: None,
        created_at: work.now,
        assignee_id: new.assignee,
        wanted_on: Some(wanted_on),
        first_on: Some(new.due_on),
        snoozes: 0,
        ended_by: None,
        ended_note: None,
    }
}

pub(super) async fn open_follow_ups(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    accounts: &[AccountId],
) -> Result<Vec<follow_up::Model>, DbErr> {
    follow_up::Entity::find()
        .filter(follow_up::Column::OrganizationId.eq(organization))
        .filter(follow_up::Column::AccountId.is_in(few_lengths(accounts.iter().copied())))
        .filter(follow_up::Column::State.eq("OPEN"))
        .order_by_asc(follow_up::Column::DueAt)
        .order_by_asc(follow_up::Column::Id)
        .all(conn)
        .await
}

/// Ends open follow-ups.
pub(super) async fn end_follow_ups(
    work: &Work,
    follow_ups: &[FollowUpId],
    state: &str,
    by: Option<ContactId>,
) -> Result<(), DbErr> {
    for some in follow_ups.chunks(BULK) {
        follow_up::Entity::update_many()
            .set(follow_up::ActiveModel {
                state: Set(state.to_owned()),
                closed_at: Set(Some(work.now)),
                closed_by_id: Set(by),
                ..Default::default()
            })
            .filter(follow_up::Column::OrganizationId.eq(work.organization()))
            .filter(follow_up::Column::State.eq("OPEN"))
            .filter(follow_up::Column::Id.is_in(few_lengths(some.iter().copied())))
            .exec(work.conn())
            .await?;
    }
    Ok(())
}

/// Makes follow-ups look as if nobody had planned them.
pub(super) async fn forget_source(work: &Work, follow_ups: &[FollowUpId]) -> Result<(), DbErr> {
    let text = "UPDATE follow_up SET source = 'DEFAULT', source_id = NULL, note = NULL WHERE organization_id = $1 AND id IN ";
    for some in follow_ups.chunks(BULK) {
        let ids = some.iter().copied();
        Sql::new(text, [work.organization().into()]).list(ids).run(work.conn()).await?;
    }
    Ok(())
}

pub(super) async fn case_by_id(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    id: CaseId,
) -> Result<Option<case_file::Model>, DbErr> {
    case_file::Entity::find_by_id((organization, id)).one(conn).await
}

pub(super) async fn follow_up_by_id(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    id: FollowUpId,
) -> Result<Option<follow_up::Model>, DbErr> {
    follow_up::Entity::find_by_id((organization, id)).one(conn).await
}

pub(super) async fn follow_ups_by_id(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    ids: &[FollowUpId],
) -> Result<Vec<follow_up::Model>, DbErr> {
    follow_up::Entity::find()
        .filter(follow_up::Column::OrganizationId.eq(organization))
        .filter(follow_up::Column::Id.is_in(few_lengths(ids.iter().copied())))
        .all(conn)
        .await
}

/// Another date under the next revision, so that it is reminded of anew; with the day that was wanted.
pub(super) async fn place_follow_up(
    work: &Work,
    id: FollowUpId,
    (hour, wanted_on): (Hour, NaiveDate),
) -> Result<(), DbErr> {
    let text = "UPDATE follow_up SET first_on = COALESCE(first_on, due_on), due_on = $3, due_at = $4, reminds = $5, \
         wanted_on = $6, revision = revision + 1 WHERE organization_id = $1 AND id = $2 AND state = 'OPEN'";
    let key = [work.organization().into(), id.into()];
    let hour = [hour.on.into(), hour.at.into(), hour.reminds.into(), wanted_on.into()];
    Sql::new(text, key.into_iter().chain(hour)).run(work.conn()).await.map(drop)
}

/// Gives an open follow-up to somebody, or back to whoever looks after the account.
pub(super) async fn assign(
    work: &Work,
    id: FollowUpId,
    assignee: Option<MembershipId>,
) -> Result<(), DbErr> {
    let row = follow_up::ActiveModel {
        organization_id: Set(work.organization()),
        id: Set(id),
        assignee_id: Set(assignee),
        ..Default::default()
    };
    follow_up::Entity::update(row).exec(work.conn()).await.map(drop)
}

/// The follow-ups of an account on a day, open or done, by their hour.
pub(super) async fn rounds(
    conn: &impl ConnectionTrait,
    (organization, account): (OrganizationId, AccountId),
    on: NaiveDate,
) -> Result<Vec<follow_up::Model>, DbErr> {
    follow_up::Entity::find()
        .filter(follow_up::Column::OrganizationId.eq(organization))
        .filter(follow_up::Column::AccountId.eq(account))
        .filter(follow_up::Column::DueOn.eq(on))
        .filter(follow_up::Column::State.ne("CANCELLED"))
        .order_by_asc(follow_up::Column::DueAt)
        .order_by_asc(follow_up::Column::Id)
        .all(conn)
        .await
}

/// Counts that an open follow-up was put off.
pub(super) async fn count_snooze(work: &Work, id: FollowUpId) -> Result<(), DbErr> {
    let text = "UPDATE follow_up SET snoozes = snoozes + 1 WHERE organization_id = $1 AND id = $2";
    Sql::new(text, [work.organization().into(), id.into()]).run(work.conn()).await.map(drop)
}

/// Gives an open follow-up to somebody, or back, under the next revision, so that they are reminded of it.
pub(super) async fn give(
    work: &Work,
    id: FollowUpId,
    to: Option<MembershipId>,
) -> Result<(), DbErr> {
    assign(work, id, to).await?;
    let text =
        "UPDATE follow_up SET revision = revision + 1 WHERE organization_id = $1 AND id = $2";
    Sql::new(text, [work.organization().into(), id.into()]).run(work.conn()).await.map(drop)
}

/// Ends an open follow-up by a person's word.
pub(super) async fn end_by_hand(
    work: &Work,
    id: FollowUpId,
    (state, note): (&str, &str),
) -> Result<(), DbErr> {
    let row = follow_up::ActiveModel {
        organization_id: Set(work.organization()),
        id: Set(id),
        state: Set(state.to_owned()),
        closed_at: Set(Some(work.now)),
        ended_by: Set(work.by().person()),
        ended_note: Set(Some(note.to_owned())),
        ..Default::default()
    };
    follow_up::Entity::update(row).exec(work.conn()).await.map(drop)
}

/// Steps to be settled again.
pub(super) struct Affected {
    /// Of this community; of all, if none.
    pub(super) community: Option<CommunityId>,
    /// What is due by today stays.
    pub(super) today: NaiveDate,
    /// First day of the span that changed.
    pub(super) first: NaiveDate,
    /// Last day of it.
    pub(super) last: NaiveDate,
}

/// Accounts with open steps to come that fall or were wanted in a span, or that had been moved before; in order.
pub(super) async fn to_replan(work: &Work, affected: Affected) -> Result<Vec<AccountId>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        account_id: AccountId,
    }
    let text = "SELECT DISTINCT f.account_id FROM follow_up f \
         JOIN account a ON a.organization_id = f.organization_id AND a.id = f.account_id \
         JOIN unit u ON u.organization_id = a.organization_id AND u.id = a.unit_id \
         WHERE f.organization_id = $1 AND f.state = 'OPEN' AND f.due_on > $2 \
         AND (f.due_on BETWEEN $3 AND $4 OR f.wanted_on BETWEEN $3 AND $4 OR f.wanted_on <> f.due_on)";
    let Affected { community, today, first, last } = affected;
    let values = [work.organization().into(), today.into(), first.into(), last.into()];
    let mut rows = Sql::new(text, values);
    if let Some(community) = community {
        rows = rows.push(" AND u.community_id = ").bind(community);
    }
    let rows = rows.push(" ORDER BY f.account_id").all::<Row>(work.conn()).await?;
    Ok(rows.into_iter().map(|row| row.account_id).collect())
}

/// Follow-ups that a contact answered.
pub(super) async fn answered_by(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    contact: ContactId,
) -> Result<Vec<follow_up::Model>, DbErr> {
    follow_up::Entity::find()
        .filter(follow_up::Column::OrganizationId.eq(organization))
        .filter(follow_up::Column::ClosedById.eq(contact))
        .filter(follow_up::Column::State.eq("DONE"))
        .all(conn)
        .await
}

/// Opens follow-ups that were done, under the same revision.
pub(super) async fn reopen_follow_ups(work: &Work, follow_ups: &[FollowUpId]) -> Result<(), DbErr> {
    let text = "UPDATE follow_up SET state = 'OPEN', closed_at = NULL, closed_by_id = NULL \
         WHERE organization_id = $1 AND state = 'DONE' AND id IN ";
    for some in follow_ups.chunks(BULK) {
        let ids = some.iter().copied();
        Sql::new(text, [work.organization().into()]).list(ids).run(work.conn()).await?;
    }
    Ok(())
}
