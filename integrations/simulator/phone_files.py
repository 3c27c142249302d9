"""Files on the phone page: what its person sends, and what is shown to them."""

import re
from typing import TYPE_CHECKING

from integrations.simulator.http import BadRequest, Reply, Request, Router, json_reply
from integrations.simulator.media import samples
from integrations.simulator.media.kinds import LARGEST_INBOUND, kind_of
from integrations.simulator.media.sniff import Bytes, base_type, sniff
from integrations.simulator.media.webm import NotWebm, voice_from_webm

if TYPE_CHECKING:
    from integrations.simulator.core import Simulator

# What browsers show by themselves without running anything.
_SHOWN = ("image/jpeg", "image/png", "image/webp", "image/gif", "video/mp4", "video/3gpp", "video/webm",
          "audio/ogg", "audio/mpeg", "audio/mp4", "audio/aac", "audio/wav", "audio/webm")  # fmt: skip
_HEADERS = {
    "content-security-policy": "default-src 'none'; sandbox",
    "cache-control": "private, max-age=3600",
}


class PhoneFiles:
    """Handlers for the files of the phone page."""

    def __init__(self, simulator: "Simulator") -> None:
        self._simulator = simulator

    def route(self, router: Router) -> None:
        """Put the handlers on the route table."""
        router.add("GET", "/_sim/phone/samples", self.samples)
        router.add("GET", r"/_sim/phone/samples/{name}", self.sample)
        router.add("POST", "/_sim/phone/files", self.leave)
        router.add("GET", r"/_sim/phone/files/{id}", self.show)

    async def samples(self, request: Request) -> Reply:
        """The files that can be sent without having any."""
        return json_reply({"samples": samples.listed()})

    async def sample(self, request: Request) -> Reply:
        """One of them."""
        name = request.parameters["name"]
        if name not in samples.SAMPLES:
            return json_reply({"error": "There is no such sample."}, 404)
        return _file(request, samples.data(name), samples.SAMPLES[name][1], samples.SAMPLES[name][0])

    async def leave(self, request: Request) -> Reply:
        """Take a file that will be sent: its bytes are the body, ?type= is what the browser takes it for.

        A voice note that a browser recorded as WebM becomes the OGG that WhatsApp has.
        """
        told = base_type(request.query.get("type", ""))
        data: Bytes = (await request.spool(LARGEST_INBOUND + 1024 * 1024)).data()
        if not data:
            raise BadRequest("The file is empty.")
        if request.query.get("voice"):
            try:
                data = voice_from_webm(bytes(data)) if sniff(data).mime_types[0].endswith("/webm") else data
            except NotWebm as error:
                raise BadRequest(f"The recording cannot be read: {error}") from error
        found = sniff(data)
        is_known = found.mime_types[0] not in ("application/octet-stream", "text/plain")
        mime_type = found.mime_types[0] if is_known else told or found.mime_types[0]
        blob = self._simulator.shelf.blobs.put(data)
        shown = {"blob": blob, "size": len(data), "mime_type": mime_type, "kind": kind_of(mime_type)}
        return json_reply({**shown, "width": found.width, "height": found.height}, 201)

    async def show(self, request: Request) -> Reply:
        """A file of a message; also when its id has grown too old for the business."""
        media = self._simulator.shelf.find(request.parameters["id"])
        try:
            data = self._simulator.shelf.data(media) if media is not None else None
        except KeyError:
            data = None
        if media is None or data is None:
            return json_reply({"error": "There is no such file."}, 404)
        return _file(request, data, media.mime_type, media.file_name)


def _file(request: Request, data: Bytes, mime_type: str, name: str) -> Reply:
    """Answer with a file, or a part of it: players ask for parts."""
    actual = sniff(data).mime_types[0]
    headers = {**_HEADERS, "accept-ranges": "bytes"}
    if actual not in _SHOWN or request.query.get("download"):
        safe = re.sub(r"[^\w .()-]", "_", name, flags=re.ASCII) or "file"
        headers["content-disposition"] = f'attachment; filename="{safe}"'
    content_type = actual if actual in _SHOWN else "application/octet-stream"
    match = re.fullmatch(r"bytes=(\d*)-(\d*)", request.header("range") or "")
    if match is None or not any(match.groups()):
        return Reply(200, data, content_type, headers)
    size = len(data)
    if match[1]:
        start, end = int(match[1]), min(int(match[2]) if match[2] else size - 1, size - 1)
    else:
        start, end = max(0, size - int(match[2])), size - 1
    if start > end:
        return Reply(416, b"", content_type, {**headers, "content-range": f"bytes */{size}"})
    headers["content-range"] = f"bytes {start}-{end}/{size}"
    return Reply(206, bytes(data[start : end + 1]), content_type, headers)
