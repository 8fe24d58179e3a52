//! An error that ended a request before anything ran, and what it looks like on the wire.

use async_graphql::Pos;
use axum::http::StatusCode;
use serde::{Serialize, ser::SerializeMap};

use crate::{errors::Code, gate::Refusal, language::Language};

/// One error that ended a request before anything ran.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    /// What the front thinks of it; none for a refusal of the gate.
    pub(crate) code: Option<Code>,
    /// The word on the wire.
    pub(crate) word: &'static str,
    /// Text for people; for a code of the front it is made when the language is known.
    pub(crate) text: String,
    /// Where in the document.
    pub(crate) locations: Vec<Pos>,
    /// More members of `extensions`.
    pub(crate) extra: Vec<(&'static str, serde_json::Value)>,
    /// The gate's own wish for status and close code.
    pub(crate) refused: Option<(StatusCode, u16)>,
}

impl Fault {
    /// A fault whose text is that of the code alone.
    pub(crate) fn new(code: Code) -> Self {
        Self::because(code, String::new())
    }

    /// A fault with a detail for developers, in English, after the text of the code.
    pub(crate) fn because(code: Code, detail: impl Into<String>) -> Self {
        Self {
            code: Some(code),
            word: code.as_str(),
            text: detail.into(),
            locations: Vec::new(),
            extra: Vec::new(),
            refused: None,
        }
    }

    /// Adds a member to `extensions`.
    pub(crate) fn with(mut self, key: &'static str, value: impl Into<serde_json::Value>) -> Self {
        self.extra.push((key, value.into()));
        self
    }

    /// Says where in the document.
    pub(crate) fn at(mut self, position: Option<Pos>) -> Self {
        self.locations.extend(position);
        self
    }

    fn message(&self, language: Language) -> String {
        match self.code {
            None => self.text.clone(),
            Some(code) if self.text.is_empty() => code.text(language).to_owned(),
            Some(code) => code.with_detail(&self.text, language),
        }
    }

    /// The detail, where the message does without it: then it stands apart for developers.
    fn detail(&self, language: Language) -> Option<&str> {
        let code = self.code.filter(|code| !self.text.is_empty() && code.keeps_apart(language));
        code.map(|_| self.text.as_str())
    }

    /// The error as GraphQL writes it.
    pub(crate) fn told<'a>(&'a self, teller: &'a Teller<'a>) -> Told<'a> {
        Told { fault: self, teller }
    }
}

impl From<Fault> for Vec<Fault> {
    fn from(fault: Fault) -> Self {
        vec![fault]
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self {
            code: None,
            word: refusal.code,
            text: refusal.message,
            locations: Vec::new(),
            extra: Vec::new(),
            refused: Some((refusal.status, refusal.close)),
        }
    }
}

/// To whom an error is told: the language, and the id that goes with it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Teller<'a> {
    pub(crate) language: Language,
    pub(crate) request_id: &'a str,
}

/// A [`Fault`] on its way to the wire.
pub(crate) struct Told<'a> {
    fault: &'a Fault,
    teller: &'a Teller<'a>,
}

impl Serialize for Told<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("message", &self.fault.message(self.teller.language))?;
        if !self.fault.locations.is_empty() {
            map.serialize_entry("locations", &self.fault.locations)?;
        }
        map.serialize_entry("extensions", &Extensions(self))?;
        map.end()
    }
}

struct Extensions<'a>(&'a Told<'a>);

impl Serialize for Extensions<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("code", self.0.fault.word)?;
        map.serialize_entry("requestId", self.0.teller.request_id)?;
        if let Some(detail) = self.0.fault.detail(self.0.teller.language) {
            map.serialize_entry("detail", detail)?;
        }
        for (key, value) in &self.0.fault.extra {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}
