import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Plugin } from "vite";

const WORKER = createRequire(import.meta.url).resolve("msw/mockServiceWorker.js");

/** `vite --mode mock`: the page starts with the stand-in of the server instead of the client alone. */
export function mockEntry(): Plugin {
  return {
    name: "bandeja-mock-entry",
    apply: (_config, { mode, command }) => mode === "mock" && command === "serve",
    transformIndexHtml: (html) => html.replace("/src/main.tsx", "/src/testing/mock/main.tsx"),
    configureServer(server) {
      server.middlewares.use("/mockServiceWorker.js", (_request, response, next) => {
        readFile(WORKER).then((body) => {
          response.setHeader("Content-Type", "text/javascript");
          response.end(body);
        }, next);
      });
    },
  };
}
