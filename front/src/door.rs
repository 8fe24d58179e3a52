//! How the program puts the front together.

use std::sync::Arc;

use async_graphql::Executor;
use axum::Router;
use tokio::sync::watch;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    answers::Answers,
    budget::{Budget, InProcess},
    caps::Caps,
    desk::Desk,
    engine::Engine,
    gate::Gate,
    http,
    ids::{Counted, Ids},
    meter::{Meter, Silent},
    persisted::Documents,
    prepare::seen,
    settings::{Persisted, Settings},
    validate::{BadSchema, Rules},
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
    budget: Option<Arc<dyn Budget>>,
    answers: Option<Arc<dyn Answers>>,
    sdl: Option<String>,
    documents: Documents,
    switches: Option<watch::Receiver<Persisted>>,
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
            budget: None,
            answers: None,
            sdl: None,
            documents: Documents::default(),
            switches: None,
        }
    }

    /// Sets the limits and switches.
    #[must_use]
    pub fn settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    /// Sets what is cancelled when the server stops: sockets then finish what runs and are closed
    /// with 1012.
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

    /// Sets who keeps account of cost. The default counts in this process, by
    /// `limits.cost_per_minute`.
    #[must_use]
    pub fn budget(mut self, budget: Arc<dyn Budget>) -> Self {
        self.budget = Some(budget);
        self
    }

    /// Sets who remembers whole answers of registered queries. By default nobody does.
    #[must_use]
    pub fn answers(mut self, answers: Arc<dyn Answers>) -> Self {
        self.answers = Some(answers);
        self
    }

    /// Tells the schema in its definition language, so that documents are validated in front of the
    /// engine, lists are known as such, and variables are checked before anything runs.
    #[must_use]
    pub fn sdl(mut self, sdl: String) -> Self {
        self.sdl = Some(sdl);
        self
    }

    /// Sets the registered operations.
    #[must_use]
    pub fn documents(mut self, documents: Documents) -> Self {
        self.documents = documents;
        self
    }

    /// Sets where the switches of registered operations come from while the server runs, instead of
    /// the settings.
    #[must_use]
    pub fn switches(mut self, switches: watch::Receiver<Persisted>) -> Self {
        self.switches = Some(switches);
        self
    }

    /// The finished door: serves `/graphql` and nothing else.
    ///
    /// # Errors
    /// When the schema definition that was told is not valid.
    pub fn router(self) -> Result<Router, BadSchema> {
        let rules = match &self.sdl {
            Some(sdl) => Rules::with_schema(self.settings.limits.clone(), sdl)?,
            None => Rules::without_schema(self.settings.limits.clone()),
        };
        Ok(self.open(rules))
    }

    /// The finished door, with nothing in it that can fail.
    pub(crate) fn open(self, rules: Rules) -> Router {
        let limits = &self.settings.limits;
        let budget =
            self.budget.unwrap_or_else(|| Arc::new(InProcess::new(limits.cost_per_minute)));
        // Without its sender a channel keeps its last value, which is all that is wanted of the
        // settings.
        let from_settings = || watch::channel(self.settings.persisted.clone()).1;
        let switches = self.switches.unwrap_or_else(from_settings);
        http::router(Arc::new(Desk {
            engine: self.engine,
            gate: self.gate,
            caps: Caps::new(&self.settings.sockets, self.meter.clone()),
            budget,
            rules,
            answers: self.answers,
            documents: self.documents,
            switches,
            seen: seen(limits.cache_bytes),
            unregistered: "other".into(),
            settings: self.settings,
            shutdown: self.shutdown,
            tasks: self.tasks,
            ids: self.ids,
            meter: self.meter,
        }))
    }
}
