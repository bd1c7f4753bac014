/** @file Pictures drawn with what is trained as it is, so that one can see what it has learned. */

import type { FileStore } from "@atelier/engine";
import type { WarningEvent } from "../../core/warnings/warning.js";
import { formatA1111Parameters, parametersKeyword } from "../../files/png/a1111-parameters.js";
import { encodePng } from "../../files/png/encode-png.js";
import type { SampleEvent } from "../events/train-event.js";
import { stepName } from "../folder/step-name.js";
import type { ResolvedConfig } from "../plan/plan-run.js";
import type { Draw, DrawRequest, Watcher } from "./watcher.js";

/**
 * Draws every prompt of the config into `samples/step-000250-0.png` of the run's folder, and once with the base.
 * @throws AtelierError `aborted` on the signal, `runtime`, `file`: while it looks.
 */
export function sampleWatcher(
  { samples, data }: Pick<ResolvedConfig, "samples" | "data">,
  { files, folder }: { readonly files: FileStore; readonly folder: string },
): Watcher {
  const requests = samples.prompts.map(
    (prompt, index): DrawRequest => ({
      prompt,
      negativePrompt: samples.negativePrompt,
      sampler: samples.sampler,
      steps: samples.steps,
      guidanceScale: samples.guidance,
      seed: samples.seed + index,
      width: data.width,
      height: data.height,
    }),
  );
  return {
    name: "samples",
    due: (step) => samples.everySteps > 0 && step % samples.everySteps === 0,
    async *look({ step, draw, drawBase }) {
      // Of step 0, where what is trained does nothing yet: drawn with the first ones, so that no run waits for it.
      if (step === samples.everySteps) yield* write(0, drawBase(requests));
      yield* write(step, draw(requests));
      return { kind: "go" };
    },
  };

  async function* write(
    step: number,
    pictures: ReturnType<Draw>,
  ): AsyncGenerator<SampleEvent | WarningEvent, void, undefined> {
    for await (const drawn of pictures) {
      if (drawn.type === "warning") {
        yield drawn;
        continue;
      }
      const { index, image } = drawn;
      const path = files.join(folder, "samples", `step-${stepName(step)}-${index}.png`);
      const text = { [parametersKeyword]: formatA1111Parameters(image.parameters) };
      await files.write(path, [await encodePng(image.picture, { text })]);
      const prompt = samples.prompts[index] ?? "";
      yield { type: "sample", step, path, prompt, seed: samples.seed + index };
    }
  }
}
