//! Books as offices lay them out: a column for each month or fee, headings in several rows.

use rust_xlsxwriter::Format;

use crate::support::{
    V::{D, E, N, T},
    charges, clean, codes, payments, read_as, read_rows, sheet, texts, workbook,
};

#[test]
fn due_and_paid_of_each_month_stand_under_the_month_and_a_sum_beside_them() {
    let mut table = sheet(
        "收费表",
        &[
            texts(["幸福花园2026年物业费收缴情况表"]),
            texts(["单位：元", "制表日期：2026.9.30"]),
            texts([
                "楼栋",
                "单元",
                "房号",
                "业主姓名",
                "2026年7月",
                "",
                "2026年8月",
                "",
                "合计",
                "",
                "",
            ]),
            texts(["", "", "", "", "应收", "实收", "应收", "实收", "应收", "实收", "欠费"]),
            vec![
                T("1栋"),
                T("1单元"),
                T("101"),
                T("张三"),
                N(100.0),
                N(100.0),
                N(100.0),
                E,
                N(200.0),
                N(100.0),
                N(100.0),
            ],
            vec![
                E,
                T("1单元"),
                T("102"),
                T("李四"),
                N(120.0),
                N(120.0),
                N(120.0),
                N(120.0),
                N(240.0),
                N(240.0),
                N(0.0),
            ],
            vec![
                T("1栋小计："),
                E,
                E,
                E,
                N(220.0),
                N(220.0),
                N(220.0),
                N(120.0),
                N(440.0),
                N(340.0),
                N(100.0),
            ],
            vec![
                T("总 计"),
                E,
                E,
                E,
                N(220.0),
                N(220.0),
                N(220.0),
                N(120.0),
                N(440.0),
                N(340.0),
                N(100.0),
            ],
            vec![E, E, T("收缴率"), T("77.27%")],
            vec![T("制表："), T("王会计"), E, E, T("审核："), E, T("日期："), D(2026, 9, 30)],
        ],
    );
    table.merge_range(4, 0, 5, 0, "1栋", &Format::new()).unwrap();
    let book = read_as("a.xlsx", &workbook(vec![table])).unwrap();
    clean(&book);
    assert_eq!(
        charges(&book),
        [
            "1-1-101 物业费 2026-07 10000 10000",
            "1-1-101 物业费 2026-08 10000 0",
            "1-1-102 物业费 2026-07 12000 12000",
            "1-1-102 物业费 2026-08 12000 12000",
        ]
    );
}

#[test]
fn the_year_may_stand_above_the_months_in_two_or_three_rows() {
    let two = read_rows(&[
        vec![T("房号"), T("业主"), T("2026年"), E, T("备注")],
        texts(["", "", "1月", "2月", ""]),
        vec![T("3#-1-502"), T("赵六"), N(123.45), T("80.00元"), E],
    ]);
    clean(&two);
    assert_eq!(charges(&two), ["3-1-502 物业费 2026-01 12345 -", "3-1-502 物业费 2026-02 8000 -"]);
    let three = read_rows(&[
        texts(["房号", "业主", "2026年", "", "", ""]),
        texts(["", "", "7月", "", "8月", ""]),
        texts(["", "", "应收", "实收", "应收", "实收"]),
        vec![T("1-1-101"), T("张三"), N(10.0), N(10.0), N(10.0), N(0.0)],
    ]);
    clean(&three);
    let wanted = ["1-1-101 物业费 2026-07 1000 1000", "1-1-101 物业费 2026-08 1000 0"];
    assert_eq!(charges(&three), wanted);
    let above = read_rows(&[
        texts(["业主信息", "", "2026年7月", "", "2026年8月", ""]),
        texts(["房号", "业主", "应收", "实收", "应收", "实收"]),
        vec![T("1-1-101"), T("张三"), N(10.0), N(10.0), N(10.0), N(0.0)],
    ]);
    clean(&above);
    assert_eq!(charges(&above), wanted);
}

#[test]
fn headings_in_two_rows_come_again_on_the_next_page() {
    let headings = [texts(["房号", "业主", "2026年7月", ""]), texts(["", "", "应收", "实收"])];
    let book = read_rows(&[
        headings[0].clone(),
        headings[1].clone(),
        vec![T("1-1-101"), T("张三"), N(10.0), N(10.0)],
        vec![T("本页小计"), E, N(10.0), N(10.0)],
        vec![T("过次页"), E, N(10.0), N(10.0)],
        headings[0].clone(),
        headings[1].clone(),
        vec![T("承前页"), E, N(10.0), N(10.0)],
        vec![T("1-1-102"), T("李四"), N(9.0), N(0.0)],
        vec![T("累 计："), E, N(19.0), N(10.0)],
    ]);
    clean(&book);
    assert_eq!(charges(&book).len(), 2);
}

#[test]
fn a_column_for_each_fee_is_an_entry_for_each() {
    let book = read_rows(&[
        texts(["丽水湾2026年9月应收费用明细表"]),
        texts(["序号", "房号", "业主", "物业费", "停车费", "水费", "合计"]),
        vec![N(1.0), T("1-1-301"), T("张三"), N(250.0), N(150.0), N(45.5), N(445.5)],
        vec![N(2.0), T("1-1-302"), T("李四"), N(250.0), E, N(20.0), N(270.0)],
        vec![T("合计"), E, E, N(500.0), N(150.0), N(65.5), N(715.5)],
    ]);
    clean(&book);
    assert_eq!(
        charges(&book),
        [
            "1-1-301 物业费 2026-09 25000 -",
            "1-1-301 停车费 2026-09 15000 -",
            "1-1-301 水费 2026-09 4550 -",
            "1-1-302 物业费 2026-09 25000 -",
            "1-1-302 水费 2026-09 2000 -",
        ]
    );
}

