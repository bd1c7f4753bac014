/** @file Who ends a run that people have asked to finish, as events, logs and snapshots name it. */

/** Stands where the name of a watcher does that ended a run; none is called so. */
export const byRequest = "request";
