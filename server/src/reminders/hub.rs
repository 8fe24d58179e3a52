//! Wake-ups: "there is something new for this recipient". Within the process at a desk per recipient; between replicas
//! through Redis, if there is one. A lost wake-up costs time, never a reminder.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::desk::Desk;
use crate::{
    adapters::fanout::Fanout,
    kernel::{
        forgetful::Forgetful,
        ids::{MembershipId, OrganizationId},
    },
};

/// The first word of a wake-up between replicas.
const WAKE: &str = "wake";

type Recipient = (OrganizationId, MembershipId);

/// Who is listening, in this process.
#[derive(Clone, Default)]
pub struct Hub {
    desks: Arc<Mutex<Desks>>,
    fanout: Option<Fanout>,
}

/// Those to whom nobody listens any more are forgotten.
type Desks = Forgetful<Recipient, Weak<Desk>>;

impl Hub {
    /// A hub that also tells and hears other replicas.
    pub fn with_fanout(fanout: Option<Fanout>) -> Self {
        Self { desks: Arc::default(), fanout }
    }

    /// Where all who listen for one recipient sit; it is there as long as one of them is.
    pub fn desk(&self, organization: OrganizationId, recipient: MembershipId) -> Arc<Desk> {
        let mut desks = self.desks();
        let key = (organization, recipient);
        if let Some(desk) = desks.get(&key).and_then(Weak::upgrade) {
            return desk;
        }
        let desk = Arc::new(Desk::default());
        desks.enter(key, Arc::downgrade(&desk), |desk| desk.strong_count() > 0);
        desk
    }

    fn desks(&self) -> MutexGuard<'_, Desks> {
        self.desks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes recipients here, at once, and in the other replicas, when Redis gets to it.
    pub fn wake(&self, organization: OrganizationId, recipients: Vec<MembershipId>) {
        for recipient in &recipients {
            self.wake_here(organization, *recipient);
        }
        if let Some(fanout) = self.fanout.clone() {
            tokio::spawn(async move {
                for recipient in recipients {
                    fanout.publish(&format!("{WAKE} {organization} {recipient}")).await;
                }
            });
        }
    }

    /// Wakes a recipient in this process.
    pub fn wake_here(&self, organization: OrganizationId, recipient: MembershipId) {
        if let Some(desk) = self.desks().get(&(organization, recipient)).and_then(Weak::upgrade) {
            desk.wake();
        }
    }

    /// Wakes everybody in this process: after a reconnection nobody knows what was missed.
    pub fn wake_all_here(&self) {
        self.desks().values().filter_map(Weak::upgrade).for_each(|desk| desk.wake());
    }

    /// Hears another replica; a message that is no wake-up is not for the hub.
    pub fn heard(&self, message: &str) {
        let mut words = message.split(' ');
        if words.next() != Some(WAKE) {
            return;
        }
        let organization = words.next().and_then(|word| word.parse().ok());
        let recipient = words.next().and_then(|word| word.parse().ok());
        if let (Some(organization), Some(recipient)) = (organization, recipient) {
            self.wake_here(organization, recipient);
        }
    }
}
