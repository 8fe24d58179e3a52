//! A list as it was read: every account on it, with the entry it belongs to. Pages, counts and single entries are cut from
//! it here, so that all of them cost one reading and never contradict each other. Pure.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{filter::Filter, rules::Reason};
use crate::kernel::{
    ids::{AccountId, EntryId, FollowUpId, PartyId},
    paging::Page,
};

/// Accounts of one entry that are shown: a developer may hold hundreds.
const ACCOUNTS_SHOWN: i64 = 20;

/// The place of an entry in the order of work: the cursor. `reason` sorts in the order of work; within a reason the larger
/// arrears and the older debt come first, except call-backs, which go by their hour.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct After {
    reason: i64,
    hour: String,
    size: i64,
    oldest: String,
    entry: Uuid,
}

/// An account of a list, with what its entry is.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Row {
    /// The entry.
    pub entry_id: EntryId,
    entry_reason: i64,
    hour: String,
    size: i64,
    oldest: String,
    /// Fen overdue in the whole entry.
    pub entry_fen: i64,
    /// Due day of the oldest overdue charge of the whole entry.
    pub entry_oldest_on: Option<NaiveDate>,
    /// Day of the earliest next step of the whole entry.
    entry_due_on: Option<NaiveDate>,
    /// How many accounts the entry has, also beyond those that are shown.
    pub accounts: i64,
    /// The person, if one is known.
    pub party_id: Option<PartyId>,
    /// The account.
    pub account_id: AccountId,
    reason: i64,
    /// Fen overdue in the account.
    pub overdue_fen: i64,
    /// Due day of the oldest overdue charge of the account.
    pub oldest_due_on: Option<NaiveDate>,
    /// The next follow-up of the account.
    pub follow_up_id: Option<FollowUpId>,
    /// Which of the entry's accounts it is, from 1: the most urgent first.
    nth: i64,
}

impl Row {
    /// Why the account is on the list.
    pub fn reason(&self) -> Reason {
        Reason::of(self.reason)
    }

    /// Why the entry is on the list.
    pub fn entry_reason(&self) -> Reason {
        Reason::of(self.entry_reason)
    }

    /// Where the entry stands in the order.
    pub fn place(&self) -> After {
        After {
            reason: self.entry_reason,
            hour: self.hour.clone(),
            size: self.size,
            oldest: self.oldest.clone(),
            entry: self.entry_id.into(),
        }
    }
}

/// How many entries a reason has, and how much they owe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// The reason.
    pub reason: Reason,
    /// Entries.
    pub entries: i64,
    /// Accounts in them.
    pub accounts: i64,
    /// Fen overdue in them.
    pub overdue_fen: i64,
}

/// The accounts of a list in the order of work; those of one entry follow each other.
#[derive(Debug)]
pub struct Rows(Vec<Row>);

impl Rows {
    /// Puts what was read in order.
    pub fn in_order(mut rows: Vec<Row>) -> Self {
        rows.sort_by_cached_key(|row| (row.place(), row.nth));
        Self(rows)
    }

    /// How many accounts there are.
    pub fn accounts(&self) -> usize {
        self.0.len()
    }

    /// The accounts shown of the entries of a page, and whether more entries come after it.
    pub fn page(&self, filter: &Filter, page: &Page<After>) -> (Vec<&[Row]>, bool) {
        let after = |lead: &Row| page.after.as_ref().is_none_or(|after| lead.place() > *after);
        let wanted =
            |lead: &Row| filter.reasons.is_empty() || filter.reasons.contains(&lead.entry_reason());
        let mut entries = self.chosen(filter).filter(|(lead, _)| wanted(lead) && after(lead));
        let shown = entries.by_ref().take(page.first).map(|(_, rows)| shown(rows)).collect();
        (shown, entries.next().is_some())
    }

    /// The accounts shown of one entry; none when it is not on the list.
    pub fn entry(&self, id: EntryId) -> Option<&[Row]> {
        self.entries().find(|(lead, _)| lead.entry_id == id).map(|(_, rows)| shown(rows))
    }

    /// Entries and money per reason, in the order of work; the filter on reasons does not narrow it.
    pub fn counts(&self, filter: &Filter) -> Vec<Count> {
        let mut counts: BTreeMap<i64, Count> = BTreeMap::new();
        for (lead, _) in self.chosen(filter) {
            let nothing =
                Count { reason: lead.entry_reason(), entries: 0, accounts: 0, overdue_fen: 0 };
            let count = counts.entry(lead.entry_reason).or_insert(nothing);
            count.entries += 1;
            count.accounts += lead.accounts;
            count.overdue_fen += lead.entry_fen;
        }
        counts.into_values().collect()
    }

