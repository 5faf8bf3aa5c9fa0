import { drawWorld } from '../../lab/worlds/access-log/world.ts';
import { judge } from './judge.ts';

/** Draws worlds and writes a JSON line for each: `FAMILY FIRST COUNT`, as often as there are jobs. */
const args = process.argv.slice(2);

for (let at = 0; at < args.length; at += 3) {
  const [family = '', first = '0', count = '0'] = args.slice(at, at + 3);
  for (let seed = Number(first); seed < Number(first) + Number(count); seed++) {
    const world = drawWorld(family, seed);
    if (world) process.stdout.write(`${JSON.stringify(judge(world))}\n`);
  }
}
