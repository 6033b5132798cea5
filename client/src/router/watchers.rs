//! The queues of the consumers that watch a thread or the connection. Few threads are watched, and
//! there is one such list for each thread: without watchers it takes the room of a pointer.

use std::sync::Arc;

use crate::error::Error;
use crate::router::queue::Queue;

/// Queues by the number of the subscription, in the order in which they came.
#[derive(Debug, Default)]
pub(crate) struct Watchers(Option<Box<List>>);

#[derive(Debug, Default)]
struct List(Vec<(u64, Arc<Queue>)>);

impl Watchers {
    pub(crate) fn queues(&self) -> impl Iterator<Item = &Arc<Queue>> {
        self.0.iter().flat_map(|it| &it.0).map(|(_, queue)| queue)
    }

    pub(crate) fn add(&mut self, id: u64, queue: Arc<Queue>) {
        self.0.get_or_insert_default().0.push((id, queue));
    }

    pub(crate) fn remove(&mut self, id: u64) {
        let Some(list) = &mut self.0 else { return };
        list.0.retain(|it| it.0 != id);
        if list.0.is_empty() {
            self.0 = None;
        }
    }

    /// Nobody watches any more: all are told why.
    pub(crate) fn end(&mut self, error: &Error) {
        for (_, queue) in self.0.take().into_iter().flat_map(|it| it.0) {
            queue.end(Some(error.clone()));
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::Watchers;
    use crate::router::queue::Queue;

    #[test]
    fn those_who_come_are_kept_in_order_and_the_last_to_go_leaves_no_room() {
        let queues: Vec<_> = (0..3).map(|_| Arc::<Queue>::default()).collect();
        let mut watchers = Watchers::default();
        for (id, queue) in (0..).zip(&queues) {
            watchers.add(id, Arc::clone(queue));
        }
        watchers.remove(1);
        watchers.remove(7);
        let left: Vec<_> = watchers.queues().collect();
        assert!(Arc::ptr_eq(left[0], &queues[0]) && Arc::ptr_eq(left[1], &queues[2]));
        watchers.remove(0);
        assert!(!watchers.is_empty());
        watchers.remove(2);
        assert!(watchers.is_empty());
    }
}
