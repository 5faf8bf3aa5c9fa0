import { readFileSync } from 'node:fs';
import { InputError } from './model/failure.ts';

/**
 * Reads settings that lie beside the bundle because the environment has no room for them.
 *
 * @param name - of the file, from the environment
 * @returns the parsed JSON
 * @throws InputError where it is not there or no JSON
 */
export function readSettingsFile(name: string): unknown {
  try {
    return JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
  } catch (cause) {
    throw new InputError(`the settings file ${name} of the function cannot be read; deploy the stack again`, {
      cause,
    });
  }
}
