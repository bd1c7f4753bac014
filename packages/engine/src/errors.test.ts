/** @file Errors carry their sentence in a form that can be said in another language. */

import { describe, expect, it } from "vitest";
import { AtelierError, asAtelierError, said } from "./errors.js";

describe("an error's sentence", () => {
  const failure = (path: string, got: number | undefined) =>
    new AtelierError("file", said`${path}: expected a {"width"} of 64, got ${got}. Resize it.`);

  it("is the same template for all errors of a place, with what differs beside it", () => {
    const [one, other] = [failure("a {1}.png", 32), failure("b.png", undefined)];
    expect(one.message).toBe('a {1}.png: expected a {"width"} of 64, got 32. Resize it.');
    expect(other.message).toBe('b.png: expected a {"width"} of 64, got undefined. Resize it.');
    expect(one.sentence.template).toBe('{0}: expected a {"width"} of 64, got {1}. Resize it.');
    expect(other.sentence.template).toBe(one.sentence.template);
    expect(one.sentence.params).toEqual(["a {1}.png", 32]);
  });

  it("stays whole as plain data, on its way from another process", () => {
    const { message, sentence } = failure("b.png", undefined);
    const sent = JSON.parse(JSON.stringify(sentence)) as typeof sentence;
    expect(new AtelierError("file", sent).message).toBe(message);
  });

  it("is its own template where nothing differs", () => {
    const { message, sentence } = new AtelierError("config", "steps: expected {0}.");
    expect(message).toBe("steps: expected {0}.");
    expect(sentence).toEqual({ template: "steps: expected {0}.", params: [] });
  });
});

describe("what was thrown", () => {
  const thrownBy = (work: () => unknown): unknown => {
    try {
      work();
    } catch (error) {
      return error;
    }
    return undefined;
  };

  it("is an error of ours where the system has no memory", () => {
    const refusal = thrownBy(() => new ArrayBuffer(2 ** 52));
    expect(asAtelierError(refusal)).toMatchObject({ code: "runtime", cause: refusal });
  });

  it("is none of ours where it is another range error", () => {
    expect(asAtelierError(thrownBy(() => new Float32Array(-1)))).toBeUndefined();
  });

  it("is itself where it is ours", () => {
    const own = new AtelierError("file", "a.png: expected a file.");
    expect(asAtelierError(own)).toBe(own);
  });
});
