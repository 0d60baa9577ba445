import { CardeaError, quote } from '../../errors.ts';
import { parseStored } from '../stored/parse-stored.ts';
import type { Head, KnownPolicy, StoredLink, StoredPolicy } from '../stored/backend.ts';

/** @throws CARDEA_IO when an answer is no list: the client changes answers */
export function listIn(answer: unknown): readonly unknown[] {
  if (Array.isArray(answer)) return answer;
  throw unexpected(answer);
}

/** @throws CARDEA_IO when a part of an answer is no text: something is lost, or the client gives bytes */
export function textIn(part: unknown): string {
  if (typeof part === 'string') return part;
  if (typeof part === 'number' || typeof part === 'bigint') return String(part);
  throw unexpected(part);
}

/** The head of a storage. */
export function headIn(answer: unknown): Head {
  const parts = listIn(answer);
  if (parts.includes(null)) throw new CardeaError('CARDEA_IO', 'the head is gone from Redis: keys were evicted');
  const [revision = '', shapesVersion = '', nextSeq = '', keyer = '', completeAfter = ''] = parts.map(textIn);
  const numbers = { revision: Number(revision), nextSeq: Number(nextSeq), completeAfter: Number(completeAfter) };
  return { ...numbers, shapesVersion, keyer };
}

/** Policies of sequence numbers and what is stored of each, one after the other. */
export function policiesIn(answer: unknown): readonly StoredPolicy[] {
  const parts = listIn(answer);
  return Array.from({ length: parts.length / 2 }, (_, at) => {
    const [seq, record] = [textIn(parts[2 * at]), parts[2 * at + 1]];
    if (typeof record === 'string') return policyIn(Number(seq), record);
    throw new CardeaError('CARDEA_IO', `the policy of sequence number ${seq} is gone from Redis: keys were evicted`);
  });
}

/** Links of `seq:text`, and their templates. */
export function linksIn(answer: unknown, templates: readonly StoredPolicy[]): readonly StoredLink[] {
  const uids = new Map(templates.map(({ seq, uid }) => [String(seq), uid]));
  return listIn(answer).map((part) => {
    const row = textIn(part);
    const colon = row.indexOf(':');
    const template = uids.get(row.slice(0, colon));
    if (template !== undefined) return { template, text: row.slice(colon + 1) };
    throw new CardeaError('CARDEA_IO', `the template of the link ${quote(row)} is gone from Redis: keys were evicted`);
  });
}

/** What is known of policies: what the hash of uids says of each that was asked for, and the templates among them. */
export function knownPoliciesIn(uids: readonly string[], answer: unknown, templates: unknown): readonly KnownPolicy[] {
  const documents = new Map(policiesIn(templates).map(({ seq, document }) => [seq, document]));
  return listIn(answer).flatMap((stored, at) => {
    const uid = uids[at];
    if (stored === null || uid === undefined) return [];
    const seq = Number.parseInt(textIn(stored), 10);
    const document = documents.get(seq);
    return [document === undefined ? { uid, seq } : { uid, seq, document }];
  });
}

/** A change of `revision:place:change`. */
export function changeIn(part: unknown): { readonly revision: number; readonly change: string } {
  const row = textIn(part);
  const colon = row.indexOf(':');
  return { revision: Number(row.slice(0, colon)), change: row.slice(row.indexOf(':', colon + 1) + 1) };
}

function policyIn(seq: number, record: string): StoredPolicy {
  const end = record.indexOf('\n');
  const uid = parseStored(record.slice(1, end), `the uid of sequence number ${seq}`);
  return { uid: textIn(uid), seq, document: record.slice(end + 1) };
}

function unexpected(part: unknown): CardeaError {
  return new CardeaError('CARDEA_IO', `the Redis client gave ${quote(part)} where a text or a list belongs`);
}
