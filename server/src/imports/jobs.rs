//! Working on runs. Every replica may; a run is held by a lease in the database, and each transaction holds it anew. Who
//! was killed lets go when the lease ends, and who lost it finds out in its next transaction, before it writes anything.

use std::{
    future::Future,
    sync::Arc,
    time::{Duration, Instant},
};

use guanjia_entity::import_run;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::{
    commands::proposed_watermark,
    files,
    phases::{Phases, since},
    plan::{Planner, is_blocked},
    queries,
    reading::{self, NoBook, Read},
    runs::{State, Upload, state_of, summary_of},
    sheet::{OfUnit, Sheet},
    staging,
    store::{self, Turned},
    summary::Summary,
    taking_back,
};
use crate::{
    app::App,
    kernel::{
        By, Failure, Kernel, Work, audit, calendar,
        events::Task,
        ids::{self, CommunityId, ImportId, OrganizationId},
    },
    ledger, people,
};

/// How long a lease is good without a sign of life.
const LEASE: Duration = Duration::from_secs(10);
/// How often it is renewed while nothing is written.
const SIGN: Duration = Duration::from_secs(3);
/// Rows that are planned, staged and written together; a unit is never parted.
const ROWS_AT_ONCE: usize = 2_000;
/// Units that are, however few their rows.
const UNITS_AT_ONCE: usize = 200;
/// From so many new rows on the database counts anew.
const MANY: usize = 1_000;
/// After these chunks it does too: what was planned for empty tables takes long on full ones.
const COUNT_AFTER: [i64; 2] = [3, 30];

/// The hold on a run.
#[derive(Clone, Copy)]
struct Lease {
    organization: OrganizationId,
    community: CommunityId,
    run: ImportId,
    owner: uuid::Uuid,
}

