//! What owners do when they hear of people.

use super::assignments::commands::{CARERS, release};
use crate::{
    kernel::{Work, events::Task},
    people::staff::events::PersonChanged,
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
