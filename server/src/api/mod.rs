//! The API's own parts: who is calling, what things look like on the wire, how failures are told. What each slice offers
//! stands in its `graphql.rs`; [`schema`] puts them together; the transport is the crate `guanjia-front`.

pub mod acts;
pub mod answers;
pub mod beside;
pub mod context;
pub mod errors;
pub mod gate;
pub mod node;
pub mod page;
pub mod refusal;
pub mod rights;
pub mod routes;
pub mod scalars;
pub mod schema;
