//! Params to resume or fork a thread from its id: hand-written additions to the generated types.

use crate::{Thread, ThreadForkParams, ThreadResumeParams};

macro_rules! from_a_thread {
    ($($params:ident),*) => {$(
        impl From<&str> for $params {
            fn from(thread_id: &str) -> Self {
                Self::new(thread_id)
            }
        }

        impl From<String> for $params {
            fn from(thread_id: String) -> Self {
                Self::new(thread_id)
            }
        }

        impl From<&String> for $params {
            fn from(thread_id: &String) -> Self {
                Self::new(thread_id)
            }
        }

        /// Uses the id of the thread. All other members are left out.
        impl From<&Thread> for $params {
            fn from(thread: &Thread) -> Self {
                Self::new(&thread.id)
            }
        }

        /// Uses the id of the thread. All other members are left out.
        impl From<Thread> for $params {
            fn from(thread: Thread) -> Self {
                Self::new(thread.id)
            }
        }
    )*};
}

from_a_thread!(ThreadForkParams, ThreadResumeParams);

#[cfg(test)]
mod tests {
    use crate::{Thread, ThreadForkParams, ThreadResumeParams, from_str};

    #[test]
    fn whatever_names_a_thread_resumes_it() {
        let (id, thread) = ("t".to_owned(), from_str::<Thread>(r#"{"id":"t"}"#).unwrap());
        let expected = ThreadResumeParams::new("t");
        for params in [
            (&*id).into(),
            (&id).into(),
            id.clone().into(),
            (&thread).into(),
            thread.clone().into(),
        ] {
            assert_eq!(expected, params);
        }
        assert_eq!(ThreadForkParams::from(&id), ThreadForkParams::from(&thread));
    }
}
