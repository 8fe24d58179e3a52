//! Money is whole fen inside and a decimal string outside; never a float (rule 9).

use std::{fmt, str::FromStr};

/// An amount in fen, a hundredth of a yuan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Fen(pub i64);

impl fmt::Display for Fen {
    /// `1240.00`, always with two decimals.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let fen = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", fen / 100, fen % 100)
    }
}

/// The text is no amount of yuan with at most two decimals.
#[derive(Debug, PartialEq, Eq)]
pub struct NotMoney;

impl FromStr for Fen {
    type Err = NotMoney;

    /// Reads `1240`, `1240.5`, `1240.50`, with an optional minus.
    fn from_str(text: &str) -> Result<Self, NotMoney> {
        let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
        let (yuan, fen) = digits.split_once('.').unwrap_or((digits, "00"));
        let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !plain(yuan) || !plain(fen) || fen.len() > 2 {
            return Err(NotMoney);
        }
        let yuan: i64 = yuan.parse().map_err(|_| NotMoney)?;
        let hundredths: i64 = format!("{fen:0<2}").parse().map_err(|_| NotMoney)?;
        let total = yuan.checked_mul(100).and_then(|whole| whole.checked_add(hundredths));
        total.map(|total| Self(sign * total)).ok_or(NotMoney)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn half_yuan_is_fifty_fen_and_a_third_decimal_is_refused() {
        assert_eq!("1240.5".parse(), Ok(Fen(124_050)));
        assert_eq!("-0.07".parse(), Ok(Fen(-7)));
        for wrong in ["", ".", "1.", ".5", "1.234", "1,240", "1e3", "+1", "９"] {
            assert_eq!(wrong.parse::<Fen>(), Err(NotMoney), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn money_survives_the_wire(fen in i64::MIN + 1..i64::MAX) {
            prop_assert_eq!(Fen(fen).to_string().parse(), Ok(Fen(fen)));
        }
    }
}
