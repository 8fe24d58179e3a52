//! Giving units away, and standing in. All of it is planned anew from today on; what was stays as it was.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use guanjia_entity::delegation;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    rules::{Leave, Period, Unfit, owned, planned, unfit},
    store::{self, Changes},
};
use crate::{
    kernel::{
        Actor, Failure, Problem, ProblemCode, Role, Text, Work, audit,
        ids::{self, CommunityId, DelegationId, MembershipId, UnitId},
    },
    owners::{events::PortfoliosChanged, queries::reach_day},
    people::{self, queries::Colleague},
};

/// Who may look after units.
pub const CARERS: [Role; 3] = [Role::Steward, Role::Manager, Role::Director];
/// Units given away in one act.
pub const AT_ONCE: usize = 5000;
/// Days ahead that anything may be arranged.
const AHEAD: u64 = 366;
/// Longest reason, in characters.
const LONGEST_REASON: usize = 200;

/// A building 楼栋, or one entrance 单元 of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Building {
    /// Where.
    pub community: CommunityId,
    /// As the books write it.
    pub building: String,
    /// One entrance; none for all.
    pub entrance: Option<String>,
}

/// Units to be given to a steward, or to nobody.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Assign {
    /// One by one.
    pub units: Vec<UnitId>,
    /// Whole buildings and entrances.
    pub buildings: Vec<Building>,
    /// Whose they become; none: nobody's.
    pub steward: Option<MembershipId>,
    /// From this day on; none: today.
    pub from_on: Option<NaiveDate>,
}

/// Gives units to a steward, or to nobody, from a day on; answers how many. While the steward is away their stand-in gets
/// them.
pub async fn assign(work: &mut Work, input: Assign) -> Result<usize, Failure> {
    let actor = work.actor()?.clone();
    let from = first_day(work, "fromOn", input.from_on)?;
    if let Some(steward) = input.steward {
        carer(work, &actor, "stewardId", steward).await?;
    }
    store::lock(work).await?;
    let units = selected(work, &actor, &input).await?;
    let own = input.steward.map(|steward| Period {
        steward,
        stands_in_for: None,
        from_on: from,
        to_on: None,
    });
    plan(work, &units, from, |_| own.into_iter().collect()).await?;
    let facts = json!({ "units": units.len(), "steward": input.steward, "from": from });
    audit::record(work, "UNITS_ASSIGNED", input.steward.map(Into::into), facts).await?;
    Ok(units.len())
}

/// Gives every unit of a community that nobody looks after to a steward; answers how many.
pub async fn assign_free(
    work: &mut Work,
    community: CommunityId,
    steward: MembershipId,
    from: NaiveDate,
) -> Result<usize, Failure> {
    store::lock(work).await?;
    let units = store::free_units(work.conn(), (work.organization(), community), from).await?;
    let own = Period { steward, stands_in_for: None, from_on: from, to_on: None };
    plan(work, &units, from, |_| vec![own]).await?;
    Ok(units.len())
}

/// Takes all units from somebody who leaves: nobody looks after them until they are given away. What they stood in for goes
/// back. Nobody has to ask for it, so no right is asked.
pub async fn release(work: &mut Work, person: MembershipId) -> Result<usize, Failure> {
    store::lock(work).await?;
    let (today, organization) = (reach_day(work.now), work.organization());
    let mut touched: BTreeSet<UnitId> = BTreeSet::new();
    for row in store::delegations_from(work.conn(), organization, today).await? {
        if row.absent_id == person || row.stand_in_id == person {
            touched
                .extend(store::units_of(work.conn(), (organization, row.absent_id), today).await?);
            store::end_delegation(work, row.id, day_before(today).max(day_before(row.from_on)))
                .await?;
        }
    }
    let theirs = store::units_of(work.conn(), (organization, person), today).await?;
    touched.extend(theirs.iter().copied());
    let touched: Vec<UnitId> = touched.into_iter().collect();
    plan(work, &touched, today, |mine| {
        mine.into_iter().filter(|period| period.steward != person).collect()
    })
    .await?;
    Ok(theirs.len())
}

