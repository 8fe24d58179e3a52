//! What an account is found by: each way to name it is a term, and a search is a range of terms.
//!
//! The first character of a term says what it is. It is also its rank: a search asks for one range per kind and shows
//! them in this order.

use std::collections::BTreeSet;

use guanjia_books::fold;

use super::pinyin;

/// What a term is, the best match first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// The whole room: `8-2-1203`.
    Room,
    /// Less than the room: `1203`, `2-1203`, `8-1203`, `821203`.
    RoomPart,
    /// A holder's whole name.
    Name,
    /// The end of a name: `小明`.
    NamePart,
    /// How a name is typed in letters.
    Pinyin,
    /// How the end of a name is typed.
    PinyinPart,
    /// A telephone number, digits only.
    Number,
    /// The end of a number.
    NumberPart,
    /// The plate of a vehicle.
    Plate,
    /// Its end.
    PlatePart,
    /// The name of somebody who held it once.
    FormerName,
    /// How that is typed.
    FormerPinyin,
    /// Their number.
    FormerNumber,
}

impl Kind {
    /// Every kind, in the order of ranks.
    pub(super) const ALL: [(Self, char); 13] = [
        (Self::Room, 'a'),
        (Self::RoomPart, 'b'),
        (Self::Name, 'c'),
        (Self::NamePart, 'd'),
        (Self::Pinyin, 'e'),
        (Self::PinyinPart, 'f'),
        (Self::Number, 'g'),
        (Self::NumberPart, 'h'),
        (Self::Plate, 'i'),
        (Self::PlatePart, 'j'),
        (Self::FormerName, 'x'),
        (Self::FormerPinyin, 'y'),
        (Self::FormerNumber, 'z'),
    ];

    /// The first character of its terms.
    pub(super) fn letter(self) -> char {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or('?', |(_, letter)| *letter)
    }

    /// The kind of a term.
    pub(super) fn of(term: &str) -> Option<Self> {
        let first = term.chars().next()?;
        Self::ALL.iter().find(|(_, letter)| *letter == first).map(|(kind, _)| *kind)
    }

    /// A term of this kind.
    pub(super) fn term(self, text: &str) -> String {
        format!("{}{text}", self.letter())
    }
}

/// Digits that are too short to search by a part of a number.
pub(super) const SHORTEST_PART: usize = 3;
/// Ends of a name that are kept; a company's name may be long.
const NAME_ENDS: usize = 10;
/// Characters of a name that count.
const NAME_CHARS: usize = 40;

/// The terms of a room: building, entrance (`0` where there is none), number.
pub(super) fn of_room((building, entrance, number): (&str, &str, &str)) -> BTreeSet<String> {
    let bare = |part: &str| {
        let parts = guanjia_books::typed_room(part).unwrap_or_default();
        parts.into_iter().map(|part| part.name).collect::<String>()
    };
    let (building, entrance, number) = (bare(building), bare(entrance), bare(number));
    let mut places = vec![building.as_str(), entrance.as_str()];
    places.retain(|place| *place != "0" && !place.is_empty());
    let mut whole = places.clone();
    whole.push(&number);
    let mut parts: BTreeSet<String> =
        places.iter().map(|place| format!("{place}-{number}")).collect();
    parts.insert(number.clone());
    let run = whole.concat();
    if run.bytes().all(|byte| byte.is_ascii_digit()) {
        parts.insert(run);
    }
    let whole = whole.join("-");
    // `2期3-501` is typed `2-3-501`, or `3-501` by those who live there.
    if let Some((phase, rest)) = whole.split_once(['期', '区', '弄'])
        && !rest.is_empty()
    {
        parts.extend([format!("{phase}-{rest}"), rest.to_owned()]);
    }
    parts.remove(&whole);
    let parts = parts.iter().map(|part| Kind::RoomPart.term(part));
    parts.chain([Kind::Room.term(&whole)]).collect()
}

/// A name as it is compared: no spaces, no dots between its parts, Latin letters small.
pub(super) fn bare_name(name: &str) -> String {
    let kept = fold(name).to_lowercase();
    kept.chars().filter(|c| c.is_alphanumeric()).take(NAME_CHARS).collect()
}

