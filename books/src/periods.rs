//! Periods that a charge is for, in one form each.

use chrono::{Datelike, NaiveDate};

use crate::{
    cells::Cell,
    dates::{self, Day},
    reasons::Reason,
    text,
};

/// A period as read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Period {
    /// A month of a year.
    Month(u32, u32),
    /// A quarter of a year, 1 to 4.
    Quarter(u32, u32),
    /// A year.
    Year(u32),
    /// From one month to another, both within.
    Months((u32, u32), (u32, u32)),
    /// Months whose year the row must give elsewhere: `9月`, `7-9月`.
    MonthsOnly(u32, u32),
}

impl Period {
    /// The month of a day.
    pub(crate) fn of(day: NaiveDate) -> Self {
        Self::Month(day.year().unsigned_abs(), day.month())
    }

    /// Its year, the later of two; none for a month without one.
    pub(crate) fn year(self) -> Option<u32> {
        match self {
            Self::Month(year, _) | Self::Quarter(year, _) | Self::Year(year) => Some(year),
            Self::Months(_, (year, _)) => Some(year),
            Self::MonthsOnly(..) => None,
        }
    }

    /// Whether a day is in it.
    pub(crate) fn holds(self, day: NaiveDate) -> bool {
        let (year, month) = (day.year().unsigned_abs(), day.month());
        match self {
            Self::Month(of, at) => (of, at) == (year, month),
            Self::Quarter(of, quarter) => of == year && month.div_ceil(3) == quarter,
            Self::Year(of) => of == year,
            Self::Months(from, to) => (from..=to).contains(&(year, month)),
            Self::MonthsOnly(..) => false,
        }
    }

    /// Two days as the months from the one to the other.
    ///
    /// # Errors
    /// When they are in the wrong order.
    pub(crate) fn between(from: NaiveDate, to: NaiveDate) -> Result<Self, Reason> {
        let month = |day: NaiveDate| (day.year().unsigned_abs(), day.month());
        months(month(from), month(to))
    }

    /// Fills in the year of a month without one.
    pub(crate) fn in_year_of(self, day: Option<NaiveDate>) -> Result<Self, Reason> {
        match (self, day) {
            (Self::MonthsOnly(from, to), Some(day)) => {
                let year = day.year().unsigned_abs();
                months((year, from), (year, to))
            }
            (Self::MonthsOnly(..), None) => Err(Reason::NotAPeriod),
            _ => Ok(self),
        }
    }

    /// Its last day.
    ///
    /// # Errors
    /// When it has no year.
    pub(crate) fn last_day(self) -> Result<NaiveDate, Reason> {
        match self {
            Self::Month(year, month) | Self::Months(_, (year, month)) => {
                dates::last_day(year, month)
            }
            Self::Quarter(year, quarter) => dates::last_day(year, quarter * 3),
            Self::Year(year) => dates::last_day(year, 12),
            Self::MonthsOnly(..) => Err(Reason::NotAPeriod),
        }
    }
}

impl std::fmt::Display for Period {
    /// `2026-09`, `2026-Q3`, `2026`, `2026-01/2026-06`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Month(year, month) => write!(f, "{year:04}-{month:02}"),
            Self::Quarter(year, quarter) => write!(f, "{year:04}-Q{quarter}"),
            Self::Year(year) => write!(f, "{year:04}"),
            Self::Months((y1, m1), (y2, m2)) => write!(f, "{y1:04}-{m1:02}/{y2:04}-{m2:02}"),
            Self::MonthsOnly(from, to) if from == to => write!(f, "{from:02}"),
            Self::MonthsOnly(from, to) => write!(f, "{from:02}/{to:02}"),
        }
    }
}

/// Reads a period; `None` for an empty cell or one of the ways to write nothing.
///
/// # Errors
/// When the cell holds no period. The *number* 2026.1 may be January, or October that lost its
/// zero, and is refused.
pub(crate) fn read(cell: &Cell) -> Result<Option<Period>, Reason> {
    match cell {
        Cell::Empty => Ok(None),
        Cell::Day(day) => Ok(Some(Period::of(*day))),
        Cell::Number(number) => from_number(*number).map(Some),
        Cell::Text(raw) => {
            let squeezed = text::squeeze(raw);
            if text::means_nothing(&squeezed) {
                return Ok(None);
            }
            // A moment, whose day and clock a space tells apart.
            if squeezed.contains(':')
                && let Ok(Some(Day::Day(day))) = dates::read(cell)
            {
                return Ok(Some(Period::of(day)));
            }
            from_text(&squeezed).map(Some)
        }
        Cell::Bool(_) => Err(Reason::NotAPeriod),
        Cell::Fault(fault) => Err(fault.reason()),
    }
}

