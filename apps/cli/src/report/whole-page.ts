/** @file What all pages begin and end with: nothing but what stands in them is loaded, and no script runs. */

import { html, type Markup, type MarkupValue, pageStyle } from "@atelier/base";

/** A page's own parts. */
export interface PageParts {
  /** Of the texts: "en". */
  readonly language: string;
  readonly title: string;
  /** CSS beside that of all pages. */
  readonly style?: string;
  /** Before the title: a picture. */
  readonly beside?: MarkupValue;
  /** Below the title. */
  readonly below?: MarkupValue;
  readonly main: MarkupValue;
}

/** The text of a whole page. */
export function wholePage({ language, title, style = "", beside, below, main }: PageParts): string {
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${{ markup: pageStyle + style }}</style>
</head>
<body>
<header>${beside}<div><h1>${title}</h1>${below}</div></header>
<main>
${main}
</main>
</body>
</html>
`.markup;
}

/** A part of a page under a heading; nothing where there is nothing to show. */
export function section(
  id: string,
  heading: string,
  content: Markup | undefined,
): Markup | undefined {
  return (
    content &&
    html`<section id="${id}"><h2>${heading}</h2>
${content}</section>`
  );
}
