"""What customers send when only the kind is named: a place, cards, a cart, an ad, a form."""

from typing import Any

PLACE: dict[str, Any] = {
    "latitude": 4.6533816, "longitude": -74.0836333, "name": "Parque Simón Bolívar",
    "address": "Calle 63 # 68-95, Bogotá", "url": "https://example.com/parque",
}  # fmt: skip
CARDS: list[dict[str, Any]] = [
    {
        "name": {"first_name": "Lucía", "last_name": "Gómez", "formatted_name": "Lucía Gómez"},
        "org": {"company": "Acme SAS", "department": "Compras", "title": "Jefe"},
        "phones": [
            {"phone": "+57 300 555 0111", "wa_id": "573005550111", "type": "MOBILE"},
            {"phone": "+57 300 555 0112", "type": "WORK"},
        ],
        "emails": [{"email": "lucia@example.com", "type": "WORK"}],
    }
]
ORDER: dict[str, Any] = {
    "catalog_id": "194836987003835", "text": "Por favor enviar hoy",
    "product_items": [
        {"product_retailer_id": "SKU-VESTIDO-22", "quantity": 2, "item_price": 89900, "currency": "COP"},
        {"product_retailer_id": "SKU-BOLSO-07", "quantity": 1, "item_price": 120000.5, "currency": "COP"},
    ],
}  # fmt: skip
PRODUCT: dict[str, Any] = {"catalog_id": "194836987003835", "product_retailer_id": "SKU-VESTIDO-22"}
AD: dict[str, Any] = {
    "source_url": "https://fb.me/4xYzAbCdE", "source_id": "120226305550100726", "source_type": "ad",
    "body": "Colección de noviembre con envío gratis", "headline": "Escríbenos por WhatsApp", "media_type": "image",
    "image_url": "https://scontent.xx.fbcdn.net/v/t45.1600-4/000000_n.png?stp=dst",
    "ctwa_clid": "Aff-n8ZTODiE79d22KtAwQKj9e_mIEOOj27vDVwFjN80dp4_0NiNhEgpGo0AHemv",
    "welcome_message": {"text": "¡Hola! ¿En qué te podemos ayudar?"},
}  # fmt: skip
FLOW_ANSWER: dict[str, Any] = {
    "type": "nfm_reply",
    "nfm_reply": {
        "response_json": '{"flow_token": "t-8821", "nombre": "Laura", "talla": "M", "acepta": true}',
        "body": "Sent", "name": "flow",
    },
}  # fmt: skip
