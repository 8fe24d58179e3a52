//! What contacts do when they hear of others.

use super::queries;
use crate::{
    imports::events::ImportTakenBack,
    kernel::{Failure, Problem, ProblemCode, Text, Work, events::Task},
    owners::{self, events::AccountWithdrawn},
};

/// An import whose accounts somebody was contacted about is not taken back.
pub fn import_taken_back<'a>(work: &'a mut Work, event: &'a ImportTakenBack) -> Task<'a, ()> {
    Box::pin(async move {
        let made: Vec<_> = event.made.iter().copied().collect();
        for some in made.chunks(crate::kernel::sql::BULK) {
            let contacts = queries::last_contacts(work.conn(), work.organization(), some).await?;
            if !contacts.is_empty() {
                let text = Text::new(
                    "它新建的户上已有联系记录,不能撤回",
                    "accounts that it made have been contacted",
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
    Box::pin(owners::commands::refuse_if_any(work, event.0, &["contact_account"]))
}
