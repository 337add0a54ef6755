//! The lines of a file of the previous generation, in order.

use bytes::{Buf, Bytes};
use futures::StreamExt;
use futures::stream::BoxStream;
use object_store::path::Path;

use super::upload::GzipUpload;
use crate::error::StoreError;

/// A file that is read while another one is written.
pub(super) struct LineSource {
    content: BoxStream<'static, Result<Bytes, StoreError>>,
    /// What has been read and not yet copied.
    pending: Bytes,
    path: Path,
}

impl LineSource {
    pub(super) fn new(content: BoxStream<'static, Result<Bytes, StoreError>>, path: Path) -> Self {
        Self { content, pending: Bytes::new(), path }
    }

    /// Copies lines as they are.
    ///
    /// # Errors
    /// When there are fewer, or a store does not answer.
    pub(super) async fn copy(&mut self, lines: u64, to: &mut GzipUpload) -> Result<(), StoreError> {
        let mut left = lines;
        while left > 0 {
            if self.pending.is_empty() {
                let next = self.content.next().await.transpose()?;
                self.pending = next.ok_or_else(|| StoreError::damaged(&self.path, "lines are missing"))?;
            }
            let end = end_of_lines(&self.pending, &mut left);
            to.write(&self.pending[..end]).await?;
            self.pending.advance(end);
        }
        Ok(())
    }

    /// # Errors
    /// When lines are left: the index is not that of the file.
    pub(super) async fn finish(&mut self) -> Result<(), StoreError> {
        while self.pending.is_empty() {
            let Some(next) = self.content.next().await.transpose()? else { return Ok(()) };
            self.pending = next;
        }
        Err(StoreError::damaged(&self.path, "more lines than its index lists"))
    }
}

/// The end of the last of `left` lines, or of the bytes; subtracts the lines that end before it.
fn end_of_lines(bytes: &[u8], left: &mut u64) -> usize {
    for (position, byte) in bytes.iter().enumerate() {
        if *byte == b'\n' {
            *left -= 1;
            if *left == 0 {
                return position + 1;
            }
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_by_their_ends() {
        let end = |mut left| {
            let end = end_of_lines(b"a\nbc\nd", &mut left);
            (end, left)
        };
        assert_eq!([end(1), end(2), end(3)], [(2, 0), (5, 0), (6, 1)]);
    }
}
