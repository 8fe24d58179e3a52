//! Importing the list of a year, and planning again.

use std::collections::HashMap;

use chrono::NaiveDate;
use guanjia_entity::follow_up;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    cases::{
        follow_up::step_of,
        ground::{self, Ground},
        store::{self, Affected},
        timeline::{self, Entry, Happening},
    },
    kernel::{
        Failure, Problem, ProblemCode, Work, audit, calendar_text, calendars,
        ids::{AccountId, CommunityId},
        sql::BULK,
    },
    owners::{self, events::AccountsChanged},
};

/// What an import did.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Imported {
    /// The years that were named.
    pub years: Vec<i32>,
    /// How many steps moved.
    pub moved: usize,
}

/// Reads lists of special days and goes by them from now on; a list that is known already changes nothing. Follow-ups that
/// the system planned are settled again.
pub async fn import(work: &mut Work, text: &str) -> Result<Imported, Failure> {
    let lists = calendar_text::lists_of(text)
        .map_err(|text| Failure::problem(Problem::at("text", ProblemCode::Invalid, text)))?;
    let years: Vec<i32> = lists.iter().map(|list| list.year).collect();
    let Some(before) = calendars::import(work, lists).await? else {
        return Ok(Imported { years, moved: 0 });
    };
    let changed = before.differences(&work.calendar);
    let moved = match (changed.first(), changed.last()) {
        (Some(first), Some(last)) => replan(work, None, (*first, *last)).await?,
        _ => 0,
    };
    let facts = json!({ "years": years, "changedDays": changed.len(), "moved": moved });
    audit::record(work, "CALENDAR_IMPORTED", None, facts).await?;
    Ok(Imported { years, moved })
}

/// Settles the steps to come that we planned for days in a span, or that were moved before; of one community or of all.
/// Answers how many moved.
pub(in crate::cases) async fn replan(
    work: &mut Work,
    community: Option<CommunityId>,
    (first, last): (NaiveDate, NaiveDate),
) -> Result<usize, Failure> {
    let today = owners::queries::reach_day(work.now);
    let accounts = store::to_replan(work, Affected { community, today, first, last }).await?;
    let mut moved = 0;
    for some in accounts.chunks(BULK) {
        owners::store::lock(work.conn(), work.organization(), some).await?;
        moved += settle_again(work, some).await?;
    }
    Ok(moved)
}

async fn settle_again(work: &mut Work, accounts: &[AccountId]) -> Result<usize, Failure> {
    let grounds = ground::of(work, accounts).await?;
    let open = store::open_follow_ups(work.conn(), work.organization(), accounts).await?;
    let mut entries = Vec::new();
    for one in &open {
        let Some(account) = one.account_id else { continue };
        let Some((ground, on)) = moves_to(work, &grounds, one) else { continue };
        let wanted = one.wanted_on.unwrap_or(one.due_on);
        store::place_follow_up(work, one.id, (ground.hour_again(work, one, on), wanted)).await?;
        entries.push(Entry {
            account,
            case: one.case_id,
            happening: Happening::FollowUpMoved,
            subject: Some(one.id.into()),
            facts: json!({ "dueOn": on, "from": one.due_on }),
            occurred_at: work.now,
        });
    }
    let moved = entries.len();
    work.emit_summed(AccountsChanged::of(entries.iter().map(|entry| entry.account)));
    timeline::write(work, entries).await?;
    Ok(moved)
}

/// The day to which a step moves, if it does. What is due already stays, and nothing moves into the past.
fn moves_to<'g>(
    work: &Work,
    grounds: &'g HashMap<AccountId, Ground>,
    one: &follow_up::Model,
) -> Option<(&'g Ground, NaiveDate)> {
    let ground = grounds.get(&one.account_id?)?;
    let today = work.today(ground.zone);
    if !step_of(one).is_ours() || one.due_on <= today {
        return None;
    }
    let on = ground.settle(work, one.wanted_on.unwrap_or(one.due_on), step_of(one));
    let on = if on < today { work.calendar.workday_from(today) } else { on };
    (on != one.due_on).then_some((ground, on))
}
