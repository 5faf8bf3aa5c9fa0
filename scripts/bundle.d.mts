/** Bundles `lambda/NAME.lambda.ts` into `folder/index.mjs`. */
export function bundleFunction(name: string, folder: string): Promise<void>;
