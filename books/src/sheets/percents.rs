//! Numbers that a workbook shows as percentages. The readers of cells know dates by their format and nothing else, so that
//! 5% would come out as 0.05 yuan.

use std::collections::HashSet;

use crate::{cells::Cell, refused::Refused};

/// Percentages in one sheet; a book of an office has some hundreds.
const MAX_CELLS: usize = 1_000_000;

/// The formats of percentages that every workbook has without saying so.
pub(super) const BUILT_IN: [u16; 2] = [9, 10];

/// Row and column, from 0, of cells of one sheet that are shown as percentages.
pub(super) type Places = HashSet<(u32, u32)>;

/// Whether a format shows a percentage; a sign in quotes is only shown.
pub(super) fn is_percent(code: &str) -> bool {
    code.split('"').step_by(2).any(|bare| bare.replace("\\%", "").contains('%'))
}

/// What a cell of such a format holds: `5%`, `0.05%`.
pub(super) fn shown(cell: Cell) -> Cell {
    match cell {
        Cell::Number(share) => Cell::Text(format!("{}%", (share * 1e8).round() / 1e6)),
        other => other,
    }
}

/// Whether there are more than can be kept.
///
/// # Errors
/// When there are too many.
pub(super) fn check(places: &Places) -> Result<(), Refused> {
    if places.len() > MAX_CELLS {
        return Err(Refused::TooLarge { what: "formats", limit: MAX_CELLS.to_string() });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_that_is_only_shown_makes_no_percentage() {
        assert!(is_percent("0.00%") && is_percent("[Red]0%;-0%"));
        assert!(!is_percent("0.00") && !is_percent("0\"%\"") && !is_percent("0\\%"));
    }
}
