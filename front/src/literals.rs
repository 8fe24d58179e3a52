//! What the validator of documents leaves out of the values that are written into them.

use std::collections::HashSet;

use apollo_compiler::{
    Node,
    ast::{Argument, Definition, DirectiveList, Document, Selection, Value},
};

use crate::{errors::Code, fault::Fault};

/// Refuses an input field that is written twice, and U+0000 in a text.
pub(crate) fn check(document: &Document) -> Result<(), Fault> {
    document.definitions.iter().try_for_each(|definition| match definition {
        Definition::OperationDefinition(operation) => {
            directives(&operation.directives)?;
            for variable in &operation.variables {
                directives(&variable.directives)?;
                variable.default_value.iter().try_for_each(|default| value(default))?;
            }
            selections(&operation.selection_set)
        }
        Definition::FragmentDefinition(fragment) => {
            directives(&fragment.directives)?;
            selections(&fragment.selection_set)
        }
        // Not executable: validation refuses it.
        _ => Ok(()),
    })
}

fn selections(set: &[Selection]) -> Result<(), Fault> {
    set.iter().try_for_each(|selection| match selection {
        Selection::Field(field) => {
            arguments(&field.arguments)?;
            directives(&field.directives)?;
            selections(&field.selection_set)
        }
        Selection::FragmentSpread(spread) => directives(&spread.directives),
        Selection::InlineFragment(inline) => {
            directives(&inline.directives)?;
            selections(&inline.selection_set)
        }
    })
}

fn directives(list: &DirectiveList) -> Result<(), Fault> {
    list.iter().try_for_each(|directive| arguments(&directive.arguments))
}

fn arguments(list: &[Node<Argument>]) -> Result<(), Fault> {
    list.iter().try_for_each(|argument| value(&argument.value))
}

fn value(literal: &Value) -> Result<(), Fault> {
    match literal {
        // Not every database can store it.
        Value::String(text) if text.contains('\0') => {
            Err(Fault::because(Code::BadUserInput, "a text contains U+0000"))
        }
        Value::List(items) => items.iter().try_for_each(|item| value(item)),
        Value::Object(fields) => {
            let mut names = HashSet::new();
            for (name, field) in fields {
                if !names.insert(name.as_str()) {
                    let detail = format!("There can be only one input field named \"{name}\".");
                    return Err(Fault::because(Code::ValidationFailed, detail));
                }
                value(field)?;
            }
            Ok(())
        }
        _ => Ok(()),
    }
}
