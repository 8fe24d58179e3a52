//! Is this a document that the specification lets run against our schema?

use apollo_compiler::{
    ExecutableDocument, Schema,
    ast::{self, Definition, OperationDefinition, OperationType},
    parser::{LineColumn, Parser},
    validation::{DiagnosticList, Valid},
};
use apollo_parser::{Lexer, TokenKind};
use async_graphql::{
    Pos, Variables,
    parser::{parse_query, types::ExecutableDocument as EngineDocument},
};

use crate::{
    errors::Code,
    fault::Fault,
    limits::{Measure, Walk, too_much},
    literals,
    meter::Kind,
    positions,
    settings::Limits,
};

/// A schema definition that is not one.
#[derive(Debug, thiserror::Error)]
#[error("the schema definition is not valid: {0}")]
pub struct BadSchema(String);

/// What documents are held against.
pub(crate) struct Rules {
    /// None if the program did not tell its schema: then the engine alone validates.
    schema: Option<Valid<Schema>>,
    limits: Limits,
}

/// A document that may run, as far as the document alone can tell.
pub(crate) struct Checked {
    /// As the engine wants it.
    pub(crate) engine: EngineDocument,
    /// With types, for the variables.
    pub(crate) typed: Option<Valid<ExecutableDocument>>,
    /// For measuring again; kept only if the cost of an operation depends on variables.
    source: Option<ast::Document>,
    operations: Vec<Operation>,
}

/// One operation of a document.
pub(crate) struct Operation {
    pub(crate) name: Option<String>,
    pub(crate) kind: Kind,
    pub(crate) has_variables: bool,
    pub(crate) introspects: bool,
    /// None if it depends on variables.
    cost: Option<u64>,
}

impl Rules {
    pub(crate) fn without_schema(limits: Limits) -> Self {
        Self { schema: None, limits }
    }

    /// Takes the schema in its definition language.
    pub(crate) fn with_schema(limits: Limits, definition: &str) -> Result<Self, BadSchema> {
        let schema = Schema::parse_and_validate(definition, "schema.graphql")
            .map_err(|error| BadSchema(error.errors.to_string()))?;
        Ok(Self { schema: Some(schema), limits })
    }

    /// Looks at a document: first its length, then its syntax, then what it asks for, and only then
    /// whether it fits the schema, because each step is safe only for what passed the one before.
    pub(crate) fn check(&self, text: &str) -> Result<Checked, Vec<Fault>> {
        self.count_tokens(text)?;
        let source = self.parse(text)?;
        let operations = self.measure(&source)?;
        literals::check(&source)?;
        let typed = match &self.schema {
            Some(schema) => Some(self.validate(&source, schema)?),
            None => None,
        };
        let engine = parse_query(text).map_err(|error| {
            let position = error.positions().next();
            vec![Fault::because(Code::ParseFailed, error.to_string()).at(position)]
        })?;
        let varies = operations.iter().any(|operation| operation.cost.is_none());
        Ok(Checked { engine, typed, source: varies.then_some(source), operations })
    }

    /// Counts before parsing: the parser takes memory for every token.
    fn count_tokens(&self, text: &str) -> Result<(), Fault> {
        let (mut tokens, mut directives) = (0, 0);
        for token in Lexer::new(text).flatten() {
            match token.kind() {
                TokenKind::Whitespace | TokenKind::Comment | TokenKind::Comma | TokenKind::Eof => {
                    continue;
                }
                TokenKind::At => directives += 1,
                _ => {}
            }
            tokens += 1;
            if tokens > self.limits.tokens {
                return Err(too_much("tokens", self.limits.tokens as u64));
            }
            if directives > self.limits.directives {
                return Err(too_much("directives", self.limits.directives));
            }
        }
        Ok(())
    }

    fn parse(&self, text: &str) -> Result<ast::Document, Vec<Fault>> {
        let mut parser = Parser::new().recursion_limit(NESTED_SYNTAX);
        parser
            .parse_ast(text, "document")
            .map_err(|error| self.faults(Code::ParseFailed, &error.errors))
    }

    fn measure(&self, document: &ast::Document) -> Result<Vec<Operation>, Fault> {
        let none = Variables::default();
        let schema = self.schema.as_deref();
        let mut walk = Walk::new(document, schema, &self.limits, &none);
        let mut operations = Vec::new();
        for operation in document.definitions.iter().filter_map(Definition::as_operation_definition)
        {
            let measure = walk.operation(operation.operation_type, &operation.selection_set)?;
            measure.check(&self.limits)?;
            operations.push(Operation::new(operation, &measure));
        }
        walk.check_fragments()?;
        Ok(operations)
    }

    fn validate(
        &self,
        document: &ast::Document,
        schema: &Valid<Schema>,
    ) -> Result<Valid<ExecutableDocument>, Vec<Fault>> {
        let typed = document
            .to_executable_validate(schema)
            .map_err(|error| self.faults(Code::ValidationFailed, &error.errors))?;
        positions::check(&typed, schema)?;
        Ok(typed)
    }

    fn faults(&self, code: Code, errors: &DiagnosticList) -> Vec<Fault> {
        let told = errors.iter().take(self.limits.document_errors.max(1)).map(|diagnostic| {
            let error = diagnostic.to_json();
            let mut fault = Fault::because(code, error.message);
            fault.locations = error.locations.iter().filter_map(position).collect();
            fault
        });
        told.collect()
    }

    /// The cost of an operation with these variables.
    pub(crate) fn cost(
        &self,
        checked: &Checked,
        operation: &Operation,
        variables: &Variables,
    ) -> Result<u64, Fault> {
        let (None, Some(source)) = (operation.cost, &checked.source) else {
            return Ok(operation.cost.unwrap_or_default());
        };
        let mut walk = Walk::new(source, self.schema.as_deref(), &self.limits, variables);
        let definition = source
            .definitions
            .iter()
            .filter_map(Definition::as_operation_definition)
            .find(|known| known.name.as_deref() == operation.name.as_deref());
        let Some(definition) = definition else { return Ok(0) };
        let measure = walk.operation(definition.operation_type, &definition.selection_set)?;
        measure.check(&self.limits)?;
        Ok(measure.cost)
    }

    pub(crate) fn schema(&self) -> Option<&Valid<Schema>> {
        self.schema.as_ref()
    }
}

/// Brackets inside of brackets that are parsed; far more than any document that is let in has.
const NESTED_SYNTAX: usize = 200;

impl Checked {
    /// The operation that is meant.
    pub(crate) fn operation(&self, name: Option<&str>) -> Result<&Operation, Fault> {
        let found = match (name, self.operations.as_slice()) {
            (None, [only]) => Some(only),
            (None, _) => None,
            (Some(name), all) => all.iter().find(|known| known.name.as_deref() == Some(name)),
        };
        found.ok_or_else(|| Fault::new(Code::OperationResolutionFailure))
    }
}

impl Operation {
    fn new(definition: &OperationDefinition, measure: &Measure) -> Self {
        Self {
            name: definition.name.as_ref().map(ToString::to_string),
            kind: match definition.operation_type {
                OperationType::Query => Kind::Query,
                OperationType::Mutation => Kind::Mutation,
                OperationType::Subscription => Kind::Subscription,
            },
            has_variables: !definition.variables.is_empty(),
            introspects: measure.introspects,
            cost: (!measure.varies).then_some(measure.cost),
        }
    }
}

fn position(place: &LineColumn) -> Option<Pos> {
    Some(Pos { line: place.line, column: place.column })
}
