//! The queues of the consumers that follow one turn. Nearly always there is exactly one, and then
//! nothing is allocated for the list: there is one list for each open turn.

use std::slice;
use std::sync::Arc;

use crate::router::queue::Queue;

/// Queues by the number of the subscription, in the order in which they came.
#[derive(Debug)]
pub(crate) enum Sinks {
    One((u64, Arc<Queue>)),
    Several(Vec<(u64, Arc<Queue>)>),
}

impl Default for Sinks {
    fn default() -> Self {
        Self::Several(Vec::new())
    }
}

impl Sinks {
    pub(crate) fn all(&self) -> &[(u64, Arc<Queue>)] {
        match self {
            Self::One(sink) => slice::from_ref(sink),
            Self::Several(sinks) => sinks,
        }
    }

    pub(crate) fn add(&mut self, id: u64, queue: Arc<Queue>) {
        let sink = (id, queue);
        *self = match std::mem::take(self) {
            Self::One(first) => Self::Several(vec![first, sink]),
            Self::Several(sinks) if sinks.is_empty() => Self::One(sink),
            Self::Several(mut sinks) => {
                sinks.push(sink);
                Self::Several(sinks)
            }
        };
    }

    pub(crate) fn remove(&mut self, id: u64) {
        match self {
            Self::One((one, _)) if *one == id => *self = Self::default(),
            Self::One(_) => {}
            Self::Several(sinks) => sinks.retain(|it| it.0 != id),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::Sinks;
    use crate::router::queue::Queue;

    fn ids(sinks: &Sinks) -> Vec<u64> {
        sinks.all().iter().map(|it| it.0).collect()
    }

    #[test]
    fn those_who_come_are_kept_in_order_until_they_go() {
        let mut sinks = Sinks::default();
        for id in [3, 1, 2] {
            sinks.add(id, Arc::<Queue>::default());
        }
        assert_eq!(ids(&sinks), [3, 1, 2]);
        sinks.remove(1);
        sinks.remove(7);
        assert_eq!(ids(&sinks), [3, 2]);
    }

    #[test]
    fn one_alone_goes_and_another_comes() {
        let mut sinks = Sinks::default();
        sinks.add(1, Arc::<Queue>::default());
        sinks.remove(2);
        assert_eq!(ids(&sinks), [1]);
        sinks.remove(1);
        assert!(sinks.all().is_empty());
        sinks.add(2, Arc::<Queue>::default());
        assert_eq!(ids(&sinks), [2]);
    }
}
