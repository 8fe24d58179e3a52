//! Mends the paths of errors.
//!
//! When an error goes up through a list whose items may not be null, the engine replaces its path
//! by that of the item. Where the error came from is still told by its place in the document, so
//! the rest of the path is found there.

use apollo_compiler::{
    ExecutableDocument, Node,
    executable::{Field, Selection, SelectionSet},
};
use async_graphql::{PathSegment, Pos, ServerError};

use crate::validate::Checked;

/// Adds what is missing at the end of an error's path. What lies inside of a second list is lost,
/// and stays so.
pub(crate) fn mend(error: &mut ServerError, checked: &Checked, operation: Option<&str>) {
    let cut = matches!(error.path.last(), Some(PathSegment::Index(_)));
    let (Some(place), Some(document), true) = (error.locations.first(), &checked.typed, cut) else {
        return;
    };
    let Ok(operation) = document.operations.get(operation) else { return };
    let mut sets = vec![&operation.selection_set];
    for segment in &error.path {
        if let PathSegment::Field(key) = segment {
            let below = sets.iter().flat_map(|set| fields(document, set));
            let meant = below.filter(|field| field.response_key() == key.as_str());
            sets = meant.map(|field| &field.selection_set).collect();
        }
    }
    let rest = sets.iter().find_map(|set| search(document, set, *place));
    error.path.extend(rest.unwrap_or_default().into_iter().map(PathSegment::Field));
}

/// The response keys that lead to the field at a place in the text, as far as the next list.
fn search(document: &ExecutableDocument, set: &SelectionSet, place: Pos) -> Option<Vec<String>> {
    fields(document, set).find_map(|field| {
        let key = field.response_key().to_string();
        if is_at(document, field, place) {
            return Some(vec![key]);
        }
        let below = search(document, &field.selection_set, place)?;
        let known = if field.definition.ty.is_list() { Vec::new() } else { below };
        Some([key].into_iter().chain(known).collect())
    })
}

/// The fields of a selection, those of fragments among them.
fn fields<'a>(
    document: &'a ExecutableDocument,
    set: &'a SelectionSet,
) -> Box<dyn Iterator<Item = &'a Node<Field>> + 'a> {
    Box::new(set.selections.iter().flat_map(move |selection| match selection {
        Selection::Field(field) => Box::new(std::iter::once(field)),
        Selection::InlineFragment(inline) => fields(document, &inline.selection_set),
        Selection::FragmentSpread(spread) => match spread.fragment_def(document) {
            Some(fragment) => fields(document, &fragment.selection_set),
            None => Box::new(std::iter::empty()),
        },
    }))
}

fn is_at(document: &ExecutableDocument, field: &Node<Field>, place: Pos) -> bool {
    let start = field.location().and_then(|span| span.line_column(&document.sources));
    start.is_some_and(|start| (start.line, start.column) == (place.line, place.column))
}
