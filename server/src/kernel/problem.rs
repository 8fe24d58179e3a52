//! What a person did wrong, as data: it goes back in the payload and names the field.

use super::Text;

/// What is wrong with a field. The list is the whole API's; docs/errors.md explains each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
pub enum ProblemCode {
    /// The field is needed here.
    Required,
    /// The value cannot be read, or is none of those allowed.
    Invalid,
    /// The text is too long.
    TooLong,
    /// The day or moment is too early.
    TooEarly,
    /// The day or moment is too late.
    TooLate,
    /// The number or amount is too small.
    TooSmall,
    /// The number or amount is too large.
    TooLarge,
    /// There is no such thing, or it is not yours.
    NotFound,
    /// It is there twice.
    Duplicate,
    /// It contradicts another field.
    Inconsistent,
    /// Number or password do not fit.
    WrongCredentials,
    /// There have been as many of them as policy allows.
    TooMany,
    /// One of several must be chosen.
    Ambiguous,
    /// Somebody else changed it since you read it.
    Conflict,
    /// The account is on hold: no routine dunning.
    OnHold,
}

/// One thing wrong: where, what, and a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong.
    pub code: ProblemCode,
    /// Path of the field within the input, such as `promise`, `lines`, `0`, `dueOn`.
    pub field: Vec<String>,
    /// The sentence.
    pub text: Text,
}

impl Problem {
    /// A problem at a field; the path is written with dots, `promise.lines.0.dueOn`.
    pub fn at(path: &str, code: ProblemCode, text: Text) -> Self {
        Self { code, field: path.split('.').map(str::to_owned).collect(), text }
    }
}
