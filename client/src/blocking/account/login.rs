//! Logins that have begun, and how they end, blocking. Which of them has ended is decided elsewhere.

use std::time::Duration;

use codex_app_protocol::{ChatgptLoginAccountParams, Secret};

use crate::blocking::codex::Codex;
use crate::blocking::runtime::Runtime;
use crate::error::Error;

impl Codex {
    /// See [`Codex::login_api_key`](crate::Codex::login_api_key).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn login_api_key(&self, api_key: impl Into<Secret>) -> Result<(), Error> {
        self.runtime.wait(self.codex.login_api_key(api_key))
    }

    /// See [`Codex::login_chatgpt`](crate::Codex::login_chatgpt).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn login_chatgpt(&self) -> Result<BrowserLogin, Error> {
        self.login_chatgpt_with(ChatgptLoginAccountParams::default())
    }

    /// See [`Codex::login_chatgpt_with`](crate::Codex::login_chatgpt_with).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn login_chatgpt_with(
        &self,
        params: ChatgptLoginAccountParams,
    ) -> Result<BrowserLogin, Error> {
        let login = self.runtime.wait(self.codex.login_chatgpt_with(params))?;
        Ok(BrowserLogin { login, runtime: self.runtime.clone() })
    }

    /// See [`Codex::login_device_code`](crate::Codex::login_device_code).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn login_device_code(&self) -> Result<DeviceCodeLogin, Error> {
        let login = self.runtime.wait(self.codex.login_device_code())?;
        Ok(DeviceCodeLogin { login, runtime: self.runtime.clone() })
    }

    /// See [`Codex::login_chatgpt_tokens`](crate::Codex::login_chatgpt_tokens).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    #[cfg(feature = "experimental")]
    pub fn login_chatgpt_tokens(
        &self,
        params: codex_app_protocol::ChatgptAuthTokensLoginAccountParams,
    ) -> Result<(), Error> {
        self.runtime.wait(self.codex.login_chatgpt_tokens(params))
    }
}

/// Cancels a login. It can be cloned and given to other threads; see
/// [`LoginControl`](crate::LoginControl).
#[derive(Clone, Debug)]
pub struct LoginControl {
    control: crate::LoginControl,
    runtime: Runtime,
}

impl LoginControl {
    /// The id of the login.
    #[must_use]
    pub fn login_id(&self) -> &str {
        self.control.login_id()
    }

    /// See [`LoginControl::cancel`](crate::LoginControl::cancel).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn cancel(&self) -> Result<bool, Error> {
        self.runtime.wait(self.control.cancel())
    }
}

macro_rules! login {
    ($handle:ident) => {
        impl $handle {
            /// The id of the login.
            #[must_use]
            pub fn login_id(&self) -> &str {
                self.login.login_id()
            }

            /// Waits until this login has come to its end, however long that takes. Called again, it
            /// tells the same.
            ///
            /// # Errors
            ///
            /// As the asynchronous one.
            pub fn wait(&mut self) -> Result<(), Error> {
                self.runtime.wait(self.login.wait())
            }

            /// The same, for so long at most. The login goes on after that: cancel it if it should
            /// not.
            ///
            /// # Errors
            ///
            /// As [`wait`](Self::wait), and [`Error::Timeout`].
            pub fn wait_within(&mut self, timeout: Duration) -> Result<(), Error> {
                self.runtime.wait(self.login.wait_within(timeout))
            }

            /// See [`LoginControl::cancel`](crate::LoginControl::cancel).
            ///
            /// # Errors
            ///
            /// As the asynchronous one.
            pub fn cancel(&self) -> Result<bool, Error> {
                self.runtime.wait(self.login.cancel())
            }

            /// A way to cancel the login from another thread.
            #[must_use]
            pub fn control(&self) -> LoginControl {
                LoginControl { control: self.login.control(), runtime: self.runtime.clone() }
            }
        }
    };
}

/// A login in a browser that has begun; see [`BrowserLogin`](crate::BrowserLogin).
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
    /// What to open in the browser.
    #[must_use]
    pub fn auth_url(&self) -> &str {
        self.login.auth_url()
    }
}

login!(BrowserLogin);

/// A login with a code that has begun; see [`DeviceCodeLogin`](crate::DeviceCodeLogin).
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
    /// What to enter.
    #[must_use]
    pub fn user_code(&self) -> &str {
        self.login.user_code()
    }

    /// Where to enter it.
    #[must_use]
    pub fn verification_url(&self) -> &str {
        self.login.verification_url()
    }
}

login!(DeviceCodeLogin);
