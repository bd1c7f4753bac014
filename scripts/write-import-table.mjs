/**
 * @file Writes the table of docs/import.md from the rules of `atelier import` and the recorded defaults of
 * the other programs. Run it after `npm run build`.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { renderSettings } from "../packages/diffusion/dist/train/import/settings-table.js";

const programs = ["sd-scripts", "kohya-gui", "ai-toolkit", "diffusers", "one-trainer"];
const recorded = Object.fromEntries(
  programs.map((name) => [
    name,
    JSON.parse(readFileSync(`test/fixtures/foreign-defaults/${name}.json`, "utf8")),
  ]),
);
const page = readFileSync("docs/import.md", "utf8");
const [before, , after] = page.split(/(?<=<!-- settings -->\n\n)|(?=\n\n<!-- \/settings -->)/);
writeFileSync("docs/import.md", `${before}${renderSettings(recorded)}${after}`);
