//! How many items will a field bring?

use apollo_compiler::{
    Node,
    ast::{Field, FieldDefinition, Value},
};
use async_graphql::{Name, Variables};

use crate::settings::Limits;

/// How many items a field brings.
#[derive(Debug, PartialEq)]
pub(crate) enum Page<'a> {
    /// One, as far as counting goes.
    Single,
    /// A page of unknown length.
    Default,
    /// A list that has no pages.
    List,
    /// A list whose length the document tells.
    Literal(u64),
    /// A list whose length a variable tells.
    Variable(&'a str),
}

/// Tells the size of a field from its arguments `first` and `last`, or from its type.
///
/// A connection is counted where it is asked for, so the lists inside of it (`edges`, `nodes`) are
/// not counted again; nor are the lists of the introspection types.
pub(crate) fn of<'a>(
    field: &'a Field,
    definition: Option<&'a Node<FieldDefinition>>,
    parent: Option<&str>,
) -> Page<'a> {
    if field.selection_set.is_empty() {
        return Page::Single;
    }
    let told = field.arguments.iter().find(|argument| {
        matches!(argument.name.as_str(), "first" | "last") && !argument.value.is_null()
    });
    match told.map(|argument| &*argument.value) {
        Some(Value::Int(number)) => {
            return number.as_str().parse().map_or(Page::Default, Page::Literal);
        }
        Some(Value::Variable(name)) => return Page::Variable(name.as_str()),
        _ => {}
    }
    let counted_above =
        parent.is_some_and(|name| name.ends_with("Connection") || name.starts_with("__"));
    match definition.map(|definition| &definition.ty) {
        Some(ty) if ty.inner_named_type().ends_with("Connection") => Page::Default,
        Some(ty) if ty.is_list() && !counted_above => Page::List,
        _ => Page::Single,
    }
}

impl Page<'_> {
    /// The number of items, at most a full page.
    pub(crate) fn size(&self, limits: &Limits, variables: &Variables) -> u64 {
        let asked = match self {
            Self::Single => return 1,
            Self::List => return limits.list_default.max(1),
            Self::Default => None,
            Self::Literal(number) => Some(*number),
            Self::Variable(name) => number(variables, name),
        };
        asked.unwrap_or(limits.page_default).clamp(1, limits.page_max.max(1))
    }

    pub(crate) fn is_list(&self) -> bool {
        *self != Page::Single
    }

    pub(crate) fn varies(&self) -> bool {
        matches!(self, Page::Variable(_))
    }
}

fn number(variables: &Variables, name: &str) -> Option<u64> {
    match variables.get(&Name::new(name))? {
        async_graphql::Value::Number(number) => number.as_u64(),
        _ => None,
    }
}
