import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

import { budget } from "./build/budget.ts";
import { emojiData } from "./build/emoji-data.ts";
import { mockEntry } from "./build/mock-entry.ts";

const root = fileURLToPath(new URL(".", import.meta.url));
const server = process.env.BANDEJA_URL ?? `http://127.0.0.1:${process.env.PORT ?? "8000"}`;

export default defineConfig(({ mode, command }) => ({
  root,
  // Django serves the build under its static address and finds the files through the manifest.
  base: command === "build" ? "/static/client/" : "/",
  plugins: [react(), emojiData(["es", "en"]), mockEntry(), budget(250_000, /i18n\/(es|en)\.ts$/)],
  resolve: {
    alias: {
      "@": `${root}src`,
      // One file instead of six thousand: Node reads the icons at once in tests.
      ...(mode === "test"
        ? { "@tabler/icons-react": "@tabler/icons-react/dist/cjs/tabler-icons-react.cjs" }
        : {}),
    },
  },
  build: {
    // Browsers that know light-dark(): what the build makes of it for older ones leaves shapes black.
    cssTarget: ["chrome123", "edge123", "firefox120", "safari17.5"],
    outDir: "dist",
    manifest: true,
    target: "es2022",
    sourcemap: false,
    assetsInlineLimit: 0,
    reportCompressedSize: true,
    rolldownOptions: { input: `${root}src/main.tsx` },
  },
  server: {
    host: "127.0.0.1",
    port: Number(process.env.CLIENT_PORT ?? 5173),
    proxy:
      mode === "mock"
        ? undefined
        : {
            "/api": server,
            "/accounts": server,
            "/static": server,
            "/ws": { target: server, ws: true },
          },
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}", "build/**/*.test.ts"],
    setupFiles: ["src/testing/setup.ts"],
    css: false,
    testTimeout: 90_000,
    restoreMocks: true,
    maxWorkers: 2,
  },
}));
