//! What somebody typed, as ranges of terms in the order of ranks.

use guanjia_books::{Place, fold, typed_room};

use super::{
    pinyin,
    terms::{Kind, SHORTEST_PART, bare_name, bare_number, bare_plate},
};

/// The longest text that is searched for, in characters.
pub(super) const LONGEST: usize = 64;
/// Digits of the shortest telephone number.
const SHORTEST_NUMBER: usize = 7;
/// Signs of the longest plate: province, letter, six more.
const LONGEST_PLATE: usize = 8;
/// Longer runs of letters are no building.
const BUILDING_LETTERS: usize = 3;
/// After every possible continuation of a text.
const LAST: char = char::MAX;
/// Before every possible continuation: PostgreSQL knows no character 0, and nobody types this one.
const FIRST: char = '\u{1}';

/// Terms from `from` to below `below`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Range {
    /// The first.
    pub(super) from: String,
    /// Where they end.
    pub(super) below: String,
}

impl Range {
    fn beginning(kind: Kind, text: &str) -> Self {
        let from = kind.term(text);
        Self { below: format!("{from}{LAST}"), from }
    }

    fn only(kind: Kind, text: &str) -> Self {
        let from = kind.term(text);
        Self { below: format!("{from}{FIRST}"), from }
    }
}

/// Titles that stand behind a name when people speak of somebody.
const TITLES: [&str; 7] = ["先生", "女士", "小姐", "阿姨", "师傅", "老师", "太太"];

/// The ranges of a text, the best rank first. Who may not see numbers finds them by the whole number only: a search by parts
/// would rebuild a masked number digit by digit (rule 34).
pub(super) fn ranges(text: &str, sees_numbers: bool) -> Vec<Range> {
    let text = fold(text);
    let has = |test: fn(char) -> bool| text.chars().any(test);
    let (digits, letters) = (has(|c| c.is_ascii_digit()), has(|c| c.is_ascii_alphabetic()));
    let han = has(is_han);
    let mut found = Vec::new();
    if digits || han || text.chars().count() <= BUILDING_LETTERS {
        found.extend(rooms(&text));
    }
    match (digits, han || letters) {
        (false, _) => found.extend(names(&text, (han, letters))),
        (true, false) => found.extend(numbers(&text, sees_numbers)),
        // Few names have digits in them, so fewer ways are tried.
        (true, true) => found.extend(names_with_digits(&text)),
    }
    if digits {
        found.extend(plates(&text, sees_numbers));
    }
    found
}

/// Whole plates for everybody; by their beginning or end for those who see numbers.
fn plates(text: &str, sees_numbers: bool) -> Vec<Range> {
    let plate = bare_plate(text);
    let count = plate.chars().count();
    if !(SHORTEST_PART..=LONGEST_PLATE).contains(&count) {
        return vec![];
    }
    if !sees_numbers {
        return vec![Range::only(Kind::Plate, &plate)];
    }
    [Kind::Plate, Kind::PlatePart].map(|kind| Range::beginning(kind, &plate)).to_vec()
}

/// The number of a caller: whole, of those who hold something and of those who once did.
pub(super) fn whole_number(text: &str) -> Vec<Range> {
    let digits = bare_number(text);
    if digits.len() < SHORTEST_NUMBER {
        return vec![];
    }
    vec![Range::only(Kind::Number, &digits), Range::only(Kind::FormerNumber, &digits)]
}

/// Whether a text is a whole telephone number: what is counted for those who see numbers masked.
pub(super) fn is_whole_number(text: &str) -> bool {
    let text = fold(text);
    text.chars().all(|c| !c.is_alphabetic()) && bare_number(&text).len() >= SHORTEST_NUMBER
}

