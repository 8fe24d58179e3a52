//! Taking files in, and tying them to what they belong to.

use std::collections::BTreeSet;

use guanjia_entity::{attachment, attachment_link};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    queries,
    rules::{Kind, MOST_AT_ONCE, MOST_LOOSE},
    store,
};
use crate::{
    kernel::{
        Actor, Failure, Problem, ProblemCode, Text, Work, audit,
        ids::{AccountId, AttachmentId, PartyId, TypedId},
    },
    owners::{self, events::AccountsChanged},
};

/// What an attachment belongs to: the word of an id, and the id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The word before the underscore.
    pub kind: &'static str,
    /// The id.
    pub id: Uuid,
}

impl Subject {
    /// Of any id: `Subject::of(contact)`.
    pub fn of<T: TypedId>(id: T) -> Self {
        Self { kind: T::PREFIX, id: id.into() }
    }
}

/// Where an upload stands before its bytes are read.
pub enum Announced {
    /// Its bytes are wanted.
    Wanted,
    /// It is here already; its bytes must be the same.
    Here(attachment::Model),
    /// The id stands for something else.
    Taken,
    /// The person has too many attachments that belong to nothing.
    TooMany,
}

/// Notes that a file is coming, before a byte is kept of it, so that nothing lies in the vault that no row knows.
pub async fn announce(work: &Work, (id, kind): (AttachmentId, Kind)) -> Result<Announced, Failure> {
    let (organization, person) = (work.organization(), work.actor()?.person);
    let row = attachment::Model {
        organization_id: organization,
        id,
        kind: kind.name().to_owned(),
        state: "RECEIVING".to_owned(),
        mime: None,
        size_bytes: None,
        print: None,
        uploaded_by: person,
        created_at: work.now,
        linked_at: None,
    };
    if store::announce(work.conn(), row).await? {
        let loose = store::loose_of(work.conn(), organization, person).await?;
        return Ok(if loose > MOST_LOOSE { Announced::TooMany } else { Announced::Wanted });
    }
    let Some(row) = store::get(work.conn(), organization, id).await? else {
        return Ok(Announced::Taken);
    };
    if row.uploaded_by != person || row.kind != kind.name() {
        return Ok(Announced::Taken);
    }
    Ok(match row.state.as_str() {
        "RECEIVING" => Announced::Wanted,
        "STORED" => Announced::Here(row),
        _ => Announced::Taken,
    })
}

/// Notes that a file has arrived whole and is kept. Answers the row as it stands, none when it was given up meanwhile.
pub async fn arrived(
    work: &Work,
    id: AttachmentId,
    (mime, size_bytes, print): (&str, i64, &str),
) -> Result<Option<attachment::Model>, Failure> {
    if store::arrived(work, id, (mime, size_bytes, print)).await? {
        let facts = json!({ "mime": mime, "bytes": size_bytes });
        audit::record(work, "ATTACHMENT_UPLOADED", Some(id.into()), facts).await?;
    }
    Ok(store::get(work.conn(), work.organization(), id).await?)
}

/// Ties attachments to what they belong to; tying them again changes nothing. One may tie what one has sent and what one
/// reaches already. The subjects must have been found through the actor before. `field` is where the ids stand in the input.
///
/// Whoever reaches an account or owner among the subjects may see the attachment, so a contact is tied together with its
/// accounts: `link(work, &actor, (&ids, "attachmentIds"), &[Subject::of(contact), Subject::of(account)])`.
pub async fn link(
    work: &Work,
    actor: &Actor,
    (ids, field): (&[AttachmentId], &str),
    subjects: &[Subject],
) -> Result<(), Failure> {
    if ids.is_empty() {
        return Ok(());
    }
    if ids.len() > MOST_AT_ONCE {
        let text = Text::new(
            format!("一次最多关联 {MOST_AT_ONCE} 个附件"),
            format!("at most {MOST_AT_ONCE} attachments at a time"),
        );
        return Err(Failure::problem(Problem::at(field, ProblemCode::TooLarge, text)));
    }
    let ids: Vec<_> = BTreeSet::from_iter(ids.iter().copied()).into_iter().collect();
    let found = store::lock(work, &ids).await?;
    let stored = found.iter().filter(|row| row.state == "STORED");
    let seen =
        queries::among_reached(work.conn(), actor, work.now, stored.cloned().collect()).await?;
    if seen.len() != ids.len() {
        let text = Text::new("附件不存在或尚未上传完成", "no such attachment, or not uploaded yet");
        return Err(Failure::problem(Problem::at(field, ProblemCode::NotFound, text)));
    }
    let rows = ids.iter().flat_map(|id| {
        subjects.iter().map(|subject| attachment_link::Model {
            organization_id: work.organization(),
            attachment_id: *id,
            subject_kind: subject.kind.to_owned(),
            subject_id: subject.id,
            linked_by: Some(actor.person),
            linked_at: work.now,
        })
    });
    store::insert_links(work, rows.collect()).await?;
    Ok(store::mark_linked(work, &ids).await?)
}

/// What is to be tied to an account or an owner.
#[derive(Clone, Debug, Serialize)]
pub struct Attach {
    /// Which files.
    pub ids: Vec<AttachmentId>,
    /// To which account.
    pub account: Option<AccountId>,
    /// To which owner.
    pub party: Option<PartyId>,
}

/// Ties attachments to an account, an owner, or both.
pub async fn attach(work: &mut Work, input: Attach) -> Result<Vec<AttachmentId>, Failure> {
    let actor = work.actor()?.clone();
    if input.ids.is_empty() {
        let text = Text::new("请选择附件", "name at least one attachment");
        return Err(Failure::problem(Problem::at("attachmentIds", ProblemCode::Required, text)));
    }
    if input.account.is_none() && input.party.is_none() {
        let text = Text::new("请指定户或当事人", "name an account or a party");
        return Err(Failure::problem(Problem::at("accountId", ProblemCode::Required, text)));
    }
    if let Some(account) = input.account {
        owners::commands::take_accounts(work, &actor, &[account]).await?;
        work.emit_summed(AccountsChanged::of([account]));
    }
    if let Some(party) = input.party {
        owners::queries::reached_parties(work.conn(), &actor, work.now, &[party])
            .await?
            .contains(&party)
            .then_some(())
            .ok_or(Failure::NotFound)?;
    }
    let subjects: Vec<Subject> = (input.account.into_iter().map(Subject::of))
        .chain(input.party.into_iter().map(Subject::of))
        .collect();
    link(work, &actor, (&input.ids, "attachmentIds"), &subjects).await?;
    for id in &input.ids {
        let facts = json!({ "account": input.account, "party": input.party });
        audit::record(work, "ATTACHMENT_TIED", Some((*id).into()), facts).await?;
    }
    Ok(input.ids)
}