/// A leave to be arranged.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Delegate {
    /// Id made by the client, if it made one.
    pub id: Option<DelegationId>,
    /// Who is away.
    pub absent: MembershipId,
    /// Who stands in.
    pub stand_in: MembershipId,
    /// First day.
    pub from_on: NaiveDate,
    /// Last day.
    pub to_on: NaiveDate,
    /// Why.
    pub reason: Option<String>,
}

/// Arranges that somebody stands in: for the days of the leave the units of the one who is away, also those given to them
/// meanwhile, are the other's.
pub async fn delegate(work: &mut Work, input: Delegate) -> Result<DelegationId, Failure> {
    let actor = work.actor()?.clone();
    first_day(work, "fromOn", Some(input.from_on))?;
    check_leave(&input)?;
    let absent = colleague(work, &actor, "absentId", input.absent).await?;
    let stand_in = carer(work, &actor, "standInId", input.stand_in).await?;
    store::lock(work).await?;
    let today = reach_day(work.now);
    all_given(work, &actor, absent.person).await?;
    let rows = store::delegations_from(work.conn(), work.organization(), today).await?;
    let leaves: Vec<Leave> = rows.iter().map(store::leave).collect();
    let new = Leave {
        absent: absent.person,
        stand_in: stand_in.person,
        from_on: input.from_on,
        to_on: input.to_on,
    };
    if let Some(why) = unfit(&new, &leaves) {
        return Err(Failure::problem(told(why)));
    }
    let id = input.id.unwrap_or_else(ids::fresh);
    let row = delegation::Model {
        organization_id: work.organization(),
        id,
        absent_id: new.absent,
        stand_in_id: new.stand_in,
        from_on: new.from_on,
        to_on: new.to_on,
        reason: input.reason.map(|reason| reason.trim().to_owned()).filter(|r| !r.is_empty()),
        created_by: Some(actor.person),
        created_at: work.now,
    };
    if store::delegation(work.conn(), work.organization(), id).await?.is_some() {
        let text = Text::new("此编号已被使用", "this id is taken");
        return Err(Failure::problem(Problem::at("id", ProblemCode::Duplicate, text)));
    }
    store::insert_delegation(work, row).await?;
    replan(work, new.absent, today).await?;
    let facts = json!({ "absent": new.absent, "standIn": new.stand_in, "from": new.from_on, "to": new.to_on });
    audit::record(work, "DELEGATED", Some(id.into()), facts).await?;
    Ok(id)
}

/// Ends a leave: whoever was away has their units back from that day on; today without one.
pub async fn end_delegation(
    work: &mut Work,
    (id, back_on): (DelegationId, Option<NaiveDate>),
) -> Result<DelegationId, Failure> {
    let actor = work.actor()?.clone();
    let back_on = first_day(work, "backOn", back_on)?;
    store::lock(work).await?;
    let row = store::delegation(work.conn(), work.organization(), id).await?;
    let row = row.ok_or(Failure::NotFound)?;
    colleague(work, &actor, "delegationId", row.absent_id).await.map_err(|_| Failure::NotFound)?;
    let last = day_before(back_on).max(day_before(row.from_on));
    if last < row.to_on {
        store::end_delegation(work, id, last).await?;
        replan(work, row.absent_id, reach_day(work.now)).await?;
        let facts = json!({ "to": last });
        audit::record(work, "DELEGATION_ENDED", Some(id.into()), facts).await?;
    }
    Ok(id)
}

/// Plans anew what is somebody's own, and what they and everybody else stand in for that depends on it.
async fn replan(work: &mut Work, absent: MembershipId, from: NaiveDate) -> Result<(), Failure> {
    let organization = work.organization();
    let mut units = BTreeSet::new();
    // Who stands in for others and goes on leave passes those on, too.
    for owner in depending(work, absent, from).await? {
        units.extend(store::units_of(work.conn(), (organization, owner), from).await?);
    }
    let units: Vec<UnitId> = units.into_iter().collect();
    plan(work, &units, from, |mine| mine).await
}

