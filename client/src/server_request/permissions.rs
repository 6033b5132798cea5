//! How permissions are granted: all or some of those that were requested, and never more.

use codex_app_protocol::{
    AdditionalFileSystemPermissions, AdditionalNetworkPermissions, FileSystemAccessMode,
    FileSystemPath, FileSystemSandboxEntry, GrantedPermissionProfile, LegacyAppPathString,
    Nullable, PermissionGrantScope, PermissionsRequestApprovalResponse, RequestPermissionProfile,
};

use crate::error::Error;
use crate::server_request::call::ReplyStatus;
use crate::server_request::request::PermissionsApproval;

/// One permission that the agent requests.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum RequestedPermission<'a> {
    /// Network access.
    Network,
    /// Read access to everything below a path.
    Read(&'a str),
    /// Write access to everything below a path.
    Write(&'a str),
    /// Another permission on the file system, such as a path pattern.
    Other(&'a FileSystemSandboxEntry),
}

impl PermissionsApproval {
    /// Returns the requested permissions. A permission that the server states in two forms is
    /// returned once.
    #[must_use]
    pub fn requested_permissions(&self) -> Vec<RequestedPermission<'_>> {
        let mut requested = Vec::new();
        if let Some(profile) = &self.params.permissions {
            each(profile, |permission| {
                if !requested.contains(&permission) {
                    requested.push(permission);
                }
            });
        }
        requested
    }

    /// Grants all requested permissions until the turn ends (scope `turn`).
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if the reply cannot be encoded.
    pub fn accept(self) -> Result<ReplyStatus, Error> {
        self.grant(PermissionGrantScope::Turn, |_| true)
    }

    /// Grants all requested permissions until the session ends (scope `session`).
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if the reply cannot be encoded.
    pub fn accept_for_session(self) -> Result<ReplyStatus, Error> {
        self.grant(PermissionGrantScope::Session, |_| true)
    }

    /// Grants no permission. The turn continues.
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if the reply cannot be encoded.
    pub fn decline(self) -> Result<ReplyStatus, Error> {
        self.grant(PermissionGrantScope::Turn, |_| false)
    }

    /// Grants the requested permissions for which `is_granted` returns `true`, for the turn or the
    /// session.
    ///
    /// Nothing else can be granted. Restrictions in the request, such as a denied path, are kept.
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if the reply cannot be encoded.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use codex_app_client::Options;
    /// use codex_app_client::protocol::PermissionGrantScope;
    /// use codex_app_client::server_request::RequestedPermission;
    ///
    /// let options = Options::new().on_permissions_approval(|request| async move {
    ///     // Grants read access only.
    ///     request.grant(PermissionGrantScope::Turn, |it| {
    ///         matches!(it, RequestedPermission::Read(_))
    ///     })
    /// });
    /// ```
    pub fn grant(
        self,
        scope: impl Into<PermissionGrantScope>,
        is_granted: impl Fn(RequestedPermission<'_>) -> bool,
    ) -> Result<ReplyStatus, Error> {
        let granted = self.params.permissions.as_ref().map(|it| subset(it, is_granted));
        let granted = granted.unwrap_or_default();
        self.respond(PermissionsRequestApprovalResponse::new(granted).scope(scope.into()))
    }
}

/// Names each permission of a profile.
fn each<'a>(profile: &'a RequestPermissionProfile, mut see: impl FnMut(RequestedPermission<'a>)) {
    if profile.network.as_ref().is_some_and(|it| it.enabled.as_option() == Some(&true)) {
        see(RequestedPermission::Network);
    }
    let Some(files) = &profile.file_system else { return };
    for path in files.read.as_option().into_iter().flatten() {
        see(RequestedPermission::Read(&path.0));
    }
    for path in files.write.as_option().into_iter().flatten() {
        see(RequestedPermission::Write(&path.0));
    }
    for entry in files.entries.as_option().into_iter().flatten() {
        if let Some(permission) = permission(entry) {
            see(permission);
        }
    }
}

/// The permission that an entry gives; `None` if it denies access.
fn permission(entry: &FileSystemSandboxEntry) -> Option<RequestedPermission<'_>> {
    let path = match &entry.path {
        Some(FileSystemPath::Path(path)) => path.path.as_ref(),
        _ => None,
    };
    match (&entry.access, path) {
        (Some(FileSystemAccessMode::Deny), _) => None,
        (Some(FileSystemAccessMode::Read), Some(path)) => Some(RequestedPermission::Read(&path.0)),
        (Some(FileSystemAccessMode::Write), Some(path)) => {
            Some(RequestedPermission::Write(&path.0))
        }
        _ => Some(RequestedPermission::Other(entry)),
    }
}

fn subset(
    profile: &RequestPermissionProfile,
    is_granted: impl Fn(RequestedPermission<'_>) -> bool,
) -> GrantedPermissionProfile {
    let mut granted = GrantedPermissionProfile::default();
    each(profile, |it| {
        if it == RequestedPermission::Network && is_granted(it) {
            granted.network = AdditionalNetworkPermissions::default().enabled(true).into();
        }
    });
    let Some(files) = &profile.file_system else { return granted };
    let paths = |paths: &Nullable<Vec<LegacyAppPathString>>, writes: bool| {
        let is_granted = |it: &&LegacyAppPathString| match writes {
            true => is_granted(RequestedPermission::Write(&it.0)),
            false => is_granted(RequestedPermission::Read(&it.0)),
        };
        let paths: Vec<_> =
            paths.as_option().into_iter().flatten().filter(is_granted).cloned().collect();
        (!paths.is_empty()).then_some(paths)
    };
    let (read, write) = (paths(&files.read, false), paths(&files.write, true));
    let asked = || files.entries.as_option().into_iter().flatten();
    let permits_any = asked().any(|it| permission(it).is_some_and(&is_granted))
        || read.is_some()
        || write.is_some();
    if !permits_any {
        return granted;
    }
    let entries: Vec<_> =
        asked().filter(|it| permission(it).is_none_or(&is_granted)).cloned().collect();
    let mut subset = AdditionalFileSystemPermissions::default();
    subset.entries = (!entries.is_empty()).then_some(entries).into();
    subset.glob_scan_max_depth = files.glob_scan_max_depth;
    (subset.read, subset.write) = (read.into(), write.into());
    granted.file_system = subset.into();
    granted
}

#[cfg(test)]
mod tests {
    use codex_app_protocol::{RequestPermissionProfile, decode};
    use serde_json::{Value, json};

    use super::{RequestedPermission, subset};

    fn granted(profile: Value, is_granted: fn(RequestedPermission<'_>) -> bool) -> Value {
        let profile: RequestPermissionProfile = decode::from_str(&profile.to_string()).unwrap();
        serde_json::to_value(subset(&profile, is_granted)).unwrap()
    }

    fn entry(path: &str, access: &str) -> Value {
        json!({"path": {"type": "path", "path": path}, "access": access})
    }

    fn profile() -> Value {
        json!({
            "network": {"enabled": true},
            "fileSystem": {
                "read": ["/a"], "write": ["/b"],
                "entries": [entry("/a", "read"), entry("/b", "write"), entry("/b/c", "deny")],
            },
        })
    }

    #[test]
    fn all_of_it_is_what_was_asked_for() {
        assert_eq!(granted(profile(), |_| true), profile());
    }

    #[test]
    fn nothing_of_it_is_an_empty_profile() {
        assert_eq!(granted(profile(), |_| false), json!({}));
    }

    #[test]
    fn a_part_of_it_keeps_what_is_excepted() {
        let writes = granted(profile(), |it| matches!(it, RequestedPermission::Write(_)));
        let entries = json!([entry("/b", "write"), entry("/b/c", "deny")]);
        assert_eq!(writes, json!({"fileSystem": {"write": ["/b"], "entries": entries}}));
        let network = granted(profile(), |it| it == RequestedPermission::Network);
        assert_eq!(network, json!({"network": {"enabled": true}}));
    }

    #[test]
    fn a_network_that_is_not_asked_for_is_not_granted() {
        assert_eq!(granted(json!({"network": {"enabled": false}}), |_| true), json!({}));
    }
}