/// Works on runs, company by company, one at a time, until shutdown. It has a loop of its own, so that a large file holds
/// up no reminder.
pub async fn run(app: Arc<App>, shutdown: CancellationToken) {
    let pause = Duration::from_millis(app.settings.tick_ms);
    loop {
        let busy = round(&app, &shutdown).await;
        let pause = if busy { Duration::ZERO } else { pause };
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// One run of each company. What runs at the end is dropped between two transactions; its lease ends by itself, and whoever
/// comes next goes on.
async fn round(app: &App, shutdown: &CancellationToken) -> bool {
    let companies = people::queries::companies(app.kernel.database.read()).await;
    let mut busy = false;
    for company in companies.unwrap_or_default() {
        let done = tokio::select! {
            () = shutdown.cancelled() => return false,
            done = work_off(&app.kernel, company) => done,
        };
        busy |= done.unwrap_or_else(|failure| {
            tracing::warn!(%company, %failure, "an import waits and will be gone on with");
            false
        });
    }
    busy
}

/// Works on the next run of a company that nobody works on, until it waits or is at its end. Answers whether there was one.
pub async fn work_off(kernel: &Kernel, organization: OrganizationId) -> Result<bool, Failure> {
    let now = kernel.clock.security();
    for (community, run) in store::to_do(kernel.database.read(), organization, now).await? {
        if let Some(lease) = claim(kernel, organization, (community, run)).await? {
            process(kernel, lease, (None, &mut Phases::default())).await?;
            return Ok(true);
        }
    }
    Ok(false)
}

/// The same for one run whose files are read already; if others are before it, it waits for its turn. Answers how long
/// the parts took.
pub async fn work_on(
    kernel: &Kernel,
    run: &import_run::Model,
    read: Read,
) -> Result<Phases, Failure> {
    let place = (run.community_id, run.id);
    let mut phases = Phases::default();
    if let Some(lease) = claim(kernel, run.organization_id, place).await? {
        process(kernel, lease, (Some(read), &mut phases)).await?;
    }
    Ok(phases)
}

/// Takes the lease of a run, if it is still the next of its community and nobody holds any.
async fn claim(
    kernel: &Kernel,
    organization: OrganizationId,
    (community, run): (CommunityId, ImportId),
) -> Result<Option<Lease>, Failure> {
    let lease = Lease { organization, community, run, owner: ids::fresh() };
    let act = kernel.write(By::System(organization), move |work| {
        Box::pin(async move {
            people::queries::lock_community(work.conn(), organization, community).await?;
            let next = store::to_do(work.conn(), organization, work.security_now).await?;
            if !next.contains(&(community, run)) {
                return Ok(None);
            }
            let until = work.security_now + LEASE;
            store::take_lease(work, (community, run), (lease.owner, until)).await?;
            Ok(Some(lease))
        })
    });
    act.await
}

/// One transaction on a run that is held; the lease is held anew with it.
async fn held<T: Send>(
    kernel: &Kernel,
    lease: Lease,
    act: impl for<'a> FnOnce(&'a mut Work) -> Task<'a, T> + Send + 'static,
) -> Result<T, Failure> {
    let act = kernel.write(By::System(lease.organization), move |work| {
        Box::pin(async move {
            let until = work.security_now + LEASE;
            if !store::renew_lease(work, lease.run, (lease.owner, until)).await? {
                return Err(Failure::Unavailable("the lease of an import was lost".to_owned()));
            }
            act(work).await
        })
    });
    act.await
}

/// Does something long that writes nothing, with a sign of life now and then.
async fn meanwhile<T>(
    kernel: &Kernel,
    lease: Lease,
    long: impl Future<Output = T>,
) -> Result<T, Failure> {
    tokio::pin!(long);
    loop {
        tokio::select! {
            done = &mut long => return Ok(done),
            () = tokio::time::sleep(SIGN) => held(kernel, lease, |_| Box::pin(async { Ok(()) })).await?,
        }
    }
}

/// Brings a run to where it waits for somebody, or to its end. A fault marks it as failed; a database that is away leaves it
/// to whoever comes next.
async fn process(
    kernel: &Kernel,
    lease: Lease,
    (read, phases): (Option<Read>, &mut Phases),
) -> Result<(), Failure> {
    let done = step_by_step(kernel, lease, (read, phases)).await;
    let Err(failure) = done else { return Ok(()) };
    if !matches!(failure, Failure::Unavailable(_)) {
        let why = match &failure {
            // What is wrong with rows is personal; the problems have it.
            Failure::Problems(_) => "problems".to_owned(),
            other => other.to_string(),
        };
        tracing::error!(run = %lease.run, %why, "an import failed");
        held(kernel, lease, move |work| Box::pin(fail(work, lease.run))).await?;
        return Ok(());
    }
    let free = kernel.write(By::System(lease.organization), move |work| {
        Box::pin(async move { Ok(store::drop_lease(work, lease.run, lease.owner).await?) })
    });
    // Without it the lease ends by itself.
    let _ = free.await;
    Err(failure)
}

async fn fail(work: &mut Work, id: ImportId) -> Result<(), Failure> {
    let run = queries::run_of(work.conn(), work.organization(), id).await?;
    let to = Turned {
        state: State::Failed,
        summary: None,
        chunks: run.chunks_done,
        finished_at: Some(work.now),
    };
    Ok(store::turn(work, id, to).await?)
}

async fn step_by_step(
    kernel: &Kernel,
    lease: Lease,
    (mut given, phases): (Option<Read>, &mut Phases),
) -> Result<(), Failure> {
    loop {
        let run = queries::run_of(kernel.database.read(), lease.organization, lease.run).await?;
        match state_of(&run) {
            State::Reading => {
                read_and_stage(kernel, lease, (&run, given.take(), &mut *phases)).await?;
            }
            State::Applying => apply(kernel, lease, (&run, &mut *phases)).await?,
            State::TakingBack => take_back(kernel, lease, &run).await?,
            _ => return Ok(()),
        }
    }
}

/// Reads the files and holds them against what is known. Then the run is refused, ready, or staged to be applied.
async fn read_and_stage(
    kernel: &Kernel,
    lease: Lease,
    (run, given, phases): (&import_run::Model, Option<Read>, &mut Phases),
) -> Result<(), Failure> {
    let begin = Instant::now();
    let read = match given {
        Some(read) => Ok(read),
        None => meanwhile(kernel, lease, read_files(kernel, run)).await??,
    };
    phases.reading += since(begin);
    let mut read = match read {
        Ok(read) => read,
        Err(no_book) => {
            let problems = vec![no_book.problem()];
            return refuse(kernel, lease, (problems, Summary::default())).await;
        }
    };
    let problems = std::mem::take(&mut read.book.problems);
    if is_blocked(&problems) {
        let problems = read.placed(problems);
        return refuse(kernel, lease, (problems, Summary::default())).await;
    }
    let today = crate::owners::queries::reach_day(kernel.clock.domain());
    let proposed = proposed_watermark(&read.book).map(|day| day.min(today));
    let sheet = Sheet::from(std::mem::take(&mut read.book));
    let (planner, chunks) = plan_and_stage(kernel, lease, (run, &sheet, phases)).await?;
    drop(sheet);
    let begin = Instant::now();
    let (summary, notes) = planner.finish(kernel.database.read()).await?;
    phases.planning += since(begin);
    let blocked = notes.is_blocked();
    let problems = read.placed(problems.into_iter().chain(notes.into_list()));
    if blocked {
        return refuse(kernel, lease, (problems, summary)).await;
    }
    let applies = run.applies;
    held(kernel, lease, move |work| {
        Box::pin(async move {
            let id = lease.run;
            store::put_problems(work, id, &problems).await?;
            store::propose(work, id, proposed).await?;
            let run = queries::run_of(work.conn(), work.organization(), id).await?;
            let state = if applies { State::Applying } else { State::Ready };
            if applies {
                store::take_turn(work, &run).await?;
            }
            let summary =
                serde_json::to_value(&summary).map_err(|e| Failure::broken("summary", e))?;
            let to = Turned { state, summary: Some(&summary), chunks, finished_at: None };
            Ok(store::turn(work, id, to).await?)
        })
    })
    .await
}

async fn read_files(
    kernel: &Kernel,
    run: &import_run::Model,
) -> Result<Result<Read, NoBook>, Failure> {
    let conn = kernel.database.read();
    let (organization, id) = (run.organization_id, run.id);
    let mut files = Vec::new();
    for (ordinal, name) in (0..).zip(store::file_names(conn, organization, id).await?) {
        let bytes = files::read(conn, (organization, id, ordinal), &kernel.keyring).await?;
        files.push(Upload { name, bytes: Arc::new(bytes) });
    }
    let mappings = queries::headings(conn, (organization, run.community_id)).await?;
    let reading = tokio::task::spawn_blocking(move || reading::read(files, &mappings));
    reading.await.map_err(|e| Failure::broken("reading", e))
}

/// Plans all units; when the run is to be applied, keeps what they become. Answers up to which chunk there is something.
async fn plan_and_stage(
    kernel: &Kernel,
    lease: Lease,
    (run, sheet, phases): (&import_run::Model, &Sheet, &mut Phases),
) -> Result<(Planner, i64), Failure> {
    let conn = kernel.database.read();
    let community = people::queries::communities(conn, lease.organization).await?;
    let community = community.into_iter().find(|one| one.id == lease.community);
    let community = community.ok_or(Failure::NotFound)?;
    let today = calendar::local_day(kernel.clock.domain(), calendar::zone(&community.time_zone));
    let place = (lease.organization, lease.community);
    let mut planner = Planner::try_new(conn, place, (sheet, today, kernel.keyring.clone())).await?;
    let mut chunk = run.chunks_done;
    if run.applies {
        // What an earlier try has left.
        held(kernel, lease, move |work| Box::pin(staging::forget_from(work, lease.run, chunk)))
            .await?;
    }
    let units = sheet.units();
    for some in Batches(&units) {
        let begin = Instant::now();
        let batch = planner.plan(conn, some).await?;
        phases.planning += since(begin);
        if !run.applies || batch.is_empty() || planner.notes.is_blocked() {
            continue;
        }
        let begin = Instant::now();
        held(kernel, lease, move |work| {
            Box::pin(async move { staging::stage(work, (lease.run, chunk), batch).await })
        })
        .await?;
        phases.staging += since(begin);
        chunk += 1;
    }
    Ok((planner, chunk))
}

/// Parts of a list of units, by rows.
pub(super) struct Batches<'l, 'b>(pub(super) &'l [OfUnit<'b>]);

