//! The dirt of real books, each kind by itself.

use std::collections::BTreeMap;

use guanjia_books::{Field, Mapping, Options, Severity, Source, read};
use rust_xlsxwriter::{Format, Formula};

use crate::support::{
    V::{self, D, E, N, T},
    codes, read_as, read_rows, replaced, sheet, texts, workbook,
};

fn charge_headings() -> Vec<V> {
    texts(["房号", "业主", "收费项目", "账期", "到期日", "应收"])
}

#[test]
fn bad_money_rooms_and_dates_block_with_their_place() {
    let book = read_rows(&[
        charge_headings(),
        vec![T("1-1-301"), T("张三"), T("物业费"), T("2026-09"), T("2026-09-30"), N(1.005)],
        vec![T("三楼那家"), T("李四"), T("物业费"), T("2026-09"), T("2026-09-30"), N(1.0)],
        vec![T("1-1-303"), T("王五"), T("物业费"), T("2026-09"), T("月底"), N(1.0)],
        vec![T("1-1-304"), T("赵六"), T("物业费"), T("上月"), T("2026-09-30"), T("十元")],
        vec![T("1-1-305"), T("孙七"), T("物业费"), T("2026-09"), T("2026-09-30"), N(1.0)],
    ]);
    let places: Vec<_> = book
        .problems
        .iter()
        .map(|problem| (problem.at.row, problem.at.column.as_deref(), problem.code))
        .collect();
    let expected = [
        (2, Some("F"), "money_decimals"),
        (3, Some("A"), "room_unreadable"),
        (4, Some("E"), "day_unreadable"),
        (5, Some("F"), "money_unreadable"),
    ];
    assert_eq!(places, expected);
    assert!(book.is_blocked());
    assert_eq!(book.charges.len(), 1);
}

#[test]
fn totals_notes_and_repeated_headings_are_no_data() {
    let book = read_rows(&[
        texts(["西湖名苑物业费应收表", "", "", "", "", ""]),
        charge_headings(),
        vec![T("1-1-301"), T("张三"), T("物业费"), T("2026-09"), T("2026-09-30"), N(10.0)],
        vec![T("小 计"), E, E, E, E, N(10.0)],
        charge_headings(),
        vec![T("2-1-301"), T("李四"), T("物业费"), T("2026-09"), T("2026-09-30"), N(20.0)],
        vec![E, E, E, E, E, N(30.0)],
        vec![T("总计"), E, E, E, E, N(31.0)],
        texts(["制表人：王会计", "", "", "审核：", "", ""]),
        texts(["说明：本表含公摊", "", "", "", "", ""]),
    ]);
    assert_eq!(book.charges.len(), 2, "{:#?}", book.problems);
    assert_eq!(codes(&book), ["total_differs"]);
}

#[test]
fn money_without_a_room_is_never_a_note() {
    let text = "房号,业主,项目,账期,到期日,应收\n三楼,张三,水电费合计,2026-09,2026-09-30 12:00,10\n\
        ,李四,物业费,2026-09,2026-09-30,10\n1-1-303,王五,水电费合计,2026-09,2026-09-30,10\n";
    let book = read_as("a.csv", text.as_bytes()).unwrap();
    assert_eq!(codes(&book), ["total_differs", "room_missing"], "{:#?}", book.problems);
    assert_eq!(book.charges.len(), 1);
    let book = read_as("a.csv", text.replace("水电费合计", "水电费").as_bytes()).unwrap();
    assert_eq!(codes(&book), ["room_unreadable", "room_missing"], "{:#?}", book.problems);
}

#[test]
fn merged_cells_hold_for_all_their_rows_but_money_does_not() {
    let mut table = sheet(
        "应收",
        &[
            texts(["房号", "业主", "项目", "账期", "应收", "欠费"]),
            vec![E, E, T("物业费"), T("2026-08"), N(10.0), E],
            vec![E, E, T("物业费"), T("2026-09"), N(20.0), E],
        ],
    );
    let plain = Format::new();
    table.merge_range(1, 0, 2, 0, "1-1-301", &plain).unwrap();
    table.merge_range(1, 1, 2, 1, "张三", &plain).unwrap();
    table.merge_range(1, 5, 2, 5, "", &plain).unwrap();
    let book = read_as("a.xlsx", &workbook(vec![table])).unwrap();
    let rooms: Vec<_> = book.charges.iter().map(|charge| charge.room.to_string()).collect();
    assert_eq!(rooms, ["1-1-301", "1-1-301"]);
    assert!(book.charges.iter().all(|charge| charge.owner_name.as_deref() == Some("张三")));
}

