//! Workbooks as bad as offices make them, each with totals that are known: a figure is read to the fen or named.

use encoding_rs::GB18030;
use rust_xlsxwriter::{Format, Workbook};

use crate::support::{
    V::{self, D, E, N, T},
    charges, clean, codes, payments, read_as, read_rows, sheet, texts, workbook,
};

/// A book of one charge whose period, or amount, is written in this way.
fn with(period: V, amount: V) -> guanjia_books::Book {
    read_rows(&[texts(["房号", "账期", "应收"]), vec![T("1-1-101"), period, amount]])
}

/// A book of September with a sum, below these titles and headings.
fn under(titles: &[Vec<V>], headings: &[Vec<V>]) -> guanjia_books::Book {
    let row = vec![T("1-1-101"), T("张三"), N(1.25)];
    read_rows(&[&[texts(["2026年9月物业费"])], titles, headings, &[row]].concat())
}

#[test]
fn headings_may_stand_under_a_letterhead_and_subtotals_between_buildings() {
    let book = read_rows(&[
        texts(["杭州丽景物业管理有限公司"]),
        texts(["地址：西湖区1号 电话：0571-88888888"]),
        texts(["2026年9月物业费收缴明细表"]),
        texts(["单位：元"]),
        texts(["房号", "业主", "应收", "实收"]),
        vec![T("1-1-101"), T("张三"), N(100.0), N(50.0)],
        vec![T("1栋小计"), E, N(100.0), N(50.0)],
        vec![T("2-1-101"), T("李四"), N(200.0), E],
        vec![T("2栋小计"), E, N(200.0), E],
        vec![T("总计"), E, N(300.0), N(50.0)],
        texts(["制表人：王", "", "审核："]),
    ]);
    clean(&book);
    let wanted = ["1-1-101 物业费 2026-09 10000 5000", "2-1-101 物业费 2026-09 20000 0"];
    assert_eq!(charges(&book), wanted);
}

#[test]
fn months_stand_over_due_paid_and_open() {
    let book = read_rows(&[
        texts(["2026年收费台账"]),
        texts(["房号", "业主", "7月", "", "", "8月", "", ""]),
        texts(["", "", "应收", "已收", "欠费", "应收", "已收", "欠费"]),
        vec![T("1-1-101"), T("张三"), N(100.0), N(60.0), N(40.0), N(100.0), E, N(100.0)],
        vec![T("小计"), E, N(100.0), N(60.0), N(40.0), N(100.0), E, N(100.0)],
        vec![T("2-1-101"), T("李四"), N(50.0), N(50.0), E, E, E, E],
        vec![T("合计"), E, N(150.0), N(110.0), N(40.0), N(100.0), E, N(100.0)],
    ]);
    clean(&book);
    assert_eq!(
        charges(&book),
        [
            "1-1-101 物业费 2026-07 10000 6000",
            "1-1-101 物业费 2026-08 10000 0",
            "2-1-101 物业费 2026-07 5000 5000",
        ]
    );
}

#[test]
fn headings_and_buildings_may_be_merged_both_ways() {
    let mut table = sheet(
        "表",
        &[
            vec![],
            texts(["", "", "", "应收", "已收", "欠费"]),
            vec![E, T("101"), T("张三"), N(10.0), N(4.0), N(6.0)],
            vec![E, T("102"), T("李四"), N(20.0), E, N(20.0)],
            vec![E, T("小计"), E, N(30.0), N(4.0), N(26.0)],
            vec![T("2栋"), T("101"), T("王五"), N(5.0), N(5.0), N(0.0)],
            vec![T("合计"), E, E, N(35.0), N(9.0), N(26.0)],
        ],
    );
    let plain = Format::new();
    for (column, heading) in (0..).zip(["楼栋", "房号", "业主"]) {
        table.merge_range(0, column, 1, column, heading, &plain).unwrap();
    }
    table.merge_range(0, 3, 0, 5, "2026年9月", &plain).unwrap();
    table.merge_range(2, 0, 4, 0, "1栋", &plain).unwrap();
    let book = read_as("a.xlsx", &workbook(vec![table])).unwrap();
    clean(&book);
    assert_eq!(
        charges(&book),
        [
            "1-0-101 物业费 2026-09 1000 400",
            "1-0-102 物业费 2026-09 2000 0",
            "2-0-101 物业费 2026-09 500 500",
        ]
    );
}

