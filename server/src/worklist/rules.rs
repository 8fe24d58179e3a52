//! Why an account is on the list.

/// Why an account is on the list, in the order of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
#[graphql(name = "WorklistReason")]
pub enum Reason {
    /// A promise was broken or kept in part.
    BrokenPromise,
    /// A promise falls due today.
    PromiseDue,
    /// A call-back was agreed for today or before.
    CallBack,
    /// A follow-up is due today.
    Due,
    /// A follow-up was due before today.
    Slipped,
    /// Money is owed and nothing is agreed.
    Quiet,
    /// A promise is open and not yet due: no dunning.
    Promised,
    /// The promised day is over and the books are not known past it: no dunning.
    WaitsForBooks,
    /// The next step is planned for a later day.
    Planned,
}

impl Reason {
    /// By its number in `list.sql`.
    pub(super) fn of(number: i64) -> Self {
        match number {
            1 => Self::BrokenPromise,
            2 => Self::PromiseDue,
            3 => Self::CallBack,
            4 => Self::Due,
            5 => Self::Slipped,
            6 => Self::Quiet,
            7 => Self::Promised,
            8 => Self::WaitsForBooks,
            _ => Self::Planned,
        }
    }
}