/// The terms of a holder's name.
pub(super) fn of_name(name: &str, former: bool) -> BTreeSet<String> {
    let name = bare_name(name);
    if name.is_empty() {
        return BTreeSet::new();
    }
    let ways = pinyin::spellings(&name);
    let spelt = |kind: Kind, from: usize| {
        let ends = ways.iter().filter_map(move |way| way.get(from..));
        ends.flat_map(pinyin::forms).map(move |form| kind.term(&form)).collect::<Vec<_>>()
    };
    let (whole, typed) =
        if former { (Kind::FormerName, Kind::FormerPinyin) } else { (Kind::Name, Kind::Pinyin) };
    let mut terms = BTreeSet::from([whole.term(&name)]);
    terms.extend(spelt(typed, 0));
    if former {
        return terms;
    }
    let ends = name.char_indices().skip(1).take(NAME_ENDS).filter_map(|(at, _)| name.get(at..));
    terms.extend(ends.map(|end| Kind::NamePart.term(end)));
    let chars = name.chars().count();
    let given = pinyin::surname_chars(&name).chars().count();
    // One syllable of a longer name says little; a company is found by each word in it.
    let last = if chars > 4 { chars - 2 } else { given };
    (given..=last.min(NAME_ENDS)).for_each(|from| terms.extend(spelt(Kind::PinyinPart, from)));
    terms
}

/// A plate as it is compared: no spaces, dots or dashes, letters large.
pub(super) fn bare_plate(text: &str) -> String {
    fold(text).to_uppercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The terms of a plate: whole, and every end that is long enough to say something.
pub(super) fn of_plate(plate: &str) -> BTreeSet<String> {
    let plate = bare_plate(plate);
    let count = plate.chars().count();
    let ends = plate.char_indices().skip(1).take(count.saturating_sub(SHORTEST_PART));
    let ends = ends.filter_map(|(at, _)| plate.get(at..)).map(|end| Kind::PlatePart.term(end));
    ends.chain([Kind::Plate.term(&plate)]).collect()
}

/// The digits of a telephone number, without the code of the country.
pub(super) fn bare_number(number: &str) -> String {
    let digits: String = fold(number).chars().filter(char::is_ascii_digit).collect();
    let local = ["0086", "86"].iter().find_map(|code| digits.strip_prefix(code));
    match local {
        Some(local) if local.len() == 11 && local.starts_with('1') => local.to_owned(),
        Some(local) if digits.starts_with("00") => format!("0{local}"),
        _ => digits,
    }
}

/// The terms of a telephone number.
pub(super) fn of_number(number: &str, former: bool) -> BTreeSet<String> {
    let digits = bare_number(number);
    let whole = if former { Kind::FormerNumber } else { Kind::Number };
    let mut terms: BTreeSet<String> = BTreeSet::new();
    if digits.is_empty() {
        return terms;
    }
    terms.insert(whole.term(&digits));
    // A landline is dialled with and without its area code.
    let local = number.split_once('-').map(|(_, local)| bare_number(local));
    terms.extend(local.filter(|local| local.len() >= 7).map(|local| whole.term(&local)));
    if !former {
        let starts = 1..=digits.len().saturating_sub(SHORTEST_PART);
        let ends = starts.filter_map(|at| digits.get(at..));
        terms.extend(ends.map(|end| Kind::NumberPart.term(end)));
    }
    terms
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(terms: BTreeSet<String>) -> Vec<String> {
        terms.into_iter().collect()
    }

    #[test]
    fn a_room_is_found_by_all_of_it_and_by_its_number() {
        let terms = list(of_room(("8", "2", "1203")));
        assert_eq!(terms, ["a8-2-1203", "b1203", "b2-1203", "b8-1203", "b821203"]);
        assert_eq!(list(of_room(("4", "0", "12D"))), ["a4-12d", "b12d"]);
        assert_eq!(list(of_room(("9", "0", "商铺3"))), ["a9-商铺3", "b商铺3"]);
        assert_eq!(list(of_room(("0", "0", "301"))), ["a301"]);
        let phase = of_room(("2期3", "1", "501"));
        assert!(
            phase.contains("a2期3-1-501")
                && phase.contains("b2-3-1-501")
                && phase.contains("b3-1-501")
        );
    }

    #[test]
    fn a_name_is_found_by_its_end_too() {
        let terms = of_name("王小明", false);
        for term in ["c王小明", "d小明", "d明", "ewangxiaoming", "ewxming", "fxiaoming", "fxming"]
        {
            assert!(terms.contains(term), "{term}: {terms:?}");
        }
        assert_eq!(terms.len(), 9);
        assert!(of_name("杭州绿城置业有限公司", false).contains("flvchengzhiyeyouxiangongsi"));
        assert_eq!(list(of_name("王小明", true))[0], "x王小明");
        assert!(of_name(" · ", false).is_empty());
    }

    #[test]
    fn a_number_is_found_by_any_three_digits_in_a_row() {
        let terms = of_number("13812345678", false);
        assert!(["g13812345678", "h345678", "h678"].iter().all(|term| terms.contains(*term)));
        assert_eq!(terms.len(), 9);
        assert!(of_number("0571-88886666", false).contains("g88886666"));
        assert_eq!(list(of_number("13812345678", true)), ["z13812345678"]);
        for way in
            ["+86 138-1234-5678", "0086 13812345678", "１３８１２３４５６７８", "8613812345678"]
        {
            assert_eq!(bare_number(way), "13812345678", "{way}");
        }
    }
}
