//! Structured output: turns whose final response is a value of a Rust type. The type's schema is
//! sent in the strict form that models accept, and the final response is decoded. Turns are run
//! elsewhere.

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
use crate::turn::input::TurnInput;
use crate::turn::result::TurnResult;

impl Thread {
    /// Runs a turn and decodes its final response as a value of type `T`: structured output.
    ///
    /// The JSON Schema of `T` is sent in the strict form that models accept: all members are
    /// required, and no others are allowed. An `Option` may be null. A type that is not an object,
    /// such as a `Vec` or an enum, is wrapped in an object with one member, and unwrapped again.
    /// [`OutputSchema`] lists which types are not supported, and what is left out of their schemas.
    ///
    /// # Errors
    ///
    /// [`Error::SchemaNotStrict`] if the type has no strict schema; it names the member, and
    /// nothing was sent. [`Error::InvalidOutput`] if the final response does not match the type,
    /// and [`Error::NoFinalResponse`] if there is none; both contain the turn's result. Otherwise
    /// as [`run`](Self::run).
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

    /// Like [`run_as`](Self::run_as), but also returns the result of the turn: its id, items and
    /// token usage.
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
        let result = self.run(schema.apply_to(input)).await?;
        Ok((schema.parse(&result)?, result))
    }
}

/// The strict JSON Schema of a type, for structured output of turns that are not run with
/// [`Thread::run_as`].
///
/// Left out of the schema, because models do not accept them: titles, defaults, examples, string
/// lengths, uniqueness of elements, and formats other than those of dates, times, durations, email
/// addresses, host names, IP addresses and UUIDs. Decoding may still fail where these do not match.
///
/// Not supported: maps, values of any shape, tuples, and types whose schema has contradicting parts
/// or a keyword that models do not accept. See [`SchemaProblem`].
///
/// # Examples
///
/// ```no_run
/// # async fn example(thread: codex_app_client::Thread) -> Result<(), codex_app_client::Error> {
/// use codex_app_client::OutputSchema;
///
/// let schema = OutputSchema::<Vec<String>>::new()?;
/// let mut turn = thread.start_turn(schema.apply_to("Name three colors")).await?;
/// while let Some(event) = turn.next().await {
///     println!("{}", event?.body.method());
/// }
/// let colors = schema.parse(&turn.wait().await?)?;
/// # Ok(()) }
/// ```
pub struct OutputSchema<T> {
    schema: Value,
    is_wrapped: bool,
    of: PhantomData<fn() -> T>,
}

impl<T: JsonSchema + DeserializeOwned> OutputSchema<T> {
    /// Creates the schema of the type.
    ///
    /// # Errors
    ///
    /// [`Error::SchemaNotStrict`] if the type has no strict schema.
    pub fn new() -> Result<Self, Error> {
        let generated = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>();
        let schema = strict::strict(generated.to_value()).map_err(|(path, problem)| {
            Error::SchemaNotStrict { type_name: T::schema_name().into(), path, problem }
        })?;
        let is_wrapped = schema.get("type").is_none_or(|it| it != "object");
        let schema = if is_wrapped { wrapped(schema) } else { schema };
        Ok(Self { schema, is_wrapped, of: PhantomData })
    }

    /// Returns the schema as it is sent.
    #[must_use]
    pub fn as_value(&self) -> &Value {
        &self.schema
    }

    /// Returns the input with this schema, so that the final response is of this type.
    #[must_use]
    pub fn apply_to(&self, input: impl Into<TurnInput>) -> TurnInput {
        input.into().output_schema(self.schema.clone())
    }

    /// Decodes the final response of a turn that was started with [`apply_to`](Self::apply_to).
    ///
    /// # Errors
    ///
    /// [`Error::InvalidOutput`] if the final response does not match the type;
    /// [`Error::NoFinalResponse`] if there is none. Both contain the turn's result.
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
