//! What one actor may ask for in a minute.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use tokio::time::Instant;

/// The budget of this minute is spent.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Exhausted {
    /// When to try again.
    pub retry_after: Duration,
}

/// Keeps account of cost. An implementation whose store is away should let callers through, or
/// count by itself.
#[async_trait]
pub trait Budget: Send + Sync + 'static {
    /// Takes `cost` from the budget of `key`, an actor or an address.
    ///
    /// # Errors
    /// [`Exhausted`] if there is not enough left; then nothing is taken.
    async fn spend(&self, key: &str, cost: u64) -> Result<(), Exhausted>;
}

const MINUTE: Duration = Duration::from_secs(60);

/// A budget in the memory of this process, for each minute anew.
pub struct InProcess {
    per_minute: u64,
    minute: Mutex<Minute>,
}

struct Minute {
    began: Instant,
    spent: HashMap<String, u64>,
}

impl InProcess {
    /// A budget of that much cost for each key; 0 for no limit.
    #[must_use]
    pub fn new(per_minute: u64) -> Self {
        let minute = Minute { began: Instant::now(), spent: HashMap::new() };
        Self { per_minute, minute: Mutex::new(minute) }
    }

    fn spend_at(&self, now: Instant, key: &str, cost: u64) -> Result<(), Exhausted> {
        let mut minute = self.minute.lock().unwrap_or_else(PoisonError::into_inner);
        if now.duration_since(minute.began) >= MINUTE {
            *minute = Minute { began: now, spent: HashMap::new() };
        }
        let spent = minute.spent.get(key).copied().unwrap_or_default();
        let total = spent.saturating_add(cost);
        if total > self.per_minute {
            return Err(Exhausted { retry_after: minute.began + MINUTE - now });
        }
        minute.spent.insert(key.to_owned(), total);
        Ok(())
    }
}

#[async_trait]
impl Budget for InProcess {
    async fn spend(&self, key: &str, cost: u64) -> Result<(), Exhausted> {
        match self.per_minute {
            0 => Ok(()),
            _ => self.spend_at(Instant::now(), key, cost),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::{Exhausted, InProcess};

    #[test]
    fn a_budget_is_each_actors_own_and_comes_back_with_the_next_minute() {
        let budget = InProcess::new(10);
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        assert_eq!(budget.spend_at(at(0), "a", 7), Ok(()));
        let refused = budget.spend_at(at(20), "a", 4).map_err(|e| e.retry_after.as_secs());
        assert!(matches!(refused, Err(39..=40)));
        assert_eq!(budget.spend_at(at(20), "a", 3), Ok(()));
        assert_eq!(budget.spend_at(at(20), "b", 10), Ok(()));
        assert_eq!(budget.spend_at(at(61), "a", 10), Ok::<(), Exhausted>(()));
    }
}
