import { SERVER_NAMES, type ServerName } from './server.ts';

const VERBS = ['start', 'stop', 'status', 'env'] as const;

/** What the script is asked to do, and for which servers. */
export type ServicesCommand =
  | { readonly verb: (typeof VERBS)[number]; readonly names: readonly ServerName[] }
  | { readonly verb: 'invalid'; readonly reason: string };

/** Reads the arguments of the script: a verb, and names of servers; without names it means all. */
export function parseCommand([verb, ...names]: readonly string[]): ServicesCommand {
  const known = VERBS.find((candidate) => candidate === verb);
  if (known === undefined) return invalid('command', verb ?? '', VERBS);
  const unknown = names.find((name) => !isServerName(name));
  if (unknown !== undefined) return invalid('server', unknown, SERVER_NAMES);
  return { verb: known, names: names.length === 0 ? SERVER_NAMES : names.filter(isServerName) };
}

function isServerName(text: string): text is ServerName {
  return (SERVER_NAMES as readonly string[]).includes(text);
}

function invalid(what: string, text: string, known: readonly string[]): ServicesCommand {
  return { verb: 'invalid', reason: `no such ${what}: \`${text}\`; there are \`${known.join('`, `')}\`` };
}
