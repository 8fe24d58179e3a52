//! Insert only. A reversal is a row of its own that points at what it reverses and carries the opposite sign.

use sea_orm::entity::prelude::*;

use crate::ids::{AccountId, ChargeId, ImportId, OrganizationId};

/// A row of `charge`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "charge")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Key within the company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ChargeId,
    /// The account.
    pub account_id: AccountId,
    /// What is charged for, such as 物业费.
    pub fee_item: String,
    /// Month of the fee, `2026-09`.
    pub period: String,
    /// Due until the end of this local day.
    pub due_on: Date,
    /// FEE, PENALTY (billed for being late) or RED (a red letter, which takes from other charges).
    pub kind: String,
    /// Fen; negative in a red letter; the opposite in a reversal.
    pub amount_fen: i64,
    /// True from this day on.
    pub effective_on: Date,
    /// Known from this moment on (domain clock), UTC.
    pub recorded_at: DateTimeUtc,
    /// What this entry takes back; a reversal carries the opposite sign.
    pub reverses_id: Option<ChargeId>,
    /// The entry whose place this corrected one takes.
    pub replaces_id: Option<ChargeId>,
    /// The import that brought it.
    pub import_id: Option<ImportId>,
}

#[doc(hidden)]
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
