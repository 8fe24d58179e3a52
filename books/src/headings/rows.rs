//! Rows of headings as texts, and several of them as one.

use chrono::Datelike as _;

use super::{is_money, is_total, normalised};
use crate::{
    cells::{Cell, Row},
    heading_parts,
    periods::Period,
    text,
};

/// The headings of a row as texts: a day is a month, and so is a number such as 202609.
pub(crate) fn texts_of(row: &Row) -> Vec<String> {
    let text = |cell: &Cell| match cell {
        Cell::Text(raw) => raw.clone(),
        Cell::Day(day) if day.day() == 1 => day.format("%Y年%-m月").to_string(),
        Cell::Number(number) if is_month_number(*number) => format!("{number:.0}"),
        _ => String::new(),
    };
    row.cells.iter().map(text).collect()
}

fn is_month_number(number: f64) -> bool {
    number.fract() == 0.0
        && (199_001.0..=209_912.0).contains(&number)
        && (1.0..=12.0).contains(&(number % 100.0))
}

/// Two rows of headings as one: what stands above several columns (`2026年9月`, `停车费`, `合计`)
/// is said of each of them, where both together name a column of money.
pub(crate) fn joined(above: &[String], below: &[String]) -> Vec<String> {
    let mut group = "";
    let mut joined = Vec::with_capacity(above.len().max(below.len()));
    for column in 0..above.len().max(below.len()) {
        let own = above.get(column).map_or("", String::as_str);
        let below = below.get(column).map_or("", String::as_str);
        if !own.trim().is_empty() {
            group = own;
        }
        joined.push(match (below.trim().is_empty(), own) {
            (true, own) => own.to_owned(),
            (false, _) => both(group, below),
        });
    }
    joined
}

/// The headings with the units that a row below them gives: `（元）`, `㎡`. None when the row is another one.
pub(crate) fn with_units(headings: &[String], row: &Row) -> Option<Vec<String>> {
    const UNITS: [&str; 11] =
        ["元", "万元", "千元", "百元", "角", "分", "㎡", "M2", "M²", "平方米", "平米"];
    let mut named = headings.to_vec();
    let mut any = false;
    for (column, cell) in row.cells.iter().enumerate() {
        let raw = match cell {
            Cell::Empty => continue,
            Cell::Text(raw) => text::squeeze(raw).to_uppercase(),
            _ => return None,
        };
        let unit = raw.trim_matches(['(', ')', '[', ']']).trim_start_matches("单位:");
        if !UNITS.contains(&unit) {
            return None;
        }
        any = true;
        named.get_mut(column)?.push_str(&format!("({unit})"));
    }
    any.then_some(named)
}

fn both(group: &str, below: &str) -> String {
    let (above, own) = (normalised(group), normalised(below));
    let whole = format!("{above}{own}");
    let says = |heading: &str| {
        heading_parts::read(heading).map_or(0, |part| {
            let year = part.period.and_then(Period::year);
            let said = [part.period.is_some(), year.is_some(), part.item.is_some()];
            said.into_iter().filter(|said| *said).count()
        })
    };
    let adds = says(&whole) > says(&own) && says(&above) > 0;
    let sums = is_total(&above) && is_money(&own);
    if adds || sums { whole } else { below.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_above_several_columns_is_said_of_each() {
        let row = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let years = joined(&row(&["房号", "2026年", "", "备注"]), &row(&["", "1月", "2月", ""]));
        assert_eq!(years, ["房号", "2026年1月", "2026年2月", "备注"]);
        let items =
            joined(&row(&["房号", "停车费", "", "合计"]), &row(&["", "应收", "实收", "应收"]));
        assert_eq!(items, ["房号", "停车费应收", "停车费实收", "合计应收"]);
        let plain = joined(&row(&["房号", "费用信息", ""]), &row(&["", "应收", "实收"]));
        assert_eq!(plain, ["房号", "应收", "实收"]);
    }
}
