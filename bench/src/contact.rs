//! Logging a contact with a promise, against the same statements in one transaction by pgbench.
//!
//! Both sides go through the plain units of the invented company one after the other, each unit once: the program through
//! the lower half, pgbench through the upper. So nobody repeats an act that is done.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use guanjia::demo::city::{STEWARD_UNITS, steward_mobile};

use crate::{
    Result,
    acts::{self, EVERY, FIRST, MODEL_KEY, Of, Part, act},
    load::{self, Aim, Speech},
    postgres::{self, Company, Spoken},
    processes,
    report::{Report, median},
    server::{self, Served},
};

/// Callers of the program, connections of pgbench.
const CALLERS: usize = 16;
const CLIENTS: u64 = 8;
/// Turns of each side.
const TURNS: u64 = 3;
/// Stewards signed in; their units are gone through in the program's turns.
const STEWARDS: u64 = 60;

pub(crate) async fn run(report: &mut Report, company: &Company, seconds: u64) -> Result<()> {
    let server = Served::program(&company.settings()).await?;
    let text = Arc::new(server::operation("LogContact")?);
    let mut tokens = Vec::new();
    for steward in 0..STEWARDS.min(company.stewards() / 2) {
        tokens.push(server.sign_in(&steward_mobile(steward)).await?);
    }
    let mine = tokens.len() as u64 * STEWARD_UNITS / EVERY;
    // The last steward's first plain unit is the model of the script.
    let model = (company.stewards() / 2) * STEWARD_UNITS + FIRST;
    let token = server.sign_in(&steward_mobile(company.stewards() / 2)).await?;
    let since = guanjia::kernel::ids::fresh();
    let statements =
        company.statements_of(server.ask(&token, &text, act(model, MODEL_KEY))).await?;
    let count = statements.len();
    let script = script(&(statements, since), model);
    let (tokens, next) = (Arc::new(tokens), Arc::new(AtomicU64::new(0)));
    let (mut ours, mut theirs, mut spent) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..TURNS {
        let aim = Aim {
            address: server.address,
            speech: Speech::Http,
            greeting: Vec::new(),
            callers: CALLERS,
            seconds,
        };
        let (tokens, next, text) = (tokens.clone(), next.clone(), text.clone());
        let before =
            processes::time_of(server.pid())? + processes::time_of_family(company.postmaster)?;
        let turn = load::turn(aim, move |_, _| {
            let step = next.fetch_add(1, Ordering::Relaxed) % mine;
            // One steward after the other, so that their locks are not all one.
            let count = tokens.len() as u64;
            let (steward, nth) = (step % count, step / count);
            let unit = steward * STEWARD_UNITS + nth * EVERY + FIRST;
            let key = format!("bench-{round}-{step}-{unit}");
            let token = &tokens[usize::try_from(steward).unwrap_or(0)];
            server::by_text(token, &text, &act(unit, &key))
        })
        .await?;
        let after =
            processes::time_of(server.pid())? + processes::time_of_family(company.postmaster)?;
        spent.push(after.saturating_sub(before).as_secs_f64() * 1e6 / turn.answers as f64);
        ours.push(turn.rate);
        theirs.push(
            company.pgbench(&[starting(&script, company, round)], (CLIENTS as usize, seconds))?,
        );
    }
    let what = format!(
        "log contact with promise ÷ pgbench of its {} statements in one transaction",
        count
    );
    report.ratio(("P7", "≥ 0.60"), &what, (median(ours), median(theirs)));
    report.row(
        "",
        "the same: processor time of program and database",
        format!("{:.0} µs", median(spent)),
        "",
    );
    Ok(())
}

/// The statements of one act as a script for any plain unit: ids of the model's rows follow from the unit's number, ids
/// that were made in the act are made anew, and so is the key.
fn script(model: &(Vec<Spoken>, uuid::Uuid), unit: u64) -> String {
    let mut script = String::new();
    for (text, parts) in acts::parts(model, unit) {
        let values: Vec<String> = parts.iter().map(expression).collect();
        script.push_str(&postgres::filled(&text, &values).replace('\n', " "));
        script.push_str(";\n");
    }
    script
}

fn expression(part: &Part) -> String {
    let (id, of) = match part {
        Part::Null => return "NULL".to_owned(),
        Part::Key => return "('bench-' || :client_id || '-' || :i)".to_owned(),
        Part::Same(value) => return postgres::literal(value),
        Part::Id(id, of) => (id.to_string(), of),
    };
    let number = match of {
        Of::Unit => ":i".to_owned(),
        Of::Third(rest) => format!("3 * :i + {rest}"),
        Of::Steward => format!(":i / {STEWARD_UNITS}"),
        Of::Made(nth) => {
            let head = 0xbe00_0000 + nth;
            return format!(
                "('{head:08x}-0000-7000-8000-' || lpad(to_hex((:r)::bigint), 12, '0'))::uuid"
            );
        }
    };
    format!("('{}' || lpad(to_hex(({number})::bigint), 12, '0'))::uuid", &id[..24])
}

/// The script with the place where a round of pgbench begins: each client has a stretch of its own.
fn starting(script: &str, company: &Company, round: u64) -> String {
    let half = company.units / 2 / EVERY;
    let stretch = half / CLIENTS / TURNS;
    format!(
        "\\set n :n + 1\n\\set i ({half} + (:client_id * {TURNS} + {round}) * {stretch} + (:n % {stretch})) * {EVERY} + {FIRST}\n\\set r random(0, 281474976710655)\n{script}"
    )
}
