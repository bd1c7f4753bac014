/**
 * @file Takes the charts out of a report, as pictures for docs: `node scripts/report-charts.mjs <report.html> <name>=<index> …`
 * writes docs/verdicts/<name>.svg for the chart of each index, from 0.
 */

import { readFileSync, writeFileSync } from "node:fs";

const [report, ...wanted] = process.argv.slice(2);
const page = readFileSync(report, "utf8");
const [, style] = page.match(/<style>(.*?)<\/style>/su) ?? [];
// A picture in a page knows no scheme but its own.
const light = style.replace(/@media \(prefers-color-scheme: dark\) \{\s*:root \{[^}]*\}\s*\}/u, "");
const charts = page.match(/<svg class="loss.*?<\/svg>/gsu) ?? [];
for (const each of wanted) {
  const [name, index] = each.split("=");
  const chart = charts[Number(index)];
  const [, width, height] = chart.match(/viewBox="0 0 ([\d.]+) ([\d.]+)"/u);
  const named = chart.replace(
    "<svg ",
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" `,
  );
  const body = named.replace(
    ">",
    `><style>${light}</style><rect width="100%" height="100%" fill="#fff"/>`,
  );
  writeFileSync(`docs/verdicts/${name}.svg`, `${body}\n`);
}
