// Without the schemas of the summary: the reader of logs starts without them.

/** Stands for the load balancer where neither the records nor the name of their file say which it is. */
export const UNNAMED_LOAD_BALANCER = 'app/unknown/0';

/** The load balancer of a log, for a person. */
export const nameOfLogged = (loadBalancer: string): string =>
  loadBalancer === UNNAMED_LOAD_BALANCER ? 'a load balancer that the log does not name' : loadBalancer;
