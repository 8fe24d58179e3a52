//! What a community sets for its ledger, in the API.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};

use crate::{
    api::{
        acts::{Problem, act},
        context::Ask,
        scalars::{Date, Gid},
    },
    kernel::ids::CommunityId,
    ledger::{
        policies::{self, NewOrder, NewTerms},
        policy::{Method, PenaltyPlace},
    },
    people::{self, graphql::Community},
};

/// What `setAllocationPolicy` takes.
#[derive(InputObject)]
pub struct SetAllocationPolicyInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// The community.
    community_id: Gid<CommunityId>,
    /// What happens from this day on goes by it; what happened since is settled anew.
    from_on: Date,
    /// The order.
    method: Method,
    /// Where billed penalties stand.
    penalty_place: PenaltyPlace,
    /// Fee items that are secured, and so can wait.
    secured_items: Option<Vec<String>>,
    /// Why, at most 500 characters.
    reason: String,
}

/// What `setPenaltyPolicy` takes.
#[derive(InputObject)]
pub struct SetPenaltyPolicyInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// The community.
    community_id: Gid<CommunityId>,
    /// Holds for charges that fall due from this day on.
    from_on: Date,
    /// The fee item; every item without terms of its own, if left out.
    fee_item: Option<String>,
    /// Millionths of the open amount for each day, 0 to 10000: 500 is 万分之五. 0 ends penalties.
    daily_ppm: i32,
    /// At most this percentage of the charge, 1 to 1000; no cap, if left out.
    cap_percent: Option<i32>,
    /// Days after the due day that are free, 0 to 365.
    #[graphql(default = 0)]
    free_days: i32,
    /// Whether days of a hold are left out.
    #[graphql(default = true)]
    frozen_in_hold: bool,
    /// The clause of the contract that it rests on, at most 500 characters.
    basis: String,
}

/// What setting a policy answers.
#[derive(SimpleObject)]
pub struct LedgerPolicyPayload {
    /// The community.
    community: Option<Community>,
    /// What is wrong with the input.
    problems: Vec<Problem>,
}

/// Mutations on policies.
#[derive(Default)]
pub struct LedgerPoliciesMutation;

#[Object]
impl LedgerPoliciesMutation {
    /// Sets in which order money settles debts, beside what the payers named. Every account of the community is settled anew
    /// in the same act. For managers, directors and administrators.
    async fn set_allocation_policy(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The order.")] input: SetAllocationPolicyInput,
    ) -> Result<LedgerPolicyPayload> {
        let said = NewOrder {
            community: input.community_id.0,
            from_on: input.from_on.0,
            method: input.method,
            penalty_place: input.penalty_place,
            secured_items: input.secured_items.unwrap_or_default(),
            reason: input.reason,
        };
        let key = (input.idempotency_key.as_str(), "setAllocationPolicy");
        let done = act(ctx, key, said, |work, said| {
            Box::pin(async move {
                let actor = work.actor()?.clone();
                let id = said.community;
                let community = people::queries::my_community(work.conn(), &actor, id).await?;
                policies::set_order(work, &community, said).await?;
                Ok(id)
            })
        });
        payload(ctx, done.await?).await
    }

    /// Sets what paying late costs by the contract. For managers, directors and administrators.
    async fn set_penalty_policy(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The terms.")] input: SetPenaltyPolicyInput,
    ) -> Result<LedgerPolicyPayload> {
        let said = NewTerms {
            community: input.community_id.0,
            from_on: input.from_on.0,
            fee_item: input.fee_item,
            daily_ppm: input.daily_ppm.into(),
            cap_percent: input.cap_percent.map(i64::from),
            free_days: input.free_days.into(),
            frozen_in_hold: input.frozen_in_hold,
            basis: input.basis,
        };
        let key = (input.idempotency_key.as_str(), "setPenaltyPolicy");
        let done = act(ctx, key, said, |work, said| {
            Box::pin(async move {
                let actor = work.actor()?.clone();
                let id = said.community;
                let community = people::queries::my_community(work.conn(), &actor, id).await?;
                policies::set_terms(work, &community, said).await?;
                Ok(id)
            })
        });
        payload(ctx, done.await?).await
    }
}

async fn payload(
    ctx: &Context<'_>,
    done: std::result::Result<CommunityId, Vec<Problem>>,
) -> Result<LedgerPolicyPayload> {
    let id = match done {
        Ok(id) => id,
        Err(problems) => return Ok(LedgerPolicyPayload { community: None, problems }),
    };
    let found = people::queries::my_community(ctx.conn()?, ctx.actor()?, id).await;
    let community = Some(found.map_err(|f| ctx.tell(f))?.into());
    Ok(LedgerPolicyPayload { community, problems: Vec::new() })
}
