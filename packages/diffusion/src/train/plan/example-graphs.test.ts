/** @file Example graphs: a step that trains all that can learn, and an update for every optimizer with one. */

import { inputsOf } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { expect, it } from "vitest";
import { openModelFiles } from "../../files/model/open-model-files.js";
import { tinyBase } from "../../testing/tiny-training.js";
import { exampleGraphs } from "./example-graphs.js";

it("has a step on token ids and the updates of all optimizers", async () => {
  const model = await openModelFiles(nodeFiles, tinyBase);
  const [step, ...updates] = exampleGraphs(model);
  await model.close();
  const given = inputsOf({ outputs: step?.outputs ?? {} }).map(({ attributes }) => attributes.name);
  expect(given).toContain("ids:text_encoder");
  expect(Object.keys(step?.outputs ?? {})).toContain("loss");
  const kinds = new Set(
    updates.flatMap(({ outputs }) => Object.keys(outputs).map((name) => name.split(":")[0])),
  );
  // Of sgd, of states in 8 bits, of adafactor, of prodigy.
  for (const kind of ["velocity", "momentum.scale", "rows", "sums"]) {
    expect(kinds).toContain(`next optimizer.${kind}`);
  }
});
