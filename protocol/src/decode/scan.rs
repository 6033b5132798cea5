//! Finds the end of a string. This is the only loop that sees every byte of a message, so it looks at
//! eight bytes at a time, and at more in long strings. It does not interpret the string.

const LOW_BITS: u64 = 0x0101_0101_0101_0101;
const HIGH_BITS: u64 = 0x8080_8080_8080_8080;

/// How many words of a string are looked at before blocks are tried. Ids and names, which are most
/// strings, end before.
const WORDS_BEFORE_BLOCKS: u32 = 8;
const BLOCK: usize = 32;

/// The index of the first quote, backslash or control character at or behind `from`; the length
/// of the text if there is none.
#[inline]
pub(super) fn find_special(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    let mut n_words = 0;
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        let hits = special_bytes(u64::from_le_bytes(*chunk));
        if hits != 0 {
            return at + (hits.trailing_zeros() / 8) as usize;
        }
        at += 8;
        n_words += 1;
        if n_words == WORDS_BEFORE_BLOCKS {
            at = skip_blocks(bytes, at);
        }
    }
    while let Some(&byte) = bytes.get(at) {
        if is_special(byte) {
            break;
        }
        at += 1;
    }
    at
}

/// Steps over blocks without special bytes. Written so that the compiler makes vector instructions
/// of it: no branch inside a block. On a text of kilobytes it halves the time.
fn skip_blocks(bytes: &[u8], mut at: usize) -> usize {
    while let Some(block) = bytes.get(at..).and_then(<[u8]>::first_chunk::<BLOCK>) {
        let mut found = 0_u8;
        for &byte in block {
            found |= u8::from(byte == b'"') | u8::from(byte == b'\\') | u8::from(byte < b' ');
        }
        if found != 0 {
            break;
        }
        at += BLOCK;
    }
    at
}

#[inline]
fn is_special(byte: u8) -> bool {
    byte == b'"' || byte == b'\\' || byte < b' '
}

/// Sets the high bit of each byte that is special. Bytes above a hit may be set wrongly, because
/// the subtraction borrows from them; the lowest bit set is always right, and only it is used.
#[inline]
fn special_bytes(word: u64) -> u64 {
    let quotes = word ^ (LOW_BITS * b'"' as u64);
    let backslashes = word ^ (LOW_BITS * b'\\' as u64);
    let below = (quotes.wrapping_sub(LOW_BITS) & !quotes)
        | (backslashes.wrapping_sub(LOW_BITS) & !backslashes)
        | (word.wrapping_sub(LOW_BITS * b' ' as u64) & !word);
    below & HIGH_BITS
}

#[cfg(test)]
mod tests {
    use super::{find_special, is_special};

    #[test]
    fn every_byte_is_judged_alike_at_every_place() {
        for byte in 0..=u8::MAX {
            for place in 0..150 {
                for filler in [b'a', b'!', b'#', b'[', b']', 0x7f, 0x80, 0xff] {
                    let mut bytes = [filler; 155];
                    bytes[place] = byte;
                    let expected = if is_special(byte) { place } else { bytes.len() };
                    assert_eq!(find_special(&bytes, 0), expected, "{byte} at {place}");
                }
            }
        }
    }

    #[test]
    fn the_search_begins_where_it_is_told() {
        assert_eq!(find_special(b"\"abc\"", 1), 4);
        assert_eq!(find_special(b"\"abc", 4), 4);
        assert_eq!(find_special(b"", 0), 0);
    }
}
