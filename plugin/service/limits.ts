/** What a client may take of the service before it is turned away; smaller in tests. */
export interface ServiceLimits {
  /** For the head of a request, ms. */
  readonly headersMs: number;
  /** For a whole request with its body, ms. */
  readonly requestMs: number;
  /** Without a byte either way on a connection that is no WebSocket, ms. */
  readonly silenceMs: number;
  /** For requests that are under way when the service ends, ms. */
  readonly graceMs: number;
  readonly connections: number;
  readonly webSockets: number;
  /** Unsent bytes of one WebSocket; above it news is remembered, not queued. */
  readonly unsentBytes: number;
  /** Between two pings; a client that has not answered the last one by then is gone, ms. */
  readonly heartbeatMs: number;
  /** Bytes of a JSON body. */
  readonly jsonBytes: number;
}

export const SERVICE_LIMITS: ServiceLimits = {
  headersMs: 10_000,
  requestMs: 120_000,
  silenceMs: 60_000,
  graceMs: 2_000,
  connections: 1024,
  webSockets: 64,
  unsentBytes: 1 << 20,
  heartbeatMs: 15_000,
  jsonBytes: 64 << 10,
};
