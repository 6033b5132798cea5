//! Accounts: reading the current account and its usage, logging in and out. No secret is stored
//! here: it goes to the server only.

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

/// The server's message if an account is logged in, but not with ChatGPT.
const CHATGPT_NEEDED: &str = "chatgpt authentication required";
/// The server's message if no account is logged in.
const ANY_NEEDED: &str = "codex account authentication required";

impl Codex {
    /// Returns the account that is logged in, and whether the server needs one: `account/read`.
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

    /// Like [`account`](Self::account), but the server first refreshes its token: `account/read`
    /// with `refreshToken`.
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

    /// Returns the account, or an error if turns need an account and none is logged in:
    /// `account/read`.
    ///
    /// Call it before the first turn. It also succeeds without an account if the model provider
    /// needs none.
    ///
    /// # Errors
    ///
    /// [`Error::AuthRequired`] if an account is needed and none is logged in. Otherwise as
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
        // Old servers do not send this member.
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

    /// Returns the rate limits of the account and how much of them is used:
    /// `account/rateLimits/read`.
    ///
    /// # Errors
    ///
    /// [`Error::AuthRequired`] if no account is logged in. [`Error::ChatgptAccountRequired`] if the
    /// account is not a ChatGPT account: the server knows no limits of an API key. Otherwise as
    /// [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`](crate::Client::request).
    pub async fn rate_limits(&self) -> Result<GetAccountRateLimitsResponse, Error> {
        self.ask_with_account(GetAccountRateLimitsParams::default()).await
    }

    /// Returns how many tokens the account has used: `account/usage/read`.
    ///
    /// # Errors
    ///
    /// [`Error::AuthRequired`] if no account is logged in. [`Error::ChatgptAccountRequired`] if the
    /// account is not a ChatGPT account. Otherwise as [`Client::request`](crate::Client::request).
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

/// Turns a refusal because of the account into its own error. The server sends only a message.
fn about_account(error: Error) -> Error {
    match error {
        Error::Rpc { method, error } if error.message.contains(CHATGPT_NEEDED) => {
            Error::ChatgptAccountRequired { method, error }
        }
        Error::Rpc { error, .. } if error.message.contains(ANY_NEEDED) => Error::AuthRequired,
        error => error,
    }
}
