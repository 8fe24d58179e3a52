//! Folding of the many ways to write the same character.

/// Folds full-width forms to ASCII and every dash to `-`, drops invisible characters, trims.
///
/// What an office types on a Chinese keyboard (`１－１－０３０１`) and what it types on an
/// English one (`1-1-0301`) are the same text afterwards. Han characters stay as they are.
pub fn fold(text: &str) -> String {
    let folded: String = text.chars().filter_map(fold_char).collect();
    let trimmed = folded.trim();
    if trimmed.len() == folded.len() { folded } else { trimmed.to_owned() }
}

fn fold_char(c: char) -> Option<char> {
    match c {
        '\u{FEFF}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{00AD}' => None,
        '\u{00A0}' | '\u{3000}' | '\t' | '\r' | '\n' => Some(' '),
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE63}' | '\u{FF0D}' => Some('-'),
        '\u{FFE5}' => Some('¥'),
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0),
        c if c.is_control() => None,
        c => Some(c),
    }
}

/// [`fold`], then without any space at all: for headings and marks, which offices stretch
/// (`合　　计`).
pub(crate) fn squeeze(text: &str) -> String {
    fold(text).chars().filter(|c| !c.is_whitespace()).collect()
}

/// Whether a folded text is one of the ways to write "nothing": empty, dashes, slashes, 无.
pub(crate) fn means_nothing(folded: &str) -> bool {
    folded.chars().all(|c| matches!(c, '-' | '/' | '\\' | '_' | '.' | '*' | ' ' | '~'))
        || matches!(folded, "无" | "暂无" | "没有" | "空" | "NULL" | "null" | "N/A" | "n/a" | "NA")
}

/// The value of one Han or ASCII digit.
pub(crate) fn digit(c: char) -> Option<u32> {
    "〇一二三四五六七八九"
        .chars()
        .position(|han| han == c)
        .and_then(|at| u32::try_from(at).ok())
        .or(match c {
            '零' => Some(0),
            '两' => Some(2),
            c => c.to_digit(10),
        })
}

/// A small number in Han or ASCII digits: `十二` is 12, `二十` 20, `二〇二六` 2026, `7` 7.
///
/// `None` when any character is not part of a number, or it is longer than six digits.
pub(crate) fn han_number(text: &str) -> Option<u32> {
    if text.is_empty() || text.chars().count() > 6 {
        return None;
    }
    let Some((tens, ones)) = text.split_once('十') else {
        return text.chars().try_fold(0, |sum, c| Some(sum * 10 + digit(c)?));
    };
    let one = |part: &str, empty| match part.chars().count() {
        0 => Some(empty),
        1 => part.chars().next().and_then(digit),
        _ => None,
    };
    Some(one(tens, 1)? * 10 + one(ones, 0)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_and_dashes_become_ascii() {
        assert_eq!(fold("　１－１－０３０１ "), "1-1-0301");
        assert_eq!(fold("1–2—3"), "1-2-3");
        assert_eq!(squeeze("合　　计"), "合计");
    }

    #[test]
    fn han_numbers_are_read() {
        let cases =
            [("十二", 12), ("二十", 20), ("十", 10), ("二十一", 21), ("二〇二六", 2026), ("7", 7)];
        for (text, value) in cases {
            assert_eq!(han_number(text), Some(value), "{text}");
        }
        assert_eq!(han_number("十二十"), None);
        assert_eq!(han_number("商铺"), None);
    }
}
