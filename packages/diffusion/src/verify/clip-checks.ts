/** @file Checks of a judge fixture that holds a CLIP: ids, both halves, and how alike pictures and texts are. */

import { createWeights, type FileStore, floatTensor, input, intTensor } from "@atelier/engine";
import { readClipFiles } from "../evaluate/open-clip.js";
import type { EncoderPlace } from "../evaluate/open-encoder.js";
import { allSimilarities } from "../evaluate/similarity.js";
import { embedCaptions, embedPicturesByClip } from "../evaluate/unit-embeddings.js";
import { clipText } from "../models/clip-text/model.js";
import { clipVision } from "../models/clip-vision/model.js";
import { absent, type FixtureCheck, guarded } from "./fixture-check.js";
import { compareAll, equal, type JudgeFixture, processorChecks, runOnce } from "./judge-checks.js";

/** Everything that the fixture holds. @throws AtelierError for a model that cannot be read. */
export async function* clipChecks(
  fixture: JudgeFixture,
  files: FileStore,
  place: EncoderPlace,
): AsyncGenerator<FixtureCheck> {
  const { label, texts, tensors, tolerances } = fixture;
  const { config, processor, tokenizer, parameters } = await readClipFiles(files, place);
  yield* processorChecks(fixture, processor);
  const rows = texts.map((text) => tokenizer.encode(text).ids);
  const ids = intTensor(rows.flat(), [rows.length, tokenizer.maxLength]);
  const tokens = floatTensor(Array.from(ids.data, Number), ids.shape);
  yield* await compareAll(fixture, { results: { tokens }, tolerance: equal });
  yield* await guarded(`${label} pixel_values`, async () => {
    const pictures = await tensors.readFloat32("pixel_values");
    const weights = createWeights();
    const shown = input("pictures", pictures.shape);
    const written = input("input_ids", ids.shape, "int64");
    const seen = clipVision(config.vision, weights, shown);
    const read = clipText(config.text, weights, written);
    const outputs = {
      "vision.last_hidden_state": seen.lastHiddenState,
      "vision.pooler_output": seen.pooledOutput,
      "vision.projected": seen.imageEmbeds,
      "text.pooler_output": read.pooledOutput,
      "text.projected": read.textEmbeds ?? read.pooledOutput,
      image_embeds: embedPicturesByClip(config.vision, weights, shown),
      text_embeds: embedCaptions(config.text, weights, written),
    };
    const values = { pictures, input_ids: ids };
    const run = await runOnce(place.runtime, { outputs, parameters, values });
    const { image_embeds: images = absent, text_embeds: told = absent } = run;
    const cosine = floatTensor(allSimilarities(images, told).flat(), [
      images.shape[0] ?? 0,
      texts.length,
    ]);
    const scale = fixture.has("logit_scale") ? await tensors.readFloat32("logit_scale") : undefined;
    const logits = cosine.data.map((value) => value * (scale?.data[0] ?? Number.NaN));
    const results = { ...run, cosine, logits_per_image: floatTensor(logits, cosine.shape) };
    return compareAll(fixture, { results, tolerance: tolerances.outputs });
  });
}
