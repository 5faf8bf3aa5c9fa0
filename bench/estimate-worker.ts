import { drawOther, drawRace, drawRaceAndMore } from '../lab/worlds/access-log/families.ts';
import { estimateCase } from './estimate-case.ts';

/** Plays seeds of one family and writes a JSON line for each: `FAMILY FIRST COUNT FEWEST_RACE_FAILURES`. */
const [family, first = '0', count = '0', fewest = '0'] = process.argv.slice(2);
const draw = { race: drawRace, more: drawRaceAndMore, other: drawOther }[family ?? ''];
if (!draw) throw new Error(`no family ${family}`);

for (let seed = Number(first); seed < Number(first) + Number(count); seed++) {
  const result = estimateCase(seed, draw(seed), Number(fewest));
  if (result) process.stdout.write(`${JSON.stringify(result)}\n`);
}
