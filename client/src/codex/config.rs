//! The configuration of a server, read and written. Which of its files wins is the server's affair.

use codex_app_protocol::{
    ConfigBatchWriteParams, ConfigReadParams, ConfigReadResponse, ConfigValueWriteParams,
    ConfigWriteResponse, MergeStrategy,
};
use serde_json::Value;

use crate::codex::Codex;
use crate::error::Error;

impl Codex {
    /// The configuration as it is in effect: `config/read`. The params can ask for the one of a
    /// folder, and for the layers that it is made of.
    ///
    /// # Errors
    ///
    /// As [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`](crate::Client::request).
    pub async fn read_config(&self, params: ConfigReadParams) -> Result<ConfigReadResponse, Error> {
        self.request(params).await
    }

    /// Writes one value of the user's configuration: `config/value/write`. A null takes it out.
    ///
    /// # Errors
    ///
    /// As [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the value may or may not be written.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(codex: codex_app_client::Codex) -> Result<(), codex_app_client::Error> {
    /// codex.write_config("model_reasoning_effort", "high").await?;
    /// # Ok(()) }
    /// ```
    pub async fn write_config(
        &self,
        key_path: impl Into<String>,
        value: impl Into<Value>,
    ) -> Result<ConfigWriteResponse, Error> {
        let params = ConfigValueWriteParams::new(key_path, MergeStrategy::Replace, value);
        self.request(params).await
    }

    /// Writes several values at once, or none: `config/batchWrite`. With the version of what was
    /// read, the server refuses if somebody has written since.
    ///
    /// # Errors
    ///
    /// As [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the values may or may not be written.
    pub async fn write_config_values(
        &self,
        params: ConfigBatchWriteParams,
    ) -> Result<ConfigWriteResponse, Error> {
        self.request(params).await
    }
}
