//! Setting how debts are settled and what paying late costs, and freezing penalties.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use guanjia_entity::{allocation_policy, community, penalty_freeze, penalty_policy};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    payments::{item_problem, reason_problems, refuse},
    policy::{Method, PenaltyPlace},
    settling::settle,
    store,
};
use crate::{
    kernel::{
        Failure, Problem, ProblemCode, Text, Work, audit,
        ids::{self, AccountId, CommunityId},
    },
    owners, people,
};

/// The highest daily rate, in millionths: one percent a day.
const HIGHEST_PPM: i64 = 10_000;
/// The longest clause, in characters.
const LONGEST_BASIS: usize = 500;

/// An order of settling.
#[derive(Clone, Debug, Serialize)]
pub struct NewOrder {
    /// Where.
    pub community: CommunityId,
    /// From when on.
    pub from_on: NaiveDate,
    /// The order.
    pub method: Method,
    /// Where penalties stand.
    pub penalty_place: PenaltyPlace,
    /// Items that are secured.
    pub secured_items: Vec<String>,
    /// Why.
    pub reason: String,
}

/// Terms of penalties.
#[derive(Clone, Debug, Serialize)]
pub struct NewTerms {
    /// Where.
    pub community: CommunityId,
    /// For charges that fall due from when on.
    pub from_on: NaiveDate,
    /// The item; none is every item without terms of its own.
    pub fee_item: Option<String>,
    /// Millionths a day; 0 ends penalties.
    pub daily_ppm: i64,
    /// At most this percentage of the charge.
    pub cap_percent: Option<i64>,
    /// Days after the due day that are free.
    pub free_days: i64,
    /// Whether days of a hold are left out.
    pub frozen_in_hold: bool,
    /// The clause of the contract.
    pub basis: String,
}

/// Sets the order of settling, and settles the community anew: what happened from that day on goes by it.
pub async fn set_order(
    work: &mut Work,
    community: &community::Model,
    new: NewOrder,
) -> Result<(), Failure> {
    let mut problems = reason_problems(&new.reason);
    let items = new.secured_items.iter().enumerate();
    problems
        .extend(items.filter_map(|(nth, item)| item_problem(&format!("securedItems.{nth}"), item)));
    refuse(problems)?;
    people::queries::lock_community(work.conn(), work.organization(), community.id).await?;
    let all = store::allocation_policies(work.conn(), work.organization()).await?;
    let versions = all.iter().filter(|row| row.community_id == community.id);
    let row = allocation_policy::Model {
        organization_id: work.organization(),
        community_id: community.id,
        version: versions.map(|row| row.version).max().unwrap_or(0) + 1,
        from_on: new.from_on,
        method: new.method.name().to_owned(),
        penalty_place: new.penalty_place.name().to_owned(),
        secured_items: json!(new.secured_items),
        reason: new.reason,
        set_by: work.by().person(),
        recorded_at: work.now,
    };
    let facts =
        json!({ "method": row.method, "penaltyPlace": row.penalty_place, "fromOn": row.from_on });
    store::insert_allocation_policy(work.conn(), row).await?;
    audit::record(work, "ALLOCATION_POLICY_SET", Some(community.id.into()), facts).await?;
    settle_community(work, community.id).await
}

/// Sets what paying late costs. It may also change the order of settling: by law what bears more comes first.
pub async fn set_terms(
    work: &mut Work,
    community: &community::Model,
    new: NewTerms,
) -> Result<(), Failure> {
    refuse(terms_problems(&new))?;
    people::queries::lock_community(work.conn(), work.organization(), community.id).await?;
    let all = store::penalty_policies(work.conn(), work.organization()).await?;
    let versions = all.iter().filter(|row| row.community_id == community.id);
    let row = penalty_policy::Model {
        organization_id: work.organization(),
        community_id: community.id,
        version: versions.map(|row| row.version).max().unwrap_or(0) + 1,
        from_on: new.from_on,
        fee_item: new.fee_item,
        daily_ppm: new.daily_ppm,
        cap_percent: new.cap_percent,
        free_days: new.free_days,
        frozen_in_hold: new.frozen_in_hold,
        basis: new.basis,
        set_by: work.by().person(),
        recorded_at: work.now,
    };
    let facts =
        json!({ "dailyPpm": row.daily_ppm, "capPercent": row.cap_percent, "fromOn": row.from_on });
    store::insert_penalty_policy(work.conn(), row).await?;
    audit::record(work, "PENALTY_POLICY_SET", Some(community.id.into()), facts).await?;
    settle_community(work, community.id).await
}

fn terms_problems(new: &NewTerms) -> Vec<Problem> {
    let item = new.fee_item.as_deref().and_then(|item| item_problem("feeItem", item));
    let mut problems: Vec<_> = item.into_iter().collect();
    let mut add = |field, code, zh: &str, en: &str| {
        problems.push(Problem::at(field, code, Text::new(zh, en)));
    };
    if !(0..=HIGHEST_PPM).contains(&new.daily_ppm) {
        let code = if new.daily_ppm < 0 { ProblemCode::TooSmall } else { ProblemCode::TooLarge };
        add(
            "dailyPpm",
            code,
            "日费率须在 0 到 10000(百万分之)之间",
            "the daily rate is 0 to 10000 millionths",
        );
    }
    if new.cap_percent.is_some_and(|percent| !(1..=1000).contains(&percent)) {
        add(
            "capPercent",
            ProblemCode::Invalid,
            "上限须在 1% 到 1000% 之间",
            "the cap is 1 to 1000 percent",
        );
    }
    if !(0..=365).contains(&new.free_days) {
        add(
            "freeDays",
            ProblemCode::Invalid,
            "宽限天数须在 0 到 365 之间",
            "there are 0 to 365 free days",
        );
    }
    if new.basis.trim().is_empty() {
        add("basis", ProblemCode::Required, "请写明合同条款", "name the clause of the contract");
    }
    if new.basis.chars().count() > LONGEST_BASIS {
        add(
            "basis",
            ProblemCode::TooLong,
            "合同条款最多 500 字",
            "a clause has at most 500 characters",
        );
    }
    problems
}

/// Settles every account of a community anew.
async fn settle_community(work: &mut Work, community: CommunityId) -> Result<(), Failure> {
    let (conn, organization) = (work.conn(), work.organization());
    let accounts = owners::store::accounts_in(conn, organization, community).await?;
    for some in accounts.chunks(crate::kernel::sql::BULK) {
        owners::store::lock(conn, organization, some).await?;
    }
    settle(work, accounts.into_iter().collect::<BTreeSet<_>>()).await
}

/// Days on which the penalties of an account stand still, for those who keep holds. The same source again replaces what it
/// said before; an end before the beginning takes it back.
#[derive(Clone, Copy, Debug)]
pub struct Freeze {
    /// Whose.
    pub account: AccountId,
    /// The hold it comes from.
    pub source: Uuid,
    /// First day.
    pub from_on: NaiveDate,
    /// Last day.
    pub until_on: NaiveDate,
}

/// Freezes penalties. Whether a community's contract heeds it is its policy.
pub async fn freeze(work: &Work, new: Freeze) -> Result<(), Failure> {
    let row = penalty_freeze::Model {
        organization_id: work.organization(),
        id: ids::fresh(),
        account_id: new.account,
        source_id: new.source,
        from_on: new.from_on,
        until_on: new.until_on,
        recorded_at: work.now,
    };
    Ok(store::insert_freeze(work.conn(), row).await?)
}
