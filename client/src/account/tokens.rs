//! Logging in with tokens that the program manages itself. It stores none of them.

use crate::codex::Codex;
use crate::error::Error;

impl Codex {
    /// Logs in with ChatGPT tokens that the program obtained itself: `account/login/start`.
    ///
    /// When they expire, the server asks for new ones; see
    /// [`Options::on_token_refresh`](crate::Options::on_token_refresh).
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
