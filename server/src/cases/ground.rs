//! What the day of a step depends on: the account's community, its policy, its holds. Read once for all that is planned.

use std::collections::HashMap;

use chrono::{NaiveDate, Timelike};
use chrono_tz::Tz;
use guanjia_entity::follow_up;
use sea_orm::{DbErr, FromQueryResult};

use super::{
    commands::{Hour, LATE_MINUTE, minute_of},
    days::{Step, Terrain},
    follow_up::Source,
    policy,
    terms::{self, Terms},
};
use crate::kernel::{
    Failure, Work, calendar,
    ids::{AccountId, CommunityId},
    sql::{BULK, Sql},
};

/// Where an account stands.
#[derive(Clone, Debug)]
pub struct Ground {
    /// The account.
    pub account: AccountId,
    /// Its community.
    pub community: CommunityId,
    /// The community's time zone.
    pub zone: Tz,
    /// What the community allows.
    pub terms: Terms,
    /// Last day of the holds in force.
    pub held_until: Option<NaiveDate>,
    minute: u32,
}

impl Ground {
    /// The day on which a step falls that is wanted on a day.
    pub fn settle(&self, work: &Work, wanted: NaiveDate, step: Step) -> NaiveDate {
        let terrain = Terrain {
            calendar: &work.calendar,
            rule: self.terms.rest_day_rule,
            held_until: self.held_until,
            today: work.today(self.zone),
        };
        terrain.settle(wanted, step)
    }

    /// The minute of the day at which a step without an hour is due.
    pub fn minute(&self) -> u32 {
        self.minute
    }

    /// The hour of a day on which nothing was agreed but the day.
    pub fn hour(&self, work: &Work, on: NaiveDate) -> Hour {
        super::commands::hour_of_minute(work, on, self.minute, self.zone)
    }

    /// The hour of a stored follow-up on another day: its own, if somebody chose one.
    pub fn hour_again(&self, work: &Work, one: &follow_up::Model, on: NaiveDate) -> Hour {
        let local = one.due_at.with_timezone(&self.zone).time();
        let minute = local.num_seconds_from_midnight() / 60;
        let chosen = minute != self.minute && minute != LATE_MINUTE;
        let mut hour = self.hour(work, on);
        if chosen {
            hour.at = calendar::moment_of(on, minute, self.zone);
            hour.reminds = true;
        }
        // Work for the list, never an hour to be reminded of.
        let listed = [Source::Opening.name(), Source::Default.name()];
        hour.reminds &= !listed.contains(&one.source.as_str());
        hour
    }
}

#[derive(FromQueryResult)]
struct Row {
    account_id: AccountId,
    community_id: CommunityId,
    time_zone: String,
    held_until: Option<NaiveDate>,
}

/// Where accounts stand; for accounts that were found through the actor before.
pub async fn of(
    work: &Work,
    accounts: &[AccountId],
) -> Result<HashMap<AccountId, Ground>, Failure> {
    let minutes = policy::in_force(work.conn(), work.organization()).await?;
    let terms = terms::in_force(work.conn(), work.organization()).await?;
    let ground = |row: Row| {
        let zone = calendar::zone(&row.time_zone);
        let today = work.today(zone);
        let ground = Ground {
            account: row.account_id,
            community: row.community_id,
            zone,
            terms: terms.get(&row.community_id).cloned().unwrap_or(Terms::PRESET),
            held_until: row.held_until.filter(|until| *until >= today),
            minute: minute_of(minutes.get(&row.community_id)),
        };
        (row.account_id, ground)
    };
    let mut found = HashMap::new();
    for some in accounts.chunks(BULK) {
        found.extend(rows(work, some).await?.into_iter().map(ground));
    }
    Ok(found)
}

/// Where one account stands.
pub async fn one(work: &Work, account: AccountId) -> Result<Ground, Failure> {
    of(work, &[account]).await?.remove(&account).ok_or(Failure::NotFound)
}

async fn rows(work: &Work, accounts: &[AccountId]) -> Result<Vec<Row>, DbErr> {
    let text = "SELECT a.id AS account_id, u.community_id, c.time_zone, MAX(h.until_on) AS held_until \
         FROM account a \
         JOIN unit u ON u.organization_id = a.organization_id AND u.id = a.unit_id \
         JOIN community c ON c.organization_id = u.organization_id AND c.id = u.community_id \
         LEFT JOIN hold h ON h.organization_id = a.organization_id AND h.account_id = a.id AND h.state = 'IN_FORCE' \
         WHERE a.organization_id = $1 AND a.id IN ";
    let rows = Sql::new(text, [work.organization().into()]).list(accounts.iter().copied());
    rows.push(" GROUP BY a.id, u.community_id, c.time_zone").all(work.conn()).await
}
