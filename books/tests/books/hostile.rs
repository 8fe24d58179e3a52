//! Books as a hostile accountant keeps them, each with a known total. Either every fen arrives, or the book says why not.

use guanjia_books::{Book, Severity};
use rust_xlsxwriter::{Format, Worksheet};

use crate::support::{
    V::{self, D, E, N, T},
    charges, clean, codes, payments, read_as, read_rows, sheet, texts, workbook,
};

fn due(book: &Book) -> i64 {
    book.charges.iter().map(|charge| charge.amount_fen).sum()
}

fn blocked(book: &Book) -> bool {
    book.problems.iter().any(|problem| problem.severity == Severity::Blocking)
}

/// The right fen, or a reason that stops the file.
fn right_or_told(book: &Book, fen: i64, what: &str) {
    assert!(due(book) == fen || blocked(book), "{what}: {} {:#?}", due(book), book.problems);
}

#[test]
fn two_rows_of_headings_with_merged_groups_are_one() {
    let mut sheet = Worksheet::new();
    let plain = Format::new();
    sheet.merge_range(0, 0, 1, 0, "房号", &plain).unwrap();
    sheet.merge_range(0, 1, 1, 1, "业主", &plain).unwrap();
    sheet.merge_range(0, 2, 0, 3, "2026年9月", &plain).unwrap();
    sheet.merge_range(0, 4, 0, 5, "2026年10月", &plain).unwrap();
    for (column, text) in [(2, "应收"), (3, "实收"), (4, "应收"), (5, "实收")] {
        sheet.write(1, column, text).unwrap();
    }
    for (row, room) in [(2, "1-1-101"), (3, "1-1-102")] {
        sheet.write(row, 0, room).unwrap();
        sheet.write(row, 1, "张三").unwrap();
        for (column, yuan) in [(2, 100.0), (3, 100.0), (4, 110.0), (5, 0.0)] {
            sheet.write(row, column, yuan).unwrap();
        }
    }
    let book = read_as("book.xlsx", &workbook(vec![sheet])).unwrap();
    clean(&book);
    assert_eq!(due(&book), 42_000);
    assert_eq!(
        charges(&book)[..2],
        ["1-1-101 物业费 2026-09 10000 10000", "1-1-101 物业费 2026-10 11000 0"]
    );
}

#[test]
fn subtotals_between_rows_are_no_charges() {
    for word in ["小计", "1栋小计", "本页合计", "累计", "合 计", "小计：", "1单元合计"]
    {
        let word: &'static str = word;
        let book = read_rows(&[
            texts(["房号", "账期", "应收"]),
            vec![T("1-1-101"), T("2026-09"), N(100.0)],
            vec![T("1-1-102"), T("2026-09"), N(100.0)],
            vec![T(word), E, N(200.0)],
            vec![T("1-2-101"), T("2026-09"), N(50.0)],
            vec![T("总计"), E, N(250.0)],
        ]);
        assert_eq!(due(&book), 25_000, "{word}: {:#?}", book.problems);
        assert!(!blocked(&book), "{word}: {:#?}", book.problems);
    }
}

#[test]
fn a_unit_of_ten_thousand_yuan_is_never_read_as_yuan() {
    for heading in ["应收(万元)", "应收（万元）", "应收金额/万元"] {
        let heading: &'static str = heading;
        let book = read_rows(&[
            texts(["房号", "账期", heading]),
            vec![T("1-1-101"), T("2026-09"), N(1.5)],
            vec![T("1-1-102"), T("2026-09"), N(1.2)],
        ]);
        right_or_told(&book, 2_700_000, heading);
    }
    let titled = read_rows(&[
        texts(["2026年9月应收", "", "单位：万元"]),
        texts(["房号", "账期", "应收"]),
        vec![T("1-1-101"), T("2026-09"), N(1.5)],
    ]);
    right_or_told(&titled, 1_500_000, "单位：万元");
    let cell = read_rows(&[
        texts(["房号", "账期", "应收"]),
        vec![T("1-1-101"), T("2026-09"), T("1.5万元")],
        vec![T("1-1-102"), T("2026-09"), T("1.5万")],
    ]);
    right_or_told(&cell, 3_000_000, "1.5万元");
}

#[test]
fn a_price_beside_the_owner_is_no_amount_of_the_book() {
    let book = read_rows(&[
        texts(["房号", "业主", "总价(万元)"]),
        vec![T("1-1-101"), T("张三"), N(150.0)],
    ]);
    clean(&book);
    assert_eq!(book.units.len(), 1);
}

