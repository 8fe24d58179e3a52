//! Serving: the listener, the jobs, the fan-out, and an orderly end.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::Router;
use guanjia_front::{Documents, Door, Meter};
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    adapters::{budget::SharedBudget, shelf::Shelf},
    api::{
        answers::Remembered,
        gate::Doorkeeper,
        refusal::{RequestIds, with_request_id},
        routes, schema,
    },
    app::App,
    attachments,
    config::Settings,
    imports,
    kernel::Failure,
    worker,
};

/// How long sockets and jobs may take to end.
const FAREWELL: Duration = Duration::from_secs(15);

/// The operations that the phone has registered.
const CONTRACT: &str = include_str!("../../mobile-contract/persisted-operations.json");

/// A server that listens.
pub struct Server {
    app: Arc<App>,
    listener: TcpListener,
    metrics: Option<TcpListener>,
    shutdown: CancellationToken,
    tasks: TaskTracker,
}

impl Server {
    /// Binds the address of the settings; port 0 takes a free one.
    pub async fn bind(app: Arc<App>, shutdown: CancellationToken) -> Result<Self, Failure> {
        let listener = bind(app.settings.listen).await?;
        let metrics = match app.settings.metrics_address()? {
            Some(address) => Some(bind(address).await?),
            None => None,
        };
        Ok(Self { app, listener, metrics, shutdown, tasks: TaskTracker::new() })
    }

    /// Where metrics are read, if they are.
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics.as_ref().and_then(|listener| listener.local_addr().ok())
    }

    /// Where it listens.
    pub fn address(&self) -> Result<SocketAddr, Failure> {
        self.listener.local_addr().map_err(|e| Failure::broken("listen", e))
    }

    /// Serves until shutdown: then nobody new is let in, what runs is finished, sockets are told to come back.
    pub async fn run(self) -> Result<(), Failure> {
        let router = self.router()?;
        let Self { app, listener, metrics, shutdown, tasks } = self;
        tasks.spawn(worker::run(Arc::clone(&app), shutdown.clone()));
        tasks.spawn(imports::jobs::run(Arc::clone(&app), shutdown.clone()));
        tasks.spawn(attachments::jobs::run(Arc::clone(&app), shutdown.clone()));
        tasks.spawn(hear_replicas(Arc::clone(&app), shutdown.clone()));
        tasks.spawn(watch_sessions(Arc::clone(&app), shutdown.clone()));
        if let Some(listener) = metrics {
            tasks.spawn(guanjia_front::serve(
                listener,
                routes::metrics(Arc::clone(&app)),
                app.settings.listening,
                shutdown.clone(),
            ));
        }
        guanjia_front::serve(listener, router, app.settings.listening, shutdown).await;
        tasks.close();
        let _ = tokio::time::timeout(FAREWELL, tasks.wait()).await;
        Ok(())
    }

    fn router(&self) -> Result<Router, Failure> {
        let documents =
            Documents::from_manifest(CONTRACT).map_err(|e| Failure::broken("manifest", e))?;
        let door = Door::new(
            schema::build(Arc::clone(&self.app)),
            Arc::new(Doorkeeper { app: Arc::clone(&self.app) }),
        )
        .settings(self.app.settings.front.clone())
        .shutdown(self.shutdown.clone())
        .tasks(self.tasks.clone())
        .ids(Arc::new(RequestIds))
        .meter(Arc::clone(&self.app.metrics) as Arc<dyn Meter>)
        .documents(documents)
        .sdl(schema::sdl());
        let door = match shared_budget(&self.app.settings)? {
            Some(budget) => door.budget(Arc::new(budget)),
            None => door,
        };
        let shelf = shelf(&self.app.settings)?;
        let door = door.answers(Arc::new(Remembered::new(Arc::clone(&self.app), shelf)));
        let graphql = door.router().map_err(|e| Failure::broken("schema", e))?;
        let files = attachments::http::router(Arc::clone(&self.app))
            .merge(imports::http::router(Arc::clone(&self.app)));
        Ok(routes::router(Arc::clone(&self.app), self.shutdown.clone())
            .merge(files.layer(axum::middleware::from_fn(with_request_id)))
            .merge(graphql))
    }
}

/// Counted in Redis when there is one; otherwise the front counts in this process.
fn shared_budget(settings: &Settings) -> Result<Option<SharedBudget>, Failure> {
    if settings.redis_url.is_empty() {
        return Ok(None);
    }
    let per_minute = settings.front.limits.cost_per_minute;
    let budget = SharedBudget::open(&settings.redis_url, &settings.redis_prefix, per_minute);
    budget.map(Some).map_err(|e| Failure::broken("redis_url", e))
}

/// Answers shared with the other replicas, if there is a Redis between them.
fn shelf(settings: &Settings) -> Result<Option<Shelf>, Failure> {
    if settings.redis_url.is_empty() {
        return Ok(None);
    }
    let shelf = Shelf::open(&settings.redis_url, &settings.redis_prefix);
    shelf.map(Some).map_err(|e| Failure::broken("redis_url", e))
}

async fn bind(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address)
        .await
        .map_err(|e| Failure::broken(&format!("listen on {address}"), e))
}

/// Hears what other replicas wrote, if there is a Redis between them.
async fn hear_replicas(app: Arc<App>, shutdown: CancellationToken) {
    if let Some(fanout) = &app.fanout {
        let heard = |message: &str| {
            app.hub.heard(message);
            app.sessions.heard(message);
            app.versions.heard(message);
        };
        let connected = || {
            app.hub.wake_all_here();
            app.versions.forget();
            app.sessions.comers.forget();
        };
        fanout.listen(shutdown, connected, heard).await;
    }
}

/// Looks every few seconds whether sessions with open sockets are over, for words of other replicas that were lost.
async fn watch_sessions(app: Arc<App>, shutdown: CancellationToken) {
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(app.settings.session_poll()) => {}
        }
        if let Err(failure) = app.sessions.look(&app.kernel).await {
            tracing::warn!(%failure, "ended sessions are looked for again later");
        }
    }
}
