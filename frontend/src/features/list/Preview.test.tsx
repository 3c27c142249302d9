import { screen, within } from "@testing-library/react";
import { expect, test } from "vitest";

import type { LastMessage } from "@/api";
import { openApp, wholeClient } from "@/testing/app";
import { lastOf, message } from "@/testing/builders";
import { chat } from "@/testing/chat";

wholeClient();

async function rowWith(fields: Partial<LastMessage>) {
  openApp(chat([], { last_message: { ...lastOf(message({ text: "" })), ...fields } }));
  return within(await screen.findByRole("link", { name: /Valentina Ríos/ }));
}

test.each<[string, Partial<LastMessage>, string | RegExp]>([
  [
    "a voice note of ours has no name",
    { type: "audio", is_voice: true, file_name: "voz.ogg" },
    "Nota de voz",
  ],
  ["a voice note says how long it is", { type: "audio", is_voice: true, duration_ms: 12_000 }, "0:12"],
  ["a song without a name is no voice note", { type: "audio", is_voice: false }, "Audio"],
  ["a song has its name", { type: "audio", file_name: "demo.mp3", duration_ms: 9_000 }, "demo.mp3"],
  ["a document has its name", { type: "document", file_name: "factura.pdf" }, "factura.pdf"],
  ["a type that nobody knows is named", { type: "unknown", raw_type: "event_invite" }, /event_invite/],
  [
    "a reaction says to what",
    { type: "text", preview: "¿Tienen talla M?", reaction: { side: "contact", emoji: "❤️" } },
    "Reaccionó ❤️ a: ¿Tienen talla M?",
  ],
])("%s", async (_name, fields, words) => {
  expect((await rowWith(fields)).getByText(words)).toBeVisible();
});
