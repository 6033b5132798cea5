//! Accounts, logging in and logging out, blocking. No secret is stored here.

mod login;

use codex_app_protocol::{
    GetAccountRateLimitsResponse, GetAccountResponse, GetAccountTokenUsageResponse,
};

pub use crate::blocking::account::login::{BrowserLogin, DeviceCodeLogin, LoginControl};
use crate::blocking::codex::Codex;
use crate::error::Error;

impl Codex {
    /// Returns the account that is logged in, and whether the server needs one: `account/read`. See
    /// [`Codex::account`](crate::Codex::account).
    ///
    /// # Errors
    ///
    /// As [`Codex::account`](crate::Codex::account), and [`Error::InsideRuntime`] in an async
    /// runtime.
    pub fn account(&self) -> Result<GetAccountResponse, Error> {
        self.runtime.wait(self.codex.account())
    }

    /// Returns the account, after the server has refreshed its token: `account/read`. See
    /// [`Codex::refresh_account`](crate::Codex::refresh_account).
    ///
    /// # Errors
    ///
    /// As [`Codex::refresh_account`](crate::Codex::refresh_account), and [`Error::InsideRuntime`]
    /// in an async runtime.
    pub fn refresh_account(&self) -> Result<GetAccountResponse, Error> {
        self.runtime.wait(self.codex.refresh_account())
    }

    /// Returns the account, or an error if turns need one and none is logged in: `account/read`.
    /// See [`Codex::ensure_auth`](crate::Codex::ensure_auth).
    ///
    /// # Errors
    ///
    /// As [`Codex::ensure_auth`](crate::Codex::ensure_auth), and [`Error::InsideRuntime`] in an
    /// async runtime.
    pub fn ensure_auth(&self) -> Result<GetAccountResponse, Error> {
        self.runtime.wait(self.codex.ensure_auth())
    }

    /// Logs out: `account/logout`. See [`Codex::logout`](crate::Codex::logout).
    ///
    /// # Errors
    ///
    /// As [`Codex::logout`](crate::Codex::logout), and [`Error::InsideRuntime`] in an async
    /// runtime.
    pub fn logout(&self) -> Result<(), Error> {
        self.runtime.wait(self.codex.logout())
    }

    /// Returns the rate limits of the account and how much of them is used:
    /// `account/rateLimits/read`. See [`Codex::rate_limits`](crate::Codex::rate_limits).
    ///
    /// # Errors
    ///
    /// As [`Codex::rate_limits`](crate::Codex::rate_limits), and [`Error::InsideRuntime`] in an
    /// async runtime.
    pub fn rate_limits(&self) -> Result<GetAccountRateLimitsResponse, Error> {
        self.runtime.wait(self.codex.rate_limits())
    }

    /// Returns how many tokens the account has used: `account/usage/read`. See
    /// [`Codex::account_usage`](crate::Codex::account_usage).
    ///
    /// # Errors
    ///
    /// As [`Codex::account_usage`](crate::Codex::account_usage), and [`Error::InsideRuntime`] in an
    /// async runtime.
    pub fn account_usage(&self) -> Result<GetAccountTokenUsageResponse, Error> {
        self.runtime.wait(self.codex.account_usage())
    }
}