#[test]
fn headings_in_two_rows_are_one() {
    let book = read_rows(&[
        vec![T("房号"), T("业主"), T("2026年9月"), E, E],
        vec![E, E, T("账期"), T("应收"), T("实收")],
        vec![T("1-1-301"), T("张三"), T("2026-09"), N(10.0), N(4.0)],
    ]);
    let charge = book.charges.first().unwrap();
    assert_eq!((charge.amount_fen, charge.paid_fen), (1000, Some(400)));
}

#[test]
fn formulas_are_read_by_their_stored_value() {
    let mut table = sheet(
        "应收",
        &[
            charge_headings(),
            vec![T("1-1-301"), E, T("物业费"), T("2026-09"), T("2026-09-30")],
            vec![T("1-1-302"), E, T("物业费"), T("2026-09"), T("2026-09-30")],
            vec![T("1-1-303"), E, T("物业费"), T("2026-09"), T("2026-09-30")],
        ],
    );
    table.write_formula(1, 5, Formula::new("=89.56*2.8").set_result("250.77")).unwrap();
    table.write_formula(2, 5, Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    table.write_formula(3, 5, Formula::new("=B1").set_result("7")).unwrap();
    let never_computed = replaced(&workbook(vec![table]), "<v>7</v>", "");
    let book = read_as("a.xlsx", &never_computed).unwrap();
    assert_eq!(book.charges.iter().map(|c| c.amount_fen).collect::<Vec<_>>(), [25077]);
    assert_eq!(codes(&book), ["error_value", "formula_without_value"]);
}

#[test]
fn all_in_one_sheet_gives_units_charges_and_payments() {
    let book = read_rows(&[
        texts([
            "小区",
            "房号",
            "业主",
            "电话",
            "面积",
            "费用名称",
            "应收",
            "实收",
            "缴费日期",
            "月份",
            "单号",
        ]),
        vec![
            T("丽景"),
            T("1-1-301"),
            T("张三"),
            N(13_892_668_587.0),
            N(89.5),
            T("物业费"),
            N(10.0),
            N(10.0),
            D(2026, 9, 3),
            T("2026-09"),
            T("A1"),
        ],
        vec![
            T("丽景"),
            T("1-1-301"),
            T("张三"),
            N(13_892_668_587.0),
            N(89.5),
            T("停车费"),
            N(5.0),
            N(2.0),
            E,
            T("2026-09"),
            E,
        ],
    ]);
    assert_eq!(codes(&book), [""; 0], "{:#?}", book.problems);
    assert_eq!((book.units.len(), book.charges.len(), book.payments.len()), (1, 2, 1));
    let paid: Vec<_> = book.charges.iter().map(|charge| charge.paid_fen).collect();
    assert_eq!(paid, [None, Some(200)]);
    assert_eq!(book.charges.first().unwrap().due_on.to_string(), "2026-09-30");
    assert_eq!(book.community_name.as_deref(), Some("丽景"));
}

#[test]
fn receipts_go_before_what_the_charges_say_was_paid() {
    let charges = sheet(
        "应收",
        &[
            texts(["房号", "账期", "应收", "实收"]),
            vec![T("1-1-301"), T("2026-09"), N(10.0), N(10.0)],
        ],
    );
    let receipts = sheet(
        "收款",
        &[
            texts(["房号", "收款日期", "收款金额"]),
            vec![T("1-1-301"), D(2026, 9, 3), N(10.0)],
            vec![T("1-1-301"), D(2026, 9, 3), N(10.0)],
        ],
    );
    let book = read_as("a.xlsx", &workbook(vec![charges, receipts])).unwrap();
    assert_eq!(codes(&book), ["paid_ignored"]);
    assert!(book.charges.iter().all(|charge| charge.paid_fen.is_none()));
    let prints: Vec<_> = book.payments.iter().map(|payment| payment.print.as_str()).collect();
    assert!(matches!(prints[..], [a, b] if a != b && a.len() == 32));
}

#[test]
fn opening_arrears_are_due_on_the_day_of_the_book() {
    let book = read_rows(&[
        texts(["往年欠费清单  截至2025年12月31日", "", ""]),
        texts(["房号", "业主", "往年欠费"]),
        vec![T("1-1-301"), T("张三"), N(1200.0)],
    ]);
    let charge = book.charges.first().unwrap();
    assert_eq!((charge.item.as_str(), charge.amount_fen), ("期初欠费", 120_000));
    assert_eq!(charge.due_on.to_string(), "2025-12-31");
}

#[test]
fn opening_balances_are_read_from_a_register() {
    let book = read_rows(&[
        texts(["业主台账  打印日期：2025-12-31", "", "", ""]),
        texts(["房号", "业主", "往年欠费", "预存余额"]),
        vec![T("1-1-301"), T("张三"), N(0.0), N(300.0)],
        vec![T("1-1-302"), T("李四"), N(20.0), N(0.0)],
    ]);
    assert_eq!(codes(&book), [""; 0], "{:#?}", book.problems);
    let charges: Vec<_> = book.charges.iter().map(|c| (c.at.row, c.amount_fen)).collect();
    let payments: Vec<_> = book.payments.iter().map(|p| (p.at.row, p.amount_fen)).collect();
    assert_eq!((charges, payments), (vec![(4, 2000)], vec![(3, 30_000)]));
}

#[test]
fn arrears_tell_what_was_paid_when_no_column_does() {
    let book = read_rows(&[
        texts(["房号", "账期", "应收", "欠费"]),
        vec![T("1-1-301"), T("2026-09"), N(10.0), N(4.0)],
        vec![T("1-1-302"), T("2026-09"), N(10.0), E],
    ]);
    let paid: Vec<_> = book.charges.iter().map(|charge| charge.paid_fen).collect();
    assert_eq!(paid, [Some(600), Some(1000)]);
    let without_due = read_rows(&[
        texts(["房号", "账期", "已缴", "欠费"]),
        vec![T("1-1-301"), T("2026-09"), N(6.0), N(4.0)],
    ]);
    let charge = without_due.charges.first().unwrap();
    assert_eq!((charge.amount_fen, charge.paid_fen), (1000, Some(600)));
}

#[test]
fn the_title_gives_the_period_of_a_table_without_one() {
    let book = read_rows(&[
        texts(["西湖名苑2026年9月物业费应收表", "", ""]),
        texts(["房号", "业主", "应收"]),
        vec![T("西湖名苑1栋1单元301"), T("张三13892668587"), N(10.0)],
    ]);
    let charge = book.charges.first().unwrap();
    assert_eq!(
        (charge.period.as_str(), charge.due_on.to_string().as_str()),
        ("2026-09", "2026-09-30")
    );
    assert_eq!(charge.room.to_string(), "1-1-301");
    assert_eq!(charge.owner_name.as_deref(), Some("张三"));
    assert_eq!(codes(&book), [""; 0], "{:#?}", book.problems);
}

#[test]
fn sums_by_building_are_left_aside_and_no_money_is_lost_in_silence() {
    let sums = sheet(
        "按楼栋",
        &[texts(["楼栋", "应收", "实收", "欠费"]), vec![T("1栋"), N(10.0), N(4.0), N(6.0)]],
    );
    let table = sheet(
        "应收",
        &[
            texts(["房屋编号", "房号", "账期", "应收", "电梯费"]),
            vec![T("F0001"), T("1-1-301"), T("2026-09"), N(10.0), N(3.0)],
        ],
    );
    let book = read_as("a.xlsx", &workbook(vec![sums, table])).unwrap();
    assert_eq!(codes(&book), ["summary_sheet", "column_unread"]);
    assert_eq!(book.charges.first().unwrap().room.to_string(), "1-1-301");
}

#[test]
fn a_sheet_for_each_building_names_it() {
    let rows = [texts(["房号", "业主"]), texts(["301", "张三"]), texts(["302室", "李四"])];
    let sheets = vec![sheet("1栋", &rows), sheet("2栋", &rows)];
    let book = read_as("a.xlsx", &workbook(sheets)).unwrap();
    let rooms: Vec<_> = book.units.iter().map(|unit| unit.room.to_string()).collect();
    assert_eq!(rooms, ["1-0-301", "1-0-302", "2-0-301", "2-0-302"]);
}

#[test]
fn leading_zeros_count_only_where_two_units_differ_by_them() {
    let headings = texts(["房号", "业主", "面积"]);
    let same = read_rows(&[
        headings.clone(),
        vec![T("1-1-0301"), T("张三"), N(80.0)],
        vec![T("1-1-301"), T("张三"), N(80.0)],
    ]);
    assert_eq!(same.units.len(), 1);
    let differ = read_rows(&[
        headings,
        vec![T("1-1-0301"), T("张三"), N(80.0)],
        vec![T("1-1-301"), T("李四"), N(60.0)],
    ]);
    assert_eq!(differ.units.len(), 2);
    assert_eq!(codes(&differ), ["room_zeros_matter"]);
}

#[test]
fn a_saved_mapping_reads_headings_that_nobody_knows() {
    let bytes = workbook(vec![sheet(
        "x",
        &[texts(["甲", "乙", "丙", "丁"]), vec![T("1-1-301"), T("2026-09"), N(12.5), T("x")]],
    )]);
    assert!(codes(&read_as("a.xlsx", &bytes).unwrap()).contains(&"nothing_found"));
    let columns = [("甲", Field::Room), ("乙", Field::Period), ("丙", Field::Due)];
    let columns: BTreeMap<_, _> = columns.into_iter().map(|(h, f)| (h.to_owned(), f)).collect();
    let options =
        Options { mappings: vec![Mapping { sheet: None, columns }], ..Options::default() };
    let book = read(Source::Bytes { name: "a.xlsx", bytes: &bytes }, &options).unwrap();
    assert_eq!(book.charges.first().unwrap().amount_fen, 1250);
}

#[test]
fn what_was_looked_for_is_said() {
    let lost = read_rows(&[texts(["业主", "账期", "应收"]), texts(["张三", "2026-09", "12"])]);
    let problem = lost.problems.first().unwrap();
    assert_eq!((problem.code, problem.severity), ("missing_heading", Severity::Blocking));
    assert!(problem.zh.contains("房号") && problem.zh.contains("门牌"), "{}", problem.zh);
    let undated = read_rows(&[texts(["房号", "收款金额"]), texts(["1-1-301", "12"])]);
    assert_eq!(codes(&undated), ["missing_heading"]);
    let empty = read_rows(&[]);
    assert_eq!(codes(&empty), ["empty_book"]);
    let other = read_rows(&[texts(["会议纪要"]), texts(["今天开会"])]);
    assert_eq!(codes(&other), ["unknown_sheet", "nothing_found"]);
}

#[test]
fn hidden_sheets_are_named_and_not_read() {
    let rows = [charge_headings(), vec![T("1-1-301"), E, E, T("2026-09"), E, N(1.0)]];
    let mut old = sheet("旧表", &rows);
    old.set_hidden(true);
    let book = read_as("a.xlsx", &workbook(vec![sheet("新表", &rows), old])).unwrap();
    assert_eq!((book.charges.len(), codes(&book)), (1, vec!["hidden_sheet"]));
}

#[test]
fn personal_data_is_masked_in_problems() {
    let book =
        read_rows(&[texts(["房号", "业主", "手机号"]), texts(["1-1-301", "张三", "1389266858"])]);
    let problem = book.problems.first().unwrap();
    assert_eq!(problem.code, "phone_unreadable");
    assert_eq!(problem.value, "138*****58");
    let json = serde_json::to_string(&book.problems).unwrap();
    assert!(json.contains(r#""severity":"warning""#) && !json.contains("1389266858"));
}
