//! What sightings do when they hear of others.

use super::commands;
use crate::{
    cases::events::SightingsSwitchedOff,
    kernel::{Work, events::Task},
};

/// Sightings deleted with one look.
const AT_ONCE: i64 = 500;

/// A community switched sightings off: nothing is kept of them.
pub fn switched_off<'a>(work: &'a mut Work, event: &'a SightingsSwitchedOff) -> Task<'a, ()> {
    Box::pin(async move {
        while commands::erase_of_community(work, event.0, (None, AT_ONCE)).await? > 0 {}
        Ok(())
    })
}
