import type { ServiceAddress } from "../../plugin/protocol/service.ts";

/**
 * Finds the service. Asked anew before each connection, because a service that was started again
 * has another port and another token.
 *
 * @throws ClientError when no service runs, as far as can be told.
 */
export type Locate = () => Promise<Pick<ServiceAddress, "url" | "token">>;
