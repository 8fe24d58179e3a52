//! Lists that were read, kept in the process under the version they were read for.
//!
//! The version is part of the key, so what a key holds never goes out of date; it is only no longer asked for, and makes
//! room. So is the local day: the same version shows another list tomorrow. See [`super::versions`] for how the version is
//! known. Only what the list shows of itself is kept; what a client asks of an account beyond it is read each time.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::NaiveDate;
use quick_cache::{Weighter, sync::Cache};
use sea_orm::ConnectionTrait;

use super::{
    filter::{Filter, Scope},
    list::{After, Rows},
    queries::{self, List},
};
use crate::kernel::{
    Failure, Role,
    ids::{MembershipId, OrganizationId},
    paging::Page,
};

/// Bytes that an account of a page takes in memory, with all that is shown of it; measured on the demo, rounded up.
const PER_ACCOUNT: u64 = 2_000;
/// Nothing is kept longer, should a change ever not move the version, such as of the communities somebody was given.
const BACKSTOP: Duration = Duration::from_secs(60);
/// Bytes that an account of a list takes while nothing but its place is known.
const PER_ROW: u64 = 300;
/// Bytes of anything that is kept, however short.
const AT_LEAST: u64 = 400;

/// What a list was read for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ListKey {
    organization: OrganizationId,
    steward: MembershipId,
    /// What the reader is decides what they still reach of what they were given.
    roles: Vec<Role>,
    version: i64,
    today: NaiveDate,
    filter: Filter,
    /// A page; none for the places of all.
    page: Option<(usize, Option<After>)>,
}

#[derive(Clone)]
enum Value {
    Rows(Arc<Rows>),
    Page(Arc<List>),
}

#[derive(Clone)]
struct Kept {
    value: Value,
    at: Instant,
}

#[derive(Clone)]
struct BySize;

impl Weighter<ListKey, Kept> for BySize {
    fn weight(&self, _: &ListKey, kept: &Kept) -> u64 {
        let (each, accounts) = match &kept.value {
            Value::Rows(rows) => (PER_ROW, rows.accounts()),
            Value::Page(list) => {
                (PER_ACCOUNT, list.entries.iter().map(|entry| entry.accounts.len()).sum())
            }
        };
        AT_LEAST + each * accounts as u64
    }
}

/// Lists of this process.
pub struct Lists {
    /// None where nothing is to be kept: then everybody reads for themselves.
    kept: Option<Cache<ListKey, Kept, BySize>>,
}

impl Lists {
    /// Room for about so many bytes; none for 0.
    pub fn new(bytes: u64) -> Self {
        let items = usize::try_from(bytes / (20 * PER_ACCOUNT)).unwrap_or(usize::MAX).max(1);
        Self { kept: (bytes > 0).then(|| Cache::with_weighter(items, bytes, BySize)) }
    }

    /// A page of somebody's own list at a version that was read before. Who asks for the same while it is being read
    /// waits for that one reading; every page of a version is cut from one reading of the places.
    pub async fn page(
        &self,
        conn: &impl ConnectionTrait,
        (scope, version): (&Scope, i64),
        page: Page<After>,
    ) -> Result<Arc<List>, Failure> {
        let key = key(scope, version, Some((page.first, page.after.clone())));
        let read = async {
            let rows = self.rows(conn, (scope, version)).await?;
            let list = queries::page_of(conn, (scope, version), (rows, page)).await?;
            Ok(Value::Page(Arc::new(list)))
        };
        match self.kept(key, read).await? {
            Value::Page(list) => Ok(list),
            Value::Rows(_) => Err(Failure::broken("worklist", "places under the key of a page")),
        }
    }

    async fn rows(
        &self,
        conn: &impl ConnectionTrait,
        (scope, version): (&Scope, i64),
    ) -> Result<Arc<Rows>, Failure> {
        let read = async { Ok(Value::Rows(Arc::new(queries::rows(conn, scope).await?))) };
        match self.kept(key(scope, version, None), read).await? {
            Value::Rows(rows) => Ok(rows),
            Value::Page(_) => Err(Failure::broken("worklist", "a page under the key of places")),
        }
    }

    /// What is kept, or what is read now; who comes meanwhile waits for that one reading.
    async fn kept(
        &self,
        key: ListKey,
        read: impl Future<Output = Result<Value, Failure>>,
    ) -> Result<Value, Failure> {
        let Some(cache) = &self.kept else { return read.await };
        loop {
            match cache.get_value_or_guard_async(&key).await {
                Ok(kept) if kept.at.elapsed() < BACKSTOP => return Ok(kept.value),
                Ok(_) => drop(cache.remove_if(&key, |kept| kept.at.elapsed() >= BACKSTOP)),
                Err(guard) => {
                    let value = read.await?;
                    // A guard that comes late is refused by the cache itself, which is no harm.
                    let _ = guard.insert(Kept { value: value.clone(), at: Instant::now() });
                    return Ok(value);
                }
            }
        }
    }
}

fn key(scope: &Scope, version: i64, page: Option<(usize, Option<After>)>) -> ListKey {
    let mut filter = scope.filter.clone();
    if page.is_none() {
        // What is asked of entries is chosen from the places afterwards.
        filter =
            Filter { community: filter.community, building: filter.building, ..Filter::default() };
    }
    ListKey {
        organization: scope.organization,
        steward: scope.steward,
        roles: scope.reader.roles.clone(),
        version,
        today: scope.today,
        filter,
        page,
    }
}
