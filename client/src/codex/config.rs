//! Reads and writes the configuration of a server. Which of its files takes precedence is decided
//! by the server.

use codex_app_protocol::{
    ConfigBatchWriteParams, ConfigReadParams, ConfigReadResponse, ConfigValueWriteParams,
    ConfigWriteResponse, MergeStrategy,
};
use serde_json::Value;

use crate::codex::Codex;
use crate::error::Error;

impl Codex {
    /// Reads the effective configuration: `config/read`.
    ///
    /// The params can select the configuration of a folder, and include the layers that it is made
    /// of.
    ///
    /// # Errors
    ///
    /// The same errors as [`Codex::request`](Self::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the request may already have been sent. Its response is ignored.
    pub async fn read_config(&self, params: ConfigReadParams) -> Result<ConfigReadResponse, Error> {
        self.request(params).await
    }

    /// Writes one value of the user's configuration: `config/value/write`. A null removes the
    /// value.
    ///
    /// `key_path` is the path of the key, with dots, such as `model_providers.spare.env_key`.
    ///
    /// # Errors
    ///
    /// The same errors as [`Codex::request`](Self::request).
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

    /// Writes several values of the configuration atomically: `config/batchWrite`.
    ///
    /// With the expected version in the params, the server refuses if the configuration was changed
    /// since it was read.
    ///
    /// # Errors
    ///
    /// The same errors as [`Codex::request`](Self::request).
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
