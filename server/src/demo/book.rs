//! The invented book.

use chrono::{Datelike as _, Months, NaiveDate};
use guanjia_books::{At, Book, ChargeRow, HolderRow, PaymentRow, Room, UnitRow};

use crate::kernel::Failure;

const NAMES: [&str; 28] = [
    "赵晓兰",
    "钱立群",
    "孙佳宁",
    "李沐阳",
    "周文博",
    "吴清妍",
    "郑浩然",
    "王思远",
    "冯雅琴",
    "陈国栋",
    "褚一鸣",
    "卫子墨",
    "蒋欣怡",
    "沈嘉树",
    "韩雨桐",
    "杨振宇",
    "朱慧敏",
    "秦若溪",
    "尤建国",
    "许安然",
    "何启明",
    "吕静姝",
    "施伯言",
    "张乐天",
    "孔令仪",
    "曹雪莹",
    "严守正",
    "华晓舟",
];
/// Months of fees before the present one.
const MONTHS: u32 = 6;
/// Fen per hundredth of a square metre and month: 2.80 yuan per square metre.
const RATE_FEN_PER_M2: i64 = 280;

/// Twenty-eight units in two buildings; every fourth owes a month or more, the fees fall due on the 15th.
pub(super) fn of(today: NaiveDate) -> Result<Book, Failure> {
    let mut book = Book::default();
    let this_month = today.with_day(1).ok_or_else(|| Failure::broken("demo", "no first day"))?;
    for (index, name) in NAMES.iter().enumerate() {
        let number = i64::try_from(index).unwrap_or_default();
        let room = Room {
            building: (1 + index / 14).to_string(),
            entrance: (1 + index % 2).to_string(),
            number: format!("{}0{}", 1 + index % 14 / 2, 1 + index % 2),
        };
        let area = 7_850 + number * 137;
        book.units.push(unit(&room, name, (number, area)));
        for back in (0..=MONTHS).rev() {
            let Some(month) = this_month.checked_sub_months(Months::new(back)) else { continue };
            let due_on = month.with_day(15).unwrap_or(month);
            let fen = area * RATE_FEN_PER_M2 / 100;
            book.charges.push(charge(&room, (month, due_on), fen));
            let owes = index % 4 == 3 && back < 1 + (number % 5) as u32;
            if !owes && due_on <= today {
                book.payments.push(payment(&room, (month, due_on), fen));
            }
        }
    }
    Ok(book)
}

fn at() -> At {
    At { sheet: "demo".to_owned(), row: 1, column: None }
}

fn period(month: NaiveDate) -> String {
    month.format("%Y-%m").to_string()
}

fn unit(room: &Room, name: &str, (number, area): (i64, i64)) -> UnitRow {
    UnitRow {
        at: at(),
        room: room.clone(),
        area_centi_m2: Some(area),
        use_: Some("住宅".to_owned()),
        holders: vec![HolderRow { name: name.to_owned() }],
        occupants: Vec::new(),
        identities: Vec::new(),
        phones: vec![format!("1380000{:04}", 1_000 + number)],
        vehicles: Vec::new(),
        remark: None,
    }
}

fn charge(room: &Room, (month, due_on): (NaiveDate, NaiveDate), amount_fen: i64) -> ChargeRow {
    ChargeRow {
        at: at(),
        room: room.clone(),
        item: "物业费".to_owned(),
        period: period(month),
        due_on,
        amount_fen,
        paid_fen: None,
        waived_fen: None,
        waived_on: None,
        owner_name: None,
    }
}

fn payment(room: &Room, (month, due_on): (NaiveDate, NaiveDate), amount_fen: i64) -> PaymentRow {
    PaymentRow {
        at: at(),
        room: room.clone(),
        receipt: Some(format!("D{}-{room}", period(month))),
        period: Some(period(month)),
        item: None,
        received_on: due_on,
        amount_fen,
        method: Some("微信".to_owned()),
        print: String::new(),
    }
}
