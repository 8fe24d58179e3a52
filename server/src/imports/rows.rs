//! Which rows of a file are new, which changed, which are known. Pure.

use std::collections::{BTreeMap, VecDeque};

use guanjia_entity::source_key;

use super::keys;

/// What the books called the rows of one unit, of one kind, by key.
pub(super) type Known = BTreeMap<String, source_key::Model>;

/// A row of a file under the base of its name, with the print of its content.
pub(super) struct Row<R> {
    pub(super) base: String,
    pub(super) print: String,
    pub(super) row: R,
}

/// What became of the rows of one unit.
pub(super) struct Sorted<R> {
    /// To be entered, with their keys.
    pub(super) fresh: Vec<Fresh<R>>,
    /// Known and left alone.
    pub(super) left: Vec<Left<R>>,
    /// Rows that are known and that the file has not.
    pub(super) missing: Vec<source_key::Model>,
}

/// A row that is known, and what it became.
pub(super) struct Left<R> {
    pub(super) row: R,
    pub(super) old: source_key::Model,
}

/// A row that is to be entered.
pub(super) struct Fresh<R> {
    pub(super) key: String,
    pub(super) print: String,
    pub(super) row: R,
    /// What the row was before, if it is a correction.
    pub(super) old: Option<source_key::Model>,
}

/// Holds rows against what is known. Rows of one name (two payments on one receipt) are paired by their content first, so
/// that a file with only some of them takes none for a correction of another; what is left pairs in order.
pub(super) fn sort<R>(mut known: Known, rows: impl Iterator<Item = Row<R>>) -> Sorted<R> {
    let mut by_base: BTreeMap<String, Vec<(String, R)>> = BTreeMap::new();
    for Row { base, print, row } in rows {
        by_base.entry(base).or_default().push((print, row));
    }
    let mut sorted = Sorted { fresh: Vec::new(), left: Vec::new(), missing: Vec::new() };
    for (base, rows) in by_base {
        let of_base = (1..).map(|nth| keys::numbered(&base, nth));
        let mut before: VecDeque<_> = of_base.map_while(|key| known.remove(&key)).collect();
        let taken = before.len();
        let mut others = Vec::new();
        for (print, row) in rows {
            let same = before.iter().position(|old| old.print == print);
            match same.and_then(|place| before.remove(place)) {
                Some(old) => sorted.left.push(Left { row, old }),
                None => others.push((print, row)),
            }
        }
        let mut new_numbers = taken + 1..;
        for (print, row) in others {
            let old = before.pop_front();
            let key = match &old {
                Some(old) => old.key.clone(),
                None => keys::numbered(&base, new_numbers.next().unwrap_or(taken)),
            };
            sorted.fresh.push(Fresh { key, print, row, old });
        }
        sorted.missing.extend(before);
    }
    sorted.missing.extend(known.into_values());
    sorted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn known(rows: &[(&str, &str)]) -> Known {
        let row = |(key, print): &(&str, &str)| {
            let id = Uuid::from_u128(1);
            let row = source_key::Model {
                organization_id: id.into(),
                community_id: id.into(),
                kind: "PAYMENT".to_owned(),
                key: (*key).to_owned(),
                entry_id: id,
                print: (*print).to_owned(),
                import_id: id.into(),
                unit_id: None,
            };
            (row.key.clone(), row)
        };
        rows.iter().map(row).collect()
    }

    fn rows(list: &[(&str, &str)]) -> impl Iterator<Item = Row<()>> {
        list.iter().map(|(base, print)| Row {
            base: (*base).to_owned(),
            print: (*print).to_owned(),
            row: (),
        })
    }

    #[test]
    fn of_two_rows_on_one_receipt_the_one_that_stayed_is_left_and_the_other_corrected() {
        let sorted = sort(known(&[("a", "1"), ("a#2", "2")]), rows(&[("a", "2"), ("a", "3")]));
        assert_eq!((sorted.left.len(), sorted.missing.len()), (1, 0));
        assert_eq!(sorted.fresh[0].key, "a");
        assert_eq!(sorted.fresh[0].old.as_ref().unwrap().print, "1");
    }

    #[test]
    fn a_third_row_on_a_receipt_is_new_and_a_row_that_is_gone_is_missing() {
        let sorted = sort(known(&[("a", "1"), ("b", "9")]), rows(&[("a", "1"), ("a", "2")]));
        assert_eq!(sorted.fresh[0].key, "a#2");
        assert!(sorted.fresh[0].old.is_none());
        assert_eq!(sorted.missing[0].key, "b");
    }

    proptest! {
        #[test]
        fn twice_is_once(list in prop::collection::vec(("[ab]", "[123]"), 0..12)) {
            let list: Vec<(&str, &str)> = list.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
            let first = sort(Known::new(), rows(&list));
            prop_assert_eq!(first.fresh.len(), list.len());
            let keys: Vec<_> = first.fresh.iter().map(|f| (f.key.as_str(), f.print.as_str())).collect();
            let second = sort(known(&keys), rows(&list));
            prop_assert_eq!((second.fresh.len(), second.left.len(), second.missing.len()), (0, list.len(), 0));
        }
    }
}
