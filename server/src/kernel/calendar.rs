//! Days: which local day a moment falls on, which days are worked, when a day begins.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate, NaiveTime, TimeZone, Weekday};
use chrono_tz::Tz;

use super::Moment;

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

/// Workdays of China: weekends less make-up workdays, plus public holidays (rule 36).
pub struct Calendar {
    different: BTreeMap<NaiveDate, bool>,
}

impl Calendar {
    /// The lists that the binary carries.
    pub fn shipped() -> Self {
        Self { different: CHINA.lines().filter_map(line).collect() }
    }

    /// Whether people work on that day. A year without a list goes by weekends.
    pub fn is_workday(&self, day: NaiveDate) -> bool {
        self.different
            .get(&day)
            .copied()
            .unwrap_or(!matches!(day.weekday(), Weekday::Sat | Weekday::Sun))
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

fn line(text: &str) -> Option<(NaiveDate, bool)> {
    let mut fields = text.split(',');
    let day = fields.next()?.parse().ok()?;
    Some((day, fields.next()? == "work"))
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
