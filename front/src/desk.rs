//! What all requests share.

use std::sync::Arc;

use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    caps::Caps, engine::Engine, gate::Gate, ids::Ids, language::Language, meter::Meter,
    settings::Settings,
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
}

impl Desk {
    /// The language for a caller who accepts these.
    pub(crate) fn language(&self, accepted: Option<&str>) -> Language {
        Language::from_header(accepted).unwrap_or(self.settings.language)
    }
}
