//! Ids that stand for a party. A merge moves nothing: the loser's id comes to stand for the winner, and whatever is read of
//! the winner is read of all ids that stand for it. So taking a merge back restores exactly what was.

use std::collections::HashMap;

use crate::kernel::ids::PartyId;

/// Follows what each id was made to stand for, to the end. Ids that would go in a circle stand for themselves.
pub(super) fn follow(direct: &HashMap<PartyId, PartyId>, id: PartyId) -> PartyId {
    let mut at = id;
    for _ in 0..=direct.len() {
        match direct.get(&at) {
            Some(next) => at = *next,
            None => return at,
        }
    }
    id
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn party(n: u128) -> PartyId {
        PartyId(Uuid::from_u128(n))
    }

    #[test]
    fn an_id_stands_for_the_last_of_the_chain() {
        let direct = HashMap::from([(party(1), party(2)), (party(2), party(3))]);
        assert_eq!(follow(&direct, party(1)), party(3));
        assert_eq!(follow(&direct, party(3)), party(3));
        assert_eq!(follow(&direct, party(9)), party(9));
    }

    proptest! {
        /// Merges of ends only, as the command allows them: after any of them is taken back, each id stands for what it
        /// would have stood for without it.
        #[test]
        fn a_merge_taken_back_leaves_what_would_have_been(
            pairs in prop::collection::vec((0_u128..8, 0_u128..8), 1..10), gone in any::<prop::sample::Index>(),
        ) {
            let mut direct = HashMap::new();
            for (loser, winner) in pairs {
                let (loser, winner) = (follow(&direct, party(loser)), follow(&direct, party(winner)));
                if loser != winner {
                    direct.insert(loser, winner);
                }
            }
            prop_assume!(!direct.is_empty());
            let mut losers: Vec<_> = direct.keys().copied().collect();
            losers.sort();
            let taken_back = losers[gone.index(losers.len())];
            let before: Vec<_> = (0..8).map(|n| follow(&direct, party(n))).collect();
            let end = follow(&direct, taken_back);
            direct.remove(&taken_back);
            for n in 0..8 {
                let now = follow(&direct, party(n));
                prop_assert!(now == before[n as usize] || (now == taken_back && before[n as usize] == end));
                prop_assert!(!direct.contains_key(&now), "the end of a chain stands for itself");
            }
        }
    }
}
