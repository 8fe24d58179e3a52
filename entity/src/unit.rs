//! The table `unit`.

use sea_orm::entity::prelude::*;

use crate::ids::{CommunityId, OrganizationId, UnitId};

/// A row of `unit`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "unit")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Key within the company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UnitId,
    /// The community.
    pub community_id: CommunityId,
    /// Building, as in `1` of `1-2-301`.
    pub building: String,
    /// Entrance 单元, `0` where there is none.
    pub entrance: String,
    /// Room number, as in `301` of `1-2-301`.
    pub number: String,
    /// Floor area in hundredths of a square metre.
    pub area_centi_m2: Option<i64>,
    /// 住宅, 商铺 …, as the books say.
    pub use_type: Option<String>,
    /// When the row was made, UTC.
    pub created_at: DateTimeUtc,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
