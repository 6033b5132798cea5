//! Who is logged in, and logging in and out. It keeps no secrets: they go to the server and nowhere
//! else.

mod login;
#[cfg(feature = "experimental")]
mod tokens;
mod watch;

use codex_app_protocol::{
    AccountLogoutParams, ClientRequest, GetAccountParams, GetAccountRateLimitsParams,
    GetAccountRateLimitsResponse, GetAccountResponse, GetAccountTokenUsageParams,
    GetAccountTokenUsageResponse,
};

pub use crate::account::login::{BrowserLogin, DeviceCodeLogin, LoginControl};
use crate::codex::Codex;
use crate::error::Error;

/// What the server says if somebody is logged in, but not with ChatGPT.
const CHATGPT_NEEDED: &str = "chatgpt authentication required";
/// What it says if nobody is logged in.
const ANY_NEEDED: &str = "codex account authentication required";

impl Codex {
    /// Who is logged in, and whether the server needs that: `account/read`.
    ///
    /// # Errors
    ///
    /// As [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`](crate::Client::request).
    pub async fn account(&self) -> Result<GetAccountResponse, Error> {
        self.request(GetAccountParams::default()).await
    }

    /// The same, after the server has renewed its token: `account/read` with `refreshToken`.
    ///
    /// # Errors
    ///
    /// As [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`](crate::Client::request).
    pub async fn refresh_account(&self) -> Result<GetAccountResponse, Error> {
        self.request(GetAccountParams::default().refresh_token(true)).await
    }

    /// Makes sure that turns can run: somebody is logged in, or the model's provider needs nobody.
    ///
    /// # Errors
    ///
    /// [`Error::AuthRequired`] if an account is needed and there is none; otherwise as
    /// [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`](crate::Client::request).
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(codex: codex_app_client::Codex) -> Result<(), codex_app_client::Error> {
    /// use codex_app_client::Error;
    ///
    /// if let Err(Error::AuthRequired) = codex.ensure_auth().await {
    ///     let mut login = codex.login_device_code().await?;
    ///     println!("enter {} at {}", login.user_code(), login.verification_url());
    ///     login.wait().await?;
    /// }
    /// # Ok(()) }
    /// ```
    pub async fn ensure_auth(&self) -> Result<GetAccountResponse, Error> {
        let response = self.account().await?;
        // An old server does not say that it needs nobody.
        let is_needed = response.requires_openai_auth.unwrap_or(true);
        if response.account.is_none() && is_needed {
            return Err(Error::AuthRequired);
        }
        Ok(response)
    }

    /// Logs out: `account/logout`.
    ///
    /// # Errors
    ///
    /// As [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the account may or may not be logged out.
    pub async fn logout(&self) -> Result<(), Error> {
        self.request(AccountLogoutParams).await.map(drop)
    }

    /// How much of its limits the account has used: `account/rateLimits/read`.
    ///
    /// # Errors
    ///
    /// [`Error::AuthRequired`] if nobody is logged in; [`Error::ChatgptAccountRequired`] if somebody is, but
    /// not with a ChatGPT account: an API key has no limits that the server knows. Otherwise as
    /// [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`](crate::Client::request).
    pub async fn rate_limits(&self) -> Result<GetAccountRateLimitsResponse, Error> {
        self.ask_with_account(GetAccountRateLimitsParams::default()).await
    }

    /// How many tokens the account has used: `account/usage/read`.
    ///
    /// # Errors
    ///
    /// As [`rate_limits`](Self::rate_limits).
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`](crate::Client::request).
    pub async fn account_usage(&self) -> Result<GetAccountTokenUsageResponse, Error> {
        self.ask_with_account(GetAccountTokenUsageParams::default()).await
    }

    async fn ask_with_account<R: ClientRequest>(&self, params: R) -> Result<R::Response, Error> {
        self.request(params).await.map_err(about_account)
    }
}

/// Names a refusal because of the account. All the server says is a message.
fn about_account(error: Error) -> Error {
    match error {
        Error::Rpc { method, error } if error.message.contains(CHATGPT_NEEDED) => {
            Error::ChatgptAccountRequired { method, error }
        }
        Error::Rpc { error, .. } if error.message.contains(ANY_NEEDED) => Error::AuthRequired,
        error => error,
    }
}
