//! May this run? Everything that is decided of an operation before the engine sees it.

use std::sync::Arc;

use async_graphql::{Data, Request, Variables};
use quick_cache::{Weighter, sync::Cache};

use crate::{
    answers::{Question, Recall},
    caller::{Caller, Guest},
    coerce,
    desk::Desk,
    errors::Code,
    fault::Fault,
    meter::Kind,
    params::Params,
    persisted::{self, Registered},
    settings::Introspection,
    validate::{Checked, Operation},
};

/// An operation that may run.
pub(crate) struct Order {
    pub(crate) request: Request,
    pub(crate) kind: Kind,
    /// Name of the registered operation, or `other`.
    pub(crate) name: Arc<str>,
    pub(crate) cost: u64,
    pub(crate) document: Arc<Checked>,
}

/// A document that was found fit.
#[derive(Clone)]
pub(crate) struct Found {
    checked: Arc<Checked>,
    /// As what it is registered, if it is.
    registered: Option<Arc<Registered>>,
}

/// The cache of documents, bounded by the length of their texts.
pub(crate) type Seen = Cache<String, Found, ByLength>;

/// Weighs a document by its text.
#[derive(Clone)]
pub(crate) struct ByLength;

/// Memory that a document takes, parsed twice and with types, for each byte of its text; measured,
/// not reckoned.
const PARSED: u64 = 100;
/// Memory of a usual document; only an estimate for the first allocation of the cache.
const USUAL: u64 = 1000 * PARSED;

impl Weighter<String, Found> for ByLength {
    fn weight(&self, text: &String, _: &Found) -> u64 {
        text.len().max(1) as u64 * PARSED
    }
}

/// A cache for that many bytes of memory.
pub(crate) fn seen(bytes: u64) -> Seen {
    Cache::with_weighter((bytes / USUAL).max(1) as usize, bytes, ByLength)
}

/// Looks a request over. `data` is what the resolvers find in their context.
pub(crate) async fn prepare(
    desk: &Desk,
    params: Params,
    caller: Caller<'_>,
    data: Data,
) -> Result<Order, Vec<Fault>> {
    let found = find(desk, &params, caller.guest).await?;
    order(desk, found, params, (caller, data)).await
}

/// Whether the answer to a registered query is remembered. An answer that is known has passed every check once, so only
/// what may have changed since is asked again: switches and the budget.
pub(crate) async fn recall<'a>(
    desk: &'a Desk,
    found: &Found,
    params: &Params,
    (caller, data): (Caller<'_>, &Data),
) -> Result<Recall<'a>, Vec<Fault>> {
    let (Some(answers), Some(registered)) = (&desk.answers, &found.registered) else {
        return Ok(Recall::Never);
    };
    persisted::check(&desk.switches.borrow(), &registered.name, &caller.visitor.client)?;
    let operation = found.checked.operation(params.operation_name.as_deref())?;
    if operation.kind != Kind::Query || operation.introspects {
        return Ok(Recall::Never);
    }
    let question = Question {
        name: &registered.name,
        document: &registered.id,
        operation: params.operation_name.as_deref(),
        variables: &params.variables,
        data,
    };
    let recall = answers.recall(question).await;
    if let Recall::Known(answer) = &recall {
        spend(desk, caller.guest, answer.cost).await?;
    }
    Ok(recall)
}