/// Somebody and all whose work comes to them by leaves, however long the chain.
async fn depending(
    work: &Work,
    person: MembershipId,
    from: NaiveDate,
) -> Result<BTreeSet<MembershipId>, Failure> {
    let rows = store::delegations_from(work.conn(), work.organization(), from).await?;
    let mut found = BTreeSet::from([person]);
    for _ in 0..rows.len() {
        found.extend(
            rows.iter()
                .filter(|row| found.contains(&row.stand_in_id))
                .map(|row| row.absent_id)
                .collect::<Vec<_>>(),
        );
    }
    Ok(found)
}

/// Writes what follows for units from a day on: `change` says whose they are, from whose they were.
async fn plan(
    work: &mut Work,
    units: &[UnitId],
    from: NaiveDate,
    change: impl Fn(Vec<Period>) -> Vec<Period>,
) -> Result<(), Failure> {
    let organization = work.organization();
    let rows = store::delegations_from(work.conn(), organization, from).await?;
    let leaves: Vec<Leave> = rows.iter().map(store::leave).collect();
    let (mut changes, mut stewards) = (Changes::default(), BTreeSet::new());
    for (unit, kept) in store::kept_from(work.conn(), organization, units, from).await? {
        let periods: Vec<Period> = kept.iter().map(store::Kept::period).collect();
        let mut wanted = planned(&change(owned(&periods, from)), &leaves);
        let clipped = periods.iter().map(|p| Period { from_on: p.from_on.max(from), ..*p });
        if clipped.eq(wanted.iter().copied()) {
            continue;
        }
        stewards.extend(periods.iter().chain(&wanted).map(|period| period.steward));
        for row in &kept {
            let period = row.period();
            if period.from_on >= from {
                changes.gone.push(row.id);
                continue;
            }
            // Whoever goes on keeps the row that began before.
            let goes_on = wanted.first().is_some_and(|next| {
                next.from_on == from
                    && (next.steward, next.stands_in_for) == (period.steward, period.stands_in_for)
            });
            let end = if goes_on { wanted.remove(0).to_on } else { Some(day_before(from)) };
            if end != period.to_on {
                changes.ends.entry(end).or_default().push(row.id);
            }
        }
        changes.new.extend(wanted.into_iter().map(|period| (unit, period)));
    }
    store::write(work, changes).await?;
    if !stewards.is_empty() {
        work.emit_summed(PortfoliosChanged(stewards));
    }
    Ok(())
}

async fn selected(work: &Work, actor: &Actor, input: &Assign) -> Result<Vec<UnitId>, Failure> {
    let wanted: BTreeSet<UnitId> = input.units.iter().copied().collect();
    let listed: Vec<UnitId> = wanted.iter().copied().collect();
    let found = store::units_by_id(work.conn(), actor, &listed).await?;
    if found.len() != wanted.len() {
        return Err(Failure::NotFound);
    }
    let mut all = wanted;
    for (index, building) in input.buildings.iter().enumerate() {
        let units = store::units_of_building(work.conn(), actor, building).await?;
        if units.is_empty() {
            let text = Text::new("没有找到该楼栋", "there is no such building");
            let field = format!("buildings.{index}");
            return Err(Failure::problem(Problem::at(&field, ProblemCode::NotFound, text)));
        }
        all.extend(units);
    }
    if all.is_empty() || all.len() > AT_ONCE {
        let code = if all.is_empty() { ProblemCode::Required } else { ProblemCode::TooLarge };
        let text = Text::new(
            format!("一次须选择 1 到 {AT_ONCE} 套房屋"),
            format!("choose 1 to {AT_ONCE} units at once"),
        );
        return Err(Failure::problem(Problem::at("unitIds", code, text)));
    }
    Ok(all.into_iter().collect())
}

