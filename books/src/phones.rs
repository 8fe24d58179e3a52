//! Telephone numbers.

use crate::{cells::Cell, reasons::Reason, text};

/// What a cell for telephone numbers holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Phones {
    /// Mobiles as eleven digits, landlines as `0571-88886666` or without the area code.
    pub(crate) numbers: Vec<String>,
    /// What was left out and why, as written.
    pub(crate) left_out: Vec<(String, Reason)>,
}

/// Reads every number of a cell: several may stand in one, with hyphens, spaces, country code
/// or an extension.
pub(crate) fn read(cell: &Cell) -> Phones {
    let mut phones = Phones::default();
    if let Cell::Fault(_) = cell {
        phones.left_out.push((cell.shown(), Reason::NotAPhone));
        return phones;
    }
    let folded = text::fold(&cell.shown());
    for piece in folded.split(['、', ',', ';', '；', '，', '/', '|', '和', '或']) {
        let piece = piece.trim();
        if !text::means_nothing(piece) {
            read_piece(piece, &mut phones);
        }
    }
    phones
}

/// The telephone numbers in a text that somebody typed, as books keep them: mobiles as eleven digits, landlines as
/// `0571-88886666`. Placeholders and what is no number are left out.
pub fn phone_numbers(text: &str) -> Vec<String> {
    read(&Cell::Text(text.to_owned())).numbers
}

fn read_piece(piece: &str, into: &mut Phones) {
    let digits: String = without_extension(piece).chars().filter(char::is_ascii_digit).collect();
    let local = without_country(&digits);
    // `13892668587 13952288588`: two mobiles with nothing but a space between.
    let mobiles: Vec<&str> = chunks(local, 11);
    if !mobiles.is_empty() && mobiles.iter().all(|mobile| is_mobile(mobile)) {
        for mobile in mobiles {
            add(mobile.to_owned(), mobile, into);
        }
    } else if is_placeholder(local) {
        into.left_out.push((piece.to_owned(), Reason::PhonePlaceholder));
    } else if let Some(landline) = landline(local) {
        add(landline, local, into);
    } else {
        into.left_out.push((piece.to_owned(), Reason::NotAPhone));
    }
}

fn add(number: String, digits: &str, into: &mut Phones) {
    if is_placeholder(digits) {
        into.left_out.push((number, Reason::PhonePlaceholder));
    } else if !into.numbers.contains(&number) {
        into.numbers.push(number);
    }
}

fn without_extension(piece: &str) -> &str {
    piece.split_once(['转', '(', 'x']).map_or(piece, |(number, rest)| {
        if number.chars().any(|c| c.is_ascii_digit()) { number } else { rest }
    })
}

fn without_country(digits: &str) -> &str {
    ["0086", "86"]
        .iter()
        .find_map(|code| digits.strip_prefix(code))
        .filter(|local| is_mobile(local))
        .unwrap_or(digits)
}

/// The text in pieces of one length; none when it does not divide.
fn chunks(digits: &str, length: usize) -> Vec<&str> {
    let mut rest = digits;
    let mut pieces = Vec::new();
    while let Some((piece, tail)) = rest.split_at_checked(length) {
        pieces.push(piece);
        rest = tail;
    }
    if rest.is_empty() { pieces } else { Vec::new() }
}

fn is_mobile(digits: &str) -> bool {
    let mut bytes = digits.bytes();
    digits.len() == 11
        && bytes.next() == Some(b'1')
        && matches!(bytes.next(), Some(b'3'..=b'9'))
        && bytes.all(|b| b.is_ascii_digit())
}

/// Numbers that clerks type where a system insists on one: a mobile of one digit over and over
/// (`18999999999`, `13800000000`), or any number of one digit only.
fn is_placeholder(digits: &str) -> bool {
    let one_digit = |part: &str| {
        let mut bytes = part.bytes();
        bytes.next().is_some_and(|first| bytes.all(|b| b == first))
    };
    one_digit(digits)
        || (digits.len() == 11 && digits.get(3..).is_some_and(one_digit))
        || matches!(digits, "12345678901" | "12345678910" | "01234567890")
}

