/** @file What a check of the pictures has found: read from its job, with the pictures that each finding speaks of. */

import { sayOptions, type Warning, type WarningSentences } from "@atelier/diffusion/core";
import type { Picture } from "@atelier/server/api";
import { z } from "zod";

const told = z.object({
  code: z.string(),
  params: z.record(z.string(), z.unknown()),
  message: z.string(),
});

/** What `atelier check --json` prints. */
const checkResult = z.object({
  pictures: z.number(),
  width: z.number(),
  height: z.number(),
  findings: z.array(told),
  unchecked: z.array(z.object({ what: z.string(), why: z.string() })),
  usable: z.object({ withoutCaptions: z.number(), withCaptions: z.number() }),
  judge: z.string().optional(),
  buckets: z.array(
    z.object({
      pictures: z.array(z.object({ name: z.string(), cropped: z.number(), scale: z.number() })),
    }),
  ),
  warnings: z.array(told),
});
export type CheckResult = z.infer<typeof checkResult>;
export type Told = z.infer<typeof told>;

/** Two pictures that are alike. */
export type Pair = readonly [string, string];

/** What can be done about a finding. */
export type FindingAction = "choose" | "delete" | "deleteOthers" | "turn" | "crops" | "captions";

/** Findings of one kind, and the pictures that they speak of. */
export interface FindingGroup {
  readonly code: string;
  /** None where the page itself has found it. */
  readonly told: readonly Told[];
  readonly pictures: readonly string[];
  readonly pairs: readonly Pair[];
  /** Pictures or pairs that are left out: of very long lists, and of checks by an older Atelier. */
  readonly unnamed: number;
  readonly actions: readonly FindingAction[];
}

const some = z.object({
  count: z.number(),
  first: z.array(z.string()),
  rest: z.array(z.string()).default([]),
});
const actions: Readonly<Record<string, readonly FindingAction[]>> = {
  "unusable-pictures": ["delete"],
  "missing-captions": ["captions"],
  "blank-pictures": ["delete"],
  "same-pictures": ["deleteOthers"],
  "near-pictures": ["deleteOthers"],
  "mirrored-pictures": ["deleteOthers"],
  "unfitting-captions": ["captions"],
  "outlying-pictures": ["turn", "delete"],
  "blurred-pictures": ["captions", "delete"],
  "enlarged-pictures": ["crops", "delete"],
  "much-cropped": ["crops"],
  "truncated-caption": ["captions"],
  "one-caption": ["captions"],
};
/** The library's own limits, above which it warns. */
const limits = { cropped: 0.3, scale: 1.05 };

/** The outcome of a check; none where it is of another form. */
export function readCheck(result: unknown): CheckResult | undefined {
  // The command line prints one value, and a job may hand it on in the list of all that was printed.
  const parsed = checkResult.safeParse(Array.isArray(result) ? result[0] : result);
  return parsed.success ? parsed.data : undefined;
}

/** Findings by kind, worst first, without pictures that are gone. */
export function groupFindings(check: CheckResult, pictures: readonly Picture[]): FindingGroup[] {
  const byCode = new Map<string, Told[]>();
  for (const each of check.findings) {
    byCode.set(each.code, [...(byCode.get(each.code) ?? []), each]);
  }
  const known = new Set(pictures.map(({ name }) => name));
  const groups = [...byCode].map(([code, found]): FindingGroup => {
    const whole = wholeList(code, check, pictures);
    const named = found.flatMap(({ params }) => listOf(params));
    const pairs = found.flatMap(({ params }) => pairsOf(params, known));
    const names = (whole ?? [...named, ...pairs.flat()]).filter((name) => known.has(name));
    return {
      ...{ code, told: found, pairs, pictures: [...new Set(names)] },
      unnamed: whole ? 0 : found.reduce((sum, { params }) => sum + unnamedOf(params), 0),
      actions: ["choose", ...(actions[code] ?? [])],
    };
  });
  return [...groups.filter(isLeft), ...transparency(pictures)];
}

/** What is to be done with speaks of pictures that are still there. */
function isLeft({ code, pictures, pairs }: FindingGroup): boolean {
  if (code === "one-caption") return true;
  return code.endsWith("-pictures") && actions[code]?.includes("deleteOthers")
    ? pairs.length > 0
    : pictures.length > 0;
}

