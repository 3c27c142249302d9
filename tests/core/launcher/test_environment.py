"""What `make run` and `make test` do before anything of bandeja runs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from core.launcher import browser, client, stamps
from core.launcher.errors import LauncherError
from tests.core.launcher.harness import ROOT

DEAD = "#!/bin/sh\nexit 127\n"
OLD = '#!/bin/sh\ncase "$2" in *version_info*) exit 1;; esac\n'
WITHOUT_VENV = '#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; esac\n'


def say(folder: Path, python: str | None) -> subprocess.CompletedProcess[str]:
    (folder / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "environment.sh", folder / "scripts")
    named = folder / "my python"
    if python is not None:
        named.write_text(python)
        named.chmod(0o755)
    return subprocess.run(
        ["sh", "scripts/environment.sh", "requirements.lock"],
        cwd=folder,
        env={"PATH": os.defpath, "PYTHON": str(named)},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    ("python", "words"),
    [
        (None, "was found: install Python 3.11 or newer"),
        (DEAD, "does not run: install Python 3.11 or newer"),
        (OLD, "is too old: install Python 3.11 or newer"),
        (WITHOUT_VENV, "lacks the venv module: install it (Debian and Ubuntu: apt-get install python3-venv)"),
    ],
)
def test_a_python_that_will_not_do_gives_one_sentence(tmp_path: Path, python: str | None, words: str) -> None:
    answer = say(tmp_path, python)
    assert answer.returncode == 1
    assert answer.stdout == ""
    assert answer.stderr.count("\n") == 1
    assert words in answer.stderr
    assert str(tmp_path / "my python") in answer.stderr


def test_the_first_python_that_will_do_makes_the_environment(tmp_path: Path) -> None:
    # A stand-in for `-m venv`, which takes long: what matters is that it was chosen and asked.
    answer = say(
        tmp_path, f'#!/bin/sh\n[ "$1" = -m ] && echo "asked: $*"\n[ "$1" = -m ] || "{sys.executable}" "$@"\n'
    )
    assert "asked: -m venv .venv" in answer.stdout


def test_work_is_done_again_only_after_a_change_or_a_failure(tmp_path: Path) -> None:
    stamp = tmp_path / "stamps" / "client"
    assert not stamps.is_current(stamp, "one")
    with stamps.renewing(stamp, "one"):
        assert not stamp.exists()
    assert stamps.is_current(stamp, "one")
    assert not stamps.is_current(stamp, "two")
    with pytest.raises(RuntimeError), stamps.renewing(stamp, "two"):
        raise RuntimeError
    assert not stamp.exists()


def test_names_and_contents_both_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamps, "ROOT", tmp_path)
    path = tmp_path / "a"
    path.write_text("1")
    seen = {stamps.digest([path]), stamps.digest([path], "3.11")}
    path.write_text("2")
    seen.add(stamps.digest([path]))
    path = path.rename(tmp_path / "b")
    seen.add(stamps.digest([path]))
    assert len(seen) == 4


def test_the_client_depends_on_its_sources_and_not_on_what_is_made_of_them() -> None:
    names = {str(path.relative_to(client.FOLDER)) for path in client.sources()}
    assert {"package-lock.json", "vite.config.ts", "src/main.tsx"} <= names
    assert not any(name.startswith(("node_modules/", "dist/")) or name.endswith(".py") for name in names)


def test_the_browser_that_is_named_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = tmp_path / "chromium"
    named.write_text("#!/bin/sh\necho Chromium 1\n")
    named.chmod(0o755)
    monkeypatch.setenv("BANDEJA_CHROMIUM", str(named))
    assert browser.find() == named


def test_without_a_browser_the_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "find", lambda: None)
    monkeypatch.setattr(browser, "_install", lambda: False)
    with pytest.raises(LauncherError, match=r"apt-get install chromium.*BANDEJA_CHROMIUM"):
        browser.require()
