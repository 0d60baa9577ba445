import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { Dictionary } from './dictionary.ts';
import { KeyTable } from './key-table.ts';

// A page has shared memory only where it is isolated from other origins: these tests are for Node.
const allocate = (bytes: number): SharedArrayBuffer => new SharedArrayBuffer(bytes);

/** What another thread is handed: the same memory where it is shared, a copy where it is not. */
function handedOver<T>(value: T): T {
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(value);
  const received = receiveMessageOnPort(port2) as { readonly message: T };
  port1.close();
  return received.message;
}

test('a dictionary is read by another thread where its memory is shared, and not copied', () => {
  const dictionary = new Dictionary({ allocate });
  const names = Array.from({ length: 5000 }, (_, at) => `${'long '.repeat(at % 9)}name${at}`);
  for (const name of names) dictionary.intern(name);
  const arrays = dictionary.toArrays();
  const received = handedOver(arrays);
  const seen = Dictionary.fromArrays(received);
  expect(names.every((name, id) => seen.find(name) === id && seen.text(id) === name)).toBe(true);
  expect(seen.find('nobody')).toBe(-1);
  expect(received.some(({ buffer }) => buffer instanceof SharedArrayBuffer)).toBe(true);
});

test('a key table is read by another thread where its memory is shared', () => {
  const table = new KeyTable({ allocate });
  for (let policy = 0; policy < 3000; policy++) table.add(policy % 50, policy);
  const seen = KeyTable.fromArrays(handedOver(table.toArrays()));
  const into = (from: KeyTable, key: number): readonly number[] => {
    const found = new Int32Array(100);
    return [...found.subarray(0, from.collect(key, found, 0))];
  };
  for (let key = 0; key < 51; key++) expect(into(seen, key)).toEqual(into(table, key));
});
