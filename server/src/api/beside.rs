//! Accounts that stand on one page. What a client asks of each of them is read once for all: whoever asks first reads for
//! those beside it, the others wait for that one reading. No statement is held back to wait for more.

use std::{
    any::Any,
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::OnceCell;

use crate::kernel::{Failure, ids::AccountId};

/// What is read: a field, and the number that was asked for with it.
type What = (&'static str, i64);
type Cell = Arc<OnceCell<Arc<dyn Any + Send + Sync>>>;

/// The accounts of one page of one answer.
#[derive(Clone)]
pub struct Beside {
    page: Arc<Page>,
}

struct Page {
    ids: Vec<AccountId>,
    cells: Mutex<HashMap<What, Cell>>,
}

impl Beside {
    /// The accounts of a page.
    pub fn of(ids: impl IntoIterator<Item = AccountId>) -> Self {
        let ids = ids.into_iter().collect();
        Self { page: Arc::new(Page { ids, cells: Mutex::default() }) }
    }

    /// What belongs to one of them, read for all of them with the first who asks.
    pub async fn read<T: Clone + Send + Sync + 'static>(
        &self,
        what: What,
        id: AccountId,
        read: impl AsyncFnOnce(&[AccountId]) -> Result<HashMap<AccountId, T>, Failure>,
    ) -> Result<Option<T>, Failure> {
        let cell = {
            let mut cells = self.page.cells.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(cells.entry(what).or_default())
        };
        let all = cell
            .get_or_try_init(async || {
                let found: Arc<dyn Any + Send + Sync> = Arc::new(read(&self.page.ids).await?);
                Ok::<_, Failure>(found)
            })
            .await?;
        let all = all.downcast_ref::<HashMap<AccountId, T>>();
        let all = all.ok_or_else(|| Failure::broken("page", "two fields under one name"))?;
        Ok(all.get(&id).cloned())
    }
}

/// Rows by the account they belong to, in their order.
pub fn by_account<T>(
    rows: impl IntoIterator<Item = T>,
    account: impl Fn(&T) -> Option<AccountId>,
) -> HashMap<AccountId, Vec<T>> {
    let mut found: HashMap<AccountId, Vec<T>> = HashMap::new();
    for row in rows {
        if let Some(id) = account(&row) {
            found.entry(id).or_default().push(row);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::kernel::ids;

    #[tokio::test]
    async fn what_is_asked_of_every_account_of_a_page_is_read_once_for_all() {
        let accounts: Vec<AccountId> = (0..50).map(|_| ids::fresh()).collect();
        let beside = Beside::of(accounts.iter().copied());
        let readings = AtomicUsize::new(0);
        let ask = async |what: What, id: AccountId| {
            let read = async |ids: &[AccountId]| {
                readings.fetch_add(1, Ordering::Relaxed);
                tokio::task::yield_now().await;
                Ok(ids.iter().map(|id| (*id, id.to_string())).collect())
            };
            beside.read(what, id, read).await.unwrap()
        };
        let all =
            accounts.iter().flat_map(|id| [("a", 0), ("a", 1), ("b", 0)].map(|what| (what, *id)));
        let found = futures_util::future::join_all(all.map(|(what, id)| ask(what, id))).await;
        assert!(
            found
                .iter()
                .zip(accounts.iter().flat_map(|id| [id; 3]))
                .all(|(text, id)| { text.as_deref() == Some(id.to_string().as_str()) })
        );
        assert_eq!(readings.load(Ordering::Relaxed), 3, "once for each field and number");
        assert_eq!(ask(("a", 0), ids::fresh()).await, None);
    }

    #[tokio::test]
    async fn a_reading_that_failed_is_tried_again() {
        let id: AccountId = ids::fresh();
        let beside = Beside::of([id]);
        let fail = async |_: &[AccountId]| {
            Err::<HashMap<AccountId, i64>, _>(Failure::Unavailable("away".to_owned()))
        };
        assert!(beside.read(("a", 0), id, fail).await.is_err());
        let found = beside.read(("a", 0), id, async |_: &[AccountId]| Ok(HashMap::from([(id, 7)])));
        assert_eq!(found.await.unwrap(), Some(7));
    }
}
