import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";

/** What a chunk of the build is, as far as the first screen is concerned. */
export interface Chunk {
  type: string;
  fileName: string;
  facadeModuleId?: string | null;
  isEntry?: boolean;
  imports?: string[];
  code?: string;
}

/**
 * Weigh the script that has to come before anything is seen, gzipped, in bytes.
 *
 * That is the entry, all that it always imports, and the texts of one language: of the language that weighs most.
 */
export function firstScreen(bundle: Record<string, Chunk>, texts: RegExp): number {
  const chunks = Object.values(bundle).filter(({ type }) => type === "chunk");
  const start = chunks.filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName);
  const languages = chunks
    .filter(({ facadeModuleId }) => facadeModuleId && texts.test(facadeModuleId))
    .map(({ fileName }) => weigh(bundle, [...start, fileName]));
  return Math.max(weigh(bundle, start), ...languages);
}

function weigh(bundle: Record<string, Chunk>, names: string[]): number {
  const needed = new Set(names);
  // A set that grows while it is walked is walked to its new end.
  for (const name of needed) for (const imported of bundle[name]?.imports ?? []) needed.add(imported);
  return [...needed].reduce((sum, name) => sum + gzipSync(bundle[name]?.code ?? "", { level: 9 }).length, 0);
}

/** Fail a build whose first screen has grown beyond what a cheap phone should wait for. */
export function budget(most: number, texts: RegExp): Plugin {
  return {
    name: "bandeja-budget",
    apply: "build",
    writeBundle(_options, bundle) {
      const size = firstScreen(bundle as Record<string, Chunk>, texts);
      const words = `${(size / 1000).toFixed(1)} kB of script gzipped, of ${most / 1000}`;
      if (size > most)
        this.error(`The first screen takes ${words}: load later what it does not show (import()).`);
      this.info(`The first screen takes ${words}.`);
    },
  };
}
