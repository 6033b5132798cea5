//! What a scripted server says, checked unless it is raw. It takes lines only to answer them.

use codex_app_protocol::RpcError;
use serde_json::{Value, json};

use super::{ScriptedServer, introduction};
use crate::testing::client_line::ClientLine;
use crate::testing::journal::shortened;
use crate::testing::schema_check;
use crate::testing::script_error::{ScriptError, ScriptErrorKind};

/// What the server says.
impl ScriptedServer {
    /// Takes the request with which the client introduces itself, and introduces the server.
    ///
    /// # Errors
    ///
    /// As [`serve`](Self::serve).
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: half of it may have happened.
    pub async fn initialize(&mut self) -> Result<(), ScriptError> {
        self.serve("initialize", introduction()).await?;
        self.expect("initialized").await?;
        Ok(())
    }

    /// Takes the next request, which has to be this one, and answers it.
    ///
    /// # Errors
    ///
    /// As [`expect`](Self::expect) and [`answer`](Self::answer).
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: half of it may have happened.
    pub async fn serve(&mut self, method: &str, result: Value) -> Result<ClientLine, ScriptError> {
        let request = self.expect(method).await?;
        self.answer(&request, result).await?;
        Ok(request)
    }

    /// Answers a request.
    ///
    /// # Errors
    ///
    /// Fails if no server answers that, or the client is gone.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: half of a line may have been sent.
    pub async fn answer(&mut self, request: &ClientLine, result: Value) -> Result<(), ScriptError> {
        self.send(json!({"id": request.id(), "result": result})).await
    }

    /// Refuses a request.
    ///
    /// # Errors
    ///
    /// Fails if the client is gone.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: half of a line may have been sent.
    pub async fn refuse(
        &mut self,
        request: &ClientLine,
        error: &RpcError,
    ) -> Result<(), ScriptError> {
        let error = serde_json::to_value(error).unwrap_or_default();
        self.send(json!({"error": error, "id": request.id()})).await
    }

    /// Tells something.
    ///
    /// # Errors
    ///
    /// Fails if no server says that, or the client is gone.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: half of a line may have been sent.
    pub async fn notify(&mut self, method: &str, params: Value) -> Result<(), ScriptError> {
        self.send(json!({"method": method, "params": params})).await
    }

    /// Asks something.
    ///
    /// # Errors
    ///
    /// Fails if no server asks that, or the client is gone.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: half of a line may have been sent.
    pub async fn ask(
        &mut self,
        id: impl Into<Value>,
        method: &str,
        params: Value,
    ) -> Result<(), ScriptError> {
        self.send(json!({"id": id.into(), "method": method, "params": params})).await
    }

    /// Sends a whole message, such as those of [`wire`](crate::testing::wire).
    ///
    /// # Errors
    ///
    /// Fails if no server says that, or the client is gone.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: half of a line may have been sent.
    pub async fn send(&mut self, message: Value) -> Result<(), ScriptError> {
        self.check()?;
        let id = message.get("id").filter(|_| message.get("method").is_none());
        let asked = id.and_then(|it| self.asked.remove(&it.to_string()));
        if let Err(reason) = schema_check::check(&message, asked.as_deref(), self.strictness) {
            let message = shortened(&message.to_string());
            return Err(self.fail(ScriptErrorKind::Refused { message, reason }));
        }
        self.write(message.to_string().into_bytes()).await
    }

    /// Sends bytes and a line feed, unchecked: what is no JSON, what newer servers say.
    ///
    /// # Errors
    ///
    /// Fails if the client is gone.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: some of the bytes may have been sent.
    pub async fn send_raw(&mut self, bytes: impl Into<Vec<u8>>) -> Result<(), ScriptError> {
        self.check()?;
        self.write(bytes.into()).await
    }
}
