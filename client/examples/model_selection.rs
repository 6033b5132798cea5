//! Models: lists them, and runs a turn with one of them.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use codex_app_client::{Codex, Error, ThreadOptions, TurnInput};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let codex = Codex::spawn().await?;
    let models = codex.models().await?;
    for model in &models {
        let mark = if model.is_default == Some(true) { "*" } else { " " };
        println!("{mark} {}", model.id.as_deref().unwrap_or_default());
    }
    let thread = codex.start_thread(ThreadOptions::default()).await?;
    let mut input = TurnInput::from("Say hello.");
    // Without one, the user's own choice stands.
    if let Some(name) = std::env::args().nth(1) {
        let Some(model) = models.into_iter().find(|it| it.id.as_ref() == Some(&name)) else {
            println!("there is no model {name}");
            codex.shutdown().await;
            return Ok(());
        };
        let least = model.supported_reasoning_efforts.into_iter().flatten().next();
        input = input.model(name);
        if let Some(effort) = least.and_then(|it| it.reasoning_effort) {
            input = input.effort(effort);
        }
    }
    let result = thread.run(input).await?;
    println!("{}", result.final_response.unwrap_or_default());
    codex.shutdown().await;
    Ok(())
}
