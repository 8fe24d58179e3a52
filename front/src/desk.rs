//! What all requests share.

use std::sync::Arc;

use tokio::{sync::watch, time::timeout};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    answers::Answers,
    budget::Budget,
    caller::Visitor,
    caps::Caps,
    engine::Engine,
    errors::Code,
    gate::{Entry, Gate, Refusal},
    ids::Ids,
    language::Language,
    meter::Meter,
    persisted::Documents,
    prepare::Seen,
    settings::{Persisted, Settings, ms},
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
    /// Whole answers, if the program remembers any.
    pub(crate) answers: Option<Arc<dyn Answers>>,
    pub(crate) documents: Documents,
    pub(crate) switches: watch::Receiver<Persisted>,
    /// Documents that were found fit.
    pub(crate) seen: Seen,
    /// What operations are called that are not registered.
    pub(crate) unregistered: Arc<str>,
}

impl Desk {
    /// Asks the gate, and not for ever.
    pub(crate) async fn enter(&self, visitor: &Visitor) -> Result<Entry, Refusal> {
        let patience = ms(self.settings.gate_ms);
        timeout(patience, self.gate.enter(visitor.knock())).await.unwrap_or_else(|_| {
            let code = Code::Unavailable;
            Err(Refusal::unavailable(code.as_str(), code.text(visitor.language)))
        })
    }

    /// The language for a caller who accepts these.
    pub(crate) fn language(&self, accepted: Option<&str>) -> Language {
        Language::from_header(accepted).unwrap_or(self.settings.language)
    }
}
