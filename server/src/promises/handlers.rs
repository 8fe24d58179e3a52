//! What promises do when they hear of others.

use super::{commands, queries};
use crate::{
    imports::events::ImportTakenBack,
    kernel::{Failure, Problem, ProblemCode, Text, Work, events::Task, sql::BULK},
    ledger::events::{LedgerChanged, WatermarkSet},
    owners::{self, events::AccountWithdrawn},
};

/// The books are known further: what became ripe is judged in the same transaction.
pub fn watermark_set<'a>(work: &'a mut Work, event: &'a WatermarkSet) -> Task<'a, ()> {
    Box::pin(async move {
        for community in &event.0 {
            commands::judge_community(work, *community).await?;
        }
        Ok(())
    })
}

/// Money came or went: breaks may be disproved.
pub fn ledger_changed<'a>(work: &'a mut Work, event: &'a LedgerChanged) -> Task<'a, ()> {
    Box::pin(async move {
        let accounts: Vec<_> = event.0.iter().copied().collect();
        for some in accounts.chunks(BULK) {
            commands::judge_accounts(work, some).await?;
        }
        Ok(())
    })
}

/// An import on whose accounts somebody promised something is not taken back.
pub fn import_taken_back<'a>(work: &'a mut Work, event: &'a ImportTakenBack) -> Task<'a, ()> {
    Box::pin(async move {
        let made: Vec<_> = event.made.iter().copied().collect();
        for some in made.chunks(BULK) {
            if queries::any(work.conn(), work.organization(), some).await? {
                let text = Text::new(
                    "它新建的户上已有缴费承诺,不能撤回",
                    "something was promised on accounts that it made",
                );
                let problem = Problem::at("importId", ProblemCode::Inconsistent, text);
                return Err(Failure::problem(problem));
            }
        }
        Ok(())
    })
}

/// An account that was opened by mistake is withdrawn: refused when something of it is here.
pub fn account_withdrawn<'a>(work: &'a mut Work, event: &'a AccountWithdrawn) -> Task<'a, ()> {
    Box::pin(owners::commands::refuse_if_any(work, event.0, &["promise_line"]))
}
