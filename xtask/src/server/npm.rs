//! Installs a release with npm, into a folder that either is whole or is not there.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, bail};
use tempfile::TempDir;

use super::{PACKAGE, Server};
use crate::{Context, Version, console, process};

/// How the names of unfinished installs begin; they stand beside the finished ones.
const UNFINISHED: &str = ".installing-";

/// No install takes so long: an unfinished one of this age was interrupted.
const ABANDONED: Duration = Duration::from_secs(60 * 60);

/// The native `codex` of an installed package.
///
/// The package itself is a launcher; the program is in the optional package of the platform.
pub(super) fn native(folder: &Path) -> Option<PathBuf> {
    let program = if cfg!(windows) { "codex.exe" } else { "codex" };
    let packages = entries(&folder.join("node_modules").join("@openai"));
    let of_codex = |path: &PathBuf| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("codex"))
    };
    packages
        .into_iter()
        .filter(of_codex)
        .flat_map(|package| entries(&package.join("vendor")))
        .map(|target| target.join("bin").join(program))
        .find(|path| path.is_file())
}

/// Installs a release into `folder`, in place of whatever stands there.
pub(super) fn install(
    ctx: &Context,
    version: &Version,
    folder: &Path,
    without_npm: &str,
) -> Result<Server> {
    let context = || format!("cannot write to {}", ctx.servers.display());
    fs::create_dir_all(&ctx.servers).with_context(context)?;
    remove_abandoned(&ctx.servers);
    let unfinished = tempfile::Builder::new()
        .prefix(&format!("{UNFINISHED}{version}-"))
        .tempdir_in(&ctx.servers)
        .with_context(context)?;

    let shown = ctx.shown(folder);
    let say = |line: String| {
        if !ctx.quiet {
            console::say(&line);
        }
    };
    say(format!("downloading {PACKAGE} {version} with npm into {shown}"));
    let started = Instant::now();
    download(ctx, version, unfinished.path(), without_npm)?;
    verify(ctx, version, unfinished.path(), without_npm)?;
    let server = finish(ctx, version, unfinished, folder)?;
    let seconds = started.elapsed().as_secs_f32();
    say(format!("downloaded {PACKAGE} {version} in {seconds:.1} s"));
    Ok(server)
}

/// The newest release that npm has.
pub(super) fn newest(ctx: &Context) -> Result<Version> {
    let output = Command::new(&ctx.npm)
        .args(["view", PACKAGE, "version"])
        .stdin(Stdio::null())
        .output()
        .map_err(|err| not_run(ctx, err, NAME_IT))?;
    let printed = process::last_line(&output.stdout).filter(|_| output.status.success());
    let version = printed.and_then(|it| it.parse().ok());
    version.with_context(|| {
        let failure = process::failure(output.status, &output.stderr);
        format!("npm does not say which release of {PACKAGE} is the newest ({failure}): {NAME_IT}")
    })
}

/// What a user can do if the newest release is not known.
const NAME_IT: &str = "name the release";

fn not_run(ctx: &Context, err: std::io::Error, without_npm: &str) -> anyhow::Error {
    match err.kind() {
        ErrorKind::NotFound => {
            let npm = ctx.npm.to_string_lossy();
            anyhow!("{npm} was not found: install Node.js with npm, or {without_npm}")
        }
        _ => anyhow::Error::new(err).context("cannot run npm"),
    }
}

fn download(ctx: &Context, version: &Version, folder: &Path, without_npm: &str) -> Result<()> {
    // A package.json of its own keeps npm from installing into a folder further up.
    fs::write(folder.join("package.json"), "{\"private\": true}\n")
        .with_context(|| format!("cannot write to {}", folder.display()))?;
    let output = Command::new(&ctx.npm)
        .args(["install", "--no-audit", "--no-fund", "--no-update-notifier"])
        // Nothing of the package runs but the program that is asked for.
        .args(["--ignore-scripts", "--include=optional"])
        // npm's own waits between retries add up to minutes.
        .args(["--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000"])
        .arg(format!("{PACKAGE}@{version}"))
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .map_err(|err| not_run(ctx, err, without_npm))?;
    if output.status.success() { Ok(()) } else { Err(failure(version, &output, without_npm)) }
}

/// What a failed npm means for the user.
fn failure(version: &Version, output: &Output, without_npm: &str) -> anyhow::Error {
    let stderr = String::from_utf8_lossy(&output.stderr);
    match Cause::of(&stderr) {
        Cause::UnknownVersion => anyhow!("npm knows no version {version} of {PACKAGE}"),
        Cause::Unreachable(code) => {
            anyhow!("npm cannot reach the registry ({code}): try again, or {without_npm}")
        }
        Cause::Other(message) => {
            let status = output.status;
            anyhow!("npm could not install {PACKAGE} {version} ({status}): {message}")
        }
    }
}

/// Why npm failed, by what it printed.
#[derive(Debug, Eq, PartialEq)]
enum Cause {
    Other(String),
    UnknownVersion,
    Unreachable(String),
}

