//! The program, put together: once for serving, the same for the tests.

use std::{path::Path, sync::Arc};

use crate::{
    adapters::{
        fanout::Fanout,
        metrics::Metrics,
        tries::Tries,
        vault::{self, Vault},
    },
    cases,
    config::Settings,
    contacts,
    kernel::{
        Failure, Kernel,
        clock::{Clock, FileClock, SystemClock},
        database::Database,
        events::Handlers,
    },
    ledger, lookup, owners,
    people::{Passwords, Sessions, Throttle},
    privacy, promises,
    reminders::{self, Hub},
    sightings,
    worklist::{self, Lists, Versions},
};

/// Everything that serving needs.
pub struct App {
    /// What can be set.
    pub settings: Settings,
    /// Database, clocks, unit of work.
    pub kernel: Arc<Kernel>,
    /// Password hashing.
    pub passwords: Passwords,
    /// Sessions in use.
    pub sessions: Sessions,
    /// How often somebody failed to sign in.
    pub throttle: Throttle,
    /// Wake-ups for reminders.
    pub hub: Hub,
    /// Which versions of worklists hold.
    pub versions: Versions,
    /// Worklists that were read.
    pub lists: Lists,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// The bytes of attachments.
    pub vault: Arc<dyn Vault>,
    /// Messages between replicas, if there is a Redis.
    pub fanout: Option<Fanout>,
}

impl App {
    /// Connects, migrates or checks the schema, and puts the parts together.
    pub async fn init(settings: Settings) -> Result<Self, Failure> {
        let database = Database::connect(&settings.database()).await?;
        database.migrate().await?;
        let clock = clock(&settings)?;
        let fanout = fanout(&settings)?;
        let versions = Versions::new(fanout.clone());
        let hub = Hub::with_fanout(fanout.clone());
        let keys = settings.identity_keys.clone();
        let mut handlers = handlers(versions.clone(), hub.clone());
        handlers.on_with(keys.clone(), privacy::handlers::identity_numbers_brought);
        Ok(Self {
            kernel: Arc::new(Kernel::new(database, clock, handlers).with_keys(keys)),
            passwords: Passwords::init().await?,
            sessions: Sessions::new(fanout.clone()),
            throttle: Throttle::new(&settings.sign_in, tries(&settings)?),
            hub,
            lists: Lists::new(settings.worklist_cache_bytes),
            versions,
            metrics: Arc::new(Metrics::new()),
            vault: vault::open(&settings.attachments)
                .map_err(|e| Failure::broken("attachments.store", e))?,
            fanout,
            settings,
        })
    }
}

/// Who hears what, inside the transaction. The order within one event is the order of work: a case opens before a promise
/// on it is judged; versions move last.
pub fn handlers(versions: Versions, hub: Hub) -> Handlers {
    let mut handlers = Handlers::default();
    handlers.on(cases::handlers::ledger_acted);
    handlers.on(cases::handlers::ledger_changed);
    handlers.on(promises::handlers::ledger_changed);
    handlers.on(promises::handlers::watermark_set);
    handlers.on(lookup::handlers::registry_changed);
    handlers.on(promises::handlers::import_taken_back);
    handlers.on(contacts::handlers::import_taken_back);
    handlers.on(owners::handlers::person_changed);
    handlers.on(owners::handlers::community_renamed);
    handlers.on(ledger::handlers::account_withdrawn);
    handlers.on(cases::handlers::account_withdrawn);
    handlers.on(promises::handlers::account_withdrawn);
    handlers.on(contacts::handlers::account_withdrawn);
    handlers.on(sightings::handlers::switched_off);
    handlers.on_with(versions.clone(), worklist::handlers::portfolios_changed);
    handlers.on_with(hub, reminders::handlers::acknowledged);
    handlers.on_with(versions, worklist::handlers::accounts_changed);
    handlers
}

fn clock(settings: &Settings) -> Result<Arc<dyn Clock>, Failure> {
    if settings.clock_file == Path::new("") {
        return Ok(Arc::new(SystemClock));
    }
    let clock =
        FileClock::try_new(&settings.clock_file).map_err(|e| Failure::broken("clock_file", e))?;
    Ok(Arc::new(clock))
}

fn fanout(settings: &Settings) -> Result<Option<Fanout>, Failure> {
    if settings.redis_url.is_empty() {
        return Ok(None);
    }
    Fanout::open(&settings.redis_url, &settings.redis_prefix)
        .map(Some)
        .map_err(|e| Failure::broken("redis_url", e))
}

/// Counted in Redis when there is one; otherwise in this process.
fn tries(settings: &Settings) -> Result<Tries, Failure> {
    let window = settings.sign_in.window();
    if settings.redis_url.is_empty() {
        return Ok(Tries::alone(window));
    }
    Tries::shared(&settings.redis_url, &settings.redis_prefix, window)
        .map_err(|e| Failure::broken("redis_url", e))
}
