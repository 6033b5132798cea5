//! Pending logins and their outcome, blocking. The async handles decide when a login has ended.

use std::time::Duration;

use codex_app_protocol::{ChatgptLoginAccountParams, Secret};

use crate::blocking::codex::Codex;
use crate::blocking::runtime::Runtime;
use crate::error::Error;

impl Codex {
    /// Logs in with an API key: `account/login/start`. See
    /// [`Codex::login_api_key`](crate::Codex::login_api_key).
    ///
    /// # Errors
    ///
    /// As [`Codex::login_api_key`](crate::Codex::login_api_key), and [`Error::InsideRuntime`] in an
    /// async runtime.
    pub fn login_api_key(&self, api_key: impl Into<Secret>) -> Result<(), Error> {
        self.runtime.wait(self.codex.login_api_key(api_key))
    }

    /// Starts a login with ChatGPT in a browser: `account/login/start`. See
    /// [`Codex::login_chatgpt`](crate::Codex::login_chatgpt).
    ///
    /// # Errors
    ///
    /// As [`Codex::login_chatgpt`](crate::Codex::login_chatgpt), and [`Error::InsideRuntime`] in an
    /// async runtime.
    pub fn login_chatgpt(&self) -> Result<BrowserLogin, Error> {
        self.login_chatgpt_with(ChatgptLoginAccountParams::default())
    }

    /// Starts a login with ChatGPT in a browser, with other params: `account/login/start`. See
    /// [`Codex::login_chatgpt_with`](crate::Codex::login_chatgpt_with).
    ///
    /// # Errors
    ///
    /// As [`Codex::login_chatgpt_with`](crate::Codex::login_chatgpt_with), and
    /// [`Error::InsideRuntime`] in an async runtime.
    pub fn login_chatgpt_with(
        &self,
        params: ChatgptLoginAccountParams,
    ) -> Result<BrowserLogin, Error> {
        let login = self.runtime.wait(self.codex.login_chatgpt_with(params))?;
        Ok(BrowserLogin { login, runtime: self.runtime.clone() })
    }

    /// Starts a login with ChatGPT by a device code: `account/login/start`. See
    /// [`Codex::login_device_code`](crate::Codex::login_device_code).
    ///
    /// # Errors
    ///
    /// As [`Codex::login_device_code`](crate::Codex::login_device_code), and
    /// [`Error::InsideRuntime`] in an async runtime.
    pub fn login_device_code(&self) -> Result<DeviceCodeLogin, Error> {
        let login = self.runtime.wait(self.codex.login_device_code())?;
        Ok(DeviceCodeLogin { login, runtime: self.runtime.clone() })
    }

    /// Logs in with ChatGPT tokens that the program obtained itself: `account/login/start`. See
    /// [`Codex::login_chatgpt_tokens`](crate::Codex::login_chatgpt_tokens).
    ///
    /// # Errors
    ///
    /// As [`Codex::login_chatgpt_tokens`](crate::Codex::login_chatgpt_tokens), and
    /// [`Error::InsideRuntime`] in an async runtime.
    #[cfg(feature = "experimental")]
    pub fn login_chatgpt_tokens(
        &self,
        params: codex_app_protocol::ChatgptAuthTokensLoginAccountParams,
    ) -> Result<(), Error> {
        self.runtime.wait(self.codex.login_chatgpt_tokens(params))
    }
}

/// Cancels a login from another thread. It can be cloned. See
/// [`LoginControl`](crate::LoginControl).
#[derive(Clone, Debug)]
pub struct LoginControl {
    control: crate::LoginControl,
    runtime: Runtime,
}

impl LoginControl {
    /// Returns the id of the login.
    #[must_use]
    pub fn login_id(&self) -> &str {
        self.control.login_id()
    }

