import { describe, expect, it } from "vitest";
import { freeName, nameProblem } from "./result-name.js";

const taken = ["mascot.safetensors", "mascot-kohya.safetensors", "Base"];

describe("freeName", () => {
  it("adds a number where the name is taken, with or without its ending", () => {
    expect(freeName("mascot.safetensors", "diffusers", taken)).toBe("mascot-diffusers");
    expect(freeName("mascot.safetensors", "kohya", taken)).toBe("mascot-kohya-2");
  });
});

describe("nameProblem", () => {
  it("tells names that are taken and names that are none", () => {
    expect(nameProblem("new", taken)).toBeUndefined();
    expect(nameProblem("BASE", taken)).toBe("taken");
    expect(nameProblem("mascot", taken)).toBe("taken");
    expect(nameProblem("a/b", taken)).toBe("misnamed");
    expect(nameProblem("", taken)).toBe("misnamed");
  });
});
