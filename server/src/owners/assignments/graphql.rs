//! Who looks after what, in the API.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use guanjia_entity::delegation;

use super::{
    commands::{self, Assign, Building, Delegate},
    queries::{self, UnitRow, Which},
};
use crate::{
    api::{
        acts::{Problem, act},
        context::Ask,
        page::PageInfo,
        rights,
        scalars::{Date, Gid},
    },
    kernel::{
        ids::{CommunityId, DelegationId, MembershipId, UnitId},
        paging::{Page, cursor},
    },
    owners::queries::reach_day,
    people,
};

/// A unit with who looks after it today 分管.
#[derive(SimpleObject)]
pub struct PortfolioUnit {
    /// The unit.
    id: Gid<UnitId>,
    /// Name of the community.
    community_name: String,
    /// How people write it: "1-2-301", or "9-商铺1" where there is no entrance.
    room: String,
    /// Who looks after it today; null when nobody does.
    steward_id: Option<Gid<MembershipId>>,
    /// How colleagues call them.
    steward_name: Option<String>,
    /// Whose it is, while the steward only stands in 代班.
    stands_in_for_id: Option<Gid<MembershipId>>,
    /// How colleagues call the one who is away.
    stands_in_for_name: Option<String>,
    /// Since this day.
    from_on: Option<Date>,
    /// Until the end of this day; null while no end is planned.
    to_on: Option<Date>,
}

/// A unit in its place.
#[derive(SimpleObject)]
pub struct PortfolioUnitEdge {
    /// Its place.
    cursor: String,
    /// The unit.
    node: PortfolioUnit,
}

/// A page of units.
#[derive(SimpleObject)]
pub struct PortfolioUnitConnection {
    /// The units.
    edges: Vec<PortfolioUnitEdge>,
    /// Whether there are more.
    page_info: PageInfo,
}

/// Which units: all conditions together.
#[derive(InputObject, Default)]
pub struct UnitFilter {
    /// Of this community.
    community_id: Option<Gid<CommunityId>>,
    /// Of this building 楼栋.
    building: Option<String>,
    /// That this person looks after today.
    steward_id: Option<Gid<MembershipId>>,
    /// True: that nobody looks after today. False: that somebody does.
    unassigned: Option<bool>,
}

/// A leave with a stand-in 代班.
#[derive(SimpleObject)]
pub struct Delegation {
    /// Its id.
    id: Gid<DelegationId>,
    /// Who is away.
    absent_id: Gid<MembershipId>,
    /// Who stands in.
    stand_in_id: Gid<MembershipId>,
    /// First day.
    from_on: Date,
    /// Last day; the day before the first when it was ended before it began.
    to_on: Date,
    /// Why.
    reason: Option<String>,
}

impl From<delegation::Model> for Delegation {
    fn from(row: delegation::Model) -> Self {
        Self {
            id: Gid(row.id),
            absent_id: Gid(row.absent_id),
            stand_in_id: Gid(row.stand_in_id),
            from_on: Date(row.from_on),
            to_on: Date(row.to_on),
            reason: row.reason,
        }
    }
}

/// A building, or one entrance of it.
#[derive(InputObject)]
pub struct BuildingInput {
    /// The community.
    community_id: Gid<CommunityId>,
    /// Building 楼栋.
    building: String,
    /// Entrance 单元; null for all of them.
    entrance: Option<String>,
}

/// What `assignUnits` takes.
#[derive(InputObject)]
pub struct AssignUnitsInput {
    /// A key that names this act; the same on every retry.
    idempotency_key: String,
    /// Units, one by one.
    #[graphql(default, validator(max_items = 500))]
    unit_ids: Vec<Gid<UnitId>>,
    /// Whole buildings and entrances. With `unitIds` at most 5000 units.
    #[graphql(default, validator(max_items = 100))]
    buildings: Vec<BuildingInput>,
    /// Whose they become; null takes them from whoever has them.
    steward_id: Option<Gid<MembershipId>>,
    /// From this day on; today without one.
    from_on: Option<Date>,
}

/// What `assignUnits` answers.
#[derive(SimpleObject, Default)]
pub struct AssignUnitsPayload {
    /// How many units were chosen.
    units: Option<i64>,
    /// What is wrong with the input.
    problems: Vec<Problem>,
}

/// What `delegate` takes.
#[derive(InputObject)]
pub struct DelegateInput {
    /// A key that names this act; the same on every retry.
    idempotency_key: String,
    /// An id made by the client, if it made one.
    id: Option<Gid<DelegationId>>,
    /// Who is away.
    absent_id: Gid<MembershipId>,
    /// Who stands in.
    stand_in_id: Gid<MembershipId>,
    /// First day, today at the earliest.
    from_on: Date,
    /// Last day.
    to_on: Date,
    /// Why, at most 200 characters.
    reason: Option<String>,
}

/// What `endDelegation` takes.
#[derive(InputObject)]
pub struct EndDelegationInput {
    /// A key that names this act; the same on every retry.
    idempotency_key: String,
    /// The leave.
    delegation_id: Gid<DelegationId>,
    /// The first day on which who was away is back; today without one.
    back_on: Option<Date>,
}

/// What `delegate` and `endDelegation` answer.
#[derive(SimpleObject, Default)]
pub struct DelegationPayload {
    /// The leave.
    delegation: Option<Delegation>,
    /// What is wrong with the input.
    problems: Vec<Problem>,
}

/// Queries.
#[derive(Default)]
pub struct AssignmentsQuery;

