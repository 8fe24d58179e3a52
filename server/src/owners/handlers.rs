//! What owners do when they hear of people and communities.

use super::{
    assignments::commands::{CARERS, release},
    events::AccountsChanged,
    store,
};
use crate::{
    kernel::{Work, events::Task},
    people::{communities::events::CommunityRenamed, staff::events::PersonChanged},
};

/// Somebody left, or is nobody any more who looks after units: theirs are nobody's.
pub fn person_changed<'a>(work: &'a mut Work, event: &'a PersonChanged) -> Task<'a, ()> {
    Box::pin(async move {
        if !event.roles.iter().any(|role| CARERS.contains(role)) {
            release(work, event.person).await?;
        }
        Ok(())
    })
}

/// A community has another name: every account of it is shown under it.
pub fn community_renamed<'a>(work: &'a mut Work, event: &'a CommunityRenamed) -> Task<'a, ()> {
    Box::pin(async move {
        let accounts = store::accounts_in(work.conn(), work.organization(), event.0).await?;
        work.emit_summed(AccountsChanged::of(accounts));
        Ok(())
    })
}
