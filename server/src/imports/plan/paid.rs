//! Money of a book, be it a receipt or a sum beside a charge.

use std::collections::HashMap;

use chrono::NaiveDate;
use guanjia_books::{At, ChargeRow, PaymentRow};
use guanjia_entity::payment;

use super::{Planner, effective_on};
use crate::{
    imports::{
        known::{ByHand, Place},
        notes,
    },
    kernel::ids::{self, AccountId, PaymentId},
    ledger::commands::NewPayment,
};

/// Money as a book tells of it.
#[derive(Clone, Copy)]
pub(super) enum Paid<'b> {
    /// A receipt, on its day.
    On(&'b PaymentRow),
    /// A sum beside a charge, on a day nobody wrote down.
    Sometime(&'b ChargeRow),
}

impl<'b> Paid<'b> {
    pub(super) fn at(self) -> &'b At {
        match self {
            Self::On(row) => &row.at,
            Self::Sometime(row) => &row.at,
        }
    }

    pub(super) fn room(self) -> &'b guanjia_books::Room {
        match self {
            Self::On(row) => &row.room,
            Self::Sometime(row) => &row.room,
        }
    }

    /// The number of its receipt, if it has one.
    pub(super) fn receipt(self) -> Option<&'b str> {
        match self {
            Self::On(row) => row.receipt.as_deref(),
            Self::Sometime(_) => None,
        }
    }

    pub(super) fn fen(self) -> i64 {
        match self {
            Self::On(row) => row.amount_fen,
            Self::Sometime(row) => row.paid_fen.unwrap_or(0),
        }
    }

    /// The day that says whose money it is: that of the charge, where one is meant.
    pub(super) fn day(self, book_day: NaiveDate) -> NaiveDate {
        match self {
            Self::On(row) => row.received_on,
            Self::Sometime(row) => effective_on(row).min(book_day),
        }
    }
}

/// The payment that a row becomes.
pub(super) fn new_payment(row: Paid<'_>, account: AccountId, book_day: NaiveDate) -> NewPayment {
    let (id, amount_fen) = (ids::fresh::<PaymentId>(), row.fen());
    match row {
        Paid::On(row) => NewPayment {
            id,
            account,
            amount_fen,
            method: row.method.clone(),
            receipt: row.receipt.clone(),
            designated_period: row.period.clone(),
            designated_item: row.item.clone(),
            effective_on: row.received_on,
            day_unknown: false,
            replaces: None,
        },
        Paid::Sometime(row) => NewPayment {
            id,
            account,
            amount_fen,
            method: None,
            receipt: None,
            designated_period: Some(row.period.clone()),
            designated_item: Some(row.item.clone()),
            effective_on: book_day,
            day_unknown: true,
            replaces: None,
        },
    }
}

/// Turns a new payment into a correction. A receipt takes the place of the entry it was. A sum beside a charge only rises
/// or falls: what was known stays known since then, and only the rise is new.
pub(super) fn correct(
    new: &mut NewPayment,
    row: Paid<'_>,
    (entry, before): (&payment::Model, &str),
) {
    let Paid::Sometime(_) = row else {
        new.replaces = Some(entry.id);
        return;
    };
    let rise = new.amount_fen - before.parse().unwrap_or(entry.amount_fen);
    if rise > 0 {
        new.amount_fen = rise;
        return;
    }
    new.replaces = Some(entry.id);
    new.effective_on = entry.effective_on;
    new.amount_fen = entry.amount_fen + rise;
}

impl Planner {
    /// Whether a new row is money that a person entered already, or may be: then it is not entered a second time.
    pub(super) fn is_by_hand(
        &mut self,
        place: &Place,
        row: Paid<'_>,
        by_hand: &mut HashMap<String, Vec<ByHand>>,
    ) -> bool {
        let Some(receipt) = row.receipt() else { return false };
        let Some(entered) = by_hand.get_mut(receipt) else { return false };
        let is_here = |one: &ByHand| place.accounts.iter().any(|(.., id)| *id == one.account_id);
        let same = entered.iter().position(|one| is_here(one) && one.amount_fen == row.fen());
        if let Some(same) = same {
            // Two rows of one receipt are two entries.
            entered.swap_remove(same);
            self.summary.payments.left += 1;
            self.summary.payments.left_fen += row.fen();
            self.notes.add(notes::entered_by_hand(row.at(), receipt));
            return true;
        }
        if entered.iter().any(is_here) {
            self.notes.add(notes::differs_by_hand(row.at(), receipt));
            return true;
        }
        if !entered.is_empty() {
            self.notes.add(notes::elsewhere_by_hand(row.at(), receipt));
        }
        false
    }
}
