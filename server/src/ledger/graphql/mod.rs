//! The ledger in the API: open charges, figures, acts on payments, policies, the watermark.

use async_graphql::{Context, InputObject, MergedObject, Object, Result, SimpleObject};
use chrono::NaiveDate;
use serde::Serialize;

pub mod account;
pub mod figures;
pub mod payments;
pub mod policies;
pub mod queries;

pub use figures::{AgeingBucket, Arrears, Penalty, Statement};
pub use payments::Payment;
pub use queries::LedgerQuery;

use payments::PaymentsMutation;
use policies::LedgerPoliciesMutation;

use super::{commands, queries::OpenCharge};
use crate::{
    api::{
        acts::{Problem, act},
        context::Ask,
        scalars::{Date, Gid, Money},
    },
    kernel::ids::{ChargeId, CommunityId},
    people::{self, graphql::Community},
    worklist,
};

/// A charge 应收 that is not settled.
#[derive(SimpleObject)]
pub struct Charge {
    /// Its id.
    id: Gid<ChargeId>,
    /// What it is for, such as 物业费.
    fee_item: String,
    /// The month it is for, such as "2026-09".
    period: String,
    /// Due until the end of this day.
    due_on: Date,
    /// What was charged.
    amount: Money,
    /// What of it is still open.
    open: Money,
}

impl From<OpenCharge> for Charge {
    fn from(row: OpenCharge) -> Self {
        Self {
            id: Gid(row.id),
            fee_item: row.fee_item,
            period: row.period,
            due_on: Date(row.due_on),
            amount: Money::fen(row.amount_fen),
            open: Money::fen(row.open_fen),
        }
    }
}

/// What `setWatermark` takes.
#[derive(InputObject)]
pub struct SetWatermarkInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// The community.
    community_id: Gid<CommunityId>,
    /// Payments are known up to the end of this day; today at the latest. It may go back: a mistake is corrected so.
    known_to: Date,
    /// Why, for those who ask later.
    reason: Option<String>,
}

/// What `setWatermark` answers.
#[derive(SimpleObject)]
pub struct SetWatermarkPayload {
    /// The community with its new watermark.
    community: Option<Community>,
    /// What your next `worklist` read may demand as `atLeast`.
    worklist_version: Option<i64>,
    /// What is wrong with the input.
    problems: Vec<Problem>,
}

#[derive(Serialize)]
struct Said {
    community: CommunityId,
    known_to: NaiveDate,
    reason: Option<String>,
}

/// Mutations.
#[derive(MergedObject, Default)]
pub struct LedgerMutation(WatermarkMutation, PaymentsMutation, LedgerPoliciesMutation);

/// Mutations on watermarks.
#[derive(Default)]
pub struct WatermarkMutation;

#[Object]
impl WatermarkMutation {
    /// Says up to which day the payments of a community are known. Promises whose day and grace it covers are judged at
    /// once. For managers, finance and administrators.
    async fn set_watermark(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Community, day, reason.")] input: SetWatermarkInput,
    ) -> Result<SetWatermarkPayload> {
        let said = Said {
            community: input.community_id.0,
            known_to: input.known_to.0,
            reason: input.reason,
        };
        let done = act(ctx, (&input.idempotency_key, "setWatermark"), said, |work, said| {
            Box::pin(async move {
                let actor = work.actor()?.clone();
                let community =
                    people::queries::my_community(work.conn(), &actor, said.community).await?;
                commands::set_watermark(work, &community, said.known_to, said.reason).await?;
                Ok(community.id)
            })
        });
        Ok(match done.await? {
            Ok(id) => {
                let actor = ctx.actor()?;
                let community = people::queries::my_community(ctx.conn()?, actor, id).await;
                SetWatermarkPayload {
                    community: Some(community.map_err(|f| ctx.tell(f))?.into()),
                    worklist_version: Some(worklist::graphql::my_version(ctx).await?),
                    problems: Vec::new(),
                }
            }
            Err(problems) => {
                SetWatermarkPayload { community: None, worklist_version: None, problems }
            }
        })
    }
}
