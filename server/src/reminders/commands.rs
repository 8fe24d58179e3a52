//! Seeing reminders.

use std::collections::{BTreeMap, BTreeSet};

use super::{events::Acknowledged, store};
use crate::kernel::{
    Failure, Problem, ProblemCode, Text, Work,
    ids::{FollowUpId, MembershipId, ReminderId},
};

/// Reminders that can be acknowledged at once.
const AT_ONCE: usize = 100;

/// Notes that the person saw some of their reminders. What was noted before is left alone.
pub async fn acknowledge(
    work: &mut Work,
    ids: Vec<ReminderId>,
) -> Result<Vec<ReminderId>, Failure> {
    if ids.is_empty() || ids.len() > AT_ONCE {
        let text = Text::new(
            format!("一次须确认 1 到 {AT_ONCE} 条提醒"),
            format!("1 to {AT_ONCE} reminders can be acknowledged at once"),
        );
        return Err(Failure::problem(Problem::at("reminderIds", ProblemCode::Invalid, text)));
    }
    let recipient = work.actor()?.person;
    // Whoever takes numbers first locks the counter: another device that saw the same waits, and then finds it noted.
    let last = store::take_numbers(work, recipient, 0).await?;
    let found = store::by_ids(work.conn(), (work.organization(), recipient), &ids).await?;
    let known: BTreeSet<ReminderId> = found.iter().map(|news| news.id).collect();
    check_all_known(&ids, &known)?;
    let unseen = found.iter().filter(|news| news.acknowledged_at.is_none());
    let unseen: Vec<ReminderId> = unseen.map(|news| news.id).collect();
    if !unseen.is_empty() {
        store::take_numbers(work, recipient, unseen.len()).await?;
        store::acknowledge(work, recipient, (last + 1, &unseen)).await?;
        work.emit(Acknowledged { recipient });
    }
    Ok(ids)
}

/// Takes the reminders of steps that were a mistake off the screens, as if they had been seen: it is news to every device.
/// The steps were ended before.
pub async fn take_away(work: &mut Work, follow_ups: &[FollowUpId]) -> Result<(), Failure> {
    let mut by_recipient: BTreeMap<MembershipId, Vec<ReminderId>> = BTreeMap::new();
    for one in store::unseen_of(work, follow_ups).await? {
        by_recipient.entry(one.recipient_id).or_default().push(one.id);
    }
    // Counters are locked in one order everywhere.
    for (recipient, told) in by_recipient {
        let last = store::take_numbers(work, recipient, 0).await?;
        let found = store::by_ids(work.conn(), (work.organization(), recipient), &told).await?;
        let unseen = found.iter().filter(|news| news.acknowledged_at.is_none());
        let unseen: Vec<ReminderId> = unseen.map(|news| news.id).collect();
        if !unseen.is_empty() {
            store::take_numbers(work, recipient, unseen.len()).await?;
            store::acknowledge(work, recipient, (last + 1, &unseen)).await?;
            work.emit(Acknowledged { recipient });
        }
    }
    Ok(())
}

fn check_all_known(ids: &[ReminderId], known: &BTreeSet<ReminderId>) -> Result<(), Failure> {
    let unknown = ids.iter().enumerate().filter(|(_, id)| !known.contains(id));
    let problems: Vec<Problem> = unknown
        .map(|(place, _)| {
            let text = Text::new("没有这条提醒", "there is no such reminder");
            Problem::at(&format!("reminderIds.{place}"), ProblemCode::NotFound, text)
        })
        .collect();
    if problems.is_empty() { Ok(()) } else { Err(Failure::Problems(problems)) }
}
