//! Amending what was written of a contact. What it said before is kept.

use std::collections::BTreeSet;

use guanjia_entity::{contact, contact_amendment};
use sea_orm::EntityTrait;
use serde::Serialize;
use serde_json::json;

use crate::{
    cases::{
        self,
        timeline::{self, Entry, Happening},
    },
    contacts::{checks::LONGEST_NOTE, contact::Delivery, queries, store},
    kernel::{
        Failure, Problem, ProblemCode, Role, Text, Work,
        ids::{self, AccountId, ContactId},
    },
    owners::{self, events::AccountsChanged},
};

/// What is to be amended; what is not named stays.
#[derive(Clone, Debug, Serialize)]
pub struct AmendContact {
    /// Which.
    pub contact: ContactId,
    /// Free text.
    pub note: Option<String>,
    /// Length in seconds.
    pub duration_seconds: Option<i64>,
    /// Whether a message or letter arrived.
    pub delivery: Option<Delivery>,
}

/// Amends a contact: for whoever logged it, or a manager.
pub async fn amend_contact(work: &mut Work, input: AmendContact) -> Result<ContactId, Failure> {
    let actor = work.actor()?.clone();
    let seen = queries::reachable(work.conn(), &actor, work.now, input.contact).await?;
    if seen.actor_id != actor.person && !actor.is_any(&[Role::Manager, Role::Director]) {
        return Err(Failure::Forbidden);
    }
    check(&input, &seen)?;
    let links = store::links(work.conn(), work.organization(), &[seen.id]).await?;
    let accounts: BTreeSet<AccountId> = links.iter().map(|link| link.account_id).collect();
    let accounts: Vec<AccountId> = accounts.into_iter().collect();
    owners::store::lock(work.conn(), work.organization(), &accounts).await?;
    let before = queries::contact(work.conn(), work.organization(), seen.id).await?;
    let row = contact_amendment::Model {
        organization_id: work.organization(),
        id: ids::fresh(),
        contact_id: before.id,
        note_before: before.note.clone(),
        duration_before: before.duration_seconds,
        delivery_before: before.delivery.clone(),
        amended_by: actor.person,
        recorded_at: work.now,
    };
    contact_amendment::Entity::insert(contact_amendment::ActiveModel::from(row))
        .exec_without_returning(work.conn())
        .await?;
    let after = contact::Model {
        note: input.note.or(before.note),
        duration_seconds: input.duration_seconds.or(before.duration_seconds),
        delivery: input.delivery.map(|one| one.name().to_owned()).or(before.delivery),
        ..before
    };
    store::amend(work, &after).await?;
    let cases = cases::queries::open_cases(work.conn(), work.organization(), &accounts).await?;
    let entries = accounts.iter().map(|account| Entry {
        account: *account,
        case: cases.get(account).map(|case| case.id),
        happening: Happening::ContactAmended,
        subject: Some(after.id.into()),
        facts: json!({ "channel": after.channel, "disposition": after.disposition }),
        occurred_at: work.now,
    });
    timeline::write(work, entries.collect()).await?;
    work.emit_summed(AccountsChanged::of(accounts));
    Ok(after.id)
}

fn check(input: &AmendContact, row: &contact::Model) -> Result<(), Failure> {
    let mut problems = Vec::new();
    let mut add = |field: &str, code, zh: &str, en: &str| {
        problems.push(Problem::at(field, code, Text::new(zh, en)));
    };
    if input.note.is_none() && input.duration_seconds.is_none() && input.delivery.is_none() {
        add("note", ProblemCode::Required, "没有要修改的内容", "nothing is to be amended");
    }
    if input.note.as_ref().is_some_and(|note| note.chars().count() > LONGEST_NOTE) {
        let en = "a note has at most 2000 characters";
        add("note", ProblemCode::TooLong, "备注最多 2000 字", en);
    }
    if input.duration_seconds.is_some_and(|seconds| seconds < 0) {
        let en = "a duration cannot be negative";
        add("durationSeconds", ProblemCode::TooSmall, "时长不能为负", en);
    }
    if input.delivery.is_some() && row.disposition != "MESSAGE_SENT" {
        let en = "only what was sent is delivered";
        add("delivery", ProblemCode::Inconsistent, "只有已发送的消息才有送达结果", en);
    }
    if problems.is_empty() { Ok(()) } else { Err(Failure::Problems(problems)) }
}
