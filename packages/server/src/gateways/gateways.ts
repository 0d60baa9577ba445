import type { Logger } from 'cardea';
import { apiHandler } from '../http/api-handler.ts';
import type { ApiHandler } from '../http/exchange.ts';
import type { Answer } from '../http/route-table.ts';
import { envoyGateway, type EnvoyOptions } from './envoy.ts';
import type { Gateway, GatewayWorld } from './gateway.ts';
import { kubernetesGateway } from './kubernetes.ts';
import { opaGateway, type OpaOptions } from './opa.ts';

/** Enforcement points that ask in their own words; each is there where it is named. */
export interface GatewayOptions {
  /** Envoy's external authorization over HTTP, at `/envoy/authorize` and below. */
  readonly envoy?: EnvoyOptions;
  /** Kubernetes' authorization webhook (`SubjectAccessReview`, v1), at `/kubernetes/authorize`. */
  readonly kubernetes?: object;
  /** The Data API of Open Policy Agent, at `/v1/data/…`. */
  readonly opa?: OpaOptions;
}

/**
 * Answers gateways at their paths, of which everything below is theirs, by any method; and everybody else as before.
 *
 * @param prefix what stands before every path
 */
export function withGateways(
  handle: ApiHandler,
  { envoy, kubernetes, opa }: GatewayOptions,
  { prefix, logger, ...world }: GatewayWorld & { readonly prefix: string; readonly logger: Logger | undefined },
): ApiHandler {
  const gateways = new Map<string, Gateway>();
  if (envoy !== undefined) gateways.set(`${prefix}/envoy/authorize`, envoyGateway(envoy, world));
  if (kubernetes !== undefined) gateways.set(`${prefix}/kubernetes/authorize`, kubernetesGateway(world));
  if (opa !== undefined) gateways.set(`${prefix}/v1/data`, opaGateway(opa, world));
  if (gateways.size === 0) return handle;
  return async (request) => {
    const { path, method } = request;
    for (const [at, gateway] of gateways) {
      const rest = path.slice(at.length);
      if (!path.startsWith(at) || (rest !== '' && !rest.startsWith('/'))) continue;
      const answer: Answer = async () => gateway(request, rest);
      // A table of just this request: what fails is answered and logged as everywhere.
      const routes = new Map([[path, { [method === 'HEAD' ? 'GET' : method]: answer }]]);
      return apiHandler(routes, logger)(request);
    }
    return handle(request);
  };
}
