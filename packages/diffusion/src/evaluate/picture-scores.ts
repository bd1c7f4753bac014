/**
 * @file The scores of a fine-tuned model, as the DreamBooth paper defines them (Ruiz et al. 2023,
 * arXiv 2208.12242, sections 4.1 and 4.3), with a judge in the place of CLIP and DINO.
 */

import { AtelierError, said } from "@atelier/engine";
import type { RgbPicture } from "../core/rgb-picture.js";
import type { ImageEmbedder, Judge } from "./judge.js";
import { meanSimilarity, rowSimilarities, selfSimilarity } from "./similarity.js";
import { vendiScore } from "./vendi-score.js";

/** Generated pictures and what they should resemble. */
export interface SubjectPictures {
  readonly generated: readonly RgbPicture[];
  /** Real pictures of the subject or style. */
  readonly real: readonly RgbPicture[];
}

/** CLIP-I: the mean cosine over all pairs of a generated and a real picture. */
export async function clipImageSimilarity(
  { clip }: Pick<Judge, "clip">,
  pictures: SubjectPictures,
): Promise<number> {
  return subjectSimilarity(clip, pictures);
}

/** As CLIP-I with the instance judge, which the paper does with DINO: is it the very same thing? */
export async function instanceSimilarity(
  { instance }: Pick<Judge, "instance">,
  pictures: SubjectPictures,
): Promise<number> {
  return subjectSimilarity(instance, pictures);
}

/**
 * CLIP-T: the mean cosine of a picture and its prompt. The end of a prompt that the text encoder cannot
 * take does not count, as it did not when the picture was drawn.
 * @throws AtelierError `data` unless there is one prompt a picture.
 */
export async function clipTextSimilarity(
  { clip }: Pick<Judge, "clip">,
  { generated, prompts }: { generated: readonly RgbPicture[]; prompts: readonly string[] },
): Promise<number> {
  requirePairs("clipTextSimilarity", { pictures: generated, prompts });
  const { embeddings } = await clip.embedTexts(prompts);
  return meanOf(rowSimilarities(await clip.embedPictures(generated), embeddings));
}

/**
 * Mean distance, 1 − cosine, over all pairs of pictures drawn for one prompt: 0 where all look alike.
 * The paper's DIV is such a mean of LPIPS distances.
 * @throws AtelierError `data` for fewer than two pictures.
 */
export async function promptDiversity(
  embedder: ImageEmbedder,
  pictures: readonly RgbPicture[],
): Promise<number> {
  return 1 - selfSimilarity(await embedder.embedPictures(pictures));
}

/** How many different pictures these are like; see {@link vendiScore}. */
export async function pictureVariety(
  embedder: ImageEmbedder,
  pictures: readonly RgbPicture[],
): Promise<number> {
  return vendiScore(await embedder.embedPictures(pictures));
}

/** Pictures of one list of prompts and seeds by the base model and by the tuned one. */
export interface BeforeAndAfter {
  readonly before: readonly RgbPicture[];
  readonly after: readonly RgbPicture[];
}

/**
 * Mean distance, 1 − cosine, of what the base and the tuned model draw for the same prompt and seed:
 * 0 where tuning changed nothing.
 * @throws AtelierError `data` unless there are as many pictures before as after.
 */
export async function pictureDrift(
  embedder: ImageEmbedder,
  { before, after }: BeforeAndAfter,
): Promise<number> {
  requirePairs("pictureDrift", { before, after });
  const first = await embedder.embedPictures(before);
  return 1 - meanOf(rowSimilarities(first, await embedder.embedPictures(after)));
}

/**
 * PRES: the mean cosine of pictures of the class word alone ("a dog") and real pictures of the subject, by the
 * instance judge. The less the better: class pictures that resemble the subject are no pictures of the class.
 */
export async function priorPreservation(
  judge: Pick<Judge, "instance">,
  { ofClass, subject }: { ofClass: readonly RgbPicture[]; subject: readonly RgbPicture[] },
): Promise<number> {
  return instanceSimilarity(judge, { generated: ofClass, real: subject });
}

/** How much a subject has taken over its class. */
export interface PriorDrift {
  /** PRES of the base: how much its pictures of the class resemble the subject. */
  readonly before: number;
  /** PRES of the tuned model; above `before` where the class turned into the subject. */
  readonly after: number;
  /** How much the pictures of the class changed; see {@link pictureDrift}. */
  readonly drift: number;
}

/**
 * {@link priorPreservation} of the base and of the tuned model.
 * @throws AtelierError `data` unless there are as many pictures before as after.
 */
export async function priorDrift(
  judge: Pick<Judge, "instance">,
  { before, after, subject }: BeforeAndAfter & { readonly subject: readonly RgbPicture[] },
): Promise<PriorDrift> {
  const drift = await pictureDrift(judge.instance, { before, after });
  const pres = (ofClass: readonly RgbPicture[]) => priorPreservation(judge, { ofClass, subject });
  return { before: await pres(before), after: await pres(after), drift };
}

async function subjectSimilarity(
  embedder: ImageEmbedder,
  { generated, real }: SubjectPictures,
): Promise<number> {
  const drawn = await embedder.embedPictures(generated);
  return meanSimilarity(drawn, await embedder.embedPictures(real));
}

function requirePairs(where: string, sides: Readonly<Record<string, readonly unknown[]>>): void {
  const counts = Object.entries(sides).map(([name, { length }]) => `${length} ${name}`);
  if (new Set(Object.values(sides).map(({ length }) => length)).size === 1) return;
  throw new AtelierError(
    "data",
    said`${where}: expected pairs in the same order, got ${counts.join(" and ")}.`,
  );
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
