//! The routes of all threads, by thread id. Every event is looked up here, with ten thousand
//! threads as fast as with one: by hash. It decides nothing.

#![expect(clippy::disallowed_types, reason = "what is looked up here never depends on the order")]

use std::collections::HashMap;
use std::sync::Arc;

use crate::router::thread_route::ThreadRoute;

/// Threads by id.
#[derive(Debug, Default)]
pub(super) struct Threads(HashMap<Arc<str>, Box<ThreadRoute>>);

impl Threads {
    pub(super) fn get(&self, id: &str) -> Option<&ThreadRoute> {
        self.0.get(id).map(|it| &**it)
    }

    pub(super) fn get_mut(&mut self, id: &str) -> Option<&mut ThreadRoute> {
        self.0.get_mut(id).map(|it| &mut **it)
    }

    pub(super) fn get_or_insert(&mut self, id: &str) -> &mut ThreadRoute {
        let route = |id: &Arc<str>| Box::new(ThreadRoute::new(Arc::clone(id)));
        self.0.entry(id.into()).or_insert_with_key(route)
    }

    pub(super) fn remove(&mut self, id: &str) {
        self.0.remove(id);
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// All of them, in the order of their ids: what follows is told in the same order each time.
    pub(super) fn take_all(&mut self) -> Vec<ThreadRoute> {
        let mut threads: Vec<_> = std::mem::take(&mut self.0).into_values().map(|it| *it).collect();
        threads.sort_by(|one, other| one.id.cmp(&other.id));
        threads
    }

    pub(super) fn contains(&self, id: &str) -> bool {
        self.0.contains_key(id)
    }

    #[cfg(any(test, fuzzing))]
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
