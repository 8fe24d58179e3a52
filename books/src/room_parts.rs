//! Cuts the text of a room at its signs: `1栋1单元0301` is `1` 栋, `1` 单元, `0301`.

use crate::{reasons::Reason, rooms, text};

/// Longer names of a building, entrance or number are no names.
const MAX_CHARS: usize = 24;

/// What a sign behind a part of a room makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// `1栋`.
    Building,
    /// `2单元`.
    Entrance,
    /// `二期`, which is part of the building's name.
    Phase,
    /// `3层`, which the number says too.
    Floor,
    /// Nothing stands behind it.
    None,
}

/// Marks behind a part of a room, longest first.
const MARKS: [(&str, Mark); 14] = [
    ("号楼", Mark::Building),
    ("#楼", Mark::Building),
    ("单元", Mark::Entrance),
    ("栋", Mark::Building),
    ("幢", Mark::Building),
    ("座", Mark::Building),
    ("楼", Mark::Building),
    ("#", Mark::Building),
    ("门", Mark::Entrance),
    ("号", Mark::Building),
    ("期", Mark::Phase),
    ("区", Mark::Phase),
    ("弄", Mark::Phase),
    ("层", Mark::Floor),
];

/// The parts of a folded text with the marks behind them.
///
/// # Errors
/// When it holds other signs, a name that is too long, or several rooms.
pub(crate) fn parts(folded: &str) -> Result<Vec<(String, Mark)>, Reason> {
    let upper = folded.to_uppercase();
    let mut rest = without_suffix(without_remark(&upper));
    if is_several(rest) {
        return Err(Reason::NotARoom);
    }
    let [dots, waves] = ['.', '~'].map(|sign| rest.matches(sign).count() == 2);
    let mut parts = Vec::new();
    let mut part = String::new();
    while let Some(c) = rest.chars().next() {
        if let Some((sign, mark)) = MARKS.iter().find(|(sign, _)| rest.starts_with(sign)) {
            push(&mut parts, &mut part, *mark)?;
            if let (Mark::Phase, Some((phase, Mark::Phase))) = (mark, parts.last_mut()) {
                phase.push_str(sign);
            }
            rest = rest.get(sign.len()..).unwrap_or_default();
            continue;
        }
        if matches!(c, '-' | '/' | '\\' | '_' | ' ' | '·')
            || (c == '.' && dots)
            || (c == '~' && waves)
        {
            push(&mut parts, &mut part, Mark::None)?;
        } else if c.is_alphanumeric() {
            part.push(c);
        } else {
            return Err(Reason::NotARoom);
        }
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
    push(&mut parts, &mut part, Mark::None)?;
    Ok(parts)
}

/// One part of a room that somebody types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedPart {
    /// Its name in lower case, without leading zeros: `8`, `1203`, `商铺3`, `12d`.
    pub name: String,
    /// What the sign behind it says it is; without one `8` may still become `80`.
    pub is: Place,
}

/// What a part of a typed room is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// `8栋`.
    Building,
    /// `2单元`.
    Entrance,
    /// No sign says so.
    Open,
}

/// The parts of a room as people type it into a search box: `8-2`, `8栋2单元1203`, `8#2-1203`,
/// `8 2 1203`, `４—12Ｄ`, `3号商铺`. It may be unfinished. None when it cannot be a room.
pub fn typed_room(text: &str) -> Option<Vec<TypedPart>> {
    let folded: String = text::fold(text).chars().map(plain_sign).collect();
    let folded = folded.trim_start_matches(['#', '-', '第']);
    // Words of the keyboard come whole, so `8栋2单` lacks one key.
    let folded = match folded.strip_suffix('单') {
        Some(rest) if rest.ends_with(|c: char| c.is_ascii_digit()) => format!("{rest}单元"),
        _ => folded.to_owned(),
    };
    let mut typed: Vec<TypedPart> = Vec::new();
    let mut phase = String::new();
    for (name, mark) in parts(&folded).ok()? {
        let name = text::han_number(&name).map_or(name, |number| number.to_string());
        let name = format!("{phase}{}", rooms::strip_zeros(&name).to_lowercase());
        phase.clear();
        match mark {
            Mark::Phase => phase = name,
            Mark::Floor => {}
            Mark::Building => join(&mut typed, TypedPart { name, is: Place::Building }),
            Mark::Entrance => join(&mut typed, TypedPart { name, is: Place::Entrance }),
            Mark::None => join(&mut typed, TypedPart { name, is: Place::Open }),
        }
    }
    number_before_word(&mut typed, &folded);
    if !phase.is_empty() {
        typed.push(TypedPart { name: phase, is: Place::Open });
    }
    (!typed.is_empty()).then_some(typed)
}

