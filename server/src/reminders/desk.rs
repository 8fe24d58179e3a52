//! Where all who listen for one recipient sit: a steward's telephone and console, or a hundred of them. What one of them
//! reads, the others need not read again.
//!
//! News are numbered one by one and never change their numbers. So what was read after a number is good for everybody who
//! has that number or a later one, until the next wake-up; and while there is none, one look a while is enough for all.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::sync::{Mutex, OnceCell, watch};

use super::queries::News;
use crate::{api::beside::Beside, kernel::Failure, owners::queries::AccountCard};

/// How long what was read about news is good for those who come next: as long as it takes to tell all who were woken.
const SHARED: Duration = Duration::from_secs(1);

/// One of the news, with what its listeners have read about it so far.
pub struct Told {
    /// The news.
    pub news: News,
    /// The follow-up; read by whoever asks first.
    pub follow_up: OnceCell<guanjia_entity::follow_up::Model>,
    /// The account; none when it is no longer the recipient's.
    pub card: OnceCell<Option<Arc<AccountCard>>>,
    /// What is asked of the account.
    pub beside: Beside,
}

impl From<News> for Told {
    fn from(news: News) -> Self {
        let beside = Beside::of([news.account_id]);
        Self { news, follow_up: OnceCell::new(), card: OnceCell::new(), beside }
    }
}

/// The desk of one recipient in this process.
#[derive(Default)]
pub struct Desk {
    /// How often somebody was woken.
    woken: watch::Sender<u64>,
    read: Mutex<Option<Reading>>,
}

/// A look into the database: all news after a number, as they were when it began.
struct Reading {
    after: i64,
    /// Whether there may be more than it found.
    full: bool,
    /// The wake-ups before it.
    woken: u64,
    began: Instant,
    news: Vec<Arc<Told>>,
}

/// What a listener asks for.
pub struct Asked {
    /// What comes after this number.
    pub last: i64,
    /// When they sat down: whoever comes back hears how things stand now.
    pub since: Instant,
    /// How old it may be that there is nothing new, as long as nobody was woken.
    pub patience: Duration,
}

impl Reading {
    /// What it says to somebody who was woken so often; none when they have to look themselves.
    fn says(&self, asked: &Asked, woken: u64) -> Option<Vec<Arc<Told>>> {
        let Asked { last, patience, since } = *asked;
        if self.woken < woken || self.began < since || self.after > last {
            return None;
        }
        let news: Vec<_> =
            self.news.iter().filter(|told| told.news.sequence > last).cloned().collect();
        let good = if news.is_empty() { patience } else { SHARED };
        let known = !news.is_empty() || !self.full;
        (known && self.began.elapsed() < good).then_some(news)
    }
}

impl Desk {
    /// Wakes all who sit here.
    pub fn wake(&self) {
        self.woken.send_modify(|count| *count += 1);
    }

    /// Sits down.
    pub fn ear(&self) -> Ear {
        Ear(self.woken.subscribe())
    }

    /// What somebody else here has just read, or what `look` finds, at most `page` at once. Nothing means that there was
    /// nothing within the listener's patience and since the last wake-up.
    pub async fn after(
        &self,
        asked: Asked,
        page: usize,
        look: impl Future<Output = Result<Vec<News>, Failure>>,
    ) -> Result<Vec<Arc<Told>>, Failure> {
        let mut read = self.read.lock().await;
        let woken = *self.woken.borrow();
        if let Some(news) = read.as_ref().and_then(|read| read.says(&asked, woken)) {
            return Ok(news);
        }
        let began = Instant::now();
        let news: Vec<Arc<Told>> = look.await?.into_iter().map(Told::from).map(Arc::new).collect();
        let full = news.len() >= page;
        *read = Some(Reading { after: asked.last, full, woken, began, news: news.clone() });
        Ok(news)
    }
}

/// Hears the wake-ups of a desk.
pub struct Ear(watch::Receiver<u64>);

impl Ear {
    /// Waits for the next wake-up; several while nobody waited are one.
    pub async fn woken(&mut self) {
        // The sender lives in the desk, which whoever has the ear holds as well.
        let _ = self.0.changed().await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Mutex as Plain,
        atomic::{AtomicUsize, Ordering},
    };

    use chrono::DateTime;
    use proptest::prelude::*;

    use super::*;
    use crate::kernel::ids;

