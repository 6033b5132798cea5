//! The configuration of a server, blocking. The server decides which of its files takes precedence.

use codex_app_protocol::{
    ConfigBatchWriteParams, ConfigReadParams, ConfigReadResponse, ConfigWriteResponse,
};
use serde_json::Value;

use crate::blocking::codex::Codex;
use crate::error::Error;

impl Codex {
    /// Returns the effective configuration: `config/read`. See
    /// [`Codex::read_config`](crate::Codex::read_config).
    ///
    /// # Errors
    ///
    /// As [`Codex::read_config`](crate::Codex::read_config), and [`Error::InsideRuntime`] in an
    /// async runtime.
    pub fn read_config(&self, params: ConfigReadParams) -> Result<ConfigReadResponse, Error> {
        self.runtime.wait(self.codex.read_config(params))
    }

    /// Writes one value of the user's configuration: `config/value/write`. A null removes it. See
    /// [`Codex::write_config`](crate::Codex::write_config).
    ///
    /// # Errors
    ///
    /// As [`Codex::write_config`](crate::Codex::write_config), and [`Error::InsideRuntime`] in an
    /// async runtime.
    pub fn write_config(
        &self,
        key_path: impl Into<String>,
        value: impl Into<Value>,
    ) -> Result<ConfigWriteResponse, Error> {
        self.runtime.wait(self.codex.write_config(key_path, value))
    }

    /// Writes several values at once, or none of them: `config/batchWrite`. See
    /// [`Codex::write_config_values`](crate::Codex::write_config_values).
    ///
    /// # Errors
    ///
    /// As [`Codex::write_config_values`](crate::Codex::write_config_values), and
    /// [`Error::InsideRuntime`] in an async runtime.
    pub fn write_config_values(
        &self,
        params: ConfigBatchWriteParams,
    ) -> Result<ConfigWriteResponse, Error> {
        self.runtime.wait(self.codex.write_config_values(params))
    }
}
