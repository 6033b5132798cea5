//! The ways to log in. A login that needs the user returns a handle, which waits for that login and
//! no other.

use std::fmt;
use std::time::Duration;

use codex_app_protocol::{
    ApiKeyLoginAccountParams, CancelLoginAccountParams, CancelLoginAccountStatus,
    ChatgptLoginAccountParams, LoginAccountParams, LoginAccountResponse, Secret,
};

use crate::account::watch::{Ending, Watch};
use crate::client::Client;
use crate::codex::Codex;
use crate::error::Error;

const COMPLETED: &str = "account/login/completed";

impl Codex {
    /// Logs in with an API key: `account/login/start`. The server stores the key.
    ///
    /// # Errors
    ///
    /// As [`Client::request`].
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the account may or may not be logged in.
    pub async fn login_api_key(&self, api_key: impl Into<Secret>) -> Result<(), Error> {
        let params = LoginAccountParams::from(ApiKeyLoginAccountParams::new(api_key));
        self.request(params).await.map(drop)
    }

    /// Starts a login with ChatGPT in a browser: `account/login/start`.
    ///
    /// Open the [URL](BrowserLogin::auth_url) of the returned handle in a browser on the server's
    /// machine, then [wait](BrowserLogin::wait). The server cancels a login that was started
    /// earlier.
    ///
    /// # Errors
    ///
    /// [`Error::LoginFailed`] if the response is not for a login of this kind. Otherwise as
    /// [`Client::request`].
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, a login may be left pending.
    pub async fn login_chatgpt(&self) -> Result<BrowserLogin, Error> {
        self.login_chatgpt_with(ChatgptLoginAccountParams::default()).await
    }

    /// Like [`login_chatgpt`](Self::login_chatgpt), with other params.
    ///
    /// # Errors
    ///
    /// [`Error::LoginFailed`] if the response is not for a login of this kind. Otherwise as
    /// [`Client::request`].
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, a login may be left pending.
    pub async fn login_chatgpt_with(
        &self,
        params: ChatgptLoginAccountParams,
    ) -> Result<BrowserLogin, Error> {
        let (control, watch, response) = self.begin_login(params.into()).await?;
        match response {
            LoginAccountResponse::Chatgpt(it) => {
                let login = Login::new(control, watch, it.login_id)?;
                let auth_url = it.auth_url.ok_or_else(unexpected)?.expose().to_owned();
                Ok(BrowserLogin { login, auth_url })
            }
            _ => Err(unexpected()),
        }
    }

    /// Starts a login with ChatGPT by a device code: `account/login/start`.
    ///
    /// The user enters the [code](DeviceCodeLogin::user_code) at a
    /// [URL](DeviceCodeLogin::verification_url), on another device for example. Then
    /// [wait](DeviceCodeLogin::wait).
    ///
    /// # Errors
    ///
    /// [`Error::LoginFailed`] if the response is not for a login of this kind. Otherwise as
    /// [`Client::request`].
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, a login may be left pending.
    pub async fn login_device_code(&self) -> Result<DeviceCodeLogin, Error> {
        let (control, watch, response) =
            self.begin_login(LoginAccountParams::ChatgptDeviceCode).await?;
        match response {
            LoginAccountResponse::ChatgptDeviceCode(it) => {
                let login = Login::new(control, watch, it.login_id)?;
                let user_code = it.user_code.ok_or_else(unexpected)?.expose().to_owned();
                let verification_url = it.verification_url.ok_or_else(unexpected)?;
                Ok(DeviceCodeLogin { login, user_code, verification_url })
            }
            _ => Err(unexpected()),
        }
    }

    async fn begin_login(
        &self,
        params: LoginAccountParams,
    ) -> Result<(Client, Watch, LoginAccountResponse), Error> {
        let client = self.client().await?;
        let watch = Watch::begin(client.events());
        let response = client.request(params).await?;
        Ok((client, watch, response))
    }
}

/// Cancels a login from another task. It can be cloned.
#[derive(Clone, Debug)]
pub struct LoginControl {
    client: Client,
    login_id: String,
}

impl LoginControl {
    /// Returns the id of the login.
    #[must_use]
    pub fn login_id(&self) -> &str {
        &self.login_id
    }

    /// Cancels the login: `account/login/cancel`. A task that waits for it gets
    /// [`Error::LoginFailed`].
    ///
    /// Returns `false` if there was no such login to cancel.
    ///
    /// # Errors
    ///
    /// As [`Client::request`].
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the login may or may not be cancelled.
    pub async fn cancel(&self) -> Result<bool, Error> {
        let params = CancelLoginAccountParams::new(&*self.login_id);
        let response = self.client.request(params).await?;
        Ok(response.status == Some(CancelLoginAccountStatus::Canceled))
    }
}