fn rooms(text: &str) -> Vec<Range> {
    let Some(parts) = typed_room(text) else { return vec![] };
    let mut names: Vec<&str> = parts.iter().map(|part| part.name.as_str()).collect();
    // `8-0-1203` is a room without an entrance.
    if names.len() > 2 {
        names.retain(|name| *name != "0");
    }
    let last = parts.last().map_or(Place::Open, |part| part.is);
    let mut typed = names.join("-");
    if last != Place::Open || text.ends_with('-') {
        typed.push('-');
    }
    // A building alone is no entrance, and an entrance alone no building.
    let kinds: &[Kind] = match (parts.len(), last) {
        (1, Place::Building) => &[Kind::Room],
        (1, Place::Entrance) => &[Kind::RoomPart],
        _ => &[Kind::Room, Kind::RoomPart],
    };
    kinds.iter().map(|kind| Range::beginning(*kind, &typed)).collect()
}

fn names(text: &str, (han, letters): (bool, bool)) -> Vec<Range> {
    let bare = bare_name(text);
    let bare = TITLES.iter().find_map(|title| bare.strip_suffix(title)).unwrap_or(&bare);
    if bare.is_empty() {
        return vec![];
    }
    let begin = |kinds: &[Kind], text: &str| {
        kinds.iter().map(|kind| Range::beginning(*kind, text)).collect::<Vec<_>>()
    };
    let typed = pinyin::typed(&pinyin::in_letters(bare));
    let by_sound = begin(&[Kind::Pinyin, Kind::PinyinPart, Kind::FormerPinyin], &typed);
    match (han, letters) {
        // A name in Latin letters, or one that is typed.
        (false, _) => {
            [begin(&[Kind::Name], bare), by_sound, begin(&[Kind::FormerName], bare)].concat()
        }
        // `王xm`.
        (true, true) => by_sound,
        (true, false) => {
            let by_name = begin(&[Kind::Name, Kind::NamePart, Kind::FormerName], bare);
            // 王小名 sounds like 王小明; one character alone sounds like too many.
            if bare.chars().count() < 2 { by_name } else { [by_name, by_sound].concat() }
        }
    }
}

/// A company's name such as 3M.
fn names_with_digits(text: &str) -> Vec<Range> {
    let bare = bare_name(text);
    let typed = pinyin::typed(&pinyin::in_letters(&bare));
    vec![Range::beginning(Kind::Name, &bare), Range::beginning(Kind::Pinyin, &typed)]
}

