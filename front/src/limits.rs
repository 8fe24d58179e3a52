//! How much does a document ask for? Measured before anything else looks at it.
//!
//! Each fragment is measured once, whatever the number of its spreads, so a document is measured in
//! time proportional to its length: 800 bytes of fragments that spread each other twice would keep
//! a walk that follows every spread busy for half a minute.

use std::collections::HashMap;

use apollo_compiler::{
    Schema,
    ast::{Definition, Document, Field, FragmentDefinition, OperationType, Selection},
};
use async_graphql::Variables;

use crate::{errors::Code, fault::Fault, page, settings::Limits};

/// Selections inside of selections, spreads counted too. It is the engine's own limit, and keeps
/// the walk off the stack's end.
const NESTING: u32 = 32;
/// Fields of the introspection types that lead from a type to a list of others.
const CIRCULAR: [&str; 4] = ["fields", "interfaces", "possibleTypes", "inputFields"];

/// What a selection asks for, fragments spread.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Measure {
    /// Fields inside of fields.
    pub(crate) depth: u32,
    /// Lists inside of lists.
    pub(crate) list_depth: u32,
    /// Lists of the introspection types inside of each other.
    pub(crate) circles: u32,
    /// Selections inside of selections, of any kind.
    pub(crate) nesting: u32,
    /// Selections of any kind.
    pub(crate) fields: u64,
    pub(crate) aliases: u64,
    /// Fields at the top.
    pub(crate) root_fields: u64,
    pub(crate) cost: u64,
    /// Whether it asks for the schema.
    pub(crate) introspects: bool,
    /// Whether the cost depends on variables.
    pub(crate) varies: bool,
}

impl Measure {
    /// Adds what stands beside it.
    fn add(&mut self, other: Self) {
        self.depth = self.depth.max(other.depth);
        self.list_depth = self.list_depth.max(other.list_depth);
        self.circles = self.circles.max(other.circles);
        self.nesting = self.nesting.max(other.nesting);
        self.fields = self.fields.saturating_add(other.fields);
        self.aliases = self.aliases.saturating_add(other.aliases);
        self.root_fields = self.root_fields.saturating_add(other.root_fields);
        self.cost = self.cost.saturating_add(other.cost);
        self.introspects |= other.introspects;
        self.varies |= other.varies;
    }

    /// The first limit that is passed.
    pub(crate) fn check(&self, limits: &Limits) -> Result<(), Fault> {
        let pairs = [
            ("depth", u64::from(self.depth), u64::from(limits.depth)),
            ("listDepth", u64::from(self.list_depth), u64::from(limits.list_depth)),
            ("nesting", u64::from(self.nesting), u64::from(NESTING)),
            ("introspectionDepth", u64::from(self.circles), 2),
            ("fields", self.fields, limits.fields),
            ("aliases", self.aliases, limits.aliases),
            ("rootFields", self.root_fields, limits.root_fields),
            ("cost", self.cost, limits.cost),
        ];
        match pairs.into_iter().find(|(_, asked, most)| asked > most) {
            Some((limit, _, most)) => Err(too_much(limit, most)),
            None => Ok(()),
        }
    }
}

/// The refusal of a document that passes a limit.
pub(crate) fn too_much(limit: &'static str, most: u64) -> Fault {
    Fault::because(Code::QueryTooComplex, format!("{limit} is limited to {most}"))
        .with("limit", limit)
        .with("most", most)
}

fn cycle(name: &str) -> Fault {
    Fault::because(
        Code::ValidationFailed,
        format!("Cannot spread fragment \"{name}\" within itself."),
    )
}

