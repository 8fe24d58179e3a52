//! What the card of an account asks of the ledger.

use async_graphql::{Context, InputObject, Result};
use chrono::NaiveDate;

use super::figures::{Arrears, Penalty, Statement};
use crate::{
    api::{
        beside::Beside,
        context::Ask,
        scalars::{Date, Instant},
    },
    kernel::{Moment, ids::AccountId, paging::Page},
    ledger::{
        figures::{self, AsOf},
        queries,
    },
    owners,
};

/// Which days a statement shows.
#[derive(InputObject)]
pub struct StatementDays {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// As known at this moment; now, if left out.
    pub known_at: Option<Instant>,
}

/// Arrears of an account that was found through the actor. Today's come from the kept balances, for all accounts of a page
/// at once.
pub async fn arrears(
    ctx: &Context<'_>,
    (account, beside): (AccountId, &Beside),
    (on, at): (Option<NaiveDate>, Option<Moment>),
) -> Result<Arrears> {
    let organization = ctx.actor()?.organization;
    let today = owners::queries::reach_day(ctx.app()?.kernel.clock.domain());
    let as_of = AsOf { on: on.unwrap_or(today), at };
    if as_of.on == today && at.is_none() {
        let conn = ctx.conn()?;
        let found = beside.read(("arrears", 0), account, async |ids| {
            let rows = queries::arrears(conn, organization, today, ids).await?;
            Ok(rows.into_iter().map(|row| (row.account_id, row)).collect())
        });
        let row = found.await.map_err(|f| ctx.tell(f))?;
        return Ok(Arrears::of_today((organization, account), today, row));
    }
    let figure = figures::of_account(ctx.conn()?, organization, account, as_of).await;
    Ok(Arrears::of_figure(figure.map_err(|f| ctx.tell(f))?, as_of))
}

/// What an account that was found through the actor bears for paying late.
pub async fn penalty(
    ctx: &Context<'_>,
    account: AccountId,
    (on, at): (Option<NaiveDate>, Option<Moment>),
) -> Result<Penalty> {
    let organization = ctx.actor()?.organization;
    let today = owners::queries::reach_day(ctx.app()?.kernel.clock.domain());
    let as_of = AsOf { on: on.unwrap_or(today), at };
    let found = figures::penalties(ctx.conn()?, organization, account, as_of).await;
    let (_, borne) = found.map_err(|f| ctx.tell(f))?;
    Ok(Penalty::new(&borne, as_of.on))
}

/// The statement of an account that was found through the actor.
pub async fn statement(
    ctx: &Context<'_>,
    account: AccountId,
    (days, at): ((NaiveDate, NaiveDate), Option<Moment>),
    (first, after): (Option<i32>, Option<String>),
) -> Result<Statement> {
    let page = Page::try_new(first, after.as_deref()).map_err(|f| ctx.tell(f))?;
    let place = (ctx.actor()?.organization, account);
    let whole = figures::statement(ctx.conn()?, place, days, at).await;
    Ok(Statement::new(whole.map_err(|f| ctx.tell(f))?, page))
}
