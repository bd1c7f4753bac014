/**
 * @file What an evaluation draws and how it is scored, as data: the protocol of DreamBooth (Ruiz et al. 2022,
 * arXiv 2208.12242, section 4.1) and that of Textual Inversion (Gal et al. 2022, arXiv 2208.01618, section 5).
 */

import { AtelierError, said } from "@atelier/engine";
import { dreamboothPrompts, type PromptSubject } from "./dreambooth-prompts.js";

/** The protocols by name. */
export const protocolNames = ["dreambooth", "textual-inversion"] as const;

/** One of {@link protocolNames}. */
export type ProtocolName = (typeof protocolNames)[number];

/** Stands for the subject in a {@link PromptTemplate}. */
export const subjectMark = "{}";

/** A prompt before a subject is named. */
export interface PromptTemplate {
  /** Holds {@link subjectMark}. */
  readonly text: string;
  /** What its pictures are scored for. */
  readonly scores: "both" | "likeness" | "obedience";
}

/** A prompt of an evaluation. */
export interface ProtocolPrompt extends Pick<PromptTemplate, "scores"> {
  /** As the tuned model is asked. */
  readonly prompt: string;
  /** As the base is asked, which does not know the subject: with the class in its place. */
  readonly ofBase: string;
  /** As judges read it, which do not know the subject either. */
  readonly readable: string;
}

/** What is drawn, and what is made of it. */
export interface Protocol {
  readonly name: ProtocolName;
  readonly prompts: readonly ProtocolPrompt[];
  /** Pictures of each. */
  readonly count: number;
  /** Prompts of the class alone, for PRES; none where the protocol does not ask for it. */
  readonly classPrompts: readonly string[];
  /** Pictures of each of these. */
  readonly classCount: number;
  /** CLIP-T of a prompt: the mean cosine of its pictures, or the cosine of their mean vector. */
  readonly textScore: "mean-cosine" | "cosine-of-mean";
}

/** The words for what was learned. */
export interface SubjectWords {
  /** How prompts call it: `sks dog`, or `<my-word>`. */
  readonly name: string;
  /** Its class: `dog`; "" where nobody says it, which only Textual Inversion's protocol allows. */
  readonly className: string;
}

/** What differs from the published protocols: other prompts, more or fewer pictures. */
export interface ProtocolOptions {
  readonly templates?: readonly PromptTemplate[] | undefined;
  readonly classPrompts?: readonly string[] | undefined;
  readonly count?: number | undefined;
}

/** As many pictures as the papers draw of a prompt. */
const publishedCount: Readonly<Record<ProtocolName, number>> = {
  dreambooth: 4,
  "textual-inversion": 64,
};

/** Of the class, over all of its prompts: the paper does not say how many it takes. */
const classPictures = 16;

/** The 25 prompts of DreamBooth's benchmark; each counts for likeness and for obedience. */
export function dreamboothTemplates(kind: PromptSubject["kind"]): PromptTemplate[] {
  return dreamboothPrompts({ subject: subjectMark, kind }).map((text) => ({
    text,
    scores: "both",
  }));
}

/**
 * Textual Inversion's: the concept alone for its likeness; a place, a style and a composition for obedience, of each of
 * which the paper quotes one.
 */
export const textualInversionTemplates: readonly PromptTemplate[] = [
  { text: `a photo of ${subjectMark}`, scores: "likeness" },
  { text: `a photo of ${subjectMark} on the moon`, scores: "obedience" },
  { text: `an oil painting of ${subjectMark}`, scores: "obedience" },
  { text: `Elmo holding a ${subjectMark}`, scores: "obedience" },
];

/**
 * The protocol of DreamBooth: four pictures a prompt; judges read the class in the place of the subject.
 * @throws AtelierError `config` for templates without a place for the subject.
 */
export function dreamboothProtocol(
  words: SubjectWords,
  { kind = "object", ...options }: ProtocolOptions & { readonly kind?: PromptSubject["kind"] } = {},
): Protocol {
  const {
    templates = dreamboothTemplates(kind),
    classPrompts = [`a photo of a ${words.className}`],
    count = publishedCount.dreambooth,
  } = options;
  return {
    name: "dreambooth",
    prompts: templates.map((template) => {
      const ofClass = fill(template, words.className);
      return { ...asked(template, words, ofClass), readable: ofClass };
    }),
    count,
    classPrompts,
    classCount: Math.ceil(classPictures / classPrompts.length),
    textScore: "mean-cosine",
  };
}

/**
 * The protocol of Textual Inversion: 64 pictures a prompt; judges read prompts from which the word is left out,
 * and compare the mean of the pictures with them.
 * @throws AtelierError `config` as {@link dreamboothProtocol}.
 */
export function textualInversionProtocol(
  words: SubjectWords,
  {
    templates = textualInversionTemplates,
    count = publishedCount["textual-inversion"],
  }: Omit<ProtocolOptions, "classPrompts"> = {},
): Protocol {
  return {
    name: "textual-inversion",
    prompts: templates.map((template) => ({
      ...asked(template, words, fill(template, words.className)),
      readable: fill(template, ""),
    })),
    count,
    classPrompts: [],
    classCount: 0,
    textScore: "cosine-of-mean",
  };
}

function asked(
  template: PromptTemplate,
  { name }: SubjectWords,
  ofBase: string,
): Omit<ProtocolPrompt, "readable"> {
  return { prompt: fill(template, name), ofBase, scores: template.scores };
}

/** The subject in its place, with the article that its first letter needs; "" leaves it out. */
function fill({ text }: PromptTemplate, subject: string): string {
  if (!text.includes(subjectMark)) {
    throw new AtelierError(
      "config",
      said`protocol: expected ${subjectMark} in every prompt, where the subject stands, got "${text}". Write for example "a ${subjectMark} on the beach".`,
    );
  }
  const isVowel = /^[aeiou]/i.test(subject);
  return text
    .replaceAll(/\ban? (?=\{\})/g, isVowel ? "an " : "a ")
    .replaceAll(subjectMark, () => subject)
    .replaceAll(/ {2,}/g, " ")
    .trim();
}
