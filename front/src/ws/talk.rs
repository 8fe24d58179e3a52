//! What a socket answers to what it hears.

use std::sync::Arc;

use async_graphql::{Name, Value, indexmap::IndexMap};
use axum::{
    Error,
    extract::ws::{Message, WebSocket},
};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite;
use tokio_util::task::AbortOnDropHandle;

use super::{
    close::Close,
    message::{Incoming, Init, Outgoing},
    operation::Operation,
    session::{Admitted, End, Running, Session},
};
use crate::{
    caller::Guest, errors::Code, fault::Fault, gate::Entry, meter::Transport, params::Params,
    reply::Reply, run::Origin, trace::RequestId,
};

impl Session {
    /// Answers a frame.
    pub(super) async fn hear(
        &mut self,
        message: Option<Result<Message, Error>>,
        socket: &mut WebSocket,
    ) -> Result<(), End> {
        (self.heard, self.pinged) = (Instant::now(), false);
        match message {
            // The library answers a close frame and a ping by itself, and ends with None.
            Some(Ok(Message::Close(_) | Message::Ping(_) | Message::Pong(_))) => Ok(()),
            Some(Ok(Message::Text(text))) => self.answer(Incoming::read(&text)?, socket).await,
            Some(Ok(Message::Binary(_))) => Err(Close::bad_message("not a text").into()),
            Some(Err(error)) if is_too_big(&error) => Err(Close::too_big().into()),
            Some(Err(_)) | None => Err(End::Gone),
        }
    }

    async fn answer(&mut self, message: Incoming, socket: &mut WebSocket) -> Result<(), End> {
        match message {
            // Boxed: it happens once, and a socket should not keep room for it all its life.
            Incoming::Init(payload) => Box::pin(self.init(&payload, socket)).await,
            Incoming::Ping(payload) => self.say("pong", payload, socket).await,
            Incoming::Pong => Ok(()),
            Incoming::Subscribe { id, params } => self.subscribe(id, *params, socket).await,
            Incoming::Complete { id } => {
                self.operations.remove(id.as_str());
                Ok(())
            }
        }
    }

    async fn say(
        &self,
        kind: &'static str,
        payload: Option<Value>,
        socket: &mut WebSocket,
    ) -> Result<(), End> {
        let message = Outgoing { id: None, kind, payload };
        self.send(Message::text(message.text()), socket).await
    }

    /// Lets the caller in, or not.
    async fn init(
        &mut self,
        payload: &IndexMap<Name, Value>,
        socket: &mut WebSocket,
    ) -> Result<(), End> {
        if self.admitted.is_some() {
            return Err(Close::too_many_inits().into());
        }
        self.introduce(Init::of(payload)?);
        let entry = self.desk.enter(&self.visitor).await;
        let entry = entry.map_err(|refusal| Close::new(refusal.close, refusal.code))?;
        self.admit(entry)?;
        self.say("connection_ack", None, socket).await
    }

    /// Believes what `connection_init` says rather than what the headers of the upgrade said.
    fn introduce(&mut self, init: Init) {
        let visitor = &mut self.visitor;
        if init.accept_language.is_some() {
            visitor.language = self.desk.language(init.accept_language.as_deref());
            visitor.accept_language = init.accept_language;
        }
        visitor.bearer = init.bearer.or(visitor.bearer.take());
        visitor.client.name = init.client_name.or(visitor.client.name.take());
        visitor.client.version = init.client_version.or(visitor.client.version.take());
    }

    fn admit(&mut self, entry: Entry) -> Result<(), Close> {
        let guest = Guest::of(&entry, self.visitor.peer);
        if self.connection.belongs_to(&guest.key).is_err() {
            return Err(Close::new(1013, Code::TooManyConnections.as_str()));
        }
        self.admitted = Some(Admitted {
            data: Arc::new(entry.data),
            guest,
            expires: entry.expires_in.map(|good| Instant::now() + good),
            revoked: entry.revoked,
        });
        Ok(())
    }

    async fn subscribe(
        &mut self,
        id: String,
        params: Params,
        socket: &mut WebSocket,
    ) -> Result<(), End> {
        let Some(admitted) = &self.admitted else { return Err(Close::not_admitted().into()) };
        if self.operations.contains_key(id.as_str()) {
            return Err(Close::subscriber_exists(&id).into());
        }
        if self.drain.is_some() {
            // Not begun and not answered: the client takes it to the next process when this socket
            // closes.
            return Ok(());
        }
        let origin = self.origin(admitted);
        if self.operations.len() >= self.desk.settings.sockets.operations {
            let reply = Reply::from(Fault::new(Code::TooManyConnections));
            let teller = origin.visitor.teller();
            let payload = Some(reply.errors(&teller));
            let message = Outgoing { id: Some(&id), kind: "error", payload };
            return self.send(Message::text(message.text()), socket).await;
        }
        self.start(id.into(), params, origin);
        Ok(())
    }

    fn origin(&self, admitted: &Admitted) -> Origin {
        let mut visitor = self.visitor.clone();
        visitor.request_id = RequestId(format!("{}.{}", visitor.request_id.0, self.tickets));
        let (visitor, shared) = (Arc::new(visitor), Some(admitted.data.clone()));
        Origin { visitor, guest: admitted.guest.clone(), transport: Transport::WebSocket, shared }
    }

    fn start(&mut self, id: Arc<str>, params: Params, origin: Origin) {
        let ticket = self.tickets;
        self.tickets += 1;
        let (desk, out) = (self.desk.clone(), self.out.clone());
        let operation = Operation { desk, origin, id: id.clone(), ticket, out };
        let task = self.desk.tasks.spawn(operation.go(params));
        self.operations.insert(id, Running { ticket, _task: AbortOnDropHandle::new(task) });
    }
}

fn is_too_big(error: &Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(tungstenite::Error::Capacity(_)) = error.downcast_ref() {
            return true;
        }
        cause = error.source();
    }
    false
}
