import { Command } from 'commander';
import { expect, test } from 'vitest';
import { registerBaseline } from '../../bin/baseline.ts';
import { registerCheck } from '../../bin/check.ts';
import { registerCost } from '../../bin/cost.ts';
import { registerDiagnose } from '../../bin/diagnose.ts';
import { registerDoctor } from '../../bin/doctor.ts';
import { registerIncident } from '../../bin/incident.ts';
import { registerInit } from '../../bin/init.ts';
import { registerLab } from '../../bin/lab.ts';
import { registerLogs } from '../../bin/logs.ts';
import { registerProbe } from '../../bin/probe.ts';
import { registerScan } from '../../bin/scan.ts';
import { registerSilence } from '../../bin/silence.ts';
import { registerTestAlert } from '../../bin/test-alert.ts';
import { registerVerify } from '../../bin/verify.ts';

const root = new Command('alb502');
for (const register of [
  ...[
    registerBaseline,
    registerCheck,
    registerCost,
    registerDiagnose,
    registerDoctor,
    registerIncident,
    registerInit,
    registerLab,
  ],
  ...[registerLogs, registerProbe, registerScan, registerSilence, registerTestAlert, registerVerify],
])
  register(root);

const withThoseBelow = (command: Command): Command[] => [
  command,
  ...command.commands.flatMap(withThoseBelow),
];

/** Every option with a value and a default that it shows. */
const OPTIONS = withThoseBelow(root).flatMap((command) =>
  command.options
    .filter(({ defaultValue, parseArg }) => defaultValue !== undefined && parseArg !== undefined)
    .map((option) => ({ name: `${command.name()} ${option.flags}`, option })),
);

test('there are options with defaults', () => {
  expect(OPTIONS.length).toBeGreaterThan(10);
});

test.each(OPTIONS)('the default that $name shows is one that it takes', ({ option }) => {
  const { defaultValue, defaultValueDescription, parseArg } = option;
  // What can be repeated has no default to type: its help says what is meant instead.
  if (Array.isArray(defaultValue)) {
    expect(defaultValue).toEqual([]);
    expect(defaultValueDescription).toMatch(/^(the|each|all|none)\b/);
    return;
  }
  expect(parseArg?.(defaultValueDescription ?? String(defaultValue), undefined)).toEqual(defaultValue);
});
