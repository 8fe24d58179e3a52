//! The messages of `graphql-transport-ws`.

use async_graphql::{Name, Value, indexmap::IndexMap};
use serde::Serialize;

use super::close::Close;
use crate::{caller::bearer, json, params::Params};

type Object = IndexMap<Name, Value>;

/// What a client may say.
#[derive(Debug)]
pub(super) enum Incoming {
    Init(Object),
    Ping(Option<Value>),
    Pong,
    Subscribe { id: String, params: Box<Params> },
    Complete { id: String },
}

impl Incoming {
    /// Reads a message. Whatever is not allowed ends the socket with 4400.
    pub(super) fn read(text: &str) -> Result<Self, Close> {
        let value = json::read(text.as_bytes()).map_err(|error| Close::bad_message(&error))?;
        let Value::Object(mut message) = value else {
            return Err(Close::bad_message("not a map"));
        };
        let Some(Value::String(kind)) = message.get("type").cloned() else {
            return Err(Close::bad_message("no type"));
        };
        match kind.as_str() {
            "connection_init" => Ok(Self::Init(payload(&mut message)?.unwrap_or_default())),
            "ping" => Ok(Self::Ping(payload(&mut message)?.map(Value::Object))),
            "pong" => payload(&mut message).map(|_| Self::Pong),
            "complete" => Ok(Self::Complete { id: id(&mut message)? }),
            "subscribe" => {
                let id = id(&mut message)?;
                let payload = payload(&mut message)?.ok_or(Close::bad_message("no payload"))?;
                let params = Params::from_value(Value::Object(payload))
                    .map_err(|fault| Close::bad_message(&fault.text))?;
                Ok(Self::Subscribe { id, params: Box::new(params) })
            }
            _ => Err(Close::bad_message("unknown type")),
        }
    }
}

fn id(message: &mut Object) -> Result<String, Close> {
    match message.swap_remove("id") {
        Some(Value::String(id)) if !id.is_empty() => Ok(id),
        _ => Err(Close::bad_message("no id")),
    }
}

fn payload(message: &mut Object) -> Result<Option<Object>, Close> {
    match message.swap_remove("payload") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(payload)) => Ok(Some(payload)),
        Some(_) => Err(Close::bad_message("payload is not a map")),
    }
}

/// What the payload of `connection_init` tells of the caller.
#[derive(Debug, Default)]
pub(super) struct Init {
    pub(super) bearer: Option<String>,
    pub(super) accept_language: Option<String>,
    pub(super) client_name: Option<String>,
    pub(super) client_version: Option<String>,
}

impl Init {
    /// Reads the payload; the token may be called `authorization`, `Authorization` or `token`.
    pub(super) fn of(payload: &Object) -> Result<Self, Close> {
        let text = |names: &[&str]| match names.iter().find_map(|name| payload.get(*name)) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(Close::bad_message("a member of the payload is not a text")),
        };
        let token = text(&["authorization", "Authorization", "token"])?;
        Ok(Self {
            bearer: token.as_deref().and_then(bearer),
            accept_language: text(&["acceptLanguage", "Accept-Language", "accept-language"])?,
            client_name: text(&["apollographql-client-name", "clientName"])?,
            client_version: text(&["apollographql-client-version", "clientVersion"])?,
        })
    }
}

/// What we say. `P` is written as JSON.
#[derive(Serialize)]
pub(super) struct Outgoing<'a, P: Serialize> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<&'a str>,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) payload: Option<P>,
}

impl<P: Serialize> Outgoing<'_, P> {
    /// The text of the message; a payload that cannot be written (there is none such) leaves an
    /// empty one.
    pub(super) fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Incoming;

    #[test]
    fn whatever_breaks_the_rules_ends_the_socket_with_4400() {
        for bad in [
            "",
            "[]",
            "{}",
            "null",
            r#"{"type":1}"#,
            r#"{"type":"start","id":"1","payload":{"query":"{a}"}}"#,
            r#"{"type":"next","id":"1","payload":{}}"#,
            r#"{"type":"connection_ack"}"#,
            r#"{"type":"connection_init","payload":1}"#,
            r#"{"type":"ping","payload":"x"}"#,
            r#"{"type":"complete"}"#,
            r#"{"type":"complete","id":1}"#,
            r#"{"type":"subscribe","payload":{"query":"{a}"}}"#,
            r#"{"type":"subscribe","id":"","payload":{"query":"{a}"}}"#,
            r#"{"type":"subscribe","id":"1"}"#,
            r#"{"type":"subscribe","id":"1","payload":{}}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":1}}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":"{a}","variables":[]}}"#,
            r#"{"type":"subscribe","id":"1","id":"2","payload":{"query":"{a}"}}"#,
        ] {
            let close = Incoming::read(bad).err();
            assert_eq!(close.map(|close| close.code), Some(4400), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn nothing_that_is_said_makes_it_panic(text in "[\\[\\]{}\":,a-z0-9\\\\ ]{0,200}") {
            let _read = Incoming::read(&text);
        }
    }

    #[test]
    fn nulls_are_allowed_where_the_protocol_allows_them() {
        let text = r#"{"type":"subscribe","id":"1","payload":{"query":"{a}","operationName":null,"variables":null,"extensions":null}}"#;
        assert!(matches!(Incoming::read(text), Ok(Incoming::Subscribe { .. })));
        assert!(matches!(
            Incoming::read(r#"{"type":"ping","payload":null}"#),
            Ok(Incoming::Ping(None))
        ));
    }
}
