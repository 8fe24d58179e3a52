//! May this run? Everything that is decided of an operation before the engine sees it.

use async_graphql::{
    Data, Request,
    parser::types::{DocumentOperations, ExecutableDocument, OperationType},
};

use crate::{
    caller::Visitor,
    errors::{Code, Fault},
    meter::Kind,
    params::Params,
};

/// An operation that may run.
pub(crate) struct Order {
    pub(crate) request: Request,
    pub(crate) kind: Kind,
    /// Name of the registered operation, or `other`.
    pub(crate) name: String,
    pub(crate) cost: u64,
}

/// Looks a request over. `data` is what the resolvers find in their context.
pub(crate) fn prepare(params: Params, visitor: &Visitor, data: Data) -> Result<Order, Fault> {
    let name = params.operation_name;
    let mut request = Request::new(params.query.unwrap_or_default()).variables(params.variables);
    let document =
        request.parsed_query().map_err(|error| Fault::because(Code::ParseFailed, error.message))?;
    let kind = kind(document, name.as_deref())?;
    request.operation_name = name;
    request.data = data;
    request.data.insert(visitor.request_id.clone());
    request.data.insert(visitor.trace.clone());
    Ok(Order { request, kind, name: "other".to_owned(), cost: 0 })
}

fn kind(document: &ExecutableDocument, name: Option<&str>) -> Result<Kind, Fault> {
    let operation = match (&document.operations, name) {
        (DocumentOperations::Single(operation), None) => Some(operation),
        (DocumentOperations::Single(_), Some(_)) => None,
        (DocumentOperations::Multiple(all), Some(name)) => all.get(name),
        (DocumentOperations::Multiple(all), None) => all.values().next().filter(|_| all.len() == 1),
    };
    match operation.map(|operation| operation.node.ty) {
        Some(OperationType::Query) => Ok(Kind::Query),
        Some(OperationType::Mutation) => Ok(Kind::Mutation),
        Some(OperationType::Subscription) => Ok(Kind::Subscription),
        None => Err(Fault::new(Code::OperationResolutionFailure)),
    }
}
