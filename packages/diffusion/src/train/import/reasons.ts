/** @file Why settings are left, where the rules of several programs say the same. */

import { type Sentence, said } from "@atelier/engine";

/**
 * How long a training is, or how often something is done, where a file says it in epochs: that a step takes
 * `gradientAccumulation` batches, and how many pictures a folder holds, only the person knows who has it.
 */
export const countsEpochs = (field: string): Sentence =>
  said`counts epochs: set ${field} to epochs × pictures × repeats / (batchSize × gradientAccumulation)`;

/** A field that does something like it. */
export const see = (field: string): Sentence => said`see ${field}`;

/** A field whose values are not those of the other program. */
export const chooseOneOf = (field: string): Sentence => said`choose one of ${field}`;

/** The network that draws: a UNet or a transformer. */
export const alwaysTrained = (name: string): Sentence => said`the ${name} is always trained`;

// Values that are not what the option takes.
export const notANumber: Sentence = said`expected a number`;
export const notNumbers: Sentence = said`expected numbers`;
export const notWhole: Sentence = said`expected a whole number`;
export const notAFlag: Sentence = said`expected true or false`;
export const notAPythonFlag: Sentence = said`expected True or False`;
export const notAName: Sentence = said`a name has letters, digits, dots, dashes and underscores here`;
export const noSuchNetwork: Sentence = said`no such kind of network here; lora is trained`;
export const noSuchSchedule: Sentence = said`no such schedule here; constant is used`;
export const noSuchValue: Sentence = said`this value has no equivalent`;
export const ofThatOptimizer: Sentence = said`belongs to that optimizer`;

// Of two that say it, one counts.
export const standsTwice: Sentence = said`stands twice; the last counts`;
export const firstFolderCounts: Sentence = said`one value for all folders here: that of the first counts`;
export const oneClassFolder: Sentence = said`one folder of the class here: move the pictures into it`;
export const sameForAllSamples: Sentence = said`one value for all samples here`;
export const firstFolderOnce: Sentence = said`the first folder's losses count once`;

// What is done in one way here.
export const noEquivalent: Sentence = said`no equivalent`;
export const stepOf64: Sentence = said`extents are multiples of what the model's deepest level needs, 64 pixels`;
export const captionsAreCut: Sentence = said`captions are cut after 75 tokens`;
export const noCaptionMask: Sentence = said`captions are padded without a mask`;
export const oneCaption: Sentence = said`one caption for each picture`;
export const noControl: Sentence = said`control pictures do not exist here`;
export const fromPromptsAlone: Sentence = said`pictures are drawn from prompts alone`;
export const onlyFlipAndCrop: Sentence = said`pictures are changed by data.flip and data.crop alone`;
export const noDistilled: Sentence = said`no distilled models are trained`;
export const noValidation: Sentence = said`no pictures are kept apart`;
export const lastLayerUsed: Sentence = said`the text encoder's last layer is used`;
export const textTrainsToTheEnd: Sentence = said`the text encoder is trained to the end here`;
export const t5IsRead: Sentence = said`T5 is read, not trained`;
export const noTuckerCore: Sentence = said`convolutions have no Tucker core here`;
export const plainNoise: Sentence = said`models of flow matching begin with noise as it is`;
export const ownScheduleUsed: Sentence = said`the base's own schedule is used`;
export const ownStrength: Sentence = said`the adapter is trained at its own strength`;
export const samplesAtMultiples: Sentence = said`samples are drawn at multiples of samples.everySteps`;
export const samplesHaveSeeds: Sentence = said`samples have seeds`;
export const resultsStayHere: Sentence = said`results stay on this machine`;

// What to do instead.
export const seeLosses: Sentence = said`see loss, minSnrGamma and weighting`;
export const classOfPyTorch: Sentence = said`a class of PyTorch's: see schedule`;
export const argumentsOfPyTorch: Sentence = said`arguments of a class of PyTorch's: see schedule`;
export const layersAsTargets: Sentence = said`give the layers as lora.targets`;
export const mergeIntoBase: Sentence = said`merge it into the base first`;
export const writeMetadata: Sentence = said`write metadata.jsonl beside the pictures`;
export const setPriorWeight: Sentence = said`set prior.lossWeight beside prior.folder`;
export const useResume: Sentence = said`use atelier resume`;
