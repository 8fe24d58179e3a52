//! Properties of the readers of single cells, over what anybody might type.

use chrono::{Datelike, NaiveDate};
use proptest::prelude::*;

use crate::{
    cells::Cell,
    dates::{self, Day},
    money, names, periods, phones, problems,
    rooms::{self, Named, RoomCells},
};

/// Texts of the characters that matter to the readers, and some that do not.
fn any_text() -> impl Strategy<Value = String> {
    let near = "[0-9０-９年月日号栋幢座楼单元室#＃¥￥元,，.．。/、:：()（）Qq第季度至到~一二十〇零百 　'+=@-]{0,24}";
    prop_oneof![near, "\\PC{0,40}", any::<String>()]
}

fn any_day() -> impl Strategy<Value = NaiveDate> {
    (0_i64..40_000).prop_map(|days| {
        NaiveDate::from_ymd_opt(1990, 1, 1).unwrap() + chrono::Duration::days(days)
    })
}

fn full_width(text: &str) -> String {
    text.chars()
        .map(
            |c| {
                if c.is_ascii_graphic() {
                    char::from_u32(u32::from(c) + 0xFEE0).unwrap()
                } else {
                    c
                }
            },
        )
        .collect()
}

fn grouped(whole: i64) -> String {
    let digits = whole.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn room_of(number: &str) -> Option<String> {
    let (empty, number) = (Cell::Empty, Cell::text(number));
    let cells = RoomCells { building: &empty, entrance: &empty, number: &number };
    match rooms::read(cells) {
        Ok(Some(Named::Room(room))) => Some(room.without_zeros().to_string()),
        _ => None,
    }
}

proptest! {
    #[test]
    fn an_amount_comes_back_to_the_fen_however_it_is_written(fen in 0_i64..1_000_000_000_000) {
        let (yuan, rest) = (fen / 100, fen % 100);
        let plain = format!("{yuan}.{rest:02}");
        let float: f64 = plain.parse().unwrap();
        prop_assert_eq!(money::read(&Cell::Number(float)), Ok(Some(fen)));
        prop_assert_eq!(money::read(&Cell::Number(-float)), Ok(Some(-fen)));
        for text in [
            format!("¥{}.{rest:02}", grouped(yuan)),
            full_width(&plain),
            format!("-{plain}").replace('-', "(") + ")",
            format!("{plain}元"),
            plain.clone(),
        ] {
            let sign = if text.starts_with('(') { -1 } else { 1 };
            prop_assert_eq!(money::read(&Cell::Text(text.clone())), Ok(Some(sign * fen)), "{}", text);
        }
    }

    #[test]
    fn the_noise_of_a_sum_of_floats_is_removed(parts in prop::collection::vec(0_i64..10_000_000, 1..12)) {
        let float: f64 = parts.iter().map(|fen| *fen as f64 / 100.0).sum();
        prop_assert_eq!(money::read(&Cell::Number(float)), Ok(Some(parts.iter().sum())));
    }

    #[test]
    fn a_third_decimal_is_never_rounded_away(mills in 1_i64..1_000_000_000) {
        prop_assume!(mills % 10 != 0);
        let text = format!("{}.{:03}", mills / 1000, mills % 1000);
        prop_assert!(money::read(&Cell::Number(text.parse().unwrap())).is_err());
        prop_assert!(money::read(&Cell::Text(text)).is_err());
    }

    #[test]
    fn a_day_comes_back_however_it_is_written(day in any_day()) {
        let epoch = NaiveDate::from_ymd_opt(1899, 12, 30).unwrap();
        let serial = (day - epoch).num_days();
        for format in ["%Y-%m-%d", "%Y/%-m/%-d", "%Y.%m.%d", "%Y年%-m月%-d日", "%Y%m%d", "%Y-%m-%d %H:%M:%S"] {
            let text = day.and_time(chrono::NaiveTime::MIN).format(format).to_string();
            for text in [full_width(&text), text] {
                prop_assert_eq!(dates::read(&Cell::Text(text.clone())), Ok(Some(Day::Day(day))), "{}", text);
            }
        }
        prop_assert_eq!(dates::read(&Cell::Number(serial as f64)), Ok(Some(Day::Day(day))));
        prop_assert_eq!(dates::read(&Cell::Day(day)), Ok(Some(Day::Day(day))));
    }

    #[test]
    fn a_month_comes_back_however_it_is_written(day in any_day()) {
        let month = format!("{:04}-{:02}", day.year(), day.month());
        for format in ["%Y-%m", "%Y年%m月", "%Y年%-m月份", "%Y%m", "%Y/%m", "%Y.%m", "%Y-%m-%d"] {
            let text = day.format(format).to_string();
            let period = periods::read(&Cell::Text(text.clone())).unwrap().unwrap();
            prop_assert_eq!(period.to_string(), month.as_str(), "{}", text);
            let again = periods::read(&Cell::Text(period.to_string())).unwrap();
            prop_assert_eq!(again, Some(period));
        }
    }

    #[test]
    fn a_room_comes_back_however_it_is_written(b in 1_u32..200, e in 1_u32..20, n in 101_u32..4000) {
        let room = format!("{b}-{e}-{n}");
        for text in [
            room.clone(),
            full_width(&room),
            format!("{b}栋{e}单元{n:04}"),
            format!("{b}#{e}-{n:05}"),
            format!("{b}号楼{e}单元{n}室"),
            format!(" {b:02} - {e} - {n} "),
        ] {
            prop_assert_eq!(room_of(&text), Some(room.clone()), "{}", text);
        }
    }

    #[test]
    fn a_mobile_comes_back_however_it_is_written(head in 130_u64..200, middle in 0_u64..10_000, tail in 0_u64..10_000) {
        let mobile = format!("{head}{middle:04}{tail:04}");
        let tail_of_one = mobile[3..].chars().all(|c| mobile[3..].starts_with(c));
        prop_assume!(!tail_of_one);
        for text in [
            mobile.clone(),
            format!("{head}-{middle:04}-{tail:04}"),
            format!("+86 {head} {middle:04} {tail:04}"),
            full_width(&mobile),
        ] {
            prop_assert_eq!(phones::read(&Cell::Text(text.clone())).numbers, [mobile.clone()], "{}", text);
        }
        prop_assert_eq!(phones::in_remark(&format!("备用{mobile}，晚上打")), [mobile]);
    }

    #[test]
    fn no_text_makes_a_reader_panic(a in any_text(), b in any_text(), number in any::<f64>()) {
        for cell in [Cell::text(&a), Cell::Number(number)] {
            let _ = (money::read(&cell), money::read_area(&cell), dates::read(&cell));
            let _ = (periods::read(&cell), phones::read(&cell), names::split(&cell.shown()));
            let other = Cell::text(&b);
            for (building, entrance, number) in [(&other, &Cell::Empty, &cell), (&Cell::Empty, &other, &cell)] {
                let _ = rooms::read(RoomCells { building, entrance, number });
            }
        }
        let _ = problems::mask_phone(&a);
    }

    #[test]
    fn whatever_is_read_has_its_shape(text in any_text()) {
        let cell = Cell::text(&text);
        if let Ok(Some(fen)) = money::read(&cell) {
            prop_assert!(fen.abs() < 1_000_000_000_000);
        }
        for number in phones::read(&cell).numbers {
            prop_assert!(number.bytes().all(|b| b.is_ascii_digit() || b == b'-'), "{}", number);
            prop_assert!((7..=13).contains(&number.len()), "{}", number);
        }
        let empty = Cell::Empty;
        let cells = RoomCells { building: &empty, entrance: &empty, number: &cell };
        if let Ok(Some(Named::Room(room) | Named::Bare(room))) = rooms::read(cells) {
            prop_assert!(!room.building.is_empty() && !room.entrance.is_empty());
            prop_assert!(!room.number.is_empty() && !room.number.contains(['-', ' ']));
            prop_assert_eq!(room.without_zeros().without_zeros(), room.without_zeros());
        }
    }
}