/// A walk over one document.
pub(crate) struct Walk<'a> {
    schema: Option<&'a Schema>,
    limits: &'a Limits,
    variables: &'a Variables,
    fragments: HashMap<&'a str, &'a FragmentDefinition>,
    /// Measures of fragments; none while one is being measured, so that a cycle is seen.
    known: HashMap<&'a str, Option<Measure>>,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(
        document: &'a Document,
        schema: Option<&'a Schema>,
        limits: &'a Limits,
        variables: &'a Variables,
    ) -> Self {
        let fragments = document
            .definitions
            .iter()
            .filter_map(Definition::as_fragment_definition)
            .map(|fragment| (fragment.name.as_str(), &**fragment))
            .collect();
        Self { schema, limits, variables, fragments, known: HashMap::new() }
    }

    /// Measures the operation of that kind with these selections.
    pub(crate) fn operation(
        &mut self,
        kind: OperationType,
        selections: &'a [Selection],
    ) -> Result<Measure, Fault> {
        let root = self.schema.and_then(|schema| schema.root_operation(kind));
        self.selections(selections, root.map(|name| name.as_str()), 0)
    }

    /// Holds each fragment against the limits, also those that no operation spreads: validation
    /// walks them too.
    pub(crate) fn check_fragments(&mut self) -> Result<(), Fault> {
        let names: Vec<&'a str> = self.fragments.keys().copied().collect();
        names.into_iter().try_for_each(|name| {
            // Its fields stand at the top of nothing.
            Measure { root_fields: 0, ..self.fragment(name, 0)? }.check(self.limits)
        })
    }

    fn selections(
        &mut self,
        selections: &'a [Selection],
        parent: Option<&'a str>,
        nesting: u32,
    ) -> Result<Measure, Fault> {
        if nesting > NESTING {
            return Err(too_much("nesting", NESTING.into()));
        }
        let mut sum = Measure::default();
        for selection in selections {
            sum.add(match selection {
                Selection::Field(field) => self.field(field, parent, nesting + 1)?,
                Selection::FragmentSpread(spread) => {
                    self.fragment(spread.fragment_name.as_str(), nesting + 1)?
                }
                Selection::InlineFragment(inline) => {
                    let narrowed = inline.type_condition.as_ref().map(|name| name.as_str());
                    self.selections(&inline.selection_set, narrowed.or(parent), nesting + 1)?
                }
            });
            sum.fields = sum.fields.saturating_add(1);
        }
        sum.nesting += 1;
        Ok(sum)
    }

    fn fragment(&mut self, name: &'a str, nesting: u32) -> Result<Measure, Fault> {
        match (self.known.get(name), self.fragments.get(name).copied()) {
            (Some(Some(known)), _) => Ok(*known),
            (Some(None), _) => Err(cycle(name)),
            // Validation says that it is missing.
            (None, None) => Ok(Measure::default()),
            (None, Some(fragment)) => {
                self.known.insert(name, None);
                let on = Some(fragment.type_condition.as_str());
                let measure = self.selections(&fragment.selection_set, on, nesting)?;
                self.known.insert(name, Some(measure));
                Ok(measure)
            }
        }
    }

    fn field(
        &mut self,
        field: &'a Field,
        parent: Option<&'a str>,
        nesting: u32,
    ) -> Result<Measure, Fault> {
        let definition = parent
            .zip(self.schema)
            .and_then(|(parent, schema)| schema.type_field(parent, &field.name).ok());
        let returned = definition.map(|definition| definition.ty.inner_named_type().as_str());
        let below = match field.selection_set.as_slice() {
            [] => Measure::default(),
            selections => self.selections(selections, returned, nesting)?,
        };
        let page = page::of(field, definition.map(|known| &known.node), parent);
        let size = page.size(self.limits, self.variables);
        let name = field.name.as_str();
        let circle = parent == Some("__Type") && CIRCULAR.contains(&name);
        let cost = below.cost.saturating_add(u64::from(!field.selection_set.is_empty()));
        Ok(Measure {
            depth: below.depth + 1,
            list_depth: below.list_depth + u32::from(page.is_list()),
            circles: below.circles + u32::from(circle),
            nesting: below.nesting,
            fields: below.fields,
            aliases: below.aliases.saturating_add(u64::from(field.alias.is_some())),
            root_fields: 1,
            cost: cost.saturating_mul(size),
            introspects: below.introspects || matches!(name, "__schema" | "__type"),
            varies: below.varies || page.varies(),
        })
    }
}
