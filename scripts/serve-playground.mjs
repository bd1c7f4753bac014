/** @file Serves the playground as it was built, to this machine alone: `npm run playground -- --port 4870`. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { preview } from "vite";

const port = portOf(process.argv.slice(2));
if (typeof port === "string") {
  console.error(
    `playground: expected --port with a number from 1 to 65535, or nothing, got ${port}`,
  );
  process.exit(1);
}
const root = fileURLToPath(new URL("../apps/playground", import.meta.url));
// Where the port is taken, the next one that is free.
const server = await preview({
  root,
  configFile: join(root, "vite.config.ts"),
  logLevel: "warn",
  preview: { host: "127.0.0.1", port },
});
console.log(`The playground is open at ${server.resolvedUrls?.local[0]}. Ctrl-C ends it.`);

/** The number, or what was given instead of one. */
function portOf(args) {
  try {
    const { values } = parseArgs({ args, options: { port: { type: "string", default: "4870" } } });
    const number = Number(values.port);
    return Number.isInteger(number) && number > 0 && number < 65_536 ? number : values.port;
  } catch {
    return args.join(" ");
  }
}
