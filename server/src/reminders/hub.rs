//! Wake-ups: "there is something new for this recipient". Within the process by a watch per recipient; between replicas
//! through Redis, if there is one. A lost wake-up costs time, never a reminder.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use tokio::sync::watch;

use crate::{
    adapters::fanout::Fanout,
    kernel::ids::{MembershipId, OrganizationId},
};

/// The first word of a wake-up between replicas.
const WAKE: &str = "wake";

type Recipient = (OrganizationId, MembershipId);

/// Who is listening, in this process.
#[derive(Clone, Default)]
pub struct Hub {
    listeners: Arc<Mutex<HashMap<Recipient, Weak<watch::Sender<()>>>>>,
    fanout: Option<Fanout>,
}

/// Somebody listening; wakes until it is dropped.
pub struct Ear {
    receiver: watch::Receiver<()>,
    // The channel lives as long as somebody listens.
    _sender: Arc<watch::Sender<()>>,
}

impl Ear {
    /// Waits for the next wake-up; several while nobody waited are one.
    pub async fn woken(&mut self) {
        let _ = self.receiver.changed().await;
    }
}

impl Hub {
    /// A hub that also tells and hears other replicas.
    pub fn with_fanout(fanout: Option<Fanout>) -> Self {
        Self { listeners: Arc::default(), fanout }
    }

    /// Starts listening.
    pub fn listen(&self, organization: OrganizationId, recipient: MembershipId) -> Ear {
        let mut listeners = self.listeners.lock().unwrap_or_else(PoisonError::into_inner);
        listeners.retain(|_, sender| sender.strong_count() > 0);
        let key = (organization, recipient);
        let sender = listeners.get(&key).and_then(Weak::upgrade).unwrap_or_else(|| {
            let sender = Arc::new(watch::Sender::new(()));
            listeners.insert(key, Arc::downgrade(&sender));
            sender
        });
        Ear { receiver: sender.subscribe(), _sender: sender }
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
        let listeners = self.listeners.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = listeners.get(&(organization, recipient)).and_then(Weak::upgrade) {
            sender.send_replace(());
        }
    }

    /// Wakes everybody in this process: after a reconnection nobody knows what was missed.
    pub fn wake_all_here(&self) {
        let listeners = self.listeners.lock().unwrap_or_else(PoisonError::into_inner);
        listeners.values().filter_map(Weak::upgrade).for_each(|sender| sender.send_replace(()));
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
