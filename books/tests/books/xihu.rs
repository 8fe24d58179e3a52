//! The book as offices really keep it, read whole.

use std::{collections::HashSet, sync::LazyLock};

use guanjia_books::{Book, Options, Severity, read};

use crate::support::{path, totals};

static BOOK: LazyLock<Book> =
    LazyLock::new(|| read(&path("xihu-messy.xlsx"), &Options::default()).unwrap());

#[test]
fn every_unit_and_charge_is_read_to_the_fen() {
    let book = &*BOOK;
    let totals = totals("xihu-messy");
    let owners: HashSet<_> =
        book.units.iter().map(|unit| (unit.holders.first(), unit.phones.first())).collect();
    assert_eq!(book.units.len(), totals.units);
    assert_eq!(owners.len(), totals.owners);
    assert_eq!(book.charges.len(), totals.charges_due);
    assert_eq!(book.charges.iter().map(|c| c.amount_fen).sum::<i64>(), totals.charged_fen);
    let paid: Option<i64> = book.charges.iter().map(|charge| charge.paid_fen).sum();
    assert_eq!(paid, Some(totals.paid_fen));
    assert!(book.payments.is_empty());
    let problems: Vec<_> =
        book.problems.iter().filter(|problem| problem.severity > Severity::Note).collect();
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn arrears_as_of_the_day_of_the_book_are_those_of_its_totals() {
    let book = &*BOOK;
    let totals = totals("xihu-messy");
    let as_of = book.as_of.unwrap();
    assert_eq!(as_of.to_string(), totals.as_of);
    let overdue = book.charges.iter().filter(|charge| charge.due_on < as_of);
    let arrears: i64 = overdue.map(|c| c.amount_fen - c.paid_fen.unwrap_or(0)).sum();
    assert_eq!(arrears, totals.arrears_fen);
    assert_eq!(book.community_name.as_deref(), Some("西湖名苑"));
}

#[test]
fn rooms_written_in_four_ways_are_one() {
    let book = &*BOOK;
    let units: HashSet<_> = book.units.iter().map(|unit| unit.room.to_string()).collect();
    let charged: HashSet<_> = book.charges.iter().map(|charge| charge.room.to_string()).collect();
    assert_eq!(units, charged);
    assert!(units.contains("1-1-301") && units.contains("9-0-商铺7"));
}

#[test]
fn co_owners_and_second_numbers_are_found() {
    let book = &*BOOK;
    let shared = book.units.iter().filter(|unit| unit.holders.len() > 1).count();
    assert_eq!(shared, 27);
    let remarks: Vec<_> = book.units.iter().filter_map(|u| Some((u, u.remark.as_ref()?))).collect();
    assert_eq!(remarks.len(), 24);
    for (unit, remark) in remarks {
        assert!(unit.phones.last().is_some_and(|phone| remark.ends_with(phone)), "{}", unit.room);
    }
}
