import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Agenda } from '../../lab/worlds/access-log/agenda.ts';

test('what is to happen comes in order of time, whenever it was added', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.double({ noNaN: true }))), (steps) => {
      const agenda = new Agenda<{ readonly at: number }>();
      const waiting: number[] = [];
      for (const at of steps) {
        if (at !== null) {
          agenda.add({ at });
          waiting.push(at);
          waiting.sort((a, b) => a - b);
        } else expect(agenda.take()?.at).toBe(waiting.shift());
        expect(agenda.nextAt).toBe(waiting[0] ?? Number.POSITIVE_INFINITY);
      }
    }),
  );
});
