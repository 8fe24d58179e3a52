//! The import template of MicroCommunity: rooms and owners, instructions beside the table.

use std::path::PathBuf;

use guanjia_books::{Book, Options, read};

use crate::support::{
    V::{self, E, N, T},
    codes, read_rows, texts,
};

fn headings() -> Vec<V> {
    texts([
        "楼号",
        "单元",
        "房间",
        "楼层",
        "总层数",
        "是否有电梯",
        "房屋类型",
        "房屋户型",
        "建筑面积",
        "室内面积",
        "租金",
        "房屋状态",
        "业主名称",
        "性别",
        "手机号",
        "身份证号",
        "业主类型",
    ])
}

fn person(number: f64, name: &'static str, phone: f64, relation: f64) -> Vec<V> {
    let mut row = vec![N(1.0), N(1.0), N(number), N(1.0), N(33.0), T("有"), N(110.0), N(10102.0)];
    row.extend([N(94.56), N(90.0), N(0.0), N(2001.0), T(name), T("男"), N(phone)]);
    row.extend([T("111111111111111111"), N(relation)]);
    row
}

fn instruction(label: &'static str, text: &'static str) -> Vec<V> {
    [vec![E; 18], vec![T(label), T(text)]].concat()
}

#[test]
fn members_of_a_household_are_one_unit_and_instructions_are_none() {
    let book = read_rows(&[
        headings(),
        person(1001.0, "赵小满", 13_800_138_000.0, 1001.0),
        person(1001.0, "赵大满", 18_999_999_999.0, 1002.0),
        person(1002.0, "钱一", 18_999_999_999.0, 1001.0),
        vec![],
        instruction("说明", "请一定看下面说明"),
        instruction("手机号", "业主真实手机号，11位，\n没有时固定写18999999999"),
        instruction("房屋类型", "住宅 110\n办公室 120"),
    ]);
    // Placeholders are no numbers, and no problem either.
    assert_eq!(codes(&book), [""; 0], "{:#?}", book.problems);
    let units: Vec<_> = book
        .units
        .iter()
        .map(|unit| (unit.room.to_string(), unit.holders.len(), unit.occupants.len()))
        .collect();
    assert_eq!(units, [("1-1-1001".to_owned(), 1, 1), ("1-1-1002".to_owned(), 1, 0)]);
    let first = book.units.first().unwrap();
    assert_eq!(first.phones, ["13800138000"]);
    assert_eq!((first.area_centi_m2, first.use_.as_deref()), (Some(9456), Some("住宅")));
    assert!(book.units.last().unwrap().phones.is_empty());
}

#[test]
fn the_template_itself_is_read_where_it_is_there() {
    let Some(book) = original() else { return };
    assert_eq!(codes(&book), [""; 0], "{:#?}", book.problems);
    assert_eq!((book.units.len(), book.charges.len(), book.payments.len()), (1, 0, 0));
    let unit = book.units.first().unwrap();
    assert_eq!((unit.room.to_string().as_str(), unit.holders.len()), ("1-1-1001", 1));
}

/// The public project's file, which is not ours to carry: beside the workspace, or where the
/// variable says.
fn original() -> Option<Book> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/books");
    let folder = std::env::var_os("GUANJIA_BOOKS_SAMPLES").map_or(beside, PathBuf::from);
    let path = folder.join("microcommunity-importRoom.xlsx");
    path.exists().then(|| read(&path, &Options::default()).unwrap())
}