impl Cause {
    fn of(stderr: &str) -> Self {
        // npm 10 and later print `npm error`, earlier ones `npm ERR!`.
        let messages: Vec<&str> = stderr
            .lines()
            .filter_map(|line| {
                line.strip_prefix("npm error").or_else(|| line.strip_prefix("npm ERR!"))
            })
            .map(str::trim)
            .filter(|message| !message.is_empty())
            .collect();
        let code = messages.iter().find_map(|message| message.strip_prefix("code "));
        match code {
            Some("E404" | "ETARGET" | "ENOVERSIONS") => Self::UnknownVersion,
            Some(code) if is_network(code) => Self::Unreachable(code.to_owned()),
            _ => {
                // After its code, npm's first message says what is wrong; the last ones say where the
                // log is.
                let message =
                    messages.iter().find(|message| !message.starts_with("code ")).copied();
                let last = || process::last_line(stderr.as_bytes());
                let silent = || "it printed nothing".to_owned();
                Self::Other(message.map(str::to_owned).or_else(last).unwrap_or_else(silent))
            }
        }
    }
}

/// Whether a code of npm means that the registry did not answer, or not as a registry does.
fn is_network(code: &str) -> bool {
    const CODES: [&str; 14] = [
        "CERT_HAS_EXPIRED",
        "DEPTH_ZERO_SELF_SIGNED_CERT",
        "EAI_AGAIN",
        "ECONNREFUSED",
        "ECONNRESET",
        "EHOSTUNREACH",
        "EIDLETIMEOUT",
        "ENETUNREACH",
        "ENOTCACHED",
        "ENOTFOUND",
        "ERR_SOCKET_TIMEOUT",
        "ETIMEDOUT",
        "SELF_SIGNED_CERT_IN_CHAIN",
        "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
    ];
    // E500, E502 and the like are the registry's own failures.
    let is_server_error = code.strip_prefix("E5").is_some_and(|rest| rest.len() == 2);
    CODES.contains(&code) || is_server_error
}

/// Checks that what was installed runs here and is what was asked for.
fn verify(ctx: &Context, version: &Version, folder: &Path, without_npm: &str) -> Result<()> {
    // npm skips an optional package that it cannot download, and reports success.
    let path = native(folder).with_context(|| {
        let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
        format!("npm found no codex {version} for this machine ({os}, {arch}): {without_npm}")
    })?;
    let server = Server::open(ctx, &path)?;
    if server.version != *version {
        bail!("npm installed codex {} for {PACKAGE} {version}", server.version);
    }
    Ok(())
}

/// Gives a finished install its name, and opens it there.
fn finish(ctx: &Context, version: &Version, unfinished: TempDir, folder: &Path) -> Result<Server> {
    let standing = || -> Result<Server> {
        let path = native(folder).with_context(|| format!("{} has no codex", folder.display()))?;
        Server::open(ctx, &path)
    };
    // Another run may have been faster, and its install be as good.
    if let Ok(server) = standing()
        && server.version == *version
    {
        return Ok(server);
    }
    if folder.exists() {
        fs::remove_dir_all(folder)
            .with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    match fs::rename(unfinished.path(), folder) {
        // The folder has moved: there is nothing left to remove.
        Ok(()) => drop(unfinished.keep()),
        // As above, in between.
        Err(_) if native(folder).is_some() => {}
        Err(err) => {
            return Err(err).with_context(|| format!("cannot move to {}", folder.display()));
        }
    }
    standing()
}

/// Removes what interrupted installs left: hundreds of megabytes each.
fn remove_abandoned(servers: &Path) {
    for path in entries(servers) {
        let is_unfinished =
            path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(UNFINISHED));
        let age =
            path.metadata().and_then(|it| it.modified()).ok().and_then(|it| it.elapsed().ok());
        if is_unfinished && age.is_some_and(|age| age > ABANDONED) {
            // Only disk space is at stake; the next run tries again.
            let _ = fs::remove_dir_all(path);
        }
    }
}

/// The entries of a folder in order; none if there is no such folder.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

#[cfg(test)]
mod tests {
    use super::Cause;

    #[test]
    fn a_version_that_npm_does_not_know_is_told_from_other_failures() {
        let stderr = "npm error code ETARGET\nnpm error notarget No matching version found\n";
        assert_eq!(Cause::of(stderr), Cause::UnknownVersion);
        let stderr = "npm warn old\nnpm ERR! code E404\nnpm ERR! 404 Not Found\n";
        assert_eq!(Cause::of(stderr), Cause::UnknownVersion);
    }

    #[test]
    fn a_registry_that_does_not_answer_is_unreachable() {
        for code in ["ENOTFOUND", "ECONNREFUSED", "EAI_AGAIN", "E503"] {
            let stderr = format!("npm error code {code}\nnpm error network request failed\n");
            assert_eq!(Cause::of(&stderr), Cause::Unreachable(code.to_owned()));
        }
    }

    #[test]
    fn any_other_failure_keeps_the_first_message() {
        let stderr = "npm error code ENOSPC\nnpm error nospc no space left\nnpm error A log\n";
        assert_eq!(Cause::of(stderr), Cause::Other("nospc no space left".to_owned()));
        assert_eq!(Cause::of("killed\n"), Cause::Other("killed".to_owned()));
        assert_eq!(Cause::of(""), Cause::Other("it printed nothing".to_owned()));
    }
}
