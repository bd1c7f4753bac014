/** @file The strict reader refuses what `JSON.parse` lets through, and agrees with it elsewhere. */

import { describe, expect, it } from "vitest";
import { readStrictJson } from "./strict-json.js";

function readIntegers(text: string): number[] {
  const values: number[] = [];
  const reader = readStrictJson(text);
  reader.array(() => values.push(reader.integer()));
  reader.end();
  return values;
}

function readStrings(text: string): [string, string][] {
  const pairs: [string, string][] = [];
  const reader = readStrictJson(text);
  reader.object((key) => pairs.push([key, reader.string()]));
  reader.end();
  return pairs;
}

describe("strict JSON", () => {
  it("reads strings with every escape as JSON.parse does", () => {
    const value = '\\ " / \b\f\n\r\t \u0001 é \u{1f600} \\" \u2028';
    const pairs = [
      [value, value],
      ["\\", "\\\\"],
      ["", ""],
    ];
    expect(readStrings(JSON.stringify(Object.fromEntries(pairs)))).toEqual(pairs);
  });

  it("reads white space between all tokens", () => {
    expect(readIntegers(" [ 1 ,\t2\r\n, 30 ] \n")).toEqual([1, 2, 30]);
    expect(readStrings(' { "a" : "b" , "c" : "d" } ')).toHaveLength(2);
    expect(readIntegers("[]")).toEqual([]);
  });

  it.each([
    "[-1]",
    "[1.0]",
    "[1e3]",
    "[01]",
    "[9007199254740992]",
    '["1"]',
    "[null]",
    "[[1]]",
    "[]1",
    "[1,]",
    "[1 2]",
    "[",
    "",
    "[NaN]",
    "[+1]",
    "[0x10]",
  ])("refuses %s as an array of integers", (text) => {
    expect(() => readIntegers(text)).toThrow(SyntaxError);
  });

  it.each(['{"a":"b","a":"c"}', '{"a":"b","\\u0061":"c"}'])(
    "refuses the repeated key in %s",
    (text) => {
      expect(() => readStrings(text)).toThrow('expected each key once, got "a" again');
    },
  );

  it.each([
    '{"a":1}',
    '{a:"b"}',
    "{'a':'b'}",
    '{"a":"b",}',
    '{"a" "b"}',
    '{"a":"b"',
    '{"a":"b',
    '{"a":"\n"}',
    '{"a":"\\x"}',
    '{"a":"b"}}',
  ])("refuses %s as an object of strings", (text) => {
    expect(() => readStrings(text)).toThrow(SyntaxError);
  });

  it("tells where it stopped", () => {
    expect(() => readIntegers("[1, true]")).toThrow(
      'expected an integer from 0 to 2^53 - 1 at character 4, got "true]"',
    );
  });
});
