//! One socket, from its first message to its close.

use std::{collections::HashMap, sync::Arc};

use async_graphql::Data;
use axum::{
    Error,
    body::Bytes,
    extract::ws::{Message, WebSocket},
};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until, timeout},
};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

use super::{
    close::{self, Close},
    operation::Report,
};
use crate::{
    caller::{Guest, Visitor},
    caps::Connection,
    desk::Desk,
    settings::ms,
};

/// Why a socket ends.
pub(super) enum End {
    /// We say goodbye.
    Close(Close),
    /// There is nobody to say it to.
    Gone,
}

impl From<Close> for End {
    fn from(close: Close) -> Self {
        Self::Close(close)
    }
}

/// What wakes a socket.
enum Event {
    Heard(Option<Result<Message, Error>>),
    Report(Report),
    Alarm(Alarm),
    Stop,
    Revoked,
}

/// What a socket waits for besides messages.
#[derive(Clone, Copy, PartialEq)]
enum Alarm {
    Init,
    Ping,
    Expiry,
    Drain,
}

/// Somebody was let in.
pub(super) struct Admitted {
    pub(super) data: Arc<Data>,
    pub(super) guest: Guest,
    pub(super) expires: Option<Instant>,
    pub(super) revoked: CancellationToken,
}

/// An operation that is running; dropping it stops all but a mutation.
pub(super) struct Running {
    pub(super) ticket: u64,
    pub(super) _task: AbortOnDropHandle<()>,
}

/// One socket.
pub(super) struct Session {
    pub(super) desk: Arc<Desk>,
    pub(super) visitor: Visitor,
    pub(super) connection: Connection,
    pub(super) admitted: Option<Admitted>,
    pub(super) operations: HashMap<Arc<str>, Running>,
    pub(super) tickets: u64,
    pub(super) out: mpsc::Sender<Report>,
    reports: mpsc::Receiver<Report>,
    opened: Instant,
    pub(super) heard: Instant,
    pub(super) pinged: bool,
    /// When the server was told to stop: until then running operations may end.
    pub(super) drain: Option<Instant>,
}

impl Session {
    pub(super) fn new(desk: Arc<Desk>, visitor: Visitor, connection: Connection) -> Self {
        let (out, reports) = mpsc::channel(desk.settings.sockets.queue.max(1));
        let now = Instant::now();
        Self {
            desk,
            visitor,
            connection,
            admitted: None,
            operations: HashMap::new(),
            tickets: 0,
            out,
            reports,
            opened: now,
            heard: now,
            pinged: false,
            drain: None,
        }
    }

    /// Serves a socket to its end.
    pub(super) async fn serve(mut self, mut socket: WebSocket) {
        let end = loop {
            let event = self.next(&mut socket).await;
            if let Err(end) = self.handle(event, &mut socket).await {
                break end;
            }
        };
        // Whatever runs is stopped before the goodbye, which may take its time.
        drop(self);
        if let End::Close(close) = end {
            Box::pin(close::say(socket, close)).await;
        }
    }

    async fn next(&mut self, socket: &mut WebSocket) -> Event {
        let (at, alarm) = self.alarm();
        let revoked = self.admitted.as_ref().map(|admitted| admitted.revoked.clone());
        let revoked = async {
            match revoked {
                Some(revoked) => revoked.cancelled_owned().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            message = socket.recv() => Event::Heard(message),
            Some(report) = self.reports.recv() => Event::Report(report),
            () = sleep_until(at) => Event::Alarm(alarm),
            () = self.desk.shutdown.cancelled(), if self.drain.is_none() => Event::Stop,
            () = revoked => Event::Revoked,
        }
    }

    /// The next thing to wait for.
    fn alarm(&self) -> (Instant, Alarm) {
        let settings = &self.desk.settings.sockets;
        let patience = ms(settings.ping_ms) * if self.pinged { 2 } else { 1 };
        let mut next = (self.heard + patience, Alarm::Ping);
        let mut consider = |at: Option<Instant>, alarm| {
            if let Some(at) = at.filter(|at| *at < next.0) {
                next = (at, alarm);
            }
        };
        match &self.admitted {
            None => consider(Some(self.opened + ms(settings.init_ms)), Alarm::Init),
            Some(admitted) => consider(admitted.expires, Alarm::Expiry),
        }
        consider(self.drain, Alarm::Drain);
        next
    }

    async fn handle(&mut self, event: Event, socket: &mut WebSocket) -> Result<(), End> {
        match event {
            Event::Heard(message) => self.hear(message, socket).await,
            Event::Report(report) => self.report(report, socket).await,
            Event::Alarm(Alarm::Init) => Err(Close::init_timeout().into()),
            Event::Alarm(Alarm::Expiry) => Err(Close::expired().into()),
            Event::Alarm(Alarm::Drain) => Err(Close::restart().into()),
            Event::Alarm(Alarm::Ping) if self.pinged => Err(End::Gone),
            Event::Alarm(Alarm::Ping) => {
                self.pinged = true;
                self.send(Message::Ping(Bytes::new()), socket).await
            }
            Event::Revoked => Err(Close::revoked().into()),
            Event::Stop => {
                // Subscriptions end by themselves when the server stops.
                self.drain = Some(Instant::now() + ms(self.desk.settings.sockets.drain_ms));
                self.unless_drained()
            }
        }
    }

    /// Ends the socket if the server is stopping and nothing runs any more.
    fn unless_drained(&self) -> Result<(), End> {
        match self.drain {
            Some(_) if self.operations.is_empty() => Err(Close::restart().into()),
            _ => Ok(()),
        }
    }

    /// Passes on what an operation has to say, unless the client has completed it.
    async fn report(&mut self, report: Report, socket: &mut WebSocket) -> Result<(), End> {
        let current = self.operations.get(&report.id).is_some_and(|op| op.ticket == report.ticket);
        if !current {
            return Ok(());
        }
        if report.last {
            self.operations.remove(&report.id);
        }
        if let Some(text) = report.text {
            self.send(Message::text(text), socket).await?;
        }
        self.unless_drained()
    }

    /// Sends a message. A reader who does not take it in time is too slow and is cut off: there is
    /// no way to tell them.
    pub(super) async fn send(&self, message: Message, socket: &mut WebSocket) -> Result<(), End> {
        let patience = ms(self.desk.settings.sockets.write_ms);
        match timeout(patience, socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(End::Gone),
        }
    }
}
