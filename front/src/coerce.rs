//! Do the values of the variables fit their types?

use apollo_compiler::{
    ExecutableDocument, Schema,
    request::coerce_variable_values,
    response::{JsonMap, JsonValue},
    validation::Valid,
};
use async_graphql::{Pos, Value, Variables};

use crate::{errors::Code, fault::Fault};

/// Holds variables against the types that the operation declares.
///
/// Only the check counts: the engine fills in defaults itself.
pub(crate) fn check(
    schema: &Valid<Schema>,
    document: &Valid<ExecutableDocument>,
    name: Option<&str>,
    variables: &Variables,
) -> Result<(), Fault> {
    let Ok(operation) = document.operations.get(name) else {
        return Err(Fault::new(Code::OperationResolutionFailure));
    };
    let mut values = JsonMap::new();
    for (name, value) in variables.iter() {
        values.insert(name.as_str(), json(value));
    }
    match coerce_variable_values(schema, operation, &values) {
        Ok(_) => Ok(()),
        Err(error) => {
            let told = error.to_graphql_error(&document.sources);
            let place = told.locations.first();
            let place = place.map(|place| Pos { line: place.line, column: place.column });
            Err(Fault::because(Code::BadUserInput, told.message).at(place))
        }
    }
}

fn json(value: &Value) -> JsonValue {
    match value {
        Value::Null | Value::Binary(_) => JsonValue::Null,
        Value::Boolean(truth) => JsonValue::Bool(*truth),
        Value::Number(number) => JsonValue::Number(number.clone()),
        Value::String(text) => JsonValue::String(text.as_str().into()),
        Value::Enum(name) => JsonValue::String(name.as_str().into()),
        Value::List(items) => JsonValue::Array(items.iter().map(json).collect()),
        Value::Object(members) => {
            let mut map = JsonMap::new();
            for (key, value) in members {
                map.insert(key.as_str(), json(value));
            }
            JsonValue::Object(map)
        }
    }
}
