/**
 * @file The one error class. A message reads "where: expected X, got Y. What to do."
 * so that a person who sees only the message knows the next step.
 */

/** What kind of thing went wrong; stable, for programs that react to errors. */
export type ErrorCode =
  | "internal"
  | "shape"
  | "dtype"
  | "graph"
  | "runtime"
  | "config"
  | "file"
  | "format"
  | "weights"
  | "data"
  | "network"
  | "training"
  | "aborted";

/** A sentence with what stands in it, so that it can be said in another language. */
export interface Sentence {
  /** With `{0}`, `{1}` … where the parameters stand: the same for all errors of one place in the code. */
  readonly template: string;
  readonly params: readonly SentenceParam[];
}

/** What can stand in a sentence: also another one, which is said in the same language. */
export type SentenceParam = string | number | boolean | Sentence;

/** A sentence from a template literal. @example throw new AtelierError("file", said`${path}: expected a file.`) */
export function said(
  strings: TemplateStringsArray,
  ...params: readonly (SentenceParam | null | undefined)[]
): Sentence {
  const template = strings.reduce((text, part, index) => `${text}{${index - 1}}${part}`);
  return { template, params: params.map((param) => param ?? String(param)) };
}

/** Sentences of a language: templates by those in English. */
export type SentenceCatalogue = Readonly<Record<string, string>>;

/** A sentence in the language of a catalogue; in English where that lacks it. */
export function sentenceIn({ template, params }: Sentence, catalogue: SentenceCatalogue): string {
  const own = Object.hasOwn(catalogue, template) ? catalogue[template] : undefined;
  const said = (param: SentenceParam | undefined): string =>
    typeof param === "object" ? sentenceIn(param, catalogue) : String(param);
  return (own ?? template).replace(/\{(\d+)\}/g, (_, at: string) => said(params[Number(at)]));
}

/** Options of {@link AtelierError}: machine-readable facts and the error that caused this one. */
export interface AtelierErrorOptions {
  readonly context?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** Every error that Atelier throws on purpose; its message is the sentence in English. */
export class AtelierError extends Error {
  readonly code: ErrorCode;
  readonly sentence: Sentence;
  readonly context: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    sentence: Sentence | string,
    { context = {}, cause }: AtelierErrorOptions = {},
  ) {
    const own = typeof sentence === "string" ? { template: sentence, params: [] } : sentence;
    const message = typeof sentence === "string" ? sentence : sentenceIn(sentence, {});
    super(message, cause === undefined ? undefined : { cause });
    this.name = "AtelierError";
    this.code = code;
    this.sentence = own;
    this.context = context;
  }
}

/** A broken invariant of our own: always a bug in Atelier, never the user's fault. */
export function internalError(
  message: string,
  context: Readonly<Record<string, unknown>> = {},
): AtelierError {
  return new AtelierError("internal", said`internal: ${message} This is a bug in Atelier.`, {
    context,
  });
}

/** Whatever was thrown, where it is no bug: an error of ours, or memory that the system refused to JavaScript. */
export function asAtelierError(error: unknown): AtelierError | undefined {
  if (error instanceof AtelierError) return error;
  // Nothing but V8's words for it tells it from other range errors.
  if (!(error instanceof RangeError && error.message === "Array buffer allocation failed")) {
    return undefined;
  }
  return new AtelierError(
    "runtime",
    "memory: expected more of it, got none from the system. Close other programs, raise the limit if there is one (`ulimit -v`), or take a smaller picture size or batch.",
    { cause: error },
  );
}

/** What whatever was thrown says, as a sentence. */
export function errorSentence(error: unknown): Sentence {
  return error instanceof AtelierError ? error.sentence : said`${messageOf(error)}`;
}

/** The text of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
