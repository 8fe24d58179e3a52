//! Rooms that Excel turned into dates.

use crate::support::{
    V::{D, E, N, T},
    codes, read_as, read_rows, sheet, texts, workbook,
};

#[test]
fn a_date_is_the_one_known_room_that_it_can_be() {
    let register = sheet(
        "业主",
        &[
            texts(["房号", "业主"]),
            texts(["8-2", "张三"]),
            texts(["8-32", "李四"]),
            texts(["9-2", "王五"]),
        ],
    );
    let charges = sheet(
        "应收",
        &[
            texts(["房号", "业主", "账期", "应收"]),
            vec![D(2026, 8, 2), T("张三"), T("2026-09"), N(1.0)],
            vec![D(1932, 8, 1), T("李四"), T("2026-09"), N(1.0)],
            vec![T("9月2日"), T("王五"), T("2026-09"), N(1.0)],
        ],
    );
    let book = read_as("a.xlsx", &workbook(vec![register, charges])).unwrap();
    let rooms: Vec<_> = book.charges.iter().map(|charge| charge.room.to_string()).collect();
    assert_eq!(rooms, ["8-0-2", "8-0-32", "9-0-2"], "{:#?}", book.problems);
    assert_eq!(codes(&book), ["room_was_date"; 3]);
}

#[test]
fn another_owner_or_two_rooms_make_it_uncertain() {
    let register = sheet(
        "业主",
        &[texts(["房号", "业主"]), texts(["8-2", "张三"]), texts(["26-8-2", "李四"])],
    );
    let charges = sheet(
        "应收",
        &[
            texts(["房号", "业主", "账期", "应收"]),
            vec![D(2026, 8, 2), T("赵六"), T("2026-09"), N(1.0)],
            vec![D(2026, 8, 2), E, T("2026-09"), N(1.0)],
            vec![D(2026, 8, 2), T("李四"), T("2026-09"), N(1.0)],
        ],
    );
    let book = read_as("a.xlsx", &workbook(vec![register, charges])).unwrap();
    assert_eq!(codes(&book), ["room_is_date", "room_is_date", "room_was_date"]);
    assert!(book.is_blocked());
    let rooms: Vec<_> = book.charges.iter().map(|charge| charge.room.to_string()).collect();
    assert_eq!(rooms, ["26-8-2"]);
}

#[test]
fn columns_for_building_and_entrance_make_it_certain() {
    let book = read_rows(&[
        texts(["楼栋", "单元", "房号", "业主"]),
        vec![N(3.0), N(8.0), D(2026, 8, 2), T("张三")],
    ]);
    assert_eq!(book.units.first().unwrap().room.to_string(), "3-8-2");
    assert_eq!(codes(&book), ["room_was_date"]);
}
