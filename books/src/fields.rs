//! The fields that a column can hold, and the headings that offices give them.

use std::{collections::HashMap, sync::LazyLock};

use serde::{Deserialize, Serialize};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The whole room, or its number when there are columns for building and entrance.
    Room,
    /// Building.
    Building,
    /// Entrance (单元).
    Entrance,
    /// Name of the community.
    Community,
    /// Owner or owners.
    Owner,
    /// Further owners.
    CoOwner,
    /// Owner, family, tenant: what the person of this row is to the unit.
    Relation,
    /// Identity numbers of the owners.
    Identity,
    /// Telephone numbers; several columns may hold them.
    Phone,
    /// Floor area.
    Area,
    /// Kind of use.
    Use,
    /// Number plates.
    Vehicle,
    /// Remarks.
    Remark,
    /// Fee item.
    Item,
    /// Period of a charge.
    Period,
    /// Year of a charge, beside a column for its month.
    Year,
    /// First day of the period.
    PeriodFrom,
    /// Last day of the period.
    PeriodTo,
    /// Last day to pay.
    DueOn,
    /// Amount due.
    Due,
    /// Amount waived.
    Waived,
    /// Day of a waiver.
    WaivedOn,
    /// Amount received.
    Paid,
    /// Amount still open.
    Arrears,
    /// Arrears from before the time of the table, beside what is due in it.
    Opening,
    /// Money of the owner's that the office holds: an opening balance.
    Prepaid,
    /// An amount that is due or received, as the other columns tell.
    Amount,
    /// Amount given back, or taken from the account of a bank.
    PaidOut,
    /// Day of a receipt.
    PaidOn,
    /// Receipt number.
    Receipt,
    /// Way of paying.
    Method,
    /// Whether the row stands: what is void is no money.
    State,
    /// A column that is known and not read: running numbers, floors, kinds of documents.
    Ignored,
}

impl Field {
    /// Whether a merged cell or a value in brackets of rows may be carried down: never money.
    pub(crate) fn is_money(self) -> bool {
        matches!(
            self,
            Self::Due
                | Self::Waived
                | Self::Paid
                | Self::PaidOut
                | Self::Arrears
                | Self::Opening
                | Self::Prepaid
                | Self::Amount
        )
    }

    /// Headings for it, for the text of a problem.
    pub(crate) fn examples(self) -> String {
        let names =
            SYNONYMS.iter().find(|(field, _)| *field == self).map_or("", |(_, names)| names);
        names.split(' ').take(4).collect::<Vec<_>>().join("、")
    }
}

