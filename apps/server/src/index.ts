/**
 * @file Entry point `@atelier/server`: the Studio's server and its workers. The folders, each of which imports only
 * those above it: api/ (what can be asked for), library/ (files), storage/ (files for other machines), database/, jobs/ (the
 * queue), worker/, http/.
 */

export { openStudio, type Studio, type StudioOptions } from "./open-studio.js";
export { type OpenedWorker, type OpenWorkerOptions, openWorker } from "./open-worker.js";
