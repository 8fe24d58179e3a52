//! Serving: the listener, the jobs, the fan-out, and an orderly end.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::Router;
use guanjia_front::{Door, Ids};
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    api::{gate::Doorkeeper, routes, schema},
    app::App,
    kernel::{Failure, ids},
    worker,
};

/// How long sockets and jobs may take to end.
const FAREWELL: Duration = Duration::from_secs(15);

/// A server that listens.
pub struct Server {
    app: Arc<App>,
    listener: TcpListener,
    shutdown: CancellationToken,
    tasks: TaskTracker,
}

impl Server {
    /// Binds the address of the settings; port 0 takes a free one.
    pub async fn bind(app: Arc<App>, shutdown: CancellationToken) -> Result<Self, Failure> {
        let address = app.settings.listen;
        let listener = TcpListener::bind(address)
            .await
            .map_err(|e| Failure::broken(&format!("listen on {address}"), e))?;
        Ok(Self { app, listener, shutdown, tasks: TaskTracker::new() })
    }

    /// Where it listens.
    pub fn address(&self) -> Result<SocketAddr, Failure> {
        self.listener.local_addr().map_err(|e| Failure::broken("listen", e))
    }

    /// Serves until shutdown: then nobody new is let in, what runs is finished, sockets are told to come back.
    pub async fn run(self) -> Result<(), Failure> {
        let router = self.router()?;
        let Self { app, listener, shutdown, tasks } = self;
        tasks.spawn(worker::run(Arc::clone(&app), shutdown.clone()));
        tasks.spawn(hear_replicas(Arc::clone(&app), shutdown.clone()));
        guanjia_front::serve(listener, router, app.settings.listening, shutdown).await;
        tasks.close();
        let _ = tokio::time::timeout(FAREWELL, tasks.wait()).await;
        Ok(())
    }

    fn router(&self) -> Result<Router, Failure> {
        let door = Door::new(
            schema::build(Arc::clone(&self.app)),
            Arc::new(Doorkeeper { app: Arc::clone(&self.app) }),
        )
        .settings(self.app.settings.front.clone())
        .shutdown(self.shutdown.clone())
        .tasks(self.tasks.clone())
        .ids(Arc::new(RequestIds))
        .sdl(schema::sdl());
        let graphql = door.router().map_err(|e| Failure::broken("schema", e))?;
        Ok(routes::router(Arc::clone(&self.app), self.shutdown.clone()).merge(graphql))
    }
}

struct RequestIds;

impl Ids for RequestIds {
    fn next(&self) -> u128 {
        ids::fresh::<uuid::Uuid>().as_u128()
    }
}

/// Hears what other replicas wrote, if there is a Redis between them.
async fn hear_replicas(app: Arc<App>, shutdown: CancellationToken) {
    if let Some(fanout) = &app.fanout {
        fanout.listen(shutdown, || app.hub.wake_all_here(), |message| app.hub.heard(message)).await;
    }
}
