//! What a server has to offer, blocking. It only asks.

use codex_app_protocol::{
    AppInfo, AppsListParams, ListMcpServerStatusParams, McpServerStatus, Model, ModelListParams,
    PluginInstalledParams, PluginInstalledResponse, PluginListParams, PluginListResponse,
    SkillsListEntry, SkillsListParams,
};

use crate::blocking::codex::Codex;
use crate::blocking::pages::Pages;
use crate::error::Error;

impl Codex {
    /// See [`Codex::models`](crate::Codex::models).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn models(&self) -> Result<Vec<Model>, Error> {
        self.runtime.wait(self.codex.models())
    }

    /// See [`Codex::model_pages`](crate::Codex::model_pages).
    pub fn model_pages(&self, params: ModelListParams) -> Pages<ModelListParams> {
        Pages::new(self.codex.model_pages(params), &self.runtime)
    }

    /// See [`Codex::skills`](crate::Codex::skills).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn skills(&self, params: SkillsListParams) -> Result<Vec<SkillsListEntry>, Error> {
        self.runtime.wait(self.codex.skills(params))
    }

    /// See [`Codex::apps`](crate::Codex::apps).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn apps(&self) -> Result<Vec<AppInfo>, Error> {
        self.runtime.wait(self.codex.apps())
    }

    /// See [`Codex::app_pages`](crate::Codex::app_pages).
    pub fn app_pages(&self, params: AppsListParams) -> Pages<AppsListParams> {
        Pages::new(self.codex.app_pages(params), &self.runtime)
    }

    /// See [`Codex::plugins`](crate::Codex::plugins).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn plugins(&self, params: PluginListParams) -> Result<PluginListResponse, Error> {
        self.runtime.wait(self.codex.plugins(params))
    }

    /// See [`Codex::installed_plugins`](crate::Codex::installed_plugins).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn installed_plugins(
        &self,
        params: PluginInstalledParams,
    ) -> Result<PluginInstalledResponse, Error> {
        self.runtime.wait(self.codex.installed_plugins(params))
    }

    /// See [`Codex::mcp_servers`](crate::Codex::mcp_servers).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn mcp_servers(&self) -> Result<Vec<McpServerStatus>, Error> {
        self.runtime.wait(self.codex.mcp_servers())
    }

    /// See [`Codex::mcp_server_pages`](crate::Codex::mcp_server_pages).
    pub fn mcp_server_pages(
        &self,
        params: ListMcpServerStatusParams,
    ) -> Pages<ListMcpServerStatusParams> {
        Pages::new(self.codex.mcp_server_pages(params), &self.runtime)
    }

    /// See [`Codex::reload_mcp_servers`](crate::Codex::reload_mcp_servers).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn reload_mcp_servers(&self) -> Result<(), Error> {
        self.runtime.wait(self.codex.reload_mcp_servers())
    }
}