#[test]
fn days_and_months_are_read_in_the_ways_of_offices() {
    let day = |written: V| {
        let book = read_rows(&[
            texts(["房号", "收费项目", "收款日期", "收款金额", "收据号"]),
            vec![T("1-1-101"), T("物业费"), written, N(10.0), T("A1")],
        ]);
        (payments(&book), codes(&book))
    };
    for written in [
        T("2026.9.1"),
        T("26/9/1"),
        T("2026-9-1"),
        T("20260901"),
        T("2026年9月1日"),
        T("二〇二六年九月一日"),
        T("2026/09/01 10:11:12"),
        D(2026, 9, 1),
    ] {
        let (payments, codes) = day(written);
        assert_eq!(payments, ["1-1-101 2026-09-01 1000"], "{written:?} {codes:?}");
    }
    let period = |written: V| {
        let book =
            read_rows(&[texts(["房号", "账期", "应收"]), vec![T("1-1-101"), written, N(60.0)]]);
        (charges(&book), codes(&book))
    };
    for (written, wanted) in [
        (T("2026.01-2026.06"), "2026-01/2026-06"),
        (T("2026.1-6"), "2026-01/2026-06"),
        (T("2026年1-6月"), "2026-01/2026-06"),
        (T("2026年1月至6月"), "2026-01/2026-06"),
        (T("2026.01~2026.06"), "2026-01/2026-06"),
        (T("2026/1/1-2026/6/30"), "2026-01/2026-06"),
        (T("202601-202606"), "2026-01/2026-06"),
        (T("2026年上半年"), "2026-01/2026-06"),
        (T("二〇二六年九月"), "2026-09"),
        (T("2026.9"), "2026-09"),
        (T("26年9月"), "2026-09"),
        (T("2026年第三季度"), "2026-Q3"),
        (D(2026, 9, 1), "2026-09"),
    ] {
        let (charges, codes) = period(written);
        assert_eq!(charges, [format!("1-1-101 物业费 {wanted} 6000 -")], "{written:?} {codes:?}");
    }
}

#[test]
fn refunds_and_reversals_lower_what_came() {
    let book = read_rows(&[
        texts(["房号", "收费项目", "收款日期", "收款金额", "收据号"]),
        vec![T("1-1-101"), T("物业费"), T("2026-09-01"), N(100.0), T("A1")],
        vec![T("1-1-101"), T("物业费"), T("2026-09-02"), N(-30.0), T("A2")],
        vec![T("1-1-102"), T("物业费"), T("2026-09-02"), T("(20.00)"), T("A3")],
        vec![T("1-1-103"), T("物业费"), T("2026-09-02"), T("－5.5"), T("A4")],
        vec![T("1-1-103"), T("物业费"), T("2026-09-02"), T("5.5-"), T("A5")],
    ]);
    let sum: i64 = book.payments.iter().map(|payment| payment.amount_fen).sum();
    assert!(sum == 10_000 - 3_000 - 2_000 - 550 - 550 || blocked(&book), "{:#?}", book.problems);
    assert_eq!(book.payments.len(), 5);
}

#[test]
fn sheets_that_repeat_or_hide_count_once() {
    let rows = || {
        vec![
            texts(["房号", "账期", "应收"]),
            vec![T("1-1-101"), T("2026-09"), N(100.0)],
            vec![T("1-1-102"), T("2026-09"), N(30.0)],
            vec![T("1-1-103"), T("2026-09"), N(20.0)],
        ]
    };
    let mut hidden = sheet("旧", &rows());
    hidden.set_hidden(true);
    let copy = sheet("9月 (2)", &rows());
    let book = read_as("b.xlsx", &workbook(vec![sheet("9月", &rows()), copy, hidden])).unwrap();
    assert_eq!(due(&book), 15_000, "{:#?}", book.problems);
}

#[test]
fn rows_that_are_hidden_or_filtered_away_are_rows_or_are_told() {
    let rows = vec![
        texts(["房号", "账期", "应收"]),
        vec![T("1-1-101"), T("2026-09"), N(100.0)],
        vec![T("1-1-102"), T("2026-09"), N(50.0)],
        vec![T("合计"), E, N(150.0)],
    ];
    let mut filtered = sheet("9月", &rows);
    filtered.set_row_hidden(2).unwrap();
    let book = read_as("b.xlsx", &workbook(vec![filtered])).unwrap();
    assert_eq!(due(&book), 15_000);
}
