/**
 * @file How the page is built: into `dist`, which any file server serves from any folder. The embedded base, without
 * its judges, lies beside it in `base/`.
 */

import { readdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const model = fileURLToPath(new URL("../../packages/base/model", import.meta.url));

const { resolve } = createRequire(import.meta.url);
const bytesOf = (build: string): number => statSync(resolve(`onnxruntime-web/${build}.wasm`)).size;
/** What the page says that there is to fetch; see src/worker/runtime-builds.ts. */
const runtimeBytes = {
  processor: bytesOf("ort-wasm-simd-threaded"),
  "graphics-card": bytesOf("ort-wasm-simd-threaded.asyncify"),
};

/** Threads need it; `public/isolate.js` brings it where a server does not send them. */
const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

export default defineConfig({
  base: "./",
  define: { runtimeBytes: JSON.stringify(runtimeBytes) },
  plugins: [react(), embeddedBase()],
  // The glue of WebAssembly as a file of its own: threads load it again.
  resolve: { conditions: ["onnxruntime-web-use-extern-wasm", "module", "browser"] },
  worker: { format: "es" },
  build: {
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1000,
  },
  server: { headers: isolation },
  preview: { headers: isolation },
});

function embeddedBase(): Plugin {
  const paths = readdirSync(model, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(model.length + 1))
    .filter((path) => !/(^|\/)(instance_)?judge\//.test(path));
  return {
    name: "embedded-base",
    generateBundle() {
      for (const path of paths) {
        const source = readFileSync(join(model, path));
        this.emitFile({ type: "asset", fileName: `base/${path}`, source });
      }
    },
    configureServer(server) {
      server.middlewares.use("/src/base", (request, response, next) => {
        const path = paths.find((own) => `/${own}` === request.url);
        if (path === undefined) next();
        else response.end(readFileSync(join(model, path)));
      });
    },
  };
}
