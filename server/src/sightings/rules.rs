//! What may be looked for and tapped, for how long it can be undone, when two saw the same. Pure.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::{
    kernel::{Moment, Problem, ProblemCode, Text, names::named},
    owners::masking,
};

/// A sighting that reaches us later than this is no news, in hours.
pub const LATEST_HOURS: i64 = 4;
/// The clock of a telephone may be fast by so many minutes; what it says then was now.
pub const FAST_MINUTES: i64 = 5;
/// For so many minutes whoever tapped may undo it.
pub const UNDO_MINUTES: i64 = 5;
/// Taps within so many minutes of each other are of one coming or going.
pub const TOGETHER_MINUTES: i64 = 15;
/// The longest text that is searched for, in characters.
pub const LONGEST_SEARCH: usize = 20;

/// Where somebody was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum, Serialize, Deserialize)]
#[graphql(name = "SightingPlace")]
pub enum Place {
    /// 门岗.
    Gate,
    /// 车库.
    CarPark,
    /// 前台.
    Desk,
}

named!(Place { Gate = "GATE", CarPark = "CAR_PARK", Desk = "DESK" });

/// Where a sighting stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
#[graphql(name = "SightingState")]
pub enum State {
    /// It holds.
    Recorded,
    /// Whoever tapped it took it back.
    Undone,
    /// 认错人: the steward says that it was somebody else.
    Denied,
}

named!(State { Recorded = "RECORDED", Undone = "UNDONE", Denied = "DENIED" });

/// How somebody agreed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum, Serialize, Deserialize)]
#[graphql(name = "SightingConsentWay")]
pub enum Way {
    /// 书面: on paper, signed.
    Written,
    /// 消息: in a message.
    Message,
    /// 口头: by word of mouth.
    Oral,
}

named!(Way { Written = "WRITTEN", Message = "MESSAGE", Oral = "ORAL" });

/// When it was, by the telephone's word: not in the future, and not too long ago.
pub fn seen_at(said: Option<Moment>, now: Moment) -> Result<Moment, Problem> {
    let Some(said) = said else { return Ok(now) };
    if said > now + TimeDelta::minutes(FAST_MINUTES) {
        let text = Text::new("时间不能晚于现在", "nobody has been seen in the future");
        return Err(Problem::at("occurredAt", ProblemCode::TooLate, text));
    }
    if said < now - TimeDelta::hours(LATEST_HOURS) {
        let text = Text::new(
            format!("超过 {LATEST_HOURS} 小时的目击不再提醒"),
            format!("what is more than {LATEST_HOURS} hours ago is no news"),
        );
        return Err(Problem::at("occurredAt", ProblemCode::TooEarly, text));
    }
    Ok(said.min(now))
}

/// Whether whoever tapped may still undo it.
pub fn may_undo(recorded_at: Moment, now: Moment) -> bool {
    now <= undo_until(recorded_at)
}

/// Until when it can be undone.
pub fn undo_until(recorded_at: Moment) -> Moment {
    recorded_at + TimeDelta::minutes(UNDO_MINUTES)
}

/// Whether two taps are of one coming or going.
pub fn together(one: Moment, other: Moment) -> bool {
    (one - other).abs() <= TimeDelta::minutes(TOGETHER_MINUTES)
}

/// What is older than this goes, where sightings are kept for so many days.
pub fn kept_from(now: Moment, days: i64) -> Moment {
    now - TimeDelta::days(days)
}

/// What a search on the watch-list asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Plates that have this in them.
    pub plate: String,
    /// Names that are this.
    pub name: String,
    /// Names that begin with this surname.
    pub surname: Option<String>,
}

/// Reads what somebody typed; none asks for all. A plate is found by any part. Of a name nothing is found that the list does
/// not show: the surname, or the whole name of somebody one knows (rule 34: a search by parts would rebuild the rest).
pub fn asked(text: &str) -> Option<Asked> {
    let plain: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
    if plain.is_empty() {
        return None;
    }
    let surname = (masking::surname(&plain) == plain).then(|| plain.clone());
    Some(Asked { plate: plain.to_uppercase(), name: text.trim().to_owned(), surname })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Moment {
        text.parse().unwrap()
    }

    #[test]
    fn what_was_seen_is_not_in_the_future_and_still_news() {
        let now = at("2026-11-23T02:00:00Z");
        let said = |text: &str| seen_at(Some(at(text)), now).map_err(|problem| problem.code);
        assert_eq!(seen_at(None, now), Ok(now));
        assert_eq!(said("2026-11-23T01:59:00Z"), Ok(at("2026-11-23T01:59:00Z")));
        assert_eq!(said("2026-11-23T02:05:00Z"), Ok(now), "a clock that is fast");
        assert_eq!(said("2026-11-23T02:05:01Z"), Err(ProblemCode::TooLate));
        assert_eq!(said("2026-11-22T22:00:00Z"), Ok(at("2026-11-22T22:00:00Z")));
        assert_eq!(said("2026-11-22T21:59:59Z"), Err(ProblemCode::TooEarly));
    }

    #[test]
    fn a_tap_is_undone_within_five_minutes() {
        let tapped = at("2026-11-23T02:00:00Z");
        assert!(may_undo(tapped, at("2026-11-23T02:05:00Z")));
        assert!(!may_undo(tapped, at("2026-11-23T02:05:01Z")));
    }

    #[test]
    fn taps_within_a_quarter_of_an_hour_are_one_coming_or_going() {
        let tapped = at("2026-11-23T02:00:00Z");
        assert!(together(tapped, at("2026-11-23T02:15:00Z")));
        assert!(together(at("2026-11-23T02:15:00Z"), tapped), "an older one may arrive later");
        assert!(!together(tapped, at("2026-11-23T02:15:01Z")));
    }

    #[test]
    fn a_name_is_found_by_what_the_list_shows_of_it_or_whole() {
        let surname = |text: &str| asked(text).and_then(|asked| asked.surname);
        assert_eq!(surname("张").as_deref(), Some("张"));
        assert_eq!(surname("欧阳").as_deref(), Some("欧阳"));
        assert_eq!(surname("张伟"), None);
        assert_eq!(asked(" %·_ "), None, "nothing is asked for");
        assert_eq!(asked("a·12").map(|asked| asked.plate).as_deref(), Some("A12"));
    }
}
