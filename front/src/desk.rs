//! What all requests share.

use std::sync::Arc;

use tokio::sync::watch;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    budget::Budget,
    caps::Caps,
    engine::Engine,
    gate::Gate,
    ids::Ids,
    language::Language,
    meter::Meter,
    persisted::Documents,
    prepare::Seen,
    settings::{Persisted, Settings},
    validate::Rules,
};

/// What all requests share.
pub(crate) struct Desk {
    pub(crate) engine: Arc<dyn Engine>,
    pub(crate) gate: Arc<dyn Gate>,
    pub(crate) settings: Settings,
    pub(crate) shutdown: CancellationToken,
    pub(crate) tasks: TaskTracker,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) meter: Arc<dyn Meter>,
    pub(crate) caps: Arc<Caps>,
    pub(crate) budget: Arc<dyn Budget>,
    pub(crate) rules: Rules,
    pub(crate) documents: Documents,
    pub(crate) switches: watch::Receiver<Persisted>,
    /// Documents that were found fit.
    pub(crate) seen: Seen,
    /// What operations are called that are not registered.
    pub(crate) unregistered: Arc<str>,
}

impl Desk {
    /// The language for a caller who accepts these.
    pub(crate) fn language(&self, accepted: Option<&str>) -> Language {
        Language::from_header(accepted).unwrap_or(self.settings.language)
    }
}
