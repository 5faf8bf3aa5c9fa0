import { clientsByRegion } from '../observe/clients.ts';
import { readFailingLoadBalancers } from '../observe/failing-load-balancers.reader.ts';
import { type Check, counted, hoursBefore, ok, problem } from './check.ts';

const HOURS = 3;

/** The one query of the screening is answered, grouped by load balancer. */
export const metricsInsightsCheck: Check = {
  id: 'metrics-insights',
  title: 'the query of the screening, in each region',
  run: async ({ watched, options, account, now }) =>
    Promise.all(
      watched.map(async (region) => {
        const window = { start: hoursBefore(now, HOURS), end: now.toISOString() };
        const { cloudWatch } = clientsByRegion(options)(region);
        const { failing, because, cut } = await readFailingLoadBalancers(cloudWatch, {
          ...window,
          region,
          account,
        });
        if (because !== null && cut !== true)
          return problem(
            `${region}: ${because}`,
            'every load balancer is asked by name meanwhile (backstopMinutes), so nothing is lost but time; allow cloudwatch:GetMetricData, or report the answer as a defect',
          );
        return ok(
          failing.length === 0
            ? `${region}: answered; no 502 in 3 hours, so the form of a group could not be seen`
            : `${region}: answered in the form expected; ${counted(failing.length, 'load balancer')} with 502s in 3 hours`,
        );
      }),
    ),
};
