/** The files that a cold start of the bundle in `folder` loads, `index.mjs` first. */
export function startFiles(folder: string): string[];
