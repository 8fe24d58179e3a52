//! The tickler box 跟催箱: 31 slots and an urgent one. A slot is a view of dates, not storage (rule 39): the slot of a day
//! number shows the next date that has it, so day 31 is there in February too, and what was not done lies under today.

use std::{collections::HashMap, sync::Arc};

use chrono::{Datelike as _, Days, NaiveDate};
use guanjia_entity::follow_up;
use sea_orm::ConnectionTrait;

pub use super::store::tickler::{Card, Pile};
use super::{filter::Scope, store};
use crate::{
    cases,
    kernel::{
        Failure,
        ids::{AccountId, FollowUpId},
    },
    owners::{self, queries::AccountCard},
};

/// Slots with a number.
const SLOTS: u32 = 31;

/// One slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Its number, 1 to 31; none for the urgent one.
    pub number: Option<u32>,
    /// The date that it shows.
    pub on: NaiveDate,
    /// Cards in it.
    pub cards: i64,
    /// Those of them that were due before today.
    pub carried: i64,
}

/// The box as it lies there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tickler {
    /// What somebody counts on today.
    pub urgent: Slot,
    /// Slots 1 to 31.
    pub slots: Vec<Slot>,
    /// Cards of days before those that the slots show.
    pub earlier: i64,
    /// Cards of later days.
    pub later: i64,
}

/// The date that each slot shows from a day on: the next one with its number.
pub fn dates(from: NaiveDate) -> Vec<NaiveDate> {
    // No month that follows a short one is short: 62 days hold every number.
    let days = (0..62).filter_map(|ahead| from.checked_add_days(Days::new(ahead)));
    let days: Vec<NaiveDate> = days.collect();
    (1..=SLOTS).filter_map(|number| days.iter().copied().find(|day| day.day() == number)).collect()
}

/// Puts piles into slots. Each card is counted once.
pub fn arrange((today, from): (NaiveDate, NaiveDate), piles: &[Pile]) -> Tickler {
    let dates = dates(from);
    let slot = |number, on| Slot { number, on, cards: 0, carried: 0 };
    let mut urgent = slot(None, today);
    let mut slots: Vec<Slot> = dates.iter().map(|on| slot(Some(on.day()), *on)).collect();
    let (mut earlier, mut later) = (0, 0);
    for pile in piles {
        let place = match dates.binary_search_by_key(&pile.lies_on.day(), |on| on.day()) {
            _ if pile.urgent => Some(&mut urgent),
            Ok(place) if dates[place] == pile.lies_on => slots.get_mut(place),
            _ => None,
        };
        match place {
            Some(slot) => {
                slot.cards += pile.cards;
                slot.carried += pile.carried;
            }
            None if pile.lies_on < from => earlier += pile.cards,
            None => later += pile.cards,
        }
    }
    Tickler { urgent, slots, earlier, later }
}

/// The box of a steward, from a day on; before today there is nothing to see.
pub async fn tickler(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    from: NaiveDate,
) -> Result<Tickler, Failure> {
    let piles = store::tickler::piles(conn, scope).await?;
    Ok(arrange((scope.today, from.max(scope.today)), &piles))
}

/// Cards with what they say.
pub struct Cards {
    /// In order.
    pub cards: Vec<Card>,
    /// Their follow-ups.
    pub follow_ups: HashMap<FollowUpId, follow_up::Model>,
    /// Their accounts.
    pub accounts: HashMap<AccountId, Arc<AccountCard>>,
}

/// The first `each` cards of every slot.
pub async fn cards(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    (tickler, each): (&Tickler, i64),
) -> Result<Cards, Failure> {
    let on: Vec<NaiveDate> = tickler.slots.iter().map(|slot| slot.on).collect();
    let cards = store::tickler::first_cards(conn, scope, (&on, each)).await?;
    let accounts: Vec<AccountId> = cards.iter().map(|card| card.account_id).collect();
    let follow_ups = cases::queries::open_follow_ups(conn, scope.organization, &accounts).await?;
    Ok(Cards {
        cards,
        follow_ups: follow_ups.into_iter().map(|one| (one.id, one)).collect(),
        accounts: owners::queries::cards_of(conn, scope.organization, &accounts)
            .await?
            .into_iter()
            .map(|(id, card)| (id, Arc::new(card)))
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn day_31_is_there_in_february_too() {
        for (from, last) in [
            ("2026-02-10", "2026-03-31"),
            ("2026-02-01", "2026-03-31"),
            ("2026-04-30", "2026-05-31"),
            ("2026-11-22", "2026-12-31"),
            ("2026-12-31", "2026-12-31"),
        ] {
            let dates = dates(day(from));
            assert_eq!((dates.len(), dates[30]), (31, day(last)), "{from}");
        }
        assert_eq!(dates(day("2028-02-01"))[28], day("2028-02-29"), "a leap year");
    }

    proptest! {
        #[test]
        fn a_slot_shows_the_next_date_with_its_number(ahead in 0_u64..4000) {
            let from = day("2024-01-01") + Days::new(ahead);
            let dates = dates(from);
            prop_assert_eq!(dates.len(), 31);
            for (number, on) in (1..).zip(&dates) {
                prop_assert_eq!(on.day(), number);
                prop_assert!(*on >= from);
                let between = (0..).map(|more| from + Days::new(more)).take_while(|one| one < on);
                prop_assert!(between.into_iter().all(|one| one.day() != number));
            }
        }

        #[test]
        fn no_card_is_lost_or_counted_twice(
            ahead in 0_u64..90,
            piles in prop::collection::vec((0_u64..200, any::<bool>(), 1_i64..9), 0..40),
        ) {
            let today = day("2026-01-20");
            let piles: Vec<Pile> = piles
                .into_iter()
                .map(|(on, urgent, cards)| {
                    let lies_on = if urgent { today } else { today + Days::new(on) };
                    Pile { lies_on, urgent, cards, carried: 0 }
                })
                .collect();
            let found = arrange((today, today + Days::new(ahead)), &piles);
            let slots: i64 = found.slots.iter().map(|slot| slot.cards).sum();
            let all: i64 = piles.iter().map(|pile| pile.cards).sum();
            prop_assert_eq!(slots + found.urgent.cards + found.earlier + found.later, all);
        }
    }
}
