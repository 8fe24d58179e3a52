//! What looks like something else: percentages that look like money, rooms without a number, numbers of people.

use rust_xlsxwriter::{Format, Worksheet};

use crate::support::{
    V::{E, N, T},
    charges, clean, codes, read_as, read_rows, texts, workbook,
};

/// A sheet whose last column is shown as a percentage.
fn with_rate(heading: &str) -> Worksheet {
    let mut sheet = Worksheet::new();
    let percent = Format::new().set_num_format("0.0%");
    for (column, text) in (0..).zip(["房号", "账期", "应收", heading]) {
        sheet.write(0, column, text).unwrap();
    }
    sheet.write(1, 0, "1-1-101").unwrap();
    sheet.write(1, 1, "2026-09").unwrap();
    sheet.write(1, 2, 200.0).unwrap();
    sheet.write_with_format(1, 3, 0.05, &percent).unwrap();
    sheet
}

#[test]
fn a_percentage_is_never_an_amount() {
    let book = read_as("book.xlsx", &workbook(vec![with_rate("减免")])).unwrap();
    assert_eq!(codes(&book), ["money_percent"]);
    let problem = book.problems.iter().find(|problem| problem.code == "money_percent").unwrap();
    assert_eq!((problem.value.as_str(), problem.at.column.as_deref()), ("5%", Some("D")));
    assert!(book.charges.is_empty());
    let text = read_rows(&[
        texts(["房号", "账期", "应收", "减免"]),
        vec![T("1-1-101"), T("2026-09"), N(200.0), T("5%")],
    ]);
    assert_eq!(codes(&text), ["money_percent"]);
}

#[test]
fn a_rate_of_waivers_is_not_read_and_that_is_said() {
    for heading in ["减免比例", "优惠率", "折扣"] {
        let book = read_as("book.xlsx", &workbook(vec![with_rate(heading)])).unwrap();
        assert_eq!(codes(&book), ["column_unread"], "{heading}");
        assert_eq!(charges(&book), ["1-1-101 物业费 2026-09 20000 -"]);
        assert_eq!(book.charges.first().unwrap().waived_fen, None);
    }
    let penalty = read_as("book.xlsx", &workbook(vec![with_rate("违约金比例")])).unwrap();
    clean(&penalty);
    assert_eq!(charges(&penalty), ["1-1-101 物业费 2026-09 20000 -"]);
}

#[test]
fn rooms_that_nobody_numbers_are_rooms() {
    let book = read_rows(&[
        texts(["房号", "账期", "应收"]),
        vec![T("1-1-101"), T("2026-09"), N(10.0)],
        vec![T("物业用房"), T("2026-09"), N(11.0)],
        vec![T("门卫室"), T("2026-09"), N(12.0)],
        vec![T("2栋会所"), T("2026-09"), N(13.0)],
        vec![T("合计"), E, N(46.0)],
    ]);
    clean(&book);
    let rooms: Vec<_> = book.charges.iter().map(|charge| charge.room.to_string()).collect();
    assert_eq!(rooms, ["1-1-101", "0-0-物业用房", "0-0-门卫室", "2-0-会所"]);
    let unknown = read_rows(&[
        texts(["房号", "账期", "应收"]),
        vec![T("1-1-101"), T("2026-09"), N(10.0)],
        vec![T("张三家"), T("2026-09"), N(11.0)],
    ]);
    assert_eq!(codes(&unknown), ["room_unreadable"]);
}

#[test]
fn a_waiver_is_told_apart_from_what_is_due() {
    let book = read_rows(&[
        texts(["房号", "账期", "应收", "减免", "实收", "欠费"]),
        vec![T("1-1-101"), T("2026-09"), N(100.0), N(20.0), N(30.0), N(50.0)],
        vec![T("1-1-102"), T("2026-09"), N(100.0), N(-20.0), N(30.0), N(50.0)],
        vec![T("1-1-103"), T("2026-09"), N(100.0), E, N(30.0), N(70.0)],
        vec![T("1-1-104"), T("2026-09"), N(100.0), N(120.0), N(0.0), N(0.0)],
    ]);
    assert_eq!(codes(&book), ["waiver_negative", "waiver_too_large"]);
    let waived: Vec<_> = book.charges.iter().map(|charge| charge.waived_fen).collect();
    assert_eq!(waived, [Some(2_000), Some(2_000), Some(0), Some(10_000)]);
    // Arrears alone are what is open after the waiver.
    let open = read_rows(&[
        texts(["房号", "账期", "欠费", "减免"]),
        vec![T("1-1-101"), T("2026-09"), N(80.0), N(20.0)],
    ]);
    assert_eq!(charges(&open), ["1-1-101 期初欠费 2026-09 10000 -"]);
}

#[test]
fn identity_numbers_go_to_owners_and_never_into_a_problem() {
    let book = read_rows(&[
        texts(["房号", "业主姓名", "身份证号码", "证件类型", "租户身份证号"]),
        texts(["1-1-101", "张三、李四", "11010519491231002X、440524188001010014", "身份证", ""]),
        texts(["1-1-102", "王五", "110105194912310021", "身份证", "11010519491231002X"]),
        texts(["1-1-103", "赵六", "无", "", ""]),
        vec![T("1-1-104"), T("钱七"), N(440_524_188_001_010_014.0), E, E],
    ]);
    assert_eq!(codes(&book), ["identity_unreadable", "identity_rounded"]);
    let found: Vec<_> = book.units.iter().flat_map(|unit| &unit.identities).collect();
    let found: Vec<_> = found.iter().map(|one| (one.holder.as_str(), one.whole())).collect();
    assert_eq!(found, [("张三", "11010519491231002X"), ("李四", "440524188001010014")]);
    let shown = format!("{:?} {}", book, serde_json::to_string(&book).unwrap());
    for number in ["19491231", "18800101", "440524188"] {
        assert!(!shown.contains(number), "{number}");
    }
}
