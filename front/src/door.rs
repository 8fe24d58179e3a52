//! How the program puts the front together.

use std::sync::Arc;

use async_graphql::Executor;
use axum::Router;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    caps::Caps,
    desk::Desk,
    engine::Engine,
    gate::Gate,
    http,
    ids::{Counted, Ids},
    meter::{Meter, Silent},
    settings::Settings,
};

/// The front, being put together.
pub struct Door {
    engine: Arc<dyn Engine>,
    gate: Arc<dyn Gate>,
    settings: Settings,
    shutdown: CancellationToken,
    tasks: TaskTracker,
    ids: Arc<dyn Ids>,
    meter: Arc<dyn Meter>,
}

impl Door {
    /// A door to `schema`, kept by `gate`, with default settings.
    pub fn new<E: Executor>(schema: E, gate: Arc<dyn Gate>) -> Self {
        Self {
            engine: Arc::new(schema),
            gate,
            settings: Settings::default(),
            shutdown: CancellationToken::new(),
            tasks: TaskTracker::new(),
            ids: Arc::new(Counted::default()),
            meter: Arc::new(Silent),
        }
    }

    /// Sets the limits and switches.
    #[must_use]
    pub fn settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    /// Sets what is cancelled when the server stops: sockets then finish what runs and are closed with 1012.
    #[must_use]
    pub fn shutdown(mut self, shutdown: CancellationToken) -> Self {
        self.shutdown = shutdown;
        self
    }

    /// Sets where running operations and sockets are counted; wait for it before the process ends.
    #[must_use]
    pub fn tasks(mut self, tasks: TaskTracker) -> Self {
        self.tasks = tasks;
        self
    }

    /// Sets where ids of requests come from.
    #[must_use]
    pub fn ids(mut self, ids: Arc<dyn Ids>) -> Self {
        self.ids = ids;
        self
    }

    /// Sets who is told of every operation.
    #[must_use]
    pub fn meter(mut self, meter: Arc<dyn Meter>) -> Self {
        self.meter = meter;
        self
    }

    /// The finished door: serves `/graphql` and nothing else.
    pub fn router(self) -> Router {
        http::router(Arc::new(Desk {
            engine: self.engine,
            gate: self.gate,
            caps: Caps::new(&self.settings.sockets, self.meter.clone()),
            settings: self.settings,
            shutdown: self.shutdown,
            tasks: self.tasks,
            ids: self.ids,
            meter: self.meter,
        }))
    }
}
