//! What a book comes to: the dry run of an import.

use std::collections::{BTreeMap, HashSet};

use chrono::NaiveDate;
use serde::Serialize;

use crate::{book::Book, problems::Severity};

/// A count and the money behind it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Sum {
    /// How many rows.
    pub count: usize,
    /// What they come to, in fen.
    pub fen: i64,
}

impl Sum {
    fn add(&mut self, fen: i64) {
        self.count += 1;
        self.fen = self.fen.saturating_add(fen);
    }
}

/// Counts and money of a book, by kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Units.
    pub units: usize,
    /// Units without any owner.
    pub units_without_owner: usize,
    /// Different owners, co-owners too, told apart by name and the unit's first telephone.
    pub owners: usize,
    /// Different telephone numbers.
    pub phones: usize,
    /// Charges.
    pub charges: Sum,
    /// Charges by fee item.
    pub charges_by_item: BTreeMap<String, Sum>,
    /// Charges with 实收 on unknown days, and what was received on them.
    pub paid_on_charges: Sum,
    /// Charges with a waiver, and what was waived.
    pub waived: Sum,
    /// Payments.
    pub payments: Sum,
    /// Payments by way of paying; those without one under an empty name.
    pub payments_by_method: BTreeMap<String, Sum>,
    /// The first and the last due date.
    pub due: Option<(NaiveDate, NaiveDate)>,
    /// The day up to which payments may be known: the day of the book, else of its last receipt.
    /// A proposal for a person to confirm, never more.
    pub known_to: Option<NaiveDate>,
    /// Problems that forbid to apply the file.
    pub blocking: usize,
    /// Warnings.
    pub warnings: usize,
    /// Notes.
    pub notes: usize,
}

impl Book {
    /// Counts and money by kind.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let mut summary = Summary::default();
        summary.count_units(self);
        summary.count_charges(self);
        summary.count_payments(self);
        let weighing = |severity| self.problems.iter().filter(|p| p.severity == severity).count();
        summary.blocking = weighing(Severity::Blocking);
        summary.warnings = weighing(Severity::Warning);
        summary.notes = weighing(Severity::Note);
        summary
    }

    /// Whether any problem forbids to apply the file.
    #[must_use]
    pub fn is_blocked(&self) -> bool {
        self.problems.iter().any(|problem| problem.severity == Severity::Blocking)
    }
}

impl Summary {
    fn count_units(&mut self, book: &Book) {
        let owners: HashSet<_> = book
            .units
            .iter()
            .flat_map(|unit| unit.holders.iter().map(move |h| (&h.name, unit.phones.first())))
            .collect();
        let phones: HashSet<_> = book.units.iter().flat_map(|unit| &unit.phones).collect();
        self.units = book.units.len();
        self.units_without_owner = book.units.iter().filter(|u| u.holders.is_empty()).count();
        self.owners = owners.len();
        self.phones = phones.len();
    }

    fn count_charges(&mut self, book: &Book) {
        for charge in &book.charges {
            self.charges.add(charge.amount_fen);
            self.charges_by_item.entry(charge.item.clone()).or_default().add(charge.amount_fen);
            if let Some(paid) = charge.paid_fen.filter(|paid| *paid != 0) {
                self.paid_on_charges.add(paid);
            }
            if let Some(waived) = charge.waived_fen.filter(|waived| *waived != 0) {
                self.waived.add(waived);
            }
            let (first, last) = self.due.unwrap_or((charge.due_on, charge.due_on));
            self.due = Some((first.min(charge.due_on), last.max(charge.due_on)));
        }
    }

    fn count_payments(&mut self, book: &Book) {
        for payment in &book.payments {
            self.payments.add(payment.amount_fen);
            let method = payment.method.clone().unwrap_or_default();
            self.payments_by_method.entry(method).or_default().add(payment.amount_fen);
        }
        let last = book.payments.iter().map(|payment| payment.received_on).max();
        self.known_to = book.as_of.or(last);
    }
}
