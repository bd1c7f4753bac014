/**
 * @file Files that operating systems, file servers and programs leave in every folder that they show:
 * nobody put them there, so no reader of a folder takes them for what it looks for.
 */

/** In lower case. */
const systemNames: ReadonlySet<string> = new Set([
  // Windows
  ...["thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini"],
  ...["$recycle.bin", "system volume information"],
  // macOS: archives, and icons of folders (their name ends with a carriage return)
  ...["__macosx", "icon\r", "network trash folder", "temporary items"],
  // Synology, QNAP
  ...["@eadir", "#recycle", "#snapshot", "@recycle", "@recently-snapshot"],
  // Picasa, Python, ext4
  ...["picasa.ini", "__pycache__", "lost+found"],
]);

/**
 * A stream of Windows beside a downloaded file. Systems without streams store the colon itself, its
 * place in the private use area (Samba, WSL), or another character.
 */
const zoneStream = /[^a-z0-9]Zone\.Identifier(:\$DATA)?$/i;

/**
 * Whether a name is one that systems give: `Thumbs.db`, `@eaDir`, `picture.png:Zone.Identifier` and every name
 * that begins with a dot, such as `.DS_Store`, macOS's `._picture.png` and Jupyter's `.ipynb_checkpoints`.
 */
export function isSystemFile(name: string): boolean {
  return name.startsWith(".") || systemNames.has(name.toLowerCase()) || zoneStream.test(name);
}

/**
 * The file that a name of iCloud Drive stands for, `picture.heic` of `.picture.heic.icloud`: macOS has moved its
 * contents away to save space.
 */
export function awayInICloud(name: string): string | undefined {
  return /^\.(.+)\.icloud$/.exec(name)?.[1];
}
