import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Plugin } from "vite";

const FILES = ["data.json", "messages.json"];
const require = createRequire(import.meta.url);

/** Serve the emoji names of each language from our own address, under `emoji/<language>/`. */
export function emojiData(languages: string[]): Plugin {
  const sources = new Map<string, string>();
  for (const language of languages)
    for (const file of FILES)
      sources.set(`emoji/${language}/${file}`, require.resolve(`emojibase-data/${language}/${file}`));

  return {
    name: "bandeja-emoji-data",
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const path = (request.url ?? "").split("?")[0]!.replace(/^\//, "");
        const source = sources.get(path);
        if (!source) return next();
        readFile(source).then((body) => {
          response.setHeader("Content-Type", "application/json");
          response.end(body);
        }, next);
      });
    },
    async generateBundle() {
      for (const [fileName, source] of sources)
        this.emitFile({ type: "asset", fileName, source: await readFile(source) });
    },
  };
}
