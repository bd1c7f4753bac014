/**
 * @file A program for tests that kill it: trains what the config at a path says, watched by a probe. Usage:
 * `watched-training.js <config.json> [resume]`. It ends with 0 when the run is done.
 */

import { nodeFiles } from "@atelier/engine/node";
import { nodeTrainDeps } from "../adapters/train-deps.js";
import { readJson } from "../core/read-text.js";
import { parseTrainConfig } from "../train/config/config.js";
import { train } from "../train/train.js";
import { probeWatcher } from "./probe-watcher.js";
import { tinyTokenizer } from "./tiny-training.js";

process.exitCode = 1;
const [path = "", mode] = process.argv.slice(2);
const config = parseTrainConfig(await readJson(nodeFiles, path));
const deps = {
  ...nodeTrainDeps(config, { tokenizerFolder: tinyTokenizer }),
  watchers: () => [probeWatcher(), probeWatcher({ name: "rare", every: 7, stopFrom: 70 })],
};
for await (const event of train(config, deps, undefined, mode === "resume" ? {} : undefined)) {
  if (event.type === "done") process.exitCode = 0;
}
