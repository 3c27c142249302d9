"""The embedded services of one data directory, for the launcher, for tests and for tools.

    with Services(Path("var")) as urls:
        urls["database_url"], urls["redis_url"]

Needs neither Django nor anything running.
"""

from __future__ import annotations

import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from core.launcher import postgres, valkey
from core.launcher.errors import LauncherError
from core.launcher.locking import DataLock
from core.launcher.logs import shorten
from core.launcher.places import Places, database_account, locate, open_data_directory
from core.launcher.processes import end, signal_group
from core.launcher.records import Records

LEFT_OVER_STEPS = ((signal.SIGTERM, 3.0), (signal.SIGKILL, 5.0))


class Services:
    """PostgreSQL and Valkey, each either started here or the caller's own.

    Args:
        data_dir: made if missing, and locked while the services run.
        database_url: a PostgreSQL that exists already; then none is started.
        redis_url: the same for Redis.
        durable: False gives up surviving a power cut for speed. For tests.

    The servers end with the thread that called `start`, so call it from one that lasts.
    """

    def __init__(
        self,
        data_dir: Path | str,
        *,
        database_url: str | None = None,
        redis_url: str | None = None,
        durable: bool = True,
    ) -> None:
        self.data_dir = Path(data_dir).resolve()
        self._database_url = database_url
        self._redis_url = redis_url
        self._durable = durable
        self._lock = DataLock(self.data_dir / "run" / "lock")
        self.records = Records(self.data_dir / "run" / "processes.json")
        self.servers: dict[str, postgres.Postgres | valkey.Valkey] = {}
        self.notices: list[str] = []
        self._places: Places | None = None

    @property
    def is_open(self) -> bool:
        return self._lock.is_held

    def open(self) -> None:
        """Take the data directory for us alone, and end what an earlier start left behind.

        Raises:
            LauncherError: with a sentence for the person who started us.
        """
        open_data_directory(self.data_dir)
        self._lock.acquire()
        self._end_left_overs()

    def start(self) -> dict[str, str]:
        """Start what is not given, and wait until all answer; `open` comes first, here if not done before.

        Raises:
            LauncherError: with a sentence for the person who started us.
        """
        try:
            if not self.is_open:
                self.open()
            return self._start_servers()
        except BaseException:
            self.stop()
            raise

    def shorten_logs(self) -> None:
        """Keep the servers' logs of bounded size; to be called now and then."""
        for server in self.servers.values():
            shorten(server.log_path)

    def stop(self) -> None:
        """Stop in order: Valkey first, PostgreSQL last."""
        for name in (valkey.NAME, postgres.NAME):
            server = self.servers.pop(name, None)
            if server is not None:
                server.stop()
        if self._places is not None:
            self._remove_outside_folders(self._places)
            self._places = None
        self._lock.release()

    def __enter__(self) -> dict[str, str]:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _start_servers(self) -> dict[str, str]:
        urls = {"database_url": self._database_url or "", "redis_url": self._redis_url or ""}
        account = database_account(self.data_dir) if not self._database_url else None
        self._places = places = locate(self.data_dir, account, lasting=self._durable)
        if places.database.parent != self.data_dir:
            self.notices.append(
                f"The database lives in {places.database}: PostgreSQL does not run as root, and no other account "
                f"reaches {self.data_dir}."
            )
        # Both begin before either is waited for: the first start is felt by everyone who tries bandeja.
        if not self._redis_url:
            queue = valkey.Valkey(places, self.records, durable=self._durable)
            self.servers[valkey.NAME] = queue
            queue.start()
            urls["redis_url"] = queue.url
        if not self._database_url:
            database = postgres.Postgres(places, account, self.records, durable=self._durable)
            self.servers[postgres.NAME] = database
            database.start()
            urls["database_url"] = database.url
        for server in self.servers.values():
            server.wait()
        return urls

    def _remove_outside_folders(self, places: Places) -> None:
        folders = [places.sockets] if self._durable else [places.sockets, places.database.parent]
        for folder in folders:
            if not folder.is_relative_to(self.data_dir):
                shutil.rmtree(folder, ignore_errors=True)

    def _end_left_overs(self) -> None:
        left = self.records.load()
        servers = {name: left.pop(name) for name in (valkey.NAME, postgres.NAME) if name in left}
        # Our own processes first, as they would only complain while their database goes; all are asked before
        # any is waited for.
        for process in left.values():
            signal_group(process.pid, signal.SIGTERM)
        for name, process in [*left.items(), *servers.items()]:
            steps = postgres.STOP_STEPS if name in servers else LEFT_OVER_STEPS
            if not end(process, steps):
                raise LauncherError(
                    f"Process {process.pid} of an earlier start does not end: end it first ({process.command})."
                )
            self.records.remove(name)


@contextmanager
def temporary_services() -> Iterator[dict[str, str]]:
    """A PostgreSQL and a Valkey of one's own in a temporary folder that is removed afterwards. For tests."""
    folder = Path(tempfile.mkdtemp(prefix="bandeja-"))
    # Passable for the account under which root runs PostgreSQL.
    folder.chmod(0o711)
    try:
        with Services(folder, durable=False) as urls:
            yield urls
    finally:
        shutil.rmtree(folder, ignore_errors=True)
