//! Tokens that the program gets elsewhere: how the server is given them, and where it asks for new
//! ones. It keeps none.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use codex_app_protocol::{ChatgptAuthTokensRefreshParams, ChatgptAuthTokensRefreshResponse};

#[cfg(feature = "experimental")]
use crate::codex::Codex;
use crate::error::Error;

#[cfg(feature = "experimental")]
impl Codex {
    /// Logs in with ChatGPT tokens that the program has got elsewhere: `account/login/start`. When
    /// they expire, the server asks for new ones; see [`TokenRefresh`].
    ///
    /// # Errors
    ///
    /// As [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the account may or may not be logged in.
    pub async fn login_chatgpt_tokens(
        &self,
        params: codex_app_protocol::ChatgptAuthTokensLoginAccountParams,
    ) -> Result<(), Error> {
        let params = codex_app_protocol::LoginAccountParams::from(params);
        self.request(params).await.map(drop)
    }
}

type Refreshing =
    Pin<Box<dyn Future<Output = Result<ChatgptAuthTokensRefreshResponse, Error>> + Send>>;
type Hook = dyn Fn(ChatgptAuthTokensRefreshParams) -> Refreshing + Send + Sync;

/// Gets new tokens when the server asks for them with `account/chatgptAuthTokens/refresh`.
///
/// # Examples
///
/// ```
/// use codex_app_client::TokenRefresh;
/// use codex_app_client::protocol::ChatgptAuthTokensRefreshResponse;
///
/// let refresh = TokenRefresh::new(|_why| async {
///     // Ask whoever hands out the tokens.
///     Ok(ChatgptAuthTokensRefreshResponse::new("token", "account"))
/// });
/// ```
#[derive(Clone)]
pub struct TokenRefresh(Arc<Hook>);

impl TokenRefresh {
    /// Asks this for new tokens.
    #[must_use]
    pub fn new<F>(
        hook: impl Fn(ChatgptAuthTokensRefreshParams) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<ChatgptAuthTokensRefreshResponse, Error>> + Send + 'static,
    {
        Self(Arc::new(move |params| Box::pin(hook(params))))
    }

    /// Gets new tokens.
    ///
    /// # Errors
    ///
    /// As the hook says: then the server has to be told that there are none.
    ///
    /// # Cancel safety
    ///
    /// As the hook.
    pub async fn refresh(
        &self,
        params: ChatgptAuthTokensRefreshParams,
    ) -> Result<ChatgptAuthTokensRefreshResponse, Error> {
        (self.0)(params).await
    }
}

impl fmt::Debug for TokenRefresh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenRefresh").finish_non_exhaustive()
    }
}
