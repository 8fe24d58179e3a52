//! Which version of a list holds, known in the process without asking the database each time.
//!
//! What makes it right, whatever happens in which order:
//!
//! - A version is read before what is shown for it. So what is remembered under a version shows at least that version,
//!   and an older list can never take the place of a newer one: they have different names.
//! - A commit of this process moves what is known before its mutation is answered: own writes are seen at once.
//! - A reading that began before such a move and ended after it is not remembered.
//! - Without news a version is good for [`TRUSTED`] only. Then it is read anew, so that what another replica or the command
//!   line did is seen in time even if every message was lost.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::queries;
use crate::{
    adapters::fanout::Fanout,
    kernel::{
        Failure,
        database::Database,
        ids::{MembershipId, OrganizationId},
    },
};

/// How long a version is good without news.
pub const TRUSTED: Duration = Duration::from_secs(1);
/// The first word of the news that a list changed.
const MOVED: &str = "moved";
/// So many versions are known before the old ones are looked for.
const BEFORE_PRUNING: usize = 4096;

/// Somebody's list.
pub type Owner = (OrganizationId, MembershipId);

/// A version that is known.
#[derive(Clone, Copy, Debug)]
struct Known {
    version: i64,
    /// When the reading began that found it.
    read_at: Instant,
}

struct Book {
    known: HashMap<Owner, Known>,
    /// Moves of lists since the start of the process, by list; readings that overlap one are not remembered.
    moves: HashMap<Owner, u64>,
    /// Rises when everything is forgotten.
    forgotten: u64,
    /// How much may be known before the old is looked for.
    prune_at: usize,
}

impl Default for Book {
    fn default() -> Self {
        let (known, moves) = (HashMap::new(), HashMap::new());
        Self { known, moves, forgotten: 0, prune_at: BEFORE_PRUNING }
    }
}

/// The versions known in this process.
#[derive(Clone, Default)]
pub struct Versions {
    book: Arc<Mutex<Book>>,
    fanout: Option<Fanout>,
}

/// What was so when a reading began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Before {
    moves: u64,
    forgotten: u64,
    at: Instant,
}

