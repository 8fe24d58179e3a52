//! What is counted, for Prometheus. Labels are names that we gave (a registered operation, a code), never what a caller
//! wrote.

use std::sync::atomic::AtomicU64;

use guanjia_front::{Done, Meter, Trace, Transport};
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Registry, Unit},
};
use tracing::Span;

use super::telemetry;

/// Upper bounds of the classes of durations, in seconds.
const BOUNDS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0];

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Operation {
    name: String,
    kind: &'static str,
    transport: &'static str,
    code: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Named {
    name: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Refused {
    transport: &'static str,
    code: String,
}

/// The counters of this process.
pub struct Metrics {
    registry: Registry,
    operations: Family<Operation, Counter>,
    seconds: Family<Named, Histogram>,
    cost: Family<Named, Counter>,
    refused: Family<Refused, Counter>,
    connections: Gauge<u64, AtomicU64>,
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// Media type of [`Self::text`].
    pub const CONTENT_TYPE: &'static str =
        "application/openmetrics-text; version=1.0.0; charset=utf-8";

    /// All at zero.
    pub fn new() -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("guanjia"),
            operations: Family::default(),
            seconds: Family::new_with_constructor(|| Histogram::new(BOUNDS)),
            cost: Family::default(),
            refused: Family::default(),
            connections: Gauge::default(),
        };
        let registry = &mut metrics.registry;
        registry.register("operations", "Operations that have ended", metrics.operations.clone());
        registry.register_with_unit(
            "operation",
            "Time of operations",
            Unit::Seconds,
            metrics.seconds.clone(),
        );
        registry.register(
            "operation_cost",
            "Cost of operations, as counted against the budget",
            metrics.cost.clone(),
        );
        registry.register(
            "refused",
            "Requests refused before they became operations",
            metrics.refused.clone(),
        );
        registry.register("connections", "Open sockets and streams", metrics.connections.clone());
        metrics
    }

    /// Everything as OpenMetrics text.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing into a string cannot fail; a metric that could not be written would be left out.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

impl Meter for Metrics {
    fn began(&self, span: &Span, trace: &Trace) {
        telemetry::adopt(span, trace);
    }

    fn operation(&self, done: &Done<'_>) {
        let name = Named { name: done.name.to_owned() };
        self.seconds.get_or_create(&name).observe(done.took.as_secs_f64());
        self.cost.get_or_create(&name).inc_by(done.cost);
        let operation = Operation {
            name: name.name,
            kind: done.kind.as_str(),
            transport: done.transport.as_str(),
            code: done.code.to_owned(),
        };
        self.operations.get_or_create(&operation).inc();
    }

    fn refused(&self, transport: Transport, code: &str) {
        self.refused
            .get_or_create(&Refused { transport: transport.as_str(), code: code.to_owned() })
            .inc();
    }

    fn connections(&self, open: usize) {
        self.connections.set(u64::try_from(open).unwrap_or(u64::MAX));
    }
}
