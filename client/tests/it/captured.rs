//! Whatever is traced, at any level and by any crate, as text.

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, LazyLock, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::DefaultGuard;
use tracing::{Dispatch, Event, Metadata, Subscriber};

/// Keeps what is traced.
#[derive(Clone, Default)]
pub(crate) struct Captured(Arc<Mutex<String>>);

/// Never asked anything. As long as there are two subscribers, an event is enabled for all threads if
/// it is for one; with one alone, the thread that comes first decides for all.
static SECOND: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(Captured::default()));

impl Captured {
    /// Keeps what this thread traces, as long as the guard is there.
    pub(crate) fn begin() -> (Self, DefaultGuard) {
        LazyLock::force(&SECOND);
        let captured = Self::default();
        (captured.clone(), tracing::subscriber::set_default(captured))
    }

    pub(crate) fn text(&self) -> String {
        self.0.lock().unwrap().clone()
    }

    fn note(&self, metadata: &Metadata<'_>, record: impl FnOnce(&mut Fields)) {
        let mut fields = Fields(format!("{} {}", metadata.target(), metadata.name()));
        record(&mut fields);
        writeln!(self.0.lock().unwrap(), "{}", fields.0).unwrap();
    }
}

struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

impl Subscriber for Captured {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.note(span.metadata(), |it| span.record(it));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        let mut fields = Fields(String::new());
        values.record(&mut fields);
        writeln!(self.0.lock().unwrap(), "{}", fields.0).unwrap();
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        self.note(event.metadata(), |it| event.record(it));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
