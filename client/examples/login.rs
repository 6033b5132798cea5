//! Login: makes sure that somebody is logged in, with an API key from the environment or with a
//! device code.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::time::Duration;

use codex_app_client::{Codex, Error};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let codex = Codex::spawn().await?;
    match codex.ensure_auth().await {
        Ok(_) => {}
        Err(Error::AuthRequired) => match std::env::var("OPENAI_API_KEY") {
            Ok(key) => codex.login_api_key(key).await?,
            Err(_) => login_with_code(&codex).await?,
        },
        Err(error) => return Err(error),
    }
    match codex.ensure_auth().await?.account {
        Some(_) => println!("logged in"),
        None => println!("no account is needed"),
    }
    match codex.rate_limits().await {
        Ok(limits) => {
            let by_limit = limits.rate_limits_by_limit_id.unwrap_or_default();
            println!("{} limits apply", by_limit.len());
        }
        Err(Error::AuthRequired) => println!("no limits to read"),
        // A key has none either.
        Err(error) => println!("{error}"),
    }
    codex.shutdown().await;
    Ok(())
}

async fn login_with_code(codex: &Codex) -> Result<(), Error> {
    let mut login = codex.login_device_code().await?;
    println!("enter {} at {}", login.user_code(), login.verification_url());
    let outcome = login.wait_within(Duration::from_secs(300)).await;
    if matches!(outcome, Err(Error::Timeout { .. })) {
        login.cancel().await?;
    }
    outcome
}
