import { describe, expect, it } from "vitest";
import { routes } from "../api/index.js";
import { docsPage } from "./docs-page.js";
import { describeApi } from "./openapi.js";

const description = describeApi(routes, "1.2.3");
const operations = Object.values(description.paths).flatMap((methods) => Object.values(methods));

describe("describeApi", () => {
  it("describes every route once", () => {
    const names = Object.entries(routes).flatMap(([subject, group]) =>
      Object.keys(group).map((name) => `${subject}.${name}`),
    );
    expect(operations.map(({ operationId }) => operationId).sort()).toEqual(names.sort());
  });

  it("refers to schemas that it has", () => {
    const text = JSON.stringify(description);
    const named = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference);
    expect(named.length).toBeGreaterThan(20);
    for (const reference of named) {
      const name = reference?.replace("#/components/schemas/", "") ?? "";
      expect(description.components.schemas).toHaveProperty(name);
    }
    expect(text).not.toContain("$defs");
  });

  it("has a parameter for each part of a path that is one", () => {
    for (const [path, methods] of Object.entries(description.paths)) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const { parameters } of Object.values(methods)) {
        const named = parameters.filter((parameter) => parameter.in === "path");
        expect(named.map(({ name }) => name).sort()).toEqual(inPath.sort());
      }
    }
  });

  it("tells what is given from what is answered", () => {
    const { JobRequest, JobRequestGiven } = description.components.schemas;
    expect(JSON.stringify(JobRequestGiven)).not.toBe(JSON.stringify(JobRequest));
    expect(JSON.stringify(description.paths["/api/jobs"]?.["post"]?.requestBody)).toContain(
      "#/components/schemas/JobRequestGiven",
    );
  });

  it("says which routes need no key", () => {
    const open = operations.filter(({ security }) => security?.length === 0);
    expect(open.map(({ operationId }) => operationId)).toEqual(["session.open"]);
  });
});

describe("docsPage", () => {
  const page = docsPage(description);

  it("has every route, and no script", () => {
    for (const { operationId } of operations) expect(page).toContain(`id="${operationId}"`);
    expect(page).not.toMatch(/<script|javascript:|https?:\/\/(?!127\.0\.0\.1)/);
  });

  it("links to schemas that it has", () => {
    const links = [...page.matchAll(/href="#(\w+)"/g)].map(([, name]) => name ?? "");
    expect(links.length).toBeGreaterThan(20);
    for (const name of links) expect(page).toContain(`id="${name}"`);
  });

  it("writes what schemas hold as text", () => {
    const bad = { ...description, info: { ...description.info, title: "<img src=x>" } };
    expect(docsPage(bad)).not.toContain("<img");
  });
});
