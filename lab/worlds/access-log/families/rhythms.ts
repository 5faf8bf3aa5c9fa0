import {
  byChance,
  byClock,
  clientsFor,
  clock,
  type Draw,
  followed,
  get,
  jitter,
  post,
  some,
} from './rhythm.ts';

/** What applications and machines do by rule; none of it is a race. */
export const RHYTHMS: Readonly<Record<string, Draw>> = {
  'retry after 503': followed(get('/api/stock', { unavailableShare: 0.3 }), (random) =>
    get('/api/stock', { after: '503', afterSeconds: random.pick([1, 2, 5, 5, 10]) }),
  ),
  'retries with backoff': (random, rate) => ({
    clients: some(random),
    starts: byChance(rate),
    steps: [
      get('/api/quote', { unavailableShare: 0.4 }),
      ...[1, 2, 4, 8].map((afterSeconds) =>
        get('/api/quote', {
          after: '503',
          afterSeconds,
          unavailableShare: 0.5,
          jitterSeconds: jitter(random),
        }),
      ),
    ],
  }),
  'job and result': followed(post('/jobs'), (random) =>
    get('/jobs/{id}/result', { afterSeconds: random.pick([3, 5, 10, 10, 20, 30]) }),
  ),
  'job asked for until done': (random, rate) => ({
    clients: some(random),
    starts: byChance(rate / 5),
    steps: [
      post('/exports'),
      get('/exports/{id}/status', {
        afterSeconds: random.pick([1, 2, 3, 5]),
        times: 2 + random.whole(8),
        jitterSeconds: jitter(random),
      }),
      get('/exports/{id}/file', { afterSeconds: 0.1, jitterSeconds: jitter(random) }),
    ],
  }),
  preflight: followed({ method: 'OPTIONS', path: '/api/messages' }, (random) =>
    post('/api/messages', { afterSeconds: random.logBetween(0.03, 0.6) }),
  ),
  'session expiry': followed(post('/session'), (random) =>
    post('/session/renew', {
      afterSeconds: random.pick([15, 30, 30, 50]),
      jitterSeconds: random.logBetween(0.01, 2.5),
    }),
  ),
  'token refresh': (random, rate) => {
    const period = random.pick([20, 30, 45, 55]);
    return {
      clients: clientsFor(rate, period),
      starts: byClock(period, jitter(random)),
      steps: [post('/oauth/token'), get('/api/me', { afterSeconds: 0.05, jitterSeconds: 0.01 })],
    };
  },
  webhook: followed(post('/payments'), (random) =>
    post('/hooks/payment', {
      by: 'partner',
      afterSeconds: random.pick([1, 2, 3, 5, 10]),
      jitterSeconds: random.logBetween(0.005, 0.4),
    }),
  ),
  'webhook delivered again': (random, rate) => ({
    clients: some(random),
    starts: byChance(rate),
    steps: [
      post('/hooks/order', { unavailableShare: 0.3 }),
      post('/hooks/order', { after: '503', afterSeconds: 10, jitterSeconds: jitter(random) }),
      post('/hooks/order', { after: '503', afterSeconds: 30, jitterSeconds: jitter(random) }),
    ],
  }),
  'long poll': (random, rate) => {
    const seconds = random.pick([10, 15, 20, 25]);
    return {
      clients: clientsFor(rate, seconds * 4),
      starts: byClock(seconds * 12, 2),
      steps: [
        get('/events/poll', {
          workSeconds: seconds,
          workSigma: random.pick([0.001, 0.01, 0.3]),
          afterSeconds: 0.05,
          jitterSeconds: 0.02,
          times: 8,
        }),
      ],
    };
  },
  'event stream taken up again': (random, rate) => ({
    clients: clientsFor(rate, 30),
    starts: byClock(120, 1),
    steps: [
      get('/stream', {
        workSeconds: random.pick([10, 20]),
        workSigma: 0.2,
        afterSeconds: 3,
        jitterSeconds: jitter(random),
        times: 5,
      }),
    ],
  }),
  'ticks for all': clock(get('/board'), [5, 10, 20, 20, 30], true),
  'cron job': clock(post('/cron/run', { atOnce: 6 }), [30, 60, 60, 300], true, 0.3),
  heartbeat: clock(post('/heartbeat', { bodyBytes: 90 }), [5, 10, 15, 15, 30]),
  poller: clock(get('/poll'), [1, 2, 3, 5, 10, 20]),
  'metrics scrape': clock(get('/metrics', { workSeconds: 0.05 }), [10, 15, 15, 30], true, 0.01),
  'outside monitor': clock(get('/health'), [20, 30, 50, 60], false, 0.2),
  'lease renewal': clock({ method: 'PUT', path: '/leases/7' }, [5, 10, 15]),
  'game tick': clock(post('/tick', { bodyBytes: 60 }), [0.5, 1, 2]),
  autosave: (random, rate) => ({
    clients: some(random),
    starts: byChance(rate / 6),
    steps: [
      get('/documents/{id}'),
      {
        method: 'PUT',
        path: '/documents/{id}',
        bodyBytes: 9000,
        afterSeconds: random.pick([5, 10, 30]),
        jitterSeconds: jitter(random),
        times: 5,
      },
    ],
  }),
  slideshow: (random, rate) => ({
    clients: some(random),
    starts: byChance(rate / 8),
    steps: [
      get('/slides/{id}', { afterSeconds: random.pick([3, 5, 8]), jitterSeconds: jitter(random), times: 8 }),
    ],
  }),
  'cache refresh': (random, rate) => {
    const seconds = random.pick([5, 10, 30, 55]);
    return {
      clients: 1 + random.whole(clientsFor(rate, seconds)),
      starts: byClock(seconds, 0.003),
      steps: [
        get('/config', { workSeconds: 0.2 }),
        get('/flags', { afterSeconds: 0.02, jitterSeconds: 0.005 }),
      ],
    };
  },
  'paired requests': followed(get('/quote'), (random) =>
    get('/details', { afterSeconds: random.logBetween(0.5, 20) }),
  ),
  pagination: (random, rate) => ({
    clients: some(random),
    starts: byChance(rate / 6),
    steps: [
      get('/list', { afterSeconds: random.logBetween(0.05, 2), jitterSeconds: jitter(random), times: 6 }),
    ],
  }),
  'upload in parts': (random, rate) => ({
    clients: some(random),
    starts: byChance(rate / 6),
    steps: [
      post('/uploads'),
      {
        method: 'PUT',
        path: '/uploads/{id}/part',
        bodyBytes: 500_000,
        workSeconds: random.logBetween(0.2, 2),
        afterSeconds: 0.05,
        jitterSeconds: 0.02,
        times: 5,
      },
      post('/uploads/{id}/complete', { afterSeconds: 0.1, jitterSeconds: 0.02 }),
    ],
  }),
  'queue worker': (random, rate) => ({
    clients: clientsFor(rate, 4),
    starts: byClock(60, 0.5),
    steps: [
      get('/queue/next'),
      post('/queue/{id}/done', {
        afterSeconds: random.pick([2, 3, 5]),
        jitterSeconds: random.logBetween(0.005, 0.3),
      }),
      get('/queue/next', { afterSeconds: 0.01, jitterSeconds: 0.003 }),
      post('/queue/{id}/done', { afterSeconds: 3, jitterSeconds: random.logBetween(0.005, 0.3) }),
    ],
  }),
  'double click': followed(post('/like'), () =>
    post('/like', { from: 'request', afterSeconds: 0.2, chance: 0.6 }),
  ),
  redirect: followed(get('/old'), () => get('/new', { afterSeconds: 0.04 })),
  'login callback': followed(get('/login'), (random) =>
    get('/callback', { afterSeconds: random.pick([1, 2, 3]), jitterSeconds: random.logBetween(0.01, 0.5) }),
  ),
  'search as one types': (random, rate) => ({
    clients: some(random),
    starts: byChance(rate / 5),
    steps: [
      get('/suggest', { afterSeconds: 0.3, jitterSeconds: 0.05, times: 5 }),
      get('/search', { afterSeconds: 1, jitterSeconds: 0.3 }),
    ],
  }),
  'fan-out': (random, rate) => ({
    clients: some(random),
    starts: byChance(rate / 8),
    steps: [
      post('/batch'),
      get('/batch/{id}/part', {
        afterSeconds: random.pick([0.5, 1, 5]),
        jitterSeconds: jitter(random),
        atOnce: 8,
      }),
    ],
  }),
  'nightly copy': (random, rate) => ({
    clients: 1,
    starts: byClock(Math.max(60, 40 / rate), 1),
    steps: [
      get('/dump', { afterSeconds: random.pick([0.01, 0.5, 1]), jitterSeconds: jitter(random), times: 30 }),
    ],
  }),
};
