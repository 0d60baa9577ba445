import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** How a server is asked. */
export interface Load {
  readonly url: string;
  readonly path: string;
  readonly bodies: readonly string[];
  readonly connections: number;
  readonly seconds: number;
}

/** What it answered. */
export interface Answers {
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly p50Ns: number;
  readonly p99Ns: number;
  readonly worstNs: number;
  /** Those that were not answered, or not with 200. */
  readonly failed: number;
}

/** One thread of wrk on all connections, each asking again as soon as it is answered, with one body after the other. */
export async function load({ url, path, bodies, connections, seconds }: Load): Promise<Answers> {
  const folder = mkdtempSync(join(tmpdir(), 'cardea-wrk-'));
  try {
    const file = join(folder, 'load.lua');
    writeFileSync(file, scriptOf(path, bodies));
    const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', '-s', file, url];
    const wrk = spawn('wrk', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const [output] = await Promise.all([text(wrk.stdout), once(wrk, 'exit')]);
    return JSON.parse(output.slice(output.lastIndexOf('\n{'))) as Answers;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function scriptOf(path: string, bodies: readonly string[]): string {
  const list = bodies.map((body) => `[==[${body}]==]`).join(',\n');
  return `local bodies = {${list}}
local requests, at = {}, 0
function init()
  for number, body in ipairs(bodies) do
    requests[number] = wrk.format("POST", "${path}", {["content-type"] = "application/json"}, body)
  end
end
function request()
  at = at % #requests + 1
  return requests[at]
end
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\\n{"requests":%d,"requestsPerSecond":%f,"p50Ns":%f,"p99Ns":%f,"worstNs":%f,"failed":%d}',
    summary.requests, summary.requests / summary.duration * 1e6, latency:percentile(50) * 1e3, latency:percentile(99) * 1e3,
    latency.max * 1e3, errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
`;
}
