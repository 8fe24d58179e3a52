//! What people do with follow-ups by hand: plan, put off, complete, cancel, give to somebody else.
//!
//! Each act but planning names the revision that the person saw; whoever comes second is told so (`CONFLICT`) instead of
//! overwriting what they have not seen. An open case is never left without a next step.

pub mod commands;
pub mod graphql;
pub mod rules;
