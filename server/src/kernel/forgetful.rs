//! A map that does not grow with what was entered once and is good no more.

use std::{
    collections::HashMap,
    hash::Hash,
    ops::{Deref, DerefMut},
};

/// So many entries there may be before the old ones are looked for.
pub const ROOM: usize = 1024;

/// A map that looks for old entries when it has become twice as large as after the last look: what a look costs is
/// shared by the entries that came since.
#[derive(Debug)]
pub struct Forgetful<K, V> {
    entries: HashMap<K, V>,
    room: usize,
}

impl<K, V> Default for Forgetful<K, V> {
    fn default() -> Self {
        Self { entries: HashMap::new(), room: ROOM }
    }
}

impl<K: Eq + Hash, V> Forgetful<K, V> {
    /// Enters a value in place of an earlier one of its key. When there is no room left, what is not `good` any more is
    /// forgotten before.
    pub fn enter(&mut self, key: K, value: V, good: impl Fn(&V) -> bool) {
        if self.entries.len() >= self.room {
            self.entries.retain(|_, value| good(value));
            self.room = (2 * self.entries.len()).max(ROOM);
        }
        self.entries.insert(key, value);
    }
}

impl<K, V> Deref for Forgetful<K, V> {
    type Target = HashMap<K, V>;

    fn deref(&self) -> &Self::Target {
        &self.entries
    }
}

impl<K, V> DerefMut for Forgetful<K, V> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.entries
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_good_stays_and_what_is_not_makes_room() {
        let mut map = Forgetful::default();
        for number in 0..3 * ROOM {
            map.enter(number, number % 2 == 0, |good| *good);
        }
        assert!((0..3 * ROOM).step_by(2).all(|number| map.contains_key(&number)));
        assert!(map.len() < 2 * ROOM + ROOM / 2, "{}", map.len());
    }
}
