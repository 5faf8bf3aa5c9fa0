/** Whether a file or a folder of this name is passed over without a word. */
export const isHidden = (path: string): boolean => /(?:^|\/)(?:\.[^/]*|__MACOSX(?:\/.*)?)$/.test(path);
