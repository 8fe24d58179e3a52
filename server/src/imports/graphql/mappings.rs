//! Saved mappings of headings in the API.

use std::collections::BTreeMap;

use async_graphql::{Enum, InputObject, SimpleObject};
use guanjia_books::Field;
use guanjia_entity::import_mapping;
use serde::Serialize;

use crate::{
    api::{acts::Problem, scalars::Gid},
    kernel::ids::{CommunityId, ImportMappingId},
};

/// What a person has said once about the headings of one kind of file 列映射.
#[derive(SimpleObject)]
pub(crate) struct ImportMapping {
    /// Its id.
    id: Gid<ImportMappingId>,
    /// How people call it.
    name: String,
    /// The headings, and what their columns hold.
    headings: Vec<ImportHeading>,
}

/// A heading and what its column holds.
#[derive(SimpleObject)]
pub(crate) struct ImportHeading {
    /// The heading as written.
    heading: String,
    /// What the column holds.
    field: ImportField,
}

impl From<import_mapping::Model> for ImportMapping {
    fn from(row: import_mapping::Model) -> Self {
        let columns: BTreeMap<String, Field> =
            serde_json::from_value(row.headings).unwrap_or_default();
        let headings = columns
            .into_iter()
            .map(|(heading, field)| ImportHeading { heading, field: field.into() });
        Self { id: Gid(row.id), name: row.name, headings: headings.collect() }
    }
}

/// What a column of a book holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum, Serialize)]
#[graphql(remote = "Field")]
pub(crate) enum ImportField {
    /// 房号: the whole room, or its number when there are columns for building and entrance.
    Room,
    /// 楼栋.
    Building,
    /// 单元.
    Entrance,
    /// 小区.
    Community,
    /// 业主.
    Owner,
    /// 共有人.
    CoOwner,
    /// 与业主关系: owner, family, tenant.
    Relation,
    /// 身份证号 of the owners; kept encrypted.
    Identity,
    /// 电话.
    Phone,
    /// 面积.
    Area,
    /// 用途.
    Use,
    /// 车牌.
    Vehicle,
    /// 备注.
    Remark,
    /// 收费项目.
    Item,
    /// 账期.
    Period,
    /// 年度, beside a column for the month.
    Year,
    /// 开始日期 of the period.
    PeriodFrom,
    /// 结束日期 of the period.
    PeriodTo,
    /// 到期日.
    DueOn,
    /// 应收.
    Due,
    /// 减免.
    Waived,
    /// 减免日期.
    WaivedOn,
    /// 实收.
    Paid,
    /// 欠费.
    Arrears,
    /// 往年欠费: arrears of before, beside what is due.
    Opening,
    /// 预存余额.
    Prepaid,
    /// 金额: due or received, as the other columns tell.
    Amount,
    /// 退款, 借方发生额: money given back or taken out.
    PaidOut,
    /// 收款日期.
    PaidOn,
    /// 收据号.
    Receipt,
    /// 收款方式.
    Method,
    /// 票据状态: what is void is left out.
    State,
    /// Left out.
    Ignored,
}

/// What `saveImportMapping` takes.
#[derive(InputObject)]
pub(crate) struct SaveImportMappingInput {
    /// Chosen by the client, one per intent, the same on every retry.
    pub(super) idempotency_key: String,
    /// The community.
    pub(super) community_id: Gid<CommunityId>,
    /// How people call it; saving under a name again replaces what it said.
    pub(super) name: String,
    /// The headings, and what their columns hold; at most 100. None takes the mapping away.
    pub(super) headings: Vec<ImportHeadingInput>,
}

/// A heading and what its column holds.
#[derive(InputObject)]
pub(crate) struct ImportHeadingInput {
    /// The heading as written.
    pub(super) heading: String,
    /// What the column holds.
    pub(super) field: ImportField,
}

/// What `saveImportMapping` answers.
#[derive(SimpleObject)]
pub(crate) struct SaveImportMappingPayload {
    /// Every mapping of the community, by name.
    pub(super) mappings: Vec<ImportMapping>,
    /// What is wrong with the input.
    pub(super) problems: Vec<Problem>,
}
