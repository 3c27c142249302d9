"""Uploads, look-ups and downloads of files, and the files that messages name."""

from dataclasses import replace
from typing import TYPE_CHECKING

from integrations.simulator.accounts import Account
from integrations.simulator.graph.errors import GraphError, graph_reply
from integrations.simulator.graph.kinds import FileRef
from integrations.simulator.graph.tokens import authorise, bearer_of, needs_scope, not_found, number_of
from integrations.simulator.graph.troubles import Call, break_reply, refuse, reset_early, spoil_file, wait
from integrations.simulator.http import Reply, Request
from integrations.simulator.media.kinds import check_message, check_size, check_upload, kind_of
from integrations.simulator.media.links import LinkError, fetch
from integrations.simulator.media.multipart import read_parts, text_of
from integrations.simulator.media.shelf import LINK_PATH, Media
from integrations.simulator.media.sniff import Sniffed

if TYPE_CHECKING:
    from integrations.simulator.core import Simulator

LARGEST_UPLOAD = 110 * 1024 * 1024
MOST_LINKS = 1000
_MESSAGING = "whatsapp_business_messaging"


async def upload(simulator: "Simulator", request: Request) -> Reply:
    """POST {phone_number_id}/media."""
    account = number_of(simulator, request, request.parameters["id"])
    call = Call("upload", account.phone_number_id)
    if early := reset_early(simulator, call):
        return early
    body = (await request.spool(LARGEST_UPLOAD)).data()
    needs_scope([account], _MESSAGING)
    parts = read_parts(request.header("content-type") or "", body)
    for name in ("messaging_product", "type", "file"):
        if name not in parts:
            raise GraphError(100, "-", message=f"(#100) The parameter {name} is required.")
    if text_of(body, parts["messaging_product"]) != "whatsapp":
        raise GraphError(131009, "Param messaging_product must be one of {WHATSAPP}.")
    await wait(simulator, call, "before_accept")
    if refusal := refuse(simulator, call, None, account):
        return refusal
    part = parts["file"]
    # The part's own type decides; without one the form's `type` has to do.
    mime_type = part.content_type or text_of(body, parts["type"])
    _check_form_size(mime_type, part.end - part.start)
    shelf = simulator.shelf
    blob = shelf.blobs.put(body, part.start, part.end)
    content = shelf.blobs.get(blob)
    try:
        sniffed = check_upload(mime_type, content)
    except GraphError:
        shelf.drop(blob)
        raise
    media = shelf.add(
        account.phone_number_id, "upload", blob, len(content), sniffed, mime_type=mime_type,
        file_name=part.file_name or "",
    )  # fmt: skip
    reply, _ = break_reply(simulator, call, None, graph_reply({"id": media.media_id}))
    await wait(simulator, call, "after_accept")
    return reply


def _check_form_size(mime_type: str, size: int) -> None:
    """Refuse a file that is too large before looking at what it is; stickers wait until it is known."""
    kind = kind_of(mime_type)
    if kind != "sticker":
        check_size(kind, size)


async def look_up(simulator: "Simulator", request: Request, media: Media) -> Reply:
    """GET {media_id}: where the file can be had for the next five minutes."""
    _mine(simulator, request, media)
    base_url = f"http://{request.header('host') or '127.0.0.1'}"
    return graph_reply({
        "messaging_product": "whatsapp",
        "url": simulator.shelf.url(media, base_url),
        "mime_type": media.mime_type,
        "sha256": media.sha256,
        "file_size": str(media.size),
        "id": media.media_id,
    })  # fmt: skip


async def delete(simulator: "Simulator", request: Request) -> Reply:
    """DELETE {media_id}."""
    authorise(simulator, request)
    media = simulator.shelf.find(request.parameters["id"])
    if media is None:
        raise not_found(request, request.parameters["id"])
    _mine(simulator, request, media)
    simulator.shelf.delete(media)
    return graph_reply({"success": True})


def _mine(simulator: "Simulator", request: Request, media: Media) -> None:
    """Let a caller through whose token reaches the media's number.

    Raises:
        GraphError: 100 with subcode 33 for what is not theirs, too old, deleted, or of another number.
    """
    reached = authorise(simulator, request)
    numbers = {
        one.phone_number_id for account in reached for one in simulator.accounts.of_waba(account.waba_id)
    }
    asked = request.query.get("phone_number_id")
    is_right = media.phone_number_id in numbers and asked in (None, media.phone_number_id)
    if not is_right or not simulator.shelf.is_alive(media):
        raise not_found(request, media.media_id, documented=False)


