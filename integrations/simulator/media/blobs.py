"""The bytes of all files, kept once each by their SHA-256; and bodies that are too large for memory."""

import hashlib
import mmap
import tempfile
from pathlib import Path
from typing import IO

from integrations.simulator.media.sniff import Bytes

IN_MEMORY = 1024 * 1024
_CHUNK = 1024 * 1024


class Spool:
    """Gathers a body: small ones in memory, large ones in a file that vanishes by itself."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._file: IO[bytes] | None = None
        self.size = 0

    def write(self, part: bytes) -> None:
        self.size += len(part)
        if self._file is None and self.size > IN_MEMORY:
            # SIM115: it is closed when the data are taken, or by `close`.
            self._file = tempfile.TemporaryFile()  # noqa: SIM115
            self._file.writelines(self._parts)
            self._parts = []
        if self._file is None:
            self._parts.append(part)
        else:
            self._file.write(part)

    def data(self) -> Bytes:
        """Everything that was written; the spool is used up."""
        if self._file is None:
            return b"".join(self._parts)
        with self._file as file:
            file.flush()
            # The map keeps the file, whose descriptor goes.
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def close(self) -> None:
        """Forget what was written."""
        if self._file is not None:
            self._file.close()


class Blobs:
    """Keeps bytes in a folder, or in memory when there is none."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._memory: dict[str, bytes] = {}

    def put(self, data: Bytes, start: int = 0, end: int | None = None) -> str:
        """Keep a part of these bytes; gives their SHA-256 in hexadecimal digits, which is their name."""
        stop = len(data) if end is None else end
        digest = hashlib.sha256()
        for at in range(start, stop, _CHUNK):
            digest.update(data[at : min(at + _CHUNK, stop)])
        name = digest.hexdigest()
        if self._folder is None:
            self._memory.setdefault(name, bytes(data[start:stop]))
        elif not (self._folder / name).exists():
            self._write(name, data, start, stop)
        return name

    def _write(self, name: str, data: Bytes, start: int, stop: int) -> None:
        assert self._folder is not None  # noqa: S101
        self._folder.mkdir(parents=True, exist_ok=True)
        temporary = self._folder / f"{name}.part"
        with temporary.open("wb") as file:
            for at in range(start, stop, _CHUNK):
                file.write(data[at : min(at + _CHUNK, stop)])
        temporary.replace(self._folder / name)

    def get(self, name: str) -> Bytes:
        """The bytes of a name.

        Raises:
            KeyError: there are none.
        """
        if self._folder is None:
            return self._memory[name]
        try:
            with (self._folder / name).open("rb") as file:
                size = file.seek(0, 2)
                return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b""
        except OSError as error:
            raise KeyError(name) from error

    def names(self) -> set[str]:
        """The names of everything that is kept."""
        if self._folder is None:
            return set(self._memory)
        return {path.name for path in self._folder.iterdir()} if self._folder.is_dir() else set()

    def remove(self, name: str) -> None:
        """Forget the bytes of a name."""
        self._memory.pop(name, None)
        if self._folder is not None:
            (self._folder / name).unlink(missing_ok=True)

    def clear(self) -> None:
        """Forget everything."""
        self._memory.clear()
        if self._folder is not None and self._folder.is_dir():
            for path in self._folder.iterdir():
                path.unlink(missing_ok=True)
