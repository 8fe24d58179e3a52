//! Reading contacts of accounts that were found through the actor before.

use std::collections::HashMap;

use guanjia_entity::{contact, contact_account, contact_amendment};
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult};
use serde::{Deserialize, Serialize};

use super::store;
use crate::{
    kernel::{
        Actor, Failure, Moment,
        ids::{AccountId, ContactId, OrganizationId},
        paging::Page,
        sql::Sql,
    },
    owners,
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
         WHERE l.organization_id = $1 AND l.corrected_at IS NULL AND l.account_id IN ";
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

/// One contact, if the actor reaches an account that it is or was about.
pub async fn reachable(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    now: Moment,
    id: ContactId,
) -> Result<contact::Model, Failure> {
    let row = contact(conn, actor.organization, id).await?;
    let links = store::links(conn, actor.organization, &[id]).await?;
    let accounts: Vec<AccountId> = links.iter().map(|link| link.account_id).collect();
    let today = owners::queries::reach_day(now);
    if owners::store::reachable(conn, actor, today, &accounts).await?.is_empty() {
        return Err(Failure::NotFound);
    }
    Ok(row)
}

/// The accounts that a contact is or was about, as far as the actor reaches them.
pub async fn links(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    now: Moment,
    id: ContactId,
) -> Result<Vec<contact_account::Model>, Failure> {
    let links = store::links(conn, actor.organization, &[id]).await?;
    let accounts: Vec<AccountId> = links.iter().map(|link| link.account_id).collect();
    let today = owners::queries::reach_day(now);
    let reached = owners::store::reachable(conn, actor, today, &accounts).await?;
    let mine = |link: &contact_account::Model| {
        reached.iter().any(|account| account.account_id == link.account_id)
    };
    Ok(links.into_iter().filter(mine).collect())
}

/// What a contact said before each amendment, the oldest first.
pub async fn amendments(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    id: ContactId,
) -> Result<Vec<contact_amendment::Model>, Failure> {
    Ok(store::amendments(conn, organization, id).await?)
}

/// The place of a contact in the order of an account's contacts: the cursor.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Place {
    at: Moment,
    id: uuid::Uuid,
}

impl From<&contact::Model> for Place {
    fn from(row: &contact::Model) -> Self {
        Self { at: row.occurred_at, id: row.id.into() }
    }
}

/// Contacts about an account that was found through the actor before, the newest first; and whether there are more.
pub async fn of_account(
    conn: &impl ConnectionTrait,
    (organization, account): (OrganizationId, AccountId),
    page: Page<Place>,
) -> Result<(Vec<contact::Model>, bool), Failure> {
    let after = page.after.map(|place| (place.at, place.id));
    let of = (organization, account);
    let mut rows = store::of_account(conn, of, (page.first + 1, after)).await?;
    let more = rows.len() > page.first;
    rows.truncate(page.first);
    Ok((rows, more))
}
