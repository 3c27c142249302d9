"""The recorded calls of `tests/payloads/whatsapp/requests`, and the state that their answers suppose."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from integrations.simulator.media import samples
from integrations.simulator.media.sniff import sniff
from integrations.simulator.testing import LAURA, NOA, RunningSimulator, account
from tests.integrations.simulator.conftest import NUMBER_ID, Answer, Receiver, call

FOLDER = Path(__file__).parents[2] / "payloads" / "whatsapp" / "requests"
# Templates are not played yet; the recordings of their calls wait.
TEMPLATES = ("template", "send_template_", "marketing_messages_", "resumable_")
# Files have forms and bytes of their own.
FILES = ("media_",)
ALL = sorted(path.stem for path in FOLDER.glob("*.json"))
CALLS = [name for name in ALL if not name.startswith(TEMPLATES + FILES)]
# What the simulator refuses by itself; every other recorded refusal of a message is brought about by a fault.
REFUSED_BY_ITSELF = {
    "err_100_bad_param", "err_100_body_too_long", "err_131008_missing_param", "err_131009_bad_value",
    "err_131021_same_number", "err_131047_window_closed", "err_131051_type", "err_131052_media_download",
    "err_131053_media_upload", "err_html_502",
}  # fmt: skip
BY_FAULT = {name for name in CALLS if name.startswith("err_")} - REFUSED_BY_ITSELF
# What lies under the ids that the recorded requests name.
STORED = {"6256201916127942": "photo", "4166945417908205": "voice", "5173812404774954": "invoice",
          "7259314725855273": "sticker", "7280500399171166": "video", "7061116131335078": "photo"}  # fmt: skip
READ_WAMID = "wamid.HBgMNTczMDA1NTUwMTAxFQIAEhgUM0FFNTM1Mzg3OUJENjlCRkREQ0IA"
MEXICAN = {"wa_id": "5215512345678", "user_id": "MX.20384756102938475610", "name": "Andrés"}
PROFILE = {
    "messaging_product": "whatsapp", "about": "Ropa y accesorios", "address": "Cra 7 # 1-23, Bogotá",
    "description": "Tienda Aurora", "email": "hola@example.com", "profile_picture_handle": "4::aW",
    "websites": ["https://example.com/"], "vertical": "RETAIL",
}  # fmt: skip


def recorded(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give the request and the answer of a recording."""
    pair = json.loads((FOLDER / f"{name}.json").read_text())
    return pair["request"], pair["response"]


def shape(value: Any, key: str = "") -> Any:
    """The value with everything replaced that Meta makes up anew for each answer."""
    if isinstance(value, dict):
        return {name: shape(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [shape(item, key) for item in value]
    if key == "fbtrace_id" or (isinstance(value, str) and value.startswith("wamid.")):
        return f"<{key}>"
    if key == "message" and "access token: Session has expired" in value:
        return "Session has expired"
    return "<callback>" if key == "application" and "://" in value else value


def play(simulator: RunningSimulator, request: dict[str, Any], body: Any = None, **headers: str) -> Answer:
    """Make a recorded call, with its token."""
    kept = {key: value for key, value in request["headers"].items() if key == "Authorization"}
    path = request["path"].removeprefix("https://graph.facebook.com")
    query = "&".join(f"{key}={value}" for key, value in (request.get("query") or {}).items())
    # The account of the tests has a secret of its own.
    query = query.replace("|APP_SECRET", "%7Ctest_app_secret")
    return call(request["method"], f"{simulator.base_url}{path}?{query}", body, headers={**kept, **headers})


def store(simulator: RunningSimulator, media_id: str, sample: str, origin: str = "upload") -> None:
    """Put a sample under an id of the recordings."""

    def put() -> None:
        shelf, data = simulator.simulator.shelf, samples.data(sample)
        media = shelf.add(NUMBER_ID, origin, shelf.blobs.put(data), len(data), sniff(data))
        simulator.simulator.store.run(
            "UPDATE media SET media_id = ? WHERE media_id = ?", media_id, media.media_id
        )

    simulator.call(put)


def stock(simulator: RunningSimulator) -> None:
    """Let the people of the recordings have written, and their files be there."""
    for media_id, sample in STORED.items():
        store(simulator, media_id, sample)
    for person in (LAURA, NOA, MEXICAN):
        simulator.inbound({"from": person["wa_id"] or person["user_id"], "text": "Hola"})
    at = simulator.call(lambda: int(simulator.simulator.shelf.now()))
    message = {"id": READ_WAMID, "from": LAURA["wa_id"], "type": "text", "text": {"body": "Hola"}}
    simulator.inbound({"value": {"messages": [{**message, "timestamp": str(at)}]}})


def prepare(simulator: RunningSimulator, receiver: Receiver, name: str) -> None:
    """Bring the simulator into the state that the recorded answer supposes."""
    aurora = account(webhook_url=receiver.url, app_name="Inbox")
    if name == "debug_token_missing_scope":
        aurora["scopes"] = ["whatsapp_business_management"]
    if name == "phone_number_get_token_expired":
        aurora["token_expires_at"] = 1795341600
    if name == "phone_number_get_token_malformed":
        aurora["access_token"] = "ANOTHER_TOKEN"
    others = []
    if name == "waba_phone_numbers_list":
        others = [account(
            phone_number_id="417398204718402", display_phone_number="+57 300 5550191", registered=False,
            verified_name="Aurora Soporte", waba_name="Tienda Aurora",
        )]  # fmt: skip
    simulator.accounts([aurora, *others], [MEXICAN])
    if name != "err_131047_window_closed":
        stock(simulator)
    _subscribe(simulator, name)
    if name == "register_rate_limited":
        request, _ = recorded("register_ok")
        for _ in range(10):
            assert play(simulator, request, request["body"]).status == 200
    if name == "business_profile_get":
        request, _ = recorded(name)
        assert play(simulator, {**request, "method": "POST", "query": None}, PROFILE).status == 200
    if name == "err_html_502":
        simulator.fault(kind="html", status=502)


def _subscribe(simulator: RunningSimulator, name: str) -> None:
    accounts = simulator.simulator.accounts
    if name == "subscribed_apps_get":
        override = "https://inbox.example.com/webhooks/whatsapp/t/42"
        simulator.call(lambda: accounts.subscribe(_first(simulator), subscribed=True, override=override))
    if name == "subscribed_apps_get_empty":
        simulator.call(lambda: accounts.subscribe(_first(simulator), subscribed=False))


def _first(simulator: RunningSimulator) -> Any:
    return simulator.simulator.accounts.first()
