//! Reading contacts of accounts that were found through the actor before.

use std::collections::HashMap;

use guanjia_entity::contact;
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult};

use crate::kernel::{
    Failure, Moment,
    ids::{AccountId, ContactId, OrganizationId},
    sql::Sql,
};

/// The newest contact about an account, in short.
#[derive(Clone, Debug, FromQueryResult)]
pub struct LastContact {
    /// About whom.
    pub account_id: AccountId,
    /// When.
    pub occurred_at: Moment,
    /// How.
    pub channel: String,
    /// What came of it.
    pub disposition: String,
}

/// The newest contact about each of some accounts.
pub async fn last_contacts(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    accounts: &[AccountId],
) -> Result<HashMap<AccountId, LastContact>, Failure> {
    let text = "SELECT account_id, occurred_at, channel, disposition FROM ( \
         SELECT l.account_id, c.occurred_at, c.channel, c.disposition, \
         ROW_NUMBER() OVER (PARTITION BY l.account_id ORDER BY c.occurred_at DESC, c.id DESC) AS nth \
         FROM contact_account l JOIN contact c ON c.organization_id = l.organization_id AND c.id = l.contact_id \
         WHERE l.organization_id = $1 AND l.account_id IN ";
    let rows = Sql::new(text, [organization.into()]).list(accounts.iter().copied());
    let rows: Vec<LastContact> = rows.push(") AS latest WHERE nth = 1").all(conn).await?;
    Ok(rows.into_iter().map(|row| (row.account_id, row)).collect())
}

/// One contact of a company.
pub async fn contact(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    id: ContactId,
) -> Result<contact::Model, Failure> {
    contact::Entity::find_by_id((organization, id)).one(conn).await?.ok_or(Failure::NotFound)
}
