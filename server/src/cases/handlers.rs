//! What cases do when they hear of others.

use serde_json::json;
use uuid::Uuid;

use super::{
    commands,
    holds::{self, Reason, commands::NewHold},
    queries,
    timeline::{self, Entry, Happening},
};
use crate::{
    kernel::{Failure, Work, events::Task, ids::AccountId},
    ledger::events::{Acted, LedgerActed, LedgerChanged},
    owners::{self, events::AccountWithdrawn},
};

/// Entries or balances changed: cases open, reopen or close in the same transaction.
pub fn ledger_changed<'a>(work: &'a mut Work, event: &'a LedgerChanged) -> Task<'a, ()> {
    Box::pin(async move {
        let accounts: Vec<_> = event.0.iter().copied().collect();
        commands::review(work, &accounts).await.map(drop)
    })
}

/// Somebody did something to an account's ledger by hand: its timeline says so.
pub fn ledger_acted<'a>(work: &'a mut Work, event: &'a LedgerActed) -> Task<'a, ()> {
    Box::pin(async move {
        let (happening, kind) = match event.acted {
            Acted::PaymentNoted => (Happening::PaymentNoted, None),
            Acted::PaymentRecorded => (Happening::PaymentRecorded, None),
            Acted::PaymentConfirmed => (Happening::PaymentConfirmed, None),
            Acted::PaymentReversed => (Happening::PaymentReversed, None),
            Acted::PaymentBounced => (Happening::PaymentBounced, None),
            Acted::PaymentMovedAway => (Happening::PaymentMovedAway, None),
            Acted::PaymentMovedHere => (Happening::PaymentMovedHere, None),
            Acted::Adjusted(kind) => (Happening::LedgerAdjusted, Some(kind.name())),
            Acted::AdjustmentReversed => (Happening::AdjustmentReversed, None),
        };
        let open = queries::open_cases(work.conn(), work.organization(), &[event.account]).await?;
        let entry = Entry {
            account: event.account,
            case: open.get(&event.account).map(|case| case.id),
            happening,
            subject: Some(event.subject),
            facts: json!({ "amountFen": event.amount_fen, "on": event.on, "state": kind }),
            occurred_at: work.now,
        };
        timeline::write(work, vec![entry]).await?;
        match event.acted {
            Acted::PaymentNoted if open.contains_key(&event.account) => {
                wait_for_finance(work, event.account, event.subject).await
            }
            Acted::PaymentConfirmed | Acted::PaymentReversed => {
                holds::commands::take_back(work, &[event.account], event.subject).await?;
                commands::ensure_next(work, &[event.account]).await
            }
            _ => Ok(()),
        }
    })
}

/// Money that finance has still to confirm stops dunning, for as long as the community lets a claim of payment do so; then
/// somebody wakes up and asks.
async fn wait_for_finance(
    work: &mut Work,
    account: AccountId,
    payment: Uuid,
) -> Result<(), Failure> {
    let new = NewHold {
        id: None,
        account,
        reason: Reason::ClaimsPaid,
        until_on: None,
        note: None,
        source: Some(payment),
    };
    holds::commands::place(work, new).await.map(drop)
}

/// An account that was opened by mistake is withdrawn: refused when something of it is here.
pub fn account_withdrawn<'a>(work: &'a mut Work, event: &'a AccountWithdrawn) -> Task<'a, ()> {
    Box::pin(owners::commands::refuse_if_any(work, event.0, &["case_file", "follow_up", "hold"]))
}
