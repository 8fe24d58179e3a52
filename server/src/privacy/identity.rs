//! Identity numbers (GB 11643).

/// A number as it is kept: without spaces, half-width, its X large.
pub(super) fn bare(number: &str) -> String {
    let folded = guanjia_books::fold(number).to_uppercase();
    folded.chars().filter(|c| !c.is_whitespace() && *c != '-').collect()
}

/// Whether it is an identity number: eighteen characters, a day of birth that exists, the right check character.
pub fn is_identity_number(number: &str) -> bool {
    guanjia_books::identity_number(number).is_some()
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