    fn entries(&self) -> impl Iterator<Item = (&Row, &[Row])> {
        let entries = self.0.chunk_by(|one, next| one.entry_id == next.entry_id);
        entries.filter_map(|rows| Some((rows.first()?, rows)))
    }

    /// The entries that fit the filter, whatever their reason.
    fn chosen(&self, filter: &Filter) -> impl Iterator<Item = (&Row, &[Row])> {
        self.entries().filter(|(lead, _)| {
            filter.minimum_fen.is_none_or(|fen| lead.entry_fen >= fen)
                && filter.due_until.is_none_or(|day| lead.entry_due_on.is_some_and(|on| on <= day))
        })
    }
}

/// The first accounts of an entry.
fn shown(rows: &[Row]) -> &[Row] {
    let end = rows.partition_point(|row| row.nth <= ACCOUNTS_SHOWN);
    rows.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::kernel::ids;

    fn day(number: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 9, number).unwrap()
    }

    /// The rows of an entry with so many accounts, each owing the same.
    fn entry((reason, fen, due, accounts): (i64, i64, Option<u32>, i64)) -> Vec<Row> {
        let entry_id: EntryId = ids::fresh();
        let row = |nth| Row {
            entry_id,
            entry_reason: reason,
            hour: String::new(),
            size: -fen * accounts,
            oldest: String::new(),
            entry_fen: fen * accounts,
            entry_oldest_on: None,
            entry_due_on: due.map(day),
            accounts,
            party_id: None,
            account_id: ids::fresh(),
            reason,
            overdue_fen: fen,
            oldest_due_on: None,
            follow_up_id: None,
            nth,
        };
        (1..=accounts).map(row).collect()
    }

    fn some_rows() -> impl Strategy<Value = Vec<Row>> {
        let one = (1_i64..=13, 0_i64..4, prop::option::of(1_u32..4), 1_i64..25).prop_map(entry);
        let all = prop::collection::vec(one, 0..30).prop_map(|entries| entries.concat());
        all.prop_shuffle()
    }

    fn some_filter() -> impl Strategy<Value = Filter> {
        let reasons = prop::collection::vec((1_i64..=13).prop_map(Reason::of), 0..4);
        let rest = (prop::option::of(0_i64..60), prop::option::of((1_u32..4).prop_map(day)));
        (reasons, rest).prop_map(|(reasons, (minimum_fen, due_until))| Filter {
            reasons,
            minimum_fen,
            due_until,
            ..Filter::default()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn pages_of_any_length_show_each_chosen_entry_once_and_in_order(
            rows in some_rows(), filter in some_filter(), first in 1_usize..6,
        ) {
            let rows = Rows::in_order(rows);
            let (whole, more) = rows.page(&filter, &Page { first: usize::MAX, after: None });
            prop_assert!(!more);
            prop_assert!(whole.is_sorted_by_key(|entry| entry[0].place()));
            let (mut seen, mut after) = (Vec::new(), None);
            loop {
                let (page, more) = rows.page(&filter, &Page { first, after });
                after = page.last().map(|entry| entry[0].place());
                seen.extend(page.iter().map(|entry| entry[0].entry_id));
                if !more {
                    break;
                }
            }
            prop_assert_eq!(seen, whole.iter().map(|entry| entry[0].entry_id).collect::<Vec<_>>());
        }

        #[test]
        fn the_counts_are_those_of_the_pages_of_each_reason(rows in some_rows(), filter in some_filter()) {
            let rows = Rows::in_order(rows);
            let mut entries = 0;
            for count in rows.counts(&filter) {
                let one = Filter { reasons: vec![count.reason], ..filter.clone() };
                let (page, _) = rows.page(&one, &Page { first: usize::MAX, after: None });
                prop_assert_eq!(count.entries, i64::try_from(page.len()).unwrap());
                prop_assert_eq!(count.accounts, page.iter().map(|entry| entry[0].accounts).sum::<i64>());
                prop_assert_eq!(count.overdue_fen, page.iter().map(|entry| entry[0].entry_fen).sum::<i64>());
                entries += page.len();
            }
            let all = Filter { reasons: Vec::new(), ..filter };
            let (whole, _) = rows.page(&all, &Page { first: usize::MAX, after: None });
            prop_assert_eq!(entries, whole.len());
        }
    }

    #[test]
    fn of_an_entry_with_many_accounts_the_most_urgent_are_shown() {
        let mut rows = entry((8, 100, None, 45));
        rows.reverse();
        let id = rows[0].entry_id;
        let rows = Rows::in_order(rows);
        let shown = rows.entry(id).unwrap();
        assert_eq!(shown.len(), 20);
        assert!(shown.iter().map(|row| row.nth).eq(1..=20));
        assert!(rows.entry(ids::fresh()).is_none());
    }
}
