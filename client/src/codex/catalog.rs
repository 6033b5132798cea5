//! What a server has to offer: models, skills, apps, plugins, MCP servers. It only asks.

use codex_app_protocol::{
    AppInfo, AppsListParams, ConfigMcpServerReloadParams, ListMcpServerStatusParams,
    McpServerStatus, Model, ModelListParams, PluginInstalledParams, PluginInstalledResponse,
    PluginListParams, PluginListResponse, SkillsListEntry, SkillsListParams,
};

use crate::codex::Codex;
use crate::error::Error;
use crate::pages::Pages;

impl Codex {
    /// The models that can be chosen, from all pages: `model/list`.
    ///
    /// # Errors
    ///
    /// As [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`](crate::Client::request).
    pub async fn models(&self) -> Result<Vec<Model>, Error> {
        self.model_pages(ModelListParams::default()).all().await
    }

    /// The models, page by page: `model/list`. The params can ask for hidden ones too.
    pub fn model_pages(&self, params: ModelListParams) -> Pages<ModelListParams> {
        self.pages(params)
    }

    /// The skills that threads in some folders have, by folder: `skills/list`. Without folders, those
    /// of the server's own.
    ///
    /// # Errors
    ///
    /// As [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`](crate::Client::request).
    pub async fn skills(&self, params: SkillsListParams) -> Result<Vec<SkillsListEntry>, Error> {
        Ok(self.request(params).await?.data.unwrap_or_default())
    }

    /// The apps, from all pages: `app/list`.
    ///
    /// # Errors
    ///
    /// As [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`](crate::Client::request).
    pub async fn apps(&self) -> Result<Vec<AppInfo>, Error> {
        self.app_pages(AppsListParams::default()).all().await
    }

    /// The apps, page by page: `app/list`.
    pub fn app_pages(&self, params: AppsListParams) -> Pages<AppsListParams> {
        self.pages(params)
    }

    /// The plugins of all marketplaces: `plugin/list`.
    ///
    /// # Errors
    ///
    /// As [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`](crate::Client::request).
    pub async fn plugins(&self, params: PluginListParams) -> Result<PluginListResponse, Error> {
        self.request(params).await
    }

    /// The plugins that are installed: `plugin/installed`.
    ///
    /// # Errors
    ///
    /// As [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`](crate::Client::request).
    pub async fn installed_plugins(
        &self,
        params: PluginInstalledParams,
    ) -> Result<PluginInstalledResponse, Error> {
        self.request(params).await
    }

    /// How the MCP servers are doing, from all pages: `mcpServerStatus/list`.
    ///
    /// # Errors
    ///
    /// As [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`](crate::Client::request).
    pub async fn mcp_servers(&self) -> Result<Vec<McpServerStatus>, Error> {
        self.mcp_server_pages(ListMcpServerStatusParams::default()).all().await
    }

    /// How the MCP servers are doing, page by page: `mcpServerStatus/list`.
    pub fn mcp_server_pages(
        &self,
        params: ListMcpServerStatusParams,
    ) -> Pages<ListMcpServerStatusParams> {
        self.pages(params)
    }

    /// Has the server read the configuration of its MCP servers again: `config/mcpServer/reload`.
    ///
    /// # Errors
    ///
    /// As [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`](crate::Client::request).
    pub async fn reload_mcp_servers(&self) -> Result<(), Error> {
        self.request(ConfigMcpServerReloadParams).await.map(drop)
    }
}
