/**
 * @file Backgrounds: flat colours, gradients from top to bottom, and simple landscapes, each with
 * the words that captions have for it and a drawing on a square of side 64.
 */

import { AtelierError, said } from "@atelier/engine";

/** Kinds of backgrounds. */
export type BackgroundKind = "colour" | "gradient" | "landscape";

/** What lies behind the objects of a scene; the name is unique among all kinds. */
export interface Background {
  readonly kind: BackgroundKind;
  readonly name: string;
}

/** Softer than the colours of the icons, so that a red apple is seen on red. */
const colours: Readonly<Record<string, string>> = {
  ...{ red: "#d9534a", orange: "#f29b4b", yellow: "#f7e17a", green: "#6fbf73", blue: "#5b8fd9" },
  ...{ purple: "#8d6cc4", pink: "#f3a6c4", brown: "#8b6650", grey: "#9aa0a6", white: "#fafafa" },
  ...{ black: "#222428", teal: "#3fa7a3" },
};

/** Upper and lower colour. */
const gradients: readonly (readonly [upper: string, lower: string])[] = [
  ["blue", "white"],
  ["blue", "pink"],
  ["yellow", "red"],
  ["purple", "orange"],
  ["green", "yellow"],
  ["pink", "yellow"],
  ["black", "purple"],
  ["white", "grey"],
];

interface Landscape {
  /** Phrases for it, the plainest first. */
  readonly phrases: readonly string[];
  /** SVG elements on a square of side 64. */
  readonly drawing: string;
}

const landscapes: Readonly<Record<string, Landscape>> = {
  meadow: {
    phrases: ["in a meadow", "on a meadow", "on the grass"],
    drawing:
      rect(0, 64, "#a9dcf5") +
      `<ellipse cx="12" cy="70" rx="44" ry="34" fill="#7cc45f"/>` +
      `<ellipse cx="56" cy="72" rx="40" ry="30" fill="#5fae4b"/>`,
  },
  beach: {
    phrases: ["on a beach", "at the beach"],
    drawing: rect(0, 30, "#bfe6f7") + rect(26, 18, "#3c9fd0") + rect(42, 22, "#f2d9a0"),
  },
  desert: {
    phrases: ["in a desert", "in the desert"],
    drawing:
      rect(0, 64, "#fbe6bd") +
      `<path d="M0 46Q26 26 64 42V64H0Z" fill="#e0a45c"/>` +
      `<path d="M0 56Q40 58 64 46V64H0Z" fill="#c98744"/>`,
  },
  snow: {
    phrases: ["in the snow", "on snow"],
    drawing:
      rect(0, 64, "#a7bfd6") +
      `<path d="M0 46Q32 36 64 46V64H0Z" fill="#fff"/>` +
      circles(
        'fill="#fff"',
        [
          6, 8, 1.3, 18, 22, 1.3, 28, 6, 1.3, 40, 16, 1.3, 52, 7, 1.3, 60, 24, 1.3, 10, 34, 1.3, 34,
          30, 1.3, 54, 34, 1.3,
        ],
      ),
  },
  night: {
    phrases: ["at night", "under the stars"],
    drawing:
      rect(0, 64, "#1d2950") +
      rect(52, 12, "#141b36") +
      circles(
        'fill="#fff6c8"',
        [
          5, 6, 0.9, 15, 16, 0.9, 24, 5, 0.9, 33, 13, 0.9, 44, 4, 0.9, 59, 20, 0.9, 7, 28, 0.9, 54,
          36, 0.9, 10, 44, 0.9,
        ],
      ) +
      `<circle cx="55" cy="9" r="5" fill="#fff1b0"/>`,
  },
  sea: {
    phrases: ["under water", "in the sea"],
    drawing:
      rect(0, 22, "#4db6e2") +
      rect(20, 20, "#2f98cf") +
      rect(38, 26, "#1f78b4") +
      `<path d="M0 58Q16 53 32 57T64 56V64H0Z" fill="#e2cf9a"/>` +
      circles(
        'fill="none" stroke="#d8f3ff"',
        [6, 14, 2, 10, 30, 1.4, 58, 20, 2, 55, 34, 1.4, 60, 46, 1.6, 4, 46, 1.6],
      ),
  },
  mountains: {
    phrases: ["in the mountains", "in front of mountains"],
    drawing:
      rect(0, 64, "#cfe3f3") +
      `<path d="M-6 64L16 16L38 64Z" fill="#7d8796"/><path d="M10.5 28L16 16L21.5 28L16 25Z" fill="#fff"/>` +
      `<path d="M24 64L48 10L72 64Z" fill="#667080"/><path d="M42.7 22L48 10L53.3 22L48 19Z" fill="#fff"/>` +
      rect(56, 8, "#5e8f5a"),
  },
  city: {
    phrases: ["in a city", "in front of a city"],
    drawing:
      rect(0, 64, "#f6cfae") +
      `<path d="M0 64V26H11V14H22V34H30V8H42V28H50V18H64V64Z" fill="#6b6f8c"/>` +
      `<path d="M14 18h2v3h-2zM18 18h2v3h-2zM33 13h2v3h-2zM37 13h2v3h-2zM33 20h2v3h-2zM37 20h2v3h-2zM54 24h2v3h-2zM58 24h2v3h-2zM3 31h2v3h-2zM7 31h2v3h-2z" fill="#ffe48a"/>` +
      rect(54, 10, "#4a4c5c"),
  },
};

