//! Reading everything of accounts that figures are made from.

use std::collections::HashMap;

use guanjia_entity::{allocation_policy, penalty_policy};
use sea_orm::ConnectionTrait;

use super::{
    entries::Rows,
    policy::{Method, Order, PenaltyPlace, Policy, Terms},
    store,
};
use crate::kernel::{
    Failure, Moment,
    ids::{AccountId, CommunityId, OrganizationId},
};

/// The rows of accounts that were found through the actor before.
pub async fn of_accounts(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    accounts: &[AccountId],
) -> Result<HashMap<AccountId, Rows>, Failure> {
    let mut all = HashMap::<AccountId, Rows>::new();
    for row in store::charges(conn, organization, accounts).await? {
        all.entry(row.account_id).or_default().charges.push(row);
    }
    let mut of_payment = HashMap::new();
    for row in store::payments(conn, organization, accounts).await? {
        of_payment.insert(row.id, row.account_id);
        all.entry(row.account_id).or_default().payments.push(row);
    }
    for row in store::designations(conn, organization, accounts).await? {
        let account = of_payment.get(&row.payment_id).and_then(|account| all.get_mut(account));
        account.into_iter().for_each(|rows| rows.designations.push(row.clone()));
    }
    for row in store::confirmations(conn, organization, accounts).await? {
        let account = of_payment.get(&row.payment_id).and_then(|account| all.get_mut(account));
        account.into_iter().for_each(|rows| rows.confirmations.push(row.clone()));
    }
    for row in store::adjustments(conn, organization, accounts).await? {
        all.entry(row.account_id).or_default().adjustments.push(row);
    }
    Ok(all)
}

/// The rows of one account.
pub async fn of_account(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    account: AccountId,
) -> Result<Rows, Failure> {
    let mut all = of_accounts(conn, organization, &[account]).await?;
    Ok(all.remove(&account).unwrap_or_default())
}

/// What the communities of accounts have set.
#[derive(Default)]
pub struct Policies {
    communities: HashMap<AccountId, CommunityId>,
    policies: HashMap<CommunityId, Policy>,
    preset: Policy,
}

impl Policies {
    /// What holds for an account; the law where nothing was set.
    pub fn of(&self, account: AccountId) -> &Policy {
        let community = self.communities.get(&account);
        community.and_then(|community| self.policies.get(community)).unwrap_or(&self.preset)
    }
}

/// What the communities of accounts have set, as far as it is known now.
pub async fn policies(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    accounts: &[AccountId],
) -> Result<Policies, Failure> {
    policies_known(conn, organization, (accounts, None)).await
}

/// What the communities of accounts had set, as far as it was known at a moment.
pub async fn policies_known(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    (accounts, at): (&[AccountId], Option<Moment>),
) -> Result<Policies, Failure> {
    let known = |recorded: Moment| at.is_none_or(|at| recorded <= at);
    let mut policies = HashMap::<CommunityId, Policy>::new();
    let orders = store::allocation_policies(conn, organization).await?;
    for row in orders.into_iter().filter(|row| known(row.recorded_at)) {
        policies.entry(row.community_id).or_default().orders.push(order(row));
    }
    let terms = store::penalty_policies(conn, organization).await?;
    for row in terms.into_iter().filter(|row| known(row.recorded_at)) {
        policies.entry(row.community_id).or_default().terms.push(Terms::from(row));
    }
    // Most companies go by the law, and then nobody needs to know where an account is.
    let communities = if policies.is_empty() {
        HashMap::new()
    } else {
        store::communities_of(conn, organization, accounts).await?
    };
    Ok(Policies { communities, policies, preset: Policy::default() })
}

fn order(row: allocation_policy::Model) -> Order {
    Order {
        from_on: row.from_on,
        method: Method::of_name(&row.method).unwrap_or(Method::Statutory),
        penalty_place: PenaltyPlace::of_name(&row.penalty_place)
            .unwrap_or(PenaltyPlace::BeforePrincipal),
        secured: serde_json::from_value(row.secured_items).unwrap_or_default(),
    }
}

impl From<penalty_policy::Model> for Terms {
    fn from(row: penalty_policy::Model) -> Self {
        Self {
            from_on: row.from_on,
            fee_item: row.fee_item,
            daily_ppm: row.daily_ppm,
            cap_percent: row.cap_percent,
            free_days: u64::try_from(row.free_days).unwrap_or_default(),
            frozen_in_hold: row.frozen_in_hold,
        }
    }
}