/// The parts that both kinds of login have.
#[derive(Debug)]
struct Login {
    control: LoginControl,
    ending: Ending,
}

impl Login {
    fn new(client: Client, watch: Watch, login_id: Option<String>) -> Result<Self, Error> {
        let login_id = login_id.ok_or_else(unexpected)?;
        let ending = watch.of(&login_id);
        Ok(Self { control: LoginControl { client, login_id }, ending })
    }

    async fn wait_within(&mut self, after: Duration) -> Result<(), Error> {
        let end = tokio::time::timeout(after, self.ending.wait()).await;
        end.unwrap_or_else(|_| Err(Error::Timeout { method: COMPLETED.into(), after }))
    }
}

fn unexpected() -> Error {
    let message = Some("the response is for another kind of login".to_owned());
    Error::LoginFailed { login_id: None, message }
}

macro_rules! login {
    ($handle:ident) => {
        impl $handle {
            /// Returns the id of the login.
            #[must_use]
            pub fn login_id(&self) -> &str {
                self.login.control.login_id()
            }

            /// Waits until this login has succeeded or failed, without a timeout. Called again, it
            /// returns the same outcome.
            ///
            /// # Errors
            ///
            /// [`Error::LoginFailed`] if the login was refused, cancelled or replaced by another;
            /// [`Error::Closed`] if the connection has ended.
            ///
            /// # Cancel safety
            ///
            /// This method is cancel safe: call it again.
            pub async fn wait(&mut self) -> Result<(), Error> {
                self.login.ending.wait().await
            }

            /// Like [`wait`](Self::wait), with a timeout. The login stays pending after the
            /// timeout: cancel it if that is not wanted.
            ///
            /// # Errors
            ///
            /// [`Error::Timeout`] after the timeout. Otherwise as [`wait`](Self::wait).
            ///
            /// # Cancel safety
            ///
            /// This method is cancel safe: call it again.
            pub async fn wait_within(&mut self, timeout: Duration) -> Result<(), Error> {
                self.login.wait_within(timeout).await
            }

            /// Cancels the login: `account/login/cancel`. See [`LoginControl::cancel`].
            ///
            /// # Errors
            ///
            /// As [`Client::request`].
            ///
            /// # Cancel safety
            ///
            /// If the future is dropped, the login may or may not be cancelled.
            pub async fn cancel(&self) -> Result<bool, Error> {
                self.login.control.cancel().await
            }

            /// Returns a handle that cancels the login from another task.
            #[must_use]
            pub fn control(&self) -> LoginControl {
                self.login.control.clone()
            }
        }

        /// Without the URL and the code: they give access to the account.
        impl fmt::Debug for $handle {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($handle))
                    .field("login_id", &self.login_id())
                    .finish_non_exhaustive()
            }
        }
    };
}

/// A pending login with ChatGPT in a browser, from [`Codex::login_chatgpt`]. Dropping it does not
/// cancel the login.
///
/// # Examples
///
/// ```no_run
/// # async fn example(codex: codex_app_client::Codex) -> Result<(), codex_app_client::Error> {
/// use std::time::Duration;
///
/// let mut login = codex.login_chatgpt().await?;
/// println!("open {}", login.auth_url());
/// if login.wait_within(Duration::from_secs(300)).await.is_err() {
///     login.cancel().await?;
/// }
/// # Ok(()) }
/// ```
pub struct BrowserLogin {
    login: Login,
    auth_url: String,
}

impl BrowserLogin {
    /// Returns the URL to open in the browser.
    #[must_use]
    pub fn auth_url(&self) -> &str {
        &self.auth_url
    }
}

login!(BrowserLogin);

/// A pending login with ChatGPT by a device code, from [`Codex::login_device_code`]. Dropping it
/// does not cancel the login.
///
/// # Examples
///
/// ```no_run
/// # async fn example(codex: codex_app_client::Codex) -> Result<(), codex_app_client::Error> {
/// let mut login = codex.login_device_code().await?;
/// println!("enter {} at {}", login.user_code(), login.verification_url());
/// login.wait().await?;
/// # Ok(()) }
/// ```
pub struct DeviceCodeLogin {
    login: Login,
    user_code: String,
    verification_url: String,
}

impl DeviceCodeLogin {
    /// Returns the code that the user enters.
    #[must_use]
    pub fn user_code(&self) -> &str {
        &self.user_code
    }

    /// Returns the URL at which the user enters the code.
    #[must_use]
    pub fn verification_url(&self) -> &str {
        &self.verification_url
    }
}

login!(DeviceCodeLogin);