/// The period that a title names: `西湖名苑2026年9月应收明细`. A day of printing is none.
pub(crate) fn in_title(folded: &str) -> Option<Period> {
    if ["日期", "时间", "截至", "打印", "制表"].iter().any(|word| folded.contains(word)) {
        return None;
    }
    let start = folded.match_indices("20").map(|(at, _)| at).next()?;
    let written: String = folded
        .get(start..)?
        .chars()
        .take_while(|c| text::digit(*c).is_some() || "年月季度第十Qq-.至到份上下半、~".contains(*c))
        .collect();
    let written = written.trim_end_matches(['-', '.', '第', '至', '到']);
    match from_text(written) {
        Ok(Period::MonthsOnly(..)) | Err(_) => None,
        Ok(period) => Some(period),
    }
}

fn from_number(number: f64) -> Result<Period, Reason> {
    if number.fract() == 0.0 {
        return from_text(&format!("{number:.0}"));
    }
    let shown = format!("{number:.2}");
    match shown.split_once('.') {
        Some((_, "10")) => Err(Reason::PeriodAmbiguous),
        // `2026.9`; no month has that tenth but this one.
        _ => from_text(shown.trim_end_matches('0')),
    }
}

fn from_text(squeezed: &str) -> Result<Period, Reason> {
    let full = full_year(without_fee(squeezed));
    let squeezed = full.as_str();
    if let Some(period) = half(squeezed).or_else(|| listed(squeezed)) {
        return Ok(period);
    }
    if let Some(period) = range(squeezed) {
        return period;
    }
    if let Some(quarter) = quarter(squeezed) {
        return quarter;
    }
    if let Some(year) = year(squeezed) {
        return Ok(Period::Year(year));
    }
    if let Some(month) = month_only(squeezed) {
        return Ok(Period::MonthsOnly(month, month));
    }
    single(squeezed).map(|(year, month)| Period::Month(year, month))
}

/// `2026年9月物业费`: the item is no part of the period.
fn without_fee(squeezed: &str) -> &str {
    let ends = ["月份", "月", "季度", "半年", "年度", "年", "日", "号"];
    let behind = ends.iter().filter_map(|end| squeezed.rfind(end).map(|at| at + end.len())).max();
    let Some((time, rest)) = behind.and_then(|at| squeezed.split_at_checked(at)) else {
        return squeezed;
    };
    let fee = rest.ends_with('费') && rest.chars().all(|c| !c.is_ascii() && c.is_alphabetic());
    if fee { time } else { squeezed }
}

/// `26年9月`, `26.9` is `2026年9月`. `26.1` may be October that lost its zero.
fn full_year(squeezed: &str) -> String {
    if let Some((year, month)) = squeezed.split_once(['.', '-', '/'])
        && year.len() == 2
        && year.parse::<u32>().is_ok_and(|year| (13..100).contains(&year))
        && (1..=2).contains(&month.len())
        && month != "1"
        && month.parse::<u32>().is_ok_and(|month| (1..=12).contains(&month))
    {
        return format!("20{year}年{month}月");
    }
    let short = squeezed
        .split_once('年')
        .is_some_and(|(year, _)| year.len() == 2 && year.bytes().all(|byte| byte.is_ascii_digit()));
    if short { format!("20{squeezed}") } else { squeezed.to_owned() }
}

/// `2026年上半年`, `下半年`.
fn half(squeezed: &str) -> Option<Period> {
    let rest = squeezed.strip_suffix("半年")?;
    let (year, from) = match (rest.strip_suffix('上'), rest.strip_suffix('下')) {
        (Some(year), _) => (year, 1),
        (_, Some(year)) => (year, 7),
        _ => return None,
    };
    if year.is_empty() {
        return Some(Period::MonthsOnly(from, from + 5));
    }
    let year = self::year(year)?;
    Some(Period::Months((year, from), (year, from + 5)))
}

/// `2026年7、8、9月`: months that follow each other.
fn listed(squeezed: &str) -> Option<Period> {
    let (year, list) = squeezed
        .strip_suffix('月')?
        .split_once('年')
        .unwrap_or_else(|| ("", squeezed.trim_end_matches('月')));
    let list: Option<Vec<u32>> =
        list.split(['、', ',']).map(|month| month_only(month.trim_end_matches('月'))).collect();
    let list = list?;
    let follow = list.windows(2).all(|two| matches!(two, [a, b] if a + 1 == *b));
    let (&[first, ..], &[.., last]) = (list.as_slice(), list.as_slice()) else { return None };
    if list.len() < 2 || !follow {
        return None;
    }
    if year.is_empty() {
        return Some(Period::MonthsOnly(first, last));
    }
    let year = self::year(year)?;
    months((year, first), (year, last)).ok()
}

