//! The configuration of a server, blocking. Which of its files wins is the server's affair.

use codex_app_protocol::{
    ConfigBatchWriteParams, ConfigReadParams, ConfigReadResponse, ConfigWriteResponse,
};
use serde_json::Value;

use crate::blocking::codex::Codex;
use crate::error::Error;

impl Codex {
    /// See [`Codex::read_config`](crate::Codex::read_config).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn read_config(&self, params: ConfigReadParams) -> Result<ConfigReadResponse, Error> {
        self.runtime.wait(self.codex.read_config(params))
    }

    /// See [`Codex::write_config`](crate::Codex::write_config).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn write_config(
        &self,
        key_path: impl Into<String>,
        value: impl Into<Value>,
    ) -> Result<ConfigWriteResponse, Error> {
        self.runtime.wait(self.codex.write_config(key_path, value))
    }

    /// See [`Codex::write_config_values`](crate::Codex::write_config_values).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn write_config_values(
        &self,
        params: ConfigBatchWriteParams,
    ) -> Result<ConfigWriteResponse, Error> {
        self.runtime.wait(self.codex.write_config_values(params))
    }
}
