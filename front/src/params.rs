//! What a GraphQL request says, whether it came in a body, in a query string or in a `subscribe`
//! message.

use async_graphql::{Name, Value, Variables, indexmap::IndexMap};

use crate::{errors::Code, fault::Fault, json};

type Object = IndexMap<Name, Value>;

/// The parameters of one request.
#[derive(Debug, Default)]
pub(crate) struct Params {
    /// Text of the document.
    pub(crate) query: Option<String>,
    /// Id of a registered document.
    pub(crate) document_id: Option<String>,
    pub(crate) operation_name: Option<String>,
    pub(crate) variables: Variables,
    pub(crate) extensions: Object,
    /// Whether it came by a method that must not change anything.
    pub(crate) read_only: bool,
}

impl Params {
    /// Reads a JSON body.
    pub(crate) fn from_body(body: &[u8]) -> Result<Self, Fault> {
        let value = json::read(body).map_err(|error| Fault::because(Code::BadRequest, error))?;
        Self::from_value(value)
    }

    /// Reads the payload of a `subscribe` message or a whole body.
    pub(crate) fn from_value(value: Value) -> Result<Self, Fault> {
        let mut members = match value {
            Value::Object(members) => members,
            Value::List(_) => return Err(bad("batches are not served; send one operation")),
            _ => return Err(bad("the request must be a map")),
        };
        let params = Self {
            query: text(&mut members, "query")?,
            document_id: text(&mut members, "documentId")?,
            operation_name: text(&mut members, "operationName")?,
            variables: Variables::from_value(Value::Object(map(&mut members, "variables")?)),
            extensions: map(&mut members, "extensions")?,
            read_only: false,
        };
        params.checked()
    }

    /// Reads the query string of a GET request; variables and extensions are JSON in it.
    pub(crate) fn from_query(query: &str) -> Result<Self, Fault> {
        let mut members = Object::new();
        for (key, value) in form_urlencoded::parse(query.as_bytes()) {
            let value = match key.as_ref() {
                "query" | "documentId" | "operationName" => Value::String(value.into_owned()),
                "variables" | "extensions" if value.is_empty() => Value::Null,
                "variables" | "extensions" => json::read(value.as_bytes())
                    .map_err(|error| Fault::because(Code::BadRequest, error))?,
                _ => continue,
            };
            if members.insert(Name::new(&key), value).is_some() {
                return Err(bad(format!("{key} occurs twice")));
            }
        }
        Ok(Self { read_only: true, ..Self::from_value(Value::Object(members))? })
    }

    fn checked(self) -> Result<Self, Fault> {
        let text = self.query.as_ref().is_some_and(|query| !query.is_empty());
        match (text, &self.document_id, self.persisted_hash()) {
            (true, Some(_), _) => Err(bad("query and documentId exclude each other")),
            (false, None, None) => Err(bad("query is missing")),
            _ => Ok(self),
        }
    }

    /// The hash of Apollo's persisted queries (`extensions.persistedQuery.sha256Hash`).
    pub(crate) fn persisted_hash(&self) -> Option<&str> {
        let Value::Object(persisted) = self.extensions.get("persistedQuery")? else { return None };
        match persisted.get("sha256Hash")? {
            Value::String(hash) => Some(hash),
            _ => None,
        }
    }
}

fn bad(detail: impl Into<String>) -> Fault {
    Fault::because(Code::BadRequest, detail)
}

fn text(members: &mut Object, key: &str) -> Result<Option<String>, Fault> {
    match members.swap_remove(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(bad(format!("{key} must be a text"))),
    }
}

fn map(members: &mut Object, key: &str) -> Result<Object, Fault> {
    match members.swap_remove(key) {
        None | Some(Value::Null) => Ok(Object::new()),
        Some(Value::Object(map)) => Ok(map),
        Some(_) => Err(bad(format!("{key} must be a map"))),
    }
}
