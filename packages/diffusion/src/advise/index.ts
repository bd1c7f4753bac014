/** @file `@atelier/diffusion/advise`: what to do with pictures. */

export {
  type Advice,
  type AdviceFacts,
  type AdviceGoal,
  type AdviceNote,
  type AdviceReason,
  type AdvisedChoice,
  type AdvisedPicture,
  type AdvisedTechnique,
  adviceGoals,
  advise,
} from "./advise.js";
export {
  type CheckedPicture,
  type CheckFacts,
  type CheckResult,
  checkPictures,
  type Unchecked,
  type UnusablePicture,
  type UsablePictures,
} from "./check-pictures.js";
export {
  type CheckJudges,
  type CheckProgress,
  type ReadChecked,
  type ReadCheckedOptions,
  readChecked,
} from "./read-checked.js";
