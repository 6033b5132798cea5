//! Encodes images as data URLs. The type of an image is determined from its first bytes, never from
//! its name.

use std::fs::File;
use std::io::Read as _;
use std::path::PathBuf;
use std::sync::Arc;

use crate::turn::input::invalid::InvalidInput;

/// How large a file may be. The model takes less.
const LIMIT: u64 = 50 * 1024 * 1024;

/// Reads an image file. It blocks.
pub(super) fn read(path: PathBuf) -> Result<String, InvalidInput> {
    let mut bytes = Vec::new();
    let read = File::open(&path).and_then(|it| it.take(LIMIT + 1).read_to_end(&mut bytes));
    match read {
        Err(source) => Err(InvalidInput::FileNotReadable { path, source: Arc::new(source) }),
        Ok(_) if bytes.len() as u64 > LIMIT => {
            Err(InvalidInput::FileTooLarge { path, limit: LIMIT })
        }
        Ok(_) => data_url(&bytes).ok_or(InvalidInput::NotAnImage { path: Some(path) }),
    }
}

/// The URL that holds the image itself; none if it is no image.
pub(super) fn data_url(bytes: &[u8]) -> Option<String> {
    let mut url = format!("data:{};base64,", media_type(bytes)?);
    push_base64(&mut url, bytes);
    Some(url)
}

fn media_type(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

fn push_base64(text: &mut String, bytes: &[u8]) {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    text.reserve(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..4 {
            let at = (bits >> (18 - 6 * digit) & 63) as usize;
            text.push(if digit <= chunk.len() { char::from(DIGITS[at]) } else { '=' });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{data_url, push_base64};

    #[test]
    fn base64_is_padded() {
        let check = |bytes: &[u8], expected| {
            let mut text = String::new();
            push_base64(&mut text, bytes);
            assert_eq!(text, expected);
        };
        check(b"", "");
        check(b"f", "Zg==");
        check(b"fo", "Zm8=");
        check(b"foo", "Zm9v");
        check(b"foobar", "Zm9vYmFy");
        check(&[0xfb, 0xff, 0xfe], "+//+");
    }

    #[test]
    fn an_image_is_told_by_how_it_begins() {
        let check = |bytes: &[u8], expected: &str| {
            assert!(data_url(bytes).unwrap().starts_with(expected), "{expected}");
        };
        check(b"\x89PNG\r\n\x1a\nrest", "data:image/png;base64,iVBORw0KGgpyZXN0");
        check(b"\xff\xd8\xff\xe0", "data:image/jpeg;base64,");
        check(b"GIF89a", "data:image/gif;base64,");
        check(b"RIFF\x01\x02\x03\x04WEBPVP8 ", "data:image/webp;base64,");
        for other in [&b""[..], b"<svg>", b"RIFF\x01\x02\x03\x04WAVE", b"\x89PNG"] {
            assert_eq!(data_url(other), None);
        }
    }
}
