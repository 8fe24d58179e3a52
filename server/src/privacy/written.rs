//! What people wrote about somebody's accounts: notes, reasons, who else was spoken to, and what was attached to contacts.
//! It may say anything about the person, so it goes when they do.

use sea_orm::DbErr;

use super::person::ERASED;
use crate::kernel::{
    Work,
    ids::{AccountId, PartyId},
    sql::{BULK, Sql},
};

/// Which rows of a table are about some accounts: what stands before the list of accounts, and after it.
struct About(&'static str, &'static str);

const OWN: About = About("account_id IN ", "");
const OF_CONTACT: About = About(
    "contact_id IN (SELECT a.contact_id FROM contact_account a WHERE a.organization_id = $1 AND a.account_id IN ",
    ")",
);
const CONTACTS: About = About(
    "id IN (SELECT a.contact_id FROM contact_account a WHERE a.organization_id = $1 AND a.account_id IN ",
    ")",
);
const PROMISES: About = About(
    "id IN (SELECT l.promise_id FROM promise_line l WHERE l.organization_id = $1 AND l.account_id IN ",
    ")",
);

/// Columns that hold what was written, and whose rows they are. A reason that every row must have is overwritten instead.
const WRITTEN: [(&str, &str, About); 8] = [
    ("contact", "note = NULL, third_party_name = NULL, third_party_relation = NULL", CONTACTS),
    ("contact_amendment", "note_before = NULL", OF_CONTACT),
    ("promise", "note = NULL", PROMISES),
    ("promise_line", "ended_note = NULL", OWN),
    ("follow_up", "note = NULL, ended_note = NULL", OWN),
    ("hold", "note = NULL, ended_note = NULL", OWN),
    ("escalation", "reason = $2, decided_note = NULL", OWN),
    ("registry_change", "before_text = NULL, after_text = NULL", OWN),
];

/// Links of files that belong to the person `$2`, or to contacts about the accounts that follow.
const FILES: &str = "l.organization_id = $1 AND ((l.subject_kind = 'party' AND l.subject_id = $2) \
     OR (l.subject_kind = 'contact' AND l.subject_id IN (SELECT a.contact_id FROM contact_account a \
     WHERE a.organization_id = $1 AND a.account_id IN ";

/// Empties what was written about accounts, and takes the files of the person and of their contacts out of use; a job
/// throws away files that belong to nothing.
pub(super) async fn empty(
    work: &Work,
    party: PartyId,
    accounts: &[AccountId],
) -> Result<(), DbErr> {
    let organization = work.organization();
    let of_party = "UPDATE contact SET note = NULL, third_party_name = NULL, third_party_relation = NULL \
         WHERE organization_id = $1 AND party_id = $2";
    Sql::new(of_party, [organization.into(), party.into()]).run(work.conn()).await?;
    for some in accounts.chunks(BULK) {
        for (table, columns, About(before, after)) in WRITTEN {
            let text =
                format!("UPDATE {table} SET {columns} WHERE organization_id = $1 AND {before}");
            let values = [organization.into(), ERASED.into()];
            let used = if columns.contains("$2") { 2 } else { 1 };
            let rows = Sql::new(&text, values.into_iter().take(used));
            rows.list(some.iter().copied()).push(after).run(work.conn()).await?;
        }
        unlink(work, party, some).await?;
    }
    if accounts.is_empty() { unlink(work, party, &[]).await } else { Ok(()) }
}

async fn unlink(work: &Work, party: PartyId, accounts: &[AccountId]) -> Result<(), DbErr> {
    let place = || [work.organization().into(), party.into()];
    let gone = format!(
        "UPDATE attachment SET linked_at = NULL WHERE organization_id = $1 AND id IN \
         (SELECT l.attachment_id FROM attachment_link l WHERE {FILES}"
    );
    Sql::new(&gone, place())
        .list(accounts.iter().copied())
        .push(")))) AND NOT EXISTS (SELECT 1 FROM attachment_link l WHERE l.attachment_id = attachment.id \
             AND l.organization_id = attachment.organization_id AND NOT (")
        .push(FILES)
        .list(accounts.iter().copied())
        .push(")))))")
        .run(work.conn())
        .await?;
    let links = format!(
        "DELETE FROM attachment_link WHERE organization_id = $1 AND (attachment_id, subject_kind, subject_id) IN \
         (SELECT l.attachment_id, l.subject_kind, l.subject_id FROM attachment_link l WHERE {FILES}"
    );
    let links = Sql::new(&links, place()).list(accounts.iter().copied()).push("))))");
    links.run(work.conn()).await.map(drop)
}