impl Versions {
    /// None known yet; moves are told to the other replicas, if there is a fan-out.
    pub fn new(fanout: Option<Fanout>) -> Self {
        Self { book: Arc::default(), fanout }
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The version of a list, at least `wanted` if the database has it already.
    pub async fn current(
        &self,
        database: &Database,
        owner: Owner,
        wanted: Option<i64>,
    ) -> Result<i64, Failure> {
        if let Some(version) = self.trusted(owner).filter(|version| Some(*version) >= wanted) {
            return Ok(version);
        }
        let before = self.begin(owner);
        let version = queries::version(database.read(), owner.0, owner.1).await?;
        self.read(owner, version, before);
        Ok(version)
    }

    /// The version, if it is known and still good.
    pub fn trusted(&self, owner: Owner) -> Option<i64> {
        let known = self.book().known.get(&owner).copied()?;
        (known.read_at.elapsed() < TRUSTED).then_some(known.version)
    }

    /// To be called before a version is read.
    pub fn begin(&self, owner: Owner) -> Before {
        let book = self.book();
        let moves = book.moves.get(&owner).copied().unwrap_or_default();
        Before { moves, forgotten: book.forgotten, at: Instant::now() }
    }

    /// Remembers a version that was read, unless something happened to it meanwhile.
    pub fn read(&self, owner: Owner, version: i64, before: Before) {
        let mut book = self.book();
        let moves = book.moves.get(&owner).copied().unwrap_or_default();
        if (moves, book.forgotten) != (before.moves, before.forgotten) {
            return;
        }
        book.prune();
        // Of two readings that overlap the one that began later holds.
        let older = book.known.get(&owner).is_some_and(|known| known.read_at > before.at);
        if !older {
            book.known.insert(owner, Known { version, read_at: before.at });
        }
    }

    /// A commit of this process moved lists: they are known here at once, elsewhere when Redis gets to it.
    pub fn moved(&self, organization: OrganizationId, lists: &[(MembershipId, i64)]) {
        for (steward, version) in lists {
            self.moved_here((organization, *steward), *version);
        }
        let (Some(fanout), false) = (self.fanout.clone(), lists.is_empty()) else { return };
        let messages: Vec<String> = lists
            .iter()
            .map(|(steward, version)| format!("{MOVED} {organization} {steward} {version}"))
            .collect();
        tokio::spawn(async move {
            for message in messages {
                fanout.publish(&message).await;
            }
        });
    }

    fn moved_here(&self, owner: Owner, version: i64) {
        let mut book = self.book();
        book.prune();
        *book.moves.entry(owner).or_default() += 1;
        if let Some(known) = book.known.get_mut(&owner) {
            known.version = known.version.max(version);
        }
    }

    /// Hears another replica; other news is not for us.
    pub fn heard(&self, message: &str) {
        let mut words = message.split(' ');
        if words.next() != Some(MOVED) {
            return;
        }
        let organization = words.next().and_then(|word| word.parse().ok());
        let steward = words.next().and_then(|word| word.parse().ok());
        let version = words.next().and_then(|word| word.parse().ok());
        if let (Some(organization), Some(steward), Some(version)) = (organization, steward, version)
        {
            self.moved_here((organization, steward), version);
        }
    }

    /// Forgets everything: after a reconnection nobody knows what was missed.
    pub fn forget(&self) {
        let mut book = self.book();
        book.forgotten += 1;
        book.known.clear();
    }
}

impl Book {
    /// Forgets what is no longer good when there is a lot of it. The counts of moves go with `forgotten`, so that a
    /// reading under way is not taken for one that nothing happened to.
    fn prune(&mut self) {
        if self.known.len() + self.moves.len() < self.prune_at {
            return;
        }
        self.known.retain(|_, known| known.read_at.elapsed() < TRUSTED);
        self.moves.clear();
        self.forgotten += 1;
        self.prune_at = (2 * self.known.len()).max(BEFORE_PRUNING);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::kernel::ids;

    fn owner() -> Owner {
        (ids::fresh(), ids::fresh())
    }

    #[test]
    fn a_reading_that_a_commit_overtook_is_not_remembered() {
        let (versions, owner) = (Versions::default(), owner());
        let before = versions.begin(owner);
        // The reading found 5 in the database; then 6 was committed, and its mutation answered.
        versions.moved_here(owner, 6);
        versions.read(owner, 5, before);
        assert_eq!(versions.trusted(owner), None, "whoever asks next reads anew");
    }

    #[test]
    fn of_two_readings_the_one_that_began_later_holds() {
        let (versions, owner) = (Versions::default(), owner());
        let first = versions.begin(owner);
        let second = versions.begin(owner);
        versions.read(owner, 6, second);
        versions.read(owner, 5, first);
        assert_eq!(versions.trusted(owner), Some(6));
    }

    #[test]
    fn news_moves_what_is_known_forward_only_and_other_news_is_not_for_us() {
        let (versions, owner) = (Versions::default(), owner());
        versions.read(owner, 6, versions.begin(owner));
        for (version, known) in [(5, 6), (8, 8), (7, 8)] {
            versions.heard(&format!("{MOVED} {} {} {version}", owner.0, owner.1));
            assert_eq!(versions.trusted(owner), Some(known));
        }
        for other in
            ["", "moved", "moved a b c", "wake x y", &format!("{MOVED} {} {}", owner.0, owner.1)]
        {
            versions.heard(other);
        }
        assert_eq!(versions.trusted(owner), Some(8));
    }

    #[test]
    fn after_a_reconnection_nothing_is_known_and_readings_under_way_do_not_count() {
        let (versions, owner) = (Versions::default(), owner());
        versions.read(owner, 6, versions.begin(owner));
        let before = versions.begin(owner);
        versions.forget();
        versions.read(owner, 6, before);
        assert_eq!(versions.trusted(owner), None);
    }

    #[derive(Clone, Debug)]
    enum Step {
        Commit,
        Answer,
        Begin(usize),
        Fetch(usize),
        End(usize),
        Prune,
        Forget,
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let reader = 0_usize..3;
        let step = prop_oneof![
            2 => Just(Step::Commit),
            2 => Just(Step::Answer),
            3 => reader.clone().prop_map(Step::Begin),
            3 => reader.clone().prop_map(Step::Fetch),
            3 => reader.prop_map(Step::End),
            1 => Just(Step::Prune),
            1 => Just(Step::Forget),
        ];
        prop::collection::vec(step, 0..60)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]
        /// Readers begin, fetch and end in any order among commits; a commit's mutation is answered after its move.
        #[test]
        fn whatever_happens_in_between_an_answered_write_is_never_unseen(steps in steps()) {
            let (versions, owner) = (Versions::default(), owner());
            let (mut database, mut answered) = (0_i64, 0_i64);
            let mut readers: [Option<(Before, Option<i64>)>; 3] = [None; 3];
            for step in steps {
                match step {
                    Step::Commit => database += 1,
                    Step::Answer => {
                        versions.moved_here(owner, database);
                        answered = database;
                    }
                    Step::Begin(reader) => readers[reader] = Some((versions.begin(owner), None)),
                    Step::Fetch(reader) => {
                        if let Some((_, fetched @ None)) = &mut readers[reader] {
                            *fetched = Some(database);
                        }
                    }
                    Step::End(reader) => {
                        if let Some((before, Some(version))) = readers[reader].take() {
                            versions.read(owner, version, before);
                        }
                    }
                    Step::Prune => {
                        let mut book = versions.book();
                        book.prune_at = 0;
                        book.prune();
                    }
                    Step::Forget => versions.forget(),
                }
                if let Some(known) = versions.trusted(owner) {
                    prop_assert!(known >= answered, "{known} after {answered} was answered");
                    prop_assert!(known <= database);
                }
            }
        }
    }
}