/// A landline with its area code set off, or without one; 400 and 800 numbers.
fn landline(digits: &str) -> Option<String> {
    // Three digits for the largest cities, four elsewhere.
    let area = match digits.get(..2) {
        Some("01" | "02") => 3,
        Some(code) if code.starts_with('0') => 4,
        _ => 0,
    };
    let (area, local) = digits.split_at_checked(area)?;
    let first = local.bytes().next()?;
    match (area.is_empty(), local.len()) {
        (false, 7 | 8) if (b'2'..=b'9').contains(&first) => Some(format!("{area}-{local}")),
        (true, 7 | 8) if (b'2'..=b'9').contains(&first) => Some(local.to_owned()),
        (true, 10) if local.starts_with("400") || local.starts_with("800") => {
            Some(local.to_owned())
        }
        _ => None,
    }
}

/// The mobiles that a remark mentions: `备用15864675851`.
pub(crate) fn in_remark(remark: &str) -> Vec<String> {
    let folded = text::fold(remark);
    let joined: String = folded.chars().filter(|c| !matches!(c, '-' | ' ')).collect();
    let mut found: Vec<String> = Vec::new();
    // Runs are taken from the text as written and once more without hyphens, so that neither
    // `138-1234-5678` nor two numbers with a space between are lost.
    for text in [&folded, &joined] {
        for run in text.split(|c: char| !c.is_ascii_digit()) {
            let new = is_mobile(run) && !is_placeholder(run) && !found.iter().any(|old| old == run);
            if new {
                found.push(run.to_owned());
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(raw: &str) -> Vec<String> {
        read(&Cell::Text(raw.to_owned())).numbers
    }

    #[test]
    fn mobiles_are_read_in_every_way() {
        for raw in [
            " 17778374788",
            "177-7837-4788",
            "177 7837 4788",
            "+86 17778374788",
            "0086-17778374788",
            "１７７７８３７４７８８",
        ] {
            assert_eq!(numbers(raw), ["17778374788"], "{raw}");
        }
        assert_eq!(read(&Cell::Number(17_778_374_788.0)).numbers, ["17778374788"]);
        for raw in
            ["13892668587、13952288588", "13892668587 13952288588", "13892668587/13952288588"]
        {
            assert_eq!(numbers(raw), ["13892668587", "13952288588"], "{raw}");
        }
    }

    #[test]
    fn landlines_keep_their_area_code_apart() {
        assert_eq!(numbers("0571-88886666"), ["0571-88886666"]);
        assert_eq!(numbers("(010)62345678"), ["010-62345678"]);
        assert_eq!(numbers("0571-8888 6666转801"), ["0571-88886666"]);
        assert_eq!(numbers("88886667"), ["88886667"]);
        assert_eq!(numbers("400-820-8820"), ["4008208820"]);
    }

    #[test]
    fn placeholders_are_none_and_rubbish_is_reported() {
        for raw in ["18999999999", "13800000000", "00000000000", "11111111111", "0"] {
            let phones = read(&Cell::Text(raw.to_owned()));
            assert_eq!(phones.left_out, [(raw.to_owned(), Reason::PhonePlaceholder)], "{raw}");
        }
        for raw in ["1389266858", "无电话", "110101199001010000", "1.38E+10"] {
            let phones = read(&Cell::Text(raw.to_owned()));
            assert!(phones.numbers.is_empty(), "{raw}");
            assert_eq!(phones.left_out.first().unwrap().1, Reason::NotAPhone, "{raw}");
        }
        assert_eq!(read(&Cell::text("-")), Phones::default());
    }

    #[test]
    fn remarks_give_second_numbers() {
        assert_eq!(in_remark("备用15864675851"), ["15864675851"]);
        assert_eq!(in_remark("女儿 138-1234-5677，勿扰"), ["13812345677"]);
        assert_eq!(in_remark("身份证110101199001010000"), Vec::<String>::new());
    }
}
