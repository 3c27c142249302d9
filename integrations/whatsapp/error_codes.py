"""Meta's error codes as data: what each means, in plain words, and what somebody can do about it.

Source: Meta, "Cloud API error codes" and "Business Management API error codes". Titles and HTTP statuses change
there; the codes do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Language = Literal["es", "en"]


class ErrorClass(StrEnum):
    """What a refusal asks of us."""

    LATER = "later"  # the same request may succeed after a while
    NEVER = "never"  # this message will never be taken
    CONFIGURATION = "configuration"  # nothing of this number will be taken until an owner acts
    TEMPLATE = "template"  # nothing that uses this template will be taken
    UNCLEAR = "unclear"  # the code does not say whether the message was taken


Words = tuple[str, str]  # Spanish, English

# Refusals after which the same message may be sent again: Meta has certainly not taken it. Codes 1, 2 and 131000
# are not here on purpose, they say nothing about the outcome.
RETRYABLE_SENDS = frozenset({4, 613, 80007, 130429, 131016, 131056, 131057, 133004, 133015, 134101})


@dataclass(frozen=True, slots=True)
class MetaError:
    """One code.

    Attributes:
        channel_wide: whether the next message of the same number would be refused too.
    """

    code: int
    error_class: ErrorClass
    channel_wide: bool
    titles: Words
    advices: Words

    @property
    def is_retryable(self) -> bool:
        """Whether a send that was refused with this code may be tried again."""
        return self.code in RETRYABLE_SENDS

    def title(self, language: Language) -> str:
        """Say what happened, in a short sentence."""
        return self.titles[language == "en"]

    def advice(self, language: Language) -> str:
        """Say what one can do about it."""
        return self.advices[language == "en"]

    def owner_advice(self, language: Language) -> str:
        """Say what an owner can do about it, who has nobody to ask."""
        return _FOR_OWNERS.get(self.advices, self.advices)[language == "en"]


_WAIT = ("Se reintenta solo en un momento.", "It is tried again by itself in a moment.")
_TOKEN = (
    "Pide a un propietario que genere un token nuevo en Meta.",
    "Ask an owner to create a new token at Meta.",
)
_RIGHTS = (
    "Pide a un propietario que revise en Meta los permisos de la app y del token.",
    "Ask an owner to check the permissions of the app and the token at Meta.",
)
_MANAGER = (
    "Pide a un propietario que lo resuelva en el Administrador de WhatsApp de Meta.",
    "Ask an owner to settle it in Meta's WhatsApp Manager.",
)
_CHANGE = ("Cambia el mensaje y envíalo de nuevo.", "Change the message and send it again.")
_FILE = (
    "Usa otro archivo, en un formato y tamaño que WhatsApp acepte.",
    "Use another file, of a format and size that WhatsApp takes.",
)
_OTHER_WAY = ("Contacta a la persona por otro medio.", "Reach the person in another way.")
_USE_TEMPLATE = (
    "Envía una plantilla aprobada o espera a que te escriban.",
    "Send an approved template, or wait until they write.",
)
_PARAMETERS = (
    "Revisa los valores de las variables de la plantilla.",
    "Check the values of the template's variables.",
)
_OTHER_TEMPLATE = (
    "Usa otra plantilla o espera a que Meta vuelva a aprobarla.",
    "Use another template, or wait until Meta approves it again.",
)
_REGISTER = (
    "Pide a un propietario que registre el número otra vez en Meta.",
    "Ask an owner to register the number again at Meta.",
)
_CONNECT = (
    "Pide a un propietario que lo conecte de nuevo y reintenta.",
    "Ask an owner to connect it again, and retry.",
)
_SUPPORT = (
    "Si se repite, cuéntalo a quien administra tu instalación.",
    "If it happens again, tell whoever runs your installation.",
)
_LOOK_FIRST = (
    "Comprueba con la persona si le llegó antes de enviarlo otra vez.",
    "Ask the person whether it arrived before you send it again.",
)
_NO_MARKETING = (
    "No le envíes más promociones por ahora.",
    "Send them no promotions for now.",
)

# Who is an owner is asked by the others, and reads what to do. A token is put in on the machine itself.
_FOR_OWNERS: dict[Words, Words] = {
    _TOKEN: (
        "Genera un token nuevo en Meta y pásalo a quien administra tu instalación para que lo cambie.",
        "Create a new token at Meta, and have whoever runs your installation put it in.",
    ),
    _RIGHTS: (
        "Revisa en Meta los permisos de la app y del token.",
        "Check the permissions of the app and the token at Meta.",
    ),
    _MANAGER: (
        "Resuélvelo en el Administrador de WhatsApp de Meta.",
        "Settle it in Meta's WhatsApp Manager.",
    ),
    _REGISTER: (
        "Registra el número otra vez en Meta.",
        "Register the number again at Meta.",
    ),
    _CONNECT: (
        "Pide a quien administra tu instalación que lo conecte de nuevo, y reintenta.",
        "Have whoever runs your installation connect it again, and retry.",
    ),
}

_Row = tuple[int, str, str, Words]  # code, title in Spanish, title in English, advice

_LATER_CHANNEL: list[_Row] = [
    (4, "La app hizo demasiadas llamadas a Meta.", "The app called Meta too often.", _WAIT),
    (613, "Demasiadas llamadas a Meta.", "Too many calls to Meta.", _WAIT),
    (80007, "La cuenta hizo demasiadas llamadas a Meta.", "The account called Meta too often.", _WAIT),
    (130429, "El número envía demasiado rápido.", "The number sends too fast.", _WAIT),
    (131016, "WhatsApp no está disponible.", "WhatsApp is not available.", _WAIT),
    (131057, "La cuenta está en mantenimiento.", "The account is under maintenance.", _WAIT),
    (133004, "WhatsApp no está disponible.", "WhatsApp is not available.", _WAIT),
    (133008, "Demasiados intentos con el PIN.", "Too many tries of the PIN.", _MANAGER),
    (133009, "Intentos con el PIN muy seguidos.", "The PIN was tried too fast.", _MANAGER),
    (133015, "El número se borró hace muy poco.", "The number was deleted a moment ago.", _WAIT),
    (133016, "Demasiados registros del número.", "The number was registered too often.", _MANAGER),
]
_LATER: list[_Row] = [
    (131056, "Demasiados mensajes seguidos a esta persona.", "Too many messages to this person.", _WAIT),
    (134101, "La plantilla aún se está preparando.", "The template is still being prepared.", _WAIT),
]
_UNCLEAR: list[_Row] = [
    (1, "Meta tuvo un error desconocido.", "Meta had an unknown error.", _LOOK_FIRST),
    (2, "El servicio de Meta falló.", "Meta's service failed.", _LOOK_FIRST),
    (131000, "WhatsApp tuvo un error desconocido.", "WhatsApp had an unknown error.", _LOOK_FIRST),
]
_NEVER: list[_Row] = [
    (100, "Meta no entiende un dato del mensaje.", "Meta does not understand the message.", _CHANGE),
    (
        130472,
        "Meta tiene a esta persona en un experimento.",
        "The person is in a test of Meta's.",
        _OTHER_WAY,
    ),
    (130497, "No puedes escribir a este país.", "You may not write to this country.", _MANAGER),
    (131008, "Al mensaje le falta un dato.", "Something is missing in the message.", _CHANGE),
    (131009, "Un dato del mensaje no es válido.", "A value in the message is not valid.", _CHANGE),
    (131020, "El grupo no admite este mensaje.", "The group does not take this message.", _CHANGE),
    (131021, "El destinatario es el mismo número.", "The recipient is the number itself.", _CHANGE),
    (131026, "No se puede entregar a este número.", "It cannot be delivered to this number.", _OTHER_WAY),
    (131041, "El grupo no admite este mensaje.", "The group does not take this message.", _CHANGE),
    (131047, "La ventana de 24 horas está cerrada.", "The 24-hour window is closed.", _USE_TEMPLATE),
    (131049, "WhatsApp limitó las promociones.", "WhatsApp limited promotions.", _NO_MARKETING),
    (131050, "La persona no quiere promociones.", "The person wants no promotions.", _NO_MARKETING),
    (131051, "WhatsApp no admite este mensaje.", "WhatsApp does not take this message.", _CHANGE),
    (131052, "No se pudo descargar el archivo.", "The file could not be downloaded.", _FILE),
    (131053, "WhatsApp no aceptó el archivo.", "WhatsApp did not take the file.", _FILE),
    (131055, "Este envío no está permitido.", "This way of sending is not allowed.", _SUPPORT),
    (131060, "WhatsApp no muestra este mensaje.", "WhatsApp does not show this message.", _OTHER_WAY),
    (131062, "Para esto hace falta el teléfono.", "This needs a phone number.", _OTHER_WAY),
    (132005, "El texto con los datos es muy largo.", "The filled text is too long.", _PARAMETERS),
    (132008, "Un dato no encaja en la plantilla.", "A value does not fit the template.", _PARAMETERS),
    (132012, "Un dato no encaja en la plantilla.", "A value does not fit the template.", _PARAMETERS),
    (132018, "Un dato de la plantilla no es válido.", "A template value is not valid.", _PARAMETERS),
    (134100, "Solo admite plantillas de marketing.", "It only takes marketing templates.", _OTHER_TEMPLATE),
    (135000, "WhatsApp no aceptó el mensaje.", "WhatsApp did not take the message.", _CHANGE),
    (137000, "La identidad de la persona cambió.", "The person's identity changed.", _OTHER_WAY),
]
_TEMPLATE: list[_Row] = [
    (132000, "Faltan o sobran datos de la plantilla.", "Wrong number of template values.", _PARAMETERS),
    (132001, "La plantilla no existe en ese idioma.", "No such template in that language.", _OTHER_TEMPLATE),
    (132007, "La plantilla incumple una norma.", "The template breaks a policy.", _OTHER_TEMPLATE),
    (132015, "Meta pausó la plantilla.", "Meta paused the template.", _OTHER_TEMPLATE),
    (132016, "Meta desactivó la plantilla.", "Meta disabled the template.", _OTHER_TEMPLATE),
    (132068, "El formulario está bloqueado.", "The flow is blocked.", _OTHER_TEMPLATE),
    (132069, "El formulario está limitado.", "The flow is throttled.", _OTHER_TEMPLATE),
]
_CONFIGURATION: list[_Row] = [
    (0, "Meta no reconoce la app.", "Meta does not recognise the app.", _TOKEN),
    (3, "A la app le falta una capacidad.", "The app lacks a capability.", _RIGHTS),
    (10, "A la app le falta un permiso.", "The app lacks a permission.", _RIGHTS),
    (33, "El número se borró en Meta.", "The number was deleted at Meta.", _MANAGER),
    (190, "El token venció o no es válido.", "The token expired or is not valid.", _TOKEN),
    (200, "A la app le falta un permiso.", "The app lacks a permission.", _RIGHTS),
    (368, "Meta restringió la cuenta.", "Meta restricted the account.", _MANAGER),
    (131005, "Meta niega el acceso.", "Meta denies access.", _RIGHTS),
    (131030, "Es un número de prueba.", "This is a test number.", _MANAGER),
    (131031, "Meta bloqueó la cuenta.", "Meta locked the account.", _MANAGER),
    (131037, "Falta aprobar el nombre visible.", "The display name is not approved.", _MANAGER),
    (131042, "Hay un problema con el pago a Meta.", "There is a payment problem at Meta.", _MANAGER),
    (131045, "El número no está bien registrado.", "The number is not registered well.", _REGISTER),
    (131048, "Meta limitó el número por quejas.", "Meta limited the number for spam.", _MANAGER),
    (131063, "El marketing está desactivado.", "Marketing is switched off.", _MANAGER),
    (131064, "Meta limitó la cuenta.", "Meta limited the account.", _MANAGER),
    (133000, "El número quedó a medio desregistrar.", "The number is half deregistered.", _REGISTER),
    (133005, "El PIN no coincide.", "The PIN does not match.", _REGISTER),
    (133006, "Hay que verificar el número.", "The number must be verified.", _REGISTER),
    (133010, "El número no está registrado.", "The number is not registered.", _REGISTER),
    (134011, "Falta aceptar los términos de pago.", "The payment terms are not accepted.", _MANAGER),
    (134102, "El envío de marketing falló.", "Sending marketing failed.", _MANAGER),
    (2500, "Falta el token o la versión no existe.", "No token, or no such version.", _TOKEN),
]


# Matters of configuration that stop some recipients or kinds of messages, not the whole number.
_SOME_MESSAGES_ONLY = frozenset({131030, 131063, 134011, 134102})


def _table() -> dict[int, MetaError]:
    groups = [
        (ErrorClass.LATER, True, _LATER_CHANNEL),
        (ErrorClass.LATER, False, _LATER),
        (ErrorClass.UNCLEAR, False, _UNCLEAR),
        (ErrorClass.NEVER, False, _NEVER),
        (ErrorClass.TEMPLATE, False, _TEMPLATE),
        (ErrorClass.CONFIGURATION, True, _CONFIGURATION),
    ]
    return {
        code: MetaError(
            code, error_class, channel_wide and code not in _SOME_MESSAGES_ONLY, (spanish, english), advice
        )
        for error_class, channel_wide, rows in groups
        for code, spanish, english, advice in rows
    }


TABLE = _table()

# Refusals of our own, which Meta was not asked about. They are no numbers of Meta's: people see the words alone.
UNSENDABLE, NOT_CONNECTED = -1, -2
_OWN = {
    UNSENDABLE: MetaError(
        UNSENDABLE,
        ErrorClass.NEVER,
        False,
        ("El mensaje no se puede enviar como está.", "The message cannot be sent as it is."),
        _SUPPORT,
    ),
    NOT_CONNECTED: MetaError(
        NOT_CONNECTED,
        ErrorClass.NEVER,
        False,
        (
            "El número de este chat ya no está conectado.",
            "The number of this chat is not connected any more.",
        ),
        _CONNECT,
    ),
}
_UNKNOWN_TITLE = ("WhatsApp no aceptó el mensaje.", "WhatsApp did not take the message.")


def is_listed(code: int) -> bool:
    """Tell whether Meta documents the code, so that it is an answer of the API and not of something before it."""
    return code in TABLE or 200 <= code <= 299


def lookup(code: int | None, subcode: int | None = None) -> MetaError:
    """Return what is known of a code; one that is not listed refuses this one message for good.

    Args:
        subcode: `error_subcode`; with code 100 the subcode 33 says that the number is gone or not ours.
    """
    if code == 100 and subcode == 33:
        return TABLE[33]
    if code is not None and 200 < code <= 299:
        return TABLE[200]
    known = TABLE.get(code) or _OWN.get(code) if code is not None else None
    return known or MetaError(
        code if code is not None else -1, ErrorClass.NEVER, False, _UNKNOWN_TITLE, _SUPPORT
    )
