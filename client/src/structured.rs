//! Answers of a type: its schema is sent in the form that models accept, and the answer is decoded.
//! It decides nothing about turns.

mod flatten;
mod strict;
mod wrapped;

use std::fmt;
use std::marker::PhantomData;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::de::DeserializeOwned;
use serde_json::Value;

pub use self::strict::SchemaProblem;
use self::wrapped::{Wrapped, wrapped};
use crate::error::Error;
use crate::thread::Thread;
use crate::turn_input::TurnInput;
use crate::turn_result::TurnResult;

impl Thread {
    /// Runs a turn whose answer is of a type.
    ///
    /// The schema of the type is sent in the strict form that models accept: all members are
    /// required, and there are no others. An `Option` may be null. What is no object, such as a `Vec`
    /// or an enum, is asked for as the one member of an object. See [`OutputSchema`] for what is left
    /// out of a schema and what cannot be asked for.
    ///
    /// # Errors
    ///
    /// [`Error::SchemaNotStrict`] if the type cannot be asked for, naming the member; nothing is sent
    /// then. [`Error::InvalidOutput`] if the final response is not of the type, and
    /// [`Error::NoFinalResponse`] if there is none, both with all that the turn has come to. Otherwise as
    /// [`run`](Self::run).
    ///
    /// # Cancel safety
    ///
    /// As [`run`](Self::run).
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(thread: codex_app_client::Thread) -> Result<(), codex_app_client::Error> {
    /// use schemars::JsonSchema;
    /// use serde::Deserialize;
    ///
    /// #[derive(Deserialize, JsonSchema)]
    /// struct Finding {
    ///     /// Where it is, relative to the repository.
    ///     file: String,
    ///     line: Option<u32>,
    ///     summary: String,
    /// }
    ///
    /// let findings: Vec<Finding> = thread.run_as("Review the last commit").await?;
    /// for it in findings {
    ///     println!("{}:{:?} {}", it.file, it.line, it.summary);
    /// }
    /// # Ok(()) }
    /// ```
    pub async fn run_as<T: JsonSchema + DeserializeOwned>(
        &self,
        input: impl Into<TurnInput>,
    ) -> Result<T, Error> {
        self.run_as_with_result(input).await.map(|(value, _)| value)
    }

    /// The same, with all that the turn has come to: its id, items and usage.
    ///
    /// # Errors
    ///
    /// As [`run_as`](Self::run_as).
    ///
    /// # Cancel safety
    ///
    /// As [`run`](Self::run).
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(thread: codex_app_client::Thread) -> Result<(), codex_app_client::Error> {
    /// let (files, result) =
    ///     thread.run_as_with_result::<Vec<String>>("Which files have no tests?").await?;
    /// let tokens = result.usage.map(|it| it.turn.total);
    /// println!("turn {}: {} files, {tokens:?} tokens", result.id, files.len());
    /// # Ok(()) }
    /// ```
    pub async fn run_as_with_result<T: JsonSchema + DeserializeOwned>(
        &self,
        input: impl Into<TurnInput>,
    ) -> Result<(T, TurnResult), Error> {
        let schema = OutputSchema::new()?;
        let result = self.run(schema.request(input)).await?;
        Ok((schema.parse(&result)?, result))
    }
}

/// The schema of a type, in the form that models accept, for turns that are more than one call of
/// [`Thread::run_as`].
///
/// Left out, because models do not take them: titles, defaults, examples, formats of numbers, lengths
/// of strings, uniqueness. Decoding the answer may still refuse what these would have.
///
/// Cannot be asked for: maps, free-form values, tuples, and what has no one shape.
///
/// # Examples
///
/// ```no_run
/// # async fn example(thread: codex_app_client::Thread) -> Result<(), codex_app_client::Error> {
/// use codex_app_client::OutputSchema;
///
/// let schema = OutputSchema::<Vec<String>>::new()?;
/// let mut turn = thread.start_turn(schema.request("Name three colours")).await?;
/// while let Some(event) = turn.next().await {
///     println!("{}", event?.body.method());
/// }
/// let colours = schema.parse(&turn.wait().await?)?;
/// # Ok(()) }
/// ```
pub struct OutputSchema<T> {
    schema: Value,
    is_wrapped: bool,
    of: PhantomData<fn() -> T>,
}

impl<T: JsonSchema + DeserializeOwned> OutputSchema<T> {
    /// The schema of the type.
    ///
    /// # Errors
    ///
    /// [`Error::SchemaNotStrict`] if the type cannot be asked for.
    pub fn new() -> Result<Self, Error> {
        let generated = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>();
        let schema = strict::strict(generated.to_value()).map_err(|(path, problem)| {
            Error::SchemaNotStrict { type_name: T::schema_name().into(), path, problem }
        })?;
        let is_wrapped = schema.get("type").is_none_or(|it| it != "object");
        let schema = if is_wrapped { wrapped(schema) } else { schema };
        Ok(Self { schema, is_wrapped, of: PhantomData })
    }

    /// The schema as it is sent.
    #[must_use]
    pub fn as_value(&self) -> &Value {
        &self.schema
    }

    /// An input that asks for an answer of the type.
    #[must_use]
    pub fn request(&self, input: impl Into<TurnInput>) -> TurnInput {
        input.into().output_schema(self.schema.clone())
    }

    /// The answer of a turn that was started with [`request`](Self::request).
    ///
    /// # Errors
    ///
    /// As [`TurnResult::parse`].
    pub fn parse(&self, result: &TurnResult) -> Result<T, Error> {
        if !self.is_wrapped {
            return result.parse();
        }
        result.parse().map(|Wrapped(value)| value)
    }
}

impl<T> fmt::Debug for OutputSchema<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutputSchema").field("schema", &self.schema).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
