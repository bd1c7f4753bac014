/**
 * @file The words for what was learned: as the user says them, else as a run's config does, else as far as captions
 * tell one from the other.
 */

import type { SubjectWords } from "@atelier/diffusion/evaluate";
import type { TrainConfig } from "@atelier/diffusion/train-config";

/** The words that are known of a subject. */
export interface KnownWords {
  /** The identifier or new word: `sks`, `<mug>`. */
  readonly token?: string | undefined;
  /** The noun: `dog`. */
  readonly className?: string | undefined;
}

/** Words that stand before nouns and name nothing. */
const articles: ReadonlySet<string> = new Set([
  ...["a", "an", "the", "of", "my", "one", "this", "in", "on", "and", "with"],
]);

/** Nouns of living subjects, for which the benchmark has prompts of their own. */
const living: ReadonlySet<string> = new Set([
  ...["dog", "puppy", "cat", "kitten", "horse", "cow", "pig", "sheep", "rabbit", "bird", "parrot"],
  ...["fox", "wolf", "bear", "panda", "tiger", "lion", "monkey", "mouse", "penguin", "animal"],
  ...["person", "man", "woman", "boy", "girl", "child", "baby", "toddler", "people"],
]);

/** Which of the benchmark's two lists a class is asked with. */
export function kindOfClass(className: string): "object" | "living" {
  return living.has(className.toLowerCase()) ? "living" : "object";
}

/** What a run's config says: a new word and where it begins, or what a prompt has more than its class's. */
export function wordsOfConfig({
  embedding,
  prior,
  data,
}: Pick<TrainConfig, "embedding" | "prior" | "data">): KnownWords {
  const compared =
    prior === undefined || data.prompt === undefined
      ? {}
      : wordsBetween(data.prompt, prior.classPrompt);
  if (embedding === undefined) return compared;
  const { token, initializer } = embedding;
  const isNoun = initializer !== "mean" && initializer !== "random";
  return { token, className: compared.className ?? (isNoun ? initializer : undefined) };
}

/** `a photo of a sks dog` beside `a photo of a dog`: sks, dog. */
function wordsBetween(prompt: string, classPrompt: string): KnownWords {
  const [words, ofClass] = [prompt, classPrompt].map((text) => text.trim().split(/\s+/));
  const more = (words?.length ?? 0) - (ofClass?.length ?? 0);
  if (words === undefined || ofClass === undefined || more < 1) return {};
  for (let start = 0; start <= ofClass.length; start++) {
    const rest = [...words.slice(0, start), ...words.slice(start + more)];
    if (rest.join(" ") !== ofClass.join(" ")) continue;
    const token = words.slice(start, start + more).join(" ");
    const className = words.slice(start + more).join(" ");
    return className === "" ? {} : { token, className };
  }
  return {};
}

/**
 * What captions add to what is known: the word before the class, or the one after the token, where it is the same in
 * all captions that have the known one; where nothing is known, the two words that all captions have beside each other.
 */
export function completeWords(known: KnownWords, captions: readonly string[]): KnownWords {
  const { token, className } = known;
  const texts = captions.map((caption) => caption.split(/[\s,.;]+/).filter((word) => word !== ""));
  if (token === undefined && className === undefined) return commonPair(texts);
  if (token === undefined && className !== undefined) {
    return { className, token: beside(texts, className, -1) };
  }
  if (className === undefined && token !== undefined) {
    return { token, className: beside(texts, token, 1) };
  }
  return known;
}

/** The only two words that stand beside each other in every one of several texts, no article among them. */
function commonPair([first = [], ...others]: readonly (readonly string[])[]): KnownWords {
  if (others.length === 0) return {};
  const spaced = others.map((words) => ` ${words.join(" ")} `);
  const pairs = first.slice(1).flatMap((word, index) => {
    const pair = [first[index] ?? "", word] as const;
    const isCommon = spaced.every((text) => text.includes(` ${pair.join(" ")} `));
    return isCommon && !pair.some((each) => articles.has(each)) ? [pair] : [];
  });
  const [only] = pairs;
  return only === undefined || pairs.length > 1 ? {} : { token: only[0], className: only[1] };
}

/** The word that stands at a distance from another one wherever that one occurs; no article. */
function beside(
  texts: readonly (readonly string[])[],
  word: string,
  distance: 1 | -1,
): string | undefined {
  const parts = word.split(/\s+/);
  const found = new Set<string | undefined>();
  for (const text of texts) {
    const at = text.findIndex((_, start) => parts.every((part, i) => text[start + i] === part));
    if (at < 0) continue;
    found.add(text[distance < 0 ? at - 1 : at + parts.length]);
  }
  const [only] = found;
  return found.size === 1 && only !== undefined && !articles.has(only) ? only : undefined;
}

/**
 * How prompts call the subject: by both words where captions put them beside each other, or where the token is no new
 * word of its own; else by the new word alone.
 */
export function nameSubject(
  { token, className }: { readonly token: string; readonly className: string },
  { captions, isNewWord }: { readonly captions: readonly string[]; readonly isNewWord: boolean },
): SubjectWords {
  const both = `${token} ${className}`.trim();
  const areTogether = captions.some((caption) => caption.includes(both));
  return { name: isNewWord && !areTogether ? token : both, className };
}