/// Headings by field, separated by spaces, as [`normalised`](crate::headings::normalised) writes
/// them. The first four of each are shown to a clerk who lacks one.
pub(crate) const SYNONYMS: [(Field, &str); 33] = [
    (
        Field::Room,
        "房号 房屋 房间 门牌 单元房号 门牌号 房间号 房屋编号 房屋号 室号 户号 房产 资产 \
         房屋名称 房间编号 房间名称 房屋地址 楼栋房号 楼栋单元房号 房屋信息 物业地址 \
         单元号房号 房屋坐落 门号 房源 资产名称 房产名称 房产编号 商铺号 铺位号 住址 \
         房间代码 房屋代码 房室号 门牌号码 车位号 车位编号 ROOM UNIT",
    ),
    (
        Field::Building,
        "楼栋 楼号 栋号 幢号 楼 栋 幢 座 座号 楼宇 楼栋号 楼幢 楼座 楼宇名称 楼栋名称 \
         号楼 BUILDING",
    ),
    (Field::Entrance, "单元 单元号 单元名称 门洞 梯号 ENTRANCE"),
    (Field::Community, "小区 小区名称 楼盘 社区 项目名称 管理处 COMMUNITY"),
    (
        Field::Owner,
        "业主 产权人 户主 业主姓名 业主名称 姓名 客户名称 客户姓名 房主 住户 住户姓名 \
         权利人 所有权人 产权人姓名 户名 业主名 客户 缴费人 所有人 OWNER",
    ),
    (Field::CoOwner, "共有人 共有产权人 其他业主 第二业主 共同产权人 共有业主"),
    (Field::Relation, "业主类型 人员类型 成员类型 住户类型 与业主关系 身份"),
    (
        Field::Identity,
        "身份证号 身份证号码 证件号码 证件号 身份证 业主身份证号 业主证件号码 公民身份号码",
    ),
    (
        Field::Phone,
        "手机号 电话 联系电话 联系方式 手机 手机号码 电话号码 移动电话 业主电话 \
         备用电话 备用号码 备用手机 固定电话 座机 第二联系电话 联系手机 业主手机 电话1 \
         电话2 手机1 手机2 PHONE MOBILE",
    ),
    (Field::Area, "建筑面积 面积 产权面积 计费面积 收费面积 房屋面积 房产面积 AREA"),
    (
        Field::Use,
        "房屋类型 户型 用途 房屋用途 物业类型 房屋性质 业态 房产类型 房间类型 使用性质 \
         类型 性质 物业形态",
    ),
    (Field::Vehicle, "车牌 车牌号 车牌号码 车辆"),
    (Field::Remark, "备注 说明 附注 备注信息 备注说明 REMARK"),
    (
        Field::Item,
        "收费项目 费用名称 费用项目 费项 项目 收费名称 科目 费用类型 款项 收费科目 \
         缴费项目 收费类别 费用类别 费用科目 收费类型 费项名称 收费项 费用 费用种类 \
         款项名称 摘要 ITEM",
    ),
    (
        Field::Period,
        "账期 所属月份 费用期间 所属期间 费用月份 月份 期间 计费周期 收费周期 缴费期间 \
         所属账期 账单月份 费用所属期 年月 计费期间 应收月份 周期 费期 所属期 费用年月 \
         账单周期 收费期间 收费月份 计费月份 帐期 费用周期 所属年月 账单期间 应收账期 \
         应收年月 费用所属月份 缴费月份 费用所属期间 收费期 缴费周期 费用起止 起止日期 \
         费用起止日期 计费起止日期 收费起止日期 PERIOD",
    ),
    (Field::Year, "年度 年份 年 所属年份 所属年度 费用年份 费用年度 收费年份 收费年度 YEAR"),
    (
        Field::PeriodFrom,
        "开始日期 计费开始 计费开始日期 起始日期 费用开始日期 开始时间 计费起始日 \
         费用起始日期 起始时间 账期开始 计费开始时间 费用开始时间",
    ),
    (
        Field::PeriodTo,
        "结束日期 计费结束 计费结束日期 终止日期 费用结束日期 结束时间 计费截止日 \
         费用终止日期 终止时间 账期结束 计费结束时间 费用结束时间",
    ),
    (
        Field::DueOn,
        "到期日 应缴日期 应缴日 到期日期 缴费截止日 缴费截止日期 缴费期限 应收日期 \
         截止日期 最迟缴费日 付款期限 应交日期 应交日 应付日期 应收日 缴费到期日 \
         缴款期限 最后缴费日 收费期限 DUEDATE",
    ),
    (
        Field::Due,
        "应收 应收金额 应缴金额 应交金额 本期应收 本月应收 当月应收 本年应收 当期应收 \
         本期应收金额 本月应收金额 应缴 应交 应收款 应收费用 账单金额 应付金额 应缴费用 \
         应收账款 应缴费 费用金额 应收费 应收款项 应付 应交费用 应收合计 \
         应收总额 应收小计 应缴合计 应交合计 DUE",
    ),
    (Field::Waived, "减免 减免金额 优惠 优惠金额 减免额 折扣金额 本期减免"),
    (Field::WaivedOn, "减免日期 减免日 优惠日期 减免时间 优惠时间 折扣日期"),
    (
        Field::Paid,
        "实收 实收金额 已收 已收金额 已缴 已缴金额 已交 实缴 实缴金额 收款金额 缴费金额 \
         到账金额 付款金额 支付金额 交费金额 实付金额 入账金额 缴款金额 已交金额 实收款 \
         累计实收 本次实收 实交金额 实交 已付金额 收款额 本期实收 本月实收 当月实收 \
         交款金额 贷方发生额 贷方金额 贷方 收入金额 收入 存入金额 交易金额 订单金额 \
         实收合计 实收总额 实收小计 已缴合计 已交合计 PAID",
    ),
    (Field::PaidOut, "借方发生额 借方金额 借方 支出金额 支出 转出金额 退款金额 退费金额 退款 退费"),
    (
        Field::Arrears,
        "欠费 欠费金额 未收 未缴 未缴金额 欠款 欠款金额 欠缴 未收金额 尚欠 余欠 \
         欠费合计 未交金额 未交 欠费余额 欠收 期末欠费 欠缴金额 本期欠费 本月欠费 欠款合计 \
         欠费总额 未收合计 欠费小计 ARREARS",
    ),
    (
        Field::Opening,
        "期初欠费 往年欠费 历史欠费 历年欠费 以前年度欠费 往期欠费 期初欠款 期初应收 陈欠 \
         旧欠 往年陈欠 历年陈欠 以往欠费 前期欠费",
    ),
    (
        Field::Prepaid,
        "预存余额 预交余额 预收余额 预存款 预存金额 预缴余额 预存 预收款 账户余额 期初预存 \
         期初预收 期初预交 预收金额 预交金额 预交款 预缴款 预付款 预存费 预付余额 预缴金额",
    ),
    (Field::Amount, "金额 总金额 收费金额 费用合计 发生额 合计金额 AMOUNT"),
    (
        Field::PaidOn,
        "收款日期 缴费日期 交费日期 付款日期 收费日期 缴费时间 收款时间 支付时间 \
         到账日期 入账日期 收款日 缴款日期 交易时间 实收日期 交款日期 支付日期 付款时间 \
         收费时间 交易日期 缴款时间 到账时间 实缴日期 日期 记账日期 入账时间 交费时间 \
         收款年月日 支付完成时间 收据日期 开票日期 PAIDON",
    ),
    (
        Field::Receipt,
        "收据号 收据编号 票据号 票号 单据号 收款单号 发票号 流水号 交易单号 订单号 \
         凭证号 收据号码 票据编号 单号 收据 票据号码 交易流水号 收费单号 发票号码 \
         单据编号 收款编号 商户订单号 银行流水号 收据单号 RECEIPT",
    ),
    (
        Field::Method,
        "收款方式 缴费方式 支付方式 付款方式 交费方式 缴款方式 收款渠道 支付渠道 \
         收费方式 结算方式 缴费渠道 方式 METHOD",
    ),
    (
        Field::State,
        "票据状态 收据状态 单据状态 收款状态 状态 交易状态 记录状态 订单状态 支付状态 \
         是否作废 作废 作废标志 STATE STATUS",
    ),
    (
        Field::Ignored,
        "序号 编号 NO 楼层 总层数 层 所在楼层 是否有电梯 性别 证件类型 \
         房屋户型 室内面积 套内面积 公摊面积 \
         使用面积 租金 房屋状态 单价 收费标准 数量 用量 操作员 收款人 收费员 \
         经办人 制表人 审核 楼层数 违约金 滞纳金 入住日期 交房日期 \
         上期余额 管家 欠费月数 欠费天数 逾期天数 缴费状态",
    ),
];

