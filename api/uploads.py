"""Files that come in a form: looked at before their bytes are read, and written where they stay."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.request import Request

from api import errors
from api import limits as rates
from api.authentication import BearerAuthentication, Caller, SessionAuthentication, require_organization
from core import jsons
from core.errors import Invalid, MalformedForm
from core.tenancy import tenant_scope
from inbox.errors import FileTooLarge
from inbox.files import limits
from inbox.files import uploads as files
from inbox.files.storage import Incoming, TooLarge

_FIELD = "file"


def admit(request: HttpRequest) -> HttpResponse | Callable[[], None]:
    """Refuse who may not upload, or not now, by the headers alone; for who may, what is called at the end."""
    engine = import_module(settings.SESSION_ENGINE)
    request.session = engine.SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    without_form(request)
    asked = Request(request, authenticators=[BearerAuthentication(), SessionAuthentication()])
    try:
        actor, organization = require_organization(cast(Caller | None, asked.auth))
        caller = f"{organization.pk}:{actor.principal}"
        rates.take(caller)
        with tenant_scope(organization.pk):
            files.check_room()
        return rates.hold_upload(caller, str(organization.pk))
    except Exception as error:
        answer = errors.handle(error, {"request": request})
        headers = {**answer.headers, "Content-Type": "application/json", "Connection": "close"}
        return HttpResponse(jsons.dumps(answer.data), status=answer.status_code, headers=headers)


def without_form(request: HttpRequest) -> None:
    """Let nobody take the form apart by asking for a field: the protection against forgery reads the header."""
    form: Any = request
    form._post, form._files = QueryDict(), MultiValueDict()


def receive(request: HttpRequest, organization_id: int) -> tuple[dict[str, str], Incoming, str]:
    """Read the form, its file straight into our storage; return the fields, the file and its name.

    The caller closes the file.

    Raises:
        MalformedForm: it is no such form, or only the beginning of one.
        UnsupportedMediaType: it is something else than a form.
        Invalid: it holds no file, or several.
        FileTooLarge: it is larger than anything that WhatsApp takes.
    """
    if request.content_type != "multipart/form-data":
        raise UnsupportedMediaType(request.content_type or "")
    writer, read = _Writer(organization_id), _Read(request)
    try:
        # Not in the charset that the sender names: among Python's own are some that decode no text.
        fields, _ = MultiPartParser(request.META, cast(Any, read), [writer], "utf-8").parse()
        if not writer.is_stopped and not read.has_end((request.content_params or {})["boundary"]):
            raise MultiPartParserError("The form breaks off.")
    except (MultiPartParserError, SuspiciousOperation) as error:
        writer.close()
        raise MalformedForm from error
    except BaseException:
        writer.close()
        raise
    if writer.is_too_large:
        writer.close()
        raise FileTooLarge(max_bytes=limits.LARGEST_UPLOAD, limits=limits.as_json())
    if writer.incoming is None or writer.count != 1:
        writer.close()
        raise Invalid(file=[gettext("Send exactly one file in the field “file”.")])
    return {name: str(value) for name, value in fields.items()}, writer.incoming, writer.name


class _Read:
    """The body as it is read. Django takes the end of the body for the end of the form; here it has to say so."""

    _END_BYTES = 512

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._last = b""

    def read(self, size: int) -> bytes:
        data: bytes = self._request.read(size)
        self._last = (self._last + data)[-self._END_BYTES :]
        return data

    def has_end(self, boundary: str) -> bool:
        return b"--" + boundary.encode() + b"--" in self._last


class _Writer(FileUploadHandler):
    """Writes the one file of a form to where it stays."""

    def __init__(self, organization_id: int) -> None:
        super().__init__()
        self._organization_id = organization_id
        self.incoming: Incoming | None = None
        self.name = ""
        self.count = 0
        self.is_too_large = False
        self.is_stopped = False

    def close(self) -> None:
        if self.incoming is not None:
            self.incoming.__exit__(None, None, None)

    def new_file(self, field_name: str, file_name: str, *args: Any, **options: Any) -> None:
        super().new_file(field_name, file_name, *args, **options)
        self.count += 1
        if field_name != _FIELD or self.count > 1:
            self.is_stopped = True
            raise StopUpload(connection_reset=True)
        self.incoming = Incoming(self._organization_id, max_bytes=limits.LARGEST_UPLOAD)
        self.name = file_name

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.incoming is None:
            return
        try:
            self.incoming.write(raw_data)
        except TooLarge as error:
            self.is_too_large = self.is_stopped = True
            raise StopUpload(connection_reset=True) from error

    def file_complete(self, file_size: int) -> UploadedFile[bytes]:
        # Only so that the parser has something to put down; the bytes are where they belong.
        return UploadedFile(name=self.name, size=file_size)
