//! What the server has to offer, and its configuration.

use codex_app_client::protocol::{
    ConfigBatchWriteParams, ConfigEdit, ConfigReadParams, MergeStrategy, ModelListParams,
    PluginInstalledParams, PluginListParams, SkillsListParams,
};
use serde_json::json;

use crate::setup;

#[tokio::test]
async fn models_are_the_same_on_one_page_and_on_many() {
    let it = setup().await;
    let models = it.codex.models().await.unwrap();
    assert!(models.len() > 1 && models.iter().any(|it| it.is_default == Some(true)));
    let paged =
        it.codex.model_pages(ModelListParams::default().limit(1)).collect_all().await.unwrap();
    assert_eq!(paged, models);
    let params = ModelListParams::default().include_hidden(true);
    assert!(it.codex.model_pages(params).collect_all().await.unwrap().len() >= models.len());
    it.codex.shutdown().await;
}

#[tokio::test]
async fn skills_plugins_apps_and_mcp_servers_are_listed() {
    let it = setup().await;
    let cwd = it.home.workspace().to_str().unwrap().to_owned();
    let folder = it.home.codex_home().join("skills/greet");
    std::fs::create_dir_all(&folder).unwrap();
    let skill = "---\nname: greet\ndescription: Says hello.\n---\nSay hello.\n";
    std::fs::write(folder.join("SKILL.md"), skill).unwrap();
    let params = SkillsListParams::default().cwds([cwd.as_str()]).force_reload(true);
    let skills = it.codex.skills(params).await.unwrap();
    assert_eq!(skills.len(), 1);
    let names: Vec<_> =
        skills[0].skills.iter().flatten().filter_map(|it| it.name.as_deref()).collect();
    assert!(names.contains(&"greet"), "{names:?}");
    assert_eq!(it.codex.apps().await.unwrap(), []);
    assert_eq!(it.codex.mcp_servers().await.unwrap().len(), 0);
    it.codex.reload_mcp_servers().await.unwrap();
    let plugins = it.codex.plugins(PluginListParams::default()).await.unwrap();
    assert_eq!(plugins.marketplaces.map(|it| it.len()), Some(0));
    let plugins = it.codex.installed_plugins(PluginInstalledParams::default()).await.unwrap();
    assert_eq!(plugins.marketplaces.map(|it| it.len()), Some(0));
    it.codex.shutdown().await;
}

#[tokio::test]
async fn what_is_written_to_the_configuration_is_read_from_it() {
    let it = setup().await;
    let read = async || {
        let response = it.codex.read_config(ConfigReadParams::default()).await.unwrap();
        response.config.unwrap()
    };
    assert_eq!(read().await.model.as_deref(), Some("mock-model"));
    let written = it.codex.write_config("model", "gpt-5.5").await.unwrap();
    assert_eq!(read().await.model.as_deref(), Some("gpt-5.5"));
    let edits = vec![
        ConfigEdit::new("model", MergeStrategy::Replace, json!("mock-model")),
        ConfigEdit::new("review_model", MergeStrategy::Upsert, json!("gpt-5.5")),
    ];
    // Somebody has written since: nothing of it is written.
    let version = written.version.unwrap();
    let params = ConfigBatchWriteParams::new(edits).expected_version(version);
    it.codex.write_config_values(params.clone()).await.unwrap();
    assert!(it.codex.write_config_values(params).await.unwrap_err().rpc().is_some());
    let config = read().await;
    assert_eq!(config.model.as_deref(), Some("mock-model"));
    assert_eq!(config.review_model.as_deref(), Some("gpt-5.5"));
    it.codex.shutdown().await;
}
