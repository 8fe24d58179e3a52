//! What the ledger does when it hears others.

use crate::{
    kernel::{Work, events::Task},
    owners::{self, events::AccountWithdrawn},
};

/// An account that was opened by mistake is withdrawn: refused when something of it is here.
pub fn account_withdrawn<'a>(work: &'a mut Work, event: &'a AccountWithdrawn) -> Task<'a, ()> {
    Box::pin(owners::commands::refuse_if_any(work, event.0, &["charge", "payment", "adjustment"]))
}
