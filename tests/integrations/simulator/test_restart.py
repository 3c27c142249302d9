"""The simulator as a process: it survives kill -9, follows its accounts file, and stays out of production."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from integrations.simulator.testing import LAURA, account, running
from tests.copy import free_port
from tests.integrations.simulator.conftest import MESSAGES, Receiver, call, text

TOKEN = {"Authorization": "Bearer EAAB_TEST_TOKEN"}


@contextmanager
def process(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    environment = {
        **os.environ,
        "BANDEJA_DATA_DIR": str(folder),
        "SIMULATOR_PORT": str(port),
        "BANDEJA_ENV": "test",
    }
    started = subprocess.Popen([sys.executable, "-m", "integrations.simulator"], env=environment)
    try:
        end = time.monotonic() + 60
        while True:
            try:
                call("GET", f"http://127.0.0.1:{port}/_sim/health", timeout=20)
                break
            except OSError:
                assert started.poll() is None, "it ended instead of starting"
                assert time.monotonic() < end
                time.sleep(0.05)
        yield started
    finally:
        started.kill()
        started.wait()


def write_accounts(folder: Path, accounts: list[dict[str, Any]], customers: list[dict[str, Any]]) -> None:
    (folder / "simulator").mkdir(parents=True, exist_ok=True)
    path = folder / "simulator" / "accounts.json"
    path.write_text(json.dumps({"accounts": accounts, "customers": customers}))


def test_what_was_accepted_survives_kill_9(tmp_path: Path, receiver: Receiver) -> None:
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    write_accounts(tmp_path, [account(webhook_url=receiver.url)], [LAURA])
    receiver.answers = [503] * 3
    with process(tmp_path, port) as running_process:
        customer = call("POST", base + "/_sim/inbound", {"from": LAURA["wa_id"], "text": "Hola"}).json[
            "wamid"
        ]
        sent = [call("POST", base + MESSAGES, text(str(index)), headers=TOKEN).wamid for index in range(10)]
        running_process.send_signal(signal.SIGKILL)
        running_process.wait()
    with process(tmp_path, port):
        ledger = call("GET", base + "/_sim/ledger").json
        assert [entry["wamid"] for entry in ledger["results"]] == sent
        assert all(entry["answered"] for entry in ledger["results"])
        assert call("POST", base + MESSAGES, text("still open"), headers=TOKEN).status == 200
        end = time.monotonic() + 60
        while not call("GET", base + "/_sim/health").json["idle"]:
            assert time.monotonic() < end
            time.sleep(0.05)
    assert customer in {item["id"] for item in receiver.items("messages")}
    delivered = {item["id"] for item in receiver.items("statuses") if item["status"] == "delivered"}
    assert delivered >= set(sent)


def test_it_ends_at_once_on_sigterm_also_with_silent_requests(tmp_path: Path) -> None:
    port = free_port()
    write_accounts(tmp_path, [account()], [LAURA])
    with process(tmp_path, port) as running_process:
        base = f"http://127.0.0.1:{port}"
        call("POST", base + "/_sim/faults", {"kind": "silent", "on": "any", "when": "before_accept"})
        with socket.create_connection(("127.0.0.1", port)) as waiting:
            waiting.sendall(
                b"GET /v26.0/417398204718336 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer EAAB_TEST_TOKEN\r\n\r\n"
            )
            end = time.monotonic() + 60
            while not call("GET", base + "/_sim/faults").json["faults"][0]["hits"]:
                assert time.monotonic() < end
                time.sleep(0.05)
            running_process.terminate()
            # The request would wait for ever.
            running_process.wait(60)
    assert running_process.returncode in (0, -signal.SIGTERM)


def test_a_small_process(tmp_path: Path) -> None:
    port = free_port()
    write_accounts(tmp_path, [account()], [LAURA])
    with process(tmp_path, port) as running_process:
        for _ in range(50):
            call("GET", f"http://127.0.0.1:{port}/")
        assert resident_kb(running_process.pid) < 45_000


def resident_kb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        return int(status.read_text().split("VmRSS:")[1].split()[0])
    return int(subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, check=True).stdout)


def test_it_imports_no_django() -> None:
    code = "import sys, integrations.simulator.server, integrations.simulator.testing; print('django' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert shown.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"BANDEJA_ENV": "production"}, "does not run in production"),
        ({"SIMULATOR_PORT": "eighty"}, "SIMULATOR_PORT must be a port number"),
        ({"SIMULATOR_PORT": "70000"}, "SIMULATOR_PORT must be a port number"),
    ],
)
def test_it_says_why_it_does_not_start(tmp_path: Path, environment: dict[str, str], sentence: str) -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "integrations.simulator"],
        env={**os.environ, "BANDEJA_DATA_DIR": str(tmp_path / "var"), "BANDEJA_ENV": "test", **environment},
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    assert shown.returncode != 0
    assert sentence in shown.stderr
    assert not (tmp_path / "var").exists()


def test_the_accounts_file_is_followed(tmp_path: Path) -> None:
    write_accounts(tmp_path, [], [])
    folder = tmp_path / "simulator"
    with running(accounts=[], folder=folder) as simulator:
        url = simulator.base_url + "/v26.0/417398204718336?fields=id"
        assert call("GET", url, headers=TOKEN).code == 190
        assert len(call("GET", simulator.base_url + "/_sim/accounts").json["customers"]) >= 7
        write_accounts(tmp_path, [account()], [LAURA])
        assert call("GET", url, headers=TOKEN).status == 200
        customers = call("GET", simulator.base_url + "/_sim/accounts").json["customers"]
        assert [person["name"] for person in customers] == ["Laura Restrepo"]
        (folder / "accounts.json").write_text('{"accounts": [')
        assert call("GET", url, headers=TOKEN).status == 200
        write_accounts(tmp_path, [{"app_id": "incomplete"}, account(access_token="NEW")], [LAURA])
        assert call("GET", url, headers=TOKEN).code == 190
        assert call("GET", url, headers={"Authorization": "Bearer NEW"}).status == 200


def test_accounts_added_by_a_control_are_kept(tmp_path: Path) -> None:
    with running(accounts=[account()], customers=[LAURA], folder=tmp_path) as simulator:
        call("POST", simulator.base_url + "/_sim/accounts", {"accounts": [account(phone_number_id="77")]})
    path = tmp_path / "accounts.json"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry["phone_number_id"] for entry in json.loads(path.read_text())["accounts"]] == [
        "417398204718336",
        "77",
    ]


def test_earlier_chats_of_the_accounts_file_stand_on_the_phones_once(
    tmp_path: Path, receiver: Receiver
) -> None:
    ids = {"phone_number_id": "417398204718336", "user_id": LAURA["user_id"]}
    now = int(time.time())
    answer = {"wamid": "wamid.D2", "direction": "out", "text": "¡Hola!", "at": now - 60, "state": "delivered"}
    picture = {
        "wamid": "wamid.D1",
        "direction": "in",
        "type": "image",
        "text": "",
        "at": now - 90,
        "state": "read",
        "content": {"id": "900100200300401", "mime_type": "image/jpeg"},
    }
    unclear = {"wamid": "wamid.D3", "direction": "sideways", "text": "?", "at": now, "state": "read"}
    chats = [{**ids, "messages": [answer, picture, unclear, {"wamid": None}, "?"]}, 5]
    file = {"id": "900100200300401", "sample": "photo", "phone_number_id": ids["phone_number_id"]}
    accounts = [account(webhook_url=receiver.url)]
    content = {"accounts": accounts, "customers": [LAURA], "chats": chats, "media": [file]}
    (tmp_path / "accounts.json").write_text(json.dumps(content))
    for _ in range(2):
        with running(accounts=None, customers=None, folder=tmp_path) as simulator:
            chat = call("GET", f"{simulator.base_url}/_sim/phone/chat?{urlencode(ids)}").json["messages"]
            assert [one["wamid"] for one in chat] == ["wamid.D1", "wamid.D2"]
            shown = chat[0]["extras"]["media"]
            assert (shown["id"], shown["width"]) == (file["id"], 900)
            read = {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.D1"}
            assert call("POST", simulator.base_url + MESSAGES, read, headers=TOKEN).status == 200
            assert call("POST", simulator.base_url + MESSAGES, text(), headers=TOKEN).status == 200
            simulator.reset()
            assert call("POST", simulator.base_url + MESSAGES, text(), headers=TOKEN).status == 200
            simulator.reset()
