//! Numbers: the grammar of JSON, and integers among them.

use super::{DecodeError, Reader};

/// No integer of fewer digits overflows a `u64`.
const SAFE_DIGITS: usize = 19;

impl<'a> Reader<'a> {
    /// Reads a number that is an integer between the bounds.
    pub(super) fn signed(&mut self, min: i64, max: i64) -> Result<i64, DecodeError> {
        let start = self.integer_start()?;
        let (negative, magnitude) = self.integer(start)?;
        let value = match (negative, magnitude) {
            // Minus zero is a floating-point number.
            (true, 0) => None,
            (true, _) => 0_i64.checked_sub_unsigned(magnitude),
            (false, _) => i64::try_from(magnitude).ok(),
        };
        value.filter(|it| (min..=max).contains(it)).ok_or_else(|| out_of_range(start))
    }

    /// Reads a number that is a natural number up to the bound.
    pub(super) fn unsigned(&mut self, max: u64) -> Result<u64, DecodeError> {
        let start = self.integer_start()?;
        let (negative, magnitude) = self.integer(start)?;
        if negative || magnitude > max {
            return Err(out_of_range(start));
        }
        Ok(magnitude)
    }

    /// Reads a number as the nearest floating-point number.
    pub(super) fn float(&mut self) -> Result<f64, DecodeError> {
        if !matches!(self.peek_byte(), b'-' | b'0'..=b'9') {
            return Err(self.mismatch("expected a number"));
        }
        let start = self.position();
        match self.number()?.parse() {
            Ok(value) if f64::is_finite(value) => Ok(value),
            _ => Err(DecodeError::shape("expected a number of 64 bits", start)),
        }
    }

    #[inline]
    fn integer_start(&mut self) -> Result<usize, DecodeError> {
        match self.peek_byte() {
            b'-' | b'0'..=b'9' => Ok(self.position()),
            _ => Err(self.mismatch("expected an integer")),
        }
    }

    /// The sign and magnitude of the integer at `start`, where the reader is.
    fn integer(&mut self, start: usize) -> Result<(bool, u64), DecodeError> {
        let bytes = self.text().as_bytes();
        let negative = bytes.get(start) == Some(&b'-');
        let digits = start + usize::from(negative);
        let mut end = digits;
        let mut magnitude = 0_u64;
        while let Some(digit @ b'0'..=b'9') = bytes.get(end) {
            magnitude = magnitude.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'));
            end += 1;
        }
        let n_digits = end - digits;
        let is_simple = n_digits == 1 || (bytes.get(digits) != Some(&b'0') && n_digits > 0);
        let is_whole = !matches!(bytes.get(end), Some(b'.' | b'e' | b'E'));
        if is_simple && is_whole && n_digits <= SAFE_DIGITS {
            self.set_position(end);
            return Ok((negative, magnitude));
        }
        self.unusual_integer(start, digits)
    }

    /// Numbers that need a closer look: very long, with a fraction or exponent, or malformed.
    #[cold]
    fn unusual_integer(&mut self, start: usize, digits: usize) -> Result<(bool, u64), DecodeError> {
        self.number()?;
        match self.since(digits).parse() {
            Ok(magnitude) => Ok((digits != start, magnitude)),
            Err(_) => Err(out_of_range(start)),
        }
    }

    /// Steps over a number and returns its text. The caller has seen its first character.
    pub(super) fn number(&mut self) -> Result<&'a str, DecodeError> {
        let bytes = self.text().as_bytes();
        let start = self.position();
        let whole = start + usize::from(bytes.get(start) == Some(&b'-'));
        let end = match bytes.get(whole) {
            Some(b'0') => whole + 1,
            _ => self.digits(whole)?,
        };
        match bytes.get(end) {
            Some(b'.' | b'e' | b'E') => self.fraction_and_exponent(end)?,
            _ => self.set_position(end),
        }
        Ok(self.since(start))
    }

    fn fraction_and_exponent(&mut self, mut at: usize) -> Result<(), DecodeError> {
        let bytes = self.text().as_bytes();
        if bytes.get(at) == Some(&b'.') {
            at = self.digits(at + 1)?;
        }
        if let Some(b'e' | b'E') = bytes.get(at) {
            let is_signed = matches!(bytes.get(at + 1), Some(b'+' | b'-'));
            at = self.digits(at + 1 + usize::from(is_signed))?;
        }
        self.set_position(at);
        Ok(())
    }

    /// The end of the digits at `start`, of which there must be one.
    #[inline]
    fn digits(&mut self, start: usize) -> Result<usize, DecodeError> {
        let bytes = self.text().as_bytes();
        let mut end = start;
        while bytes.get(end).is_some_and(u8::is_ascii_digit) {
            end += 1;
        }
        if end == start {
            self.set_position(end);
            return Err(self.unexpected("expected a digit"));
        }
        Ok(end)
    }
}

#[cold]
fn out_of_range(start: usize) -> DecodeError {
    DecodeError::shape("expected an integer in range", start)
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use crate::decode::{Decode, from_str};

    fn check<T: Decode + Debug + PartialEq>(text: &str, expected: Option<T>) {
        match from_str::<T>(text) {
            Ok(value) => assert_eq!(Some(value), expected, "{text}"),
            Err(error) => {
                assert_eq!(None, expected, "{text}");
                assert!(!error.is_syntax(), "{text}: {error}");
            }
        }
    }

    #[test]
    fn integers_decode_up_to_their_bounds() {
        check("0", Some(0_i64));
        check("-7", Some(-7_i64));
        check("9223372036854775807", Some(i64::MAX));
        check("-9223372036854775808", Some(i64::MIN));
        check("18446744073709551615", Some(u64::MAX));
        check("255", Some(255_u8));
        check("-2147483648", Some(i32::MIN));
    }

    #[test]
    fn what_does_not_fit_is_an_error_of_shape() {
        check::<i64>("9223372036854775808", None);
        check::<i64>("-9223372036854775809", None);
        check::<u64>("18446744073709551616", None);
        check::<u64>("99999999999999999999999", None);
        check::<u64>("-1", None);
        check::<u8>("256", None);
        check::<i32>("2147483648", None);
        check::<i64>("1.0", None);
        check::<i64>("1e3", None);
        check::<i64>("-0", None);
        check::<i64>("\"1\"", None);
    }

    #[test]
    fn floating_point_numbers_are_parsed_exactly() {
        check("0", Some(0.0));
        check("-0.0", Some(-0.0));
        check("1.7976931348623157e308", Some(f64::MAX));
        check("0.1", Some(0.1));
        check("123456789012345678901234567890", Some(1.234_567_890_123_456_8e29));
        check::<f64>("1e999", None);
    }

    #[test]
    fn malformed_numbers_are_malformed() {
        for text in ["-", "01", "-01", "1.", ".5", "1e", "1e+", "+1", "1x", "0x1", "- 1", "1.e3"] {
            assert!(from_str::<i64>(text).unwrap_err().is_syntax(), "{text} as i64");
            assert!(from_str::<f64>(text).unwrap_err().is_syntax(), "{text} as f64");
        }
    }
}
