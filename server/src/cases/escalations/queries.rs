//! Reading escalations.

use guanjia_entity::{escalation, follow_up};
use sea_orm::ConnectionTrait;

use super::{State, store};
use crate::kernel::{
    Actor, Failure, Moment,
    ids::{AccountId, CaseId, EscalationId, OrganizationId},
    paging::Page,
};

/// The place of an escalation in the order: the cursor.
pub type After = (Moment, EscalationId);

/// A page of the escalations that are or were with the actor, or that they handed up; and whether there are more.
pub async fn mine(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    state: Option<State>,
    page: Page<After>,
) -> Result<(Vec<escalation::Model>, bool), Failure> {
    let count = u64::try_from(page.first + 1).unwrap_or(u64::MAX);
    let person = (actor.organization, actor.person);
    let mut rows = store::of_person(conn, person, state, (count, page.after)).await?;
    let more = rows.len() > page.first;
    rows.truncate(page.first);
    Ok((rows, more))
}

/// The open escalation of each case that has one; for cases that were found through the actor before.
pub async fn open_of(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    cases: &[CaseId],
) -> Result<Vec<escalation::Model>, Failure> {
    Ok(store::open_of(conn, organization, cases).await?)
}

/// All escalations of an account that was found through the actor before, the newest first.
pub async fn of_account(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    account: AccountId,
) -> Result<Vec<escalation::Model>, Failure> {
    Ok(store::of_account(conn, organization, account).await?)
}

/// One escalation of a company.
pub async fn by_id(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    id: EscalationId,
) -> Result<escalation::Model, Failure> {
    store::by_id(conn, organization, id).await?.ok_or(Failure::NotFound)
}

/// Whether a follow-up stands for an escalation that nobody has answered.
pub async fn stands_for(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    one: &follow_up::Model,
) -> Result<bool, Failure> {
    let Some(case) = one.case_id else { return Ok(false) };
    let open = store::open_of(conn, organization, &[case]).await?;
    Ok(open.iter().any(|escalation| escalation.follow_up_id == one.id))
}
