import { ClientError } from './client-error.ts';
import { isJsonObject, type Json, type JsonObject, member } from './json.ts';

/** Where what is, where a decision point does not say otherwise (AuthZEN 1.0 §10.1). */
const PATHS = {
  access_evaluation_endpoint: '/access/v1/evaluation',
  access_evaluations_endpoint: '/access/v1/evaluations',
  search_subject_endpoint: '/access/v1/search/subject',
  search_resource_endpoint: '/access/v1/search/resource',
  search_action_endpoint: '/access/v1/search/action',
} as const;

/** The name of an endpoint in the metadata. */
export type EndpointName = keyof typeof PATHS;

/** What a decision point tells about itself (AuthZEN 1.0 §9.1), in the standard's words. */
export interface Metadata extends Readonly<Partial<Record<EndpointName, string>>> {
  readonly policy_decision_point: string;
  readonly access_evaluation_endpoint: string;
  readonly capabilities?: readonly string[];
}

/** Where a decision point is asked. */
export interface Endpoints {
  /** The decision point as it calls itself, without a slash at its end. */
  readonly identifier: string;
  /** Where it tells about itself: the well-known part stands between the host and the path (§9.2.1). */
  readonly metadata: string;
  /** @throws ClientError `unsupported` where there is none */
  readonly of: (name: EndpointName) => string;
}

/** What is allowed of an address. */
export interface AddressRules {
  readonly allowHttp?: boolean;
}

/** @throws TypeError when the URL is not one of a decision point */
export function endpointsOf(url: string, rules: AddressRules): Endpoints {
  const problem = problemOf(url, rules);
  if (problem !== undefined) throw new TypeError(`\`url\` ${problem}`);
  const { origin, pathname } = new URL(url);
  const path = pathname.replace(/\/+$/, '');
  return {
    identifier: `${origin}${path}`,
    metadata: `${origin}/.well-known/authzen-configuration${path}`,
    of: (name) => `${origin}${path}${PATHS[name]}`,
  };
}

/** The same with the addresses of its metadata, which have none that is not there. */
export function describedEndpoints(endpoints: Endpoints, metadata: Metadata): Endpoints {
  return {
    ...endpoints,
    of: (name) => {
      const url = metadata[name];
      if (url === undefined) throw new ClientError('unsupported', `the decision point has no \`${name}\``);
      return url;
    },
  };
}

/**
 * Reads the metadata of a decision point.
 *
 * @throws ClientError `malformed` when they are of another decision point (§9.2.3), or name an address that nothing may be
 *   sent to
 */
export function readMetadata(body: Json, identifier: string, rules: AddressRules): Metadata {
  if (!isJsonObject(body)) throw malformed('are no object');
  if (withoutSlash(member(body, 'policy_decision_point')) !== identifier)
    throw malformed('are of another decision point');
  const endpoints = (Object.keys(PATHS) as EndpointName[]).flatMap((name) => {
    const url = member(body, name);
    if (url === undefined || url === null) return [];
    const problem = typeof url === 'string' ? problemOf(url, rules) : 'is no URL';
    if (problem !== undefined) throw malformed(`have a \`${name}\` that ${problem}`);
    return [[name, url]];
  });
  const known = Object.fromEntries(endpoints) as Partial<Record<EndpointName, string>>;
  const { access_evaluation_endpoint } = known;
  if (access_evaluation_endpoint === undefined) throw malformed('have no `access_evaluation_endpoint`');
  return { policy_decision_point: identifier, ...known, access_evaluation_endpoint, ...capabilitiesOf(body) };
}

function withoutSlash(identifier: Json | undefined): string | undefined {
  return typeof identifier === 'string' ? identifier.replace(/\/+$/, '') : undefined;
}

function capabilitiesOf(body: JsonObject): Pick<Metadata, 'capabilities'> {
  const given = member(body, 'capabilities');
  if (!Array.isArray(given)) return {};
  return { capabilities: (given as readonly Json[]).filter((each) => typeof each === 'string') };
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

function problemOf(given: string, { allowHttp = false }: AddressRules): string | undefined {
  const url = URL.parse(given);
  if (url === null) return 'is no URL';
  if (/[?#]/.test(given)) return 'has a query or a fragment';
  if (url.username !== '' || url.password !== '') return 'has a name or a password';
  if (url.protocol === 'https:') return undefined;
  if (url.protocol !== 'http:') return 'is neither https nor http';
  return allowHttp || LOOPBACK.test(url.hostname) ? undefined : 'is not https, which only `allowHttp` lets pass';
}

function malformed(message: string): ClientError {
  return new ClientError('malformed', `the metadata ${message}`);
}
