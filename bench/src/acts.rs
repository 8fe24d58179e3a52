//! One act, again and again: what is sent for a plain unit, and the statements of it for any other.

use guanjia::demo::city::{STEWARD_UNITS, account_of};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::postgres::Spoken;

/// Every so-many-th unit is plain, beginning with this one.
pub(crate) const EVERY: u64 = 5;
pub(crate) const FIRST: u64 = 3;
/// The key of the act that is the model.
pub(crate) const MODEL_KEY: &str = "bench-model";

/// A contact with a promise for next week.
pub(crate) fn act(unit: u64, key: &str) -> Value {
    let account = account_of(unit).to_string();
    let line = json!({ "accountId": account, "amount": "100.00", "dueOn": next_week() });
    json!({ "input": {
        "idempotencyKey": key,
        "accountIds": [account],
        "disposition": "PROMISED",
        "promise": { "way": "TRANSFER", "lines": [line] },
    } })
}

/// Five days from the program's own day.
fn next_week() -> String {
    use guanjia::kernel::{
        calendar,
        clock::{Clock as _, SystemClock},
    };
    let today = calendar::local_day(SystemClock.domain(), calendar::zone("Asia/Shanghai"));
    today.iter_days().nth(5).unwrap_or(today).to_string()
}

/// What an id of the model's act is of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Of {
    /// The unit's own row: the number is the unit's.
    Unit,
    /// One of the unit's three: three times the number, and this.
    Third(u64),
    /// The steward's: the number divided.
    Steward,
    /// Made in the act; the number tells it from others made in it.
    Made(usize),
}

/// A value of a statement of the model's act.
#[derive(Clone, Debug)]
pub(crate) enum Part {
    Null,
    /// An id that differs from act to act.
    Id(Uuid, Of),
    /// The key of the act.
    Key,
    /// What stays as it is.
    Same(String),
}

/// Sorts the values of a model's act; ids from `since` on were made in it.
pub(crate) fn parts(
    (statements, since): &(Vec<Spoken>, Uuid),
    unit: u64,
) -> Vec<(String, Vec<Part>)> {
    let mut made = Vec::new();
    let mut part = |value: &Option<String>| match value.as_deref() {
        None => Part::Null,
        Some(MODEL_KEY) => Part::Key,
        Some(value) => match of(value, (unit, *since), &mut made) {
            Some((id, of)) => Part::Id(id, of),
            None => Part::Same(value.to_owned()),
        },
    };
    statements
        .iter()
        .map(|one| (one.text.clone(), one.values.iter().map(&mut part).collect()))
        .collect()
}

/// None for what is no id, and for ids that stay as they are: the company's, the community's.
fn of(value: &str, (unit, since): (u64, Uuid), made: &mut Vec<Uuid>) -> Option<(Uuid, Of)> {
    let id: Uuid = value.parse().ok().filter(|_| value.len() == 36)?;
    if value.starts_with("019ac000-0000-7") {
        let number = number_of(id);
        let of = match number {
            _ if number == unit => Of::Unit,
            _ if number / 3 == unit => Of::Third(number % 3),
            _ if number == unit / STEWARD_UNITS => Of::Steward,
            _ => return None,
        };
        return Some((id, of));
    }
    // What was there before the act keeps its id; ids grow with time.
    if id < since || id.get_version_num() != 7 {
        return None;
    }
    let nth = made.iter().position(|one| *one == id).unwrap_or_else(|| {
        made.push(id);
        made.len() - 1
    });
    Some((id, Of::Made(nth)))
}

/// The number within an id of the invented company.
fn number_of(id: Uuid) -> u64 {
    (id.as_u128() & 0x3fff_ffff_ffff_ffff) as u64
}

/// The same kind of row with another number.
pub(crate) fn renumbered(id: Uuid, number: u64) -> Uuid {
    Uuid::from_u128((id.as_u128() & !0x3fff_ffff_ffff_ffff) | u128::from(number))
}