#[test]
fn what_is_given_back_is_negative_in_every_way_and_named() {
    let receipt = |amount| vec![T("1-1-101"), T("2026-09-01"), amount];
    let ways = [T("(120.00)"), T("（1,120.00）"), N(-5.0), T("－30元"), T("¥(7)")];
    let rows = ways.into_iter().map(receipt);
    let headings = texts(["房号", "收款日期", "收款金额"]);
    let book = read_rows(&std::iter::once(headings).chain(rows).collect::<Vec<_>>());
    assert_eq!(codes(&book), ["money_negative"; 5]);
    let fen: Vec<_> = book.payments.iter().map(|payment| payment.amount_fen).collect();
    assert_eq!(fen, [-12_000, -112_000, -500, -3_000, -700]);
}

#[test]
fn a_period_is_known_however_it_is_written() {
    for (way, period) in [
        (T("26.9"), "2026-09"),
        (N(26.9), "2026-09"),
        (N(2026.9), "2026-09"),
        (T("26/9"), "2026-09"),
        (N(202_609.0), "2026-09"),
        (T("202609"), "2026-09"),
        (T("46266"), "2026-09"),
        (D(2026, 9, 1), "2026-09"),
        (T("2026年9月-12月"), "2026-09/2026-12"),
        (T("26年9-12月"), "2026-09/2026-12"),
        (T("2026.9-2026.12"), "2026-09/2026-12"),
        (T("20260901-20261231"), "2026-09/2026-12"),
        (T("2026年9月、10月"), "2026-09/2026-10"),
        (T("2026年9月-2027年2月"), "2026-09/2027-02"),
    ] {
        let book = with(way, N(100.0));
        clean(&book);
        assert_eq!(charges(&book), [format!("1-1-101 物业费 {period} 10000 -")], "{way:?}");
    }
}

#[test]
fn a_period_that_may_be_two_or_none_blocks() {
    for way in [N(2026.1), N(26.1), T("26.1"), T("2609"), T("9月"), T("Sep-26")] {
        let book = with(way, N(100.0));
        assert!(book.is_blocked() && book.charges.is_empty(), "{way:?}");
    }
}

#[test]
fn a_day_that_excel_shows_as_its_number_is_that_day() {
    for way in [T("46266"), N(46266.0), T("26.9.1"), N(20_260_901.0), T("2026-09-01 12:33:11")] {
        let rows = [texts(["房号", "收款日期", "收款金额"]), vec![T("1-1-101"), way, N(1.0)]];
        assert_eq!(payments(&read_rows(&rows)), ["1-1-101 2026-09-01 100"], "{way:?}");
    }
    for way in [T("26.9"), N(26.9), T("9/1/26"), T("260901"), T("1/9/2026"), T("2026.9.31")] {
        let rows = [texts(["房号", "收款日期", "收款金额"]), vec![T("1-1-101"), way, N(1.0)]];
        assert!(read_rows(&rows).is_blocked(), "{way:?}");
    }
}

#[test]
fn an_amount_is_read_to_the_fen_or_blocks() {
    for (way, fen) in [
        ("1,250.00 元", 125_000),
        ("１２０．５０", 12_050),
        ("￥ 1，250", 125_000),
        ("100\u{a0}", 10_000),
        ("(120.00)", -12_000),
    ] {
        let charges: Vec<_> =
            with(T("2026-09"), T(way)).charges.iter().map(|c| c.amount_fen).collect();
        assert_eq!(charges, [fen], "{way}");
    }
    for way in [
        "1.2万",
        "1.2万元",
        "壹佰元整",
        "100+20",
        "100,50",
        "254.77（含公摊）",
        "欠100",
        "1e3",
        "空置",
    ] {
        assert_eq!(codes(&with(T("2026-09"), T(way))), ["money_unreadable"], "{way}");
    }
}

