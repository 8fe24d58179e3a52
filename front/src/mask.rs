//! What leaves: every error has a code, nothing internal is told, and there are not too many.

use std::sync::Arc;

use async_graphql::{ErrorExtensionValues, PathSegment, Response, ServerError, Value};

use crate::{caller::Visitor, errors::Code, language::Language, paths, validate::Checked};

/// How the engine words an argument that a type of the program could not read, which it finds out
/// only while it runs.
const UNREADABLE: [&str; 2] = ["Failed to parse \"", "Expected input type \""];

/// What must be known of an operation to put its errors in order.
pub(crate) struct Mask {
    pub(crate) visitor: Arc<Visitor>,
    pub(crate) document: Arc<Checked>,
    pub(crate) operation: Option<String>,
    /// Errors that are shown.
    pub(crate) most: usize,
}

impl Mask {
    /// Puts the errors of an answer in order and gives the code of the first, if there is one.
    pub(crate) fn settle(&self, response: &mut Response) -> Option<String> {
        if response.errors.is_empty() {
            return None;
        }
        let more = response.errors.len() > self.most;
        response.errors.truncate(self.most);
        for error in &mut response.errors {
            paths::mend(error, &self.document, self.operation.as_deref());
            settle_one(error, &self.visitor);
        }
        if more {
            let text = Code::TooManyErrors.text(self.visitor.language);
            let mut error = ServerError::new(text, None);
            set(&mut error, "code", Code::TooManyErrors.as_str());
            response.errors.push(error);
        }
        code(response.errors.first()?)
    }
}

/// Whether the engine ran nothing of the request: then the answer has no `data`.
pub(crate) fn is_refusal(response: &Response) -> bool {
    response.data == Value::Null
        && !response.errors.is_empty()
        && response.errors.iter().all(|error| error.path.is_empty())
}

fn settle_one(error: &mut ServerError, visitor: &Visitor) {
    set(error, "requestId", visitor.request_id.0.as_str());
    if code(error).is_some() {
        return;
    }
    let language = visitor.language;
    let known = if UNREADABLE.iter().any(|words| error.message.starts_with(words)) {
        Code::BadUserInput
    } else if error.path.is_empty() {
        Code::ValidationFailed
    } else {
        // The text may hold anything, so it is neither told nor logged: the program logs its own
        // failures.
        let path: Vec<_> = error.path.iter().filter_map(field).collect();
        let (path, id) = (path.join("."), visitor.request_id.0.as_str());
        tracing::error!(request_id = id, path, "a resolver failed without a code");
        Code::Internal
    };
    if known.keeps_apart(language) {
        let detail = error.message.clone();
        set(error, "detail", &detail);
    }
    error.message = message(known, &error.message, language);
    set(error, "code", known.as_str());
}

fn field(segment: &PathSegment) -> Option<&str> {
    match segment {
        PathSegment::Field(name) => Some(name),
        PathSegment::Index(_) => None,
    }
}

fn message(code: Code, text: &str, language: Language) -> String {
    match code {
        Code::Internal => code.text(language).to_owned(),
        _ => code.with_detail(text, language),
    }
}

fn set(error: &mut ServerError, key: &str, value: &str) {
    error.extensions.get_or_insert_with(ErrorExtensionValues::default).set(key, value);
}

fn code(error: &ServerError) -> Option<String> {
    match error.extensions.as_ref()?.get("code")? {
        Value::String(code) => Some(code.clone()),
        _ => None,
    }
}
