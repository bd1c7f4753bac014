/** @file Settings keep their meaning between what is typed and what a config holds. */

import { describe, expect, it } from "vitest";
import { flatten, isSame, nest, settingOf, typedOf, valueAt } from "./setting-values.js";

describe("settings", () => {
  it("read numbers and lists from texts, and leave what is no number to the schema", () => {
    expect(settingOf("number", "1e-4")).toBe(1e-4);
    expect(settingOf("integer", " 16 ")).toBe(16);
    expect(settingOf("number", "fast")).toBe("fast");
    expect(settingOf("number", " ")).toBe(" ");
    expect(settingOf("list", "attention\n\n mid_block.* ")).toEqual(["attention", "mid_block.*"]);
    expect(settingOf("boolean", "true")).toBe(true);
    expect(settingOf("text", "0")).toBe("0");
  });

  it("are typed as they were read, patterns as entries of a list", () => {
    expect(typedOf(0.0001)).toBe("0.0001");
    expect(typedOf(["a", "b"])).toBe("a\nb");
    expect(typedOf({ to_q: 8, "mid.*": 4 })).toBe("to_q=8\nmid.*=4");
    expect(typedOf(undefined)).toBe("");
    expect(isSame(["attention"], "attention")).toBe(true);
    expect(isSame(0.1, 0.2)).toBe(false);
  });

  it("become groups and paths again without loss", () => {
    const config = {
      steps: 5,
      lora: { rank: 8, rankPattern: { to_q: 4 } },
      data: { buckets: { use: true } },
    };
    const flat = flatten(config, new Set(["lora.rankPattern"]));
    expect(flat).toEqual([
      ["steps", 5],
      ["lora.rank", 8],
      ["lora.rankPattern", { to_q: 4 }],
      ["data.buckets.use", true],
    ]);
    expect(nest(flat)).toEqual(config);
    expect(valueAt(config, "data.buckets.use")).toBe(true);
    expect(valueAt(config, "steps.use")).toBeUndefined();
  });
});
