/** @file JSON as Python writes it, with infinities. */

import { expect, it } from "vitest";
import { parsePythonJson } from "./python-json.js";

it("reads infinities where Python writes them", () => {
  const text = '{"lambda_min_clipped": -Infinity, "max": Infinity, "steps": [1, 2.5e3, null]}';
  expect(parsePythonJson(text)).toEqual({
    lambda_min_clipped: Number.NEGATIVE_INFINITY,
    max: Number.POSITIVE_INFINITY,
    steps: [1, 2500, null],
  });
});

it("leaves the word alone inside strings", () => {
  expect(parsePythonJson(String.raw`{"a": "to \"Infinity\" and back", "Infinity": 1}`)).toEqual({
    a: 'to "Infinity" and back',
    Infinity: 1,
  });
});

it("says where and why a text does not parse", () => {
  expect(() => parsePythonJson('{"a": NaN}', "config.json")).toThrow(
    /^config\.json: expected JSON/,
  );
  expect(() => parsePythonJson("")).toThrow("does not parse");
});
