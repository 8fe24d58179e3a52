//! What runs behind the requests. Every replica runs every job; what must be done once is claimed in the database, so a
//! job that dies half-way is simply done by the next look.

use std::{sync::Arc, time::Duration};

use tokio_util::sync::CancellationToken;

use crate::{
    app::App,
    cases, imports,
    kernel::{audit, idempotency, ids::OrganizationId},
    ledger, lookup, people, promises, reminders, sightings,
};

/// Looks at what is due, company by company, until shutdown.
pub async fn run(app: Arc<App>, shutdown: CancellationToken) {
    let pause = Duration::from_millis(app.settings.tick_ms);
    loop {
        let busy = tick(&app, &shutdown).await;
        let pause = if busy { Duration::ZERO } else { pause };
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// One round over all companies. Answers whether there may be more to do at once.
async fn tick(app: &App, shutdown: &CancellationToken) -> bool {
    let companies = match people::queries::companies(app.kernel.database.read()).await {
        Ok(companies) => companies,
        Err(failure) => {
            tracing::warn!(%failure, "the jobs wait for the database");
            return false;
        }
    };
    let mut busy = false;
    for company in companies {
        if shutdown.is_cancelled() {
            return false;
        }
        busy |= jobs(app, company).await;
    }
    busy
}

/// The jobs of one company, in the order of their effects: what becomes overdue, what is judged, what is reminded of. One
/// that fails is tried again by the next look, since each is claimed anew and safe to repeat; it does not hold up the rest.
async fn jobs(app: &App, company: OrganizationId) -> bool {
    let settled = ledger::jobs::settle_what_waited(&app.kernel, company).await;
    let opened = cases::jobs::open_cases(&app.kernel, company).await;
    let mended = cases::jobs::mend_bare(&app.kernel, company).await;
    let woken = cases::holds::jobs::end_holds(&app.kernel, company).await;
    let passed_on = cases::escalations::jobs::pass_on(&app.kernel, company).await;
    let judged = promises::jobs::judge(&app.kernel, company).await;
    let passed = reminders::handover::hand_over(&app.kernel, company).await;
    let reminded = reminders::jobs::remind(&app.kernel, &app.hub, company).await;
    let rescued = reminders::orphans::rescue(&app.kernel, &app.hub, company).await;
    let unseen = sightings::jobs::erase_old(&app.kernel, company).await;
    let days = app.settings.import_files_days;
    let swept = imports::sweeping::sweep(&app.kernel, company, days).await;
    let sealed = audit::seal::seal(&app.kernel, company).await;
    let searchable = lookup::jobs::rebuild(&app.kernel, company).await;
    let left = people::sign_in::jobs::clean(&app.kernel, company).await;
    let forgotten = idempotency::clean(&app.kernel, company).await;
    let all = [
        ("settle what waited", settled),
        ("open cases", opened),
        ("mend bare cases", mended),
        ("end holds", woken),
        ("pass escalations on", passed_on),
        ("judge promises", judged),
        ("hand over", passed),
        ("remind", reminded),
        ("rescue reminders", rescued),
        ("erase sightings", unseen),
        ("throw away imported files", swept),
        ("make search terms", searchable),
        ("take away sign-ins", left),
        ("forget keys", forgotten),
        ("seal the audit log", sealed),
    ];
    all.into_iter().fold(false, |busy, (job, done)| {
        let more = done.unwrap_or_else(|failure| {
            tracing::warn!(%company, job, %failure, "a job failed and will be tried again");
            false
        });
        busy || more
    })
}
