import { visible } from '../../lambda/alert/render/text-format.ts';
import type { Json, JsonObject } from './bounded.ts';

/** As JSON has it: without what is undefined. */
export function asJsonObject(document: object): JsonObject {
  return shownObject(JSON.parse(JSON.stringify(document)));
}

/**
 * Names, tags and log lines are written by strangers. Characters that nobody sees (invisible tags, marks that turn the
 * direction of writing, control characters) could tell a model what no person reads beside it; they are shown.
 */
function shown(value: Json): Json {
  if (typeof value === 'string')
    return value
      .split(/([\n\t])/)
      .map(shownPiece)
      .join('');
  if (value === null || typeof value !== 'object') return value;
  return isList(value) ? value.map(shown) : shownObject(value);
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

const shownPiece = (piece: string): string => (/^[\n\t]$/.test(piece) ? piece : visible(piece));

const shownObject = (object: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [visible(key), shown(value)]));
