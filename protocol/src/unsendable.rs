//! Values that were set on params but cannot be encoded: a path that is not Unicode, settings that are
//! not an object. Setters cannot return an error, so encoding fails instead. Nothing is sent in place of
//! such a value.

use serde::ser;

/// A footnote to params: the member that cannot be written, if there is one.
// Boxed, because there is none in all but a few.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Unsendable(Option<Box<Problem>>);

#[derive(Clone, Debug, PartialEq)]
struct Problem {
    member: &'static str,
    reason: &'static str,
}

/// A value as a member holds it, and why it cannot be written, if it cannot.
#[derive(Clone, Debug)]
#[expect(unnameable_types, reason = "what setters do with it is nobody's business")]
pub struct Member<T> {
    value: T,
    problem: Option<&'static str>,
}

impl<T> Member<T> {
    pub(crate) fn new(value: T) -> Self {
        Self { value, problem: None }
    }

    pub(crate) fn unsendable(value: T, reason: &'static str) -> Self {
        Self { value, problem: Some(reason) }
    }

    pub(crate) fn map<U>(self, convert: impl FnOnce(T) -> U) -> Member<U> {
        Member { value: convert(self.value), problem: self.problem }
    }

    /// All values, and the first problem.
    pub(crate) fn all(members: impl IntoIterator<Item = Self>) -> Member<Vec<T>> {
        let mut problem = None;
        let values = members.into_iter().map(|member| {
            problem = problem.or(member.problem);
            member.value
        });
        Member { value: values.collect(), problem }
    }
}

impl Unsendable {
    /// Takes the value of a member, and notes whether it can be written.
    pub(crate) fn keep<T>(&mut self, name: &'static str, member: Member<T>) -> T {
        match member.problem {
            Some(reason) => self.0 = Some(Box::new(Problem { member: name, reason })),
            None if self.0.as_ref().is_some_and(|it| it.member == name) => self.0 = None,
            None => {}
        }
        member.value
    }

    /// Fails if something cannot be written.
    pub(crate) fn check<E: ser::Error>(&self) -> Result<(), E> {
        match &self.0 {
            None => Ok(()),
            Some(it) => Err(E::custom(format_args!("{}: {}", it.member, it.reason))),
        }
    }
}
