import type { Me, MessageStatus } from "@/api";

import { ANA, BETO, me as buildMe, conversation, lastOf, member, message, nextId } from "../builders";
import { Model } from "../model";
import { everyKind } from "./kinds";
import { CARO, SKETCHES } from "./people";

const MINUTE = 60_000;

/** A model with the conversations of the sketches, and as many ordinary ones as wanted. */
export function demoModel({ extra = 0, empty = false } = {}): Model {
  const model = new Model();
  if (empty) return model;
  const now = Date.now();
  const first = conversation().id;
  SKETCHES.forEach((sketch, index) => {
    const id = first + index;
    const contact = {
      id: 500_000 + id,
      name: sketch.name,
      phone: sketch.phone ?? null,
      username: sketch.username ?? null,
    };
    const ends = now - sketch.minutes * MINUTE;
    const texts = sketch.lines.map((line, place) => {
      const [, status, ours] = /^>(\w+):(.*)$/s.exec(line) ?? [];
      const isLast = place === sketch.lines.length - 1;
      const occurred_at = iso(ends - (sketch.lines.length - 1 - place) * 3 * MINUTE);
      return message({
        conversation_id: id,
        direction: ours === undefined ? "inbound" : "outbound",
        text: ours ?? line,
        type: isLast ? (sketch.type ?? "text") : "text",
        author:
          ours === undefined
            ? { kind: "contact", id: contact.id, name: contact.name }
            : { kind: "member", ...(sketch.assignee ?? ANA) },
        status: ours === undefined ? null : (status as MessageStatus),
        error:
          status === "failed"
            ? {
                code: 131026,
                class: "permanent",
                title: {
                  es: "No se puede entregar a este número.",
                  en: "It cannot be delivered to this number.",
                },
                advice: {
                  es: "Comprueba el número con el cliente.",
                  en: "Check the number with the customer.",
                },
                owner_advice: {
                  es: "Comprueba el número con el cliente.",
                  en: "Check the number with the customer.",
                },
                detail: "Message undeliverable",
              }
            : null,
        occurred_at,
        created_at: occurred_at,
      });
    });
    const last = texts[texts.length - 1]!;
    const inbound = texts.filter(({ direction }) => direction === "inbound").at(-1)?.occurred_at ?? null;
    model.add(
      conversation({
        id,
        contact,
        status: sketch.status,
        assignee: sketch.assignee ?? null,
        ticket: sketch.status === "open" ? { id: nextId(), opened_at: texts[0]!.occurred_at } : null,
        unread_count: sketch.unread ?? 0,
        last_message: lastOf(last),
        last_activity_at: last.occurred_at,
        last_inbound_at: inbound,
        window_closes_at: inbound && iso(Date.parse(inbound) + 24 * 60 * MINUTE),
        created_at: texts[0]!.occurred_at,
      }),
      texts,
    );
  });
  addHistory(model, first);
  addEveryKind(model, now);
  for (let index = 0; index < extra; index++) addOrdinary(model, now - (30 + index * 7) * MINUTE, index);
  return model;
}

/** One chat that holds all there is. */
export const KINDS_CHAT = 900;

function addEveryKind(model: Model, now: number): void {
  const contact = { id: 900_900, name: "Marcela Quintero", phone: "+573005550121", username: null };
  const author = { kind: "contact" as const, id: contact.id, name: contact.name };
  const messages = everyKind({ conversation_id: KINDS_CHAT, author }, now);
  const last = messages.at(-1)!;
  model.add(
    conversation({
      id: KINDS_CHAT,
      contact,
      status: "open",
      assignee: ANA,
      last_message: lastOf(last),
      last_activity_at: last.occurred_at,
      last_inbound_at: last.occurred_at,
      window_closes_at: iso(now + 23 * 60 * MINUTE),
      created_at: messages[0]!.occurred_at,
    }),
    messages,
  );
}

/** Enough older messages in the first chat to scroll for a while. */
function addHistory(model: Model, id: number): void {
  const start = Date.now() - 6 * 24 * 60 * MINUTE;
  for (let index = 0; index < 180; index++) {
    const ours = index % 3 === 1;
    const occurred_at = iso(start + index * 41 * MINUTE);
    const text = message({
      conversation_id: id,
      direction: ours ? "outbound" : "inbound",
      text: ours
        ? `Claro que sí, te cuento (${index}).`
        : `Y otra pregunta más, la número ${index}, por favor.`,
      status: ours ? "read" : null,
      author: ours ? { kind: "member", ...ANA } : { kind: "contact", id: 1, name: "Valentina Ríos" },
      occurred_at,
      created_at: occurred_at,
    });
    model.messages.set(text.id, text);
  }
}

const NAMES = ["Laura", "Mateo", "Isabela", "Juan Pablo", "Gabriela", "Nicolás", "Mariana", "Tomás"];
const SURNAMES = ["Gómez", "Rodríguez", "Pardo", "Vélez", "Arango", "Ocampo", "Suárez"];

function addOrdinary(model: Model, at: number, index: number): void {
  const occurred_at = iso(at);
  const row = conversation({
    status: (["open", "unassigned", "closed"] as const)[index % 3]!,
    assignee: index % 3 === 0 ? [ANA, BETO, CARO][index % 2]! : null,
    last_activity_at: occurred_at,
    last_inbound_at: occurred_at,
    window_closes_at: iso(at + 24 * 60 * MINUTE),
  });
  const name = `${NAMES[index % NAMES.length]} ${SURNAMES[index % SURNAMES.length]}`;
  const text = message({ conversation_id: row.id, text: `Consulta ${index + 1}`, occurred_at });
  model.add(
    {
      ...row,
      contact: { ...row.contact, name },
      last_message: lastOf(text),
    },
    [text],
  );
}

export const MEMBERS = [
  member({ ...ANA, email: "ana@tienda.test", role: "owner" }),
  member({ ...BETO, email: "beto@tienda.test", role: "agent" }),
  member({ ...CARO, email: "caro@tienda.test", role: "manager" }),
];

export function demoMe(model: Model, language: "es" | "en"): Me {
  return buildMe({
    organizations: [
      { slug: "tienda", name: "Tienda Andina", role: "owner" },
      { slug: "clinica", name: "Clínica del Sol", role: "manager" },
    ],
    organization: model.organization,
    preferences: { language },
    events: { stream_id: "stream-1", seq: model.seq },
  });
}

const iso = (milliseconds: number) => new Date(milliseconds).toISOString();
