/**
 * @file Rows that the truth of a run is measured with: fresh renders of the subject, other things and the
 * class as the world draws them, the pictures in training, and the bank of the watch that the run goes without.
 * Each has a noise and a timestep of its own, the same for every run of a subject.
 */

import type { RgbPicture } from "@atelier/diffusion/core";
import { loadPicture, type PictureDecoder } from "@atelier/diffusion/data";
import { encodePng } from "@atelier/diffusion/files";
import { type EncodedImages, idsOfText, type Pipeline } from "@atelier/diffusion/pipeline";
import {
  echoZoom,
  latentScaler,
  type ProbeInput,
  type RunPlan,
  spreadRows,
  type TrainingCaption,
  timeAt,
  withWord,
} from "@atelier/diffusion/train";
import type { BankName } from "@atelier/diffusion/verdicts";
import {
  createTorchGenerator,
  type FloatTensor,
  floatTensor,
  type Runtime,
  sizeOf,
} from "@atelier/engine";
import { pictureSize } from "../../world/layout.js";
import type { Scene } from "../../world/scene.js";
import {
  classPicturesOf,
  freshPicturesOf,
  genericPictures,
  type Subject,
  type SubjectPicture,
  subjectMark,
} from "./subjects.js";

/** How much is measured. */
export interface TruthSize {
  /** Renders of the subject, each at two timesteps. */
  readonly fresh: number;
  readonly generic: number;
  readonly class: number;
  /** Rows of pictures in training. */
  readonly train: number;
  /** Rows of the bank that the run goes without. */
  readonly spare: number;
}

/** What fits beside the training in about half of its time. */
export const wholeTruth: TruthSize = { fresh: 64, generic: 96, class: 32, train: 16, spare: 16 };

/** Rows by what they show. */
export interface TruthRows {
  readonly fresh: readonly ProbeInput[];
  readonly generic: readonly ProbeInput[];
  readonly class: readonly ProbeInput[];
  readonly train: readonly ProbeInput[];
  readonly spare: { readonly bank: BankName; readonly rows: readonly ProbeInput[] };
}

/** What pictures are drawn and encoded with. */
export interface TruthTools {
  /** The scene as the base knows it where no subject is named: in that of the mascot every robot is one. */
  readonly draw: (subject: Subject | undefined, scene: Scene) => Promise<RgbPicture>;
  readonly decoder: PictureDecoder;
  readonly runtime: Runtime;
  /** The base, without a new word. */
  readonly base: Pipeline;
}

/** A picture of a run, with the name of its file. */
export interface Lesson extends SubjectPicture {
  readonly name: string;
}

/** A run as its truth needs it. */
export interface TruthOfRun {
  readonly plan: RunPlan;
  readonly subject: Subject;
  /** What captions call the subject. */
  readonly calls: string;
  /** Those in training. */
  readonly lessons: readonly Lesson[];
  readonly hasHeldOut: boolean;
}

/** A picture as the base's autoencoder sees it. */
interface EncodedPicture {
  readonly name: string;
  readonly caption: string;
  readonly image: EncodedImages;
}

