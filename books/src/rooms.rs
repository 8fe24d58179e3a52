//! Rooms: one name for the many ways to write a unit.

use std::{cmp::Ordering, fmt};

use serde::Serialize;

use crate::{cells::Cell, date_text, reasons::Reason, room_text, room_text::ColumnName, text};

/// A unit's place in its community.
///
/// `1栋1单元0301`, `1#1-0301`, `１－１－０３０１` and `1-1-301` are one room, unless the book has
/// two units that differ only by leading zeros. Shown as `1-1-301`; ordered as people count,
/// 9 before 10.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize)]
pub struct Room {
    /// Building, without its 栋: `1`, `A`.
    pub building: String,
    /// Entrance (单元); `0` when there is none, as for shops.
    pub entrance: String,
    /// Number at the door: `301`, `商铺6`.
    pub number: String,
}

impl Room {
    /// The same room without leading zeros in any run of digits: `01-1-0301` is `1-1-301`.
    pub(crate) fn without_zeros(&self) -> Self {
        Self {
            building: strip_zeros(&self.building),
            entrance: strip_zeros(&self.entrance),
            number: strip_zeros(&self.number),
        }
    }
}

impl fmt::Display for Room {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", self.building, self.entrance, self.number)
    }
}

impl Ord for Room {
    fn cmp(&self, other: &Self) -> Ordering {
        natural(&self.building, &other.building)
            .then_with(|| natural(&self.entrance, &other.entrance))
            .then_with(|| natural(&self.number, &other.number))
    }
}

impl PartialOrd for Room {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Digits by value, the rest by character; equal only when the texts are.
fn natural(a: &str, b: &str) -> Ordering {
    let key = |text: &str| -> Vec<(usize, String)> {
        runs(text)
            .map(|run| {
                let bare = run.trim_start_matches('0');
                let digits = run.starts_with(|c: char| c.is_ascii_digit());
                if digits { (bare.len(), bare.to_owned()) } else { (usize::MAX, run.to_owned()) }
            })
            .collect()
    };
    key(a).cmp(&key(b)).then_with(|| a.cmp(b))
}

/// Runs of digits and of other characters, in turn.
fn runs(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let digits = rest.chars().next()?.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != digits).unwrap_or(rest.len());
        let (run, tail) = rest.split_at(end);
        rest = tail;
        Some(run)
    })
}

pub(crate) fn strip_zeros(text: &str) -> String {
    runs(text)
        .map(|run| match run.trim_start_matches('0') {
            "" => "0",
            bare => bare,
        })
        .collect()
}

/// What the columns of one row say about the room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Named {
    /// A room, zeros as written.
    Room(Room),
    /// A number without any building.
    Bare(Room),
    /// Excel turned the room into a date; see [`crate::dated`].
    Date(Dated),
}

/// A date where a room should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dated {
    /// The year, where the cell still has one.
    pub(crate) year: Option<u32>,
    /// Month of the date.
    pub(crate) month: u32,
    /// Day of the date.
    pub(crate) day: u32,
    /// What the column for the building says.
    pub(crate) building: Option<String>,
    /// What the column for the entrance says.
    pub(crate) entrance: Option<String>,
}

/// The cells that name a room; a book may have one column for all of it, or up to three.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RoomCells<'a> {
    /// Column for the building.
    pub(crate) building: &'a Cell,
    /// Column for the entrance.
    pub(crate) entrance: &'a Cell,
    /// Column for the number, or for the whole room.
    pub(crate) number: &'a Cell,
}

/// Reads the room of a row; `None` when there is none at all.
///
/// # Errors
/// When the cells name no room, or disagree.
pub(crate) fn read(cells: RoomCells<'_>) -> Result<Option<Named>, Reason> {
    let number = match cells.number {
        Cell::Fault(fault) => return Err(fault.reason()),
        Cell::Bool(_) => return Err(Reason::NotARoom),
        Cell::Number(number) if number.fract() != 0.0 || *number < 0.0 => {
            return Err(Reason::NotARoom);
        }
        cell => text::fold(&cell.shown()),
    };
    let ColumnName { name: building, entrance } = room_text::column(cells.building)?;
    let entrance = room_text::column(cells.entrance)?.name.or(entrance);
    if text::means_nothing(&number) {
        return Ok(None);
    }
    if let Some((year, month, day)) = date_text::date_of(cells.number, &number) {
        return Ok(Some(Named::Date(Dated { year, month, day, building, entrance })));
    }
    room_text::split(&number)?.with_columns(building, entrance).map(Some)
}
