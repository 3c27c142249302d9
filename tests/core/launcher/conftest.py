"""Folders that root's database account may pass through, unlike pytest's own."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.launcher.services import temporary_services
from tests.core.launcher.harness import Copy


@pytest.fixture
def folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="bandeja-launcher-"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def copy(folder: Path) -> Iterator[Copy]:
    made = Copy(folder)
    yield made
    made.clean_up()


@pytest.fixture(scope="session")
def server_urls() -> Iterator[dict[str, str]]:
    with temporary_services() as urls:
        yield urls
