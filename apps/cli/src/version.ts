/** @file The version of this installation, from its own package.json. */

import { readFileSync } from "node:fs";
import { z } from "zod";

const manifest = new URL("../package.json", import.meta.url);

/** Version of the command line and its packages, which are released together. */
export const atelierVersion: string = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(manifest, "utf8"))).version;
