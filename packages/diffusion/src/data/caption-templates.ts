/**
 * @file Captions for a new word: the templates with which Textual Inversion was published (Gal et al.
 * 2022, arXiv 2208.01618, after CLIP's neutral ImageNet captions), as diffusers keeps them.
 */

/** What a word can stand for. */
export const wordKinds = ["subject", "style"] as const;

/** One of {@link wordKinds}. */
export type WordKind = (typeof wordKinds)[number];

const objectViews = [
  ...["photo of a", "rendering of a", "cropped photo of the", "photo of a clean"],
  ...["photo of a dirty", "dark photo of the", "photo of my", "photo of the cool"],
  ...["close-up photo of a", "bright photo of the", "cropped photo of a", "photo of the"],
  ...["good photo of the", "photo of one", "close-up photo of the", "rendition of the"],
  ...["photo of the clean", "rendition of a", "photo of a nice", "good photo of a"],
  ...["photo of the nice", "photo of the small", "photo of the weird", "photo of the large"],
  ...["photo of a cool", "photo of a small"],
];

const stylePictures = [
  ...["painting", "rendering", "cropped painting", "clean painting", "dirty painting"],
  ...["dark painting", "picture", "cool painting", "close-up painting", "bright painting"],
  ...["good painting", "rendition", "nice painting", "small painting", "weird painting"],
  ...["large painting"],
];

/** Captions that name a word as a subject, or as the style of pictures. */
export function captionsOfWord(token: string, kind: WordKind): string[] {
  if (kind === "subject") {
    return [...objectViews.map((view) => `a ${view} ${token}`), `the photo of a ${token}`];
  }
  const style = `in the style of ${token}`;
  return [...stylePictures.map((picture) => `a ${picture} ${style}`), `the painting ${style}`];
}
