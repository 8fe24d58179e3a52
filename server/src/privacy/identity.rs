//! Identity numbers (GB 11643): seventeen digits and a check character.

/// Weights of the first seventeen digits.
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/// The check character by the weighted sum modulo 11.
const CHECKS: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];

/// A number as it is kept: without spaces, half-width, its X large.
pub(super) fn bare(number: &str) -> String {
    let folded = guanjia_books::fold(number).to_uppercase();
    folded.chars().filter(|c| !c.is_whitespace() && *c != '-').collect()
}

/// Whether it is an identity number: eighteen characters, a day of birth that exists, the right check character.
pub fn is_identity_number(number: &str) -> bool {
    let number = bare(number);
    let (Some((digits, check)), 18) = (number.split_at_checked(17), number.len()) else {
        return false;
    };
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let born = digits.get(6..14).unwrap_or_default();
    let sum: u32 =
        digits.chars().filter_map(|c| c.to_digit(10)).zip(WEIGHTS).map(|(d, w)| d * w).sum();
    let wanted = usize::try_from(sum % 11).ok().and_then(|at| CHECKS.get(at));
    chrono::NaiveDate::parse_from_str(born, "%Y%m%d").is_ok()
        && wanted.is_some_and(|c| check.starts_with(*c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_number_whose_check_character_fits_is_one() {
        for good in [
            "11010519491231002X",
            "11010519491231002x",
            "1101 0519 4912 3100 2X",
            "440524188001010014",
        ] {
            assert!(is_identity_number(good), "{good}");
        }
        for bad in [
            "110105194912310021",
            "11010519491331002X",
            "1101051949123100",
            "13812345678",
            "",
            "1101051949123100２Y",
            "X1010519491231002X",
        ] {
            assert!(!is_identity_number(bad), "{bad}");
        }
    }
}
