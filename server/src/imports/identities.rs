//! Identity numbers of books, from the row to whoever keeps them: encrypted as soon as they are planned, so that no staged
//! row holds one in plain.

use std::collections::HashMap;

use guanjia_books::UnitRow;
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::events::{BroughtIdentity, IdentityNumbersBrought};
use crate::kernel::{
    Failure, Work,
    ids::{AccountId, ImportId, OrganizationId, PartyId},
    secrets::{self, Keyring, Sealed},
    sql::{BULK, Sql, insert_rows},
};

/// An encrypted number and which holder of which account it belongs to.
pub(super) struct StagedIdentity {
    account: AccountId,
    position: i64,
    sealed: Sealed,
}

/// What a staged number is bound to.
fn place_of(organization: OrganizationId, account: AccountId, position: i64) -> Vec<u8> {
    secrets::place([organization.into(), account.into()], &[position])
}

/// Encrypts the numbers of a row whose holders have these places in the account.
pub(super) fn seal(
    (organization, account): (OrganizationId, AccountId),
    (row, holders): (&UnitRow, &[(i64, String)]),
    keyring: &Keyring,
) -> Result<Vec<StagedIdentity>, Failure> {
    let mut staged = Vec::new();
    for identity in &row.identities {
        let own = holders.iter().find(|(_, name)| *name == identity.holder);
        let Some((position, _)) = own else { continue };
        let place = place_of(organization, account, *position);
        let sealed = keyring.seal(identity.whole(), &place)?;
        staged.push(StagedIdentity { account, position: *position, sealed });
    }
    Ok(staged)
}

/// The holders of accounts today, with their places.
pub(super) async fn holders(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    accounts: &[AccountId],
) -> Result<HashMap<AccountId, Vec<(i64, String)>>, Failure> {
    #[derive(FromQueryResult)]
    struct Row {
        account_id: AccountId,
        position: i64,
        name: String,
    }
    let text = "SELECT h.account_id, h.position, p.name FROM account_holder h JOIN party p \
         ON p.organization_id = h.organization_id AND p.id = h.party_id \
         WHERE h.organization_id = $1 AND h.to_on IS NULL AND h.account_id IN ";
    let mut found: HashMap<AccountId, Vec<(i64, String)>> = HashMap::new();
    for some in accounts.chunks(BULK) {
        let rows = Sql::new(text, [organization.into()]).list(some.iter().copied());
        for row in rows.all::<Row>(conn).await? {
            found.entry(row.account_id).or_default().push((row.position, row.name));
        }
    }
    Ok(found)
}

/// Keeps them under a chunk.
pub(super) async fn stage(
    work: &Work,
    (import, chunk): (ImportId, i64),
    list: Vec<StagedIdentity>,
) -> Result<(), Failure> {
    let rows = list.into_iter().map(|one| {
        let StagedIdentity { account, position, sealed } = one;
        let place = [work.organization().into(), import.into(), chunk.into(), account.into()];
        place.into_iter().chain([position.into(), sealed.key.into(), sealed.text.into()]).collect()
    });
    let columns =
        ["organization_id", "import_id", "chunk", "account_id", "position", "key_name", "sealed"];
    // A unit that several files describe has one row here.
    let tail = " ON CONFLICT (organization_id, import_id, chunk, account_id, position) DO NOTHING";
    let rows: Vec<Vec<_>> = rows.collect();
    Ok(insert_rows(work.conn(), ("staged_identity", &columns), rows, tail).await?)
}

/// Hands the numbers of a chunk, whose holders are written, to whoever keeps them.
pub(super) async fn hand_over(
    work: &mut Work,
    (import, chunk): (ImportId, i64),
) -> Result<(), Failure> {
    #[derive(FromQueryResult)]
    struct Row {
        account_id: AccountId,
        position: i64,
        key_name: String,
        sealed: String,
        party_id: PartyId,
    }
    let text = "SELECT s.account_id, s.position, s.key_name, s.sealed, h.party_id FROM staged_identity s \
         JOIN account_holder h ON h.organization_id = s.organization_id AND h.account_id = s.account_id \
         AND h.position = s.position AND h.to_on IS NULL \
         WHERE s.organization_id = $1 AND s.import_id = $2 AND s.chunk = $3";
    let key = || [work.organization().into(), import.into(), chunk.into()];
    let rows: Vec<Row> = Sql::new(text, key()).all(work.conn()).await?;
    if rows.is_empty() {
        return Ok(());
    }
    let text =
        "DELETE FROM staged_identity WHERE organization_id = $1 AND import_id = $2 AND chunk = $3";
    Sql::new(text, key()).run(work.conn()).await?;
    let organization = work.organization();
    let brought = rows.into_iter().map(|row| BroughtIdentity {
        party: row.party_id,
        key_name: row.key_name,
        sealed: row.sealed,
        place: place_of(organization, row.account_id, row.position),
    });
    work.emit(IdentityNumbersBrought(brought.collect()));
    Ok(())
}