#[test]
fn amounts_in_another_unit_than_yuan_block_wherever_the_unit_stands() {
    let plain = || vec![texts(["房号", "业主", "应收"])];
    for (book, code) in [
        (under(&[texts(["单位：万元"])], &plain()), "money_ten_thousands"),
        (under(&[texts(["金额单位：人民币千元"])], &plain()), "money_unit"),
        (under(&[], &[texts(["房号", "业主", "应收（万元）"])]), "money_ten_thousands"),
        (under(&[], &[texts(["房号", "业主", "应收（分）"])]), "money_unit"),
        (under(&[], &[plain(), vec![texts(["", "", "（万元）"])]].concat()), "money_ten_thousands"),
    ] {
        assert_eq!(codes(&book), [code], "{:#?}", book.problems);
    }
    let yuan = [plain(), vec![texts(["", "", "元"])]].concat();
    for book in [under(&[texts(["单位：分公司"])], &plain()), under(&[], &yuan)] {
        clean(&book);
        assert_eq!(charges(&book), ["1-1-101 物业费 2026-09 125 -"]);
    }
}

#[test]
fn hidden_rows_and_columns_are_read_and_a_hidden_sheet_is_named() {
    let mut book = Workbook::new();
    for (name, rooms) in [("应收", 1..4_u32), ("旧", 9..10)] {
        let sheet = book.add_worksheet();
        sheet.set_name(name).unwrap();
        for (column, heading) in (0..).zip(["房号", "账期", "应收"]) {
            sheet.write(0, column, heading).unwrap();
        }
        for (row, room) in (1..).zip(rooms) {
            sheet.write(row, 0, format!("1-1-10{room}")).unwrap();
            sheet.write(row, 1, "2026-09").unwrap();
            sheet.write(row, 2, 10.0).unwrap();
        }
        sheet.set_row_hidden(2).unwrap();
        sheet.set_column_hidden(2).unwrap();
        sheet.set_hidden(name == "旧");
    }
    let book = read_as("a.xlsx", &book.save_to_buffer().unwrap()).unwrap();
    assert_eq!(codes(&book), ["hidden_sheet"]);
    assert_eq!(book.charges.iter().map(|charge| charge.amount_fen).sum::<i64>(), 3_000);
}

#[test]
fn sheets_of_one_form_are_each_a_building() {
    let one = |name: &str, room: &'static str, yuan| {
        let headings = texts(["房号", "业主", "账期", "应收"]);
        let row = vec![T(room), T("张三"), T("2026-09"), N(yuan)];
        sheet(name, &[headings, row, vec![T("合计"), E, E, N(yuan)]])
    };
    let sheets = vec![
        one("1栋", "101", 10.0),
        one("2栋", "101", 20.0),
        one("3号楼", "1单元101", 30.0),
        one("A座", "101", 40.0),
    ];
    let book = read_as("a.xlsx", &workbook(sheets)).unwrap();
    clean(&book);
    let rooms: Vec<_> = book.charges.iter().map(|charge| charge.room.to_string()).collect();
    assert_eq!(rooms, ["1-0-101", "2-0-101", "3-1-101", "A-0-101"]);
    assert_eq!(book.charges.iter().map(|charge| charge.amount_fen).sum::<i64>(), 10_000);
}

#[test]
fn owners_come_without_what_is_said_of_them() {
    for (written, names) in [
        ("张三/李四（已故）", &["张三", "李四"][..]),
        ("张三、李四(共有)", &["张三", "李四"]),
        ("王五（租）", &["王五"]),
        ("欧阳娜娜·古丽", &["欧阳娜娜·古丽"]),
        ("（空置）", &[]),
    ] {
        let book = read_rows(&[texts(["房号", "业主"]), vec![T("1-1-101"), T(written)]]);
        let holders: Vec<_> =
            book.units.iter().flat_map(|unit| &unit.holders).map(|one| one.name.as_str()).collect();
        assert_eq!(holders, names, "{written}");
    }
}

#[test]
fn a_room_that_excel_made_a_day_of_is_named() {
    let book = read_rows(&[
        texts(["房号", "业主", "账期", "应收"]),
        vec![T("1-1-101"), T("甲某"), T("2026-09"), N(10.0)],
        vec![D(2001, 2, 3), T("乙某"), T("2026-09"), N(10.0)],
    ]);
    assert_eq!(codes(&book), ["room_is_date"]);
    let place = book.problems.iter().find(|problem| problem.code == "room_is_date").unwrap();
    assert_eq!(place.at.row, 3);
}

