//! Which calendar a company goes by: what the binary carries, and the lists of years that the company has imported since.
//!
//! Lists are rows, by version. Each unit of work asks for the newest version, by the primary key; only when it is new are
//! the lists read. So every replica works with what was committed before it began, and nothing has to be told.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use guanjia_entity::calendar_list;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter,
    QueryOrder,
};

use super::{
    Failure, Work,
    calendar::{Calendar, YearList},
    ids::OrganizationId,
    sql::{Sql, for_update},
};

/// The calendars in use, by company and version.
pub struct Calendars {
    shipped: Arc<Calendar>,
    imported: Mutex<HashMap<OrganizationId, (i64, Arc<Calendar>)>>,
}

impl Default for Calendars {
    fn default() -> Self {
        Self { shipped: Arc::new(Calendar::shipped()), imported: Mutex::default() }
    }
}

impl Calendars {
    /// The calendar of a company as it is now.
    pub async fn of(
        &self,
        conn: &impl ConnectionTrait,
        organization: OrganizationId,
    ) -> Result<Arc<Calendar>, Failure> {
        let version = version(conn, organization).await?;
        if version == 0 {
            return Ok(Arc::clone(&self.shipped));
        }
        if let Some(known) = self.known(organization, version) {
            return Ok(known);
        }
        let lists = lists(conn, organization).await?;
        let calendar = Arc::new(self.shipped.as_ref().clone().with(lists));
        let mut imported = self.imported.lock().unwrap_or_else(PoisonError::into_inner);
        imported.insert(organization, (version, Arc::clone(&calendar)));
        Ok(calendar)
    }

    fn known(&self, organization: OrganizationId, version: i64) -> Option<Arc<Calendar>> {
        let imported = self.imported.lock().unwrap_or_else(PoisonError::into_inner);
        let (known, calendar) = imported.get(&organization)?;
        (*known == version).then(|| Arc::clone(calendar))
    }
}

/// The version of a company's newest import; 0 while it has imported nothing.
pub async fn version(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
) -> Result<i64, Failure> {
    #[derive(FromQueryResult)]
    struct Row {
        version: i64,
    }
    let text = "SELECT version FROM calendar_list WHERE organization_id = $1 ORDER BY version DESC LIMIT 1";
    let row = Sql::new(text, [organization.into()]).one::<Row>(conn).await?;
    Ok(row.map_or(0, |row| row.version))
}

/// The imported lists, the newest of a year last.
async fn lists(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
) -> Result<Vec<YearList>, Failure> {
    let rows = calendar_list::Entity::find()
        .filter(calendar_list::Column::OrganizationId.eq(organization))
        .order_by_asc(calendar_list::Column::Version)
        .all(conn)
        .await?;
    let list = |row: calendar_list::Model| {
        let days = serde_json::from_value(row.days)
            .map_err(|cause| Failure::broken("days of a calendar", cause))?;
        Ok(YearList { year: i32::try_from(row.year).unwrap_or_default(), days })
    };
    rows.into_iter().map(list).collect()
}

/// Writes the lists that differ from what the company goes by, as one version; from here on the act itself goes by them.
/// Answers the calendar before, none when nothing differs.
pub async fn import(
    work: &mut Work,
    mut lists: Vec<YearList>,
) -> Result<Option<Arc<Calendar>>, Failure> {
    lists.retain(|list| work.calendar.list(list.year) != Some(list));
    if lists.is_empty() {
        return Ok(None);
    }
    let organization = work.organization();
    // One import follows the other: the company's row is the lock.
    let lock = Sql::new("SELECT id FROM organization WHERE id = $1", [organization.into()]);
    lock.push(for_update(work.conn())).run(work.conn()).await?;
    let version = version(work.conn(), organization).await? + 1;
    let mut rows = Vec::new();
    for list in &lists {
        let days = serde_json::to_value(&list.days)
            .map_err(|cause| Failure::broken("days of a calendar", cause))?;
        rows.push(calendar_list::ActiveModel {
            organization_id: Set(organization),
            version: Set(version),
            year: Set(i64::from(list.year)),
            days: Set(days),
            set_by: Set(work.by().person()),
            recorded_at: Set(work.now),
        });
    }
    calendar_list::Entity::insert_many(rows).exec_without_returning(work.conn()).await?;
    let after = Arc::new(work.calendar.as_ref().clone().with(lists));
    Ok(Some(std::mem::replace(&mut work.calendar, after)))
}
