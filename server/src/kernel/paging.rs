//! Pages by keyset cursor: what comes after a row, never "skip so many".

use serde::{Serialize, de::DeserializeOwned};

use super::{Failure, Problem, ProblemCode, Text, tokens::hex};

/// Rows on a page unless asked otherwise.
pub const DEFAULT_PAGE: usize = 20;
/// Most rows on a page.
pub const LARGEST_PAGE: usize = 100;

/// Which page: how many rows, after which row.
pub struct Page<C> {
    /// Rows asked for, 1 to [`LARGEST_PAGE`].
    pub first: usize,
    /// The last row of the page before.
    pub after: Option<C>,
}

impl<C: DeserializeOwned> Page<C> {
    /// Reads the arguments `first` and `after` of a connection.
    pub fn try_new(first: Option<i32>, after: Option<&str>) -> Result<Self, Failure> {
        let first =
            first.map_or(Ok(DEFAULT_PAGE), |n| usize::try_from(n).map_err(|_| bad_first()))?;
        if !(1..=LARGEST_PAGE).contains(&first) {
            return Err(bad_first());
        }
        Ok(Self { first, after: after.map(read_cursor).transpose()? })
    }
}

/// The cursor of a row: opaque to clients.
pub fn cursor<C: Serialize>(key: &C) -> String {
    hex(&serde_json::to_vec(key).unwrap_or_default())
}

fn read_cursor<C: DeserializeOwned>(text: &str) -> Result<C, Failure> {
    let pairs = text.as_bytes().chunks(2);
    let bytes: Option<Vec<u8>> =
        pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect();
    bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).ok_or_else(|| {
        let text = Text::new("游标无法识别", "the cursor cannot be read");
        Failure::problem(Problem::at("after", ProblemCode::Invalid, text))
    })
}

fn bad_first() -> Failure {
    let text = Text::new(
        format!("每页条数须在 1 到 {LARGEST_PAGE} 之间"),
        format!("a page has 1 to {LARGEST_PAGE} rows"),
    );
    Failure::problem(Problem::at("first", ProblemCode::Invalid, text))
}
