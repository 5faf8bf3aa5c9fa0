/** Fields of an access-log line by their place, counted from 0 (AWS's list counts from 1). */
export const FIELD = {
  type: 0,
  time: 1,
  loadBalancer: 2,
  client: 3,
  target: 4,
  requestTime: 5,
  targetTime: 6,
  responseTime: 7,
  elbStatus: 8,
  targetStatus: 9,
  receivedBytes: 10,
  request: 12,
  targetGroup: 16,
  traceId: 17,
  creationTime: 21,
  errorReason: 24,
  transformedHost: 30,
  transformedUri: 31,
  transformStatus: 32,
  nodeAddress: 33,
} as const;

/** What is needed of a request that did not fail, in the order of the line: up to its target group. */
export const FIELDS_OF_SUCCESS = 17;