fn numbers(text: &str, sees_numbers: bool) -> Vec<Range> {
    let digits = bare_number(text);
    if !sees_numbers {
        return whole_number(text);
    }
    if digits.len() < SHORTEST_PART {
        return vec![];
    }
    let kinds = [Kind::Number, Kind::NumberPart, Kind::FormerNumber];
    kinds.map(|kind| Range::beginning(kind, &digits)).to_vec()
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '〇' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::lookup::terms;

    /// The rank of the first range that has one of the terms.
    fn rank(text: &str, terms: &std::collections::BTreeSet<String>) -> Option<usize> {
        let within =
            |range: &Range| terms.range(range.from.clone()..range.below.clone()).next().is_some();
        ranges(text, true).iter().position(within)
    }

    #[test]
    fn a_plate_is_found_whole_and_by_any_end() {
        let plate = terms::of_plate("浙A12345");
        for way in ["浙A12345", "浙a·123 45", "浙Ａ１２３", "A12345", "12345", "345", "a123"]
        {
            assert!(rank(way, &plate).is_some(), "{way}");
        }
        for other in ["45", "浙A", "1234567", "B12345"] {
            assert_eq!(rank(other, &plate), None, "{other}");
        }
        let seen = |text| ranges(text, false).iter().any(|range| plate.contains(&range.from));
        assert!(seen("浙A12345") && !seen("12345"), "by parts a masked plate could be rebuilt");
    }

    #[test]
    fn a_room_is_found_however_it_is_typed() {
        let room = terms::of_room(("8", "2", "1203"));
        for way in [
            "8-2",
            "8-2-12",
            "8栋2单元1203",
            "8栋",
            "8栋2单元",
            "8#2-1203",
            "８－２－１２０３",
            "8 2 1203",
            "8.2.1203",
            "8栋1203",
            "2单元1203",
            "1203",
            "1203室",
            "821203",
            "八栋",
            "8-02-1203",
            "8栋2单",
            "8-1203",
            "8–2—1203",
            "8，2，1203",
        ] {
            assert!(rank(way, &room).is_some(), "{way}");
        }
        for other in ["80", "8-3", "18-2", "8栋3单元", "28", "2栋", "12030"] {
            assert_eq!(rank(other, &room), None, "{other}");
        }
        assert!(rank("商铺3", &terms::of_room(("9", "0", "商铺3"))).is_some());
        assert!(rank("商铺", &terms::of_room(("9", "0", "商铺3"))).is_some());
        assert!(rank("4-12D", &terms::of_room(("4", "0", "12D"))).is_some());
        assert!(rank("a座", &terms::of_room(("A", "0", "1203"))).is_some());
        assert!(rank("8-0-1203", &terms::of_room(("8", "0", "1203"))).is_some());
    }

    #[test]
    fn a_name_is_found_however_it_is_typed() {
        let name = terms::of_name("王小明", false);
        for way in [
            "王",
            "王小",
            "王小明",
            "小明",
            "王 小明",
            "wang",
            "wangxm",
            "wxm",
            "WXM",
            "wang xiaoming",
            "ｗｘｍ",
            "wxiaoming",
            "xiaoming",
            "xm",
            "王xm",
            "王xiaoming",
            "wangxiaom",
            "王小名",
            "王先生",
            "Wang Xiao-Ming",
        ] {
            assert!(rank(way, &name).is_some(), "{way}");
        }
        for other in ["李", "xw", "mwx", "wangda", "明王"] {
            assert_eq!(rank(other, &name), None, "{other}");
        }
        for (name, way) in [
            ("单雄信", "shan"),
            ("单雄信", "sxx"),
            ("仇英", "qiu"),
            ("区伟", "ou"),
            ("解放", "xie"),
            ("曾国藩", "zgf"),
            ("查理", "zhal"),
            ("尉迟恭", "yuchi"),
            ("尉迟恭", "ycg"),
            ("万俟卨", "moqi"),
            ("吕布", "lv"),
            ("吕布", "lü"),
            ("吕布", "LYU BU"),
            ("Anna Schmidt", "anna s"),
            ("阿迪力·买买提", "阿迪力买"),
            ("绿城置业", "置业"),
            ("绿城置业", "lczy"),
        ] {
            assert!(rank(way, &terms::of_name(name, false)).is_some(), "{name} by {way}");
        }
    }

    #[test]
    fn the_surname_comes_before_the_same_sound_within_a_name() {
        let (surname, given) = (terms::of_name("王芳", false), terms::of_name("李旺", false));
        assert!(rank("wang", &surname) < rank("wang", &given));
        let former = terms::of_name("王芳", true);
        assert!(rank("王", &surname) < rank("王", &former));
    }

    #[test]
    fn who_may_not_see_numbers_searches_by_the_whole_number_only() {
        let number = terms::of_number("13812345678", false);
        let found = |text: &str, sees| {
            let within = |range: &Range| {
                number.range(range.from.clone()..range.below.clone()).next().is_some()
            };
            ranges(text, sees).iter().any(within)
        };
        for part in ["138", "5678", "1234567", "3812345678", "1381234567"] {
            assert!(found(part, true), "{part}");
            assert!(!found(part, false), "{part}");
        }
        for whole in ["13812345678", "+86 138 1234 5678", "138-1234-5678"] {
            assert!(found(whole, true) && found(whole, false), "{whole}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_understood_or_finds_nothing(text in ".{0,70}", sees in any::<bool>()) {
            for range in ranges(&text, sees) {
                prop_assert!(range.from < range.below);
            }
        }

        #[test]
        fn a_name_is_found_by_itself_and_by_every_beginning(name in "[\u{4e00}-\u{9fa5}]{2,5}") {
            let terms = terms::of_name(&name, false);
            for end in name.char_indices().skip(1).map(|(at, _)| at).chain([name.len()]) {
                prop_assert!(rank(&name[..end], &terms).is_some());
            }
            for way in pinyin::spellings(&name) {
                prop_assert!(rank(&way.concat(), &terms).is_some());
            }
        }
    }
}
