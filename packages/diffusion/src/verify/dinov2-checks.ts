/** @file Checks of a judge fixture that holds a DINOv2, for pictures of several sizes. */

import { createWeights, type FileStore, floatTensor, input } from "@atelier/engine";
import { readDinov2Files } from "../evaluate/open-dinov2.js";
import type { EncoderPlace } from "../evaluate/open-encoder.js";
import { allSimilarities } from "../evaluate/similarity.js";
import { dinov2 } from "../models/dinov2/model.js";
import { absent, type FixtureCheck, guarded } from "./fixture-check.js";
import {
  compareAll,
  type JudgeFixture,
  namesBefore,
  processorChecks,
  runOnce,
} from "./judge-checks.js";

/** Everything that the fixture holds. @throws AtelierError for a model that cannot be read. */
export async function* dinov2Checks(
  fixture: JudgeFixture,
  files: FileStore,
  place: EncoderPlace,
): AsyncGenerator<FixtureCheck> {
  const { label, tensors, tolerances } = fixture;
  const { config, processor, parameters } = await readDinov2Files(files, place);
  yield* processorChecks(fixture, processor);
  for (const name of namesBefore(fixture, ".pooler_output")) {
    yield* await guarded(`${label} ${name}`, async () => {
      const pictures = await tensors.readFloat32(`${name}.pixel_values`);
      const seen = dinov2(config, createWeights(), input("pictures", pictures.shape));
      const outputs = {
        embeddings: seen.embeddings,
        last_hidden_state: seen.lastHiddenState,
        pooler_output: seen.pooledOutput,
      };
      const run = await runOnce(place.runtime, { outputs, parameters, values: { pictures } });
      const { pooler_output: pooled = absent } = run;
      // Of the first picture with each other.
      const [[, ...cosines] = []] = allSimilarities(pooled, pooled);
      const results = { ...run, cosine: floatTensor(cosines, [cosines.length]) };
      return compareAll(fixture, {
        ...{ prefix: `${name}.`, results },
        tolerance: tolerances.outputs,
      });
    });
  }
}
