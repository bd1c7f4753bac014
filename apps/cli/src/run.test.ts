/** @file The program as a whole: help, version, exit codes. */

import { describe, expect, it } from "vitest";
import { fixture, runCli } from "./testing/run-cli.js";
import { atelierVersion } from "./version.js";

const commands = [
  ...["lora", "dreambooth", "textual-inversion", "finetune", "train", "resume"],
  ...["generate", "inspect", "convert", "verify", "doctor"],
];

describe("atelier", () => {
  it("prints its help when called with nothing", async () => {
    const { code, stdout, stderr } = await runCli([]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const name of commands) expect(stdout).toContain(`  ${name} `);
    expect(stdout).toContain("Examples:");
  });

  it("prints its version", async () => {
    expect(await runCli(["--version"])).toMatchObject({ code: 0, stdout: `${atelierVersion}\n` });
  });

  it.each(commands)("%s has a help with examples", async (name) => {
    const { code, stdout } = await runCli([name, "--help"]);
    expect(code).toBe(0);
    expect(stdout).toContain(`Usage: atelier ${name}`);
    expect(stdout).toContain("Examples:");
  });

  it("never starts on a mistyped command, and names the nearest", async () => {
    const { code, stdout, stderr } = await runCli(["genrate"]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("Did you mean generate?");
  });

  it("never starts on a mistyped option, and names the nearest", async () => {
    const { code, stderr } = await runCli(["generate", "--base", "x", "--promt", "y"]);
    expect(code).toBe(2);
    expect(stderr).toContain("unknown option '--promt'");
    expect(stderr).toContain("Did you mean --prompt?");
    const lora = await runCli(["lora", "photos", "--learning-rat", "1"]);
    expect(lora.code).toBe(2);
    expect(lora.stderr).toContain("Did you mean --learning-rate?");
  });

  it.each([
    ["--preffer", "--prefer"],
    ["--validaton", "--validation"],
    ["--no-fliip", "--no-flip"],
  ])("names the nearest of those that the short help leaves out, too: %s", async (typed, meant) => {
    const { code, stderr } = await runCli(["lora", "photos", typed, "x"]);
    expect(code).toBe(2);
    expect(stderr).toContain(`Did you mean ${meant}?`);
  });

  it("refuses arguments that nothing takes", async () => {
    expect((await runCli(["doctor", "now"])).code).toBe(2);
  });

  it("prints errors without a stack, and with one when it is asked to", async () => {
    const argv = ["inspect", fixture("absent.safetensors")];
    const plain = await runCli(argv);
    expect(plain.code).toBe(1);
    expect(plain.stderr).toMatch(/^error: .*absent\.safetensors: expected a file or folder, got /);
    expect(plain.stderr).not.toContain("    at ");
    const debug = await runCli(argv, { env: { ATELIER_DEBUG: "1" } });
    expect(debug.stderr).toContain("    at ");
  });

  it("prints an error as a JSON line with --json", async () => {
    const result = await runCli(["inspect", fixture("absent.safetensors"), "--json"]);
    expect(result.code).toBe(1);
    expect(result.stderr).toBe("");
    const { template, params, message } = result.json()[0] as Record<string, unknown>;
    expect(result.json()).toMatchObject([{ type: "error", code: "file" }]);
    expect(template).toContain("{0}");
    expect(message).toContain((params as string[])[0]);
  });

  it("ends with 130 when it was stopped", async () => {
    const signal = AbortSignal.abort();
    const { code, stderr } = await runCli(["verify", fixture()], { signal });
    expect(code).toBe(130);
    expect(stderr).toContain("Stopped.");
  });
});
