/** @file The case of one picture: picture-worker.js beside bench/peer/picture.py. */

import { fileURLToPath } from "node:url";
import type { Case } from "./case.js";
import { drawing } from "./drawing.js";
import { runWorker } from "./measurement.js";
import { modelFolder } from "./model-folder.js";
import { axesWithoutOptimizer } from "./peer/variants.js";

/** A picture by a model of model-presets.ts, with guidance. */
export interface PictureCase {
  readonly title: string;
  readonly model: string;
  /** Width and height in pixels. */
  readonly edge: number;
  readonly steps: number;
}

/** A line of the report; variants are tried with two steps. */
export function pictureCase({ title, model, edge, steps }: PictureCase): Case {
  return {
    title,
    ours: async ({ threads }) => {
      const worker = fileURLToPath(new URL("picture-worker.js", import.meta.url));
      const args = [worker, modelFolder(model), String(edge), String(steps), String(threads)];
      return runWorker(process.execPath, args);
    },
    peer: {
      program: "picture.py",
      job: () => ({ ...drawing, folder: modelFolder(model), edge }),
      steps: { tried: 2, measured: steps },
      warmUp: { plain: 0, compiled: 1 },
      axes: axesWithoutOptimizer,
      isAlike: true,
      elements: () => ({ weights: 0, trained: 0 }),
    },
  };
}
