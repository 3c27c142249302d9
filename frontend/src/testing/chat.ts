import { screen } from "@testing-library/react";
import { HttpResponse } from "msw";

import type { Conversation, Message } from "@/api";
import { openApp } from "./app";
import { ANA, conversation, message } from "./builders";
import { Model } from "./model";

/** What the tests of an open chat share: Valentina writes, Ana is in charge and looks at the screen. */

const HOUR = 3_600_000;
export const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

export const inbound = (fields: Partial<Message> = {}) =>
  message({
    conversation_id: 1,
    occurred_at: ago(5),
    author: { kind: "contact", id: 501, name: "Valentina Ríos" },
    ...fields,
  });
export const outbound = (fields: Partial<Message> = {}) =>
  inbound({ direction: "outbound", status: "sent", author: { kind: "member", ...ANA }, ...fields });

export function chat(messages: Message[], fields: Partial<Conversation> = {}): Model {
  const model = new Model();
  const open: Conversation = conversation({
    id: 1,
    contact: { id: 501, name: "Valentina Ríos", phone: "+573005550101", username: null },
    assignee: ANA,
    last_inbound_at: ago(5),
    window_closes_at: new Date(Date.now() + 20 * HOUR).toISOString(),
    ...fields,
  });
  model.add(open, messages);
  return model;
}

export async function openChat(messages: Message[], fields: Partial<Conversation> = {}): Promise<Model> {
  const model = chat(messages, fields);
  openApp(model, { path: "/o/tienda/chats/1" });
  await screen.findByRole("region", { name: "Conversación con Valentina Ríos" });
  await screen.findByRole("feed");
  return model;
}

export const refusal =
  (status: number, code: string, details: Record<string, unknown> = {}) =>
  () =>
    HttpResponse.json({ error: { code, message: code, details } }, { status });
