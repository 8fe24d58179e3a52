//! Reading the audit log.

use chrono::NaiveDate;
use guanjia_entity::audit_entry;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use crate::kernel::{
    Actor, Failure, Moment, calendar,
    ids::{AuditEntryId, MembershipId},
    paging::Page,
};

/// Where a page ends: moment and id of its last entry.
pub type After = (Moment, Uuid);

/// Which entries are asked for; what is left out does not narrow.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Of this person.
    pub person: Option<MembershipId>,
    /// Of this kind: `NUMBER_REVEALED`.
    pub action: Option<String>,
    /// From this day on, in Shanghai.
    pub from: Option<NaiveDate>,
    /// Up to the end of this day.
    pub to: Option<NaiveDate>,
}

/// The audit log of the actor's company, the newest first, and whether there is more.
pub async fn entries(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    wanted: Wanted,
    page: Page<After>,
) -> Result<(Vec<audit_entry::Model>, bool), Failure> {
    use audit_entry::Column;
    let midnight = |day: NaiveDate| calendar::moment_of(day, 0, chrono_tz::Asia::Shanghai);
    let before = |(moment, id): After| {
        let same = Condition::all()
            .add(Column::RecordedAt.eq(moment))
            .add(Column::Id.lt(AuditEntryId(id)));
        Condition::any().add(Column::RecordedAt.lt(moment)).add(same)
    };
    let narrowed = Condition::all()
        .add(Column::OrganizationId.eq(actor.organization))
        .add_option(wanted.person.map(|person| Column::ActorId.eq(person)))
        .add_option(wanted.action.map(|action| Column::Action.eq(action)))
        .add_option(wanted.from.map(|day| Column::RecordedAt.gte(midnight(day))))
        .add_option(
            wanted
                .to
                .and_then(|day| day.succ_opt())
                .map(|day| Column::RecordedAt.lt(midnight(day))),
        )
        .add_option(page.after.map(before));
    let count = u64::try_from(page.first).unwrap_or_default() + 1;
    let rows = audit_entry::Entity::find().filter(narrowed);
    let rows = rows.order_by_desc(Column::RecordedAt).order_by_desc(Column::Id).limit(count);
    let mut rows = rows.all(conn).await?;
    let more = rows.len() > page.first;
    rows.truncate(page.first);
    Ok((rows, more))
}
