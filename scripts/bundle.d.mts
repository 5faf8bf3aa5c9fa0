/** Bundles `lambda/NAME.lambda.ts` into `folder/index.mjs`. */
export function bundleFunction(name: string, folder: string): Promise<void>;
/** The files of the SDK that hold the schemas of a client. */
export const SCHEMAS: RegExp;
/** The source of such a file, so that a bundler can leave out what is unused. */
export function withNamedKeys(text: string): string;
