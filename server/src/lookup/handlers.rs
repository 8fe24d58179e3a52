//! What look-up does when the registry changes.

use uuid::Uuid;

use super::{commands, store};
use crate::{
    kernel::{Work, events::Task},
    owners::events::RegistryChanged,
};

/// Makes the terms anew of every unit that a change touches.
pub fn registry_changed<'a>(work: &'a mut Work, event: &'a RegistryChanged) -> Task<'a, ()> {
    Box::pin(async move {
        let parties: Vec<Uuid> = event.parties.iter().map(|party| Uuid::from(*party)).collect();
        let theirs = store::units_of_parties(work.conn(), work.organization(), &parties).await?;
        let units = event.units.iter().copied().chain(theirs).collect();
        commands::make(work, &units).await
    })
}
