/**
 * @file The prompts of DreamBooth's benchmark (Ruiz et al. 2022, arXiv 2208.12242, `prompts_and_classes.txt`
 * of its data set): 25 for objects, 25 for living subjects.
 */

/** What is drawn. */
export interface PromptSubject {
  /** Identifier and class: `sks dog`. */
  readonly subject: string;
  readonly kind: "object" | "living";
}

/** Places for either kind. */
const places = [
  ...["in the jungle", "in the snow", "on the beach", "on a cobblestone street"],
  ...["on top of pink fabric", "on top of a wooden floor", "with a city in the background"],
  ...["with a mountain in the background", "with a blue house in the background"],
  "on top of a purple rug in a forest",
];

const placesOfObjects = [
  ...["with a wheat field in the background"],
  ...["with a tree and autumn leaves in the background", "with the Eiffel Tower in the background"],
  ...["floating on top of water", "floating in an ocean of milk"],
  ...["on top of green grass with sunflowers around it", "on top of a mirror"],
  ...["on top of the sidewalk in a crowded street", "on top of a dirt road"],
  "on top of a white rug",
];

const outfits = [
  ...["wearing a red hat", "wearing a santa hat", "wearing a rainbow scarf"],
  ...["wearing a black top hat and a monocle", "in a chef outfit", "in a firefighter outfit"],
  ...["in a police outfit", "wearing pink glasses", "wearing a yellow shirt"],
  "in a purple wizard outfit",
];

const properties = ["red", "purple", "shiny", "wet", "cube shaped"];

/** The benchmark's prompts for a subject. */
export function dreamboothPrompts({ subject, kind }: PromptSubject): string[] {
  const own = kind === "object" ? placesOfObjects : outfits;
  return [
    ...[...places, ...own].map((place) => `a ${subject} ${place}`),
    ...properties.map((property) => `a ${property} ${subject}`),
  ];
}
