//! Texts and cells that are dates where a room should be.

use chrono::Datelike;

use crate::cells::Cell;

/// Year, month and day of a room that Excel took for a date, also when a CSV file shows it as
/// text: `8月2日`, `2-Aug`, `2026/8/2`.
pub(crate) fn date_of(cell: &Cell, folded: &str) -> Option<(Option<u32>, u32, u32)> {
    if let Cell::Day(day) = cell {
        return Some((Some(day.year().unsigned_abs()), day.month(), day.day()));
    }
    if let Some((month, day)) = folded.strip_suffix('日').and_then(|text| text.split_once('月')) {
        let (year, month) = month.split_once('年').map_or((None, month), |(y, m)| (Some(y), m));
        let year = year.map(str::parse).transpose().ok()?;
        return Some((year, month.parse().ok()?, day.parse().ok()?));
    }
    english_date(folded).or_else(|| iso_date(folded))
}

fn english_date(folded: &str) -> Option<(Option<u32>, u32, u32)> {
    const MONTHS: [&str; 12] =
        ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    let (first, second) = folded.split_once('-')?;
    let month_of = |text: &str| {
        let at = MONTHS.iter().position(|month| text.eq_ignore_ascii_case(month))?;
        u32::try_from(at + 1).ok()
    };
    match (month_of(first), month_of(second)) {
        (None, Some(month)) => Some((None, month, first.parse().ok()?)),
        // `Aug-32` is how Excel shows what was typed as `8-32`.
        (Some(month), None) => Some((Some(second.parse().ok()?), month, 1)),
        _ => None,
    }
}

/// No building has a number like 2026; a year has.
fn iso_date(folded: &str) -> Option<(Option<u32>, u32, u32)> {
    let numbers: Option<Vec<u32>> =
        folded.split(['-', '/']).map(|part| part.parse().ok()).collect();
    match *numbers?.as_slice() {
        [year @ 1930..2100, month @ 1..=12, day @ 1..=31] => Some((Some(year), month, day)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_seen_through() {
        let dated = |raw: &str| date_of(&Cell::text(raw), raw);
        assert_eq!(dated("8月2日"), Some((None, 8, 2)));
        assert_eq!(dated("2-Aug"), Some((None, 8, 2)));
        assert_eq!(dated("Aug-32"), Some((Some(32), 8, 1)));
        assert_eq!(dated("2026/8/2"), Some((Some(2026), 8, 2)));
        assert_eq!(dated("8-2"), None);
        assert_eq!(dated("1-1-301"), None);
    }
}
