//! Amounts of money, exact to the fen.

use crate::{cells::Cell, reasons::Reason, text};

/// Amounts stop below ten thousand million yuan: beyond it a spreadsheet's float no longer
/// tells fen apart, and no property office owes or is owed as much.
const MAX_FEN: i64 = 1_000_000_000_000;

/// Reads an amount in fen; `None` for an empty cell or one of the ways to write nothing.
///
/// # Errors
/// When the cell holds something else than an amount, more than two decimals, or too much.
pub(crate) fn read(cell: &Cell) -> Result<Option<i64>, Reason> {
    match cell {
        Cell::Empty => Ok(None),
        Cell::Number(number) => from_float(*number).map(Some),
        Cell::Text(raw) => from_text(raw),
        Cell::Day(_) | Cell::Bool(_) => Err(Reason::NotMoney),
        Cell::Fault(fault) => Err(fault.reason()),
    }
}

/// The fen of a float that Excel stored.
///
/// A sum that Excel computed carries noise (`254.77 - 254.75` is `0.020000000000010232`), so
/// the number is written out with six decimals, or as many as a float of its size can hold,
/// and the text is read exactly. What then has more than two decimals had them in the book.
fn from_float(number: f64) -> Result<i64, Reason> {
    let too_large = number.is_nan() || number.abs() >= 1e10;
    if too_large {
        return Err(Reason::MoneyTooLarge);
    }
    let decimals = if number.abs() >= 1e9 { 5 } else { 6 };
    let fen = from_decimal(&format!("{:.decimals$}", number.abs()))?;
    Ok(if number < 0.0 { -fen } else { fen })
}

/// The unit that a title or heading gives amounts in, if it is not yuan. Of all but `万元` it must be said that they are
/// one: `欠费千元以上` and `单位：分公司` are none.
pub(crate) fn unit_in(folded: &str) -> Option<&'static str> {
    if folded.contains("万元") {
        return Some("万元");
    }
    let said = folded.split_once("单位").map(|(_, said)| {
        let said = said.trim_start_matches([':', '：', '为', ' ']);
        let said = said.strip_prefix("人民币").unwrap_or(said);
        said.split([' ', ')', ',', ';', '；', '，']).next().unwrap_or_default()
    });
    let is_said =
        |unit: &&str| said == Some(*unit) || folded.contains(format!("({unit})").as_str());
    ["千元", "百元", "角", "分"].into_iter().find(is_said)
}

/// An amount as a clerk writes it.
pub(crate) fn shown(fen: i64) -> String {
    let sign = if fen < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", fen.unsigned_abs() / 100, fen.unsigned_abs() % 100)
}

fn from_text(raw: &str) -> Result<Option<i64>, Reason> {
    let folded = text::fold(raw);
    if text::means_nothing(&folded) {
        return Ok(None);
    }
    if folded.ends_with('%') {
        return Err(Reason::MoneyIsPercent);
    }
    let bare = strip_currency(&folded);
    let (negative, digits) = strip_sign(bare);
    let fen = from_decimal(&ungroup(strip_currency(digits))?)?;
    Ok(Some(if negative { -fen } else { fen }))
}

fn strip_currency(text: &str) -> &str {
    const MARKS: [&str; 8] = ["人民币", "RMB", "CNY", "rmb", "¥", "圆", "元", "整"];
    let mut rest = text.trim();
    while let Some(shorter) =
        MARKS.iter().find_map(|mark| rest.strip_prefix(mark).or_else(|| rest.strip_suffix(mark)))
    {
        rest = shorter.trim();
    }
    rest
}

/// Takes off a sign, or the brackets that book-keepers put around what is negative.
fn strip_sign(text: &str) -> (bool, &str) {
    if let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        return (true, inner.trim());
    }
    if let Some(rest) = text.strip_prefix('-').or_else(|| text.strip_suffix('-')) {
        return (true, rest.trim());
    }
    (false, text.strip_prefix('+').unwrap_or(text).trim())
}

/// Removes thousands separators, but only where they separate thousands: `1,234.50`, never
/// `12,5`, which is a decimal comma or a slip.
fn ungroup(text: &str) -> Result<String, Reason> {
    let (whole, decimals) = text.split_once('.').map_or((text, None), |(w, d)| (w, Some(d)));
    let mut groups = whole.split([',', ' ', '\'']);
    let first = groups.next().unwrap_or_default();
    let mut digits = first.to_owned();
    let mut grouped = false;
    for group in groups {
        if group.len() != 3 {
            return Err(Reason::NotMoney);
        }
        grouped = true;
        digits.push_str(group);
    }
    if grouped && !(1..=3).contains(&first.len()) {
        return Err(Reason::NotMoney);
    }
    Ok(decimals.map_or_else(|| digits.clone(), |decimals| format!("{digits}.{decimals}")))
}

