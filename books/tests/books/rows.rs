//! What stands around the rows of a book: lines for buildings, figures below the totals, copies of
//! sheets, tables side by side, years said elsewhere.

use guanjia_books::Book;

use crate::support::{
    V::{self, E, N, T},
    charges, clean, codes, payments, read_as, read_rows, sheet, texts, workbook,
};

#[test]
fn tables_side_by_side_are_read_each() {
    let book = read_rows(&[
        texts(["2026年9月应收"]),
        texts(["房号", "业主", "应收", "", "房号", "业主", "应收"]),
        vec![T("1-1-101"), T("张三"), N(10.0), E, T("1-1-201"), T("王五"), N(12.0)],
        vec![T("1-1-102"), T("李四"), N(11.0), E, T("1-1-202"), T("赵六"), T("十二")],
    ]);
    assert_eq!(codes(&book), ["money_unreadable"]);
    assert_eq!(book.problems.last().unwrap().at.column.as_deref(), Some("G"));
    assert_eq!(charges(&book).len(), 3);
}

#[test]
fn a_line_names_the_building_of_the_rows_below_and_empty_cells_repeat_it() {
    let lines = read_rows(&[
        texts(["2026年9月应收"]),
        texts(["房号", "业主", "应收"]),
        texts(["1栋1单元"]),
        vec![N(101.0), T("张三"), N(10.0)],
        vec![T("小计"), E, N(10.0)],
        texts(["2号楼2单元："]),
        vec![N(101.0), T("王五"), N(12.0)],
    ]);
    clean(&lines);
    let wanted = ["1-1-101 物业费 2026-09 1000 -", "2-2-101 物业费 2026-09 1200 -"];
    assert_eq!(charges(&lines), wanted);
    let once = read_rows(&[
        texts(["楼栋", "单元", "房号", "账期", "应收"]),
        vec![T("1栋"), T("1"), N(101.0), T("2026-09"), N(10.0)],
        vec![E, E, N(102.0), T("2026-09"), N(11.0)],
        vec![E, T("2"), N(101.0), T("2026-09"), N(12.0)],
        vec![T("2栋"), T("1"), N(101.0), T("2026-09"), N(13.0)],
        vec![E, E, T("合计"), E, N(46.0)],
    ]);
    clean(&once);
    let rooms: Vec<_> = once.charges.iter().map(|charge| charge.room.to_string()).collect();
    assert_eq!(rooms, ["1-1-101", "1-1-102", "1-2-101", "2-1-101"]);
}

#[test]
fn figures_below_the_totals_are_no_rows_but_a_missing_room_still_is() {
    let book = read_rows(&[
        texts(["序号", "房号", "账期", "应收", "实收"]),
        vec![N(1.0), T("1-1-101"), T("2026-09"), N(10.0), N(0.0)],
        vec![E, T("合计"), E, N(10.0), N(0.0)],
        vec![T("总户数"), N(2.0)],
        vec![T("收缴率"), N(0.6667)],
        vec![T("其中：现金"), E, E, E, N(20.0)],
    ]);
    clean(&book);
    let lost = read_rows(&[
        texts(["房号", "账期", "应收"]),
        vec![T("合计"), E, N(20.0)],
        vec![E, T("2026-09"), N(20.0)],
    ]);
    assert!(codes(&lost).contains(&"room_missing"));
}

#[test]
fn sheets_are_named_by_month_or_by_fee() {
    let rows = |fen| {
        [
            texts(["2026年度收缴表"]),
            texts(["房号", "业主", "应收"]),
            vec![T("1-1-101"), T("张三"), N(fen)],
        ]
    };
    let sheets =
        vec![sheet("7月", &rows(10.0)), sheet("8月", &rows(11.0)), sheet("停车费", &rows(5.0))];
    let book = read_as("a.xlsx", &workbook(sheets)).unwrap();
    assert_eq!(
        charges(&book),
        [
            "1-1-101 物业费 2026-07 1000 -",
            "1-1-101 物业费 2026-08 1100 -",
            "1-1-101 停车费 2026 500 -",
        ]
    );
    let bytes = workbook(vec![sheet(
        "Sheet1",
        &[texts(["房号", "业主", "应收"]), texts(["1-1-101", "张", "10"])],
    )]);
    let named = read_as("2026年9月应收.xlsx", &bytes).unwrap();
    assert_eq!(charges(&named), ["1-1-101 物业费 2026-09 1000 -"]);
}

#[test]
fn a_sheet_that_says_again_what_others_say_is_left_out() {
    let month = |month, rooms: &[&'static str]| {
        let mut rows = vec![texts(["房号", "账期", "应收"])];
        rows.extend(rooms.iter().map(|room| vec![T(room), T(month), N(10.0)]));
        rows
    };
    let rooms = ["1-1-101", "1-1-102", "1-1-103"];
    let mut year = month("2026-07", &rooms);
    year.extend(month("2026-08", &rooms).into_iter().skip(1));
    let sheets = vec![
        sheet("全年", &year),
        sheet("7月", &month("2026-07", &rooms)),
        sheet("8月", &month("2026-08", &rooms)),
    ];
    let book = read_as("a.xlsx", &workbook(sheets)).unwrap();
    assert_eq!(codes(&book), ["sheet_repeats", "sheet_repeats"]);
    assert_eq!(book.charges.len(), 6);
    // Two charges alike in one sheet are two.
    let twice = month("2026-07", &["1-1-101", "1-1-101", "1-1-102"]);
    let book = read_as("a.xlsx", &workbook(vec![sheet("补", &twice)])).unwrap();
    assert_eq!(book.charges.len(), 3);
}

