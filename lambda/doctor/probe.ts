import { readFunction } from '../observe/function.reader.ts';
import { readSubnetReach, type SubnetReach, servicesOutOfReach } from '../observe/subnet.reader.ts';
import { type Check, type CheckResult, counted, ok, problem, skipped, unknown } from './check.ts';
import { logOf, runsOf } from './function-runs.ts';

const HOURS = 24;
/** The probe function reaches AWS from its subnets, and ran. */
export const probeCheck: Check = {
  id: 'probe',
  title: 'the probe and its subnets',
  run: async (examined) => {
    const name = examined.stack.outputs['ProbeFunctionName'];
    if (name === undefined) return [skipped('no probe is configured')];
    const { region, options } = examined;
    const { subnetIds } = await readFunction(region, name, options);
    const [subnets, runs] = await Promise.all([
      subnetIds.length === 0 ? [] : readSubnetReach(subnetIds, region, options),
      runsOf(examined, name, HOURS),
    ]);
    const ran: CheckResult =
      runs.errors > 0
        ? problem(`${runs.errors} of ${runs.invocations} runs failed in 24 hours`, `read why: ${logOf(name)}`)
        : runs.invocations === 0
          ? unknown('it did not run in 24 hours', 'it runs once an hour: run this again in an hour')
          : ok(`${counted(runs.invocations, 'run')} in 24 hours, none failed`);
    return [...subnets.map((subnet) => reachOf(subnet, region)), ran];
  },
};

function reachOf({ id, freeAddresses, defaultRoute, endpoints }: SubnetReach, region: string): CheckResult {
  if (freeAddresses === 0)
    return problem(`${id} has no free address`, 'give the probe a subnet that has some (setting probe)');
  if (defaultRoute !== null) return ok(`${id} reaches AWS by ${defaultRoute}`);
  const missing = servicesOutOfReach({ defaultRoute, endpoints }, region);
  return missing.length === 0
    ? ok(`${id} reaches AWS by endpoints of its VPC`)
    : problem(
        `${id} has no way to ${missing.join(', ')}: its default route leads nowhere that a function can use`,
        'add a NAT gateway, or VPC endpoints for them; an internet gateway does not serve a function',
      );
}
