//! How many sockets and streams one actor and one address may have open.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{errors::Code, fault::Fault, meter::Meter, peer::group, settings::Sockets};

/// Counts of what is open.
pub(crate) struct Caps {
    per_actor: usize,
    per_address: usize,
    meter: Arc<dyn Meter>,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    connections: usize,
    by_key: HashMap<String, usize>,
}

impl Caps {
    pub(crate) fn new(settings: &Sockets, meter: Arc<dyn Meter>) -> Arc<Self> {
        let (per_actor, per_address) = (settings.per_actor, settings.per_address);
        Arc::new(Self { per_actor, per_address, meter, open: Mutex::default() })
    }

    /// Counts a new connection from an address.
    pub(crate) fn connect(self: &Arc<Self>, peer: IpAddr) -> Result<Connection, Fault> {
        let place = self.take(format!("connection:{}", group(peer)), self.per_address)?;
        let connections = {
            let mut open = self.lock();
            open.connections += 1;
            open.connections
        };
        self.meter.connections(connections);
        Ok(Connection { place, actor: None })
    }

    fn take(self: &Arc<Self>, key: String, most: usize) -> Result<Place, Fault> {
        let mut open = self.lock();
        let count = open.by_key.get(&key).copied().unwrap_or_default();
        if count >= most {
            return Err(Fault::new(Code::TooManyConnections));
        }
        open.by_key.insert(key.clone(), count + 1);
        Ok(Place { caps: self.clone(), key })
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        // Counts stay right whatever panicked: each change is one step.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An open socket or stream, counted until it is dropped.
pub(crate) struct Connection {
    place: Place,
    actor: Option<Place>,
}

impl Connection {
    /// Counts it for an actor too, once it is known who that is. An anonymous caller's key is the
    /// address.
    pub(crate) fn belongs_to(&mut self, key: &str) -> Result<(), Fault> {
        let caps = &self.place.caps;
        self.actor = Some(caps.take(key.to_owned(), caps.per_actor)?);
        Ok(())
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let caps = &self.place.caps;
        let connections = {
            let mut open = caps.lock();
            open.connections -= 1;
            open.connections
        };
        caps.meter.connections(connections);
    }
}

/// One count under one key, given back when dropped.
struct Place {
    caps: Arc<Caps>,
    key: String,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.caps.lock();
        match open.by_key.get_mut(&self.key) {
            Some(count) if *count > 1 => *count -= 1,
            _ => {
                open.by_key.remove(&self.key);
            }
        }
    }
}
