//! Shares of holders: fractions that may be unknown.

use serde::{Deserialize, Serialize};

/// The largest lower part: finer fractions are typing errors.
const FINEST: i64 = 10_000;

/// A share, such as 1/2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// Upper part, at least 1.
    pub part: i64,
    /// Lower part, at least the upper one.
    pub whole: i64,
}

impl Share {
    /// Whether it is a fraction above zero up to the whole.
    pub fn is_sound(self) -> bool {
        (1..=self.whole).contains(&self.part) && self.whole <= FINEST
    }
}

/// Whether sound shares are at most the whole together.
pub fn fit(shares: impl IntoIterator<Item = Share>) -> bool {
    let mut sum = Some((0_i128, 1_i128));
    for share in shares {
        sum = sum.and_then(|(part, whole)| add((part, whole), share));
    }
    sum.is_some_and(|(part, whole)| part <= whole)
}

/// None when the sum is above the whole already, so that the parts stay small.
fn add((part, whole): (i128, i128), share: Share) -> Option<(i128, i128)> {
    let (other, of) = (i128::from(share.part), i128::from(share.whole));
    let sum = part.checked_mul(of)?.checked_add(other.checked_mul(whole)?)?;
    let whole = whole.checked_mul(of)?;
    let divisor = common(sum, whole);
    (sum <= whole).then_some((sum / divisor, whole / divisor))
}

fn common(a: i128, b: i128) -> i128 {
    if b == 0 { a.max(1) } else { common(b, a % b) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn share(part: i64, whole: i64) -> Share {
        Share { part, whole }
    }

    #[test]
    fn shares_make_up_the_whole_at_most() {
        assert!(fit([]));
        assert!(fit([share(1, 2), share(1, 2)]));
        assert!(fit([share(1, 3), share(1, 3), share(1, 3)]));
        assert!(!fit([share(1, 2), share(1, 2), share(1, 10_000)]));
        assert!(!fit([share(2, 3), share(1, 2)]));
    }

    #[test]
    fn a_share_is_more_than_nothing_and_at_most_all() {
        assert!(share(1, 1).is_sound() && share(1, 10_000).is_sound());
        for (part, whole) in [(0, 1), (2, 1), (-1, 2), (1, 0), (1, 10_001)] {
            assert!(!share(part, whole).is_sound());
        }
    }

    proptest! {
        #[test]
        fn equal_parts_fit_exactly_as_often_as_they_are_cut(n in 1_i64..200, more in 1_usize..3) {
            let part = share(1, n);
            let count = usize::try_from(n).unwrap();
            prop_assert!(fit(std::iter::repeat_n(part, count)));
            prop_assert!(!fit(std::iter::repeat_n(part, count + more)));
        }
    }
}
