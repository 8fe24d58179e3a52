//! Lists of special days as people bring them: our own lines (`2027-02-06,off,春节`), or the JSON in which the lists of
//! China are passed around (`year`, `days` with `date`, `isOffDay`, `name`).

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use serde::Deserialize;

use super::{
    Text,
    calendar::{SpecialDay, YearList, is_weekday},
};

/// The longest text that is read, in bytes.
pub const LONGEST: usize = 65_536;
/// The longest name of a holiday, in characters.
const LONGEST_NAME: usize = 50;

/// Reads either form; what is wrong is told with the line or the day.
pub fn lists_of(text: &str) -> Result<Vec<YearList>, Text> {
    if text.len() > LONGEST {
        return Err(Text::new("日历文件过大", "the calendar is too long"));
    }
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.starts_with('{') {
        list_of_json(text).map(|list| vec![list])
    } else {
        lists_of_csv(text)
    }
}

/// Reads our own lines: day, `off` or `work`, name. Lines that begin with `#`, and the heading, are passed over. The days
/// of one year are its list.
pub fn lists_of_csv(text: &str) -> Result<Vec<YearList>, Text> {
    let mut years: BTreeMap<i32, Vec<SpecialDay>> = BTreeMap::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') || line.starts_with("date,") {
            continue;
        }
        let day = special_day(line).ok_or_else(|| {
            Text::new(
                format!("第 {} 行应为:日期,off 或 work,名称", index + 1),
                format!("line {} is not: day, off or work, name", index + 1),
            )
        })?;
        years.entry(day.day.year()).or_default().push(day);
    }
    if years.is_empty() {
        return Err(nothing());
    }
    years.into_iter().map(|(year, days)| checked(YearList { year, days })).collect()
}

fn special_day(line: &str) -> Option<SpecialDay> {
    let mut fields = line.splitn(3, ',').map(str::trim);
    let day = fields.next()?.parse().ok()?;
    let worked = match fields.next()? {
        "work" => true,
        "off" => false,
        _ => return None,
    };
    Some(SpecialDay { day, worked, name: fields.next().unwrap_or_default().to_owned() })
}

#[derive(Deserialize)]
struct JsonList {
    year: i32,
    days: Vec<JsonDay>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct JsonDay {
    name: String,
    date: NaiveDate,
    is_off_day: bool,
}

fn list_of_json(text: &str) -> Result<YearList, Text> {
    let list: JsonList = serde_json::from_str(text).map_err(|cause| {
        Text::new(format!("日历无法识别:{cause}"), format!("the calendar cannot be read: {cause}"))
    })?;
    let day = |one: JsonDay| SpecialDay { day: one.date, worked: !one.is_off_day, name: one.name };
    let days: Vec<_> = list.days.into_iter().map(day).collect();
    if days.is_empty() {
        let year = list.year;
        return Err(Text::new(
            format!("{year} 年的放假安排尚未公布"),
            format!("the list of {year} is not published yet: it has no days"),
        ));
    }
    checked(YearList { year: list.year, days })
}

fn nothing() -> Text {
    Text::new("日历中没有日期", "the calendar has no days")
}

/// In order, each day once, near its year, and no make-up workday on a day that is worked anyway.
fn checked(mut list: YearList) -> Result<YearList, Text> {
    list.days.sort_by_key(|one| one.day);
    let said = |day: NaiveDate, zh: &str, en: &str| {
        Err(Text::new(format!("{day}:{zh}"), format!("{day}: {en}")))
    };
    for pair in list.days.windows(2) {
        if let [one, other] = pair
            && one.day == other.day
        {
            return said(one.day, "重复", "is there twice");
        }
    }
    for one in &list.days {
        if (one.day.year() - list.year).abs() > 1 || !(2000..2200).contains(&list.year) {
            return said(one.day, "年份不符", "does not belong to the year");
        }
        if one.worked && is_weekday(one.day) {
            return said(one.day, "平日不必调休上班", "is a weekday and worked anyway");
        }
        if one.name.chars().count() > LONGEST_NAME {
            return said(one.day, "名称过长", "has too long a name");
        }
    }
    Ok(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_say_the_same() {
        let ours = "date,kind,name\n# a comment\n2027-01-01,off,元旦\n2027-01-03,work,元旦\n";
        let theirs = r#"{"year": 2027, "papers": [], "days": [
            {"name": "元旦", "date": "2027-01-03", "isOffDay": false},
            {"name": "元旦", "date": "2027-01-01", "isOffDay": true}]}"#;
        assert_eq!(lists_of(ours).unwrap(), lists_of(theirs).unwrap());
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line_or_day() {
        for (text, said) in [
            ("", "no days"),
            ("2027-01-01,off,a\n2027-13-01,off,b", "line 2"),
            ("2027-01-01,holiday,a", "line 1"),
            ("2027-01-01,off,a\n2027-01-01,off,a", "2027-01-01: is there twice"),
            ("2027-01-04,work,a", "2027-01-04: is a weekday"),
            (r#"{"year": 2027, "days": []}"#, "not published"),
            (r#"{"year": 2027}"#, "cannot be read"),
        ] {
            let told = lists_of(text).unwrap_err().en;
            assert!(told.contains(said), "{told}");
        }
    }

    #[test]
    fn every_year_that_the_binary_carries_can_be_read() {
        let lists = lists_of(include_str!("../../data/calendars/china.csv")).unwrap();
        assert_eq!(lists.iter().map(|list| list.year).collect::<Vec<_>>(), [2025, 2026]);
    }
}
