//! What stands above the headings: the community's name, and the day of the book.

use chrono::NaiveDate;

use crate::{
    cells::{Cell, Row},
    dates::{self, Day},
    heading_parts, money,
    periods::{self, Period},
    text,
};

/// What the titles of a book say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Preamble {
    /// Day on which it was printed or closed.
    pub(crate) as_of: Option<NaiveDate>,
    /// Name of the community.
    pub(crate) community: Option<String>,
    /// Period that the name or a title of the current sheet names.
    said: Option<Period>,
    /// Fee item that the name or a title of the current sheet names, when it is one alone.
    pub(crate) item: Option<String>,
    /// Whether the name or a title of the current sheet speaks of money received.
    pub(crate) received: bool,
    /// What a title says that amounts are in, if it is not yuan: `万元`.
    pub(crate) unit: Option<&'static str>,
    /// Months that the name of the sheet names without their year: `9月`.
    months: Option<Period>,
    /// Period that the name of the file names.
    file: Option<Period>,
}

impl Preamble {
    /// A sheet begins; what the sheets before say of their periods is not said of it.
    pub(crate) fn begin_sheet(&mut self, name: &str) {
        let name = text::fold(name);
        self.said = periods::in_title(&name);
        self.received = speaks_of_receipts(&name);
        self.unit = money::unit_in(&name);
        self.item = heading_parts::item_in(&name);
        let upto = name.find('月').map_or(name.len(), |at| at + '月'.len_utf8());
        let months = name.get(..upto).map(|months| periods::read(&Cell::text(months)));
        self.months = match months {
            Some(Ok(Some(months @ Period::MonthsOnly(..)))) if name.contains('月') => Some(months),
            _ => None,
        };
    }

    /// The period that the titles of the current sheet name, or else the name of the file.
    pub(crate) fn period(&self) -> Option<Period> {
        self.said.or_else(|| self.file.map(|file| self.narrowed(file)))
    }

    /// What the name of the file says of its time. A day in it is the day of an export.
    pub(crate) fn begin_file(&mut self, name: &str) {
        let name = text::fold(name);
        self.file = periods::in_title(&name).filter(|_| name.contains(['年', '月', '季']));
    }

    /// A title may say the year of the month that the sheet is called by.
    fn narrowed(&self, period: Period) -> Period {
        let first = |year: u32| NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, 1, 1);
        match (period, self.months) {
            (Period::Year(year), Some(months)) => months.in_year_of(first(year)).unwrap_or(period),
            _ => period,
        }
    }

    /// Takes in one row above the headings; what was said first stands.
    pub(crate) fn take(&mut self, row: &Row) {
        for (column, cell) in row.cells.iter().enumerate() {
            let Cell::Text(raw) = cell else { continue };
            let folded = text::fold(raw);
            self.received |= speaks_of_receipts(&folded);
            self.unit = self.unit.or_else(|| money::unit_in(&folded));
            if self.item.is_none() {
                self.item = heading_parts::item_in(&folded);
            }
            if let (None | Some(Period::Year(_)), Some(period)) =
                (self.said, periods::in_title(&folded))
            {
                self.said = Some(self.narrowed(period));
            }
            // `打印日期：` in one cell and the day in the next.
            self.as_of = self.as_of.or_else(|| labelled_day(&folded, row.cell(column + 1)));
            if self.community.is_none() {
                self.community = labelled_community(&folded)
                    .or_else(|| (row.filled() == 1).then(|| titled_community(&folded)).flatten());
            }
        }
    }
}

/// Whether a title speaks of money received and not of what is due.
fn speaks_of_receipts(folded: &str) -> bool {
    let has = |words: &[&str]| words.iter().any(|word| folded.contains(word));
    has(&["实收", "收款", "已收", "已缴", "缴费记录", "缴费明细", "缴费登记"])
        && !has(&["应收", "欠", "未", "台账", "收缴"])
}

fn labelled_day(folded: &str, next: &Cell) -> Option<NaiveDate> {
    const LABELS: [&str; 9] = [
        "打印日期",
        "制表日期",
        "截止日期",
        "统计日期",
        "报表日期",
        "导出日期",
        "制表时间",
        "截至",
        "日期",
    ];
    let (_, behind) = LABELS.iter().find_map(|label| folded.split_once(label))?;
    let written = behind.trim_start_matches([':', '：', ' ']);
    // Other labels may follow on the same line, after spaces.
    let first = written.split("  ").next().unwrap_or(written);
    let upto: String = first
        .chars()
        .take_while(|c| text::digit(*c).is_some() || "年月日号-/.: 十".contains(*c))
        .collect();
    let cell = if upto.trim().is_empty() { next.clone() } else { Cell::text(&upto) };
    match dates::read(&cell) {
        Ok(Some(Day::Day(day))) => Some(day),
        _ => None,
    }
}

fn labelled_community(folded: &str) -> Option<String> {
    const LABELS: [&str; 5] = ["小区名称:", "项目名称:", "小区:", "项目:", "楼盘:"];
    let (_, name) = LABELS.iter().find_map(|label| folded.split_once(label))?;
    name.split_whitespace().next().map(str::to_owned)
}

/// `西湖名苑业主台账(2026年11月)` is about 西湖名苑: the name goes up to the first word that
/// books are called by.
fn titled_community(folded: &str) -> Option<String> {
    const WORDS: [&str; 24] = [
        "业主",
        "欠费",
        "应收",
        "实收",
        "收款",
        "收费",
        "缴费",
        "房屋",
        "房产",
        "住户",
        "物业费",
        "物业管理费",
        "物业服务费",
        "台账",
        "明细",
        "清单",
        "报表",
        "一览",
        "花名册",
        "费用",
        "停车",
        "车位",
        "资产",
        "催缴",
    ];
    let end = WORDS.iter().filter_map(|word| folded.find(word)).min()?;
    // `西湖名苑2026年9月应收明细`: the time begins where the name ends.
    let end = folded.find("20").map_or(end, |year| end.min(year));
    let name = folded.get(..end)?.trim_matches([' ', '-', '_', ':', '(']);
    // `2026年11月欠费明细` names a month, not a place.
    let is_name = (2..=20).contains(&name.chars().count())
        && !name.contains(|c: char| c.is_ascii_digit() || matches!(c, '年' | '月'));
    is_name.then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(cells: &[&str]) -> Preamble {
        let mut preamble = Preamble::default();
        preamble
            .take(&Row { number: 1, cells: cells.iter().map(|text| Cell::text(text)).collect() });
        preamble
    }

    #[test]
    fn titles_name_the_community() {
        assert_eq!(of(&["西湖名苑业主台账（2026年11月）"]).community.as_deref(), Some("西湖名苑"));
        assert_eq!(of(&["小区名称：西湖名苑　制表人：王"]).community.as_deref(), Some("西湖名苑"));
        let dated = of(&["西湖名苑2026年9月应收明细"]);
        assert_eq!(dated.community.as_deref(), Some("西湖名苑"));
        assert_eq!(of(&["2026年11月欠费明细"]).community, None);
    }

    #[test]
    fn the_book_gives_its_day() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 20);
        for cells in [
            &["制表人：王会计　　打印日期：2026-11-20"][..],
            &["打印日期：2026年11月20日  制表：王"],
            &["截至2026.11.20"],
            &["制表日期：", "2026/11/20"],
        ] {
            assert_eq!(of(cells).as_of, day, "{cells:?}");
        }
        assert_eq!(of(&["西湖名苑欠费明细（2026年11月）"]).as_of, None);
    }
}