    /// Cancels the login, and returns whether it was pending: `account/login/cancel`. See
    /// [`LoginControl::cancel`](crate::LoginControl::cancel).
    ///
    /// # Errors
    ///
    /// As [`LoginControl::cancel`](crate::LoginControl::cancel), and [`Error::InsideRuntime`] in an
    /// async runtime.
    pub fn cancel(&self) -> Result<bool, Error> {
        self.runtime.wait(self.control.cancel())
    }
}

macro_rules! login {
    ($handle:ident) => {
        impl $handle {
            /// Returns the id of the login.
            #[must_use]
            pub fn login_id(&self) -> &str {
                self.login.login_id()
            }

            /// Waits until this login has succeeded or failed, without a timeout. Called again, it
            /// returns the same outcome. See [`BrowserLogin::wait`](crate::BrowserLogin::wait).
            ///
            /// # Errors
            ///
            /// [`Error::LoginFailed`] if the login was refused, cancelled or replaced by another;
            /// [`Error::Closed`] if the connection has ended; [`Error::InsideRuntime`] in an async
            /// runtime.
            pub fn wait(&mut self) -> Result<(), Error> {
                self.runtime.wait(self.login.wait())
            }

            /// Like [`wait`](Self::wait), with a timeout. The login stays pending after the
            /// timeout: cancel it if that is not wanted.
            ///
            /// # Errors
            ///
            /// [`Error::Timeout`] after the timeout. Otherwise as [`wait`](Self::wait).
            pub fn wait_within(&mut self, timeout: Duration) -> Result<(), Error> {
                self.runtime.wait(self.login.wait_within(timeout))
            }

            /// Cancels the login, and returns whether it was pending: `account/login/cancel`. See
            /// [`LoginControl::cancel`](crate::LoginControl::cancel).
            ///
            /// # Errors
            ///
            /// As [`LoginControl::cancel`](crate::LoginControl::cancel), and
            /// [`Error::InsideRuntime`] in an async runtime.
            pub fn cancel(&self) -> Result<bool, Error> {
                self.runtime.wait(self.login.cancel())
            }

            /// Returns a handle that cancels the login from another thread.
            #[must_use]
            pub fn control(&self) -> LoginControl {
                LoginControl { control: self.login.control(), runtime: self.runtime.clone() }
            }
        }
    };
}

/// A pending login with ChatGPT in a browser, from [`Codex::login_chatgpt`]. Dropping it does not
/// cancel the login. See [`BrowserLogin`](crate::BrowserLogin).
///
/// # Examples
///
/// ```no_run
/// # fn example(codex: codex_app_client::blocking::Codex) -> Result<(), codex_app_client::Error> {
/// use std::time::Duration;
///
/// let mut login = codex.login_chatgpt()?;
/// println!("open {}", login.auth_url());
/// if login.wait_within(Duration::from_secs(300)).is_err() {
///     login.cancel()?;
/// }
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct BrowserLogin {
    login: crate::BrowserLogin,
    runtime: Runtime,
}

impl BrowserLogin {
    /// Returns the URL to open in the browser.
    #[must_use]
    pub fn auth_url(&self) -> &str {
        self.login.auth_url()
    }
}

login!(BrowserLogin);

/// A pending login with ChatGPT by a device code, from [`Codex::login_device_code`]. Dropping it
/// does not cancel the login. See [`DeviceCodeLogin`](crate::DeviceCodeLogin).
///
/// # Examples
///
/// ```no_run
/// # fn example(codex: codex_app_client::blocking::Codex) -> Result<(), codex_app_client::Error> {
/// let mut login = codex.login_device_code()?;
/// println!("enter {} at {}", login.user_code(), login.verification_url());
/// login.wait()?;
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct DeviceCodeLogin {
    login: crate::DeviceCodeLogin,
    runtime: Runtime,
}

impl DeviceCodeLogin {
    /// Returns the code that the user enters.
    #[must_use]
    pub fn user_code(&self) -> &str {
        self.login.user_code()
    }

    /// Returns the URL at which the user enters the code.
    #[must_use]
    pub fn verification_url(&self) -> &str {
        self.login.verification_url()
    }
}

login!(DeviceCodeLogin);
