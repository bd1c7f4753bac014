/** @file The page "pictures", in English. */

const pictures = (count: number): string => (count === 1 ? "1 picture" : `${count} pictures`);
const captions = (count: number): string => (count === 1 ? "1 caption" : `${count} captions`);
const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** What is told of a crop. */
interface ShownCrop {
  readonly width: number;
  readonly height: number;
  readonly cropped: number;
  readonly enlarged: number;
}

const uncheckedWhat: Readonly<Record<string, string>> = {
  "far-off": "which pictures are far off the others",
  "captions-fit": "whether captions fit their pictures",
  "captions-cut": "whether captions are too long for the model",
};
const uncheckedWhy: Readonly<Record<string, string>> = {
  "no-judge": "needs a CLIP or DINOv2 that can tell",
  "reads-no-texts": "the judge reads no texts",
  "too-few": "too few pictures or captions to tell",
  "not-told-apart": "the judge does not tell these captions apart",
  "no-tokenizer": "the model has no tokenizer",
};

const sets = {
  about: "Data sets to train with. Drop a folder, pictures or a .zip anywhere on this page.",
  addFiles: "Add files",
  addFolder: "Add folder",
  newSet: "New data set",
  create: "Create",
  dropNewSet: "Drop to make a data set",
  noSets: "No pictures yet",
  noSetsHint:
    "Drop a folder of pictures here, or choose one. Five to twenty pictures of a thing or style are enough for a first training.",
  /** What a set of loose pictures is called. */
  looseName: "Pictures",
  nothingDropped: "There was nothing in it that could be read.",
  setDeleted: (name: string) => `“${name}” moved to the trash.`,
  deleteSet: (name: string) => `Delete data set ${name}`,
  counts: (shown: string, captioned: number) => `${shown} · ${captions(captioned)}`,
  namePlaceholder: "my dog",
  nameFaults: {
    taken: "There is a data set of this name already.",
    wrong: "Use letters, digits, spaces and . _ - ( ), with no dot or space at the end.",
  },
};

const uploads = {
  sending: (done: number, total: number) => `Adding ${done} of ${total} …`,
  brokeOff: (done: number, total: number) => `Broke off after ${done} of ${total}.`,
  added: (count: number, captioned: number) =>
    captioned > 0
      ? `${pictures(count)} and ${captions(captioned)} added.`
      : `${pictures(count)} added.`,
  progress: "Progress of adding",
  skipped: (count: number) =>
    count === 1 ? "1 file was left out" : `${count} files were left out`,
  skippedBecause: {
    unsupported: "is no picture (JPEG, PNG, WebP, AVIF), caption (.txt) or archive (.zip).",
    unread: "could not be read by the browser.",
  },
};

const many = {
  deleted: (count: number) => `${pictures(count)} moved to the trash.`,
  turned: (count: number) => `${pictures(count)} turned.`,
  edited: (count: number) => `${captions(count)} changed.`,
  addTagTo: (tag: string, count: number) => `Add “${tag}” to ${pictures(count)}`,
  takeTagFrom: (tag: string, count: number) => `Take “${tag}” out of ${captions(count)}`,
  tags: "Tags",
  noTags: "No tags: what stands between commas of a caption is one.",
  allTags: (count: number) => `All ${count} tags`,
  newTag: "New tag",
  addTag: "Add",
  tagsHint: (undo: string) => `Every change can be taken back with “${undo}” in the message below.`,
  scopeChosen: (count: number) =>
    count === 1 ? "Changes the caption that is chosen." : `Changes the ${count} that are chosen.`,
  scopeAll: (count: number) => `Nothing is chosen: changes all ${captions(count)} shown.`,
  find: "Find",
  replaceBy: "Replace by",
  matchCase: "Match upper and lower case",
  replace: "Replace",
  before: "Before each caption",
  beforePlaceholder: "photo of ",
  after: "After each caption",
  put: "Put in",
  willChange: (count: number) => (count === 0 ? "Changes nothing." : `Changes ${captions(count)}.`),
};

const grid = {
  list: "Pictures of the set",
  tools: "Tools",
  layout: "Layout",
  asGrid: "As a grid",
  asList: "As a list with captions",
  size: "Size of the pictures",
  search: "Search names and captions",
  nothingFound: "No name and no caption holds this.",
  showAll: (count: number) => `Of one finding: show all ${count} again`,
  chooseAll: "Choose all",
  chooseNone: "Choose none",
  chosen: (count: number) => `${count} chosen`,
  nothingChosen: "Nothing chosen",
  deleteChosen: (count: number) => `Delete ${pictures(count)}`,
  choose: (name: string) => `Choose ${name}`,
  openPicture: (name: string) => `Show ${name}`,
  noCaption: "no caption",
  notTrained: "cannot be trained",
  cropLabel: (
    { width, height, cropped, enlarged }: ShownCrop,
    { isEnlarged }: { readonly isEnlarged: boolean },
  ): string => {
    const size = `${width}×${height}`;
    if (isEnlarged) return `${size} · enlarged ×${enlarged.toFixed(2)}`;
    return cropped < 0.005 ? size : `${size} · −${percent(cropped)}`;
  },
  tile: (
    { name, hasMask }: { readonly name: string; readonly hasMask: boolean },
    { hasCaption, crop }: { readonly hasCaption: boolean; readonly crop?: ShownCrop | undefined },
  ): string =>
    [
      name,
      ...(hasCaption ? [] : ["no caption"]),
      ...(hasMask ? ["with a mask"] : []),
      ...(crop
        ? [`trained at ${crop.width}×${crop.height}, ${percent(crop.cropped)} cut off`]
        : []),
    ].join(", "),
  pictureFacts: (
    {
      name,
      width,
      height,
    }: { readonly name: string; readonly width: number; readonly height: number },
    bytes: string,
  ) => [...(name === "" ? [] : [name]), `${width}×${height}`, bytes].join(" · "),
};