/// [`SYNONYMS`] by heading, with the place among the headings of the field: the lower, the surer.
/// Rows of data are held against them too, hence a table.
pub(crate) static BY_HEADING: LazyLock<HashMap<&str, (Field, usize)>> = LazyLock::new(|| {
    SYNONYMS
        .iter()
        .flat_map(|(field, names)| {
            names.split(' ').enumerate().map(move |(rank, name)| (name, (*field, rank)))
        })
        .collect()
});

/// What a heading that is no synonym holds, by a word inside of it; the first that fits.
pub(crate) const HINTS: [(&str, Field); 39] = [
    ("租户身份证", Field::Ignored),
    ("租客身份证", Field::Ignored),
    ("承租人", Field::Ignored),
    ("共有人身份证", Field::Ignored),
    ("身份证号", Field::Identity),
    ("证件号", Field::Identity),
    ("身份证", Field::Ignored),
    ("证件", Field::Ignored),
    ("套内", Field::Ignored),
    ("室内", Field::Ignored),
    ("公摊面积", Field::Ignored),
    ("滞纳金", Field::Ignored),
    ("违约金", Field::Ignored),
    ("电话", Field::Phone),
    ("手机", Field::Phone),
    ("联系方式", Field::Phone),
    ("车牌", Field::Vehicle),
    ("面积", Field::Area),
    ("备注", Field::Remark),
    ("欠费", Field::Arrears),
    ("欠款", Field::Arrears),
    ("未收", Field::Arrears),
    ("减免", Field::Waived),
    ("收据", Field::Receipt),
    ("票据", Field::Receipt),
    ("方式", Field::Method),
    ("应收日", Field::DueOn),
    ("应缴日", Field::DueOn),
    ("期限", Field::DueOn),
    ("应收", Field::Due),
    ("应缴", Field::Due),
    ("应交", Field::Due),
    ("实收", Field::Paid),
    ("已收", Field::Paid),
    ("实缴", Field::Paid),
    ("已缴", Field::Paid),
    ("共有", Field::CoOwner),
    ("产权人", Field::Owner),
    ("房号", Field::Room),
];
