//! The daily sweep: what fell due yesterday and was not paid is overdue today.

use chrono::NaiveDate;
use guanjia_entity::{community, job_cursor};
use sea_orm::{ActiveValue::Set, EntityTrait, FromQueryResult, sea_query::OnConflict};

use super::{commands, store};
use crate::{
    kernel::{
        By, Failure, Kernel, Work, calendar,
        events::Task,
        ids::{CommunityId, OrganizationId},
        sql::{self, Sql},
    },
    owners, people,
};

/// A day before any that counts.
const NEVER: NaiveDate = match NaiveDate::from_ymd_opt(2000, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};
const OPEN: &str = "open_cases";
const MEND: &str = "bare_cases";
/// Accounts in one transaction.
const AT_ONCE: usize = 500;

/// Opens the cases of what became overdue, community by community, once per local day. Answers whether it did anything.
pub async fn open_cases(kernel: &Kernel, organization: OrganizationId) -> Result<bool, Failure> {
    daily(kernel, organization, OPEN, |work, id, today| Box::pin(step(work, id, today))).await
}

/// Gives a next step to open cases that have none, community by community, once per local day. There should be none; one
/// that there is must not slip. Answers whether it did anything.
pub async fn mend_bare(kernel: &Kernel, organization: OrganizationId) -> Result<bool, Failure> {
    daily(kernel, organization, MEND, |work, id, today| Box::pin(mend(work, id, today))).await
}

type Step = for<'a> fn(&'a mut Work, CommunityId, NaiveDate) -> Task<'a, bool>;

/// Runs a step for each community whose day is not done, until there is no more to do.
async fn daily(
    kernel: &Kernel,
    organization: OrganizationId,
    job: &str,
    step: Step,
) -> Result<bool, Failure> {
    let mut busy = false;
    for community in people::queries::communities(kernel.database.read(), organization).await? {
        let today =
            calendar::local_day(kernel.clock.domain(), calendar::zone(&community.time_zone));
        if done_through(kernel, &community, job).await?.is_some_and(|day| day == today) {
            continue;
        }
        let id = community.id;
        while kernel.write(By::System(organization), move |work| step(work, id, today)).await? {
            busy = true;
        }
    }
    Ok(busy)
}

async fn done_through(
    kernel: &Kernel,
    community: &community::Model,
    job: &str,
) -> Result<Option<NaiveDate>, Failure> {
    let key = (community.organization_id, community.id, job.to_owned());
    let row = job_cursor::Entity::find_by_id(key).one(kernel.database.read()).await?;
    Ok(row.map(|row| row.through_on))
}

/// One transaction of the sweep; answers whether there is more to do. Another replica that holds the cursor does it.
async fn step(work: &mut Work, community: CommunityId, today: NaiveDate) -> Result<bool, Failure> {
    if !claim(work, (community, OPEN), today).await? {
        return Ok(false);
    }
    let place = (work.organization(), community);
    let accounts = store::overdue_without_case(work.conn(), place, today, AT_ONCE).await?;
    let changed = commands::review(work, &accounts).await?;
    // A round that changes nothing would be the same again.
    let more = accounts.len() == AT_ONCE && changed > 0;
    if !more {
        done(work, (community, OPEN), today).await?;
    }
    Ok(more)
}

async fn mend(work: &mut Work, community: CommunityId, today: NaiveDate) -> Result<bool, Failure> {
    if !claim(work, (community, MEND), today).await? {
        return Ok(false);
    }
    let organization = work.organization();
    let accounts = store::bare_cases(work.conn(), (organization, community), AT_ONCE).await?;
    if !accounts.is_empty() {
        tracing::warn!(%organization, %community, count = accounts.len(), "open cases had no next step");
    }
    owners::store::lock(work.conn(), organization, &accounts).await?;
    commands::ensure_next(work, &accounts).await?;
    let more = accounts.len() == AT_ONCE;
    if !more {
        done(work, (community, MEND), today).await?;
    }
    Ok(more)
}

/// Notes that a day is done.
async fn done(
    work: &Work,
    (community, job): (CommunityId, &str),
    today: NaiveDate,
) -> Result<(), Failure> {
    let values = [work.organization().into(), community.into(), job.into(), today.into()];
    let text = "UPDATE job_cursor SET through_on = $4 WHERE organization_id = $1 AND community_id = $2 AND job = $3";
    Sql::new(text, values).run(work.conn()).await?;
    Ok(())
}

/// Takes the cursor's lock, unless the day is done or somebody else holds it.
async fn claim(
    work: &Work,
    (community, job): (CommunityId, &str),
    today: NaiveDate,
) -> Result<bool, Failure> {
    use job_cursor::{ActiveModel, Column, Entity};
    let organization = work.organization();
    let fresh = ActiveModel {
        organization_id: Set(organization),
        community_id: Set(community),
        job: Set(job.to_owned()),
        through_on: Set(NEVER),
    };
    let key = OnConflict::columns([Column::OrganizationId, Column::CommunityId, Column::Job])
        .do_nothing()
        .to_owned();
    Entity::insert(fresh).on_conflict(key).try_insert().exec_without_returning(work.conn()).await?;
    let text = "SELECT through_on FROM job_cursor WHERE organization_id = $1 AND community_id = $2 AND job = $3 AND through_on <> $4";
    let values = [organization.into(), community.into(), job.into(), today.into()];
    #[derive(FromQueryResult)]
    struct Row {
        #[expect(dead_code, reason = "the lock is what counts")]
        through_on: NaiveDate,
    }
    let held = Sql::new(text, values).push(&sql::skip_locked(work.conn(), "job_cursor"));
    Ok(held.one::<Row>(work.conn()).await?.is_some())
}
