//! The parts of an input, and the checks that they must pass before they are sent.

use std::path::{Path, PathBuf};

use codex_app_protocol::{
    AudioUserInput, ImageUserInput, LocalAudioUserInput, LocalImageUserInput, MentionUserInput,
    SkillUserInput, TextElement, TextUserInput, TurnStartParams, UserInput,
};

use crate::error::Error;
use crate::turn::input::{InvalidInput, TurnInput, image};

/// A part of an input.
#[derive(Clone, Debug)]
pub(super) enum Part {
    Ready(UserInput),
    /// A file that is read when the turn is started.
    ImageFile(PathBuf),
}

impl TurnInput {
    /// Adds an input item of any kind.
    #[must_use]
    pub fn item(mut self, input: impl Into<UserInput>) -> Self {
        self.parts.push(Part::Ready(input.into()));
        self
    }

    /// Adds text.
    #[must_use]
    pub fn text(self, text: impl Into<String>) -> Self {
        self.item(UserInput::text(text))
    }

    /// Adds text in which some byte ranges stand for something, such as a mention. Each element
    /// gives the range of one.
    ///
    /// If a range is outside of the text or splits a character, starting the turn fails with
    /// [`InvalidInput::TextElementOutOfRange`].
    #[must_use]
    pub fn text_with_elements(
        mut self,
        text: impl Into<String>,
        elements: impl IntoIterator<Item = TextElement>,
    ) -> Self {
        let (text, elements) = (text.into(), Vec::from_iter(elements));
        if !elements.iter().all(|it| lies_within(it, &text)) {
            self.invalid.get_or_insert(InvalidInput::TextElementOutOfRange);
        }
        self.item(TextUserInput::new(text).text_elements(elements))
    }

    /// Adds an image by its URL, which must be a data URL: recent servers refuse to fetch other
    /// URLs.
    ///
    /// For a file, use [`image_file`](Self::image_file).
    #[must_use]
    pub fn image_url(self, url: impl Into<String>) -> Self {
        self.item(ImageUserInput::with_url(url))
    }

    /// Adds an image from a file that this program can read: PNG, JPEG, GIF or WebP, up to 50 MiB.
    ///
    /// The file is read when the turn is started, and its content is sent. For a file that the
    /// server can read, see [`local_image`](Self::local_image).
    #[must_use]
    pub fn image_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.parts.push(Part::ImageFile(path.into()));
        self
    }

    /// Adds an image from memory: PNG, JPEG, GIF or WebP.
    #[must_use]
    pub fn image_bytes(mut self, bytes: impl AsRef<[u8]>) -> Self {
        match image::data_url(bytes.as_ref()) {
            Some(url) => self.image_url(url),
            None => {
                self.invalid.get_or_insert(InvalidInput::NotAnImage { path: None });
                self
            }
        }
    }

    /// Adds an image by the path of a file that the server reads.
    ///
    /// If the server cannot read it, the model is informed and the turn continues.
    #[must_use]
    pub fn local_image(self, path: impl AsRef<Path>) -> Self {
        self.and_path(path.as_ref(), |path| LocalImageUserInput::new(path).into())
    }

    /// Adds an audio recording by its URL.
    #[must_use]
    pub fn audio_url(self, url: impl Into<String>) -> Self {
        self.item(AudioUserInput::with_url(url))
    }

    /// Adds an audio recording by the path of a file that the server reads.
    #[must_use]
    pub fn local_audio(self, path: impl AsRef<Path>) -> Self {
        self.and_path(path.as_ref(), |path| LocalAudioUserInput::new(path).into())
    }

    /// Makes the model use a skill, given by its name and the path of its `SKILL.md`.
    #[must_use]
    pub fn skill(self, name: impl Into<String>, path: impl AsRef<Path>) -> Self {
        let name = name.into();
        self.and_path(path.as_ref(), |path| SkillUserInput::new(name, path).into())
    }

    /// Mentions something by its name and path: the path of a file, or `app://…` for an app.
    #[must_use]
    pub fn mention(self, name: impl Into<String>, path: impl Into<String>) -> Self {
        self.item(MentionUserInput::new(name, path.into()))
    }

    fn and_path(mut self, path: &Path, input: impl FnOnce(&str) -> UserInput) -> Self {
        match path.to_str() {
            Some(path) => self.item(input(path)),
            None => {
                let invalid = || InvalidInput::PathNotUnicode { path: path.to_owned() };
                self.invalid.get_or_insert_with(invalid);
                self
            }
        }
    }

    /// What `turn/start` is sent with.
    pub(crate) async fn into_start(self, thread_id: &str) -> Result<TurnStartParams, Error> {
        let Self { mut params, parts, invalid, .. } = self;
        if let Some(output) = params.tool_output.as_option() {
            let name_is_blank = output.name.trim().is_empty();
            if !parts.is_empty() {
                return Err(Error::InvalidInput(InvalidInput::MixedToolOutput));
            }
            if name_is_blank {
                return Err(Error::InvalidInput(InvalidInput::MissingToolName));
            }
        }
        params.input = ready(parts, invalid).await?;
        thread_id.clone_into(&mut params.thread_id);
        Ok(params)
    }

    /// What `turn/steer` is sent with.
    pub(crate) async fn into_steer(self) -> Result<Vec<UserInput>, Error> {
        if self.params.tool_output.is_value() {
            return Err(Error::InvalidInput(InvalidInput::SteeredToolOutput));
        }
        ready(self.parts, self.invalid).await
    }
}

async fn ready(parts: Vec<Part>, invalid: Option<InvalidInput>) -> Result<Vec<UserInput>, Error> {
    if let Some(invalid) = invalid {
        return Err(Error::InvalidInput(invalid));
    }
    let mut input = Vec::with_capacity(parts.len());
    for part in parts {
        input.push(match part {
            Part::Ready(it) => it,
            Part::ImageFile(path) => image_file(path).await.map_err(Error::InvalidInput)?.into(),
        });
    }
    Ok(input)
}

async fn image_file(path: PathBuf) -> Result<ImageUserInput, InvalidInput> {
    let name = path.clone();
    let read = tokio::task::spawn_blocking(|| image::read(path)).await;
    let url = read.unwrap_or_else(|error| {
        Err(InvalidInput::FileNotReadable {
            path: name,
            source: std::io::Error::other(error).into(),
        })
    })?;
    Ok(ImageUserInput::with_url(url))
}

fn lies_within(element: &TextElement, text: &str) -> bool {
    let Some(range) = &element.byte_range else { return false };
    let place = |at: Option<u64>| at.and_then(|it| usize::try_from(it).ok());
    match (place(range.start), place(range.end)) {
        (Some(start), Some(end)) => text.get(start..end).is_some(),
        _ => false,
    }
}
