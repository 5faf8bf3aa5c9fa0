import type { Random } from './random.ts';
import type { Ask, Client } from './request.ts';
import { askOf, type Route } from './routes.ts';
import type { Source, Stage } from './scenario.ts';

export interface Crowd {
  readonly routes: readonly Route[];
  readonly clients: readonly Client[];
}

/** Few clients ask most. */
export function someClient(clients: readonly Client[], random: Random): Client {
  const client = clients[Math.floor(clients.length * random.next() ** 2)];
  return client ?? random.pick(clients);
}

const usualAsk = ({ routes, clients }: Crowd, random: Random): Ask =>
  askOf(random.weighted(routes), someClient(clients, random), random);

/** Requests without memory; `swing` 0 to 1 is how far the rate follows the hour of the day. */
export function steady(crowd: Crowd, perSecond: number, swing = 0): Source {
  return (stage) => {
    const { queue, random, balancer } = stage;
    const phase = random.between(0, 2 * Math.PI);
    const next = () => {
      queue.after(random.exponential(1 / (perSecond * (1 + swing))), () => {
        const share = 1 + swing * Math.sin((2 * Math.PI * queue.now) / 86_400 + phase);
        if (random.chance(share / (1 + swing))) balancer.send(usualAsk(crowd, random));
        next();
      });
    };
    next();
  };
}

/** Quiet and crowded times in turn. */
export function bursts(crowd: Crowd, perSecond: number, onSeconds: number, offSeconds: number): Source {
  return ({ queue, random, balancer }) => {
    const burst = () => {
      const end = queue.now + random.exponential(onSeconds);
      const next = () =>
        queue.after(random.exponential(1 / perSecond), () => {
          if (queue.now > end) queue.after(random.exponential(offSeconds), burst);
          else {
            balancer.send(usualAsk(crowd, random));
            next();
          }
        });
      next();
    };
    burst();
  };
}

/** People who read for a while between pages. */
export function sessions(crowd: Crowd, perSecond: number, thinkSeconds: number): Source {
  return ({ queue, random, balancer }) => {
    const visit = (client: Client, pages: number) => {
      const ask = askOf(random.weighted(crowd.routes), client, random);
      const more = () => queue.after(random.exponential(thinkSeconds), () => visit(client, pages - 1));
      balancer.send(pages > 1 ? { ...ask, onEnd: more } : ask);
    };
    const next = () =>
      queue.after(random.exponential(1 / perSecond), () => {
        visit(someClient(crowd.clients, random), random.integer(1, 12));
        next();
      });
    next();
  };
}

/** Each client asks one route again and again; the pause begins with the answer, or it is the clock that asks. */
export function pollers(
  clients: readonly Client[],
  route: Route,
  periodSeconds: number,
  jitterSeconds: number,
  after: 'clock' | 'answer' = 'clock',
): Source {
  return ({ queue, random, balancer }) => {
    for (const client of clients) {
      const start = random.between(0, periodSeconds);
      const pause = () => Math.max(0.01, random.normal(periodSeconds, jitterSeconds));
      let tick = start;
      const poll = () => {
        const ask = askOf(route, client, random);
        if (after === 'answer') balancer.send({ ...ask, onEnd: () => queue.after(pause(), poll) });
        else {
          tick += periodSeconds;
          balancer.send(ask);
          queue.at(tick + random.normal(0, jitterSeconds), poll);
        }
      };
      queue.at(start, poll);
    }
  };
}

/** Many at once, each time the clock strikes. */
export function cron(crowd: Crowd, periodSeconds: number, batch: number, spreadSeconds: number): Source {
  return ({ queue, random, balancer, endSeconds }) => {
    for (let tick = periodSeconds; tick < endSeconds; tick += periodSeconds) {
      queue.at(tick, () => {
        for (let sent = 0; sent < batch; sent++) {
          queue.after(random.exponential(spreadSeconds), () => balancer.send(usualAsk(crowd, random)));
        }
      });
    }
  };
}

/** Conversations begin without memory, and each goes on as its first request's end decides. */
export function conversations(perSecond: number, begin: (stage: Stage) => void): Source {
  return (stage) => {
    const next = () =>
      stage.queue.after(stage.random.exponential(1 / perSecond), () => {
        begin(stage);
        next();
      });
    next();
  };
}

/** What happens at a time, once. */
export function at(seconds: number, happen: (stage: Stage) => void): Source {
  return (stage) => stage.queue.at(seconds, () => happen(stage));
}