/** Every background there is. */
export const backgrounds: readonly Background[] = [
  ...Object.keys(colours).map((name) => ({ kind: "colour" as const, name })),
  ...gradients.map(([upper, lower]) => ({
    kind: "gradient" as const,
    name: `${upper} to ${lower}`,
  })),
  ...Object.keys(landscapes).map((name) => ({ kind: "landscape" as const, name })),
];

const colourPhrases = [
  "on a {name} background",
  "on {name}",
  "with a {name} background",
  "in front of a {name} background",
];
const gradientPhrases = [
  "on a {name} gradient",
  "on a gradient from {name}",
  "with a background from {name}",
];

/** Phrases that say where a scene plays, the plainest first; each one names the background alone. */
export function backgroundPhrases({ kind, name }: Background): readonly string[] {
  if (kind === "landscape") return landscapeOf(name).phrases;
  const phrases = kind === "colour" ? colourPhrases : gradientPhrases;
  return phrases.map((phrase) => phrase.replace("{name}", name));
}

/** SVG elements that fill a square of side 64. @throws AtelierError `config` for an unknown name. */
export function backgroundDrawing({ kind, name }: Background): string {
  switch (kind) {
    case "colour":
      return rect(0, 64, colourOf(name));
    case "gradient": {
      const [upper = "", lower = ""] = name.split(" to ");
      const stops = `<stop stop-color="${colourOf(upper)}"/><stop offset="1" stop-color="${colourOf(lower)}"/>`;
      return `<linearGradient id="g" x2="0" y2="1">${stops}</linearGradient>${rect(0, 64, "url(#g)")}`;
    }
    case "landscape":
      return landscapeOf(name).drawing;
  }
}

function colourOf(name: string): string {
  return colours[name] ?? refuse(name);
}

function landscapeOf(name: string): Landscape {
  return landscapes[name] ?? refuse(name);
}

function refuse(name: string): never {
  const known = backgrounds.map((background) => background.name).join(", ");
  throw new AtelierError(
    "config",
    said`world: expected the name of a background, got "${name}". Known: ${known}.`,
  );
}

function rect(top: number, height: number, fill: string): string {
  return `<rect y="${top}" width="64" height="${height}" fill="${fill}"/>`;
}

/** Circles; `places` holds x, y and radius in turn. */
function circles(paint: string, places: readonly number[]): string {
  const starts = places.flatMap((_, i) => (i % 3 === 0 ? [i] : []));
  const drawn = starts.map((i) => {
    const [x, y, radius] = places.slice(i, i + 3);
    return `<circle cx="${x}" cy="${y}" r="${radius}"/>`;
  });
  return `<g ${paint}>${drawn.join("")}</g>`;
}
