/** @file The API's description as a page to read: plain HTML without scripts, from the same document. */

import type { Description, Operation, Schema } from "./openapi.js";

const style = `
:root { color-scheme: light dark; --line: #8884; --quiet: #888; --accent: #0b7a75 }
@media (prefers-color-scheme: dark) { :root { --accent: #4fc3bd } }
body { font: 15px/1.55 system-ui, "Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans KR", sans-serif;
  max-width: 60rem; margin: 2rem auto 6rem; padding: 0 1rem }
code, pre { font: 13px/1.5 ui-monospace, Menlo, Consolas, monospace }
pre { overflow-x: auto; padding: 8px 16px; border: 1px solid var(--line); border-radius: 8px }
h2 { margin-top: 3rem; border-bottom: 1px solid var(--line) }
details { border-bottom: 1px solid var(--line); padding: 8px 0 }
summary { cursor: pointer }
summary b { display: inline-block; width: 4.5rem; color: var(--accent) }
summary span { color: var(--quiet); margin-left: 8px }
a { color: var(--accent) }
`;

/** The page. */
export function docsPage({ info, paths, components }: Description): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const subjects = [...new Set(operations.flatMap(({ operation }) => operation.tags))];
  const sections = subjects.map(
    (subject) =>
      `<h2 id="${escaped(subject)}">${escaped(subject)}</h2>\n${operations
        .filter(({ operation }) => operation.tags.includes(subject))
        .map(({ path, method, operation }) => section(path, method, operation))
        .join("\n")}`,
  );
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) =>
      `<details id="${escaped(name)}"><summary><code>${escaped(name)}</code></summary>${code(schema)}</details>`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(info.title)} API ${escaped(info.version)}</title>
<style>${style}</style>
<body>
<h1>${escaped(info.title)} API <small>${escaped(info.version)}</small></h1>
<p>${inCode(info.description)} For programs: <a href="/api/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
<pre>curl -H "Authorization: Bearer $(cat ~/Atelier/token)" http://127.0.0.1:4860/api/status</pre>
${sections.join("\n")}
<h2 id="schemas">Schemas</h2>
${schemas.join("\n")}
`;
}

function section(path: string, method: string, operation: Operation): string {
  const { operationId, summary, parameters, requestBody, responses } = operation;
  const rows = parameters.map(
    ({ name, in: place, required, description, schema }) =>
      `<li><code>${escaped(name)}</code> in the ${place}${required ? "" : ", optional"}${
        description ? `: ${escaped(description)}` : ""
      } <code>${escaped(JSON.stringify(schema))}</code></li>`,
  );
  const answers = Object.entries(responses).filter(([status]) => status !== "default");
  return `<details id="${escaped(operationId)}">
<summary><b>${escaped(method.toUpperCase())}</b><code>${escaped(path)}</code><span>${inCode(summary)}</span></summary>
${rows.length > 0 ? `<ul>${rows.join("")}</ul>` : ""}
${requestBody ? `<p>Body</p>${contents(requestBody.content)}` : ""}
${answers.map(([status, { content }]) => `<p>Answer ${escaped(status)}</p>${content ? contents(content) : ""}`).join("")}
</details>`;
}

function contents(content: Readonly<Record<string, { readonly schema: Schema }>>): string {
  return Object.entries(content)
    .map(([type, { schema }]) => `<p><code>${escaped(type)}</code></p>${code(schema)}`)
    .join("");
}

/** A schema with links to those that it names. */
function code(schema: Schema): string {
  const text = escaped(JSON.stringify(schema, undefined, 2));
  return `<pre>${text.replace(
    /#\/components\/schemas\/(\w+)/g,
    (reference, name: string) => `<a href="#${name}">${reference}</a>`,
  )}</pre>`;
}

function inCode(text: string): string {
  return escaped(text).replace(/`([^`]+)`/g, "<code>$1</code>");
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
