//! Escalations 升级: a case is handed up to somebody with the authority, who accepts it, gives it back, or lets the
//! deadline pass; then it goes further up.
//!
//! To whom is computed: the nearest above the one who hands it up among the community's managers, directors and
//! administrators; one of these may be named. At most one escalation of a case is open. While it is, a follow-up of the
//! addressee is the case's step to decide. Accepted, the next step is theirs; declined or taken back, it is the steward's
//! again. Each turn is on the timeline.

pub mod commands;
pub mod graphql;
pub mod jobs;
pub mod queries;
mod store;

use crate::kernel::names::named;

/// Where an escalation stands.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum, serde::Serialize, serde::Deserialize,
)]
#[graphql(name = "EscalationState")]
pub enum State {
    /// To be answered.
    Open,
    /// The addressee took the case.
    Accepted,
    /// The addressee gave it back.
    Declined,
    /// Whoever handed it up took it back.
    TakenBack,
    /// The case closed before there was an answer.
    Settled,
}

named!(State {
    Open = "OPEN",
    Accepted = "ACCEPTED",
    Declined = "DECLINED",
    TakenBack = "TAKEN_BACK",
    Settled = "SETTLED",
});
