/** @file The public names of @atelier/base: the embedded model's files and words, and the picture world that it draws. */

export {
  worldClassPrompts,
  worldTemplates,
  worldWordTemplates,
} from "./demo/evaluation-prompts.js";
export {
  type DemoPicture,
  type DemoPrompt,
  demoPrompts,
  mascotLessons,
  mascotWords,
  memoryPrompts,
  type PromptTopic,
} from "./demo/mascot-scenes.js";
export {
  type Drift,
  type Hits,
  type JudgedPrompt,
  type Likeness,
  type Measures,
  measurePrompts,
  type PicturesOfPrompt,
  type Recognised,
  recognisable,
  type Score,
  type SubjectTruth,
} from "./demo/measure-prompts.js";
export { type PromptQuestion, questionsOf } from "./demo/prompt-questions.js";
export { subjectTruth } from "./demo/subject-truth.js";
export { checksumsName, verifyChecksums, writeChecksums } from "./embedded/checksums.js";
export * from "./embedded/index.js";
export { markdownTable, type Table } from "./report-page/markdown-table.js";
export { html, type Markup, type MarkupValue } from "./report-page/markup.js";
export { pageStyle } from "./report-page/page-style.js";
export {
  type Background,
  type BackgroundKind,
  backgroundPhrases,
  backgrounds,
} from "./world/backgrounds.js";
export {
  type CaptionOptions,
  canonicalCaption,
  captionOf,
  captionWords,
  type Fact,
} from "./world/caption.js";
export {
  type Accessory,
  type AccessoryName,
  accessories,
  allConcepts,
  type Concept,
  type ConceptGroup,
  conceptOf,
  heldOutConcepts,
  heldOutStyles,
  type StyleName,
  trainingConcepts,
  trainingStyles,
} from "./world/concepts.js";
export { type Example, type ExampleOptions, exampleAt } from "./world/example.js";
export { type Face, faceOf, wearers } from "./world/faces.js";
export { type Layer, layoutScene, squareOf } from "./world/layout.js";
export {
  type Place,
  plainScene,
  type Scene,
  type SceneObject,
  type SceneOptions,
  type Size,
  sceneAt,
} from "./world/scene.js";
