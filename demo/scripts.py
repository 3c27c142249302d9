"""What was said in the demonstration's conversations."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Customer:
    """A person who writes. `phone` are digits as WhatsApp spells them; None for one known by username alone."""

    name: str
    phone: str | None
    user_id: str
    username: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One message.

    Attributes:
        minutes_ago: when it was written.
        by: "customer", or the first name of a member in lower case.
        status: of ours.
        value: type-specific part of a webhook message, when it is not a text.
    """

    minutes_ago: int
    by: str
    text: str = ""
    status: str = "read"
    kind: str = "text"
    value: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Script:
    """One conversation, and how it stands now."""

    customer: Customer
    lines: tuple[Line, ...]
    assignee: str | None = None
    is_closed: bool = False
    is_read: bool = True


def said(minutes_ago: int, text: str) -> Line:
    return Line(minutes_ago, "customer", text)


def ours(minutes_ago: int, by: str, text: str, status: str = "read") -> Line:
    return Line(minutes_ago, by, text, status)


def sent(minutes_ago: int, kind: str, **value: Any) -> Line:
    return Line(minutes_ago, "customer", kind=kind, value=value)


LAURA = Customer("Laura Restrepo", "573005550101", "CO.10482930571648293015")
ANDRES = Customer("Andrés Gómez", "5215512345678", "MX.20384756102938475610")
MARTINA = Customer("Martina Pérez", "5491123456789", "AR.30495867213049586721")
JOAO = Customer("João Silva", "5511987654321", "BR.41506978324150697832")
EMILY = Customer("Emily Carter", "14155550106", "US.52617089435261708943")
NOA = Customer("Noa", None, "CO.40192837465564738291", "noa.market")
YUSUF = Customer("يوسف الحربي", "966505550103", "SA.63728190546372819054")
FLORES = Customer(
    "María Fernanda del Socorro Villavicencio Echeverri 🌺✨ Flores y Detalles",
    "573005550108",
    "CO.74839201657483920165",
)
SOFIA = Customer("Sofía Cárdenas", "573105550111", "CO.85940312768594031276")
HUGO = Customer("Hugo", "573125550112", "CO.96051423879605142387")
VALE = Customer("Vale 💜", "573145550113", "CO.07162534980716253498")
RICARDO = Customer("Ricardo Ospina Ltda.", "576015550114", "CO.18273645091827364509")
PAOLA = Customer("Paola Andrea Quintero", "573165550115", "CO.29384756102938475611")
DAVID = Customer("David Ramírez", "573175550116", "CO.30495867213049586722")
LUCIA = Customer("Lucía", "51955550117", "PE.41506978324150697833")
TOMAS = Customer("Tomás Fuentes", "56955550118", "CL.52617089435261708944")
CAMILA = Customer("Camila Torres", "573185550119", "CO.63728190546372819055")
GERARDO = Customer("Gerardo Villa", "5215544443333", "MX.74839201657483920166")
INES = Customer("Inés Olvera", "5215511112222", "MX.85940312768594031277")
OBRA = Customer("Obra Reforma 222", "5215566667777", "MX.96051423879605142388")

_ADDRESS = "Calle 85 #12-40, apto 502, Bogotá"
_LONG = (
    "Buenas tardes. Les escribo porque hace dos semanas compré por la página tres vestidos, una chaqueta y dos pares "
    "de tenis para el grado de mi hija, y aunque el pago me salió aprobado el mismo día, la guía todavía dice "
    "«en preparación».\n\nYa llamé dos veces y me dijeron que esperara 48 horas. El grado es el sábado y de verdad "
    "necesito saber si van a llegar o si prefieren devolverme el dinero para comprarlos en otra parte. "
    "Quedo muy pendiente de su respuesta. Gracias."
)