#[test]
fn fees_may_stand_above_due_paid_and_open_and_months_above_fees() {
    let book = read_rows(&[
        texts(["2026年9月收费情况"]),
        texts(["房号", "业主", "物业费", "", "", "停车费", "", ""]),
        texts(["", "", "应收", "实收", "欠费", "应收", "实收", "欠费"]),
        vec![T("1-1-301"), T("张三"), N(250.0), N(250.0), N(0.0), N(150.0), N(0.0), N(150.0)],
        vec![T("1-1-302"), T("李四"), N(250.0), N(100.0), N(150.0), E, E, E],
    ]);
    clean(&book);
    assert_eq!(
        charges(&book),
        [
            "1-1-301 物业费 2026-09 25000 25000",
            "1-1-301 停车费 2026-09 15000 0",
            "1-1-302 物业费 2026-09 25000 10000",
        ]
    );
    let months = read_rows(&[
        texts(["房号", "业主", "2026年7月", "", "2026年8月", ""]),
        texts(["", "", "物业费", "停车费", "物业费", "停车费"]),
        vec![T("1-1-101"), T("张三"), N(10.0), N(5.0), N(11.0), N(6.0)],
    ]);
    clean(&months);
    assert_eq!(
        charges(&months),
        [
            "1-1-101 物业费 2026-07 1000 -",
            "1-1-101 停车费 2026-07 500 -",
            "1-1-101 物业费 2026-08 1100 -",
            "1-1-101 停车费 2026-08 600 -",
        ]
    );
}

#[test]
fn what_a_row_was_paid_as_a_whole_settles_its_months_and_fees_in_their_order() {
    let months = read_rows(&[
        texts(["2026年"]),
        texts(["房号", "业主", "1月", "2月", "3月", "应收合计", "已缴金额", "欠费金额"]),
        vec![T("1-1-101"), T("张三"), N(10.0), N(10.0), N(10.0), N(30.0), N(15.0), N(15.0)],
    ]);
    clean(&months);
    let paid: Vec<_> = months.charges.iter().map(|charge| charge.paid_fen).collect();
    assert_eq!(paid, [Some(1000), Some(500), Some(0)]);
    let fees = read_rows(&[
        texts(["2026年9月"]),
        texts(["房号", "业主", "物业费", "停车费", "应收合计", "欠费"]),
        vec![T("1-1-101"), T("张三"), N(10.0), N(20.0), N(30.0), N(15.0)],
    ]);
    clean(&fees);
    let paid: Vec<_> = fees.charges.iter().map(|charge| charge.paid_fen).collect();
    assert_eq!(paid, [Some(1000), Some(500)]);
}

#[test]
fn what_is_due_beside_fees_that_do_not_come_to_it_may_be_one_more_and_blocks() {
    let book = read_rows(&[
        texts(["房号", "账期", "应收", "水费", "电费"]),
        vec![T("1-1-101"), T("2026-09"), N(100.0), N(20.0), N(30.0)],
    ]);
    assert_eq!(codes(&book), ["parts_differ"]);
    assert!(book.charges.is_empty());
}

#[test]
fn months_of_a_table_of_receipts_are_no_dues() {
    let book = read_rows(&[
        texts(["2026年物业费实收明细表"]),
        texts(["房号", "业主", "1月", "2月"]),
        vec![T("1-1-101"), T("张三"), N(10.0), N(10.0)],
    ]);
    assert_eq!(codes(&book), ["missing_heading"]);
    assert!(book.charges.is_empty() && book.payments.is_empty());
}

#[test]
fn receipts_may_have_a_column_for_each_fee_and_days_without_a_year() {
    let book = read_rows(&[
        texts(["2026年9月收款明细表"]),
        texts(["日期", "收据号", "房号", "业主", "物业费", "停车费", "合计"]),
        vec![T("9月3日"), T("A1"), T("1-1-101"), T("张三"), N(10.0), N(5.0), N(15.0)],
        vec![T("9.4"), T("A2"), T("1-1-102"), T("李四"), N(7.0), E, N(7.0)],
        vec![T("合计"), E, E, E, N(17.0), N(5.0), N(22.0)],
    ]);
    assert_eq!(codes(&book), ["day_year_assumed", "day_year_assumed"]);
    assert_eq!(
        payments(&book),
        ["1-1-101 2026-09-03 1000", "1-1-101 2026-09-03 500", "1-1-102 2026-09-04 700"]
    );
    // A day outside of the month that the title names is of no known year.
    let other = read_rows(&[
        texts(["2026年9月收款明细表"]),
        texts(["日期", "收据号", "房号", "收款金额"]),
        vec![T("1月3日"), T("A1"), T("1-1-101"), N(10.0)],
    ]);
    assert_eq!(codes(&other), ["day_unreadable"]);
}

#[test]
fn money_in_and_out_of_an_account_stand_in_two_columns() {
    let book = read_rows(&[
        texts(["交易日期", "对方户名", "借方发生额", "贷方发生额", "余额", "摘要", "房号"]),
        vec![T("20260903"), T("张三"), E, T("1,240.00"), T("5,240.00"), T("物业费"), T("1-1-101")],
        vec![T("20260904"), T("李四"), T("50.00"), E, T("5,190.00"), T("退款"), T("1-1-102")],
    ]);
    assert_eq!(payments(&book), ["1-1-101 2026-09-03 124000", "1-1-102 2026-09-04 -5000"]);
}
