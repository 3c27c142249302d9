"""Between disk and row a crash leaves what a sweep finds; what is used is never removed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings

from core.tenancy import all_tenants, tenant_scope
from inbox.files import housekeeping, storage
from inbox.files.storage import Incoming, TooLarge
from inbox.jobs import tidy_files
from inbox.models import Attachment
from tests.conftest import Cast
from tests.factories import make_conversation

LATER = 25 * 3600.0


def names(media: Path) -> set[str]:
    return {path.name for path in media.rglob("*") if path.is_file()}


def write(organization_id: int, data: bytes = b"x") -> str:
    with Incoming(organization_id, max_bytes=100) as file:
        file.write(data)
        return file.keep()


def upload(cast: Cast, *, hours_ago: float = 0.0, sent: bool = False) -> tuple[int, str]:
    key = write(cast.organization.pk)
    with tenant_scope(cast.organization.pk):
        message = make_conversation(cast).last_message if sent else None
        row = Attachment.objects.create(
            organization=cast.organization, kind="image", state="stored", storage_key=key, message=message
        )
        Attachment.objects.filter(pk=row.pk).update(created_at=datetime.now(UTC) - timedelta(hours=hours_ago))
    return row.pk, key


def test_a_file_is_there_whole_or_not_at_all(media: Path) -> None:
    with Incoming(1, max_bytes=10) as file:
        file.write(b"12345")
        assert [name.endswith(".part") for name in names(media)] == [True]
    assert names(media) == set()
    with pytest.raises(TooLarge), Incoming(1, max_bytes=10) as file:
        file.write(b"12345678901")
    assert names(media) == set()
    key = write(1, b"hola")
    assert storage.path_of(1, key).read_bytes() == b"hola"
    assert storage.path_of(1, key).stat().st_mode & 0o777 == 0o600
    assert (media / "1").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("key", ["", "..", "../../etc/passwd", "x", "a" * 36, "/etc/passwd", "%2e%2e"])
def test_only_keys_of_ours_lead_to_files(key: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        storage.path_of(1, key)


def test_uploads_that_were_never_sent_go_after_a_day(cast: Cast, media: Path) -> None:
    _, old_key = upload(cast, hours_ago=25)
    storage.path_of(cast.organization.pk, old_key).with_name(f"{old_key}-t").write_bytes(b"small")
    new, new_key = upload(cast, hours_ago=23)
    sent, sent_key = upload(cast, hours_ago=100, sent=True)
    with all_tenants():
        tidy_files()
        assert set(Attachment.objects.values_list("pk", flat=True)) == {new, sent}
    assert names(media) == {new_key, sent_key}


def test_a_file_that_another_message_uses_stays(cast: Cast, media: Path) -> None:
    old, key = upload(cast, hours_ago=25)
    with tenant_scope(cast.organization.pk):
        message = make_conversation(cast).last_message
        Attachment.objects.create(
            organization=cast.organization, kind="image", state="stored", storage_key=key, message=message
        )
    with all_tenants():
        housekeeping.remove_unsent()
        assert not Attachment.objects.filter(pk=old).exists()
    assert names(media) == {key}


def test_what_belongs_to_no_row_goes_after_a_day(cast: Cast, media: Path) -> None:
    _, used = upload(cast)
    storage.path_of(cast.organization.pk, used).with_name(f"{used}-p").write_bytes(b"copy")
    orphan = write(cast.organization.pk)
    of_nobody = write(999_999)
    part = media / str(cast.organization.pk) / f"{storage.new_key()}.part"
    part.write_bytes(b"half")
    (media / str(cast.organization.pk) / "somebody's notes.txt").write_text("not ours")
    (media / "lost+found").mkdir()
    with all_tenants():
        housekeeping.remove_orphans()
        assert names(media) >= {used, f"{used}-p", orphan, of_nobody, part.name}
        housekeeping.remove_orphans(now=time.time() + LATER)
    assert names(media) == {used, f"{used}-p", "somebody's notes.txt"}


def test_many_orphans_go_in_parts(cast: Cast, media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(housekeeping, "_AT_ONCE", 3)
    kept = {upload(cast)[1] for _ in range(4)}
    for _ in range(7):
        write(cast.organization.pk)
    with all_tenants():
        housekeeping.remove_orphans(now=time.time() + LATER)
    assert names(media) == kept


def test_a_kill_between_file_and_row_leaves_what_the_sweep_finds(
    cast: Cast, media: Path, settings: LazySettings
) -> None:
    """SIGKILL strikes when the file stands and its row does not."""
    code = (
        "import os, signal, sys; from pathlib import Path; sys.path.insert(0, '.');"
        "from django.conf import settings; settings.configure(MEDIA_ROOT=sys.argv[1]);"
        "from inbox.files.storage import Incoming;"
        "file = Incoming(int(sys.argv[2]), max_bytes=10); file.write(b'x'); file.keep();"
        "half = Incoming(int(sys.argv[2]), max_bytes=10); half.write(b'y');"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(media), str(cast.organization.pk)],
        cwd=settings.BASE_DIR,
        env={"PATH": os.defpath},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    assert len(names(media)) == 2
    with all_tenants():
        housekeeping.remove_orphans(now=time.time() + LATER)
    assert names(media) == set()


def test_a_full_volume_leaves_nothing_half(cast: Cast, media: Path, settings: LazySettings) -> None:
    """A process that may write no larger files than this stands for a volume of that size."""
    code = (
        "import resource, signal, sys; sys.path.insert(0, '.');"
        "from django.conf import settings; settings.configure(MEDIA_ROOT=sys.argv[1]);"
        "from inbox.files.storage import Incoming;"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000));\n"
        "try:\n"
        "    with Incoming(1, max_bytes=10**9) as file:\n"
        "        for _ in range(40): file.write(b'x' * 100_000)\n"
        "        file.keep()\n"
        "except OSError as error: print(type(error).__name__)\n"
    )
    out = subprocess.run(
        [sys.executable, "-c", code, str(media)],
        cwd=settings.BASE_DIR,
        env={"PATH": os.defpath},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert out.strip() == "OSError"
    assert names(media) == set()
