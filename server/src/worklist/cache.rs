//! Lists that were read, kept in the process under the version they were read for.
//!
//! The version is part of the key, so what a key holds never goes out of date; it is only no longer asked for, and makes
//! room. So is the local day: the same version shows another list tomorrow. See [`super::versions`] for how the version is
//! known. Only what the list shows of itself is kept; what a client asks of an account beyond it is read each time.

use std::{hash::Hash, sync::Arc};

use chrono::NaiveDate;
use quick_cache::{Weighter, sync::Cache};
use sea_orm::ConnectionTrait;

use super::{
    filter::{Filter, Scope},
    queries::{self, After, Count, List},
};
use crate::kernel::{
    Failure,
    ids::{MembershipId, OrganizationId},
    paging::Page,
};

/// Bytes that an account of a page takes in memory, with all that is shown of it; measured on the demo, rounded up.
const PER_ACCOUNT: u64 = 2_000;
/// Bytes of anything that is kept, however short.
const AT_LEAST: u64 = 400;

/// What a list was read for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ListKey {
    organization: OrganizationId,
    steward: MembershipId,
    version: i64,
    today: NaiveDate,
    filter: Filter,
    /// A page; none for the counts.
    page: Option<(usize, Option<After>)>,
}

#[derive(Clone)]
enum Kept {
    Page(Arc<List>),
    Counts(Arc<Vec<Count>>),
}

#[derive(Clone)]
struct BySize;

impl Weighter<ListKey, Kept> for BySize {
    fn weight(&self, _: &ListKey, kept: &Kept) -> u64 {
        let accounts = match kept {
            Kept::Page(list) => list.entries.iter().map(|entry| entry.accounts.len()).sum(),
            Kept::Counts(_) => 0,
        };
        AT_LEAST + PER_ACCOUNT * accounts as u64
    }
}

/// Lists of this process.
pub struct Lists {
    kept: Cache<ListKey, Kept, BySize>,
}

impl Lists {
    /// Room for about so many bytes.
    pub fn new(bytes: u64) -> Self {
        let items = usize::try_from(bytes / (20 * PER_ACCOUNT)).unwrap_or(usize::MAX).max(1);
        Self { kept: Cache::with_weighter(items, bytes, BySize) }
    }

    /// A page of somebody's own list at a version that was read before. Who asks for the same while it is being read
    /// waits for that one reading.
    pub async fn page(
        &self,
        conn: &impl ConnectionTrait,
        (scope, version): (&Scope, i64),
        page: Page<After>,
    ) -> Result<Arc<List>, Failure> {
        let key = key(scope, version, Some((page.first, page.after.clone())));
        match self.kept.get_value_or_guard_async(&key).await {
            Ok(Kept::Page(list)) => Ok(list),
            Ok(Kept::Counts(_)) => {
                Err(Failure::broken("worklist", "counts under the key of a page"))
            }
            Err(guard) => {
                let list = Arc::new(queries::list(conn, (scope, version), page).await?);
                // A guard that is late is refused by the cache itself, which is no harm.
                let _ = guard.insert(Kept::Page(Arc::clone(&list)));
                Ok(list)
            }
        }
    }

    /// The counts of somebody's own list at a version that was read before.
    pub async fn counts(
        &self,
        conn: &impl ConnectionTrait,
        (scope, version): (&Scope, i64),
    ) -> Result<Arc<Vec<Count>>, Failure> {
        let key = key(scope, version, None);
        match self.kept.get_value_or_guard_async(&key).await {
            Ok(Kept::Counts(counts)) => Ok(counts),
            Ok(Kept::Page(_)) => Err(Failure::broken("worklist", "a page under the key of counts")),
            Err(guard) => {
                let counts = Arc::new(queries::counts(conn, scope).await?);
                let _ = guard.insert(Kept::Counts(Arc::clone(&counts)));
                Ok(counts)
            }
        }
    }
}

fn key(scope: &Scope, version: i64, page: Option<(usize, Option<After>)>) -> ListKey {
    let mut filter = scope.filter.clone();
    if page.is_none() {
        // Counts do not go by the reasons asked for.
        filter.reasons.clear();
    }
    ListKey {
        organization: scope.organization,
        steward: scope.steward,
        version,
        today: scope.today,
        filter,
        page,
    }
}
