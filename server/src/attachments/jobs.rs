//! Throwing away what nobody tied to anything.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use tokio_util::sync::CancellationToken;

use super::{rules::LOOSE_HOURS, store};
use crate::{
    adapters::vault::Vault,
    app::App,
    kernel::{
        By, Failure, Kernel,
        ids::{AttachmentId, OrganizationId},
    },
    people,
};

/// Attachments looked at in one round.
const AT_ONCE: u64 = 100;

/// Throws away, company by company, until shutdown. It has a loop of its own, so that a store that is slow or away holds up
/// no reminder.
pub async fn run(app: Arc<App>, shutdown: CancellationToken) {
    let pause = Duration::from_millis(app.settings.tick_ms);
    loop {
        let busy = tokio::select! {
            () = shutdown.cancelled() => return,
            busy = round(&app) => busy,
        };
        let pause = if busy { Duration::ZERO } else { pause };
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// A batch of each company. What is dropped in the middle is found again by the next.
async fn round(app: &App) -> bool {
    let companies = people::queries::companies(app.kernel.database.read()).await;
    let mut busy = false;
    for company in companies.unwrap_or_default() {
        let done = discard(&app.kernel, app.vault.as_ref(), company).await;
        busy |= done.unwrap_or_else(|failure| {
            tracing::warn!(%company, %failure, "attachments are thrown away later");
            false
        });
    }
    busy
}

/// Throws away a batch of one company. Answers whether there may be more. First the row is given up, then the bytes go, then
/// the row: a process that dies in between leaves a row that the next round finds again.
pub async fn discard(
    kernel: &Kernel,
    vault: &dyn Vault,
    organization: OrganizationId,
) -> Result<bool, Failure> {
    let before = kernel.clock.domain() - TimeDelta::hours(LOOSE_HOURS);
    let conn = kernel.database.read();
    let loose: Vec<AttachmentId> = store::loose(conn, organization, (before, AT_ONCE))
        .await?
        .iter()
        .map(|row| row.id)
        .collect();
    if loose.is_empty() {
        return Ok(false);
    }
    let by = By::System(organization);
    let ids = loose.clone();
    kernel
        .write(by.clone(), |work| Box::pin(async move { Ok(store::give_up(work, &ids).await?) }))
        .await?;
    for id in loose {
        let given_up = store::get(conn, organization, id).await?;
        if given_up.is_none_or(|row| row.state != "DISCARDED") {
            continue;
        }
        let gone = vault.discard(&organization.to_string(), &id.to_string()).await;
        gone.map_err(|e| Failure::broken("throw away an attachment", e))?;
        kernel
            .write(by.clone(), |work| Box::pin(async move { Ok(store::forget(work, id).await?) }))
            .await?;
    }
    Ok(true)
}