AURORA_SCRIPTS: tuple[Script, ...] = (
    Script(
        LAURA,
        (
            said(190, "Hola, ¿tienen esta blusa en talla M?"),
            sent(
                189, "image", id="900100200300401", mime_type="image/jpeg", sha256="a", caption="Es esta 👆"
            ),
            ours(180, "beto", "¡Hola, Laura! Sí, nos quedan dos en talla M: una *blanca* y una *terracota*."),
            said(174, "La terracota, por favor 🧡 ¿Cuánto es con envío a Chapinero?"),
            ours(172, "beto", "La blusa cuesta $89.900 y el envío en Bogotá $10.000. Total: *$99.900*."),
            said(9, "Perfecto. Ya hice la transferencia por Nequi"),
            said(8, f"Me la envían a {_ADDRESS}"),
        ),
        assignee="beto",
        is_read=False,
    ),
    Script(NOA, (said(4, "Holaa, vi su anuncio. ¿Hacen envíos a Leticia?"),), is_read=False),
    Script(
        FLORES,
        (
            said(12, "Buen día 🌺 ¿manejan precios por mayor para vestidos de dama de honor?"),
            said(11, "Serían 14 unidades, tallas de la S a la XL"),
        ),
        is_read=False,
    ),
    Script(YUSUF, (said(26, "مرحبا، هل لديكم شحن دولي إلى الرياض؟"),), is_read=False),
    Script(SOFIA, (said(41, _LONG),), is_read=False),
    Script(
        EMILY,
        (
            said(75, "Hi! Do you ship to San Francisco?"),
            ours(70, "diana", "Hi Emily! We do: it takes 6 to 9 business days and costs USD 24."),
            said(66, "Great, thank you. And can I pay with PayPal?"),
            ours(64, "diana", "Of course. I’ll send you the link in a minute.", "delivered"),
        ),
        assignee="diana",
    ),
    Script(
        ANDRES,
        (
            said(130, "Buenas, ¿cuánto tarda el envío a Guadalajara?"),
            ours(121, "beto", "Hola, Andrés. Entre 5 y 7 días hábiles."),
            said(118, "Va, gracias. ¿Y si no me queda la talla?"),
            ours(117, "beto", "Tienes *30 días* para cambiarla; el primer cambio no tiene costo.", "read"),
        ),
        assignee="beto",
    ),
    Script(
        MARTINA,
        (
            said(1500, "¡Hola! ¿El saldo de invierno sigue?"),
            ours(1490, "diana", "¡Hola, Martina! Sí, hasta el domingo."),
            said(1485, "Genial, después paso el pedido"),
        ),
        assignee="diana",
    ),
    Script(
        JOAO,
        (
            said(310, "Olá, vocês entregam em São Paulo?"),
            ours(300, "beto", "¡Hola, João! Sí, con un costo de R$ 60."),
            sent(
                295, "audio", id="900100200300402", mime_type="audio/ogg; codecs=opus", sha256="b", voice=True
            ),
            ours(290, "beto", "Te escuché: te separo la chaqueta azul hasta mañana.", "failed"),
        ),
        assignee="beto",
    ),
    Script(
        VALE,
        (
            said(55, "Holaaa 💜"),
            said(55, "una pregunta"),
            said(54, "la falda plisada viene con cinturón?"),
            ours(50, "diana", "¡Hola, Vale! Sí, el cinturón está incluido.", "unknown"),
        ),
        assignee="diana",
    ),
    Script(
        RICARDO,
        (
            said(220, "Buenas tardes, adjunto la orden de compra 4471 de los uniformes."),
            sent(
                219,
                "document",
                id="900100200300403",
                mime_type="application/pdf",
                sha256="c",
                filename="orden_de_compra_4471.pdf",
            ),
            ours(215, "marta", "Recibida, don Ricardo. Mañana le confirmo la fecha de entrega.", "delivered"),
        ),
        assignee="marta",
    ),
    Script(
        HUGO,
        (
            said(400, "Quedé esperando el domiciliario"),
            sent(
                399,
                "location",
                latitude=4.6682,
                longitude=-74.0564,
                name="Parque de la 93",
                address="Cra. 11a #93a-52, Bogotá",
            ),
            ours(392, "beto", "Hugo, ya va en camino: llega en 15 minutos."),
            said(370, "Llegó, gracias 🙌"),
        ),
        assignee="beto",
        is_closed=True,
    ),
    Script(
        PAOLA,
        (
            said(2950, "¿Puedo recoger en la tienda de la 82?"),
            ours(2940, "diana", "Sí, de 10 a. m. a 7 p. m. Te espero con el pedido 2093."),
            said(2930, "Mil gracias"),
        ),
        assignee="diana",
        is_closed=True,
    ),
    Script(
        DAVID,
        (
            said(4400, "El pantalón llegó con una costura abierta 😕"),
            sent(4399, "image", id="900100200300404", mime_type="image/jpeg", sha256="d"),
            ours(4380, "beto", "Qué pena, David. Hoy mismo te enviamos uno nuevo y recogemos ese sin costo."),
            said(4370, "Excelente servicio"),
        ),
        assignee="beto",
        is_closed=True,
    ),
    Script(
        LUCIA,
        (
            said(10200, "¿Tienen tienda en Lima?"),
            ours(10190, "diana", "Todavía no, pero enviamos a todo el Perú en 8 días."),
            said(10185, "Ah ya, gracias"),
        ),
        assignee="diana",
        is_closed=True,
    ),
    Script(
        TOMAS,
        (
            said(620, "Consulta: ¿hacen factura con RUT chileno?"),
            ours(600, "diana", "Sí, Tomás. ¿Me compartes el RUT y la razón social?"),
            sent(590, "sticker", id="900100200300405", mime_type="image/webp", sha256="e", animated=False),
        ),
        assignee="diana",
        is_read=False,
    ),
    Script(
        CAMILA,
        (
            said(1320, "¿El vestido verde se puede lavar en lavadora?"),
            ours(1310, "beto", "Sí: agua fría, ciclo delicado y secado a la sombra.", "delivered"),
        ),
        assignee="beto",
    ),
)

TORNILLO_SCRIPTS: tuple[Script, ...] = (
    Script(
        GERARDO,
        (said(6, "¿Tienen taquetes de 1/4 por caja?"), said(5, "Necesito 20 cajas para mañana")),
        is_read=False,
    ),
    Script(
        INES,
        (
            said(95, "Buen día, ¿a qué hora cierran hoy?"),
            ours(90, "pilar", "Buen día, Inés. Hoy cerramos a las 8 de la noche."),
        ),
        assignee="pilar",
    ),
    Script(
        OBRA,
        (
            said(2880, "Confirmo 12 bultos de cemento y 40 varillas del 3"),
            ours(2870, "quique", "Anotado. Salen el lunes a primera hora."),
            said(2860, "Gracias"),
        ),
        assignee="quique",
        is_closed=True,
    ),
)