impl<'l, 'b> Iterator for Batches<'l, 'b> {
    type Item = &'l [OfUnit<'b>];

    fn next(&mut self) -> Option<Self::Item> {
        let mut rows = 0;
        let count = self.0.iter().take(UNITS_AT_ONCE).take_while(|of| {
            let fits = rows < ROWS_AT_ONCE;
            rows += of.rows();
            fits
        });
        let (some, rest) = self.0.split_at(count.count());
        self.0 = rest;
        (!some.is_empty()).then_some(some)
    }
}

/// Nothing is changed; what is wrong stands in the list.
async fn refuse(
    kernel: &Kernel,
    lease: Lease,
    (problems, summary): (Vec<(i64, guanjia_books::Problem)>, Summary),
) -> Result<(), Failure> {
    held(kernel, lease, move |work| {
        Box::pin(async move {
            let run = queries::run_of(work.conn(), work.organization(), lease.run).await?;
            staging::forget_from(work, run.id, run.chunks_done).await?;
            store::put_problems(work, run.id, &problems).await?;
            let summary =
                serde_json::to_value(&summary).map_err(|e| Failure::broken("summary", e))?;
            // A run that was applied in part before it met a problem has failed; what it entered stands.
            let state = if run.chunks_done > 0 { State::Failed } else { State::Refused };
            let finished_at = Some(work.now);
            let chunks = run.chunks_done;
            let to = Turned { state, summary: Some(&summary), chunks, finished_at };
            store::turn(work, run.id, to).await?;
            audit::record(work, "IMPORT_REFUSED", Some(run.id.into()), json!({})).await
        })
    })
    .await
}

