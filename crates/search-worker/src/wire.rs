//! Values as bytes, for messages between the app and its worker: little-endian numbers, and texts
//! with their length. By hand, because the app's first load would grow more by a serializer than by
//! these lines.

/// Writes values one after another.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    pub(crate) fn byte(&mut self, byte: u8) -> &mut Self {
        self.bytes.push(byte);
        self
    }

    pub(crate) fn number(&mut self, number: u64) -> &mut Self {
        self.bytes.extend_from_slice(&number.to_le_bytes());
        self
    }

    /// A number that may be unknown; NaN is unknown.
    pub(crate) fn float(&mut self, number: Option<f64>) -> &mut Self {
        self.number(number.unwrap_or(f64::NAN).to_bits())
    }

    pub(crate) fn blob(&mut self, bytes: &[u8]) -> &mut Self {
        self.number(bytes.len() as u64);
        self.bytes.extend_from_slice(bytes);
        self
    }

    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        self.blob(text.as_bytes())
    }

    pub(crate) fn optional_text(&mut self, text: Option<&str>) -> &mut Self {
        self.byte(u8::from(text.is_some())).text(text.unwrap_or_default())
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(crate) fn finish(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }
}

/// The bytes are not what a [`Writer`] wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

/// A value that was read.
pub(crate) type Read<T> = Result<T, Malformed>;

/// Reads what a [`Writer`] wrote.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    fn take(&mut self, len: usize) -> Read<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(len).ok_or(Malformed)?;
        self.rest = rest;
        Ok(taken)
    }

    pub(crate) fn byte(&mut self) -> Read<u8> {
        self.take(1)?.first().copied().ok_or(Malformed)
    }

    pub(crate) fn number(&mut self) -> Read<u64> {
        Ok(u64::from_le_bytes(self.take(8)?.try_into().map_err(|_| Malformed)?))
    }

    pub(crate) fn float(&mut self) -> Read<Option<f64>> {
        let number = f64::from_bits(self.number()?);
        Ok((!number.is_nan()).then_some(number))
    }

    pub(crate) fn blob(&mut self) -> Read<&'a [u8]> {
        let len = usize::try_from(self.number()?).map_err(|_| Malformed)?;
        self.take(len)
    }

    pub(crate) fn text(&mut self) -> Read<&'a str> {
        std::str::from_utf8(self.blob()?).map_err(|_| Malformed)
    }

    pub(crate) fn optional_text(&mut self) -> Read<Option<&'a str>> {
        let is_some = self.byte()? != 0;
        let text = self.text()?;
        Ok(is_some.then_some(text))
    }
}
