//! Who sees numbers (rule 34), what the others see, and how a name is written for those who may not know it. The only place
//! that says so.

use std::{collections::HashSet, sync::LazyLock};

use guanjia_entity::personal::PersonalNumber;

use crate::kernel::{Actor, Role};

/// Digits of the shortest telephone number.
const SHORTEST: usize = 7;
/// Digits of the shortest with signs between them.
const SET_APART: usize = 10;
/// Characters of an identity number.
const IDENTITY: usize = 18;

/// Whether somebody is shown the telephone numbers of those they reach: who has to dial them. The others see them masked and
/// may reveal one with a reason.
pub fn sees_numbers(actor: &Actor) -> bool {
    actor.is_any(&[Role::Steward, Role::Manager])
}

/// A number as the actor sees it.
pub fn shown(actor: &Actor, number: &PersonalNumber) -> String {
    if sees_numbers(actor) { number.whole().to_owned() } else { masked(number.whole()) }
}

/// A text that people wrote, as the actor sees it: numbers that stand in it are masked like all others.
pub fn text_shown(actor: &Actor, text: &str) -> String {
    // Identity numbers are nobody's to read in a note.
    let long = if sees_numbers(actor) { IDENTITY } else { SHORTEST };
    let (mut shown, mut run) = (String::with_capacity(text.len()), String::new());
    for c in text.chars().chain(['\n']) {
        // Digits that people set apart are one number all the same.
        if c.is_ascii_digit() || (!run.is_empty() && matches!(c, '-' | ' ' | 'X' | 'x')) {
            run.push(c);
            continue;
        }
        let bare = run.trim_end_matches(['-', ' ']);
        let digits = bare.chars().filter(char::is_ascii_alphanumeric).count();
        // A room has hyphens too, and fewer digits than a number that was set apart.
        let long = if bare.contains(['-', ' ']) { long.max(SET_APART) } else { long };
        let kept = run.get(bare.len()..).unwrap_or_default();
        shown.push_str(&if digits >= long { all_but_the_end(bare) } else { bare.to_owned() });
        shown.push_str(kept);
        run.clear();
        shown.push(c);
    }
    shown.pop();
    shown
}

/// `139****0001`, `0571-****6666`, `330***********1234`; of anything short not more than its first character.
pub fn masked(number: &str) -> String {
    let length = number.chars().count();
    let (first, last) = match length {
        18 => (3, 4),
        11 if !number.contains('-') => (3, 4),
        10.. if number.starts_with('0') => (number.find('-').map_or(0, |at| at + 1), 4),
        8.. => (0, 4),
        _ => (1, 0),
    };
    let hidden = |(at, c): (usize, char)| if at < first || at + last >= length { c } else { '*' };
    number.chars().enumerate().map(hidden).collect()
}

/// Surnames of two characters.
static LONG_SURNAMES: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let lines = include_str!("../../data/surnames.csv").lines();
    let names = lines.filter_map(|line| Some(line.split_once(',')?.0));
    names.filter(|name| name.chars().count() == 2).collect()
});

/// The surname that a name begins with: its first character, or two where these are one surname.
pub fn surname(name: &str) -> &str {
    let end = |count| name.char_indices().nth(count).map_or(name.len(), |(at, _)| at);
    let two = name.get(..end(2)).unwrap_or(name);
    if LONG_SURNAMES.contains(two) { two } else { name.get(..end(1)).unwrap_or(name) }
}

/// `张*`, `欧阳**`: enough to know again whom one knows, too little to learn a name. Of a name of one character nothing is
/// left, and no more than two signs say how long it is.
pub fn masked_name(name: &str) -> String {
    let (surname, length) = (surname(name), name.chars().count());
    if length < 2 {
        return "*".to_owned();
    }
    let hidden = length - surname.chars().count();
    format!("{surname}{}", "*".repeat(hidden.clamp(1, 2)))
}

/// A number in a text: its last four digits.
fn all_but_the_end(run: &str) -> String {
    let length = run.chars().count();
    let hidden = |(at, c): (usize, char)| match c {
        '-' | ' ' => c,
        _ if at + 4 >= length => c,
        _ => '*',
    };
    run.chars().enumerate().map(hidden).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::ids;

    fn actor(role: Role) -> Actor {
        Actor {
            organization: ids::fresh(),
            person: ids::fresh(),
            user: ids::fresh(),
            session: ids::fresh(),
            roles: vec![role],
            all_communities: true,
        }
    }

    #[test]
    fn who_dials_sees_the_number_and_nobody_else() {
        let number = PersonalNumber::from("13912340001");
        for role in Role::ALL {
            let wanted = match role {
                Role::Steward | Role::Manager => "13912340001",
                _ => "139****0001",
            };
            assert_eq!(shown(&actor(role), &number), wanted, "{role}");
        }
        assert_eq!(format!("{number:?}"), "PersonalNumber(…)");
    }

    #[test]
    fn a_mask_leaves_too_little_to_dial() {
        for (number, mask) in [
            ("13912340001", "139****0001"),
            ("0571-88886666", "0571-****6666"),
            ("010-62345678", "010-****5678"),
            ("88886666", "****6666"),
            ("4008208820", "******8820"),
            ("330102199001011234", "330***********1234"),
            ("wx_12", "w****"),
        ] {
            assert_eq!(masked(number), mask);
        }
    }

    #[test]
    fn of_a_name_the_surname_is_left() {
        for (name, mask) in [
            ("张伟", "张*"),
            ("张小明", "张**"),
            ("欧阳小明", "欧阳**"),
            ("欧阳", "欧阳*"),
            ("单", "*"),
            ("", "*"),
            ("John Smith", "J**"),
            ("业主101", "业**"),
        ] {
            assert_eq!(masked_name(name), mask);
        }
    }

    #[test]
    fn numbers_in_a_note_are_masked_too() {
        let note = "女儿 139 1234-0001,身份证33010219900101123X,8-2-1203,欠3000元";
        let finance = text_shown(&actor(Role::Finance), note);
        assert!(!finance.contains("1234-0001") && !finance.contains("19900101"), "{finance}");
        assert!(finance.ends_with("欠3000元") && finance.contains("8-2-1203"), "{finance}");
        let steward = text_shown(&actor(Role::Steward), note);
        assert!(steward.contains("139 1234-0001") && !steward.contains("19900101"), "{steward}");
        assert_eq!(text_shown(&actor(Role::Finance), "明天再打"), "明天再打");
    }
}