/// Looks over a document that was found.
pub(crate) async fn order(
    desk: &Desk,
    found: Found,
    params: Params,
    (caller, data): (Caller<'_>, Data),
) -> Result<Order, Vec<Fault>> {
    let (kind, cost, name) = weigh(desk, &found, &params, caller)?;
    spend(desk, caller.guest, cost).await?;
    let mut request = Request::new(String::new()).variables(params.variables);
    request.set_parsed_query(found.checked.engine.clone());
    request.operation_name = params.operation_name;
    let extensions = params.extensions.into_iter();
    request.extensions.extend(extensions.map(|(name, value)| (name.to_string(), value)));
    request.data = data;
    request.data.insert(caller.visitor.request_id.clone());
    request.data.insert(caller.visitor.trace.clone());
    Ok(Order { request, kind, name, cost, document: found.checked })
}

impl Found {
    /// The name under which it is registered, or `other`.
    pub(crate) fn name(&self, desk: &Desk) -> Arc<str> {
        match &self.registered {
            Some(registered) => registered.name.clone(),
            None => desk.unregistered.clone(),
        }
    }
}

/// Finds the document: a registered one, one that was seen before, or a new one.
pub(crate) async fn find(desk: &Desk, params: &Params, guest: &Guest) -> Result<Found, Vec<Fault>> {
    let text = params.query.as_deref().filter(|query| !query.is_empty());
    match (text, params.document_id.as_deref().or(params.persisted_hash())) {
        (None, Some(id)) => by_id(desk, id),
        (Some(text), hash) => {
            if desk.switches.borrow().only && !guest.developer {
                return Err(Fault::new(Code::PersistedQueryRequired).into());
            }
            if hash.is_some_and(|hash| hash != persisted::hash(text)) {
                let detail = "sha256Hash is not that of the query";
                return Err(Fault::because(Code::BadRequest, detail).into());
            }
            by_text(desk, text, guest).await
        }
        (None, None) => Err(Fault::because(Code::BadRequest, "query is missing").into()),
    }
}

fn by_id(desk: &Desk, id: &str) -> Result<Found, Vec<Fault>> {
    let registered = desk.documents.by_id(id)?;
    let checked = match registered.checked.get() {
        Some(checked) => checked.clone(),
        None => {
            let checked = Arc::new(desk.rules.check(&registered.body)?);
            registered.checked.get_or_init(|| checked).clone()
        }
    };
    Ok(Found { checked, registered: Some(registered) })
}

async fn by_text(desk: &Desk, text: &str, guest: &Guest) -> Result<Found, Vec<Fault>> {
    /// A document that is looked over takes about as long as one object for each so many bytes.
    const BYTES_PER_COST: u64 = 100;
    if let Some(known) = desk.seen.get(text) {
        return Ok(known);
    }
    // Before it is looked at: what is refused must not be free, or one could keep us refusing.
    spend(desk, guest, text.len() as u64 / BYTES_PER_COST).await?;
    let registered = desk.documents.by_text(text);
    let found = Found { checked: Arc::new(desk.rules.check(text)?), registered };
    desk.seen.insert(text.to_owned(), found.clone());
    Ok(found)
}

/// Holds the operation against switches, rights, variables and limits.
fn weigh(
    desk: &Desk,
    found: &Found,
    params: &Params,
    caller: Caller<'_>,
) -> Result<(Kind, u64, Arc<str>), Fault> {
    let name = found.name(desk);
    persisted::check(&desk.switches.borrow(), &name, &caller.visitor.client)?;
    let operation = found.checked.operation(params.operation_name.as_deref())?;
    if params.read_only && operation.kind == Kind::Mutation {
        return Err(Fault::because(Code::MethodNotAllowed, "a mutation needs POST"));
    }
    if operation.introspects && !may_introspect(desk.settings.introspection, caller.guest) {
        return Err(Fault::new(Code::IntrospectionDisabled));
    }
    check_variables(desk, &found.checked, operation, &params.variables)?;
    let cost = desk.rules.cost(&found.checked, operation, &params.variables)?;
    Ok((operation.kind, cost, name))
}

fn may_introspect(setting: Introspection, guest: &Guest) -> bool {
    match setting {
        Introspection::Off => false,
        Introspection::Developers => guest.developer,
        Introspection::Everybody => true,
    }
}

fn check_variables(
    desk: &Desk,
    checked: &Checked,
    operation: &Operation,
    variables: &Variables,
) -> Result<(), Fault> {
    match (desk.rules.schema(), &checked.typed) {
        (Some(schema), Some(typed)) if operation.has_variables => {
            coerce::check(schema, typed, operation.name.as_deref(), variables)
        }
        _ => Ok(()),
    }
}

/// Takes from the budget. Everything costs something, even an operation that brings no object.
async fn spend(desk: &Desk, guest: &Guest, cost: u64) -> Result<(), Fault> {
    desk.budget.spend(&guest.key, cost.saturating_add(1)).await.map_err(|exhausted| {
        let seconds = exhausted.retry_after.as_secs().saturating_add(1);
        Fault::new(Code::RateLimited).with("retryAfter", seconds)
    })
}
