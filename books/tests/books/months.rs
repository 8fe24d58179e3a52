//! Books with a column for each month.

use crate::support::{V, codes, read_as, read_rows, sheet, texts, workbook};

fn charges(book: &guanjia_books::Book) -> Vec<(String, String, i64, Option<i64>)> {
    let row = |row: &guanjia_books::ChargeRow| {
        (row.room.to_string(), row.period.clone(), row.amount_fen, row.paid_fen)
    };
    book.charges.iter().map(row).collect()
}

#[test]
fn each_month_becomes_a_charge_and_empty_cells_are_none() {
    let book = read_rows(&[
        texts(["丽景花园2026年物业费欠费明细"]),
        texts(["房号", "业主", "1月", "2月", "3月份", "合计"]),
        vec![V::T("1-1-101"), V::T("王一"), V::N(100.0), V::E, V::N(50.5), V::N(150.5)],
        vec![V::T("1-1-102"), V::T("王二"), V::T("-"), V::N(70.0), V::N(0.0), V::N(70.0)],
        vec![V::T("合计"), V::E, V::N(100.0), V::N(70.0), V::N(50.5), V::N(220.5)],
    ]);
    assert_eq!(codes(&book), [""; 0]);
    let owed = |room: &str, month: &str, fen| (room.to_owned(), month.to_owned(), fen, None);
    assert_eq!(
        charges(&book),
        [
            owed("1-1-101", "2026-01", 10_000),
            owed("1-1-101", "2026-03", 5_050),
            owed("1-1-102", "2026-02", 7_000)
        ]
    );
    assert_eq!(book.charges[1].due_on.to_string(), "2026-03-31");
    assert_eq!(book.charges[1].at.column.as_deref(), Some("E"));
}

#[test]
fn months_may_be_dates_and_may_be_merged_over_due_and_paid() {
    let book = read_rows(&[
        vec![V::T("房号"), V::T("业主"), V::D(2026, 9, 1), V::E, V::D(2026, 10, 1), V::E],
        texts(["", "", "应收", "实收", "应收", "实收"]),
        vec![V::T("1-1-101"), V::T("王一"), V::N(100.0), V::N(100.0), V::N(100.0), V::N(40.0)],
        vec![V::T("1-1-102"), V::T("王二"), V::N(80.0), V::E, V::E, V::E],
    ]);
    assert_eq!(codes(&book), [""; 0]);
    let of =
        |room: &str, month: &str, fen, paid| (room.to_owned(), month.to_owned(), fen, Some(paid));
    assert_eq!(
        charges(&book),
        [
            of("1-1-101", "2026-09", 10_000, 10_000),
            of("1-1-101", "2026-10", 10_000, 4_000),
            of("1-1-102", "2026-09", 8_000, 0)
        ]
    );
}

#[test]
fn headings_may_say_month_and_kind_in_one() {
    let book = read_rows(&[
        texts(["房号", "2026年9月应收", "2026年9月实收", "2026年10月应收", "2026年10月实收"]),
        vec![V::T("1-1-101"), V::N(100.0), V::N(30.0), V::N(100.0), V::E],
    ]);
    let sums: Vec<_> = charges(&book).into_iter().map(|(_, m, due, paid)| (m, due, paid)).collect();
    let wanted = [("2026-09", 10_000, Some(3_000)), ("2026-10", 10_000, Some(0))];
    assert_eq!(sums, wanted.map(|(month, due, paid)| (month.to_owned(), due, paid)));
}

#[test]
fn beside_a_column_for_the_period_a_month_in_a_heading_says_nothing_new() {
    let book = read_rows(&[
        texts(["房号", "账期", "9月应收"]),
        vec![V::T("1-1-101"), V::T("2026-09"), V::N(100.0)],
    ]);
    assert_eq!(charges(&book).len(), 1);
    assert_eq!(book.charges[0].period, "2026-09");
}

#[test]
fn months_without_any_year_block() {
    let rows = [
        texts(["房号", "业主", "1月", "2月"]),
        vec![V::T("1-1-101"), V::T("王"), V::N(1.0), V::N(2.0)],
    ];
    assert_eq!(codes(&read_rows(&rows)), ["months_without_year"]);
    // The name of the sheet may say it.
    let bytes = workbook(vec![sheet("2026年", &rows)]);
    let book = read_as("book.xlsx", &bytes).unwrap();
    assert_eq!(charges(&book).len(), 2);
}

#[test]
fn a_sum_at_the_end_of_a_row_is_held_against_its_months() {
    let book = read_rows(&[
        texts(["房号", "2026年1月", "2026年2月", "应收合计"]),
        vec![V::T("1-1-101"), V::N(1.0), V::N(2.0), V::N(4.0)],
    ]);
    assert_eq!(codes(&book), ["total_differs"]);
    assert_eq!(charges(&book).len(), 2);
}
