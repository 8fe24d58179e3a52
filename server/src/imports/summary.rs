//! What an import did, or would do.

use std::fmt;

use serde::Serialize;

use crate::kernel::Fen;

/// Entries of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// New ones.
    pub created: usize,
    /// Reversed and entered again, because the row changed.
    pub changed: usize,
    /// Known already and left alone.
    pub left: usize,
    /// Known from an earlier file and not in this one; kept.
    pub missing: usize,
    /// Fen of the new and changed ones.
    pub fen: i64,
}

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Units with their accounts and holders.
    pub units: Tally,
    /// Charges.
    pub charges: Tally,
    /// Payments.
    pub payments: Tally,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, tally) in
            [("units", self.units), ("charges", self.charges), ("payments", self.payments)]
        {
            let Tally { created, changed, left, missing, fen } = tally;
            write!(
                f,
                "{name:9} {created:>7} created  {changed:>5} changed  {left:>7} left alone  {missing:>5} missing"
            )?;
            if name == "units" {
                writeln!(f)?
            } else {
                writeln!(f, "  {:>14} yuan entered", Fen(fen).to_string())?
            }
        }
        Ok(())
    }
}
