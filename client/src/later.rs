//! Postpones what must not run while the session is locked, because it may run code of the user:
//! wakers, log records, and values whose drop wakes a task. Such code may call into the session,
//! and would deadlock. It decides nothing, and keeps the order.

use std::cell::RefCell;
use std::task::Waker;

thread_local! {
    /// What waits; none while nothing is locked.
    static WAITING: RefCell<Option<Vec<Later>>> = const { RefCell::new(None) };
}

enum Later {
    Wake(Waker),
    Run(Box<dyn FnOnce()>),
}

impl Later {
    fn run(self) {
        match self {
            Self::Wake(waker) => waker.wake(),
            Self::Run(run) => run(),
        }
    }
}

/// Runs what takes the lock and gives it back, and then whatever that has put off.
pub(crate) fn after<T>(locked: impl FnOnce() -> T) -> T {
    let _open = Open::new();
    locked()
}

/// Wakes somebody, once nothing is locked.
pub(crate) fn wake(waker: Waker) {
    put(Later::Wake(waker));
}

/// Does something, once nothing is locked.
pub(crate) fn run(what: impl FnOnce() + 'static) {
    put(Later::Run(Box::new(what)));
}

/// Drops something, once nothing is locked.
pub(crate) fn drop<T: 'static>(value: T) {
    run(move || std::mem::drop(value));
}

fn put(later: Later) {
    let now = WAITING.with_borrow_mut(|waiting| match waiting {
        Some(waiting) => {
            waiting.push(later);
            None
        }
        None => Some(later),
    });
    if let Some(later) = now {
        later.run();
    }
}

/// While it exists, things are put off. A panic under the lock changes nothing: whoever is to be woken
/// is woken.
struct Open;

impl Open {
    fn new() -> Self {
        WAITING.with_borrow_mut(|waiting| *waiting = Some(Vec::new()));
        Self
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        // Taken first: what runs may lock again.
        let waiting = WAITING.with_borrow_mut(Option::take);
        waiting.into_iter().flatten().for_each(Later::run);
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;
    use std::sync::{Arc, Mutex};
    use std::task::{Wake, Waker};

    /// Takes the lock when it is woken.
    struct Asks(Mutex<u32>);

    impl Wake for Asks {
        fn wake(self: Arc<Self>) {
            super::after(|| *self.0.try_lock().unwrap() += 1);
        }
    }

    #[test]
    fn who_is_woken_may_take_the_lock() {
        let asks = Arc::new(Asks(Mutex::new(0)));
        super::after(|| {
            let _locked = asks.0.lock().unwrap();
            super::wake(Waker::from(Arc::clone(&asks)));
            super::wake(Waker::from(Arc::clone(&asks)));
        });
        assert_eq!(*asks.0.lock().unwrap(), 2);
        super::wake(Waker::from(Arc::clone(&asks)));
        assert_eq!(*asks.0.lock().unwrap(), 3);
    }

    #[test]
    fn nothing_is_put_off_for_ever() {
        let value = Rc::new(());
        let put_off = Rc::clone(&value);
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            super::after(|| {
                super::drop(put_off);
                assert_eq!(Rc::strong_count(&value), 2);
                panic!("under the lock");
            });
        }));
        assert!(panicked.is_err() && Rc::strong_count(&value) == 1);
    }
}