#[test]
fn text_in_any_encoding_and_with_any_separator_is_the_same_book() {
    let tabs = "房号\t业主\t账期\t应收\r\n1-1-101\t张三\t2026-09\t1,234.50\r\n1-1-102\t李四\t2026年9月\t20元\r\n";
    let semicolons = tabs.replace('\t', ";");
    let low: Vec<u8> = tabs.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let high: Vec<u8> = tabs.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for (way, bytes) in [
        ("tabs", GB18030.encode(tabs).0.into_owned()),
        ("semicolons", GB18030.encode(&semicolons).0.into_owned()),
        ("low byte first", [&[0xFF, 0xFE][..], &low].concat()),
        ("high byte first", [&[0xFE, 0xFF][..], &high].concat()),
        ("a word for Excel", format!("sep=;\r\n{semicolons}").into_bytes()),
    ] {
        let book = read_as("a.csv", &bytes).unwrap();
        clean(&book);
        let fen: Vec<_> = book.charges.iter().map(|charge| charge.amount_fen).collect();
        assert_eq!(fen, [123_450, 2_000], "{way}");
    }
    assert!(read_as("a.csv", &low).is_err(), "without a mark nobody can tell");
}

#[test]
fn charges_and_receipts_may_stand_below_each_other() {
    let book = read_rows(&[
        texts(["2026年9月应收"]),
        texts(["房号", "业主", "应收"]),
        vec![T("1-1-101"), T("张三"), N(10.0)],
        vec![T("合计"), E, N(10.0)],
        texts(["2026年9月收款"]),
        texts(["房号", "收款日期", "收款金额"]),
        vec![T("1-1-101"), T("2026-09-03"), N(7.0)],
        vec![T("合计"), E, N(7.0)],
    ]);
    clean(&book);
    assert_eq!(charges(&book), ["1-1-101 物业费 2026-09 1000 -"]);
    assert_eq!(payments(&book), ["1-1-101 2026-09-03 700"]);
}

#[test]
fn two_tables_may_stand_beside_each_other() {
    let book = read_rows(&[
        texts(["房号", "账期", "应收", "", "房号", "账期", "应收"]),
        vec![T("1-1-101"), T("2026-09"), N(60.0), E, T("1-1-102"), T("2026-09"), N(40.0)],
    ]);
    clean(&book);
    assert_eq!(book.charges.iter().map(|charge| charge.amount_fen).sum::<i64>(), 10_000);
}

#[test]
fn a_second_instalment_beside_the_first_is_named() {
    let headings =
        texts(["房号", "业主", "账期", "应收", "收款金额", "收款日期", "收款金额", "收款日期"]);
    let money = [N(100.0), N(40.0), T("2026-09-03"), N(60.0), T("2026-09-20")];
    let row = [&[T("1-1-101"), T("张三"), T("2026-09")][..], &money].concat();
    let book = read_rows(&[headings, row]);
    assert_eq!(codes(&book), ["column_unread"; 2]);
    assert_eq!(payments(&book), ["1-1-101 2026-09-03 4000"]);
}

#[test]
fn quarters_and_years_may_have_a_column_each() {
    let quarters = read_rows(&[
        texts(["房号", "业主", "2026年", "", "", ""]),
        texts(["", "", "一季度", "二季度", "三季度", "四季度"]),
        vec![T("1-1-101"), T("张三"), N(30.0), N(30.0), E, N(30.0)],
    ]);
    clean(&quarters);
    let periods: Vec<_> = quarters.charges.iter().map(|charge| charge.period.as_str()).collect();
    assert_eq!(periods, ["2026-Q1", "2026-Q2", "2026-Q4"]);
    let years = read_rows(&[
        texts(["房号", "业主", "2024年", "2025年", "2026年", "合计"]),
        vec![T("1-1-101"), T("张三"), N(10.0), E, N(20.0), N(30.0)],
    ]);
    clean(&years);
    let wanted = ["1-1-101 物业费 2024 1000 -", "1-1-101 物业费 2026 2000 -"];
    assert_eq!(charges(&years), wanted);
}

#[test]
fn a_page_without_totals_does_not_spoil_those_of_the_next() {
    let headings = texts(["房号", "业主", "应收"]);
    let rows = |page_sum| {
        read_rows(&[
            texts(["2026年9月应收"]),
            headings.clone(),
            vec![T("1-1-101"), T("张三"), N(10.0)],
            texts(["第1页 共2页"]),
            texts(["2026年9月应收"]),
            headings.clone(),
            vec![T("1-1-102"), T("李四"), N(11.0)],
            vec![T("本页合计"), E, N(page_sum)],
            vec![T("总计（大写）"), T("贰拾壹元整"), N(21.0)],
        ])
    };
    clean(&rows(11.0));
    assert_eq!(codes(&rows(12.0)), ["total_differs"]);
}

