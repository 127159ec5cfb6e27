"""The content of an object: AES-256-GCM in chunks, by the STREAM construction (Hoang and others, CRYPTO 2015).

Each chunk has the nonce prefix (7 bytes) | number of the chunk (4) | 1 for the last chunk, else 0 (1), so that a chunk
can neither be moved, doubled nor left out, and the end can not be cut off. All of it hangs on ``associated``, the sum
of the object's header. A data key encrypts one object and never another, so nonces can not meet. Memory: two chunks.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lingting.vault.errors import Refused

MAGIC = b"LTVAULT"
VERSION = 1
START = len(MAGIC) + 1  # the content follows the magic word and the version
CHUNK = 64 * 1024
TAG = 16
PREFIX_BYTES = 7
_MAX_CHUNKS = 2**32


def stored_bytes(size: int) -> int:
    """Length of the object file of ``size`` bytes of content."""
    return START + size + TAG * _n_chunks(size)


def _n_chunks(size: int) -> int:
    return max(1, -(-size // CHUNK))


def _nonce(prefix: bytes, number: int, is_last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([is_last])


def encrypt(source: BinaryIO, sink: BinaryIO, key: bytes, prefix: bytes, associated: bytes) -> None:
    """Write the whole object: magic word, version, chunks. Reads one chunk ahead to know which is the last."""
    cipher = AESGCM(key)
    sink.write(MAGIC + bytes([VERSION]))
    number, piece = 0, source.read(CHUNK)
    while True:
        following = source.read(CHUNK) if len(piece) == CHUNK else b""
        sink.write(cipher.encrypt(_nonce(prefix, number, not following), piece, associated))
        if not following:
            return
        number, piece = number + 1, following
        if number >= _MAX_CHUNKS:
            raise ValueError("the recording is too large for one object (256 TiB)")


class ClearStream(io.RawIOBase):
    """The clear content as a readable, seekable file that exists in memory only, one chunk at a time.

    Every chunk is checked before a byte of it is given; the file's length is checked when it is opened, so a shortened
    object gives nothing at all. Raises Refused.
    """

    def __init__(self, path: Path, key: bytes, prefix: bytes, associated: bytes, size: int) -> None:
        super().__init__()
        self.name = path.name
        self._cipher, self._prefix, self._associated, self._size = AESGCM(key), prefix, associated, size
        self._at, self._number, self._chunk = 0, -1, b""
        self._file = _opened(path)
        try:
            check_frame(self._file, path, size)
        except Refused:
            self._file.close()
            raise

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise OSError("a position before the start of the recording")
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if self._at >= self._size:
            return 0
        number, offset = divmod(self._at, CHUNK)
        if number != self._number:
            self._chunk, self._number = self._decrypted(number), number
        piece = self._chunk[offset : offset + len(buffer)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def _decrypted(self, number: int) -> bytes:
        self._file.seek(START + number * (CHUNK + TAG))
        sealed = self._file.read(CHUNK + TAG)
        is_last = number == _n_chunks(self._size) - 1
        try:
            return self._cipher.decrypt(_nonce(self._prefix, number, is_last), sealed, self._associated)
        except InvalidTag:
            raise Refused(
                "tampered",
                f"vault object {self.name} is not what was stored (chunk {number + 1} fails its check); restore the "
                "object from the backup",
            ) from None

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise Refused(
            "missing object", f"vault object {path.name} is gone; restore the object from the backup"
        ) from None
    except OSError as error:
        raise Refused("missing object", f"vault object {path} can not be read: {error.strerror}") from error


def check_frame(file: BinaryIO, path: Path, size: int) -> None:
    """Magic word, version and length; Refused when one is wrong."""
    head = file.read(START)
    found = file.seek(0, io.SEEK_END)
    wanted = stored_bytes(size)
    if not found:
        raise Refused("truncated", f"vault object {path.name} is empty (0 bytes); restore the object from the backup")
    if head[: len(MAGIC)] != MAGIC[: len(head)]:
        raise Refused("tampered", f"{path.name} is no vault object (it does not begin with {MAGIC.decode()})")
    if len(head) == START and head[-1] != VERSION:
        raise Refused(
            "unknown version",
            f"vault object {path.name} has version {head[-1]}, this program reads version {VERSION}; use a newer one",
        )
    if found != wanted:
        fault, what = ("truncated", "cut off") if found < wanted else ("tampered", "longer than what was stored")
        raise Refused(
            fault,  # type: ignore[arg-type]
            f"vault object {path.name} is {what} ({found} bytes, not {wanted}); restore the object from the backup",
        )