/// Writes the chunks that are left, then says that it is done.
async fn apply(
    kernel: &Kernel,
    lease: Lease,
    (run, phases): (&import_run::Model, &mut Phases),
) -> Result<(), Failure> {
    // Another one changed the books since this was planned, while nobody held it: it is planned anew.
    if store::last_turn(kernel.database.read(), run).await? > run.turn {
        let chunks = run.chunks;
        return held(kernel, lease, move |work| {
            Box::pin(async move {
                let to = Turned { state: State::Reading, summary: None, chunks, finished_at: None };
                Ok(store::turn(work, lease.run, to).await?)
            })
        })
        .await;
    }
    for chunk in run.chunks_done..run.chunks {
        let run = run.clone();
        let begin = Instant::now();
        let written = held(kernel, lease, move |work| {
            Box::pin(async move {
                let written = staging::write(work, &run, chunk).await?;
                store::chunk_done(work, run.id, chunk + 1).await?;
                Ok(written)
            })
        })
        .await?;
        phases.add_chunk(written, begin.elapsed());
        if COUNT_AFTER.contains(&chunk) {
            kernel.database.refresh_statistics().await?;
        }
    }
    held(kernel, lease, move |work| Box::pin(finish(work, lease))).await?;
    tracing::info!(run = %lease.run, milliseconds = ?phases, "an import is entered");
    let Summary { units, charges, waivers, payments } = summary_of(run);
    if units.created + charges.created + waivers.created + payments.created > MANY {
        kernel.database.refresh_statistics().await?;
    }
    Ok(())
}

async fn take_back(kernel: &Kernel, lease: Lease, run: &import_run::Model) -> Result<(), Failure> {
    loop {
        let own = run.clone();
        let more = held(kernel, lease, move |work| {
            Box::pin(async move { taking_back::some(work, &own).await })
        });
        if !more.await? {
            break;
        }
    }
    let own = run.clone();
    held(kernel, lease, move |work| Box::pin(async move { taking_back::finish(work, &own).await }))
        .await
}

async fn finish(work: &mut Work, lease: Lease) -> Result<(), Failure> {
    let run = queries::run_of(work.conn(), work.organization(), lease.run).await?;
    if let Some(day) = run.known_to {
        let all = people::queries::communities(work.conn(), work.organization()).await?;
        let community = all.iter().find(|one| one.id == lease.community);
        let community = community.ok_or(Failure::NotFound)?;
        let reason = Some("import".to_owned());
        ledger::commands::set_watermark(work, community, day, reason).await?;
    }
    let to = Turned {
        state: State::Done,
        summary: None,
        chunks: run.chunks,
        finished_at: Some(work.now),
    };
    store::turn(work, run.id, to).await?;
    audit::record(work, "BOOKS_IMPORTED", Some(run.id.into()), run.summary).await
}
