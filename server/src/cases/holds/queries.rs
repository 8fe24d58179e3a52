//! Reading holds of accounts that were found through the actor before.

use std::collections::HashMap;

use chrono::NaiveDate;
use guanjia_entity::hold;
use sea_orm::ConnectionTrait;

use super::{State, store};
use crate::kernel::{
    Failure, calendar,
    ids::{AccountId, HoldId, OrganizationId},
};

/// The holds in force on a local day, by account; of each account the latest end first, which is the one that counts.
pub async fn in_force(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    accounts: &[AccountId],
    on: NaiveDate,
) -> Result<HashMap<AccountId, Vec<hold::Model>>, Failure> {
    let mut found: HashMap<AccountId, Vec<hold::Model>> = HashMap::new();
    for row in store::of_accounts(conn, organization, accounts, true).await? {
        if covers(&row, on) {
            found.entry(row.account_id).or_default().push(row);
        }
    }
    Ok(found)
}

/// Whether a hold stands on a local day.
pub fn covers(row: &hold::Model, on: NaiveDate) -> bool {
    row.state == State::InForce.name() && row.from_on <= on && on <= row.until_on
}

/// All holds of one account, the latest end first.
pub async fn of_account(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    account: AccountId,
) -> Result<Vec<hold::Model>, Failure> {
    Ok(store::of_accounts(conn, organization, &[account], false).await?)
}

/// One hold of a company.
pub async fn by_id(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    id: HoldId,
) -> Result<hold::Model, Failure> {
    store::by_id(conn, organization, id).await?.ok_or(Failure::NotFound)
}

/// Days on which an account was or is held: what a penalty may leave out (rule 14).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// First day.
    pub from_on: NaiveDate,
    /// Last day; of a hold that was lifted the day before.
    pub until_on: NaiveDate,
}

/// The days held, by account, without overlaps, the earliest first.
pub async fn periods(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    accounts: &[AccountId],
) -> Result<HashMap<AccountId, Vec<Period>>, Failure> {
    let mut found: HashMap<AccountId, Vec<Period>> = HashMap::new();
    for row in store::of_accounts(conn, organization, accounts, false).await? {
        found.entry(row.account_id).or_default().extend(period(&row));
    }
    for periods in found.values_mut() {
        *periods = joined(std::mem::take(periods));
    }
    Ok(found)
}

fn period(row: &hold::Model) -> Option<Period> {
    let lifted = row.ended_at.filter(|_| row.state == State::Lifted.name());
    let last = lifted.and_then(|at| calendar::local_day(at, chrono_tz::Asia::Shanghai).pred_opt());
    let until_on = last.map_or(row.until_on, |last| last.min(row.until_on));
    Some(Period { from_on: row.from_on, until_on }).filter(|one| one.from_on <= one.until_on)
}

/// The same days, each once.
fn joined(mut periods: Vec<Period>) -> Vec<Period> {
    periods.sort_by_key(|period| (period.from_on, period.until_on));
    let mut days: Vec<Period> = Vec::new();
    for next in periods {
        match days.last_mut() {
            Some(last) if next.from_on <= last.until_on.succ_opt().unwrap_or(last.until_on) => {
                last.until_on = last.until_on.max(next.until_on);
            }
            _ => days.push(next),
        }
    }
    days
}

#[cfg(test)]
mod tests {
    use chrono::Days;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn joined_periods_are_the_same_days_each_once(
            spans in proptest::collection::vec((0u64..60, 0u64..20), 0..8),
        ) {
            let start = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
            let periods: Vec<Period> = spans
                .iter()
                .map(|(from, length)| Period {
                    from_on: start + Days::new(*from),
                    until_on: start + Days::new(from + length),
                })
                .collect();
            let once = joined(periods.clone());
            let within = |list: &[Period], day| {
                list.iter().filter(|one| one.from_on <= day && day <= one.until_on).count()
            };
            for offset in 0..90 {
                let day = start + Days::new(offset);
                prop_assert_eq!(within(&once, day), usize::from(within(&periods, day) > 0));
            }
            prop_assert!(once.windows(2).all(|pair| pair[0].until_on < pair[1].from_on));
        }
    }
}
