/** @file Every sentence of the library is there in Korean, of the same things, and none that it does not say. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, it } from "vitest";
import { libraryErrors } from "./library-errors.js";

const folder = fileURLToPath(new URL("../library", import.meta.url));

/** Templates of all sentences in a source, `{0}` where their parameters stand. */
function templatesIn(path: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTaggedTemplateExpression(node) && node.tag.getText() === "said") {
      const { template } = node;
      const isPlain = ts.isNoSubstitutionTemplateLiteral(template);
      const spans = isPlain
        ? []
        : template.templateSpans.map((span, at) => `{${at}}${span.literal.text}`);
      found.push(isPlain ? template.text : template.head.text + spans.join(""));
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true));
  return found;
}

const sources = readdirSync(folder, { recursive: true })
  .map(String)
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));
const templates = new Set(sources.flatMap((name) => templatesIn(join(folder, name))));
const placesIn = (text: string) => [...new Set(text.match(/\{\d+\}/g) ?? [])].sort();

it("the library's sentences are all there in Korean, and no others", () => {
  const own = [...templates].filter((template) => /\p{L}{2}/u.test(template));
  expect(own.filter((template) => !Object.hasOwn(libraryErrors, template))).toEqual([]);
  expect(Object.keys(libraryErrors).filter((template) => !templates.has(template))).toEqual([]);
});

it("they say it in Korean, of the same things", () => {
  const wrong = Object.entries(libraryErrors).filter(
    ([english, korean]) =>
      !/\p{Script=Hangul}/u.test(korean) ||
      placesIn(english).join() !== placesIn(korean).join() ||
      / {2}/.test(korean),
  );
  expect(wrong).toEqual([]);
});
