//! Opening accounts.

use chrono::NaiveDate;
use guanjia_entity::{account, unit};
use serde::Serialize;

use super::{
    history::{Change, not_to_come, note, problem, ties_changed},
    holders::{NewShare, check_shares, insert_holders},
};
use crate::{
    kernel::{
        Failure, ProblemCode, Work,
        ids::{self, AccountId, CommunityId, UnitId},
    },
    owners::{parties::ChangeKind, plates::half_width, queries, store},
    people,
};

/// The longest part of a room, in characters.
const LONGEST_PART: usize = 20;

/// The unit of an account that is to be opened.
#[derive(Clone, Debug, Serialize)]
pub enum WhichUnit {
    /// One that has no open account.
    There(UnitId),
    /// A new one.
    New(NewAccount),
    /// Neither was said, or both.
    Unclear,
}

/// A unit that is not in the register yet.
#[derive(Clone, Debug, Serialize)]
pub struct NewAccount {
    /// Where.
    pub community: CommunityId,
    /// Building.
    pub building: String,
    /// Entrance, none where there is none.
    pub entrance: Option<String>,
    /// Room number.
    pub number: String,
    /// Hundredths of a square metre.
    pub area_centi_m2: Option<i64>,
    /// 住宅, 商铺 …
    pub use_type: Option<String>,
}

/// An account to be opened.
#[derive(Clone, Debug, Serialize)]
pub struct OpenAccount {
    /// Made by the client.
    pub id: Option<AccountId>,
    /// Of which unit.
    pub unit: WhichUnit,
    /// First day of the liability; none is unknown.
    pub from_on: Option<NaiveDate>,
    /// Who owes, at least one.
    pub holders: Vec<NewShare>,
}

/// Opens the account of a unit that has none.
pub async fn open_account(work: &mut Work, input: OpenAccount) -> Result<AccountId, Failure> {
    check_shares(&input.holders, "holders")?;
    let (unit, zone) = match &input.unit {
        WhichUnit::There(unit) => unit_there(work, *unit).await?,
        WhichUnit::New(new) => make_unit(work, new).await?,
        WhichUnit::Unclear => {
            let text =
                ("请选择房屋或填写新房屋,二者取一", "name a unit or describe a new one, not both");
            return problem("unitId", ProblemCode::Required, text);
        }
    };
    if let Some(day) = input.from_on {
        not_to_come(day, (work.now, &zone), "from")?;
    }
    let id = input.id.unwrap_or_else(ids::fresh);
    let row = account::Model {
        organization_id: work.organization(),
        id,
        unit_id: unit,
        from_on: input.from_on,
        to_on: None,
        created_at: work.now,
    };
    if !store::registry::insert_account(work, row).await? {
        let text = (
            "该房屋已有在用的户;责任转移请办理过户",
            "this unit has an open account; pass it on with transferUnit",
        );
        return problem("unitId", ProblemCode::Duplicate, text);
    }
    note(work, vec![Change::of_account(ChangeKind::AccountOpened, id)]).await?;
    let parties = insert_holders(work, (id, input.from_on), &input.holders).await?;
    ties_changed(work, &[id], parties).await?;
    Ok(id)
}

async fn unit_there(work: &Work, unit: UnitId) -> Result<(UnitId, String), Failure> {
    let day = queries::reach_day(work.now);
    let found = store::reachable_units(work.conn(), work.actor()?, day, &[unit]).await?;
    let found = found.into_iter().next().ok_or(Failure::NotFound)?;
    Ok((found.id, found.time_zone))
}

async fn make_unit(work: &Work, new: &NewAccount) -> Result<(UnitId, String), Failure> {
    let community =
        people::queries::my_community(work.conn(), work.actor()?, new.community).await?;
    let entrance = new.entrance.as_deref().unwrap_or("0");
    let row = unit::Model {
        organization_id: work.organization(),
        id: ids::fresh(),
        community_id: community.id,
        building: part(&new.building, "newUnit.building")?,
        entrance: part(entrance, "newUnit.entrance")?,
        number: part(&new.number, "newUnit.number")?,
        area_centi_m2: new.area_centi_m2,
        use_type: new.use_type.clone(),
        created_at: work.now,
    };
    let id = row.id;
    if store::registry::insert_unit(work, row).await? {
        return Ok((id, community.time_zone));
    }
    problem("newUnit", ProblemCode::Duplicate, ("该房号已存在", "there is such a room already"))
}

/// Part of a room as it is kept: in half width, without spaces.
fn part(text: &str, field: &str) -> Result<String, Failure> {
    let plain: String = text.chars().map(half_width).filter(|c| !c.is_whitespace()).collect();
    if plain.is_empty() {
        return problem(field, ProblemCode::Required, ("请填写", "this is needed"));
    }
    if plain.chars().count() > LONGEST_PART {
        return problem(field, ProblemCode::TooLong, ("最多 20 个字", "at most 20 characters"));
    }
    Ok(plain)
}