#[test]
fn a_figure_below_the_table_that_is_no_sum_of_it_is_named() {
    let rows = |last| {
        read_rows(&[
            texts(["房号", "账期", "应收"]),
            vec![T("1-1-101"), T("2026-09"), N(10.0)],
            texts(["备注：另有欠费"]),
            vec![E, E, N(last)],
        ])
    };
    clean(&rows(10.0));
    assert_eq!(codes(&rows(99.0)), ["total_differs"]);
}

#[test]
fn columns_of_money_that_are_not_read_are_named() {
    for (heading, yuan) in [("调整", -2.0), ("冲减", -2.0), ("微信", 4.0), ("预存余额", 300.0)]
    {
        let book = read_rows(&[
            vec![T("房号"), T("业主"), T("账期"), T("应收"), T(heading)],
            vec![T("1-1-101"), T("张三"), T("2026-09"), N(10.0), N(yuan)],
        ]);
        assert_eq!(codes(&book), ["column_unread"], "{heading}");
        assert_eq!(charges(&book), ["1-1-101 物业费 2026-09 1000 -"]);
    }
}

#[test]
fn words_where_money_belongs_block() {
    let book = read_rows(&[
        texts(["2026年"]),
        texts(["房号", "业主", "7月", "8月", "9月"]),
        vec![T("1-1-101"), T("张三"), T("已交"), T("√"), N(10.0)],
        vec![T("1-1-102"), T("李四"), T("空置"), N(9.0), T("免收")],
    ]);
    assert_eq!(codes(&book), ["money_unreadable"; 4]);
}

#[test]
fn months_over_two_years_without_their_own_block() {
    let book = read_rows(&[
        texts(["2025-2026年度物业费"]),
        texts(["房号", "业主", "11月", "12月", "1月", "2月"]),
        vec![T("1-1-101"), T("张三"), N(1.0), N(2.0), N(3.0), N(4.0)],
    ]);
    assert_eq!(codes(&book), ["months_without_year"]);
}

#[test]
fn numbers_and_letters_of_columns_are_no_room() {
    for numbers in [vec![N(1.0), N(2.0), N(3.0)], texts(["A", "B", "C"])] {
        let headings = texts(["房号", "账期", "应收"]);
        let row = vec![T("1-1-101"), T("2026-09"), N(10.0)];
        assert!(read_rows(&[headings, numbers, row]).is_blocked());
    }
}

#[test]
fn two_rooms_in_one_cell_are_named() {
    for room in ["1-1-101、102", "1-1-101/102", "一栋二单元三〇一"] {
        let book =
            read_rows(&[texts(["房号", "账期", "应收"]), vec![T(room), T("2026-09"), N(7.0)]]);
        assert_eq!(codes(&book), ["room_unreadable"], "{room}");
    }
}

#[test]
fn a_row_that_is_void_is_no_money_and_is_named() {
    let paid = |room, fen: f64, receipt, state, remark| {
        vec![T(room), T("2026-09-03"), N(fen), T(receipt), T(state), T(remark)]
    };
    let book = read_rows(&[
        texts(["房号", "收款日期", "实收金额", "收据号", "票据状态", "备注"]),
        paid("1-1-101", 70.0, "S1", "正常", ""),
        paid("1-1-102", 70.0, "S2", "作废", ""),
        paid("1-1-103", 70.0, "S3", "", "已作废"),
        paid("1-1-104", 30.0, "S4", "有效", "上一张作废,重开"),
    ]);
    assert_eq!(codes(&book), ["row_void"; 2]);
    assert_eq!(book.payments.iter().map(|row| row.amount_fen).sum::<i64>(), 10_000);
    let charges = read_rows(&[
        texts(["房号", "账期", "应收金额", "是否作废"]),
        vec![T("1-1-101"), T("2026-09"), N(5.0), T("否")],
        vec![T("1-1-101"), T("2026-10"), N(5.0), T("是")],
    ]);
    assert_eq!((codes(&charges), charges.charges.len()), (vec!["row_void"], 1));
}
