//! Identity numbers of residents (GB 11643): seventeen digits and a check character.

use std::fmt;

use crate::{cells::Cell, reasons::Reason, text};

/// Weights of the first seventeen digits.
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/// The check character by the weighted sum modulo 11.
const CHECKS: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];
/// From so many digits on Excel keeps only the first ones of a number.
const EXACT: f64 = 1e15;

/// The identity number of an owner. It never shows itself whole, and is never written out with
/// its unit.
#[derive(Clone, PartialEq, Eq)]
pub struct IdentityRow {
    /// The name of the owner in the same row.
    pub holder: String,
    number: String,
}

impl IdentityRow {
    /// The whole number, for keeping it encrypted and nothing else.
    #[must_use]
    pub fn whole(&self) -> &str {
        &self.number
    }
}

impl fmt::Debug for IdentityRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("IdentityRow").field(&masked(&self.number)).finish()
    }
}

/// The number as it is kept, half-width and its X large, if the text is one: eighteen
/// characters, a day of birth that exists, the right check character.
#[must_use]
pub fn identity_number(text: &str) -> Option<String> {
    let folded = text::fold(text).to_uppercase();
    let number: String = folded.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    let (digits, check) = number.split_at_checked(17).filter(|_| number.len() == 18)?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let born = digits.get(6..14).unwrap_or_default();
    chrono::NaiveDate::parse_from_str(born, "%Y%m%d").ok()?;
    let sum: u32 =
        digits.chars().filter_map(|c| c.to_digit(10)).zip(WEIGHTS).map(|(d, w)| d * w).sum();
    let wanted = CHECKS.get(usize::try_from(sum % 11).ok()?)?;
    check.starts_with(*wanted).then_some(number)
}

/// Whether somebody only filled a field that had to be filled: one digit again and again, the
/// digits in their order, or no person's place behind the day of birth (`…0000`).
fn is_placeholder(text: &str) -> bool {
    const COUNTED: &str = "123456789012345678";
    let digits = matches!(text.len(), 15 | 18) && text.bytes().all(|byte| byte.is_ascii_digit());
    let one = text.chars().next().unwrap_or_default();
    digits
        && (text.chars().all(|c| c == one) || COUNTED.starts_with(text) || text.ends_with("0000"))
}

/// The numbers of a cell, given to the owners of the row in their order; what is none is left
/// out with its reason, masked.
pub(crate) fn read(cell: &Cell, holders: &[&str]) -> (Vec<IdentityRow>, Vec<(String, Reason)>) {
    let (mut found, mut left_out) = (Vec::new(), Vec::new());
    if let Cell::Number(number) = cell
        && number.abs() >= EXACT
    {
        left_out.push((masked(&cell.shown()), Reason::IdentityRounded));
        return (found, left_out);
    }
    let shown = if let Cell::Fault(_) = cell { String::new() } else { cell.shown() };
    let folded = text::fold(&shown);
    let pieces = folded.split(['、', ',', ';', '/', '|', ' ', '\n']);
    let pieces = pieces.map(str::trim).filter(|piece| !text::means_nothing(piece));
    // `3301 0219 …`: one number that is written in groups.
    let pieces = match identity_number(&folded) {
        Some(number) => vec![number],
        None => pieces.map(str::to_owned).collect(),
    };
    for (nth, piece) in pieces.into_iter().enumerate() {
        match (identity_number(&piece), holders.get(nth)) {
            (Some(number), Some(holder)) => {
                found.push(IdentityRow { holder: (*holder).to_owned(), number });
            }
            (Some(number), None) => {
                left_out.push((masked(&number), Reason::IdentityWithoutOwner));
            }
            (None, _) if is_placeholder(&piece) => {}
            (None, _) => left_out.push((masked(&piece), Reason::NotAnIdentity)),
        }
    }
    (found, left_out)
}

/// So little of a number that nobody can be told by it.
pub(crate) fn masked(text: &str) -> String {
    let length = text.chars().count();
    let shown = |nth: usize| length > 8 && (nth < 3 || nth + 2 >= length);
    let chars = text.chars().take(40).enumerate();
    chars.map(|(nth, c)| if shown(nth) { c } else { '*' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "11010519491231002X";

    #[test]
    fn numbers_go_to_the_owners_in_their_order_and_what_is_none_is_left_out() {
        let cell = Cell::Text(format!("{}、110105194912310021；440524188001010014", GOOD));
        let (found, left_out) = read(&cell, &["王一", "王二", "王三"]);
        let found: Vec<_> = found.iter().map(|one| (one.holder.as_str(), one.whole())).collect();
        assert_eq!(found, [("王一", GOOD), ("王三", "440524188001010014")]);
        assert_eq!(left_out, [("110*************21".to_owned(), Reason::NotAnIdentity)]);
    }

    #[test]
    fn a_placeholder_is_none_and_no_problem() {
        for raw in ["111111111111111111", "000000000000000", "123456789012345678"] {
            assert_eq!(read(&Cell::text(raw), &["王一"]), (vec![], vec![]), "{raw}");
        }
        assert_eq!(read(&Cell::text("110101199001010000"), &["王一"]), (vec![], vec![]));
        let (_, left_out) = read(&Cell::text("110105194912310021"), &["王一"]);
        assert_eq!(left_out.first().unwrap().1, Reason::NotAnIdentity);
    }

    #[test]
    fn a_number_that_excel_rounded_is_never_taken() {
        let (found, left_out) = read(&Cell::Number(440_524_188_001_010_014.0), &["王一"]);
        assert!(found.is_empty());
        assert_eq!(left_out.first().unwrap().1, Reason::IdentityRounded);
    }

    #[test]
    fn nothing_is_no_problem_and_groups_are_one_number() {
        for raw in ["", "无", "-", "/"] {
            assert_eq!(read(&Cell::text(raw), &["王一"]), (vec![], vec![]), "{raw}");
        }
        let (found, _) = read(&Cell::text("1101 0519 4912 3100 2x"), &["王一"]);
        assert_eq!(found.first().unwrap().whole(), GOOD);
        assert!(!format!("{found:?}").contains("19491231"));
    }
}
