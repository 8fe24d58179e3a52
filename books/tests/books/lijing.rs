//! The clean book of an office, read whole.

use std::{collections::HashSet, sync::LazyLock};

use crate::support::{path, totals};
use guanjia_books::{Book, Options, Severity, read};

static BOOK: LazyLock<Book> =
    LazyLock::new(|| read(&path("lijing.xlsx"), &Options::default()).unwrap());

#[test]
fn every_unit_charge_and_payment_is_read_to_the_fen() {
    let book = &*BOOK;
    let totals = totals("lijing");
    let owners: HashSet<_> =
        book.units.iter().map(|unit| (unit.holders.first(), unit.phones.first())).collect();
    assert_eq!(book.units.len(), totals.units);
    assert_eq!(owners.len(), totals.owners);
    assert_eq!(book.charges.len(), totals.charges_due);
    assert_eq!(book.payments.len(), totals.payments);
    assert_eq!(book.charges.iter().map(|c| c.amount_fen).sum::<i64>(), totals.charged_fen);
    assert_eq!(book.payments.iter().map(|p| p.amount_fen).sum::<i64>(), totals.paid_fen);
    let problems: Vec<_> =
        book.problems.iter().filter(|problem| problem.severity > Severity::Note).collect();
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn rooms_of_the_three_tables_are_the_same_rooms() {
    let book = &*BOOK;
    let units: HashSet<_> = book.units.iter().map(|unit| &unit.room).collect();
    assert!(book.charges.iter().all(|charge| units.contains(&charge.room)));
    assert!(book.payments.iter().all(|payment| units.contains(&payment.room)));
}

#[test]
fn a_row_of_each_table_is_read_as_it_stands() {
    let book = &*BOOK;
    let unit = book.units.first().unwrap();
    assert_eq!(unit.room.to_string(), "1-1-1901");
    assert_eq!(unit.area_centi_m2, Some(8956));
    assert_eq!(unit.use_.as_deref(), Some("住宅"));
    assert_eq!(unit.holders.len(), 2);
    let charge = book.charges.first().unwrap();
    assert_eq!((charge.item.as_str(), charge.period.as_str()), ("物业费", "2025-01"));
    assert_eq!((charge.due_on.to_string().as_str(), charge.amount_fen), ("2025-01-15", 25077));
    let payment = book.payments.first().unwrap();
    assert_eq!(payment.receipt.as_deref(), Some("SK010000001"));
    assert_eq!(
        (payment.received_on.to_string().as_str(), payment.amount_fen),
        ("2025-01-11", 25077)
    );
    assert_eq!(payment.at.row, 2);
    assert_eq!(payment.at.sheet, "收款记录");
}
