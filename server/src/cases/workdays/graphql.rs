//! The calendar of workdays in the API.

use std::sync::Arc;

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};

use super::commands::{self, Imported};
use crate::{
    api::{
        acts::{Problem, act},
        context::Ask,
        rights,
        scalars::Date,
    },
    kernel::{
        Text,
        calendar::{Calendar, SpecialDay},
    },
};

/// What is known of the workdays of a year 工作日历.
#[derive(SimpleObject)]
pub struct CalendarYear {
    /// The year.
    year: i32,
    /// Whether its public holidays and make-up workdays are known. While they are not, weekends decide.
    published: bool,
    /// A sentence for people about that, in the language of the request; null when there is nothing to say.
    note: Option<String>,
    /// The days on which the plain week does not hold, in order; none while they are not published.
    days: Vec<CalendarDay>,
}

/// A day on which the plain week does not hold.
#[derive(SimpleObject)]
pub struct CalendarDay {
    /// The day.
    day: Date,
    /// True for a make-up workday 调休上班, false for a public holiday.
    worked: bool,
    /// What it is for, such as 春节.
    name: String,
}

impl From<&SpecialDay> for CalendarDay {
    fn from(one: &SpecialDay) -> Self {
        Self { day: Date(one.day), worked: one.worked, name: one.name.clone() }
    }
}

/// What to say about a year whose list is not known.
pub fn not_published(year: i32) -> Text {
    Text::new(
        format!("{year} 年放假安排尚未公布,公布前按周末计算"),
        format!("the list of {year} is not published; until it is imported weekends decide"),
    )
}

fn year_of(ctx: &Context<'_>, calendar: &Calendar, year: i32) -> CalendarYear {
    let days = calendar.list(year).map(|list| list.days.iter().map(CalendarDay::from).collect());
    CalendarYear {
        year,
        published: days.is_some(),
        note: days.is_none().then(|| not_published(year).to(ctx.language()).to_owned()),
        days: days.unwrap_or_default(),
    }
}

async fn calendar(ctx: &Context<'_>) -> Result<Arc<Calendar>> {
    let organization = ctx.actor()?.organization;
    let kernel = &ctx.app()?.kernel;
    kernel.calendars.of(ctx.conn()?, organization).await.map_err(|f| ctx.tell(f))
}

/// Queries.
#[derive(Default)]
pub struct WorkdaysQuery;

#[Object]
impl WorkdaysQuery {
    /// The workdays of a year, as your company goes by them.
    async fn calendar(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The year, 2000 to 2199.", validator(minimum = 2000, maximum = 2199))]
        year: i32,
    ) -> Result<CalendarYear> {
        rights::check(ctx, "Query.calendar")?;
        Ok(year_of(ctx, calendar(ctx).await?.as_ref(), year))
    }
}

/// What `importCalendar` takes.
#[derive(InputObject)]
pub struct ImportCalendarInput {
    /// Chosen by the client, one per intent, the same on every retry.
    idempotency_key: String,
    /// The list: lines of day, `off` or `work`, and name; or the JSON in which China's lists are passed around.
    text: String,
}

/// What `importCalendar` answers.
#[derive(SimpleObject, Default)]
pub struct ImportCalendarPayload {
    /// The years that were imported.
    years: Vec<CalendarYear>,
    /// How many steps that the system had planned moved to another day.
    moved: i64,
    /// What is wrong with the input.
    problems: Vec<Problem>,
}

/// Mutations.
#[derive(Default)]
pub struct WorkdaysMutation;

#[Object]
impl WorkdaysMutation {
    /// Imports the public holidays and make-up workdays of a year for your company, in the place of what was known of that
    /// year. Steps that the system had planned move off days that are free now, and back from where they had been moved.
    async fn import_calendar(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The list.")] input: ImportCalendarInput,
    ) -> Result<ImportCalendarPayload> {
        let key = input.idempotency_key;
        let done = act(ctx, (&key, "importCalendar"), input.text, |work, text| {
            Box::pin(async move { commands::import(work, &text).await })
        });
        let Imported { years, moved } = match done.await? {
            Ok(imported) => imported,
            Err(problems) => {
                return Ok(ImportCalendarPayload { problems, ..ImportCalendarPayload::default() });
            }
        };
        let calendar = calendar(ctx).await?;
        let years = years.into_iter().map(|year| year_of(ctx, &calendar, year)).collect();
        let moved = i64::try_from(moved).unwrap_or_default();
        Ok(ImportCalendarPayload { years, moved, problems: Vec::new() })
    }
}