const onePicture = {
  chooseHint:
    "Choose pictures: a click takes one, with Shift a range, with Ctrl one more. Arrow keys move, Space chooses, Ctrl+A takes all, Delete moves to the trash.",
  editCaptions: "Change their captions",
  caption: "Caption",
  captionOf: (name: string) => `Caption of ${name}`,
  captionPlaceholder: "What is to be seen",
  captionKeys: "Ctrl+Enter goes to the next picture.",
  captionsSaved: "Saved",
  saving: "Saving …",
  notSaved: (why: string) => `Captions are not saved. ${why}`,
  turnLeft: "Turn left",
  turnRight: "Turn right",
  paintMask: "Mask",
};

const set = {
  tabs: { picture: "Picture", captions: "Captions", check: "Check", set: "Set" },
  panel: "Details",
  train: "Train with these",
  dropInto: (name: string) => `Drop to add to “${name}”`,
  noPictures: "No pictures in here yet",
  noPicturesHint:
    "Drop pictures, folders or a .zip here. A .txt of the same name beside a picture becomes its caption.",
  rename: "Rename",
  subject: "What it shows",
  subjectHint: "The kind of thing, such as dog or watercolour. Trainings begin with it.",
  subjectPlaceholder: "dog",
  trigger: "Trigger word",
  triggerHint: "A rare word that stands for what is learned. It is used in prompts later.",
  triggerPlaceholder: "sks",
  triggerEverywhere: "All captions have it.",
  putTrigger: "Put into captions",
};

const crops = {
  crops: "Crops",
  cropsAt: ({ width, height, buckets }: { width: number; height: number; buckets: boolean }) =>
    `${width}×${height}${buckets ? " · buckets" : ""}`,
  showCrops: "Show what is trained",
  cropsHint: "Dark parts are cut off. Orange: more than 30 % is lost, or the picture is enlarged.",
  width: "Width",
  height: "Height",
  buckets: "Buckets",
  bucketsHint: "Each picture takes a shape that is near its own.",
  badCrops: (count: number) =>
    count === 0 ? "All pictures are taken well." : `${pictures(count)} marked orange.`,
};

const mask = {
  maskTitle: (name: string) => `Mask of ${name}`,
  board: (name: string) => `Painting board over ${name}`,
  maskHint:
    "Paint over what is to be learned; what stays dark does not count. B paints, E erases, [ and ] change the brush. By keys: arrows move, Space dabs, Shift with arrows paints.",
  brush: "Brush",
  paint: "Paint",
  erase: "Erase",
  brushSize: "Brush size",
  opacity: "Darkness of the mask",
  invert: "Invert",
  clear: "Clear",
  removeMask: "Remove mask",
  nothingPainted:
    "Nothing is painted: of this picture nothing would be learned. Paint over what counts, or remove the mask.",
  maskDiscarded: "What was painted is discarded.",
  maskRemoved: "Mask moved to the trash.",
};

const care = {
  check: "Check the pictures",
  checkAgain: "Check again",
  checking: "Progress of the check",
  checkHint:
    "Looks for doubles, blur, small and strange pictures, crops, and captions that are missing, too long or do not fit. Nothing is changed.",
  checkOld: "The set has changed since. Check again to be sure.",
  checked: (
    { pictures: count, width, height }: { pictures: number; width: number; height: number },
    found: number,
  ) =>
    `${pictures(count)}, as trained at ${width}×${height}: ${found === 0 ? "nothing found." : found === 1 ? "1 finding." : `${found} findings.`}`,
  usable: ({
    withoutCaptions: all,
    withCaptions,
  }: {
    withoutCaptions: number;
    withCaptions: number;
  }) =>
    `DreamBooth and Textual Inversion can use ${all} of them, a LoRA and full fine-tuning ${withCaptions === all ? "as many" : `${withCaptions === 0 ? "none" : withCaptions} for want of captions`}.`,
  unchecked: (what: string, why: string) =>
    `Not checked: ${uncheckedWhat[what] ?? what} (${uncheckedWhy[why] ?? why}).`,
  judged: (judge: string) => `Judged by ${judge}.`,
  transparency: (count: number) =>
    `${pictures(count)} with transparent parts. They are trained on white; with “data.masks.source: alpha” transparent parts do not count.`,
  moreFindings: (count: number) => `And ${count} more of this kind.`,
  unnamed: (count: number) => `${count} more are not named here: check again.`,
  findingActions: {
    choose: (count: number) => (count === 1 ? "Show it" : `Show all ${count}`),
    delete: (count: number) => `Delete ${count}`,
    deleteOthers: (count: number) => `Keep the largest, delete ${count}`,
    turn: () => "Turn right",
    crops: () => "Show crops",
    captions: () => "Open captions",
  },
  /** How sentences of the library name settings, as they are called in the Studio. */
  optionWords: {
    width: "Width",
    height: "Height",
    prompt: "a prompt for all when you train",
    "data.prompt": "a prompt for all when you train",
    "data.buckets.use": "Buckets",
  },
};

/** Its texts. */
export const picturesText = {
  ...{ ...sets, ...uploads, ...many, ...grid, ...onePicture },
  ...{ ...set, ...crops, ...mask, ...care },
};
