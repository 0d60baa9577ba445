import { type ClientError, DecisionClient, isClientError } from '@cardea/client';
import { CardeaError, type ErrorCode, quote } from 'cardea';
import { type Command, Option } from 'commander';
import { parseCount, parsePositive } from '../option-values.ts';
import { usageError } from '../report-error.ts';
import { maskedUrl } from '../store/store-url.ts';
import type { Terminal } from '../terminal.ts';

/** How a decision point is asked. */
export interface ClientFlags {
  readonly url?: string;
  readonly allowHttp?: boolean;
  readonly timeout?: number;
  readonly minRevision?: number;
}

/** The options of every command that asks a decision point. */
export function addClientOptions(command: Command): Command {
  return command
    .option('-u, --url <url>', 'the decision point; the variable CARDEA_URL when absent')
    .option('--allow-http', 'ask another machine without encryption: only within a network that is trusted')
    .addOption(new Option('--timeout <ms>', 'how long an answer may take, in milliseconds').argParser(parsePositive));
}

/** Asks for an answer over a revision or a later one. */
export function addRevisionOption(command: Command): Command {
  return command.addOption(
    new Option('--min-revision <number>', 'the revision that the answer must at least be of').argParser(parseCount),
  );
}

/** What a call is given beside its question. */
export interface Call {
  readonly signal: AbortSignal;
  readonly minRevision?: number;
}

/**
 * Asks a decision point.
 *
 * @throws CardeaError that names the decision point where there is no answer; Interrupted where the user ended it
 */
export async function askClient<T>(
  terminal: Terminal,
  flags: ClientFlags,
  ask: (client: DecisionClient, call: Call) => Promise<T>,
): Promise<T> {
  const url = flags.url ?? terminal.env['CARDEA_URL'] ?? '';
  if (url === '') throw usageError('name the decision point: --url, or the variable CARDEA_URL');
  const { minRevision } = flags;
  const client = clientOf(terminal, url, flags);
  try {
    return await ask(client, { signal: terminal.signal, ...(minRevision !== undefined && { minRevision }) });
  } catch (error) {
    terminal.signal.throwIfAborted();
    if (!isClientError(error)) throw error;
    throw new CardeaError(CODES[error.kind] ?? 'CARDEA_IO', `${quote(maskedUrl(url))}: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

function clientOf(terminal: Terminal, url: string, { allowHttp = false, timeout }: ClientFlags): DecisionClient {
  const token = terminal.env['CARDEA_TOKEN'];
  try {
    return new DecisionClient({
      url: terminal.reveal(url),
      allowHttp,
      ...(token !== undefined && token !== '' && { token }),
      ...(timeout !== undefined && { timeoutMs: timeout, attemptTimeoutMs: timeout }),
    });
  } catch (error) {
    throw error instanceof TypeError ? usageError(error.message.replace('`url`', quote(maskedUrl(url)))) : error;
  }
}

const CODES: Readonly<Partial<Record<ClientError['kind'], ErrorCode>>> = {
  refused: 'CARDEA_INVALID_INQUIRY',
  invalid: 'CARDEA_INVALID_INQUIRY',
  unsupported: 'CARDEA_UNSUPPORTED',
};

function reasonOf({ kind, message }: ClientError): string {
  return kind === 'unauthenticated' ? `${message}; the variable CARDEA_TOKEN has the key or token` : message;
}