/// A word and its number are one: `商铺-3`.
fn join(typed: &mut Vec<TypedPart>, part: TypedPart) {
    match typed.last_mut() {
        Some(last) if is_word(&last.name) => last.name += &part.name,
        _ => typed.push(part),
    }
}

/// `3号商铺` is `商铺3`; `9栋商铺` are the shops of building 9.
fn number_before_word(typed: &mut Vec<TypedPart>, folded: &str) {
    if let [.., number, word] = typed.as_mut_slice()
        && is_word(&word.name)
        && folded.ends_with(&format!("号{}", word.name))
    {
        number.name.insert_str(0, &word.name);
        number.is = Place::Open;
        typed.pop();
    }
}

fn is_word(name: &str) -> bool {
    !name.contains(|c: char| c.is_ascii_alphanumeric())
}

/// Signs that people type where a hyphen should be.
fn plain_sign(c: char) -> char {
    match c {
        '、' | '。' | ',' | '.' | '~' | '*' | '+' | '|' | ':' | ';' | '/' | '\\' | '\'' => '-',
        c => c,
    }
}

fn push(parts: &mut Vec<(String, Mark)>, part: &mut String, mark: Mark) -> Result<(), Reason> {
    if part.is_empty() {
        return Ok(());
    }
    if part.chars().count() > MAX_CHARS {
        return Err(Reason::NotARoom);
    }
    let name = std::mem::take(part);
    let name = match text::han_number(&name) {
        // Only what carries a mark is a number in Han digits; `八` alone may be a name.
        Some(number) if mark != Mark::None && !name.starts_with(|c: char| c.is_ascii_digit()) => {
            number.to_string()
        }
        _ => name,
    };
    parts.push((name, mark));
    Ok(())
}

/// `1-1-301(空置)`: what stands in brackets is no part of the room, unless it tells two apart
/// (`301(A)`).
fn without_remark(text: &str) -> &str {
    match text.strip_suffix(')').and_then(|text| text.split_once('(')) {
        Some((room, remark)) if !remark.contains(|c: char| c.is_ascii_alphanumeric()) => {
            room.trim_end()
        }
        _ => text,
    }
}

/// `301/302`, `301 302`: two rooms in one cell, not a building and a number.
fn is_several(text: &str) -> bool {
    match text.split_once(['/', ' ']) {
        Some((first, second)) => [first, second].iter().all(|number| {
            number.len() >= 3 && number.trim().bytes().all(|byte| byte.is_ascii_digit())
        }),
        None => false,
    }
}

/// `301室`, `301号`: what stands behind the number says nothing.
fn without_suffix(text: &str) -> &str {
    ["号房", "号室", "室", "号", "房", "户"]
        .iter()
        .find_map(|suffix| text.strip_suffix(suffix))
        .filter(|bare| bare.ends_with(|c: char| c.is_ascii_alphanumeric()))
        .unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_mark_the_part_before_them() {
        let named = |name: &str, mark| (name.to_owned(), mark);
        let cut = parts("二期十栋1单元0301室").unwrap();
        let expected = [
            named("2期", Mark::Phase),
            named("10", Mark::Building),
            named("1", Mark::Entrance),
            named("0301", Mark::None),
        ];
        assert_eq!(cut, expected);
        assert!(parts("制表:王").is_err());
    }

    fn typed(text: &str) -> String {
        let parts = typed_room(text).unwrap_or_default();
        parts.into_iter().map(|part| part.name).collect::<Vec<_>>().join("-")
    }

    #[test]
    fn a_room_is_typed_in_every_way() {
        for way in [
            "8-2-1203",
            "8栋2单元1203",
            "８栋２单元１２０３室",
            "8#2-1203",
            "8 2 1203",
            "8/2/1203",
            "8.2.1203",
            "8。2。1203",
            "8、2、1203",
            "8——2——1203",
            "8幢2单元1203号",
            "八栋二单元1203",
            "8号楼2门1203",
            "08-02-1203",
            "第8栋-2单元-1203",
            "8栋-2单元12层1203",
            " 8－2－1203 ",
        ] {
            assert_eq!(typed(way), "8-2-1203", "{way}");
        }
        for (way, read) in [
            ("8-2", "8-2"),
            ("12-27", "12-27"),
            ("４－12Ｄ", "4-12d"),
            ("商铺3", "商铺3"),
            ("商铺 03", "商铺3"),
            ("3号商铺", "商铺3"),
            ("9栋3号商铺", "9-商铺3"),
            ("9栋商铺", "9-商铺"),
            ("9栋商铺-3", "9-商铺3"),
            ("8栋2单", "8-2"),
            ("二期3栋501", "2期3-501"),
            ("A座1203", "a-1203"),
            ("#1203", "1203"),
            ("1203室", "1203"),
        ] {
            assert_eq!(typed(way), read, "{way}");
        }
        assert_eq!(typed_room("a@b"), None);
        assert_eq!(typed_room(""), None);
    }
}
