//! Number plates: as they are kept and compared.

/// What a plate begins with: the province.
const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";
/// What may stand at the end instead of a letter or digit.
const ENDINGS: &str = "挂学警港澳";

/// A plate without spaces, dots and hyphens, in capitals: `浙a·12345` is `浙A12345`. None for what is no plate. Five signs
/// follow the province and its letter, six for new energy; I and O are not used there.
pub(super) fn normalised(text: &str) -> Option<String> {
    let plain: String = text
        .chars()
        .map(half_width)
        .filter(|c| !c.is_whitespace() && !matches!(c, '·' | '.' | '-' | '•' | '・'))
        .map(|c| c.to_ascii_uppercase())
        .collect();
    let mut signs = plain.chars();
    let province = signs.next().is_some_and(|c| PROVINCES.contains(c));
    let letter = signs.next().is_some_and(|c| c.is_ascii_uppercase() && c != 'I');
    let rest: Vec<char> = signs.collect();
    let (last, middle) = rest.split_last()?;
    let usual =
        |c: &char| c.is_ascii_digit() || (c.is_ascii_uppercase() && !matches!(c, 'I' | 'O'));
    let fits = matches!(rest.len(), 5 | 6)
        && middle.iter().all(usual)
        && (usual(last) || ENDINGS.contains(*last));
    (province && letter && fits).then_some(plain)
}

/// Letters, digits and signs that were typed in full width.
pub(super) fn half_width(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::normalised;

    #[test]
    fn a_plate_is_the_same_however_it_is_typed() {
        for text in ["浙A·12345", "浙a12345", " 浙A 123-45", "浙Ａ１２３４５", "浙A•12345"]
        {
            assert_eq!(normalised(text).as_deref(), Some("浙A12345"), "{text}");
        }
        assert_eq!(normalised("沪AD12345").as_deref(), Some("沪AD12345"), "new energy");
        assert_eq!(normalised("粤Z1234港").as_deref(), Some("粤Z1234港"));
    }

    #[test]
    fn what_is_no_plate_is_none() {
        for text in [
            "",
            "浙",
            "A12345",
            "浙A1234",
            "浙A1234567",
            "浙112345",
            "浙AI2345",
            "浙A港1234",
            "车牌",
        ] {
            assert_eq!(normalised(text), None, "{text}");
        }
    }
}
