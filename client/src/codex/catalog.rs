//! Lists what a server offers: models, skills, apps, plugins, MCP servers. It only asks.

use codex_app_protocol::{
    AppInfo, AppsListParams, ConfigMcpServerReloadParams, ListMcpServerStatusParams,
    McpServerStatus, Model, ModelListParams, PluginInstalledParams, PluginInstalledResponse,
    PluginListParams, PluginListResponse, SkillsListEntry, SkillsListParams,
};

use crate::codex::Codex;
use crate::error::Error;
use crate::pages::Pages;

impl Codex {
    /// Lists all available models: `model/list`. Requests every page.
    ///
    /// # Errors
    ///
    /// The same errors as [`Codex::request`](Self::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the request may already have been sent. Its response is ignored.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(codex: codex_app_client::Codex) -> Result<(), codex_app_client::Error> {
    /// for model in codex.models().await? {
    ///     println!("{}", model.id.unwrap_or_default());
    /// }
    /// # Ok(()) }
    /// ```
    pub async fn models(&self) -> Result<Vec<Model>, Error> {
        self.model_pages(ModelListParams::default()).collect_all().await
    }

    /// Lists the models as a paginated stream: `model/list`. The params can include hidden models.
    pub fn model_pages(&self, params: ModelListParams) -> Pages<ModelListParams> {
        self.pages(params)
    }

    /// Lists the skills that are available in some folders, grouped by folder: `skills/list`.
    /// Without folders in the params, the server uses its own working directory.
    ///
    /// # Errors
    ///
    /// The same errors as [`Codex::request`](Self::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the request may already have been sent. Its response is ignored.
    pub async fn skills(&self, params: SkillsListParams) -> Result<Vec<SkillsListEntry>, Error> {
        Ok(self.request(params).await?.data.unwrap_or_default())
    }

    /// Lists all apps (connectors): `app/list`. Requests every page.
    ///
    /// # Errors
    ///
    /// The same errors as [`Codex::request`](Self::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the request may already have been sent. Its response is ignored.
    pub async fn apps(&self) -> Result<Vec<AppInfo>, Error> {
        self.app_pages(AppsListParams::default()).collect_all().await
    }

    /// Lists the apps (connectors) as a paginated stream: `app/list`.
    pub fn app_pages(&self, params: AppsListParams) -> Pages<AppsListParams> {
        self.pages(params)
    }

    /// Lists the plugins of the marketplaces: `plugin/list`.
    ///
    /// # Errors
    ///
    /// The same errors as [`Codex::request`](Self::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the request may already have been sent. Its response is ignored.
    pub async fn plugins(&self, params: PluginListParams) -> Result<PluginListResponse, Error> {
        self.request(params).await
    }

    /// Lists the installed plugins: `plugin/installed`.
    ///
    /// # Errors
    ///
    /// The same errors as [`Codex::request`](Self::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the request may already have been sent. Its response is ignored.
    pub async fn installed_plugins(
        &self,
        params: PluginInstalledParams,
    ) -> Result<PluginInstalledResponse, Error> {
        self.request(params).await
    }

    /// Lists all MCP servers with their status: `mcpServerStatus/list`. Requests every page.
    ///
    /// # Errors
    ///
    /// The same errors as [`Codex::request`](Self::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the request may already have been sent. Its response is ignored.
    pub async fn mcp_servers(&self) -> Result<Vec<McpServerStatus>, Error> {
        self.mcp_server_pages(ListMcpServerStatusParams::default()).collect_all().await
    }

    /// Lists the MCP servers with their status as a paginated stream: `mcpServerStatus/list`.
    pub fn mcp_server_pages(
        &self,
        params: ListMcpServerStatusParams,
    ) -> Pages<ListMcpServerStatusParams> {
        self.pages(params)
    }

    /// Makes the server reload the configuration of its MCP servers: `config/mcpServer/reload`.
    ///
    /// # Errors
    ///
    /// The same errors as [`Codex::request`](Self::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the configuration may or may not be reloaded.
    pub async fn reload_mcp_servers(&self) -> Result<(), Error> {
        self.request(ConfigMcpServerReloadParams).await.map(drop)
    }
}
