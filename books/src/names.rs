//! Names of owners.

use crate::text;

/// What clerks write where there is no owner.
const NOBODY: [&str; 9] =
    ["空置", "空房", "空关", "未售", "未知", "待定", "不详", "未登记", "未交付"];

/// The names in a cell, each once, in their order: `周怡伟、区远`, `张三/李四`, `张三 李四`.
///
/// A space inside a name that was stretched (`张 三`) or is not Chinese does not divide it.
/// What stands in brackets behind a name is left off.
pub(crate) fn split(raw: &str) -> Vec<String> {
    let folded = text::fold(raw);
    let mut names: Vec<String> = Vec::new();
    let folded = without_phones(&without_brackets(&folded));
    for piece in folded.split(['、', ',', '，', '/', ';', '；', '&', '|', '\\']) {
        for name in by_spaces(piece.trim()) {
            let nobody = text::means_nothing(&name) || NOBODY.contains(&name.as_str());
            if !nobody && !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

/// `张三13892668587 李四13952288588`: telephone numbers are no part of names, and divide them.
fn without_phones(folded: &str) -> String {
    let mut kept = String::with_capacity(folded.len());
    let mut rest = folded;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, run) = rest.split_at(start);
        let end = run.find(|c: char| !(c.is_ascii_digit() || c == '-' || c == ' '));
        let (run, mut after) = run.split_at(end.unwrap_or(run.len()));
        // The last character of an identity number may be an X.
        if run.bytes().filter(u8::is_ascii_digit).count() == 17 {
            after = after.strip_prefix(['X', 'x']).unwrap_or(after);
        }
        let phone = run.bytes().filter(u8::is_ascii_digit).count() >= 7;
        kept.push_str(if phone { before.trim_end_matches([':', ' ', '-']) } else { before });
        kept.push_str(if phone { "," } else { run });
        rest = after;
    }
    kept.push_str(rest);
    kept
}

fn by_spaces(piece: &str) -> Vec<String> {
    let words: Vec<&str> = piece.split_whitespace().collect();
    let is_name = |word: &&str| {
        let han = word.chars().filter(|c| !c.is_ascii()).count();
        (2..=4).contains(&han) && word.is_ascii() == (han == 0)
    };
    if words.len() > 1 && words.iter().all(is_name) {
        return words.into_iter().map(str::to_owned).collect();
    }
    let latin = piece.contains(|c: char| c.is_ascii_alphabetic());
    vec![if latin { words.join(" ") } else { words.concat() }]
}

/// Drops `(…)`; a company's `(杭州)` stays, for it stands inside its name.
fn without_brackets(folded: &str) -> String {
    let mut kept = String::with_capacity(folded.len());
    let mut rest = folded;
    while let Some((before, after)) = rest.split_once('(') {
        kept.push_str(before);
        let Some((inside, tail)) = after.split_once(')') else {
            return kept;
        };
        let inner = tail.starts_with(|c: char| c.is_alphanumeric());
        if inner {
            kept.push('(');
            kept.push_str(inside);
            kept.push(')');
        }
        rest = tail;
    }
    kept.push_str(rest);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_owners_in_one_cell_are_told_apart() {
        for raw in [
            "周怡伟、区远",
            "周怡伟，区远",
            "周怡伟/区远",
            "周怡伟 区远",
            "周怡伟（已故）、区远(妻)",
            "周怡伟13892668587 区远 139-5228-8588",
        ] {
            assert_eq!(split(raw), ["周怡伟", "区远"], "{raw}");
        }
    }

    #[test]
    fn one_owner_stays_one() {
        assert_eq!(split("张　三"), ["张三"]);
        assert_eq!(split("张三13892668587"), ["张三"]);
        assert_eq!(split("张三11010519491231002X"), ["张三"]);
        assert_eq!(split("John  Smith"), ["John Smith"]);
        assert_eq!(split("安永（杭州）物业有限公司"), ["安永(杭州)物业有限公司"]);
    }

    #[test]
    fn nobody_is_no_name() {
        for raw in ["", "-", "无", "空置", "未售"] {
            assert!(split(raw).is_empty(), "{raw}");
        }
    }
}
