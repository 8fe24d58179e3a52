//! What happened to an account and its cases, for people.

use guanjia_entity::timeline_entry;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait};
use serde_json::Value;
use uuid::Uuid;

use crate::kernel::{
    Failure, Moment, Work,
    ids::{self, AccountId, CaseId, OrganizationId},
    names::named,
    sql::{BULK, Sql},
};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
#[graphql(name = "TimelineHappening")]
pub enum Happening {
    /// A case opened.
    CaseOpened,
    /// A closed case was opened again.
    CaseReopened,
    /// A case closed.
    CaseClosed,
    /// Somebody was contacted, or it was tried.
    Contacted,
    /// A promise was given.
    Promised,
    /// A promise gave way to a later one.
    PromiseSuperseded,
    /// A verdict on a promise.
    PromiseJudged,
    /// The verdict changed because the truth came late.
    PromiseCorrected,
    /// The account was put on hold, until a day.
    HoldPlaced,
    /// A hold was ended before its day.
    HoldLifted,
    /// The days of a hold are over.
    HoldOver,
    /// A step was planned by hand.
    FollowUpPlanned,
    /// A step was put off, with a reason.
    FollowUpPutOff,
    /// A step was done without a contact.
    FollowUpDone,
    /// A step was cancelled, with a reason.
    FollowUpCancelled,
    /// A step was given to somebody else, or back.
    FollowUpGiven,
    /// A step moved because the calendar of workdays changed.
    FollowUpMoved,
    /// The case was handed up.
    Escalated,
    /// Whoever it was handed up to took the case.
    EscalationAccepted,
    /// Whoever it was handed up to gave it back.
    EscalationDeclined,
    /// The case was taken back by whoever had handed it up.
    EscalationTakenBack,
    /// Nobody answered in time: it went further up, or was asked again.
    EscalationOverdue,
    /// The case closed while it was handed up.
    EscalationSettled,
    /// A provisional payment was entered.
    PaymentNoted,
    /// A payment was entered by hand.
    PaymentRecorded,
    /// Finance confirmed a provisional payment.
    PaymentConfirmed,
    /// A payment was taken back as a mistake.
    PaymentReversed,
    /// A payment bounced.
    PaymentBounced,
    /// A payment went to the account it belongs to.
    PaymentMovedAway,
    /// A payment came from another account.
    PaymentMovedHere,
    /// A waiver, a write-off, a correction, a penalty; `outcome` says which.
    LedgerAdjusted,
    /// Such an adjustment was taken back.
    AdjustmentReversed,
    /// A promise was cancelled: withdrawn, or recorded by mistake.
    PromiseCancelled,
    /// A promise stands again: what had taken its place was a mistake.
    PromiseRestored,
    /// A contact turned out to be about another account.
    ContactCorrected,
    /// Note, length or delivery of a contact were amended.
    ContactAmended,
}

named!(Happening {
    CaseOpened = "CASE_OPENED",
    CaseReopened = "CASE_REOPENED",
    CaseClosed = "CASE_CLOSED",
    Contacted = "CONTACTED",
    Promised = "PROMISED",
    PromiseSuperseded = "PROMISE_SUPERSEDED",
    PromiseJudged = "PROMISE_JUDGED",
    PromiseCorrected = "PROMISE_CORRECTED",
    HoldPlaced = "HOLD_PLACED",
    HoldLifted = "HOLD_LIFTED",
    HoldOver = "HOLD_OVER",
    FollowUpPlanned = "FOLLOW_UP_PLANNED",
    FollowUpPutOff = "FOLLOW_UP_PUT_OFF",
    FollowUpDone = "FOLLOW_UP_DONE",
    FollowUpCancelled = "FOLLOW_UP_CANCELLED",
    FollowUpGiven = "FOLLOW_UP_GIVEN",
    FollowUpMoved = "FOLLOW_UP_MOVED",
    Escalated = "ESCALATED",
    EscalationAccepted = "ESCALATION_ACCEPTED",
    EscalationDeclined = "ESCALATION_DECLINED",
    EscalationTakenBack = "ESCALATION_TAKEN_BACK",
    EscalationOverdue = "ESCALATION_OVERDUE",
    EscalationSettled = "ESCALATION_SETTLED",
    PaymentNoted = "PAYMENT_NOTED",
    PaymentRecorded = "PAYMENT_RECORDED",
    PaymentConfirmed = "PAYMENT_CONFIRMED",
    PaymentReversed = "PAYMENT_REVERSED",
    PaymentBounced = "PAYMENT_BOUNCED",
    PaymentMovedAway = "PAYMENT_MOVED_AWAY",
    PaymentMovedHere = "PAYMENT_MOVED_HERE",
    LedgerAdjusted = "LEDGER_ADJUSTED",
    AdjustmentReversed = "ADJUSTMENT_REVERSED",
    PromiseCancelled = "PROMISE_CANCELLED",
    PromiseRestored = "PROMISE_RESTORED",
    ContactCorrected = "CONTACT_CORRECTED",
    ContactAmended = "CONTACT_AMENDED",
});

/// An entry to be written.
pub struct Entry {
    /// Whose.
    pub account: AccountId,
    /// The case, if one was open.
    pub case: Option<CaseId>,
    /// What happened.
    pub happening: Happening,
    /// The contact, promise line … it is about.
    pub subject: Option<Uuid>,
    /// Amounts in fen, days, states; no names and no numbers of people.
    pub facts: Value,
    /// When it happened.
    pub occurred_at: Moment,
}

/// Writes entries.
pub async fn write(work: &Work, entries: Vec<Entry>) -> Result<(), Failure> {
    let rows: Vec<_> = entries.into_iter().map(|entry| row(work, entry)).collect();
    for some in rows.chunks(BULK) {
        timeline_entry::Entity::insert_many(some.to_vec())
            .exec_without_returning(work.conn())
            .await?;
    }
    Ok(())
}

fn row(work: &Work, entry: Entry) -> timeline_entry::ActiveModel {
    timeline_entry::ActiveModel {
        organization_id: Set(work.organization()),
        id: Set(ids::fresh()),
        account_id: Set(Some(entry.account)),
        case_id: Set(entry.case),
        kind: Set(entry.happening.name().to_owned()),
        subject_id: Set(entry.subject),
        facts: Set(entry.facts),
        actor_id: Set(work.by().person()),
        occurred_at: Set(entry.occurred_at),
        recorded_at: Set(work.now),
    }
}

/// The newest entries of each of some accounts, the newest first; at most `count` of each.
pub async fn newest(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    accounts: &[AccountId],
    count: i64,
) -> Result<Vec<timeline_entry::Model>, Failure> {
    let text = "SELECT * FROM (SELECT t.*, ROW_NUMBER() OVER (PARTITION BY t.account_id \
         ORDER BY t.recorded_at DESC, t.id DESC) AS nth FROM timeline_entry t \
         WHERE t.organization_id = $1 AND t.account_id IN ";
    let rows = Sql::new(text, [organization.into()]).list(accounts.iter().copied());
    let rows = rows.push(") AS ranked WHERE nth <= ").bind(count);
    Ok(rows.push(" ORDER BY recorded_at DESC, id DESC").all(conn).await?)
}