/// The month that a month or a day stands for.
fn single(squeezed: &str) -> Result<(u32, u32), Reason> {
    let trimmed = squeezed.trim_end_matches(['度', '份', '费']);
    match dates::read(&Cell::text(trimmed)) {
        Ok(Some(Day::Day(day) | Day::EndOfMonth(day))) => {
            Ok((day.year().unsigned_abs(), day.month()))
        }
        _ => Err(Reason::NotAPeriod),
    }
}

/// `2026-01至2026-03`, `2026.01-2026.03`, `2026年1-3月`, `202601~202603`.
fn range(squeezed: &str) -> Option<Result<Period, Reason>> {
    let (from, to) = squeezed.split_once(['至', '到', '~', '～']).or_else(|| hyphen(squeezed))?;
    let from = from.trim_matches('-');
    let to = to.trim_matches('-');
    // `7-9月`, whose year stands elsewhere.
    if let (Some(first), Some(last)) = (month_only(from), month_only(to)) {
        let period = (first <= last).then_some(Period::MonthsOnly(first, last));
        return Some(period.ok_or(Reason::NotAPeriod));
    }
    let first = match single(from) {
        Ok(first) => first,
        Err(_) => match year_and_month(from) {
            Some(first) => first,
            None => return Some(Err(Reason::NotAPeriod)),
        },
    };
    let same_year = month_only(to).or_else(|| dates::month_day(to).map(|(month, _)| month));
    let last = same_year.map(|month| (first.0, month)).map_or_else(|| single(to), Ok);
    Some(last.and_then(|last| months(first, last)))
}

/// The hyphen in the middle, when both sides are of one kind: `2026.01-2026.03`,
/// `202601-202603`, `2026-01-2026-03`, `2026年1-3月`.
fn hyphen(squeezed: &str) -> Option<(&str, &str)> {
    let hyphens: Vec<usize> = squeezed.match_indices('-').map(|(at, _)| at).collect();
    let at = match hyphens.as_slice() {
        [at] if squeezed.contains('年') || squeezed.contains(['.', '/']) => *at,
        // `202601-202612`, `202607-12`.
        [at @ 6] if matches!(squeezed.len(), 9 | 13) => *at,
        // `20260901-20261231`.
        [at @ 8] if squeezed.len() == 17 => *at,
        // `7-9月`.
        [at] if squeezed.ends_with('月') && *at <= 2 => *at,
        [_, at, _] | [_, _, at, _, _] | [_, _, at, _] => *at,
        _ => return None,
    };
    Some((squeezed.get(..at)?, squeezed.get(at + 1..)?))
}

/// `2026年1` of `2026年1-3月`.
fn year_and_month(text: &str) -> Option<(u32, u32)> {
    let (year, month) = text.split_once('年')?;
    Some((year.parse().ok()?, month.parse().ok().filter(|month| (1..=12).contains(month))?))
}

fn months(first: (u32, u32), last: (u32, u32)) -> Result<Period, Reason> {
    if first > last {
        return Err(Reason::NotAPeriod);
    }
    Ok(match (first, last) {
        (first, last) if first == last => Period::Month(first.0, first.1),
        ((year, 1), (end, 12)) if year == end => Period::Year(year),
        ((year, from), (end, to)) if year == end && from % 3 == 1 && to == from + 2 => {
            Period::Quarter(year, to / 3)
        }
        _ => Period::Months(first, last),
    })
}

/// `2026年第三季度`, `2026Q3`, `2026-Q3`, `2026年3季度`.
fn quarter(squeezed: &str) -> Option<Result<Period, Reason>> {
    let upper = squeezed.to_uppercase();
    if let Some((quarter, "度" | "")) = upper.trim_start_matches('第').split_once('季')
        && let Some(quarter @ 1..=4) = text::han_number(quarter)
    {
        return Some(Ok(Period::MonthsOnly(quarter * 3 - 2, quarter * 3)));
    }
    let (year, rest) = upper.split_at_checked(4)?;
    let year = year.parse().ok()?;
    let rest = rest.trim_start_matches(['年', '-', '第']);
    let quarter = match rest.strip_prefix('Q') {
        Some(quarter) => quarter,
        None => rest.split_once('季').map(|(quarter, _)| quarter)?,
    };
    let quarter = text::han_number(quarter).filter(|quarter| (1..=4).contains(quarter));
    Some(quarter.map(|quarter| Period::Quarter(year, quarter)).ok_or(Reason::NotAPeriod))
}

