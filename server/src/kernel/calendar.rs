//! Days: which local day a moment falls on, which days are worked, when a day begins.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate, NaiveTime, TimeZone, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::{Moment, calendar_text};

const CHINA: &str = include_str!("../../data/calendars/china.csv");

/// The time zone by its IANA name; `Asia/Shanghai` when the name is unknown.
pub fn zone(name: &str) -> Tz {
    name.parse().unwrap_or(chrono_tz::Asia::Shanghai)
}

/// The local day of a moment (rule 35).
pub fn local_day(moment: Moment, zone: Tz) -> NaiveDate {
    moment.with_timezone(&zone).date_naive()
}

/// The moment of a minute of a local day. In the hour that a change of clocks skips it is the first moment after.
pub fn moment_of(day: NaiveDate, minute: u32, zone: Tz) -> Moment {
    let time = NaiveTime::from_num_seconds_from_midnight_opt(minute.min(1439) * 60, 0)
        .unwrap_or(NaiveTime::MIN);
    let local = day.and_time(time);
    let found = zone.from_local_datetime(&local).earliest();
    let found = found
        .or_else(|| zone.from_local_datetime(&(local + chrono::TimeDelta::hours(1))).earliest());
    found.map_or_else(|| local.and_utc(), |moment| moment.to_utc())
}

/// A day on which the plain week does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpecialDay {
    /// The day.
    pub day: NaiveDate,
    /// Whether it is worked: a make-up workday; otherwise a public holiday.
    pub worked: bool,
    /// What it is for, such as 春节.
    pub name: String,
}

/// The special days that were published together for a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct YearList {
    /// The year.
    pub year: i32,
    /// Its days, in order; a few may lie in the year before or after.
    pub days: Vec<SpecialDay>,
}

/// Workdays of China: weekends less make-up workdays, plus public holidays (rule 36).
#[derive(Clone, Debug)]
pub struct Calendar {
    lists: BTreeMap<i32, YearList>,
    different: BTreeMap<NaiveDate, bool>,
}

impl Calendar {
    /// The lists that the binary carries.
    pub fn shipped() -> Self {
        let empty = Self { lists: BTreeMap::new(), different: BTreeMap::new() };
        empty.with(calendar_text::lists_of_csv(CHINA).unwrap_or_default())
    }

    /// The same with newer lists: each takes the place of the one of its year.
    pub fn with(mut self, lists: Vec<YearList>) -> Self {
        self.lists.extend(lists.into_iter().map(|list| (list.year, list)));
        let days = self.lists.values().flat_map(|list| &list.days);
        self.different = days.map(|one| (one.day, one.worked)).collect();
        self
    }

    /// The list of a year; none while it is not published.
    pub fn list(&self, year: i32) -> Option<&YearList> {
        self.lists.get(&year)
    }

    /// Days that are worked in one of the two and not in the other, in order.
    pub fn differences(&self, other: &Self) -> Vec<NaiveDate> {
        let days: BTreeSet<NaiveDate> =
            self.different.keys().chain(other.different.keys()).copied().collect();
        days.into_iter().filter(|day| self.is_workday(*day) != other.is_workday(*day)).collect()
    }

    /// Whether people work on that day. A year without a list goes by weekends.
    pub fn is_workday(&self, day: NaiveDate) -> bool {
        self.different.get(&day).copied().unwrap_or_else(|| is_weekday(day))
    }

    /// The day itself if it is worked, otherwise the next that is.
    pub fn workday_from(&self, day: NaiveDate) -> NaiveDate {
        day.iter_days().take(60).find(|day| self.is_workday(*day)).unwrap_or(day)
    }

    /// The day itself if it is worked, otherwise the last before it that is.
    pub fn workday_until(&self, day: NaiveDate) -> NaiveDate {
        let back = std::iter::successors(Some(day), |day| day.pred_opt());
        back.take(60).find(|day| self.is_workday(*day)).unwrap_or(day)
    }

    /// The `count`-th workday after `day`.
    pub fn workdays_after(&self, day: NaiveDate, count: u32) -> NaiveDate {
        (0..count).fold(day, |day, _| self.workday_from(day + Days::new(1)))
    }
}

/// Whether a plain week has that day worked.
pub fn is_weekday(day: NaiveDate) -> bool {
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_list_of_2026_has_33_days_off_and_6_make_up_workdays() {
        let of_2026 = |worked| {
            Calendar::shipped()
                .different
                .iter()
                .filter(|(d, w)| d.year() == 2026 && **w == worked)
                .count()
        };
        assert_eq!((of_2026(false), of_2026(true)), (33, 6));
    }

    #[test]
    fn a_make_up_sunday_is_worked_and_a_holiday_is_not() {
        let calendar = Calendar::shipped();
        assert!(calendar.is_workday(day("2026-01-04")));
        assert!(!calendar.is_workday(day("2026-01-01")));
        assert_eq!(calendar.workday_from(day("2026-11-28")), day("2026-11-30"));
        assert_eq!(calendar.workdays_after(day("2026-11-27"), 1), day("2026-11-30"));
    }

    #[test]
    fn a_year_that_is_not_published_goes_by_weekends_until_its_list_comes() {
        let before = Calendar::shipped();
        assert!(before.list(2027).is_none());
        assert!(before.is_workday(day("2027-02-08")));
        let days = vec![
            SpecialDay { day: day("2027-02-08"), worked: false, name: "春节".to_owned() },
            SpecialDay { day: day("2027-02-20"), worked: true, name: "春节".to_owned() },
        ];
        let after = before.clone().with(vec![YearList { year: 2027, days }]);
        assert!(!after.is_workday(day("2027-02-08")) && after.is_workday(day("2027-02-20")));
        assert_eq!(before.differences(&after), [day("2027-02-08"), day("2027-02-20")]);
        assert_eq!(after.differences(&after), []);
    }

    #[test]
    fn a_day_begins_at_midnight_of_the_community() {
        let shanghai = zone("Asia/Shanghai");
        let late = moment_of(day("2026-11-27"), 0, shanghai) - chrono::TimeDelta::microseconds(1);
        assert_eq!(local_day(late, shanghai), day("2026-11-26"));
    }

    #[test]
    fn an_hour_skipped_by_the_clocks_still_has_a_moment() {
        let berlin = zone("Europe/Berlin");
        let moment = moment_of(day("2026-03-29"), 150, berlin);
        assert_eq!(local_day(moment, berlin), day("2026-03-29"));
    }
}