/** Makes the rows of runs; what runs of a subject share is made once. */
export function createTruth(
  tools: TruthTools,
  size: TruthSize = wholeTruth,
): (run: TruthOfRun) => Promise<TruthRows> {
  const shared = new Map<string, Promise<EncodedPicture[]>>();
  const remember = (key: string, make: () => Promise<EncodedPicture[]>) => {
    const made = shared.get(key) ?? make();
    shared.set(key, made);
    return made;
  };
  const encodeAll = async (
    subject: Subject | undefined,
    pictures: readonly SubjectPicture[],
    zoom = 1,
  ) => {
    const encoded: EncodedPicture[] = [];
    for (const [index, { scene, caption }] of pictures.entries()) {
      const picture = await tools.draw(subject, scene);
      encoded.push({ name: `${index}`, caption, image: await encode(tools, picture, zoom) });
    }
    return encoded;
  };
  return async ({ plan, subject, calls, lessons, hasHeldOut }) => {
    const fresh = await remember(`fresh ${subject.id}`, () =>
      // One more, for a run that holds none out.
      encodeAll(subject, freshPicturesOf(subject, size.fresh + 1)),
    );
    const generic = await remember("generic", () =>
      encodeAll(undefined, genericPictures(size.generic)),
    );
    const ofClass = await remember(`class ${subject.className}`, () =>
      encodeAll(undefined, classPicturesOf(subject, size.class)),
    );
    const named = (pictures: EncodedPicture[]) =>
      pictures.map((picture, at) => ({ ...picture, name: lessons[at]?.name ?? "" }));
    const trained = named(await encodeAll(subject, lessons));
    await using worded = await withWord(tools.base, plan.parts);
    await using rows = rowMaker(tools, plan, { pipeline: worded ?? tools.base, calls });
    const spread = (pictures: readonly EncodedPicture[], count: number, seed: number) =>
      rows.make(
        spreadRows(pictures.length, count).flatMap(({ place, share, half }) => {
          const picture = pictures[place];
          return picture === undefined ? [] : [{ picture, share, half }];
        }),
        seed,
      );
    const spare = hasHeldOut
      ? { bank: "echo" as const, pictures: named(await encodeAll(subject, lessons, echoZoom)) }
      : { bank: "held-out" as const, pictures: fresh.slice(size.fresh) };
    return {
      fresh: await rows.make(spreadEvenly(fresh.slice(0, size.fresh), 2), 1),
      generic: await rows.make(spreadEvenly(generic, 1), 2),
      class: await rows.make(spreadEvenly(ofClass, 1), 3),
      train: await spread(trained, size.train, 4),
      spare: { bank: spare.bank, rows: await spread(spare.pictures.slice(0, 8), size.spare, 5) },
    };
  };
}

interface PlacedPicture {
  readonly picture: EncodedPicture;
  /** Where in the range of timesteps. */
  readonly share: number;
  readonly half: "a" | "b";
}

/** Every picture so many times, at timesteps far from each other. */
function spreadEvenly(pictures: readonly EncodedPicture[], times: number): PlacedPicture[] {
  const rows = pictures.length * times;
  return Array.from({ length: rows }, (_, row) => {
    const picture = pictures[row % pictures.length];
    // Odd, and with no common divisor with the even numbers of rows in use.
    const share = (((row * 77) % rows) + 0.5) / rows;
    return picture === undefined ? [] : [{ picture, share, half: "a" as const }];
  }).flat();
}

function rowMaker(
  { runtime, base }: TruthTools,
  plan: RunPlan,
  { pipeline, calls }: { readonly pipeline: Pipeline; readonly calls: string },
): {
  make(placed: readonly PlacedPicture[], seed: number): Promise<ProbeInput[]>;
} & AsyncDisposable {
  const scaler = latentScaler(runtime, base);
  const captions = new Map<string, TrainingCaption>();
  const size = { width: pictureSize, height: pictureSize };
  const sizes = { original: size, crop: { left: 0, top: 0 }, target: size };
  const captionOf = async (text: string): Promise<TrainingCaption> => {
    const known = captions.get(text);
    if (known !== undefined) return known;
    const { ids } = idsOfText(await pipeline.tokenizers(), text);
    const { conditioning } =
      plan.graph.encoders.length > 0
        ? { conditioning: undefined }
        : await pipeline.encodePrompts([text]);
    const caption = { text, ids, conditioning };
    captions.set(text, caption);
    return caption;
  };
  return {
    async make(placed, seed) {
      const generator = createTorchGenerator(seed);
      const rows: ProbeInput[] = [];
      for (const { picture, share, half } of placed) {
        const { shape } = picture.image.mean;
        const normal = (): FloatTensor => floatTensor(generator.randn(sizeOf(shape)), shape);
        const latents = await scaler.scale(picture.image, normal());
        const caption = await captionOf(picture.caption.replace(subjectMark, calls));
        const row = { picture: picture.name, time: timeAt(plan, share), half };
        rows.push({ ...row, latents, noise: normal(), mask: undefined, caption, sizes });
      }
      return rows;
    },
    [Symbol.asyncDispose]: () => scaler[Symbol.asyncDispose](),
  };
}

/** As a training prepares a file of the picture. */
async function encode(
  { decoder, base }: TruthTools,
  picture: RgbPicture,
  zoom: number,
): Promise<EncodedImages> {
  const file = { name: "render", bytes: await encodePng(picture) };
  const side = { width: pictureSize, height: pictureSize, multiple: base.latents.factor };
  const { pixels } = await loadPicture(file, decoder, { ...side, zoom });
  return base.encodeImages(floatTensor(pixels.data, [1, ...pixels.shape]));
}