#[Object]
impl AssignmentsQuery {
    /// Units of your communities with who looks after them today, by community and room.
    async fn units(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones; all without it.")] filter: Option<UnitFilter>,
        #[graphql(desc = "How many, 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor of the last one you have.")] after: Option<String>,
    ) -> Result<PortfolioUnitConnection> {
        rights::check(ctx, "Query.units")?;
        let page = Page::try_new(first, after.as_deref()).map_err(|f| ctx.tell(f))?;
        let today = reach_day(ctx.app()?.kernel.clock.domain());
        let filter = filter.unwrap_or_default();
        let which = Which {
            community: filter.community_id.map(|id| id.0),
            building: filter.building,
            steward: filter.steward_id.map(|id| id.0),
            unassigned: filter.unassigned,
        };
        let (conn, actor) = (ctx.conn()?, ctx.actor()?);
        let found = queries::units(conn, actor, (which, today), page).await;
        let (rows, more) = found.map_err(|f| ctx.tell(f))?;
        let ids = rows.iter().flat_map(|row| [row.steward_id, row.stands_in_for]).flatten();
        let names = people::queries::names(conn, actor.organization, ids.collect()).await;
        let names = names.map_err(|f| ctx.tell(f))?;
        let cursors: Vec<String> = rows.iter().map(|row| cursor(&row.place())).collect();
        let edge = |row: UnitRow| PortfolioUnitEdge {
            cursor: cursor(&row.place()),
            node: PortfolioUnit {
                id: Gid(row.id),
                room: match row.entrance.as_str() {
                    "0" => format!("{}-{}", row.building, row.number),
                    entrance => format!("{}-{entrance}-{}", row.building, row.number),
                },
                community_name: row.community_name,
                steward_id: row.steward_id.map(Gid),
                steward_name: row.steward_id.and_then(|id| names.get(&id).cloned()),
                stands_in_for_id: row.stands_in_for.map(Gid),
                stands_in_for_name: row.stands_in_for.and_then(|id| names.get(&id).cloned()),
                from_on: row.from_on.map(Date),
                to_on: row.to_on.map(Date),
            },
        };
        Ok(PortfolioUnitConnection {
            edges: rows.into_iter().map(edge).collect(),
            page_info: PageInfo::of(cursors, more),
        })
    }

    /// Leaves of people who work where you do, of today and later, with who stands in, the earliest first; at most 200.
    async fn delegations(&self, ctx: &Context<'_>) -> Result<Vec<Delegation>> {
        rights::check(ctx, "Query.delegations")?;
        let now = ctx.app()?.kernel.clock.domain();
        let found = queries::delegations(ctx.conn()?, ctx.actor()?, now).await;
        let found = found.map_err(|f| ctx.tell(f))?;
        Ok(found.into_iter().take(200).map(Delegation::from).collect())
    }
}

/// Mutations.
#[derive(Default)]
pub struct AssignmentsMutation;

#[Object]
impl AssignmentsMutation {
    /// Gives units to a steward from a day on, or takes them away: one by one, or whole buildings. What was before stays as
    /// it was. Open follow-ups go along, and what was reminded of before is told to the new steward.
    async fn assign_units(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which units, whose they become, from when.")] input: AssignUnitsInput,
    ) -> Result<AssignUnitsPayload> {
        let building = |one: BuildingInput| Building {
            community: one.community_id.0,
            building: one.building,
            entrance: one.entrance,
        };
        let order = Assign {
            units: input.unit_ids.into_iter().map(|id| id.0).collect(),
            buildings: input.buildings.into_iter().map(building).collect(),
            steward: input.steward_id.map(|id| id.0),
            from_on: input.from_on.map(|day| day.0),
        };
        let key = (input.idempotency_key.as_str(), "assignUnits");
        let done = act(ctx, key, order, |work, order| Box::pin(commands::assign(work, order)));
        Ok(match done.await? {
            Ok(units) => AssignUnitsPayload {
                units: i64::try_from(units).ok(),
                ..AssignUnitsPayload::default()
            },
            Err(problems) => AssignUnitsPayload { problems, ..AssignUnitsPayload::default() },
        })
    }

    /// Names a stand-in for a leave 代班. In these days the units of who is away are the stand-in's, with the open follow-ups
    /// and their reminders; afterwards they come back by themselves.
    async fn delegate(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who, for whom, in which days.")] input: DelegateInput,
    ) -> Result<DelegationPayload> {
        let order = Delegate {
            id: input.id.map(|id| id.0),
            absent: input.absent_id.0,
            stand_in: input.stand_in_id.0,
            from_on: input.from_on.0,
            to_on: input.to_on.0,
            reason: input.reason,
        };
        let key = (input.idempotency_key.as_str(), "delegate");
        let done = act(ctx, key, order, |work, order| Box::pin(commands::delegate(work, order)));
        payload(ctx, done.await?).await
    }

    /// Ends a leave early: who was away has their units back, from today or the day named.
    async fn end_delegation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which leave, and from when.")] input: EndDelegationInput,
    ) -> Result<DelegationPayload> {
        let order = (input.delegation_id.0, input.back_on.map(|day| day.0));
        let key = (input.idempotency_key.as_str(), "endDelegation");
        let done = act(ctx, key, order, |work, o| Box::pin(commands::end_delegation(work, o)));
        payload(ctx, done.await?).await
    }
}

async fn payload(
    ctx: &Context<'_>,
    done: std::result::Result<DelegationId, Vec<Problem>>,
) -> Result<DelegationPayload> {
    let id = match done {
        Ok(id) => id,
        Err(problems) => return Ok(DelegationPayload { problems, ..DelegationPayload::default() }),
    };
    let row = queries::delegation(ctx.conn()?, ctx.actor()?.organization, id).await;
    let delegation = row.map_err(|f| ctx.tell(f))?.map(Delegation::from);
    Ok(DelegationPayload { delegation, ..DelegationPayload::default() })
}
