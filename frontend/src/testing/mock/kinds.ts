import type { Attachment, Message } from "@/api";

import { ANA, attachment, BETO, message, nextId } from "../builders";

/** One message of every kind, as a customer and we might have sent them. */

const MINUTE = 60_000;
const LEVELS = Array.from({ length: 64 }, (_, bar) =>
  Math.round(18 + 70 * Math.abs(Math.sin(bar / 3.1) * Math.cos(bar / 7.3))),
);

interface Who {
  conversation_id: number;
  author: Message["author"];
}

/** Everything there is, from the oldest to the newest, ending now. */
export function everyKind(who: Who, now: number): Message[] {
  const sketches = [...files(), ...cards(), ...changes()];
  return sketches.map((fields, place) => {
    const at = new Date(now - (sketches.length - place) * 4 * MINUTE).toISOString();
    const ours = fields.direction === "outbound";
    return message({
      ...who,
      text: "",
      occurred_at: at,
      created_at: at,
      ...(ours && { author: { kind: "member", ...ANA }, status: "read" }),
      ...fields,
      raw_type: fields.raw_type ?? fields.type ?? "text",
    });
  });
}

const file = (kind: Attachment["kind"], fields: Partial<Attachment> = {}) => [
  attachment({ kind, ...fields }),
];
const waiting = { state: "waiting", url: null, thumbnail_url: null } as const;
const failed = {
  ...waiting,
  state: "failed",
  failure: {
    code: "gone",
    title: { es: "El archivo ya no está en WhatsApp.", en: "The file is no longer at WhatsApp." },
  },
} as const;

function files(): Partial<Message>[] {
  const photo = file("image", { width: 1200, height: 900 });
  return [
    { type: "image", attachments: photo, text: "Así llegó el bolso, con la correa *suelta* 😕", id: 77_001 },
    { type: "image", attachments: file("image", { width: 900, height: 1600 }), direction: "outbound" },
    { type: "image", attachments: file("image", { width: 2400, height: 500 }) },
    { type: "image", attachments: file("image", { ...waiting, width: 1200, height: 900 }) },
    { type: "image", attachments: file("image", failed) },
    {
      type: "video",
      attachments: file("video", { width: 1280, height: 720, duration_ms: 34_000, size_bytes: 4_900_000 }),
      text: "El cierre no corre",
    },
    {
      type: "audio",
      attachments: file("audio", {
        is_voice: true,
        duration_ms: 12_400,
        waveform: LEVELS,
        mime_type: "audio/ogg",
      }),
    },
    {
      type: "audio",
      direction: "outbound",
      status: "played",
      attachments: file("audio", { is_voice: true, duration_ms: 71_000, waveform: LEVELS.toReversed() }),
    },
    {
      type: "audio",
      attachments: file("audio", {
        file_name: "Jingle de temporada.mp3",
        duration_ms: 184_000,
        mime_type: "audio/mpeg",
      }),
    },
    {
      type: "document",
      direction: "outbound",
      status: "delivered",
      text: "Te dejo la cotización",
      attachments: file("document", {
        file_name: "Cotización bolsos y accesorios temporada noviembre 2026.pdf",
        mime_type: "application/pdf",
        size_bytes: 1_240_000,
      }),
    },
    {
      type: "document",
      attachments: file("document", {
        file_name: "pedidos.xlsx",
        mime_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        size_bytes: 23_400,
      }),
    },
    { type: "sticker", attachments: file("sticker", { width: 512, height: 512, is_animated: true }) },
  ];
}

