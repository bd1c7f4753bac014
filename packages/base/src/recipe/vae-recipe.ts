/** @file Pre-training of the autoencoder: first on crops, which show many things at once, then on whole pictures. */

import { type RgbPicture, rgbFromPixels } from "@atelier/diffusion/core";
import { componentParameters } from "@atelier/diffusion/families";
import { contactSheet } from "@atelier/diffusion/files";
import {
  decodeLatents,
  encodeImage,
  sampleLatents,
  type VaeConfig,
} from "@atelier/diffusion/models";
import {
  abs,
  adamW,
  add,
  createWeights,
  exp,
  type FloatTensor,
  floatTensor,
  type GraphNode,
  input,
  mean,
  mul,
  narrow,
  type Runtime,
  square,
  sub,
} from "@atelier/engine";
import { pictureSize } from "../world/layout.js";
import { sceneAt } from "../world/scene.js";
import { initialValues } from "./initial-values.js";
import type { DrawScene, Evaluation, NamedWeights, Recipe, StepLoss } from "./recipe.js";
import {
  cropPictures,
  drawPictures,
  noiseGenerator,
  recipeDraws,
  worldSeeds,
} from "./scene-batches.js";

/** What the autoencoder is trained with. */
export interface VaeRecipeOptions {
  readonly config: VaeConfig;
  readonly draw: DrawScene;
  readonly runtime: Runtime;
  /** Steps on crops before whole pictures. */
  readonly cropSteps?: number;
  /** Pictures whose crops make a batch; whole ones are a quarter as many, for the same time. */
  readonly batch?: number;
  /** Unseen pictures of an evaluation. */
  readonly evaluated?: number;
}

/**
 * Weight of the KL divergence per latent beside errors per pixel. Latents keep a deviation near 1
 * and a trace of noise, which makes decoding forgive a UNet's small errors; at this weight the
 * reconstruction does not suffer.
 */
const klWeight = 1e-3;
/** Weight of errors of differences between neighbours, which keep edges sharp. */
const edgeWeight = 0.5;
const cropSize = 32;
const shownPictures = 12;

/** The recipe of the autoencoder. */
export function vaeRecipe(options: VaeRecipeOptions): Recipe {
  const { config, cropSteps = 6000, batch = 16 } = options;
  const crops = lesson(options, { size: cropSize, batch });
  const whole = lesson(options, { size: pictureSize, batch: Math.max(1, batch / 4) });
  return {
    name: "vae",
    initial: initialValues(componentParameters({ vae: config }, "vae"), 11),
    frozen: new Map(),
    fingerprint: "",
    learningRate: 1e-3,
    warmupSteps: 200,
    optimizer: adamW({ weightDecay: 1e-4 }),
    averageDecay: 0.999,
    build: () => (cropSteps > 0 ? [crops.build(), whole.build()] : [whole.build()]),
    batchAt: (step) => (step <= cropSteps ? crops : whole).batchAt(step),
    evaluateEverySteps: 1000,
    evaluate: (weights) => evaluate(options, weights),
  };
}

interface Batch {
  readonly size: number;
  readonly batch: number;
}

/** Training on squares of one size. */
interface Lesson extends Pick<Recipe, "batchAt"> {
  readonly build: () => StepLoss;
}

function lesson({ config, draw }: VaeRecipeOptions, { size, batch }: Batch): Lesson {
  const latentSize = size / 2 ** (config.blockOutChannels.length - 1);
  const latents = [batch, config.latentChannels, latentSize, latentSize];
  return {
    build: () => vaeLoss(config, input("pictures", [batch, 3, size, size])),
    async batchAt(step) {
      const scenes = Array.from({ length: batch }, (_, row) =>
        sceneAt(worldSeeds.training, (step - 1) * batch + row),
      );
      const pictures = await drawPictures(draw, scenes);
      const noise = noiseGenerator(step).randn(latents.reduce((product, n) => product * n, 1));
      return {
        pictures: cropPictures(pictures, size, recipeDraws("batch", step)),
        noise: floatTensor(noise, latents),
      };
    },
  };
}

function vaeLoss(config: VaeConfig, pictures: GraphNode): StepLoss {
  const weights = createWeights();
  const { mean: centre, logVariance } = encodeImage(config, weights, pictures);
  const latents = sampleLatents({ mean: centre, logVariance }, input("noise", centre.shape));
  const error = sub(decodeLatents(config, weights, latents), pictures);
  const squared = mean(square(error));
  const edges = add(mean(abs(differences(error, 2))), mean(abs(differences(error, 3))));
  // KL(N(μ, σ²) ‖ N(0, 1)) = (μ² + σ² − 1 − log σ²) / 2 (Kingma & Welling 2013, appendix B).
  const excess = sub(sub(add(square(centre), exp(logVariance)), 1), logVariance);
  const kl = mul(mean(excess), 0.5);
  const errors = add(add(mean(abs(error)), squared), mul(edges, edgeWeight));
  return { loss: add(errors, mul(kl, klWeight)), metrics: { squaredError: squared, kl } };
}

/** Of neighbours along an axis. */
function differences(x: GraphNode, axis: number): GraphNode {
  const size = (x.shape[axis] ?? 0) - 1;
  return sub(narrow(x, axis, 1, size), narrow(x, axis, 0, size));
}

/** Reconstructions of unseen pictures from the centres of their latents' distributions. */
async function evaluate(
  { config, draw, runtime, evaluated = 64 }: VaeRecipeOptions,
  parameters: NamedWeights,
): Promise<Evaluation> {
  const weights = createWeights();
  const { mean: centre } = encodeImage(
    config,
    weights,
    input("pictures", [1, 3, pictureSize, pictureSize]),
  );
  const outputs = { centre, pictures: decodeLatents(config, weights, centre) };
  await using compiled = await runtime.compile({ outputs }, { parameters });
  const decibels: number[] = [];
  const squares: number[] = [];
  const shown: RgbPicture[] = [];
  for (let index = 0; index < evaluated; index++) {
    const scene = sceneAt(worldSeeds.evaluation, index);
    const pictures = await drawPictures(draw, [scene]);
    const results = await compiled.run({ pictures });
    const made = floatTensor(
      Float32Array.from(results["pictures"]?.data ?? [], Number),
      pictures.shape,
    );
    decibels.push(psnr(pictures, made));
    for (const value of results["centre"]?.data ?? []) squares.push(Number(value) ** 2);
    if (index < shownPictures) shown.push(await draw(scene), rgbFromPixels(made));
  }
  const average = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    metrics: {
      psnrDecibels: average(decibels),
      worstPsnrDecibels: Math.min(...decibels),
      latentRms: Math.sqrt(average(squares)),
    },
    sheet: contactSheet(shown, { columns: 8 }),
  };
}

/** Peak signal-to-noise ratio of pictures from −1 to 1; what lies outside is cut off, as on a screen. */
export function psnr(expected: FloatTensor, actual: FloatTensor): number {
  const squares = actual.data.reduce((sum, value, i) => {
    const shown = Math.min(1, Math.max(-1, value));
    return sum + (shown - (expected.data[i] ?? 0)) ** 2;
  }, 0);
  return 10 * Math.log10(4 / (squares / actual.data.length));
}
