//! What a server offers, blocking: models, skills, apps, plugins, MCP servers.

use codex_app_protocol::{
    AppInfo, AppsListParams, ListMcpServerStatusParams, McpServerStatus, Model, ModelListParams,
    PluginInstalledParams, PluginInstalledResponse, PluginListParams, PluginListResponse,
    SkillsListEntry, SkillsListParams,
};

use crate::blocking::codex::Codex;
use crate::blocking::pages::Pages;
use crate::error::Error;

impl Codex {
    /// Returns the models that can be used, from all pages: `model/list`. See
    /// [`Codex::models`](crate::Codex::models).
    ///
    /// # Errors
    ///
    /// As [`Codex::models`](crate::Codex::models), and [`Error::InsideRuntime`] in an async
    /// runtime.
    pub fn models(&self) -> Result<Vec<Model>, Error> {
        self.runtime.wait(self.codex.models())
    }

    /// Returns an iterator over the models, page by page: `model/list`. See
    /// [`Codex::model_pages`](crate::Codex::model_pages).
    pub fn model_pages(&self, params: ModelListParams) -> Pages<ModelListParams> {
        Pages::new(self.codex.model_pages(params), &self.runtime)
    }

    /// Returns the skills, by directory: `skills/list`. See
    /// [`Codex::skills`](crate::Codex::skills).
    ///
    /// # Errors
    ///
    /// As [`Codex::skills`](crate::Codex::skills), and [`Error::InsideRuntime`] in an async
    /// runtime.
    pub fn skills(&self, params: SkillsListParams) -> Result<Vec<SkillsListEntry>, Error> {
        self.runtime.wait(self.codex.skills(params))
    }

    /// Returns the apps, from all pages: `app/list`. See [`Codex::apps`](crate::Codex::apps).
    ///
    /// # Errors
    ///
    /// As [`Codex::apps`](crate::Codex::apps), and [`Error::InsideRuntime`] in an async runtime.
    pub fn apps(&self) -> Result<Vec<AppInfo>, Error> {
        self.runtime.wait(self.codex.apps())
    }

    /// Returns an iterator over the apps, page by page: `app/list`. See
    /// [`Codex::app_pages`](crate::Codex::app_pages).
    pub fn app_pages(&self, params: AppsListParams) -> Pages<AppsListParams> {
        Pages::new(self.codex.app_pages(params), &self.runtime)
    }

    /// Returns the plugins of all marketplaces: `plugin/list`. See
    /// [`Codex::plugins`](crate::Codex::plugins).
    ///
    /// # Errors
    ///
    /// As [`Codex::plugins`](crate::Codex::plugins), and [`Error::InsideRuntime`] in an async
    /// runtime.
    pub fn plugins(&self, params: PluginListParams) -> Result<PluginListResponse, Error> {
        self.runtime.wait(self.codex.plugins(params))
    }

    /// Returns the installed plugins: `plugin/installed`. See
    /// [`Codex::installed_plugins`](crate::Codex::installed_plugins).
    ///
    /// # Errors
    ///
    /// As [`Codex::installed_plugins`](crate::Codex::installed_plugins), and
    /// [`Error::InsideRuntime`] in an async runtime.
    pub fn installed_plugins(
        &self,
        params: PluginInstalledParams,
    ) -> Result<PluginInstalledResponse, Error> {
        self.runtime.wait(self.codex.installed_plugins(params))
    }

    /// Returns the status of the MCP servers, from all pages: `mcpServerStatus/list`. See
    /// [`Codex::mcp_servers`](crate::Codex::mcp_servers).
    ///
    /// # Errors
    ///
    /// As [`Codex::mcp_servers`](crate::Codex::mcp_servers), and [`Error::InsideRuntime`] in an
    /// async runtime.
    pub fn mcp_servers(&self) -> Result<Vec<McpServerStatus>, Error> {
        self.runtime.wait(self.codex.mcp_servers())
    }

    /// Returns an iterator over the status of the MCP servers, page by page:
    /// `mcpServerStatus/list`. See [`Codex::mcp_server_pages`](crate::Codex::mcp_server_pages).
    pub fn mcp_server_pages(
        &self,
        params: ListMcpServerStatusParams,
    ) -> Pages<ListMcpServerStatusParams> {
        Pages::new(self.codex.mcp_server_pages(params), &self.runtime)
    }

    /// Reloads the configuration of the MCP servers: `config/mcpServer/reload`. See
    /// [`Codex::reload_mcp_servers`](crate::Codex::reload_mcp_servers).
    ///
    /// # Errors
    ///
    /// As [`Codex::reload_mcp_servers`](crate::Codex::reload_mcp_servers), and
    /// [`Error::InsideRuntime`] in an async runtime.
    pub fn reload_mcp_servers(&self) -> Result<(), Error> {
        self.runtime.wait(self.codex.reload_mcp_servers())
    }
}
