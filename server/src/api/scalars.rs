//! How ids, money, days and moments are written on the wire.

use std::{borrow::Cow, fmt};

use async_graphql::{
    ContextSelectionSet, ID, InputType, InputValueError, InputValueResult, OutputType, Positioned,
    Scalar, ScalarType, ServerError, ServerResult, Value, parser::types::Field, registry::Registry,
};
use chrono::{DateTime, Datelike as _, FixedOffset, NaiveDate, NaiveTime, Utc};

use super::context::Caller;
use crate::{
    kernel::{Fen, clock::whole_micros, ids::TypedId},
    owners::masking,
};

/// An id of one kind as GraphQL's `ID`; an id of another kind is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gid<T>(pub T);

impl<T: TypedId> fmt::Display for Gid<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T: TypedId + Send + Sync> InputType for Gid<T> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        <ID as InputType>::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <ID as InputType>::create_type_info(registry)
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        let id = <ID as InputType>::parse(value).map_err(InputValueError::propagate)?;
        id.parse().map(Self).map_err(InputValueError::custom)
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

impl<T: TypedId + Send + Sync> OutputType for Gid<T> {
    fn type_name() -> Cow<'static, str> {
        <ID as OutputType>::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <ID as OutputType>::create_type_info(registry)
    }

    async fn resolve(
        &self,
        _: &ContextSelectionSet<'_>,
        _: &Positioned<Field>,
    ) -> ServerResult<Value> {
        Ok(Value::String(self.0.to_string()))
    }
}

/// Text that people wrote, as a `String`: numbers of people that stand in it are masked for whoever may not see them.
#[derive(Clone, Debug)]
pub struct Written(pub String);

impl OutputType for Written {
    fn type_name() -> Cow<'static, str> {
        <String as OutputType>::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <String as OutputType>::create_type_info(registry)
    }

    async fn resolve(
        &self,
        ctx: &ContextSelectionSet<'_>,
        field: &Positioned<Field>,
    ) -> ServerResult<Value> {
        let actor = ctx.data_opt::<Caller>().and_then(|caller| caller.actor.as_ref());
        let refused = || ctx.set_error_path(ServerError::new("not signed in", Some(field.pos)));
        Ok(Value::String(masking::text_shown(actor.ok_or_else(refused)?, &self.0)))
    }
}

/// An amount in yuan as a decimal string with two digits, such as "1240.00"; input may leave decimals out.
#[derive(Clone, Copy, Debug)]
pub struct Money(pub Fen);

impl Money {
    /// From fen.
    pub fn fen(fen: i64) -> Self {
        Self(Fen(fen))
    }
}

/// An amount in yuan as a decimal string with two digits, such as "1240.00"; input may leave decimals out. Never a float.
#[Scalar(name = "Money")]
impl ScalarType for Money {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => text.parse().map(Self).map_err(|_| {
                InputValueError::custom(
                    "not an amount in yuan with at most two decimals, such as \"1240.00\"",
                )
            }),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// Years that a day or moment may have: what is written with four digits sorts as text, and nobody means another.
fn in_our_time(year: i32) -> bool {
    (1900..3000).contains(&year)
}

/// A local day of the community.
#[derive(Clone, Copy, Debug)]
pub struct Date(pub NaiveDate);

/// A local day of the community, such as "2026-11-27". Due means until its end; overdue starts on the next day.
#[Scalar(name = "Date", specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339#section-5.6")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => {
                let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
                day.filter(|day| in_our_time(day.year()))
                    .map(Self)
                    .ok_or_else(|| InputValueError::custom("not a day such as \"2026-11-27\""))
            }
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// An hour of a local day.
#[derive(Clone, Copy, Debug)]
pub struct LocalTime(pub NaiveTime);

/// An hour and minute of a local day of the community, such as "15:30".
#[Scalar(name = "LocalTime")]
impl ScalarType for LocalTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => NaiveTime::parse_from_str(text, "%H:%M")
                .map(Self)
                .map_err(|_| InputValueError::custom("not an hour such as \"15:30\"")),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.format("%H:%M").to_string())
    }
}

/// A moment.
#[derive(Clone, Copy, Debug)]
pub struct Instant(pub DateTime<Utc>);

/// A moment as RFC 3339 with an offset, such as "2026-11-27T08:30:00+08:00"; answers are in UTC with microseconds.
#[Scalar(
    name = "DateTime",
    specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339#section-5.6"
)]
impl ScalarType for Instant {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => DateTime::parse_from_rfc3339(text)
                .ok()
                .map(|moment: DateTime<FixedOffset>| whole_micros(moment.to_utc()))
                .filter(|moment| in_our_time(moment.year()))
                .map(Self)
                .ok_or_else(|| {
                    InputValueError::custom("not a moment such as \"2026-11-27T08:30:00+08:00\"")
                }),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_rfc3339_opts(chrono::SecondsFormat::Micros, true))
    }
}
