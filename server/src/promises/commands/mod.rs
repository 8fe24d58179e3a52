//! Recording promises, ending them, judging them; where owners pay.

mod details;
mod end;
mod judge;
mod record;

pub use details::{SetPaymentDetails, set_payment_details};
pub use end::{CancelPromise, cancel_promise, take_back_of_contact};
pub(super) use judge::{is_any_due, money_for, promised};
pub use judge::{judge_accounts, judge_community};
pub use record::{
    Confirm, NewLine, NewPromise, Promised, RecordPromise, Recorded, SupersedePromise,
    plan_confirmation, record, record_promise, supersede_promise,
};

use chrono::NaiveDate;
use guanjia_entity::{collection_policy, promise_line};
use serde_json::json;

use super::rules::Terms;
use crate::{
    cases::{
        self,
        commands::Hour,
        follow_up::{NewFollowUp, Purpose, Source},
        timeline::{Entry, Happening},
    },
    kernel::{
        Failure, Moment, Work, calendar,
        ids::{AccountId, CaseId, FollowUpId},
    },
    owners::store::AccountRow,
};

impl From<&collection_policy::Model> for Terms {
    fn from(policy: &collection_policy::Model) -> Self {
        Self {
            horizon_days: u64::try_from(policy.promise_horizon_days).unwrap_or_default(),
            grace_days: u64::try_from(policy.promise_grace_days).unwrap_or_default(),
            partly_kept_percent: policy.partly_kept_percent,
        }
    }
}

/// The account of a line and the policy of its community.
type Place<'c> = (&'c AccountRow, &'c collection_policy::Model);

async fn open_case(work: &Work, account: AccountId) -> Result<Option<CaseId>, Failure> {
    let open = cases::queries::open_cases(work.conn(), work.organization(), &[account]).await?;
    Ok(open.get(&account).map(|case| case.id))
}

fn entry(
    line: &promise_line::Model,
    case: Option<CaseId>,
    happening: Happening,
    occurred_at: Moment,
) -> Entry {
    let facts = json!({
        "amountFen": line.amount_fen,
        "dueOn": line.due_on,
        "state": line.state,
        "receivedFen": line.received_fen,
    });
    Entry {
        account: line.account_id,
        case,
        happening,
        subject: Some(line.id.into()),
        facts,
        occurred_at,
    }
}

fn follow_up(
    line: &promise_line::Model,
    case: Option<CaseId>,
    (purpose, source): (Purpose, Source),
    hour: Hour,
) -> NewFollowUp {
    NewFollowUp {
        account: line.account_id,
        case,
        purpose,
        source,
        source_id: Some(line.id.into()),
        note: None,
        due_on: hour.on,
        due_at: hour.at,
        reminds: hour.reminds,
        assignee: None,
    }
}

/// Plans the look at the money on the promised day; answers it.
async fn plan_look(
    work: &mut Work,
    line: &promise_line::Model,
    (account, policy): Place<'_>,
) -> Result<FollowUpId, Failure> {
    let case = open_case(work, line.account_id).await?;
    let hour = hour_of_day(work, line.due_on, (account, policy));
    let look = follow_up(line, case, (Purpose::CheckPayment, Source::Promise), hour);
    cases::commands::plan(work, look).await
}

fn hour_of_day(work: &Work, on: NaiveDate, (account, policy): Place<'_>) -> Hour {
    cases::commands::hour_of(work, on, Some(policy), calendar::zone(&account.time_zone))
}
