//! Sending messages from a scripted server: checked against the schema, unless they are raw. Lines
//! are received only to respond to them.

use codex_app_protocol::RpcError;
use serde_json::{Value, json};

use super::{ScriptedServer, introduction};
use crate::testing::client_line::ClientLine;
use crate::testing::journal::shortened;
use crate::testing::schema_check;
use crate::testing::script_error::{ScriptError, ScriptErrorKind};

/// Sending to the client.
impl ScriptedServer {
    /// Receives `initialize`, responds to it, and receives `initialized`.
    ///
    /// # Errors
    ///
    /// [`ScriptErrorKind::Unexpected`] if the client sends another line;
    /// [`ScriptErrorKind::ClientGone`] if it has disconnected.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: only some of the lines may have been received or sent.
    pub async fn initialize(&mut self) -> Result<(), ScriptError> {
        self.serve("initialize", introduction()).await?;
        self.expect("initialized").await?;
        Ok(())
    }

    /// Receives the next line, which has to be this request, and responds with this result.
    ///
    /// # Errors
    ///
    /// [`ScriptErrorKind::Unexpected`] if the client sends another line;
    /// [`ScriptErrorKind::SchemaMismatch`] if the result does not match the schema;
    /// [`ScriptErrorKind::ClientGone`] if the client has disconnected.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: the request may have been received without a response.
    pub async fn serve(&mut self, method: &str, result: Value) -> Result<ClientLine, ScriptError> {
        let request = self.expect(method).await?;
        self.respond(&request, result).await?;
        Ok(request)
    }

    /// Responds to a request of the client with this result.
    ///
    /// # Errors
    ///
    /// [`ScriptErrorKind::SchemaMismatch`] if the result does not match the schema;
    /// [`ScriptErrorKind::ClientGone`] if the client has disconnected.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: a part of the line may have been sent.
    pub async fn respond(
        &mut self,
        request: &ClientLine,
        result: Value,
    ) -> Result<(), ScriptError> {
        self.send(json!({"id": request.id(), "result": result})).await
    }

    /// Responds to a request of the client with this error.
    ///
    /// # Errors
    ///
    /// [`ScriptErrorKind::ClientGone`] if the client has disconnected.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: a part of the line may have been sent.
    pub async fn respond_with_error(
        &mut self,
        request: &ClientLine,
        error: &RpcError,
    ) -> Result<(), ScriptError> {
        let error = serde_json::to_value(error).unwrap_or_default();
        self.send(json!({"error": error, "id": request.id()})).await
    }

    /// Sends a notification.
    ///
    /// # Errors
    ///
    /// [`ScriptErrorKind::SchemaMismatch`] if the message does not match the schema;
    /// [`ScriptErrorKind::ClientGone`] if the client has disconnected.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: a part of the line may have been sent.
    pub async fn notify(&mut self, method: &str, params: Value) -> Result<(), ScriptError> {
        self.send(json!({"method": method, "params": params})).await
    }

    /// Sends a request to the client, an approval for example.
    ///
    /// # Errors
    ///
    /// [`ScriptErrorKind::SchemaMismatch`] if the message does not match the schema;
    /// [`ScriptErrorKind::ClientGone`] if the client has disconnected.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: a part of the line may have been sent.
    pub async fn request(
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
    /// [`ScriptErrorKind::SchemaMismatch`] if the message does not match the schema;
    /// [`ScriptErrorKind::ClientGone`] if the client has disconnected.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: a part of the line may have been sent.
    pub async fn send(&mut self, message: Value) -> Result<(), ScriptError> {
        self.check()?;
        let id = message.get("id").filter(|_| message.get("method").is_none());
        let asked = id.and_then(|it| self.asked.remove(&it.to_string()));
        if let Err(reason) = schema_check::check(&message, asked.as_deref(), self.strictness) {
            let message = shortened(&message.to_string());
            return Err(self.fail(ScriptErrorKind::SchemaMismatch { message, reason }));
        }
        self.write(message.to_string().into_bytes()).await
    }

    /// Sends bytes and a line feed, without a check: for lines that are not JSON, or messages of
    /// newer servers.
    ///
    /// # Errors
    ///
    /// [`ScriptErrorKind::ClientGone`] if the client has disconnected.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: a part of the line may have been sent.
    pub async fn send_raw(&mut self, bytes: impl Into<Vec<u8>>) -> Result<(), ScriptError> {
        self.check()?;
        self.write(bytes.into()).await
    }
}
