//! Reading identity numbers.

use sea_orm::ConnectionTrait;

use super::{identity, store};
use crate::{
    kernel::{
        Failure,
        ids::{AccountId, OrganizationId, PartyId},
        secrets::{self, Keyring},
    },
    owners::masking,
};

/// What an encrypted number is bound to: copied to another person it does not open.
pub(super) fn place(organization: OrganizationId, party: PartyId) -> Vec<u8> {
    secrets::place([organization.into(), party.into()], &[])
}

/// The identity number of somebody who was found through the actor before.
pub(super) async fn identity_number(
    conn: &impl ConnectionTrait,
    keyring: &Keyring,
    (organization, party): (OrganizationId, PartyId),
) -> Result<Option<String>, Failure> {
    let Some(row) = store::identity_of(conn, organization, party).await? else { return Ok(None) };
    keyring.open((&row.key_name, &row.sealed), &place(organization, party)).map(Some)
}

/// The same, masked, as everybody sees it.
pub async fn masked_identity_number(
    conn: &impl ConnectionTrait,
    keyring: &Keyring,
    party: (OrganizationId, PartyId),
) -> Result<Option<String>, Failure> {
    Ok(identity_number(conn, keyring, party).await?.map(|number| masking::masked(&number)))
}

/// Accounts of the person with this identity number, whole; nothing finds it by a part. Whoever shows them asks for reach.
pub async fn accounts_by_identity(
    conn: &impl ConnectionTrait,
    keyring: &Keyring,
    (organization, number): (OrganizationId, &str),
) -> Result<Vec<AccountId>, Failure> {
    let prints = keyring.prints_of(&identity::bare(number))?;
    Ok(store::accounts_by_print(conn, organization, &prints).await?)
}
