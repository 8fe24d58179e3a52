//! What a person may do only so often a day.

use super::{Failure, Problem, ProblemCode, Text, Work, calendar, sql::Sql};

/// Counts one more, or says that it was done often enough today. The day is Shanghai's by the security clock.
pub async fn count(work: &Work, what: &str, (limit, field): (u32, &str)) -> Result<(), Failure> {
    let person = work.actor()?.person;
    let day = calendar::local_day(work.security_now, chrono_tz::Asia::Shanghai);
    let text = "INSERT INTO daily_count (organization_id, person_id, day, what, times) VALUES ($1, $2, $3, $4, 1) \
         ON CONFLICT (organization_id, person_id, day, what) DO UPDATE SET times = daily_count.times + 1 \
         WHERE daily_count.times < $5";
    let values = [
        work.organization().into(),
        person.into(),
        day.into(),
        what.into(),
        i64::from(limit).into(),
    ];
    if limit > 0 && Sql::new(text, values).run(work.conn()).await? > 0 {
        return Ok(());
    }
    let text = Text::new(
        format!("今日次数已用完(每日 {limit} 次)"),
        format!("done as often as a day allows ({limit} times)"),
    );
    Err(Failure::problem(Problem::at(field, ProblemCode::TooMany, text)))
}
