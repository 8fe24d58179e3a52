//! Does a variable fit the place where it stands?
//!
//! The validator of documents looks only at variables that are a whole argument, and lets a default
//! of null pass for a value.

use std::collections::HashSet;

use apollo_compiler::{
    ExecutableDocument, Node, Schema,
    ast::{Argument, DirectiveList, InputValueDefinition, Type, Value, VariableDefinition},
    executable::{Operation, Selection, SelectionSet},
    schema::ExtendedType,
};

use crate::{errors::Code, fault::Fault};

/// Holds the variables of every operation against the places where they stand. The document is
/// otherwise valid.
pub(crate) fn check(document: &ExecutableDocument, schema: &Schema) -> Result<(), Fault> {
    document.operations.iter().filter(|operation| !operation.variables.is_empty()).try_for_each(
        |operation| {
            let mut places = Places { document, schema, operation, seen: HashSet::new() };
            places.selections(&operation.selection_set)
        },
    )
}

struct Places<'a> {
    document: &'a ExecutableDocument,
    schema: &'a Schema,
    operation: &'a Operation,
    /// Fragments that were looked at for this operation.
    seen: HashSet<&'a str>,
}

impl<'a> Places<'a> {
    fn selections(&mut self, set: &'a SelectionSet) -> Result<(), Fault> {
        set.selections.iter().try_for_each(|selection| {
            self.directives(selection.directives())?;
            match selection {
                Selection::Field(field) => {
                    self.arguments(&field.arguments, &field.definition.arguments)?;
                    self.selections(&field.selection_set)
                }
                Selection::InlineFragment(inline) => self.selections(&inline.selection_set),
                Selection::FragmentSpread(spread) => match spread.fragment_def(self.document) {
                    Some(fragment) if self.seen.insert(&spread.fragment_name) => {
                        self.selections(&fragment.selection_set)
                    }
                    _ => Ok(()),
                },
            }
        })
    }

    fn directives(&self, list: &DirectiveList) -> Result<(), Fault> {
        list.iter().try_for_each(|directive| {
            match self.schema.directive_definitions.get(&directive.name) {
                Some(definition) => self.arguments(&directive.arguments, &definition.arguments),
                None => Ok(()),
            }
        })
    }

    fn arguments(
        &self,
        given: &[Node<Argument>],
        places: &[Node<InputValueDefinition>],
    ) -> Result<(), Fault> {
        given.iter().try_for_each(|argument| {
            match places.iter().find(|place| place.name == argument.name) {
                Some(place) => {
                    self.value(&argument.value, &place.ty, place.default_value.is_some())
                }
                None => Ok(()),
            }
        })
    }

    fn value(&self, value: &Value, place: &Type, has_default: bool) -> Result<(), Fault> {
        match value {
            Value::Variable(name) => match self.variable(name) {
                Some(variable) if !fits(variable, place, has_default) => {
                    let (given, needed) = (&variable.ty, place);
                    Err(Fault::because(
                        Code::ValidationFailed,
                        format!(
                            "Variable \"${name}\" of type \"{given}\" used in position expecting type \"{needed}\"."
                        ),
                    ))
                }
                _ => Ok(()),
            },
            Value::List(items) if place.is_list() => {
                items.iter().try_for_each(|item| self.value(item, place.item_type(), false))
            }
            Value::Object(fields) => {
                let Some(ExtendedType::InputObject(object)) =
                    self.schema.types.get(place.inner_named_type())
                else {
                    return Ok(());
                };
                fields.iter().try_for_each(|(name, value)| match object.fields.get(name) {
                    Some(field) => self.value(value, &field.ty, field.default_value.is_some()),
                    None => Ok(()),
                })
            }
            _ => Ok(()),
        }
    }

    fn variable(&self, name: &str) -> Option<&'a Node<VariableDefinition>> {
        self.operation.variables.iter().find(|variable| variable.name == name)
    }
}

/// `IsVariableUsageAllowed` of the specification: a default, here or there, makes up for a missing
/// value.
fn fits(variable: &VariableDefinition, place: &Type, has_default: bool) -> bool {
    let own_default = variable.default_value.as_ref().is_some_and(|default| !default.is_null());
    if place.is_non_null() && !variable.ty.is_non_null() && (own_default || has_default) {
        return variable.ty.is_assignable_to(&place.clone().nullable());
    }
    variable.ty.is_assignable_to(place)
}
