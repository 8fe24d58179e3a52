//! What an import did, or would do.

use std::{fmt, ops::AddAssign};

use serde::{Deserialize, Serialize};

use crate::kernel::Fen;

/// Entries of one kind, in rows and in money.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tally {
    /// New ones.
    pub created: usize,
    /// Reversed and entered again, because the row changed.
    pub changed: usize,
    /// Known already and left alone.
    pub left: usize,
    /// Known from an earlier file and not in this one; kept.
    pub missing: usize,
    /// Fen of the new ones.
    #[serde(alias = "fen")]
    pub created_fen: i64,
    /// By how many fen the changed ones rose, negative when they fell.
    pub changed_fen: i64,
    /// Fen of those left alone.
    pub left_fen: i64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.created += other.created;
        self.changed += other.changed;
        self.left += other.left;
        self.missing += other.missing;
        self.created_fen += other.created_fen;
        self.changed_fen += other.changed_fen;
        self.left_fen += other.left_fen;
    }
}

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Summary {
    /// Units with their accounts and holders.
    pub units: Tally,
    /// Charges.
    pub charges: Tally,
    /// What was waived of charges; its fen are not owed.
    pub waivers: Tally,
    /// Payments.
    pub payments: Tally,
}

impl Summary {
    /// Whether nothing would be written.
    pub fn is_empty(&self) -> bool {
        [self.units, self.charges, self.waivers, self.payments]
            .iter()
            .all(|tally| tally.created == 0 && tally.changed == 0)
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds = [
            ("units", self.units),
            ("charges", self.charges),
            ("waivers", self.waivers),
            ("payments", self.payments),
        ];
        // Most books waive nothing.
        let none = Tally::default();
        for (name, tally) in kinds.into_iter().filter(|(name, t)| *name != "waivers" || *t != none)
        {
            let Tally { created, changed, left, missing, .. } = tally;
            write!(
                f,
                "{name:9} {created:>7} created  {changed:>5} changed  {left:>7} left alone  {missing:>5} missing"
            )?;
            if name == "units" {
                writeln!(f)?
            } else {
                let [new, by] =
                    [tally.created_fen, tally.changed_fen].map(|fen| Fen(fen).to_string());
                writeln!(f, "  {new:>14} yuan created  {by:>10} yuan changed")?
            }
        }
        Ok(())
    }
}
