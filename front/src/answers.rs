//! Whole answers that the program remembers: what a registered query came to, ready to be written.
//!
//! The front asks before it looks at variables or runs anything, and tells the program what an answer came to. What may
//! be remembered, for whom and how long is the program's to say; the front only promises that a question is the same when
//! its document, its operation and its variables are, and that an answer that is kept had no error in it.

use async_graphql::{Data, Variables};
use async_trait::async_trait;
use axum::body::Bytes;

/// What is asked: a registered query with its variables, by somebody who was let in.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// Name under which the document is registered.
    pub name: &'a str,
    /// SHA-256 of the document, in lower hexadecimal.
    pub document: &'a str,
    /// The operation that is meant, if it was named.
    pub operation: Option<&'a str>,
    /// The variables as they were sent, not checked yet.
    pub variables: &'a Variables,
    /// What the gate knows of the caller.
    pub data: &'a Data,
}

/// A whole answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The body, JSON.
    pub body: Bytes,
    /// What running it cost; a remembered answer costs its caller the same.
    pub cost: u64,
}

/// What the program knows of a question.
pub enum Recall<'a> {
    /// The answer.
    Known(Answer),
    /// Not yet; the answer is given back with this. Dropped without, others may try.
    Unknown(Box<dyn Keep + 'a>),
    /// It is not remembered.
    Never,
}

/// Takes in the answer to a question that was not known.
#[async_trait]
pub trait Keep: Send {
    /// Keeps the answer, which has no error in it.
    async fn keep(self: Box<Self>, answer: Answer);
}

/// Whole answers of the program.
#[async_trait]
pub trait Answers: Send + Sync + 'static {
    /// Looks a question up.
    async fn recall<'a>(&'a self, question: Question<'_>) -> Recall<'a>;
}