/// A leave moves everything that somebody looks after; so whoever arranges it was given all the communities where that is.
async fn all_given(work: &Work, actor: &Actor, absent: MembershipId) -> Result<(), Failure> {
    let place = (work.organization(), absent);
    let theirs = store::units_of(work.conn(), place, reach_day(work.now)).await?;
    if store::units_by_id(work.conn(), actor, &theirs).await?.len() == theirs.len() {
        return Ok(());
    }
    let text = Text::new(
        "此人还分管您不负责的小区的房屋,请由负责全部小区的人员安排",
        "they also look after units in communities that you were not given; whoever was given all of them arranges it",
    );
    Err(Failure::problem(Problem::at("absentId", ProblemCode::Inconsistent, text)))
}

/// Somebody who may look after units, and works in a community that the actor was given.
async fn carer(
    work: &Work,
    actor: &Actor,
    field: &str,
    person: MembershipId,
) -> Result<Colleague, Failure> {
    let found = colleague(work, actor, field, person).await?;
    if found.roles.iter().any(|role| CARERS.contains(role)) {
        return Ok(found);
    }
    let text = Text::new(
        "只有管家、项目经理或分管副总可以分管房屋",
        "only a steward, manager or director looks after units",
    );
    Err(Failure::problem(Problem::at(field, ProblemCode::Inconsistent, text)))
}

/// Somebody who works in a community that the actor was given.
async fn colleague(
    work: &Work,
    actor: &Actor,
    field: &str,
    person: MembershipId,
) -> Result<Colleague, Failure> {
    let found = people::queries::colleague_of(work.conn(), actor, person).await?;
    found.filter(|one| !one.ended).ok_or_else(|| nobody(field))
}

fn nobody(field: &str) -> Failure {
    let text = Text::new("没有找到此人", "there is nobody like that");
    Failure::problem(Problem::at(field, ProblemCode::NotFound, text))
}

/// A day from which something holds: not in the past, and not beyond a year.
fn first_day(work: &Work, field: &str, day: Option<NaiveDate>) -> Result<NaiveDate, Failure> {
    let today = reach_day(work.now);
    let day = day.unwrap_or(today);
    let (code, text) = if day < today {
        (
            ProblemCode::TooEarly,
            Text::new(format!("最早为今天 {today}"), format!("today, {today}, at the earliest")),
        )
    } else if day > today + Days::new(AHEAD) {
        (ProblemCode::TooLate, Text::new("最晚为一年之内", "within a year"))
    } else {
        return Ok(day);
    };
    Err(Failure::problem(Problem::at(field, code, text)))
}

fn check_leave(input: &Delegate) -> Result<(), Failure> {
    let problem = |field, code, zh: &str, en: &str| {
        Err(Failure::problem(Problem::at(field, code, Text::new(zh, en))))
    };
    if input.to_on < input.from_on {
        return problem(
            "toOn",
            ProblemCode::TooEarly,
            "不能早于第一天",
            "not before the first day",
        );
    }
    if input.to_on > input.from_on + Days::new(AHEAD) {
        return problem("toOn", ProblemCode::TooLate, "最长一年", "a year at the longest");
    }
    if input.reason.as_ref().is_some_and(|reason| reason.chars().count() > LONGEST_REASON) {
        return problem("reason", ProblemCode::TooLong, "最多 200 字", "at most 200 characters");
    }
    Ok(())
}

fn told(why: Unfit) -> Problem {
    let (field, text) = match why {
        Unfit::Oneself => {
            ("standInId", Text::new("不能由本人代班", "nobody stands in for themselves"))
        }
        Unfit::Overlaps => (
            "fromOn",
            Text::new("此人在这些天已有代班安排", "they are away in some of these days already"),
        ),
        Unfit::Circle => (
            "standInId",
            Text::new(
                "代班人在这些天也不在,且工作会转回本人",
                "who stands in is away too, and it would come back to who is away",
            ),
        ),
    };
    Problem::at(field, ProblemCode::Inconsistent, text)
}

fn day_before(day: NaiveDate) -> NaiveDate {
    day.pred_opt().unwrap_or(day)
}
