//! Days, in every way that a Chinese office writes them.

use chrono::{Datelike, Days, NaiveDate};

use crate::{cells::Cell, reasons::Reason, text};

/// A day as read; a month alone stands for its last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Day {
    /// A day.
    Day(NaiveDate),
    /// The last day of the month that the cell names.
    EndOfMonth(NaiveDate),
}

/// Reads a day; `None` for an empty cell or one of the ways to write nothing.
///
/// # Errors
/// When the cell holds no day, one outside of 1990 to 2099, or one whose day and month cannot
/// be told apart (`03/04/2026`).
pub(crate) fn read(cell: &Cell) -> Result<Option<Day>, Reason> {
    match cell {
        Cell::Empty => Ok(None),
        Cell::Day(day) => in_range(*day).map(|day| Some(Day::Day(day))),
        Cell::Number(number) => from_number(*number).map(Some),
        Cell::Text(raw) => {
            let folded = text::fold(raw);
            if text::means_nothing(&folded) { Ok(None) } else { from_text(&folded).map(Some) }
        }
        Cell::Bool(_) => Err(Reason::NotADay),
        Cell::Fault(fault) => Err(fault.reason()),
    }
}

/// A day without its year, `9月30日`, `9.30`, in the year that stands elsewhere; none when the cell
/// holds something else.
pub(crate) fn read_in_year(cell: &Cell, year: u32) -> Option<NaiveDate> {
    let Cell::Text(raw) = cell else { return None };
    let (month, date) = month_day(&text::squeeze(raw))?;
    ymd(year, month, date).ok()
}

/// The month and day of `9月30日`, `9-30`, `9/30`, `9.30`.
pub(crate) fn month_day(squeezed: &str) -> Option<(u32, u32)> {
    let bare = squeezed.trim_end_matches(['日', '号']);
    let (month, date) = bare.split_once(['月', '-', '/', '.'])?;
    let small = |part: &str| text::han_number(part).filter(|_| part.chars().count() <= 3);
    let (month, date) = (small(month)?, small(date)?);
    ((1..=12).contains(&month) && (1..=31).contains(&date)).then_some((month, date))
}

/// A number is a day as Excel counts them (45672), or the digits of one (20250115).
fn from_number(number: f64) -> Result<Day, Reason> {
    let whole = number.trunc();
    if !(0.0..1e8).contains(&whole) {
        return Err(Reason::NotADay);
    }
    if whole >= 1e5 {
        return from_text(&format!("{whole:.0}"));
    }
    let days = format!("{whole:.0}").parse().map_err(|_| Reason::NotADay)?;
    from_serial(days).map(Day::Day)
}

/// Excel counts days from the last day of 1899, and one more for a day that never was, which
/// no book of ours is old enough to meet.
fn from_serial(days: u64) -> Result<NaiveDate, Reason> {
    NaiveDate::from_ymd_opt(1899, 12, 30)
        .and_then(|epoch| epoch.checked_add_days(Days::new(days)))
        .ok_or(Reason::DayOutOfRange)
        .and_then(in_range)
}

fn from_text(folded: &str) -> Result<Day, Reason> {
    let date = date_part(folded);
    let parts = parts(&date).ok_or(Reason::NotADay)?;
    match *parts.as_slice() {
        [(digits, 8)] => day(digits / 10_000, digits / 100 % 100, digits % 100),
        [(digits, 6)] => end_of_month(digits / 100, digits % 100),
        [(digits, 5)] => from_serial(u64::from(digits)).map(Day::Day),
        [(year, 4), (month, 1 | 2)] => end_of_month(year, month),
        [(year, 4), (month, 1 | 2), (date, 1 | 2)] => day(year, month, date),
        [(year, 2), (month, 1 | 2), (date, 1 | 2)] => day(2000 + year, month, date),
        [(first, 1 | 2), (second, 1 | 2), (year, 4)] => year_last(first, second, year),
        _ => Err(Reason::NotADay),
    }
}

/// Leaves off the time of day, the day of the week and what a book writes behind a date.
fn date_part(folded: &str) -> String {
    let upto = folded.split_once(['T', '(', '星', '周']).map_or(folded, |(date, _)| date);
    let upto = upto.trim();
    // A space separates the time only when a clock follows; `2025 01 15` has spaces inside.
    let clock = upto.find(':').and_then(|colon| upto.get(..colon)?.rfind(' '));
    let upto = clock.and_then(|space| upto.get(..space)).unwrap_or(upto);
    upto.trim_end_matches(['前', '止', '起', '整']).trim().to_owned()
}