/// `2026`, `2026年`, `2026年度`, `2026全年`.
fn year(squeezed: &str) -> Option<u32> {
    let (year, rest) = squeezed.split_at_checked(4)?;
    let year = year.parse().ok().filter(|year| (1990..2100).contains(year))?;
    matches!(rest, "" | "年" | "年度" | "全年" | "年全年").then_some(year)
}

/// `9月`, `九月份`, `09`.
fn month_only(squeezed: &str) -> Option<u32> {
    let bare = squeezed.trim_end_matches('份').trim_end_matches('月');
    text::han_number(bare).filter(|month| (1..=12).contains(month) && bare.chars().count() <= 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(raw: &str) -> String {
        match read(&Cell::Text(raw.to_owned())) {
            Ok(Some(period)) => period.to_string(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn a_month_is_read_in_every_way() {
        let ways = [
            "2026-09",
            "2026年09月",
            "2026年9月",
            "202609",
            "2026/9",
            "2026.09",
            "２０２６年９月",
            "2026年九月",
            "2026-09-15",
            "2026年9月份",
            "2026-9月",
            "2026年9月1日至2026年9月30日",
            "2026-09-01至2026-09-30",
            "2026年 9 月",
            "26年9月",
            "2026年9月物业费",
            "2026.9.1-9.30",
            "2026-09-01 00:00:00",
            "26.9",
            "26.09",
            "26/9",
            "20260901-20260930",
        ];
        for way in ways {
            assert_eq!(shown(way), "2026-09", "{way}");
        }
        let numbers = [
            (202_609.0, "2026-09"),
            (2026.09, "2026-09"),
            (2026.9, "2026-09"),
            (26.9, "2026-09"),
            (2026.11, "2026-11"),
            (2026.0, "2026"),
        ];
        for (number, period) in numbers {
            assert_eq!(read(&Cell::Number(number)).unwrap().unwrap().to_string(), period);
        }
        assert_eq!(read(&Cell::Number(2026.1)), Err(Reason::PeriodAmbiguous));
    }

    #[test]
    fn longer_periods_have_one_form_each() {
        for way in [
            "2026年第三季度",
            "2026Q3",
            "2026-q3",
            "2026年3季度",
            "2026年7-9月",
            "2026-07至2026-09",
        ] {
            assert_eq!(shown(way), "2026-Q3", "{way}");
        }
        for way in [
            "2026",
            "2026年度",
            "2026年1月至12月",
            "202601-202612",
            "2026.01-2026.12",
            "2026-01-2026-12",
        ] {
            assert_eq!(shown(way), "2026", "{way}");
        }
        assert_eq!(shown("2025-11至2026-01"), "2025-11/2026-01");
        assert_eq!(shown("2025.11.01-2026.01.31"), "2025-11/2026-01");
        assert_eq!(shown("2025-11-01-2026-01-31"), "2025-11/2026-01");
        assert_eq!(shown("九月"), "09");
        for way in ["2026年上半年", "2026年1-6月", "2026年1月1日-6月30日", "2026.1.1-6.30"]
        {
            assert_eq!(shown(way), "2026-01/2026-06", "{way}");
        }
        for way in ["2026.07.01-09.30", "2026年7、8、9月", "202607-09", "2026-07-01-09-30"] {
            assert_eq!(shown(way), "2026-Q3", "{way}");
        }
        // The year of these stands elsewhere.
        for (way, months) in
            [("7-9月", "07/09"), ("7月至9月", "07/09"), ("上半年", "01/06"), ("第三季度", "07/09")]
        {
            assert_eq!(shown(way), months, "{way}");
        }
    }

    #[test]
    fn titles_name_periods() {
        let shown = |title| in_title(title).map(|period| period.to_string());
        assert_eq!(shown("西湖名苑2026年9月应收明细").as_deref(), Some("2026-09"));
        assert_eq!(shown("物业费(2026年第三季度)").as_deref(), Some("2026-Q3"));
        assert_eq!(shown("2026-09").as_deref(), Some("2026-09"));
        assert_eq!(shown("打印日期:2026-11-20"), None);
        assert_eq!(shown("应收明细"), None);
    }

    #[test]
    fn what_is_no_period_is_refused() {
        assert_eq!(read(&Cell::Number(26.1)), Err(Reason::PeriodAmbiguous));
        for raw in [
            "26.1",
            "26.13",
            "9.26",
            "物业费",
            "2026-13",
            "2026-03至2026-01",
            "2026年5季度",
            "13月",
            "20261",
        ] {
            assert!(read(&Cell::Text(raw.to_owned())).is_err(), "{raw}: {}", shown(raw));
        }
    }
}
