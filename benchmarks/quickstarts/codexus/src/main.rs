//! One turn, and its answer.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::current_dir()?;
    let answer = codexus::quick_run(&*folder.to_string_lossy(), "Say hello.").await?;
    println!("{}", answer.assistant_text);
    Ok(())
}