function cards(): Partial<Message>[] {
  return [
    {
      type: "location",
      text: "Parque Simón Bolívar, Calle 63 # 68-95, Bogotá",
      content: {
        latitude: 4.6533816,
        longitude: -74.0836333,
        name: "Parque Simón Bolívar",
        address: "Calle 63 # 68-95, Bogotá",
        url: "https://example.com/parque",
      },
    },
    {
      type: "contacts",
      content: {
        contacts: [
          {
            name: "Lucía Gómez",
            first_name: "Lucía",
            last_name: "Gómez",
            organization: "Acme SAS",
            department: "Compras",
            title: "Jefe de compras",
            phones: [
              { phone: "+57 300 555 0111", type: "MOBILE", wa_id: "573005550111" },
              { phone: "+57 601 555 0112", type: "WORK", wa_id: "" },
            ],
            emails: [{ email: "lucia@example.com", type: "WORK" }],
            addresses: [],
            urls: [],
            birthday: "",
            origin: "",
          },
          {
            name: "مريم",
            first_name: "",
            last_name: "",
            organization: "",
            department: "",
            title: "",
            phones: [{ phone: "+971 50 555 0113", type: "HOME", wa_id: "971505550113" }],
            emails: [],
            addresses: [],
            urls: [],
            birthday: "",
            origin: "",
          },
        ],
      },
    },
    {
      type: "order",
      text: "Por favor enviar hoy",
      content: {
        catalog_id: "194836987003835",
        items: [
          { id: "SKU-VESTIDO-22", quantity: "2", price: "89900", currency: "COP" },
          { id: "SKU-BOLSO-07", quantity: "1", price: "120000.5", currency: "COP" },
          { id: "GIFT-CARD", quantity: "1", price: "25", currency: "USD" },
        ],
        totals: [
          { currency: "COP", amount: "299800.5" },
          { currency: "USD", amount: "25" },
        ],
      },
    },
    {
      type: "interactive",
      content: {
        kind: "flow",
        name: "flow",
        fields: [
          { name: "nombre", value: "Laura" },
          { name: "talla", value: "M" },
          { name: "acepta_terminos", value: "true" },
          { name: "comentario", value: "Sin «comillas» raras" },
        ],
      },
    },
    {
      type: "button",
      text: "Sí, confirmo",
      content: { kind: "template_button", id: "si", title: "Sí, confirmo", description: "" },
    },
    {
      type: "interactive",
      text: "Envío exprés",
      content: {
        kind: "list",
        id: "envio_express",
        title: "Envío exprés",
        description: "Llega en 1 a 2 días",
      },
    },
    {
      text: "Hola, quiero más información sobre esto",
      referral: {
        source_type: "ad",
        source_id: "120226305550100726",
        source_url: "https://fb.me/4xYzAbCdE",
        headline: "Escríbenos por WhatsApp",
        body: "Colección de noviembre con envío gratis",
        media_type: "image",
        image_url: null,
        video_url: null,
        thumbnail_url: null,
        ctwa_clid: null,
      },
    },
  ];
}

function changes(): Partial<Message>[] {
  const quote = {
    id: 77_001,
    direction: "inbound",
    type: "image",
    author_name: "Marcela Quintero",
    preview: "Así llegó el bolso, con la correa *suelta*",
    deleted_at: null,
  } as const;
  return [
    {
      direction: "outbound",
      text: "¡Qué pena! Te lo cambiamos hoy mismo.",
      reply_to: quote,
      reactions: [{ side: "contact", emoji: "❤️", member: null }],
    },
    {
      text: "Miren esta cadena",
      forwarded: "frequently",
      reactions: [
        { side: "us", emoji: "😂", member: BETO },
        { side: "contact", emoji: "🙏", member: null },
      ],
    },
    { text: "Mejor el jueves a las 3", edited_at: new Date().toISOString() },
    { text: "", deleted_at: new Date().toISOString() },
    {
      direction: "outbound",
      origin: "phone",
      text: "Respondido desde el celular de la tienda",
      author: { kind: "system", id: null, name: "" },
    },
    { type: "unsupported", content: { hint: "", code: 131_060, title: "", detail: "" } },
    { type: "unsupported", content: { hint: "poll_creation", code: 131_051, title: "", detail: "" } },
    { type: "unknown", raw_type: "event_invite", content: {} },
    { type: "system", content: { kind: "number_changed", from: "+573005550101", to: "+573005550121" } },
    { text: "شكراً جزيلاً على المساعدة 🌹" },
    { text: "👍🏽" },
    { direction: "outbound", text: "Con gusto, Marcela.", status: "delivered", id: nextId() },
  ];
}
