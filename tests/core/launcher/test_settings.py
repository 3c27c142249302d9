"""What the launcher reads: the environment and the Procfile."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from core.launcher import procfile
from core.launcher.config import ROOT, Config
from core.launcher.errors import LauncherError
from core.launcher.ports import require_free
from core.launcher.web import arguments


def test_with_nothing_set_the_defaults_hold() -> None:
    config = Config.from_environment({})
    assert (config.host, config.port, config.simulator_port) == ("127.0.0.1", 8000, 8001)
    assert config.data_dir == ROOT / "var"
    assert (config.server, config.environment, config.has_simulator) == ("daphne", "development", True)


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({"PORT": "eighty"}, "PORT is “eighty”"),
        ({"PORT": "0"}, "PORT is “0”"),
        ({"SIMULATOR_PORT": "65536"}, "SIMULATOR_PORT is “65536”"),
        ({"PORT": "8001"}, "PORT and SIMULATOR_PORT are both 8001"),
        (
            {"BANDEJA_SERVER": "gunicorn"},
            "BANDEJA_SERVER is “gunicorn”, but has to be one of: daphne, uvicorn",
        ),
        ({"BANDEJA_ENV": "prod"}, "BANDEJA_ENV is “prod”"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(env: dict[str, str], words: str) -> None:
    with pytest.raises(LauncherError, match=words):
        Config.from_environment(env)


def test_production_has_no_simulator_to_clash_with() -> None:
    config = Config.from_environment({"BANDEJA_ENV": "production", "PORT": "8001"})
    assert not config.has_simulator


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),  # noqa: S104 - compared, not bound
        ("::", "http://[::1]:8000"),
    ],
)
def test_the_banner_names_an_address_that_opens(host: str, url: str) -> None:
    assert Config.from_environment({"HOST": host}).url == url


def test_a_public_address_is_the_one_to_show() -> None:
    assert Config.from_environment({"BANDEJA_URL": "https://inbox.example/"}).url == "https://inbox.example"


def test_a_port_that_may_not_be_opened_is_told_apart_from_a_busy_one() -> None:
    with pytest.raises(LauncherError, match=r"Port 8000 on 192\.0\.2\.1 cannot be opened"):
        require_free("192.0.2.1", 8000, "PORT")


def test_the_procfile_names_every_process() -> None:
    commands = procfile.read(ROOT / "Procfile")
    assert list(commands) == ["web", "worker", "bulk", "scheduler", "simulator"]
    assert all(words[0] == sys.executable for words in commands.values())


def test_a_line_that_is_no_command_is_refused(tmp_path: Path) -> None:
    (tmp_path / "Procfile").write_text("# fine\n\nweb: python -m x 'a b'\nworker\n")
    with pytest.raises(LauncherError, match="Line 4"):
        procfile.read(tmp_path / "Procfile")


@pytest.mark.parametrize("server", ["daphne", "uvicorn"])
def test_no_server_believes_forwarded_headers(server: str) -> None:
    words = arguments(Config.from_environment({"BANDEJA_SERVER": server, "PORT": "8123", "HOST": "::1"}))
    assert words[0] == server
    assert "8123" in words
    assert "::1" in words
    assert "--proxy-headers" not in words


@pytest.mark.parametrize("server", ["daphne", "uvicorn"])
def test_another_application_is_served_with_the_same_options(server: str) -> None:
    config = Config.from_environment({"BANDEJA_SERVER": server})
    *options, application = arguments(config, "elsewhere:application")
    assert application == "elsewhere:application"
    assert arguments(config) == [*options, "core.project.asgi:application"]
