import { setupWorker } from "msw/browser";

import type { MessageStatus } from "@/api";

import { ANA } from "../builders";
import type { Model } from "../model";
import { demoModel } from "./demo";
import { handlers } from "./handlers";
import { DeadSocket, socketOf } from "./ModelSocket";

// `npm run dev:mock`: the client without a server. `?scenario=` chooses what the server is like.
const query = new URLSearchParams(window.location.search);
const scenario = query.get("scenario") ?? "normal";
const language = query.get("lang") === "en" ? "en" : "es";

const model = demoModel({ extra: scenario === "many" ? 2_000 : 0, empty: scenario === "empty" });
const worker = setupWorker(
  ...handlers(model, {
    language,
    slow: scenario === "slow" ? 600_000 : 0,
    fails: scenario === "error",
  }),
);
Object.assign(window, { model });

if (scenario === "live") setInterval(() => stir(model), 1_500);
deliverWhatIsSent(model);
document.documentElement.lang = language;

await worker.start({ quiet: true, onUnhandledFrame: "bypass" });
// After the worker, which puts a WebSocket of its own into the page.
window.WebSocket = scenario === "offline" ? (DeadSocket as unknown as typeof WebSocket) : socketOf(model);
await import("../../main");

/** Customers write at random. */
function stir(model: Model): void {
  const ids = [...model.conversations.keys()];
  const id = ids[Math.floor(Math.random() * ids.length)];
  if (id !== undefined) model.receive(id, `Mensaje de las ${new Date().toLocaleTimeString("es")}`);
}

/** Our messages go their way: sent, delivered, read. */
function deliverWhatIsSent(model: Model): void {
  const way: [MessageStatus, number][] = [
    ["accepted", 400],
    ["sent", 700],
    ["delivered", 1_400],
    ["read", 3_000],
  ];
  model.listeners.add((event) => {
    if (event.type !== "message.created" || event.data.message.author.id !== ANA.id) return;
    const { id } = event.data.message;
    for (const [status, after] of way) setTimeout(() => model.status(id, status), after);
  });
}
