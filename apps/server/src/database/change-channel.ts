/** @file The channel of NOTIFY on which processes tell each other of changes. */

export const changeChannel = "atelier_change";