/// The numbers of a date, each with how many digits it was written with.
fn parts(date: &str) -> Option<Vec<(u32, usize)>> {
    let marked = date.replace(['年', '月', '/', '.', '-', '\\', ' ', '、'], ",");
    let marked = marked.trim_end_matches(['日', '号', ',', '份']);
    let mut parts = Vec::new();
    for part in marked.split(',').filter(|part| !part.is_empty()) {
        let number = match part.parse::<u32>() {
            Ok(number) if part.len() <= 8 => (number, part.len()),
            Ok(_) => return None,
            Err(_) => {
                let number = text::han_number(part)?;
                (number, number.checked_ilog10().map_or(1, |log| log as usize + 1))
            }
        };
        parts.push(number);
    }
    Some(parts)
}

fn day(year: u32, month: u32, date: u32) -> Result<Day, Reason> {
    ymd(year, month, date).and_then(in_range).map(Day::Day)
}

/// `15/9/2026` and `9/15/2026` can be told apart, `3/4/2026` cannot.
fn year_last(first: u32, second: u32, year: u32) -> Result<Day, Reason> {
    match (first > 12, second > 12) {
        (true, false) => day(year, second, first),
        (false, true) => day(year, first, second),
        (false, false) if first == second => day(year, first, second),
        (false, false) => Err(Reason::DayAmbiguous),
        (true, true) => Err(Reason::DayOutOfRange),
    }
}

fn end_of_month(year: u32, month: u32) -> Result<Day, Reason> {
    last_day(year, month).and_then(in_range).map(Day::EndOfMonth)
}

/// The last day of a month.
///
/// # Errors
/// When there is no such month.
pub(crate) fn last_day(year: u32, month: u32) -> Result<NaiveDate, Reason> {
    let (next_year, next_month) = if month >= 12 { (year + 1, 1) } else { (year, month + 1) };
    ymd(year, month, 1)?;
    ymd(next_year, next_month, 1)?.pred_opt().ok_or(Reason::DayOutOfRange)
}

/// A day that must exist.
///
/// # Errors
/// When it does not.
pub(crate) fn ymd(year: u32, month: u32, date: u32) -> Result<NaiveDate, Reason> {
    i32::try_from(year)
        .ok()
        .and_then(|year| NaiveDate::from_ymd_opt(year, month, date))
        .ok_or(Reason::DayOutOfRange)
}

fn in_range(day: NaiveDate) -> Result<NaiveDate, Reason> {
    if (1990..2100).contains(&day.year()) { Ok(day) } else { Err(Reason::DayOutOfRange) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(raw: &str) -> Result<Option<Day>, Reason> {
        read(&Cell::Text(raw.to_owned()))
    }

    fn the_fifteenth() -> Day {
        Day::Day(NaiveDate::from_ymd_opt(2025, 1, 15).unwrap())
    }

    #[test]
    fn a_day_is_read_in_every_chinese_way() {
        let ways = [
            "2025-01-15",
            "2025/1/15",
            "2025.01.15",
            "2025年1月15日",
            "2025年01月15号",
            "20250115",
            "2025-1-15 14:33:00",
            "2025-01-15T00:00:00",
            "25-1-15",
            "25.01.15",
            "２０２５－０１－１５",
            "二〇二五年一月十五日",
            "2025 01 15",
            "45672",
            "15/1/2025",
            "1/15/2025",
            "2025年1月15日前",
            "2025年1月15日 星期三",
            "2025-01-15（周三）",
            "2025 年 1 月 15 日",
        ];
        for way in ways {
            assert_eq!(of(way), Ok(Some(the_fifteenth())), "{way}");
        }
        assert_eq!(read(&Cell::Number(45672.5)), Ok(Some(the_fifteenth())));
        assert_eq!(read(&Cell::Number(20_250_115.0)), Ok(Some(the_fifteenth())));
    }

    #[test]
    fn a_month_is_its_last_day() {
        let end = Day::EndOfMonth(NaiveDate::from_ymd_opt(2026, 2, 28).unwrap());
        for way in ["2026-02", "2026年2月", "202602", "2026年02月份", "2026.2"] {
            assert_eq!(of(way), Ok(Some(end)), "{way}");
        }
    }

    #[test]
    fn what_is_no_day_is_refused() {
        assert_eq!(of("2025-02-30"), Err(Reason::DayOutOfRange));
        assert_eq!(of("1025-02-03"), Err(Reason::DayOutOfRange));
        assert_eq!(of("03/04/2026"), Err(Reason::DayAmbiguous));
        for raw in ["月底", "已缴", "2025-01-15-3", "254.77", "2025年", "十五日"] {
            assert_eq!(of(raw), Err(Reason::NotADay), "{raw}");
        }
        assert_eq!(read(&Cell::Number(-1.0)), Err(Reason::NotADay));
        assert_eq!(read(&Cell::Number(254.77)), Err(Reason::DayOutOfRange));
    }
}
