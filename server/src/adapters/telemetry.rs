//! Logs to standard error, spans to a collector. Neither holds personal data: spans carry the name of a registered
//! operation, its kind and the request's id, never variables.

use std::io::IsTerminal as _;

use guanjia_front::Trace;
use opentelemetry::{
    Context, SpanId, TraceFlags, TraceId,
    trace::{SpanContext, TraceContextExt as _, TraceState, TracerProvider as _},
};
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::{
    EnvFilter, Layer, Registry, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

use crate::{config::Settings, kernel::Failure};

/// What is still to be sent when the program ends.
#[must_use = "spans are sent when it is flushed"]
pub struct Telemetry {
    provider: Option<SdkTracerProvider>,
}

impl Telemetry {
    /// Starts logging, and sending spans if there is a collector. `RUST_LOG` says how much; without it, serving tells
    /// what happens and a short command only what is wrong.
    pub fn start(settings: &Settings, serving: bool) -> Result<Self, Failure> {
        let default = if serving { "info,sea_orm_migration=warn" } else { "warn" };
        let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
        let provider = if settings.otlp_endpoint.is_empty() {
            None
        } else {
            Some(provider(&settings.otlp_endpoint)?)
        };
        let spans = provider.as_ref().map(|provider| {
            // What is logged and what is traced are two questions: spans are kept at info and above.
            let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("guanjia"));
            layer.with_filter(EnvFilter::new("info"))
        });
        tracing_subscriber::registry()
            .with(lines(settings.log_json).with_filter(filter))
            .with(spans)
            .init();
        Ok(Self { provider })
    }

    /// Sends what is still waiting. It blocks, for at most the exporter's own time-out.
    pub fn flush(self) {
        if let Some(provider) = self.provider
            && let Err(error) = provider.shutdown()
        {
            eprintln!("guanjia: the last spans could not be sent: {error}");
        }
    }
}

fn lines(json: bool) -> Box<dyn Layer<Registry> + Send + Sync> {
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    if json {
        lines.json().boxed()
    } else {
        lines.with_ansi(std::io::stderr().is_terminal()).boxed()
    }
}

fn provider(endpoint: &str) -> Result<SdkTracerProvider, Failure> {
    let address = format!("{}/v1/traces", endpoint.trim_end_matches('/'));
    let exporter = SpanExporter::builder().with_http().with_endpoint(address).build();
    let exporter = exporter.map_err(|e| Failure::broken("otlp_endpoint", e))?;
    let resource = Resource::builder().with_service_name("guanjia").build();
    Ok(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build())
}

/// Makes a span a child of the caller's, so that one trace goes from the phone to here.
pub fn adopt(span: &Span, trace: &Trace) {
    let Some(parent) = trace.parent else { return };
    let flags = if trace.sampled { TraceFlags::SAMPLED } else { TraceFlags::default() };
    let caller = SpanContext::new(
        TraceId::from_bytes(trace.trace_id.to_be_bytes()),
        SpanId::from_bytes(parent.to_be_bytes()),
        flags,
        true,
        TraceState::default(),
    );
    // Without a collector there is nothing to adopt into, which is no fault.
    let _ = span.set_parent(Context::new().with_remote_span_context(caller));
}
