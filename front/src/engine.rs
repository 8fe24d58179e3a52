//! The engine without its type: everything behind the door is compiled once, not once for each
//! schema.

use std::sync::Arc;

use async_graphql::{Data, Executor, Request, Response};
use futures_util::{
    StreamExt,
    future::BoxFuture,
    stream::{self, BoxStream},
};

/// An [`Executor`] that can be a trait object.
pub(crate) trait Engine: Send + Sync + 'static {
    /// Runs a query or a mutation. `shared` is the data of a socket's entry.
    fn once(&self, request: Request, shared: Option<Arc<Data>>) -> BoxFuture<'static, Response>;

    /// Runs a subscription.
    fn stream(&self, request: Request, shared: Option<Arc<Data>>) -> BoxStream<'static, Response>;
}

impl<E: Executor> Engine for E {
    fn once(&self, request: Request, shared: Option<Arc<Data>>) -> BoxFuture<'static, Response> {
        let engine = self.clone();
        Box::pin(async move {
            if shared.is_none() {
                return engine.execute(request).await;
            }
            // The engine takes data that outlives the operation only by this door; a query gives
            // one item.
            let mut results = engine.execute_stream(request, shared);
            results.next().await.unwrap_or_default()
        })
    }

    fn stream(&self, request: Request, shared: Option<Arc<Data>>) -> BoxStream<'static, Response> {
        let engine = self.clone();
        // The engine's stream is made lazily, inside of the task that may panic.
        stream::once(async move { engine.execute_stream(request, shared) }).flatten().boxed()
    }
}
