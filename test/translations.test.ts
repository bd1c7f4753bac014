/** @file Every error that a user can meet has its sentence in Korean, and no sentence is kept that no error has. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { korean } from "../apps/cli/src/messages/ko/korean.js";
import { pageErrors } from "../apps/playground/src/messages/korean-errors.js";
import { korean as studio } from "../apps/studio/src/messages/ko/korean.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const folders = [
  "packages/engine",
  "packages/diffusion",
  "packages/base",
  "apps/cli",
  "apps/server",
  "apps/playground",
];
/** What the command line says, the Studio's server among it, and what the playground adds. */
const errors = { ...korean.errors, ...pageErrors };
/** What users do not run, and what no user reads. */
const leftOut =
  /\.test\.ts$|\/testing\/|\/(english|korean)\/|base\/src\/(experiments|commands|recipe|report-page)\//;

const paths = folders.flatMap((folder) =>
  readdirSync(join(root, folder, "src"), { recursive: true })
    .map((name) => join(folder, "src", String(name)))
    .filter((path) => path.endsWith(".ts")),
);
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const sourcePaths = paths.filter((path) => !leftOut.test(path));
const sources = sourcePaths.map(read);

/** `{0}`, `{1}` … where a template literal has its parameters. */
function templateOf(literal: ts.TemplateLiteral): string {
  if (ts.isNoSubstitutionTemplateLiteral(literal)) return literal.text;
  const spans = literal.templateSpans.map((span, at) => `{${at}}${span.literal.text}`);
  return literal.head.text + spans.join("");
}

/** The templates of all sentences that a source says in so many words; those of bugs are for nobody. */
function templatesIn(text: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTaggedTemplateExpression(node) && node.tag.getText() === "said") {
      found.push(templateOf(node.template));
    }
    if (ts.isNewExpression(node) && node.expression.getText() === "AtelierError") {
      const [code, sentence] = node.arguments ?? [];
      const isBug = code?.getText() === '"internal"';
      if (sentence !== undefined && ts.isStringLiteralLike(sentence) && !isBug) {
        found.push(sentence.text);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("source.ts", text, ts.ScriptTarget.Latest, true));
  return found;
}

const templates = new Set(
  sources.flatMap(templatesIn).filter((template) => !template.startsWith("internal: ")),
);
/** Jobs of the Studio run commands. */
const ofCommands = sourcePaths.filter((path) => path.startsWith(join("apps", "cli"))).map(read);
const entries = Object.entries(errors);
const missingIn = (
  catalogue: Readonly<Record<string, string>>,
  wanted: Iterable<string>,
): string[] =>
  [...wanted].filter(
    (template) => /\p{L}{2}/u.test(template) && !Object.hasOwn(catalogue, template),
  );
const hangul = /\p{Script=Hangul}/u;
const placesIn = (template: string): string[] =>
  [...new Set(template.match(/\{\d+\}/g) ?? [])].sort();

describe("Korean errors", () => {
  it("are all there", () => {
    expect(missingIn(errors, templates)).toEqual([]);
  });

  it("of commands are known to the Studio's page too", () => {
    expect(missingIn(studio.errors, ofCommands.flatMap(templatesIn))).toEqual([]);
  });

  it("are of errors that there are", () => {
    // Errors quote some of what is said in English elsewhere.
    const quoted = paths.filter((path) => path.includes("/english/")).map(read);
    const all = [...sources, ...quoted].join("\n");
    // A sentence that is chosen or put together in the code stands there in parts.
    const isSaid = (template: string) =>
      template
        .split(/\{\d+\}/)
        .filter((part) => part.trim().length > 12)
        .every((part) => all.includes(part.trim()));
    const stale = entries
      .map(([template]) => template)
      .filter((template) => !templates.has(template) && !isSaid(template));
    expect(stale).toEqual([]);
  });

  it("say in Korean what the English sentence says, of the same things", () => {
    const wrong = entries.filter(
      ([english, own]) =>
        !hangul.test(own) || placesIn(english).join() !== placesIn(own).join() || / {2}/.test(own),
    );
    expect(wrong).toEqual([]);
  });

  it("name the same options, fields and files", () => {
    const namesIn = (text: string): string[] =>
      [
        ...new Set(text.match(/--[a-z][\w-]+|\b[a-z]+[A-Z]\w*\.\w+|\b[A-Z]{2,}_[A-Z_]+\b/g) ?? []),
      ].sort();
    const wrong = entries.filter(
      ([english, own]) => namesIn(english).join() !== namesIn(own).join(),
    );
    expect(wrong).toEqual([]);
  });
});
