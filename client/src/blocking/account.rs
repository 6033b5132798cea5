//! Who is logged in, and logging in and out, blocking. It keeps no secrets.

mod login;

use codex_app_protocol::{
    GetAccountRateLimitsResponse, GetAccountResponse, GetAccountTokenUsageResponse,
};

pub use crate::blocking::account::login::{BrowserLogin, DeviceCodeLogin, LoginControl};
use crate::blocking::codex::Codex;
use crate::error::Error;

impl Codex {
    /// See [`Codex::account`](crate::Codex::account).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn account(&self) -> Result<GetAccountResponse, Error> {
        self.runtime.wait(self.codex.account())
    }

    /// See [`Codex::refresh_account`](crate::Codex::refresh_account).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn refresh_account(&self) -> Result<GetAccountResponse, Error> {
        self.runtime.wait(self.codex.refresh_account())
    }

    /// See [`Codex::ensure_auth`](crate::Codex::ensure_auth).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn ensure_auth(&self) -> Result<GetAccountResponse, Error> {
        self.runtime.wait(self.codex.ensure_auth())
    }

    /// See [`Codex::logout`](crate::Codex::logout).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn logout(&self) -> Result<(), Error> {
        self.runtime.wait(self.codex.logout())
    }

    /// See [`Codex::rate_limits`](crate::Codex::rate_limits).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn rate_limits(&self) -> Result<GetAccountRateLimitsResponse, Error> {
        self.runtime.wait(self.codex.rate_limits())
    }

    /// See [`Codex::account_usage`](crate::Codex::account_usage).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn account_usage(&self) -> Result<GetAccountTokenUsageResponse, Error> {
        self.runtime.wait(self.codex.account_usage())
    }
}