#[test]
fn year_and_month_may_have_a_column_each_and_the_title_may_say_the_year() {
    let book = read_rows(&[
        texts(["房号", "年度", "月份", "应收金额"]),
        vec![T("1-1-101"), N(2026.0), N(9.0), N(10.0)],
        vec![T("1-1-102"), T("2026年"), T("10月"), N(11.0)],
    ]);
    clean(&book);
    let periods: Vec<_> = book.charges.iter().map(|charge| charge.period.as_str()).collect();
    assert_eq!(periods, ["2026-09", "2026-10"]);
    let titled = read_rows(&[
        texts(["2026年物业费应收表"]),
        texts(["房号", "月份", "应收金额"]),
        vec![T("1-1-101"), N(9.0), N(10.0)],
        vec![T("1-1-102"), T("7-9月"), N(11.0)],
    ]);
    clean(&titled);
    let periods: Vec<_> = titled.charges.iter().map(|charge| charge.period.as_str()).collect();
    assert_eq!(periods, ["2026-09", "2026-Q3"]);
}

#[test]
fn arrears_of_before_beside_what_is_due_are_an_opening_balance_once() {
    let rows = |month: &'static str| {
        [
            texts([month]),
            texts(["房号", "业主", "往年欠费", "本月应收", "本月实收"]),
            vec![T("1-1-101"), T("张三"), N(500.0), N(10.0), N(0.0)],
        ]
    };
    let sheets = vec![sheet("a", &rows("2026年8月")), sheet("b", &rows("2026年9月"))];
    let book = read_as("a.xlsx", &workbook(sheets)).unwrap();
    clean(&book);
    assert_eq!(
        charges(&book),
        [
            "1-1-101 期初欠费 2025-12 50000 -",
            "1-1-101 物业费 2026-08 1000 0",
            "1-1-101 物业费 2026-09 1000 0",
        ]
    );
}

#[test]
fn an_error_value_in_a_name_is_no_owner_and_in_an_item_blocks() {
    let mut table = sheet(
        "S",
        &[
            texts(["房号", "业主", "电话", "收费项目", "账期", "应收"]),
            vec![T("1-1-101"), E, E, T("物业费"), T("2026-09"), N(10.0)],
            vec![T("1-1-102"), T("李四"), E, E, T("2026-09"), N(10.0)],
        ],
    );
    let error = |text: &str| rust_xlsxwriter::Formula::new("=VLOOKUP(1,A1:A2,1)").set_result(text);
    table.write_formula(1, 1, error("#N/A")).unwrap();
    table.write_formula(2, 3, error("#REF!")).unwrap();
    let book = read_as("a.xlsx", &workbook(vec![table])).unwrap();
    assert_eq!(codes(&book), ["name_unreadable", "error_value"]);
    assert!(book.units.first().unwrap().holders.is_empty());
    assert!(book.charges.first().unwrap().owner_name.is_none());
}

#[test]
fn shops_and_parts_of_a_community_need_no_building() {
    let book = read_rows(&[
        texts(["房号", "账期", "应收"]),
        vec![T("1-1-101"), T("2026-09"), N(1.0)],
        vec![T("底商-03"), T("2026-09"), N(2.0)],
        vec![T("东区301"), T("2026-09"), N(3.0)],
        vec![T("西区301"), T("2026-09"), N(4.0)],
    ]);
    clean(&book);
    let rooms: Vec<_> = book.charges.iter().map(|charge| charge.room.to_string()).collect();
    assert_eq!(rooms, ["1-1-101", "0-0-底商3", "东区-0-301", "西区-0-301"]);
}

#[test]
fn what_one_month_costs_is_no_charge() {
    let book = read_rows(&[
        texts(["2026年物业费欠费表"]),
        texts(["房号", "业主", "单价(元/㎡)", "月物业费", "1月", "2月"]),
        vec![T("1-1-101"), T("张三"), N(0.125), N(10.0), N(10.0), N(10.0)],
    ]);
    clean(&book);
    assert_eq!(charges(&book).len(), 2);
}

fn csv(text: &str) -> Book {
    read_as("a.csv", text.as_bytes()).unwrap()
}

#[test]
fn texts_kept_from_becoming_numbers_are_read_without_their_signs() {
    let wechat = csv(
        "交易时间,商户订单号,订单金额,房号\r\n`2026-09-03 12:22:33,`1000001,`100.50,`1-1-101\r\n总交易单数,应结订单总金额\r\n`1,`100.50\r\n",
    );
    clean(&wechat);
    assert_eq!(payments(&wechat), ["1-1-101 2026-09-03 10050"]);
    let excel = csv("楼栋,单元,房号,账期,应收\n=\"01\",=\"1\",=\"0301\",=\"2026-09\",10.00\n");
    assert_eq!(charges(&excel), ["1-1-301 物业费 2026-09 1000 -"]);
}

#[test]
fn a_quotation_mark_that_nobody_closed_swallows_no_rows() {
    let mut text = "房号,账期,应收,备注\n1-1-101,2026-09,10,\"未闭合\n".to_owned();
    for room in 102..200 {
        text.push_str(&format!("1-1-{room},2026-09,10,x\n"));
    }
    let refused = read_as("a.csv", text.as_bytes()).unwrap_err();
    assert!(refused.to_string().contains("row 2"), "{refused}");
}

#[test]
fn an_unknown_heading_of_a_balance_is_named() {
    let rows: [Vec<V>; 2] =
        [texts(["房号", "业主", "期初余额"]), texts(["1-1-101", "张三", "-12"])];
    assert_eq!(codes(&read_rows(&rows)), ["column_unread"]);
}
