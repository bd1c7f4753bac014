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
