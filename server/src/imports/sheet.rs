//! The rows of a book, unit by unit.

use std::cmp::Ordering;

use chrono::NaiveDate;
use guanjia_books::{Book, ChargeRow, PaymentRow, Room, UnitRow};

use super::covers::Covers;

/// A book whose rows stand unit by unit, each unit's in the order of the file.
pub(super) struct Sheet {
    /// The rows.
    book: Book,
}

/// What a book says of one unit.
#[derive(Clone, Copy)]
pub(super) struct OfUnit<'b> {
    pub(super) room: &'b Room,
    pub(super) unit: Option<&'b UnitRow>,
    pub(super) charges: &'b [ChargeRow],
    pub(super) payments: &'b [PaymentRow],
}

impl OfUnit<'_> {
    /// How many rows.
    pub(super) fn rows(&self) -> usize {
        usize::from(self.unit.is_some()) + self.charges.len() + self.payments.len()
    }
}

impl From<Book> for Sheet {
    fn from(mut book: Book) -> Self {
        book.units.sort_by(|a, b| order(&a.room, &b.room));
        book.charges.sort_by(|a, b| order(&a.room, &b.room));
        book.payments.sort_by(|a, b| order(&a.room, &b.room));
        Self { book }
    }
}

impl Sheet {
    /// The day of the book.
    pub(super) fn as_of(&self) -> Option<NaiveDate> {
        self.book.as_of
    }

    /// Of what it speaks.
    pub(super) fn covers(&self) -> Covers {
        Covers::of(&self.book)
    }

    /// The units, in order.
    pub(super) fn units(&self) -> Vec<OfUnit<'_>> {
        let (mut units, mut charges, mut payments) =
            (&self.book.units[..], &self.book.charges[..], &self.book.payments[..]);
        let mut list = Vec::new();
        loop {
            let heads = [
                units.first().map(|row| &row.room),
                charges.first().map(|row| &row.room),
                payments.first().map(|row| &row.room),
            ];
            let Some(room) = heads.into_iter().flatten().min_by(|a, b| order(a, b)) else {
                return list;
            };
            let of_unit = split(&mut units, |row| row.room == *room);
            let of_charges = split(&mut charges, |row| row.room == *room);
            let of_payments = split(&mut payments, |row| row.room == *room);
            list.push(OfUnit {
                room,
                unit: of_unit.first(),
                charges: of_charges,
                payments: of_payments,
            });
        }
    }
}

fn split<'b, T>(rows: &mut &'b [T], same: impl Fn(&T) -> bool) -> &'b [T] {
    let count = rows.iter().take_while(|row| same(row)).count();
    let (own, rest) = rows.split_at(count);
    *rows = rest;
    own
}

/// Any order that keeps a unit's rows together will do; this one compares without making texts.
fn order(a: &Room, b: &Room) -> Ordering {
    (&a.building, &a.entrance, &a.number).cmp(&(&b.building, &b.entrance, &b.number))
}
