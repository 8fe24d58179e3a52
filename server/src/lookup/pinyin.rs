//! How names are read: every spelling that somebody may type for a name, whole (`wangxiaoming`), by initials (`wxm`) or
//! mixed (`wangxm`).
//!
//! A spelling is typed syllable by syllable, each whole or by its first letter, and the last may be unfinished. A search
//! by prefix covers the unfinished, so only the forms that end in a whole syllable are kept: for 王小明 `wangxiaoming`,
//! `wangxming`, `wxiaoming` and `wxming`.

use std::{collections::HashMap, sync::LazyLock};

use pinyin::ToPinyin as _;

/// Spellings of one name that are kept: one in characters of many readings must not become a hundred rows.
const SPELLINGS: usize = 6;
/// Longer names (companies) are spelled whole, by initials, and no way between.
const PERSON_CHARS: usize = 4;

/// Readings of a text, each syllable by syllable.
type Readings = HashMap<&'static str, Vec<Vec<&'static str>>>;

/// Surnames that are read otherwise than the character elsewhere, and those of two characters.
static SURNAMES: LazyLock<Readings> =
    LazyLock::new(|| table(include_str!("../../data/surnames.csv")));

/// Characters that are read in several ways elsewhere in a name.
static HETERONYMS: LazyLock<Readings> =
    LazyLock::new(|| table(include_str!("../../data/heteronyms.csv")));

fn table(lines: &'static str) -> Readings {
    let lines = lines.lines().filter(|line| !line.starts_with('#'));
    let lines = lines.filter_map(|line| line.split_once(','));
    lines
        .map(|(text, said)| (text, said.split(' ').map(|one| one.split('-').collect()).collect()))
        .collect()
}

/// A name's characters in one way to read them: a syllable each; what is no Han character stays itself.
pub(super) type Spelling = Vec<String>;

/// The ways to read a name, the likeliest first. The surname is read as a surname.
pub(super) fn spellings(name: &str) -> Vec<Spelling> {
    let chars: Vec<char> = name.chars().collect();
    let surname = surname_chars(name);
    let mut ways: Vec<Spelling> = match SURNAMES.get(surname) {
        Some(said) => {
            said.iter().map(|way| way.iter().map(ToString::to_string).collect()).collect()
        }
        None => surname.chars().map(|c| vec![reading(c)]).collect(),
    };
    for c in chars.iter().skip(surname.chars().count()) {
        let said = readings(*c);
        let longer = said.iter().flat_map(|one| {
            ways.iter().map(move |way| way.iter().cloned().chain([one.clone()]).collect())
        });
        ways = longer.take(SPELLINGS).collect();
    }
    ways.retain(|way: &Spelling| !way.is_empty());
    ways
}

/// The surname of a name: its first two characters where they are one, otherwise the first.
pub(super) fn surname_chars(name: &str) -> &str {
    let ends: Vec<usize> = name.char_indices().map(|(at, c)| at + c.len_utf8()).take(2).collect();
    let up_to = |end: Option<&usize>| end.and_then(|end| name.get(..*end)).unwrap_or_default();
    let two = up_to(ends.get(1));
    // Two characters alone are a surname and a given name, as 单于 or 东方 hardly ever are.
    if SURNAMES.contains_key(two) && name.len() > two.len() { two } else { up_to(ends.first()) }
}

/// The readings of a character within a name.
fn readings(c: char) -> Vec<String> {
    match HETERONYMS.get(c.encode_utf8(&mut [0; 4]) as &str) {
        Some(said) => said.iter().map(|one| one.concat()).collect(),
        None => vec![reading(c)],
    }
}

/// The one reading of a character; what is no Han character stays itself.
fn reading(c: char) -> String {
    c.to_pinyin().map_or_else(|| c.to_lowercase().collect(), |said| typed(said.plain()))
}

/// A name in letters by its likeliest reading; what is in letters stays.
pub(super) fn in_letters(name: &str) -> String {
    spellings(name).into_iter().next().unwrap_or_default().concat()
}

/// A text in the letters that people type: ü is v, as on every keyboard, also where a passport has yu.
pub(super) fn typed(text: &str) -> String {
    let lower = text.to_lowercase().replace("u:", "v").replace(['ü', 'ǖ', 'ǘ', 'ǚ', 'ǜ'], "v");
    // 允雨 has nyu too, but no syllable ends in l.
    let lower = lower.replace("lyu", "lv");
    lower.strip_prefix("nyu").map_or(lower.clone(), |rest| format!("nv{rest}"))
}

/// The ways to type a spelling that end in a whole syllable.
pub(super) fn forms(spelling: &[String]) -> Vec<String> {
    let Some((last, before)) = spelling.split_last() else { return vec![] };
    let masks: Vec<u32> = if before.len() < PERSON_CHARS {
        (0..1 << before.len()).collect()
    } else {
        vec![0, u32::MAX]
    };
    masks.into_iter().map(|mask| form(before, mask) + last).collect()
}

/// Syllables joined; those whose bit is set by their first letter only.
fn form(syllables: &[String], mask: u32) -> String {
    let shortened = |(at, syllable): (u32, &String)| {
        let initial = mask.checked_shr(at).is_none_or(|bits| bits & 1 == 1);
        syllable.chars().take(if initial && mask != 0 { 1 } else { usize::MAX }).collect::<String>()
    };
    (0..).zip(syllables).map(shortened).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(name: &str) -> String {
        spellings(name).first().map(|way| way.concat()).unwrap_or_default()
    }

    #[test]
    fn surnames_are_read_as_surnames() {
        for (name, said) in [
            ("单小明", "shanxiaoming"),
            ("仇英", "qiuying"),
            ("区志强", "ouzhiqiang"),
            ("解晓东", "xiexiaodong"),
            ("曾国华", "zengguohua"),
            ("查良镛", "zhaliangyong"),
            ("尉迟恭", "yuchigong"),
            ("万俟明", "moqiming"),
            ("盖叫天", "gejiaotian"),
            ("缪斯", "miaosi"),
            ("朴树", "piaoshu"),
            ("翟天", "zhaitian"),
            ("长孙无忌", "zhangsunwuji"),
            ("澹台明", "tantaiming"),
            ("欧阳修", "ouyangxiu"),
            ("万里", "wanli"),
        ] {
            assert_eq!(first(name), said, "{name}");
        }
    }

    #[test]
    fn characters_with_several_readings_are_found_by_each() {
        let all = |name| spellings(name).into_iter().map(|way| way.concat()).collect::<Vec<_>>();
        for (name, said) in [
            ("王乐", "wangle"),
            ("王乐", "wangyue"),
            ("李行", "lihang"),
            ("李行", "lixing"),
            ("单小明", "danxiaoming"),
            ("吕布", "lvbu"),
            ("吕布", "lubu"),
        ] {
            assert!(all(name).contains(&said.to_owned()), "{name}: {:?}", all(name));
        }
        assert!(all("乐行重长单曾").len() <= SPELLINGS);
    }

    #[test]
    fn each_syllable_may_be_typed_whole_or_by_its_letter() {
        let way: Spelling = ["wang", "xiao", "ming"].map(str::to_owned).to_vec();
        assert_eq!(forms(&way), ["wangxiaoming", "wxiaoming", "wangxming", "wxming"]);
        let company: Spelling =
            ["lv", "cheng", "zhi", "ye", "gong", "si"].map(str::to_owned).to_vec();
        assert_eq!(forms(&company), ["lvchengzhiyegongsi", "lczygsi"]);
        assert_eq!(typed("LÜ"), "lv");
    }
}