    /// Somebody who has sat here for long and waits for ever.
    fn asked(last: i64) -> Asked {
        let hour = Duration::from_secs(3600);
        Asked { last, since: Instant::now().checked_sub(hour).unwrap(), patience: hour }
    }

    fn news(sequence: i64) -> News {
        News {
            organization_id: ids::fresh(),
            id: ids::fresh(),
            sequence,
            follow_up_id: ids::fresh(),
            revision: 1,
            account_id: ids::fresh(),
            due_at: DateTime::UNIX_EPOCH,
            created_at: DateTime::UNIX_EPOCH,
            acknowledged_at: None,
        }
    }

    fn numbers(told: &[Arc<Told>]) -> Vec<i64> {
        told.iter().map(|told| told.news.sequence).collect()
    }

    #[tokio::test]
    async fn of_all_who_are_woken_one_reads() {
        let (desk, readings) = (Desk::default(), AtomicUsize::new(0));
        let ask = || {
            desk.after(asked(4), 100, async {
                readings.fetch_add(1, Ordering::Relaxed);
                tokio::task::yield_now().await;
                Ok(vec![news(5), news(6)])
            })
        };
        for _ in 0..2 {
            desk.wake();
            let all = futures_util::future::join_all((0..50).map(|_| ask())).await;
            assert!(all.into_iter().all(|found| numbers(&found.unwrap()) == [5, 6]));
        }
        assert_eq!(readings.load(Ordering::Relaxed), 2, "once for each wake-up");
    }

    #[tokio::test]
    async fn a_look_that_failed_is_not_what_the_others_hear() {
        let desk = Desk::default();
        let away = async { Err(Failure::Unavailable("away".to_owned())) };
        assert!(desk.after(asked(0), 100, away).await.is_err());
        let found = desk.after(asked(0), 100, async { Ok(vec![news(1)]) }).await.unwrap();
        assert_eq!(numbers(&found), [1]);
    }

    #[tokio::test]
    async fn whoever_comes_back_hears_how_things_stand_now() {
        let desk = Desk::default();
        let first = desk.after(asked(0), 100, async { Ok(vec![news(1)]) }).await.unwrap();
        let back = Asked { since: Instant::now(), ..asked(0) };
        let second = desk.after(back, 100, async { Ok(vec![news(1)]) }).await.unwrap();
        assert!(!Arc::ptr_eq(&first[0], &second[0]), "not what was read before they came");
        let other = desk.after(asked(0), 100, async { Ok(Vec::new()) }).await.unwrap();
        assert!(Arc::ptr_eq(&second[0], &other[0]), "the others take it as well");
    }

    #[derive(Clone, Debug)]
    enum Step {
        /// So much is written, and its wake-up comes.
        Write(i64),
        /// A listener asks once.
        Ask(usize),
        /// A listener comes back with a number it had.
        Back(usize, i64),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let listener = 0_usize..4;
        let step = prop_oneof![
            2 => (1_i64..5).prop_map(Step::Write),
            6 => listener.clone().prop_map(Step::Ask),
            1 => (listener, 0_i64..40).prop_map(|(who, number)| Step::Back(who, number)),
        ];
        prop::collection::vec(step, 0..80)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        /// Four listen at one desk, with pages of three: each hears every number once and in order, and whoever asks until
        /// there is nothing has heard all that was written.
        #[test]
        fn whoever_shares_a_desk_misses_nothing_and_hears_nothing_twice(steps in steps()) {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let (desk, written) = (Desk::default(), Plain::new(0_i64));
            let mut last = [0_i64; 4];
            let ask = |last: i64| {
                let found = desk.after(asked(last), 3, async {
                    Ok((last + 1..=*written.lock().unwrap()).take(3).map(news).collect())
                });
                numbers(&runtime.block_on(found).unwrap())
            };
            for step in steps {
                match step {
                    Step::Write(count) => {
                        *written.lock().unwrap() += count;
                        desk.wake();
                    }
                    Step::Ask(who) => {
                        let heard = ask(last[who]);
                        let end = last[who] + i64::try_from(heard.len()).unwrap();
                        prop_assert!(heard.iter().copied().eq(last[who] + 1..=end));
                        prop_assert!(!heard.is_empty() || end == *written.lock().unwrap());
                        last[who] = end;
                    }
                    Step::Back(who, number) => last[who] = number.min(*written.lock().unwrap()),
                }
            }
        }
    }
}
