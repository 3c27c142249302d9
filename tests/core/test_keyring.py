"""The installation's secrets: one file that only its owner reads, or the environment."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from core import keyring

KEY = base64.b64encode(b"k" * 32).decode()
GOOD = {"SECRET_KEY": "s" * 32, "BANDEJA_ENCRYPTION_KEYS": f"new:{KEY}, old:{KEY}"}


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    keyring.from_data_dir.cache_clear()


def test_the_file_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    made = keyring.from_data_dir(tmp_path / "var")
    file = tmp_path / "var" / "secrets.json"
    assert file.stat().st_mode & 0o777 == 0o600
    keyring.from_data_dir.cache_clear()
    assert keyring.from_data_dir(tmp_path / "var") == made
    assert len(made.django_key) >= 50
    assert [len(key) for key in made.encryption_keys.values()] == [32]
    assert [entry.name for entry in (tmp_path / "var").iterdir()] == ["secrets.json"]


def test_it_is_made_so_also_under_a_careless_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        keyring.from_data_dir(tmp_path)
    finally:
        os.umask(before)
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_a_file_that_others_could_read_is_closed(tmp_path: Path) -> None:
    keyring.from_data_dir(tmp_path)
    (tmp_path / "secrets.json").chmod(0o644)
    keyring.from_data_dir.cache_clear()
    keyring.from_data_dir(tmp_path)
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_two_copies_have_different_secrets(tmp_path: Path) -> None:
    one, two = keyring.from_data_dir(tmp_path / "one"), keyring.from_data_dir(tmp_path / "two")
    assert one.django_key != two.django_key
    assert one.encryption_keys != two.encryption_keys
    assert one.demo_seed != two.demo_seed


def test_processes_that_start_at_once_read_the_same(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from core import keyring\n"
        "sys.stdin.readline()\n"
        "print(keyring.from_data_dir(Path(sys.argv[1])).django_key)"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(keyring.__file__).parents[1],
        )
        for _ in range(6)
    ]
    for process in started:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    keys = {process.communicate(timeout=30)[0].strip() for process in started}
    assert keys == {json.loads((tmp_path / "secrets.json").read_text())["django_key"]}
    assert [entry.name for entry in tmp_path.iterdir()] == ["secrets.json"]


def test_production_reads_the_environment() -> None:
    secrets = keyring.from_environment(GOOD)
    assert secrets.django_key == "s" * 32
    assert list(secrets.encryption_keys) == ["new", "old"]


@pytest.mark.parametrize(
    "change",
    [
        {"SECRET_KEY": ""},
        {"SECRET_KEY": "short"},
        {"BANDEJA_ENCRYPTION_KEYS": ""},
        {"BANDEJA_ENCRYPTION_KEYS": "k1"},
        {"BANDEJA_ENCRYPTION_KEYS": "k1:not base64"},
        {"BANDEJA_ENCRYPTION_KEYS": "k1:" + base64.b64encode(b"short").decode()},
        {"BANDEJA_ENCRYPTION_KEYS": f":{KEY}"},
        {"BANDEJA_ENCRYPTION_KEYS": f"k1:{KEY},k1:{KEY}"},
    ],
)
def test_production_refuses_to_start_without_proper_secrets(change: dict[str, str]) -> None:
    with pytest.raises(keyring.SecretsMissing):
        keyring.from_environment({**GOOD, **change})
