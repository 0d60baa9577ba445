import type { Entity, JsonObject, NamedAction, Question } from '@cardea/client';
import { quote } from 'cardea';
import type { Command } from 'commander';
import { readObject } from '../read-object.ts';
import { usageError } from '../report-error.ts';
import type { Terminal } from '../terminal.ts';

/** What is asked, in words of the command line. */
export interface QuestionFlags {
  readonly question?: string;
  readonly subject?: string;
  readonly action?: string;
  readonly resource?: string;
  readonly context?: string;
}

/** The parts of a question. */
export type Part = 'subject' | 'action' | 'resource';

/** The options that make a question. */
export function addQuestionOptions(command: Command): Command {
  return command
    .option('--subject <type:id>', 'who')
    .option('--action <name>', 'does what')
    .option('--resource <type:id>', 'on what')
    .option('--context <json>', 'in which context: a file in JSON, - for stdin, or the JSON itself')
    .option('-q, --question <json>', 'the same as AuthZEN has it, where parts have properties');
}

/**
 * The question of the command line; a part that an option names comes before that of `--question`.
 *
 * @param searched the part of which only the type is wanted, or nothing
 */
export async function readQuestion(terminal: Terminal, flags: QuestionFlags, searched?: Part): Promise<Question> {
  if (flags.question === '-' && flags.context === '-') throw usageError('stdin can be read once');
  const given = flags.question === undefined ? {} : await readPart(terminal, '--question', flags.question);
  const parts = new Map<string, unknown>(Object.entries(given));
  for (const part of ['subject', 'resource'] as const) {
    const text = flags[part];
    if (text !== undefined) parts.set(part, part === searched ? { type: text } : entityOf(part, text));
  }
  if (flags.action !== undefined) parts.set('action', { name: flags.action } satisfies NamedAction);
  if (flags.context !== undefined) parts.set('context', await readPart(terminal, '--context', flags.context));
  const needed = (['subject', 'action', 'resource'] as const).filter((part) => part !== searched || part !== 'action');
  const missing = needed.find((part) => !parts.has(part));
  if (missing !== undefined) throw usageError(`the question has no ${missing}: name it by --${missing}`);
  return Object.fromEntries(parts) as unknown as Question;
}

async function readPart(terminal: Terminal, option: string, given: string): Promise<JsonObject> {
  const value = await readObject(terminal, given);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw usageError(`${option} is not an object in JSON`);
}

function entityOf(part: Part, text: string): Entity {
  const colon = text.indexOf(':');
  if (colon < 1) throw usageError(`--${part} is not a type, a colon and an id: ${quote(text)}`);
  return { type: text.slice(0, colon), id: text.slice(colon + 1) };
}
