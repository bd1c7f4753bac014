/** @file Serves the playground as it was built, to this machine alone. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { preview } from "vite";

const root = fileURLToPath(new URL("../apps/playground", import.meta.url));
const server = await preview({
  root,
  configFile: join(root, "vite.config.ts"),
  logLevel: "warn",
  preview: { host: "127.0.0.1", port: 4870 },
});
console.log(`The playground is open at ${server.resolvedUrls?.local[0]}. Ctrl-C ends it.`);
