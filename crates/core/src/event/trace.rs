//! The sink for `tracing`.

use super::{Event, EventSink, Level};

/// Writes events as `tracing` events of the target `portcullis`, one field per value, in the level of the
/// kind (`CRITICAL` as `ERROR`). Values that a client sent are quoted by `Debug`, so that they stay one line.
#[derive(Clone, Copy, Debug, Default)]
pub struct TracingEvents;

impl EventSink for TracingEvents {
    fn record(&self, event: &Event) {
        macro_rules! write {
            ($level:ident) => {
                tracing::$level!(
                    target: "portcullis",
                    event = event.kind.as_str(),
                    level = event.kind.level().as_str(),
                    at = %event.at,
                    cause = event.cause,
                    scheme = event.scheme.map(|scheme| scheme.as_str()),
                    subject = event.subject.as_ref().map(tracing::field::debug),
                    credential = event.credential.as_ref().map(tracing::field::debug),
                    client = event.client.map(tracing::field::display),
                    user_agent = event.user_agent.as_ref().map(tracing::field::debug),
                    method = ?event.method,
                    rule = event.rule,
                )
            };
        }
        match event.kind.level() {
            Level::Info => write!(info),
            Level::Warn => write!(warn),
            Level::Critical => write!(error),
        }
    }
}
