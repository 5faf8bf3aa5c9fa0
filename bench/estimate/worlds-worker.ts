import { drawWorld } from '../../lab/worlds/access-log/world.ts';
import { judge } from './judge.ts';

/** Draws worlds of one family and writes a JSON line for each: `FAMILY FIRST COUNT`. */
const [family = '', first = '0', count = '0'] = process.argv.slice(2);

for (let seed = Number(first); seed < Number(first) + Number(count); seed++) {
  const world = drawWorld(family, seed);
  if (world) process.stdout.write(`${JSON.stringify(judge(world))}\n`);
}
