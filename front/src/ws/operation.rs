//! One operation on a socket.

use std::{pin::pin, sync::Arc};

use async_graphql::Data;
use futures_util::StreamExt;
use tokio::sync::mpsc;

use super::message::Outgoing;
use crate::{
    caller::Caller,
    desk::Desk,
    meter::{Kind, Transport},
    params::Params,
    prepare::prepare,
    reply::Reply,
    run::{self, Origin},
};

/// What an operation hands to its socket: the text of a message.
pub(super) struct Report {
    pub(super) id: Arc<str>,
    /// Tells operations apart that have had the same id one after the other.
    pub(super) ticket: u64,
    /// None if it ends without a word, as a subscription does when the server stops: the client
    /// then knows that it was not complete, and comes back.
    pub(super) text: Option<String>,
    /// Whether it is the last word of the operation.
    pub(super) last: bool,
}

/// One operation on its way; `go` is its whole life.
pub(super) struct Operation {
    pub(super) desk: Arc<Desk>,
    pub(super) origin: Origin,
    pub(super) id: Arc<str>,
    pub(super) ticket: u64,
    /// Bounded: when the reader is slow, the operation waits here and makes no more results.
    pub(super) out: mpsc::Sender<Report>,
}

impl Operation {
    pub(super) async fn go(self, params: Params) {
        let caller = Caller { visitor: &self.origin.visitor, guest: &self.origin.guest };
        // Boxed, like the run of a query below: a subscription lives long, and should not keep room
        // for what is over.
        match Box::pin(prepare(&self.desk, params, caller, Data::default())).await {
            Err(faults) => {
                let reply = Reply::Refused(faults);
                self.desk.meter.refused(Transport::WebSocket, reply.code());
                self.refuse(&reply).await;
            }
            Ok(order) if order.kind == Kind::Subscription => {
                let shutdown = self.desk.shutdown.clone();
                let results = run::stream(&self.desk, order, self.origin.clone());
                let mut results = pin!(results.take_until(shutdown.cancelled()));
                while let Some(result) = results.next().await {
                    if !self.tell(result.into()).await {
                        return;
                    }
                }
                if shutdown.is_cancelled() {
                    self.send(None, true).await;
                } else {
                    self.complete().await;
                }
            }
            Ok(order) => {
                let result = Box::pin(run::once(&self.desk, order, self.origin.clone())).await;
                if self.tell(result.into()).await {
                    self.complete().await;
                }
            }
        }
    }

    /// Sends a result; false if it was the last, because nothing can follow an `error`.
    async fn tell(&self, reply: Reply) -> bool {
        if reply.is_refusal() {
            self.refuse(&reply).await;
            return false;
        }
        let teller = self.origin.visitor.teller();
        let payload = Some(reply.told(&teller));
        let message = Outgoing { id: Some(&self.id), kind: "next", payload };
        self.send(Some(message.text()), false).await
    }

    async fn refuse(&self, reply: &Reply) {
        let teller = self.origin.visitor.teller();
        let payload = Some(reply.errors(&teller));
        let message = Outgoing { id: Some(&self.id), kind: "error", payload };
        self.send(Some(message.text()), true).await;
    }

    async fn complete(&self) {
        let message = Outgoing::<()> { id: Some(&self.id), kind: "complete", payload: None };
        self.send(Some(message.text()), true).await;
    }

    /// False if the socket is gone.
    async fn send(&self, text: Option<String>, last: bool) -> bool {
        let report = Report { id: self.id.clone(), ticket: self.ticket, text, last };
        self.out.send(report).await.is_ok()
    }
}
