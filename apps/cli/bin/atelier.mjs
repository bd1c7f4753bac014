#!/usr/bin/env node
import { existsSync } from "node:fs";

const main = new URL("../dist/main.js", import.meta.url);
if (!existsSync(main)) {
  console.error("atelier: this checkout is not built yet. Run `npm run build` in its root first.");
  process.exit(1);
}
await import(main.href);
