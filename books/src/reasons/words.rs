//! The words for every reason, in both languages.

use super::Reason;
use crate::problems::Severity::{self, Blocking, Note, Warning};

/// Weight, name, Chinese, English.
type Fixed = (Severity, &'static str, &'static str, &'static str);

impl Reason {
    /// Weight, name and the two texts; `{}` stands for what [`Self::wording`] fills in.
    pub(super) fn fixed(&self) -> Fixed {
        self.about_money()
            .or_else(|| self.about_sums())
            .or_else(|| self.about_days())
            .or_else(|| self.about_periods())
            .or_else(|| self.about_rooms())
            .or_else(|| self.about_units())
            .or_else(|| self.about_cells())
            .unwrap_or_else(|| self.about_sheets())
    }

    fn about_money(&self) -> Option<Fixed> {
        Some(match self {
            Self::NotMoney => (
                Blocking,
                "money_unreadable",
                "金额无法识别；请填写数字，如 254.77",
                "This is no amount; write a number such as 254.77",
            ),
            Self::MoneyIsPercent => (
                Blocking,
                "money_percent",
                "这是百分比，不是金额；请填写金额，或指定这一列不读取",
                "This is a percentage and no amount; write an amount, or say that the column is not to be read",
            ),
            Self::MoneyInUnits { unit: "万元" } => (
                Blocking,
                "money_ten_thousands",
                "金额单位是万元，不能精确到分；请改用元",
                "The amounts are in units of ten thousand yuan and not exact to the fen; write yuan",
            ),
            Self::MoneyInUnits { .. } => (
                Blocking,
                "money_unit",
                "金额单位不是元；请改用元",
                "The amounts are not in yuan; write yuan",
            ),
            Self::MoneyMissing => (Blocking, "money_missing", "缺少金额", "The amount is missing"),
            Self::TooManyDecimals => (
                Blocking,
                "money_decimals",
                "金额超过两位小数，不能精确到分",
                "The amount has more than two decimals and is no whole number of fen",
            ),
            Self::MoneyTooLarge => {
                (Blocking, "money_too_large", "金额过大", "The amount is too large")
            }
            Self::NegativeAmount => (
                Warning,
                "money_negative",
                "金额为负，按冲减读入",
                "The amount is negative; it was read as a correction",
            ),
            _ => return None,
        })
    }

    fn about_sums(&self) -> Option<Fixed> {
        Some(match self {
            Self::ArrearsDiffer { .. } => (
                Warning,
                "arrears_differ",
                "欠费与应收减实收（{} 元）不符；以应收、实收为准",
                "The arrears are not what is due less what was paid ({} yuan); the latter stand",
            ),
            Self::PaidIgnored { .. } => (
                Warning,
                "paid_ignored",
                "账簿有收款记录，应收表上的实收（共 {} 元）未采用；收款记录共 {} 元",
                "The book has receipts, so the paid column of the charges ({} yuan in all) was left \
                 aside; the receipts come to {} yuan",
            ),
            Self::TotalDiffers { .. } => (
                Warning,
                "total_differs",
                "合计与各行之和（{} 元）不符",
                "The total is not the sum of its rows ({} yuan)",
            ),
            Self::PartsDiffer { .. } => (
                Blocking,
                "parts_differ",
                "应收与各费用列之和（{} 元）不符，无法确定应收是否另有一笔",
                "What is due is not the sum of the columns of fees ({} yuan); it is not clear whether it \
                 is one more",
            ),
            Self::WaiverNegative => (
                Warning,
                "waiver_negative",
                "减免写成了负数，按减免读入",
                "The waiver is negative; it was read as a waiver",
            ),
            Self::WaiverTooLarge { .. } => (
                Warning,
                "waiver_too_large",
                "减免大于应收（{} 元）；只按应收减免",
                "More is waived than is due ({} yuan); no more than that was taken",
            ),
            Self::ZeroPayment => {
                (Note, "payment_zero", "收款为零，未读入", "A receipt of nothing was left out")
            }
            _ => return None,
        })
    }

    fn about_days(&self) -> Option<Fixed> {
        Some(match self {
            Self::NotADay => (
                Blocking,
                "day_unreadable",
                "日期无法识别；请填写如 2026-09-15",
                "This is no date; write one such as 2026-09-15",
            ),
            Self::DayMissing => (Blocking, "day_missing", "缺少日期", "The date is missing"),
            Self::DayOutOfRange => (
                Blocking,
                "day_out_of_range",
                "日期不存在或不在 1990 至 2099 年之间",
                "There is no such date between 1990 and 2099",
            ),
            Self::DayAmbiguous => (
                Blocking,
                "day_ambiguous",
                "分不清日与月；请按年-月-日填写",
                "Day and month cannot be told apart; write year-month-day",
            ),
            Self::DayYearAssumed { .. } => (
                Warning,
                "day_year_assumed",
                "日期没有年份，按标题中的 {} 年读入",
                "The date has no year; {} was taken from the title",
            ),
            Self::DayIsMonth => (
                Warning,
                "day_is_month",
                "只写了月份，按该月最后一天读入",
                "Only a month is given; its last day was taken",
            ),
            _ => return None,
        })
    }

    fn about_periods(&self) -> Option<Fixed> {
        Some(match self {
            Self::NotAPeriod => (
                Blocking,
                "period_unreadable",
                "账期无法识别；请填写如 2026-09",
                "This is no period; write one such as 2026-09",
            ),
            Self::PeriodAmbiguous => (
                Blocking,
                "period_ambiguous",
                "分不清 1 月与 10 月（数字 2026.10 会变成 2026.1）；请按文本填写",
                "January or October? (The number 2026.10 becomes 2026.1.) Write it as text",
            ),
            Self::PeriodAssumed { .. } => (
                Note,
                "period_assumed",
                "没有账期列，按标题中的 {} 读入",
                "There is no column for the period; {} was taken from the title",
            ),
            Self::MonthsUnfolded => (
                Note,
                "months_unfolded",
                "每月一列，已按月逐笔读入，到期日为当月最后一天",
                "A column for each month: each was read as a charge of its own, due on the last day of \
                 its month",
            ),
            Self::ItemsUnfolded => (
                Note,
                "items_unfolded",
                "每项费用一列，已逐项读入",
                "A column for each fee: each was read as an entry of its own",
            ),
            Self::MonthsWithoutYear => (
                Blocking,
                "months_without_year",
                "每月一列而没有年份；请在表头或标题中写明年份",
                "A column for each month, and no year; say it in the headings or the title",
            ),
            Self::PeriodMissing => (
                Blocking,
                "period_missing",
                "账期和到期日都缺少",
                "Both the period and the due date are missing",
            ),
            Self::DueDayAssumed => (
                Note,
                "due_day_assumed",
                "没有到期日，按账期最后一天读入",
                "There is no due date; the last day of the period was taken",
            ),
            Self::OpeningDayMissing => (
                Blocking,
                "opening_day_missing",
                "期初余额没有日期；请在表头上方注明截至日期",
                "An opening balance without a date; say above the headings as of which day it is",
            ),
            _ => return None,
        })
    }

    fn about_rooms(&self) -> Option<Fixed> {
        Some(match self {
            Self::RoomMissing => (Blocking, "room_missing", "缺少房号", "The room is missing"),
            Self::NotARoom => (
                Blocking,
                "room_unreadable",
                "房号无法识别；请填写如 1-1-301",
                "This is no room; write one such as 1-1-301",
            ),
            Self::RoomWithoutBuilding => (
                Blocking,
                "room_without_building",
                "房号没有楼栋，而其他行有",
                "The room has no building, while other rows have one",
            ),
            Self::RoomDisagrees => (
                Blocking,
                "room_disagrees",
                "房号与楼栋、单元两列不一致",
                "The room disagrees with the columns for building and entrance",
            ),
            _ => return None,
        })
    }

    fn about_units(&self) -> Option<Fixed> {
        Some(match self {
            Self::RoomIsDate => (
                Blocking,
                "room_is_date",
                "房号被 Excel 变成了日期，无法确定原来的房号；请设为文本后重填",
                "Excel turned this room into a date and it is not certain which; format the cell as \
                 text and write it again",
            ),
            Self::RoomWasDate { .. } => (
                Warning,
                "room_was_date",
                "房号被 Excel 变成了日期，已还原为 {}",
                "Excel turned this room into a date; it was read as {}",
            ),
            Self::ZerosMatter => (
                Warning,
                "room_zeros_matter",
                "有只差前导零的两户，前导零按有效处理",
                "Two units differ only by leading zeros, so leading zeros were kept",
            ),
            Self::NoBuildings => (
                Note,
                "room_no_buildings",
                "房号都没有楼栋，按一栋读入",
                "No room names a building; all were read as one building",
            ),
            Self::UnitTwice => (
                Warning,
                "unit_twice",
                "同一户出现多次而业主不同，已并为共有人",
                "The same unit stands here with other owners; they were joined as co-owners",
            ),
            _ => return None,
        })
    }

    fn about_cells(&self) -> Option<Fixed> {
        Some(match self {
            Self::FormulaWithoutValue => (
                Blocking,
                "formula_without_value",
                "公式没有保存的结果；请用 Excel 打开并保存",
                "The formula has no stored result; open and save the file in Excel",
            ),
            Self::ErrorValue => {
                (Blocking, "error_value", "单元格是错误值", "The cell holds an error value")
            }
            Self::RowVoid => {
                (Warning, "row_void", "此行已作废，未读入", "The row is void; it was left out")
            }
            Self::NotAnIdentity => (
                Warning,
                "identity_unreadable",
                "不是有效的身份证号，未读入",
                "This is no valid identity number; it was left out",
            ),
            Self::IdentityRounded => (
                Warning,
                "identity_rounded",
                "身份证号按数字存放，后几位已丢失，未读入；请按文本填写",
                "The identity number is stored as a number and its last digits are lost; it was left out. \
                 Write it as text",
            ),
            Self::IdentityWithoutOwner => (
                Warning,
                "identity_without_owner",
                "身份证号多于业主，未读入",
                "There are more identity numbers than owners; this one was left out",
            ),
            Self::NotAPhone => (
                Warning,
                "phone_unreadable",
                "电话无法识别，未采用",
                "This is no telephone number; it was left out",
            ),
            Self::PhonePlaceholder => (
                Note,
                "phone_placeholder",
                "占位号码，视为没有电话",
                "A placeholder number, taken as none",
            ),
            Self::NameUnreadable => (
                Warning,
                "name_unreadable",
                "业主单元格是错误值，未采用",
                "The cell of the owner holds an error value; it was left out",
            ),
            Self::AreaUnreadable => (
                Warning,
                "area_unreadable",
                "面积无法识别，未采用",
                "This is no area; it was left out",
            ),
            _ => return None,
        })
    }

    fn about_sheets(&self) -> Fixed {
        match self {
            Self::RowSkipped => (Note, "row_skipped", "按说明行跳过", "Skipped as a line of notes"),
            Self::HiddenSheet => (
                Warning,
                "hidden_sheet",
                "隐藏的工作表未读取；需要时请取消隐藏",
                "A hidden sheet was not read; unhide it if it is wanted",
            ),
            Self::SummarySheet => (
                Warning,
                "summary_sheet",
                "按汇总表跳过，未读取",
                "Skipped as a sheet of sums; it was not read",
            ),
            Self::SheetRepeats => (
                Warning,
                "sheet_repeats",
                "这张表的每一行在其他表里都有，按重复跳过",
                "Every row of this sheet stands in other sheets too; it was left out as a repetition",
            ),
            Self::ColumnUnread { .. } => (
                Warning,
                "column_unread",
                "“{}”这一列未读取；需要时请指定它的含义",
                "The column “{}” was not read; say what it holds if it is wanted",
            ),
            Self::ItemAssumed { .. } => (
                Note,
                "item_assumed",
                "没有收费项目，按“{}”读入",
                "There is no fee item; it was read as “{}”",
            ),
            Self::MoreProblems(_) => {
                (Note, "more_problems", "另有 {} 个问题未列出", "{} more problems are not listed")
            }
            _ => self.about_headings(),
        }
    }

    fn about_headings(&self) -> Fixed {
        match self {
            Self::UnknownSheet { .. } => (
                Warning,
                "unknown_sheet",
                "工作表里没有找到表头，未读取；要找的是：{}",
                "No headings were found in this sheet and it was not read; looked for: {}",
            ),
            Self::MissingHeading { .. } => (
                Blocking,
                "missing_heading",
                "缺少表头“{}”；可以写作：{}",
                "The heading “{}” is missing; it may read: {}",
            ),
            Self::NothingFound { .. } => (
                Blocking,
                "nothing_found",
                "整个文件没有可读的表；要找的表头是：{}",
                "There is no table to read in this file; looked for the headings: {}",
            ),
            _ => (Blocking, "empty_book", "文件里没有数据", "There is no data in this file"),
        }
    }
}
