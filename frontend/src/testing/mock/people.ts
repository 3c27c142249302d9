import type { MemberRef } from "@/api";

import { ANA, BETO } from "../builders";

export const CARO: MemberRef = { id: 3, name: "Carolina Mejía Lozano" };

interface Sketch {
  name: string;
  phone?: string | null;
  username?: string;
  status: "unassigned" | "open" | "closed" | "none";
  assignee?: MemberRef;
  unread?: number;
  /** How many minutes ago the last thing was said. */
  minutes: number;
  /** From the oldest to the newest; «>» begins ours, with its status before the colon. */
  lines: string[];
  type?: string;
}

/** The first screen of a working inbox: languages, lengths, kinds and states as they come. */
export const SKETCHES: Sketch[] = [
  {
    name: "Valentina Ríos",
    phone: "+573005550101",
    status: "open",
    assignee: ANA,
    unread: 2,
    minutes: 1,
    lines: [
      "Hola, buenos días ☀️",
      ">read:¡Buenos días, Valentina! ¿En qué te ayudo?",
      "Quiero saber si todavía tienen el bolso verde",
      ">read:Sí, nos quedan *dos*. Cuesta $189.000 COP y el envío a Medellín es gratis.\nTe lo puedo apartar hasta mañana: https://tienda.example/bolsos/verde-oliva?ref=chat",
      "Perfecto 😍",
      "¿Me lo puedes apartar y te pago por Nequi?",
    ],
  },
  {
    name: "Distribuidora El Gran Mayorista del Pacífico y Asociados S.A.S. 🚚📦",
    phone: "+573005550102",
    status: "unassigned",
    unread: 12,
    minutes: 4,
    lines: [
      "Necesitamos cotización para 400 unidades con entrega en tres bodegas distintas antes del viernes, por favor, con IVA incluido",
    ],
  },
  {
    name: "محمد الأحمد",
    phone: "+971505550103",
    status: "open",
    assignee: BETO,
    unread: 1,
    minutes: 9,
    lines: [">delivered:Hello! Your order has left our warehouse.", "شكراً جزيلاً، متى يصل الطلب؟"],
  },
  {
    name: "Emily Carter",
    phone: "+14155550104",
    status: "open",
    assignee: ANA,
    minutes: 17,
    lines: ["Do you ship to Oregon?", ">read:Yes, we do! It takes five to seven days."],
  },
  {
    name: "🌸 Lu 🌸",
    phone: "+573005550105",
    status: "unassigned",
    unread: 1,
    minutes: 26,
    lines: ["Foto del comprobante"],
    type: "image",
  },
  {
    name: "",
    phone: "+5215555550106",
    status: "unassigned",
    unread: 3,
    minutes: 48,
    lines: ["Hola", "??", "¿Hay alguien?"],
  },
  {
    name: "Óscar Ñáñez",
    phone: "+573005550107",
    status: "open",
    assignee: CARO,
    minutes: 75,
    lines: ["¿Cuándo abren?", ">failed:Abrimos de lunes a sábado, de 9 a 19 h."],
  },
  {
    name: "María José de la Concepción Fernández-Villaseñor y Gutiérrez",
    phone: null,
    username: "majo.fv",
    status: "open",
    assignee: ANA,
    minutes: 22 * 60 + 40,
    lines: ["Gracias por todo, quedó divino"],
  },
  {
    name: "Jorge Peña",
    phone: "+573005550108",
    status: "closed",
    minutes: 26 * 60,
    lines: [">read:Listo, Jorge. Que lo disfrutes."],
  },
  {
    name: "Sofía Benítez",
    phone: "+573005550109",
    status: "open",
    assignee: BETO,
    minutes: 30 * 60,
    lines: [">unknown:Te confirmo el cambio de talla en un momento"],
  },
  {
    name: "Panadería La Espiga",
    phone: "+573005550110",
    status: "closed",
    minutes: 3 * 24 * 60,
    lines: ["Nota de voz"],
    type: "audio",
  },
  {
    name: "Andrés Cárdenas",
    phone: "+573005550111",
    status: "closed",
    minutes: 4 * 24 * 60,
    lines: ["Catálogo 2026.pdf"],
    type: "document",
  },
  {
    name: "Camila Torres",
    phone: "+573005550112",
    status: "closed",
    minutes: 6 * 24 * 60,
    lines: [">delivered:Tu pedido ya salió"],
  },
  {
    name: "Гульнара Ахметова",
    phone: "+77015550113",
    status: "closed",
    minutes: 19 * 24 * 60,
    lines: ["Спасибо!"],
  },
  {
    name: "Tatiana",
    phone: "+573005550114",
    status: "none",
    minutes: 20 * 24 * 60,
    lines: [">sent:Hola, Tatiana: tenemos novedades para ti"],
    type: "template",
  },
  {
    name: "Lina",
    phone: "+573005550115",
    status: "closed",
    minutes: 240 * 24 * 60,
    lines: [""],
    type: "sticker",
  },
];
