import { join } from 'node:path';
import type { Json } from 'cardea';
import { createServer } from '@cardea/server/node';
import { type Answer, type Expectation, problemOf } from './expectation.ts';
import { readJson, readScenario } from './scenario.ts';

/** What came of replaying a folder. */
export interface Replay {
  /** The report, line by line. */
  readonly lines: readonly string[];
  readonly passed: number;
  readonly failed: number;
}

interface Case {
  readonly id: string;
  readonly endpoint: string;
  readonly request: Json;
  readonly expect: Expectation;
}

interface Recorded {
  readonly evaluation?: readonly { readonly request: Json; readonly expected: boolean }[];
  readonly evaluations?: readonly {
    readonly request: Json;
    readonly expected: readonly { readonly decision: boolean }[];
  }[];
}

/** Starts a server with what a folder says, and replays the folder's cases over HTTP. */
export async function replayAuthzen(folder: string): Promise<Replay> {
  const cases = [...casesOf(folder), ...recordedCasesOf(folder)];
  const server = await createServer(readScenario(folder));
  try {
    const lines: string[] = [];
    for (const { id, endpoint, request, expect } of cases) {
      // One after the other, so that the report has an order.
      // oxlint-disable-next-line no-await-in-loop
      const problem = problemOf(await post(`${server.url}/access/v1/${endpoint}`, request), expect);
      if (problem !== undefined) lines.push(`${id}: ${problem}`);
    }
    if (cases.length === 0) lines.push(`nothing to replay in ${folder}`);
    const failed = cases.length === 0 ? 1 : lines.length;
    const passed = cases.length === 0 ? 0 : cases.length - failed;
    return { lines: [...lines, `${passed} passed, ${failed} failed`], passed, failed };
  } finally {
    await server.close();
  }
}

function casesOf(folder: string): readonly Case[] {
  const file = readJson(join(folder, 'cases.json')) as { readonly cases: readonly Case[] } | undefined;
  return file?.cases ?? [];
}

/** The decisions of the interop scenarios. */
function recordedCasesOf(folder: string): readonly Case[] {
  const { evaluation = [], evaluations = [] } = (readJson(join(folder, 'decisions.json')) ?? {}) as Recorded;
  return [
    ...evaluation.map(({ request, expected }, at) => ({
      id: `evaluation ${at}`,
      endpoint: 'evaluation',
      request,
      expect: { status: 200, decision: expected },
    })),
    ...evaluations.map(({ request, expected }, at) => ({
      id: `evaluations ${at}`,
      endpoint: 'evaluations',
      request,
      expect: { status: 200, decisions: expected.map(({ decision }) => decision) },
    })),
  ];
}

async function post(url: string, request: Json): Promise<Answer> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(request) });
  return { status: response.status, body: (await response.json()) as Json };
}