def is_link(path: str) -> bool:
    """Tell whether the path belongs to a download."""
    return path == LINK_PATH or path == LINK_PATH.rstrip("/")


async def download(simulator: "Simulator", request: Request) -> Reply:
    """GET <url>: the bytes, with the bearer token and while the link is good."""
    media = simulator.shelf.of_link(request.query)
    call = Call("download", media.phone_number_id if media else None)
    if media is not None and media.user_id:
        person = simulator.people.by_user_id(media.user_id)
        names = {media.user_id, person.number if person else None}
        call = replace(call, addresses=frozenset(name for name in names if name))
    if early := reset_early(simulator, call):
        return early
    await wait(simulator, call, "before_accept")
    if refusal := refuse(simulator, call, None, None):
        return refusal
    token = bearer_of(request)
    accounts = simulator.accounts.of_token(token) if token else []
    if not accounts:
        return Reply(401, b"", "text/plain")
    wabas = {account.waba_id for account in accounts}
    owner = simulator.accounts.by_phone_number_id(media.phone_number_id) if media else None
    if media is None or owner is None or owner.waba_id not in wabas:
        return Reply(404, b"", "text/plain")
    try:
        reply = Reply(200, simulator.shelf.data(media), media.mime_type)
    except KeyError:
        return Reply(404, b"", "text/plain")
    reply, _ = break_reply(simulator, call, None, spoil_file(simulator, call, reply))
    await wait(simulator, call, "after_accept")
    return reply


def check_ids(simulator: "Simulator", account: Account, files: list[FileRef]) -> None:
    """Let ids through that this number uploaded or received and that are still good.

    Raises:
        GraphError: 100 for an id that is none, 131053 for a file that this message cannot carry.
    """
    for file in files:
        if file.media_id is None:
            continue
        media = simulator.shelf.usable(file.media_id)
        if media is None or media.phone_number_id != account.phone_number_id or media.origin == "link":
            sentence = (
                f"Param {file.where}['id'] is not a valid whatsapp business account media attachment ID"
            )
            raise GraphError(100, sentence, message=f"(#100) {sentence}")
        _check(file, media.mime_type, media.size, animated=media.is_animated)


async def resolve(simulator: "Simulator", account: Account, files: list[FileRef]) -> list[Media]:
    """Give the files of a message, those behind links as well.

    Raises:
        GraphError: 131052 when a link leads nowhere, 131053 when what it leads to cannot be sent.
    """
    found = []
    for file in files:
        if file.link is not None:
            found.append(await _behind(simulator, account, file, file.link))
        elif file.media_id is not None and (media := simulator.shelf.usable(file.media_id)):
            found.append(media)
    return found


async def _behind(simulator: "Simulator", account: Account, file: FileRef, link: str) -> Media:
    key = f"{account.phone_number_id} {link}"
    known = simulator.shelf.usable(simulator.fetched.get(key, ""))
    if known is None:
        try:
            fetched = await fetch(link, file.kind)
        except LinkError as error:
            raise GraphError(131052) from error
        _check(file, fetched.mime_type, len(fetched.data), animated=fetched.sniffed.animated)
        _check_bytes(fetched.sniffed, fetched.mime_type)
        shelf = simulator.shelf
        known = shelf.add(
            account.phone_number_id, "link", shelf.blobs.put(fetched.data), len(fetched.data), fetched.sniffed,
            mime_type=fetched.mime_type, file_name=fetched.file_name,
        )  # fmt: skip
        if len(simulator.fetched) >= MOST_LINKS:
            simulator.fetched.clear()
        simulator.fetched[key] = known.media_id
    _check(file, known.mime_type, known.size, animated=known.is_animated)
    return known


def _check(file: FileRef, mime_type: str, size: int, *, animated: bool) -> None:
    check_message(file.kind, mime_type, size, animated=animated, voice=file.voice)


def _check_bytes(sniffed: Sniffed, mime_type: str) -> None:
    if not sniffed.fits(mime_type):
        raise GraphError(
            131053, f"The file is not of type {mime_type}: its content is {sniffed.mime_types[0]}."
        )
    if sniffed.flaw:
        raise GraphError(131053, sniffed.flaw)
