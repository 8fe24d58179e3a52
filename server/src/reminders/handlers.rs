//! What reminders do when they hear of something.

use super::{Hub, events::Acknowledged};
use crate::kernel::{Work, events::Task};

/// Reminders were seen: after the commit the recipient's sockets are woken, here and in the other replicas.
pub fn acknowledged<'a>(hub: Hub, work: &'a mut Work, event: &'a Acknowledged) -> Task<'a, ()> {
    Box::pin(async move {
        let (organization, recipient) = (work.organization(), event.recipient);
        work.after_commit(move || async move { hub.wake(organization, vec![recipient]) });
        Ok(())
    })
}