/** Of each group of look-alikes all but the largest. */
export function otherPictures(pairs: readonly Pair[], pictures: readonly Picture[]): string[] {
  const groupOf = new Map<string, Set<string>>();
  for (const [one, other] of pairs) {
    const joined = new Set([...(groupOf.get(one) ?? [one]), ...(groupOf.get(other) ?? [other])]);
    for (const name of joined) groupOf.set(name, joined);
  }
  const size = new Map(pictures.map(({ name, width, height }) => [name, width * height]));
  return [...new Set(groupOf.values())].flatMap((group) => {
    const sorted = [...group].sort((a, b) => (size.get(b) ?? 0) - (size.get(a) ?? 0));
    return sorted.slice(1);
  });
}

/** A finding's sentence in a language, with options as the page names them. */
export function findingSentence(
  { code, params, message }: Told,
  sentences: WarningSentences,
  optionWords: Readonly<Record<string, string>>,
): string {
  return sayOptions(sentenceIn({ code, params, message }, sentences), (name, value) => {
    const word = optionWords[name] ?? name;
    return value === undefined || value === "true" ? word : `${word} = ${value}`;
  });
}

function sentenceIn({ code, params, message }: Told, sentences: WarningSentences): string {
  if (!Object.hasOwn(sentences, code)) return message;
  try {
    // Sound for a worker of this version; what another one sends is caught, and its own words are shown.
    const { [code as Warning["code"]]: say } = sentences;
    return (say as (params: unknown) => string)(params);
  } catch {
    return message;
  }
}

/** Lists that follow from what the page knows, which change with what is done on it. */
function wholeList(
  code: string,
  { buckets }: CheckResult,
  pictures: readonly Picture[],
): string[] | undefined {
  const shaped = buckets.flatMap((bucket) => bucket.pictures);
  const names = (those: readonly { readonly name: string }[]) => those.map(({ name }) => name);
  switch (code) {
    case "missing-captions":
      return names(
        pictures.filter(({ caption, problem }) => caption === undefined && problem === undefined),
      );
    case "unusable-pictures":
      return names(pictures.filter(({ problem }) => problem !== undefined));
    case "much-cropped":
      return names(shaped.filter(({ cropped }) => cropped > limits.cropped));
    case "enlarged-pictures":
      return names(shaped.filter(({ scale }) => scale > limits.scale));
    default:
      return undefined;
  }
}

function transparency(pictures: readonly Picture[]): FindingGroup[] {
  const names = pictures.filter((each) => each.hasTransparency).map(({ name }) => name);
  if (names.length === 0) return [];
  return [
    {
      ...{ code: "transparency", told: [], pictures: names, pairs: [], unnamed: 0 },
      actions: ["choose"],
    },
  ];
}

function listOf({ pictures, picture }: Told["params"]): readonly string[] {
  const list = some.safeParse(pictures);
  return [
    ...(list.success ? allOf(list.data) : []),
    ...(typeof picture === "string" ? [picture] : []),
  ];
}

function pairsOf({ pairs }: Told["params"], known: ReadonlySet<string>): Pair[] {
  const list = some.safeParse(pairs);
  if (!list.success) return [];
  return allOf(list.data).flatMap((text) => {
    const pair = pairIn(text, known);
    return pair === undefined ? [] : [pair];
  });
}

/** Names may hold the signs between them: both sides must be pictures. */
function pairIn(text: string, known: ReadonlySet<string>): Pair | undefined {
  for (const { index, 0: sign } of text.matchAll(/ [=≈↔] /g)) {
    const pair: Pair = [text.slice(0, index), text.slice(index + sign.length)];
    if (pair.every((name) => known.has(name))) return pair;
  }
  return undefined;
}

function unnamedOf({ pictures, pairs }: Told["params"]): number {
  return [pictures, pairs].reduce<number>((sum, list) => {
    const parsed = some.safeParse(list);
    return parsed.success ? sum + parsed.data.count - allOf(parsed.data).length : sum;
  }, 0);
}

const allOf = ({ first, rest }: z.infer<typeof some>): readonly string[] => [...first, ...rest];
