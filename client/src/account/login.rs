//! The ways to log in. Those that need a person hand out a handle that waits for that login and no
//! other.

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
    /// Logs in with an API key: `account/login/start`. The server keeps the key.
    ///
    /// # Errors
    ///
    /// As [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the account may or may not be logged in.
    pub async fn login_api_key(&self, api_key: impl Into<Secret>) -> Result<(), Error> {
        let params = LoginAccountParams::from(ApiKeyLoginAccountParams::new(api_key));
        self.request(params).await.map(drop)
    }

    /// Begins to log in with ChatGPT in a browser: `account/login/start`. Open the URL of the handle
    /// there, on the machine of the server. A login that was begun before is cancelled by it.
    ///
    /// # Errors
    ///
    /// As [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, a login may be left that nobody waits for.
    pub async fn login_chatgpt(&self) -> Result<BrowserLogin, Error> {
        self.login_chatgpt_with(ChatgptLoginAccountParams::default()).await
    }

    /// The same, with settings.
    ///
    /// # Errors
    ///
    /// As [`login_chatgpt`](Self::login_chatgpt).
    ///
    /// # Cancel safety
    ///
    /// As [`login_chatgpt`](Self::login_chatgpt).
    pub async fn login_chatgpt_with(
        &self,
        params: ChatgptLoginAccountParams,
    ) -> Result<BrowserLogin, Error> {
        let (control, watch, response) = self.begin_login(params.into()).await?;
        match response {
            LoginAccountResponse::Chatgpt(it) => {
                let login = Login::new(control, watch, it.login_id)?;
                let auth_url = it.auth_url.ok_or_else(unexpected)?;
                Ok(BrowserLogin { login, auth_url })
            }
            _ => Err(unexpected()),
        }
    }

    /// Begins to log in with ChatGPT with a code that is entered on another device:
    /// `account/login/start`.
    ///
    /// # Errors
    ///
    /// As [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, a login may be left that nobody waits for.
    pub async fn login_device_code(&self) -> Result<DeviceCodeLogin, Error> {
        let (control, watch, response) =
            self.begin_login(LoginAccountParams::ChatgptDeviceCode).await?;
        match response {
            LoginAccountResponse::ChatgptDeviceCode(it) => {
                let login = Login::new(control, watch, it.login_id)?;
                let user_code = it.user_code.ok_or_else(unexpected)?;
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

/// Cancels a login. It can be cloned and given to other tasks.
#[derive(Clone, Debug)]
pub struct LoginControl {
    client: Client,
    login_id: String,
}

impl LoginControl {
    /// The id of the login.
    #[must_use]
    pub fn login_id(&self) -> &str {
        &self.login_id
    }

    /// Cancels the login: `account/login/cancel`. Whoever waits for it gets [`Error::LoginFailed`].
    /// Tells whether there was anything to cancel.
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

/// What both kinds of login have.
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
    let message = Some("the server answers for another kind of login".to_owned());
    Error::LoginFailed { login_id: None, message }
}

macro_rules! login {
    ($handle:ident) => {
        impl $handle {
            /// The id of the login.
            #[must_use]
            pub fn login_id(&self) -> &str {
                self.login.control.login_id()
            }

            /// Waits until this login has come to its end, however long that takes. Called again, it
            /// tells the same.
            ///
            /// # Errors
            ///
            /// [`Error::LoginFailed`] if the login was refused or cancelled, or another was begun;
            /// [`Error::Closed`] if the connection has ended.
            ///
            /// # Cancel safety
            ///
            /// Dropping the future loses nothing: call it again.
            pub async fn wait(&mut self) -> Result<(), Error> {
                self.login.ending.wait().await
            }

            /// The same, for so long at most. The login goes on after that: cancel it if it should
            /// not.
            ///
            /// # Errors
            ///
            /// As [`wait`](Self::wait), and [`Error::Timeout`].
            ///
            /// # Cancel safety
            ///
            /// Dropping the future loses nothing: call it again.
            pub async fn wait_within(&mut self, timeout: Duration) -> Result<(), Error> {
                self.login.wait_within(timeout).await
            }

            /// See [`LoginControl::cancel`].
            ///
            /// # Errors
            ///
            /// As [`LoginControl::cancel`].
            ///
            /// # Cancel safety
            ///
            /// As [`LoginControl::cancel`].
            pub async fn cancel(&self) -> Result<bool, Error> {
                self.login.control.cancel().await
            }

            /// A way to cancel the login from another task.
            #[must_use]
            pub fn control(&self) -> LoginControl {
                self.login.control.clone()
            }
        }

        /// Without what a person is given: it lets others in.
        impl fmt::Debug for $handle {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($handle))
                    .field("login_id", &self.login_id())
                    .finish_non_exhaustive()
            }
        }
    };
}

/// A login in a browser that has begun. Dropping it leaves the login as it is.
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
    /// What to open in the browser.
    #[must_use]
    pub fn auth_url(&self) -> &str {
        &self.auth_url
    }
}

login!(BrowserLogin);

/// A login with a code that has begun. Dropping it leaves the login as it is.
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
    /// What to enter.
    #[must_use]
    pub fn user_code(&self) -> &str {
        &self.user_code
    }

    /// Where to enter it.
    #[must_use]
    pub fn verification_url(&self) -> &str {
        &self.verification_url
    }
}

login!(DeviceCodeLogin);