/// Reads `254.770000`, without a sign, as fen, without a float in between.
fn from_decimal(text: &str) -> Result<i64, Reason> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(whole) || !all_digits(decimals) || whole.len() + decimals.len() == 0 {
        return Err(Reason::NotMoney);
    }
    let decimals = decimals.trim_end_matches('0');
    if decimals.len() > 2 {
        return Err(Reason::TooManyDecimals);
    }
    let whole = whole.trim_start_matches('0');
    if whole.len() > 10 {
        return Err(Reason::MoneyTooLarge);
    }
    format!("0{whole}{decimals:0<2}")
        .parse()
        .ok()
        .filter(|fen| *fen < MAX_FEN)
        .ok_or(Reason::MoneyTooLarge)
}

/// Hundredths of a square metre, rounded half away from zero: an area is measured, not owed.
/// `None` for an empty cell or one of the ways to write nothing.
///
/// # Errors
/// When it is no number, or none that a room can have.
pub(crate) fn read_area(cell: &Cell) -> Result<Option<i64>, Reason> {
    const UNITS: [&str; 8] = ["平方米", "平米", "㎡", "m²", "m2", "M2", "平", "方"];
    let number = match cell {
        Cell::Empty => return Ok(None),
        Cell::Number(number) => *number,
        Cell::Text(raw) => {
            let folded = text::fold(raw);
            if text::means_nothing(&folded) {
                return Ok(None);
            }
            let bare = UNITS.iter().find_map(|unit| folded.strip_suffix(unit)).unwrap_or(&folded);
            bare.trim().parse().map_err(|_| Reason::AreaUnreadable)?
        }
        Cell::Day(_) | Cell::Bool(_) | Cell::Fault(_) => return Err(Reason::AreaUnreadable),
    };
    if !(0.0..1e7).contains(&number) {
        return Err(Reason::AreaUnreadable);
    }
    let centi = format!("{:.0}", number * 100.0).parse().map_err(|_| Reason::AreaUnreadable)?;
    Ok(Some(centi))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(raw: &str) -> Result<Option<i64>, Reason> {
        read(&Cell::Text(raw.to_owned()))
    }

    #[test]
    fn floats_are_exact_and_their_noise_is_removed() {
        assert_eq!(read(&Cell::Number(254.77)), Ok(Some(25477)));
        assert_eq!(read(&Cell::Number(254.77 - 254.75)), Ok(Some(2)));
        assert_eq!(read(&Cell::Number(0.1 + 0.2)), Ok(Some(30)));
        assert_eq!(read(&Cell::Number(1.005)), Err(Reason::TooManyDecimals));
        assert_eq!(read(&Cell::Number(89.56 * 2.8)), Err(Reason::TooManyDecimals));
        assert_eq!(read(&Cell::Number(-5.684e-14)), Ok(Some(0)));
        assert_eq!(read(&Cell::Number(9_999_999_999.99)), Ok(Some(999_999_999_999)));
        assert_eq!(read(&Cell::Number(1e10)), Err(Reason::MoneyTooLarge));
        assert_eq!(read(&Cell::Number(f64::NAN)), Err(Reason::MoneyTooLarge));
    }

    #[test]
    fn texts_are_read_in_every_way() {
        for raw in [
            "¥1,234.50",
            "￥１，２３４．５０",
            "1234.5元",
            " 1 234.500 ",
            "人民币1234.50元整",
            "RMB 1234.5",
        ] {
            assert_eq!(text(raw), Ok(Some(123_450)), "{raw}");
        }
        for raw in ["-12", "(12.00)", "（12）", "¥-12.00", "-¥12.00", "−12", "12-"] {
            assert_eq!(text(raw), Ok(Some(-1200)), "{raw}");
        }
        for raw in ["", "-", "—", "/", "无", "　"] {
            assert_eq!(text(raw), Ok(None), "{raw}");
        }
        for raw in ["十二元", "12,5", "1,23,456", "1.2.3", "$12", "1.2万", "12 34", "--5", ",123"]
        {
            assert_eq!(text(raw), Err(Reason::NotMoney), "{raw}");
        }
        assert_eq!(text("12.345"), Err(Reason::TooManyDecimals));
        assert_eq!(text("99999999999"), Err(Reason::MoneyTooLarge));
    }

    #[test]
    fn a_unit_is_one_only_where_it_is_said() {
        for (text, unit) in [
            ("单位:万元", Some("万元")),
            ("应收(万元)", Some("万元")),
            ("金额单位:人民币千元", Some("千元")),
            ("应收(分)", Some("分")),
            ("单位:元", None),
            ("单位:分公司", None),
            ("欠费千元以上业主", None),
            ("部分减免(含滞纳金)", None),
        ] {
            assert_eq!(unit_in(text), unit, "{text}");
        }
    }

    #[test]
    fn areas_are_read_with_their_unit() {
        for raw in ["89.56", "89.56㎡", "89.56 m2", "89.56平方米", "８９．５６"] {
            assert_eq!(read_area(&Cell::Text(raw.to_owned())), Ok(Some(8956)), "{raw}");
        }
        assert_eq!(read_area(&Cell::Text("92".to_owned())), Ok(Some(9200)));
        assert_eq!(read_area(&Cell::Number(118.0)), Ok(Some(11800)));
        assert_eq!(read_area(&Cell::Text("大".to_owned())), Err(Reason::AreaUnreadable));
    }
}
